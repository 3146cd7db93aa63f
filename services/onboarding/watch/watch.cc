// SPDX-License-Identifier: Apache-2.0
#include "services/onboarding/watch/watch.h"

#include <algorithm>
#include <utility>

#include "common/base/error.h"
#include "common/base/status_macros.h"
#include "common/rpc/page_token.h"
#include "plumbline/onboarding/v1/onboarding_service.pb.h"
#include "services/onboarding/engine/codec.h"

namespace plumbline::onboarding {
namespace {

constexpr absl::Duration kRoundDeadline = absl::Seconds(30);
constexpr absl::Duration kPauseAfterError = absl::Seconds(1);

std::vector<FilteredEntry> ToFiltered(std::vector<FeedEntry> entries) {
  std::vector<FilteredEntry> filtered;
  filtered.reserve(entries.size());
  for (FeedEntry& entry : entries) filtered.emplace_back(std::move(entry));
  return filtered;
}

}  // namespace

struct WatchHub::Watcher {
  WatchParent parent;
  std::shared_ptr<rpc::ServerStream> stream;
  EntryFilter filter;
  FeedCursor cursor;
  absl::Time last_sent = absl::InfinitePast();
  absl::Time retry_time = absl::InfinitePast();  // after an error: not before
  bool level = false;
  std::atomic<bool> ended{false};

  bool Wants(const FilteredEntry& filtered) const {
    const FeedEntry& entry = filtered.entry();
    return cursor < entry.cursor && entry.workspace == parent.workspace &&
           (parent.onboarding.empty() || entry.onboarding == parent.onboarding) &&
           filter.Takes(filtered);
  }
  bool HasRoom() const { return stream->pending() < kMaxPending; }

  // Sends entries that it wants, in messages that any client takes, and brings it to `place`.
  void Deal(const std::vector<FilteredEntry>& entries, const FeedCursor& place, absl::Time now) {
    v1::WatchHistoryResponse response;
    rpc::PageRoom room(kMaxEntries);
    FeedCursor last = cursor;
    for (const FilteredEntry& filtered : entries) {
      if (!Wants(filtered)) continue;
      const FeedEntry& entry = filtered.entry();
      if (room.Full()) {
        Send(std::exchange(response, {}), last, now);
        room = rpc::PageRoom(kMaxEntries);
      }
      *response.add_entries() = ToProto(entry.entry, entry.workspace, entry.onboarding);
      room.Took(response.entries().rbegin()->ByteSizeLong());
      last = entry.cursor;
    }
    if (!response.entries().empty()) Send(std::move(response), place, now);
  }
  // Sends `response`, which brings the watcher to `place`.
  void Send(v1::WatchHistoryResponse response, const FeedCursor& place, absl::Time now) {
    cursor = std::max(cursor, place);
    response.set_cursor(FormatCursor(parent, cursor));
    last_sent = now;
    if (!stream->Write(response)) ended = true;
  }
};

WatchHub::WatchHub(FeedStore& feed, const base::Clock& clock, const base::Logger& logger,
                   const WatchOptions& options)
    : feed_(feed), clock_(clock), logger_(logger), options_(options) {}

WatchHub::~WatchHub() { Stop(); }

void WatchHub::Start() {
  thread_ = std::thread([this] { Loop(); });
}

void WatchHub::Stop() {
  wakeup_->Stop();
  cancelled_->store(true);
  if (thread_.joinable()) thread_.join();
}

absl::Status WatchHub::Add(const base::CallContext& context, WatchParent parent,
                           absl::string_view cursor, EntryFilter filter,
                           std::shared_ptr<rpc::ServerStream> stream) {
  auto watcher = std::make_shared<Watcher>();
  if (cursor == "now") {
    ASSIGN_OR_RETURN(watcher->cursor, feed_.Newest(context));
  } else if (!cursor.empty()) {
    ASSIGN_OR_RETURN(watcher->cursor, ParseCursor(parent, cursor));
  }
  watcher->parent = std::move(parent);
  watcher->filter = std::move(filter);
  watcher->stream = std::move(stream);
  // The stream may outlive the hub: its events hold what they touch.
  std::weak_ptr<Watcher> weak = watcher;
  watcher->stream->OnEvents([wakeup = wakeup_] { wakeup->Wake(); },
                            [wakeup = wakeup_, weak] {
                              if (auto ended = weak.lock()) ended->ended = true;
                              wakeup->Wake();
                            });
  {
    absl::MutexLock lock(&mutex_);
    watchers_.push_back(std::move(watcher));
  }
  wakeup_->Wake();
  return absl::OkStatus();
}

size_t WatchHub::size() const {
  absl::MutexLock lock(&mutex_);
  return std::count_if(watchers_.begin(), watchers_.end(),
                       [](const auto& watcher) { return !watcher->ended; });
}

WatchHub::Watchers WatchHub::OpenWatchers() {
  absl::MutexLock lock(&mutex_);
  std::erase_if(watchers_, [](const auto& watcher) { return watcher->ended.load(); });
  return watchers_;
}

// Reads the feed from the hub's place and deals it out to the level watchers.
absl::Status WatchHub::Follow(const base::CallContext& context, const Watchers& watchers,
                              absl::Time now, bool* more) {
  if (!following_) {
    ASSIGN_OR_RETURN(place_, feed_.Newest(context));
    following_ = true;
  }
  const bool subjects = std::any_of(watchers.begin(), watchers.end(), [](const auto& watcher) {
    return watcher->level && watcher->filter.needs_subject();
  });
  ASSIGN_OR_RETURN(
      std::vector<FeedEntry> read,
      feed_.ReadFeed(context, {.after = place_, .limit = kMaxEntries, .with_subjects = subjects}));
  if (read.empty()) return absl::OkStatus();
  const FeedCursor last = read.back().cursor;
  const std::vector<FilteredEntry> entries = ToFiltered(std::move(read));
  *more |= entries.size() == static_cast<size_t>(kMaxEntries);
  for (const auto& watcher : watchers) {
    if (!watcher->level) continue;
    const bool wants = std::any_of(entries.begin(), entries.end(), [&](const FilteredEntry& entry) {
      return watcher->Wants(entry);
    });
    if (!wants) continue;
    if (watcher->HasRoom()) {
      watcher->Deal(entries, last, now);
    } else {
      // It stays at what it has been sent, or at the hub's old place, before which there is nothing
      // more for it.
      watcher->cursor = std::max(watcher->cursor, place_);
      watcher->level = false;
    }
  }
  place_ = last;
  return absl::OkStatus();
}

// Reads for one watcher that is behind. Returns whether there is more that it could take now.
absl::StatusOr<bool> WatchHub::CatchUp(const base::CallContext& context, Watcher& watcher,
                                       absl::Time now) {
  if (!watcher.HasRoom()) return false;
  FeedQuery query{.workspace = watcher.parent.workspace,
                  .onboarding = watcher.parent.onboarding,
                  .after = watcher.cursor,
                  .limit = kMaxEntries,
                  .with_subjects = watcher.filter.needs_subject()};
  ASSIGN_OR_RETURN(std::vector<FeedEntry> entries, feed_.ReadFeed(context, query));
  bool more = entries.size() == static_cast<size_t>(kMaxEntries);
  FeedCursor place = entries.empty() ? watcher.cursor : entries.back().cursor;
  // What the hub has read was settled before this read, which therefore saw all of it.
  if (!more) place = std::max(place, place_);
  watcher.level = !more;
  watcher.Deal(ToFiltered(std::move(entries)), place, now);
  // A greeting, when there is nothing to tell; and a place to go on from, while a filter takes
  // nothing of a long history.
  if (now - watcher.last_sent >= options_.sign_of_life) watcher.Send({}, place, now);
  watcher.cursor = std::max(watcher.cursor, place);
  return more && watcher.HasRoom();
}

absl::StatusOr<bool> WatchHub::RunOnce(absl::Time now) {
  Watchers watchers = OpenWatchers();
  if (watchers.empty()) {
    following_ = false;
    return false;
  }
  base::CallContext context;
  context.identity = base::Identity::Everything("onboarding-watch");
  context.deadline = now + kRoundDeadline;
  context.cancelled = cancelled_;
  bool more = false;
  RETURN_IF_ERROR(Follow(context, watchers, now, &more));
  for (const auto& watcher : watchers) {
    if (!watcher->level) {
      if (now < watcher->retry_time) continue;
      absl::StatusOr<bool> behind = CatchUp(context, *watcher, now);
      if (behind.ok()) {
        more |= *behind;
        continue;
      }
      // It waits alone: the others get theirs.
      watcher->retry_time = now + kPauseAfterError;
      logger_.Warning("the history could not be read for a watcher",
                      {{"workspace", watcher->parent.workspace},
                       {"onboarding", watcher->parent.onboarding},
                       {"error", behind.status().message()}});
    } else if (now - watcher->last_sent >= options_.sign_of_life && watcher->HasRoom()) {
      watcher->Send({}, place_, now);
    }
  }
  return more;
}

void WatchHub::Loop() {
  absl::Duration pause = absl::ZeroDuration();
  while (wakeup_->Wait(pause) && wakeup_->Pause(options_.gather)) {
    absl::StatusOr<bool> more = RunOnce(clock_.Now());
    if (!more.ok()) {
      logger_.Warning("the history could not be read for watchers",
                      {{"error", more.status().message()}});
      pause = kPauseAfterError;
    } else {
      pause = *more ? absl::ZeroDuration() : options_.poll;
    }
  }
}

}  // namespace plumbline::onboarding
