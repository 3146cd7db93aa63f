// SPDX-License-Identifier: Apache-2.0
//
// WatchHistory: one thread serves all watchers. A watcher costs memory, not a thread.
//
// The hub follows the feed once for all watchers that have seen everything up to its own place
// ("level" ones). A watcher that is behind, because it came with an old cursor or reads slowly,
// gets its entries by reads of its own until it is level.
//
// Invariants:
//  1. A watcher's `cursor` is the place of the last entry that was given to its stream, or a later
//  one before which there was
//     nothing for it. What is sent always follows it, in the order of the feed: nothing is skipped,
//     nothing comes twice.
//  2. A level watcher has nothing to get between its cursor and the hub's place.
//  3. At most kMaxPending messages wait in a stream; a watcher whose stream is fuller is behind,
//  and is not read for.
//
// A filter hides entries from a watcher; its cursor passes over them all the same.
#ifndef PLUMBLINE_SERVICES_ONBOARDING_WATCH_WATCH_H_
#define PLUMBLINE_SERVICES_ONBOARDING_WATCH_WATCH_H_

#include <atomic>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "common/base/call_context.h"
#include "common/base/clock.h"
#include "common/base/log.h"
#include "common/rpc/method_table.h"
#include "services/onboarding/feed/entry_filter.h"
#include "services/onboarding/runs/store.h"
#include "services/onboarding/watch/cursor.h"
#include "services/onboarding/watch/wakeup.h"

namespace plumbline::onboarding {

struct WatchOptions {
  // How often the feed is read though nothing was written by this process: often where other
  // processes write.
  absl::Duration poll = absl::Milliseconds(200);
  // Least time between two rounds: what is written meanwhile is read at once.
  absl::Duration gather = absl::Milliseconds(10);
  // Silence after which a watcher gets a sign of life.
  absl::Duration sign_of_life = absl::Seconds(10);
};

// Thread-safe. What it is given must outlive it, and it must outlive the calls of WatchHistory.
class WatchHub {
 public:
  static constexpr int kMaxEntries = 500;  // of one message
  static constexpr size_t kMaxPending = 4;

  WatchHub(FeedStore& feed, const base::Clock& clock, const base::Logger& logger,
           const WatchOptions& options);
  ~WatchHub();  // stops

  // Begins and ends the thread. Stop cancels what it reads; it is idempotent.
  void Start();
  void Stop();

  // Adds a watcher: it gets what the feed has after `cursor` ("" = all, "now" = nothing that is
  // there), soon a first message even if there is nothing, and a sign of life after a silence.
  // CURSOR_INVALID.
  absl::Status Add(const base::CallContext& context, WatchParent parent, absl::string_view cursor,
                   EntryFilter filter, std::shared_ptr<rpc::ServerStream> stream);

  // There may be something new. Never blocks.
  void Wake() { wakeup_->Wake(); }

  // One round: gives every watcher what is there for it. Returns whether some could not be given
  // everything yet. Called by one thread at a time.
  absl::StatusOr<bool> RunOnce(absl::Time now);

  // Watchers whose calls are open.
  size_t size() const;

 private:
  struct Watcher;
  using Watchers = std::vector<std::shared_ptr<Watcher>>;

  void Loop();
  Watchers OpenWatchers();
  absl::Status Follow(const base::CallContext& context, const Watchers& watchers, absl::Time now,
                      bool* more);
  absl::StatusOr<bool> CatchUp(const base::CallContext& context, Watcher& watcher, absl::Time now);

  FeedStore& feed_;
  const base::Clock& clock_;
  const base::Logger& logger_;
  const WatchOptions options_;
  const std::shared_ptr<Wakeup> wakeup_ = std::make_shared<Wakeup>();
  FeedCursor place_;        // of the level watchers; touched by RunOnce alone
  bool following_ = false;  // `place_` is kept up to date
  // Cancels what the thread is at.
  const std::shared_ptr<std::atomic<bool>> cancelled_ = std::make_shared<std::atomic<bool>>(false);
  mutable absl::Mutex mutex_;
  Watchers watchers_ ABSL_GUARDED_BY(mutex_);
  std::thread thread_;
};

}  // namespace plumbline::onboarding

#endif  // PLUMBLINE_SERVICES_ONBOARDING_WATCH_WATCH_H_
