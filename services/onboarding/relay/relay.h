// SPDX-License-Identifier: Apache-2.0
//
// The relay sends the history to analytics, each entry once: one event log per process.
//
// Exactly once: the feed never changes before a place that was read, so an entry always gets the
// same number in its log; analytics takes a number of a producer once. The place is stored only
// after analytics has acknowledged what lies before it, and only by who has loaded the place before
// it. A crash, an answer that is lost, or a second relay leads to events being sent again with the
// numbers that they had.
//
// The producer is this database's own: nobody who may write to a log takes its numbers by chance.
//
// A log that analytics refuses to take (PERMISSION_DENIED, FIELD_INVALID, MESSAGE_TOO_LARGE) is
// left behind with its own place in the feed and tried again now and then; the others go on.
//
// The relay keeps its logs, and tells analytics so (WriteEventsRequest.resends): a log that is gone
// when the next entry of its process comes is made anew and filled again from the beginning of the
// feed. While that takes, it holds a beginning of the history, as a log that is behind does.
#ifndef PLUMBLINE_SERVICES_ONBOARDING_RELAY_RELAY_H_
#define PLUMBLINE_SERVICES_ONBOARDING_RELAY_RELAY_H_

#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/base/call_context.h"
#include "common/base/clock.h"
#include "common/base/log.h"
#include "common/rpc/channel.h"
#include "plumbline/analytics/v1/analytics_service.pb.h"
#include "services/onboarding/runs/store.h"
#include "services/onboarding/watch/wakeup.h"

namespace plumbline::onboarding {

struct RelayOptions {
  absl::Duration gather = absl::Milliseconds(50);   // least time between rounds: few large batches
  absl::Duration interval = absl::Seconds(1);       // pause when there is nothing to send
  absl::Duration lease_term = absl::Seconds(3);     // after a crash another replica takes over
  int batch = 2000;                                 // entries that are read at once
  size_t write_bytes = 1 << 20;                     // of events in one call, or else one event
  absl::Duration refused_pause = absl::Minutes(1);  // before a log that refuses is tried again
};

// What it is given must outlive it.
class Relay {
 public:
  Relay(FeedStore& feed, RelayStore& store, rpc::Channel& analytics, const base::Clock& clock,
        const base::Logger& logger, const RelayOptions& options);
  ~Relay();  // stops

  // Begins and ends the loop. Stop cancels a call that is under way; it is idempotent.
  void Start();
  void Stop();
  // There may be something to send. Never blocks.
  void Wake() { wakeup_.Wake(); }

  // One round: sends one batch and stores the place after it. Returns how many entries it is done
  // with; 0 = there is nothing, or another replica is at it. ABORTED: another relay has overtaken
  // this one; nothing is lost, and nothing comes twice. Called by one thread at a time.
  absl::StatusOr<int64_t> RunOnce(const base::CallContext& context, absl::Time now);

 private:
  // The events of one log in one batch.
  struct Outgoing {
    std::string title;
    std::vector<analytics::v1::Event> events;

    void Add(const FeedEntry& entry);
  };
  // One batch on its way.
  struct Round {
    const base::CallContext& context;
    const absl::Time now;
    RelayState state;                      // as it was loaded, and as it became
    std::map<std::string, RelayLog> logs;  // those that changed
    int64_t duplicates = 0;                // events that analytics had already
  };

  void Loop();
  absl::StatusOr<int64_t> SendBatch(const base::CallContext& context, absl::Time now);
  // The relay's place; chooses the producer if there is none yet.
  absl::StatusOr<RelayState> Load(const base::CallContext& context);
  // Whether a log that refused is to be tried again.
  bool IsDue(const std::string& log, const RelayLog& at, absl::Time now) const;
  bool AnyIsDue(const RelayState& state, absl::Time now) const;
  // The next batch of all logs. Returns how many entries it had.
  absl::StatusOr<int64_t> SendNext(Round& round);
  // The next batch of a log that was left behind. Returns how many entries were sent.
  absl::StatusOr<int64_t> SendLeftBehind(Round& round, const std::string& log);
  // Sends the log's next events. False: it refuses them.
  absl::StatusOr<bool> Offer(Round& round, const std::string& log, const Outgoing& outgoing);
  // Sends events from the number `first` on; makes the log if it is not there, and sends what
  // analytics has lost.
  absl::Status Send(Round& round, const std::string& log, const Outgoing& outgoing, int64_t first);
  // In calls of a size that analytics takes.
  absl::Status Write(Round& round, const std::string& log, int64_t first,
                     const std::vector<analytics::v1::Event>& events);
  absl::Status CreateLog(const base::CallContext& context, const std::string& log,
                         const std::string& title);
  // Sends the events `from` <= number < `to` of a log again, from the beginning of the feed.
  absl::Status SendAgain(Round& round, const std::string& log, int64_t from, int64_t to);

  FeedStore& feed_;
  RelayStore& store_;
  rpc::Channel& analytics_;
  const base::Clock& clock_;
  const base::Logger& logger_;
  const RelayOptions options_;
  const std::string holder_;
  // Touched by RunOnce alone: the version that this relay stored last, -1 once it is being sent
  // after, and when logs that refused are tried again.
  int64_t saved_version_ = -1;
  std::map<std::string, absl::Time> retry_at_;
  Wakeup wakeup_;
  // Cancels what the thread is at.
  const std::shared_ptr<std::atomic<bool>> cancelled_ = std::make_shared<std::atomic<bool>>(false);
  std::thread thread_;
};

}  // namespace plumbline::onboarding

#endif  // PLUMBLINE_SERVICES_ONBOARDING_RELAY_RELAY_H_
