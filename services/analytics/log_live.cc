// SPDX-License-Identifier: Apache-2.0
//
// LogMemory's part that keeps figures current.
#include <algorithm>
#include <optional>
#include <utility>

#include "common/base/status_macros.h"
#include "services/analytics/log_memory.h"

namespace plumbline::analytics {
namespace {

// Figures are kept so long after they were asked for last.
constexpr absl::Duration kFollowFor = absl::Minutes(10);
// That is noted so often, and remembered so long after it.
constexpr absl::Duration kNoteEvery = absl::Minutes(5), kRememberFor = absl::Hours(1);
// Blocks taken in at a time, so that who asks meanwhile does not wait for many.
constexpr int kBlocksOfAStep = 2;
// From so many pending rows on a snapshot is made, or when they are a quarter of the log: the work
// for that is a few row copies for each row that came.
constexpr size_t kFoldFrom = 500'000;
// After so many tries to make figures beside a log of which snapshots are made meanwhile, they are
// made while it waits.
constexpr int kTries = 1;
// What figures take at most: with more, the pairs of activities or the variants are nearly as many
// as the events, and an answer from the log itself shows no more.
// About what an event takes with the figures, for those that are made before anybody asks.
constexpr int64_t kBytesOfALiveEvent = 60;
constexpr int64_t kMostLiveBytes = int64_t{32} << 20, kMostLiveBytesPerEvent = 80;

std::vector<std::string> TransitionsOf(const LogRecord& record) {
  const auto& transitions = record.description.map_transitions();
  return {transitions.begin(), transitions.end()};
}

}  // namespace

void LogMemory::LiveEntry::Update(EventLogBuilder& builder) {
  if (figures == nullptr) return;
  const std::vector<std::string> more = builder.ActivitiesFrom(names);
  names += more.size();
  const bool updated = rows == builder.pending() || figures->Update(builder.Touched(rows), more);
  rows = builder.pending();
  if (!updated) Drop();
}

void LogMemory::LiveEntry::Drop() {
  figures = nullptr;
  rows = names = 0;
  bytes = 0;
}

void LogMemory::BoundLive(const LogRecord& record, Entry& entry) {
  LiveEntry& live = entry.live;
  if (live.figures == nullptr) return;
  const int64_t events = live.figures->event_count();
  live.bytes = live.figures->memory_bytes();
  if (live.bytes > kMostLiveBytes + kMostLiveBytesPerEvent * events ||
      BytesOf(record, entry) > capacity_bytes_) {
    live.Drop();
    live.too_many_from = events;
  }
  Account(record.uid, BytesOf(record, entry));
}

absl::StatusOr<bool> LogMemory::AskLive(const base::CallContext& context,
                                        absl::string_view workspace, const LogRecord& record,
                                        LiveAnswer answer) {
  if (record.event_count < live_from_events_) return false;
  const std::shared_ptr<Entry> entry = EntryOf(record);
  absl::MutexLock lock(&entry->mutex);
  LiveEntry& live = entry->live;
  live.asked = clock_.Now();
  live.workspace = std::string(workspace);
  live.log = record.description.name();
  if (live.figures != nullptr && live.figures->map_transitions() != TransitionsOf(record))
    live.Drop();
  if (live.figures == nullptr) {
    wanted_();
    return false;
  }
  RETURN_IF_ERROR(CatchUp(context, workspace, record, *entry));
  if (live.figures == nullptr) return false;  // the log began anew, or came to mark its ends
  RETURN_IF_ERROR(answer(*live.figures, entry->watermark));
  return true;
}

// Made from a snapshot beside the log, which goes on meanwhile; what came is taken in after that.
absl::Status LogMemory::MakeLive(const base::CallContext& context, const LogRecord& record,
                                 const std::shared_ptr<Entry>& entry) {
  std::shared_ptr<const LogSnapshot> log;
  std::vector<uint32_t> numbers;
  std::vector<std::string> names;
  const auto make = [&] {
    return std::make_unique<LiveFigures>(log, TransitionsOf(record), numbers, names);
  };
  const auto keep = [&](std::unique_ptr<LiveFigures> figures)
                        ABSL_EXCLUSIVE_LOCKS_REQUIRED(entry->mutex) {
                          LiveEntry& live = entry->live;
                          live.figures = std::move(figures);
                          live.names = names.size();
                          live.tries = 0;
                          live.Update(*entry->builder);
                          BoundLive(record, *entry);
                        };
  int64_t base = 0;
  {
    absl::MutexLock lock(&entry->mutex);
    LiveEntry& live = entry->live;
    if (record.event_count < 2 * live.too_many_from) return absl::OkStatus();
    RETURN_IF_ERROR(CatchUp(context, live.workspace, record, *entry));
    if (entry->view == nullptr || entry->builder->pending() > 0) Fold(record, *entry);
    log = entry->view->log();
    numbers = entry->builder->ActivityNumbers();
    names = entry->builder->ActivitiesFrom(0);
    base = entry->base;
    if (++live.tries > kTries) {
      keep(make());
      return absl::OkStatus();
    }
  }
  std::unique_ptr<LiveFigures> figures = make();
  absl::MutexLock lock(&entry->mutex);
  // Where another snapshot was made, it is not known what came since this one: once more.
  if (entry->base == base) keep(std::move(figures));
  return absl::OkStatus();
}

absl::Status LogMemory::Follow(const base::CallContext& context, const std::string& uid,
                               const std::shared_ptr<Entry>& entry) {
  LogKey key;
  bool missing = false, note = false;
  absl::Time asked;
  {
    absl::MutexLock lock(&entry->mutex);
    LiveEntry& live = entry->live;
    key = {live.workspace, live.log.substr(live.log.rfind('/') + 1)};
    missing = live.figures == nullptr;
    asked = live.asked;
    note = asked >= live.noted + kNoteEvery;
    if (note) live.noted = asked;
  }
  if (note) NoteAsked(context, key, asked);
  std::optional<LogRecord> record;
  RETURN_IF_ERROR(store_.Read(context, [&](LogReads& reads) -> absl::Status {
    ASSIGN_OR_RETURN(record, reads.FindLog(key));
    return absl::OkStatus();
  }));
  if (!record.has_value() || record->uid != uid) {
    Forget(uid);
    return absl::OkStatus();
  }
  if (missing) return MakeLive(context, *record, entry);
  for (bool more = true; more;) {
    RETURN_IF_ERROR(context.Check(clock_.Now()));
    absl::MutexLock lock(&entry->mutex);
    if (entry->watermark >= record->last_block || entry->live.figures == nullptr) break;
    ASSIGN_OR_RETURN(more, ReadSome(context, key.workspace, *record, kBlocksOfAStep, *entry));
  }
  absl::MutexLock lock(&entry->mutex);
  const size_t pending = entry->builder->pending();
  if (pending >= kFoldFrom && entry->view != nullptr && pending >= entry->view->log()->size() / 4)
    Fold(*record, *entry);
  BoundLive(*record, *entry);
  return absl::OkStatus();
}

void LogMemory::NoteAsked(const base::CallContext& context, const LogKey& key, absl::Time asked) {
  // What fails is noted later: it only costs time after a restart.
  store_
      .Write(context, key.log, {key.workspace, "NoteAsked", "", ""}, clock_.Now(),
             [&](LogChanges& changes) -> absl::StatusOr<std::string> {
               RETURN_IF_ERROR(changes.NoteAsked(key, asked));
               return std::string();
             })
      .IgnoreError();
}

absl::Status LogMemory::Remember(const base::CallContext& context) {
  const absl::Time now = clock_.Now();
  std::vector<std::pair<LogKey, LogRecord>> asked;
  RETURN_IF_ERROR(store_.Read(context, [&](LogReads& reads) -> absl::Status {
    asked.clear();
    ASSIGN_OR_RETURN(const std::vector<LogKey> keys, reads.LogsAskedSince(now - kRememberFor));
    for (const LogKey& key : keys) {
      ASSIGN_OR_RETURN(std::optional<LogRecord> record, reads.FindLog(key));
      if (record.has_value()) asked.emplace_back(key, *std::move(record));
    }
    return absl::OkStatus();
  }));
  int64_t bytes = 0;
  for (const auto& [key, record] : asked) {
    bytes += record.event_count * kBytesOfALiveEvent;
    if (record.event_count < live_from_events_ || bytes > capacity_bytes_) continue;
    const std::shared_ptr<Entry> entry = EntryOf(record);
    absl::MutexLock lock(&entry->mutex);
    entry->live.asked = entry->live.noted = now;
    entry->live.workspace = key.workspace;
    entry->live.log = record.description.name();
  }
  return absl::OkStatus();
}

absl::StatusOr<int64_t> LogMemory::FollowOnce(const base::CallContext& context) {
  std::vector<std::pair<std::string, std::shared_ptr<Entry>>> entries;
  {
    absl::MutexLock lock(&mutex_);
    entries.assign(entries_.begin(), entries_.end());
  }
  const absl::Time since = clock_.Now() - kFollowFor;
  int64_t followed = 0;
  absl::Status failed;
  for (const auto& [uid, entry] : entries) {
    {
      absl::MutexLock lock(&entry->mutex);
      if (entry->live.asked < since) {
        entry->live.Drop();
        continue;
      }
    }
    ++followed;
    failed.Update(Follow(context, uid, entry));
  }
  RETURN_IF_ERROR(failed);
  return followed;
}

}  // namespace plumbline::analytics
