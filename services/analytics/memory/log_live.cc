// SPDX-License-Identifier: Apache-2.0
//
// LogMemory's part that keeps figures current.
#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "common/base/status_macros.h"
#include "services/analytics/memory/log_memory.h"

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
// So few pending rows are taken into figures while the log waits.
constexpr size_t kFewRows = 20'000;
// What came to a log while its figures were made is taken in so often, each time less, before they
// are given up until the next round.
constexpr int kCatchUps = 10;
// What figures take at most: with more, the pairs of activities or the variants are nearly as many
// as the events, and an answer from the log itself shows no more.
// About what an event takes with the figures, for those that are made before anybody asks.
constexpr int64_t kBytesOfALiveEvent = 60;
constexpr int64_t kMostLiveBytes = int64_t{32} << 20, kMostLiveBytesPerEvent = 80;

}  // namespace

std::vector<std::string> LogMemory::TransitionsOf(const LogRecord& record) {
  const auto& transitions = record.description.map_transitions();
  return {transitions.begin(), transitions.end()};
}

void LogMemory::LiveEntry::Update(EventLogBuilder& builder) {
  if (figures == nullptr) return;
  const std::vector<std::string> more = builder.ActivitiesFrom(names);
  names += more.size();
  const auto to_the_end = [] { return absl::OkStatus(); };
  const bool updated =
      rows == builder.pending() || *figures->Update(builder.Touched(rows), more, to_the_end);
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
  PatientLock lock(entry->mutex);
  RETURN_IF_ERROR(lock.Take(context, clock_));
  entry->mutex.AssertHeld();
  LiveEntry& live = entry->live;
  live.asked = clock_.Now();
  live.workspace = std::string(workspace);
  live.log = record.description.name();
  if (live.figures != nullptr && live.figures->map_transitions() != TransitionsOf(record))
    live.Drop();
  if (live.figures == nullptr) {
    wanted_(live.log);
    return false;
  }
  RETURN_IF_ERROR(CatchUp(context, workspace, record, *entry));
  if (live.figures == nullptr) return false;  // the log began anew, or came to mark its ends
  RETURN_IF_ERROR(answer(*live.figures, entry->watermark));
  return true;
}

void LogMemory::KeepLive(const LogRecord& record, std::unique_ptr<LiveFigures> figures,
                         size_t names, Entry& entry) {
  LiveEntry& live = entry.live;
  live.figures = std::move(figures);
  live.names = names;
  live.rows = 0;
  live.Update(*entry.builder);
  BoundLive(record, entry);
}

LiveSource LogMemory::SourceOf(const LogRecord& record, Entry& entry) {
  const std::shared_ptr<const LogSnapshot>& log = entry.view->log();
  std::erase_if(entry.made_from,
                [&](const auto& one) { return one.first.expired() || one.first.lock() == log; });
  entry.made_from.emplace_back(log, static_cast<int64_t>(log->memory_bytes()));
  return {entry.view->log(), TransitionsOf(record), entry.builder->ActivityNumbers(),
          entry.builder->ActivitiesFrom(0)};
}

int64_t LogMemory::BytesBeside(Entry& entry) {
  std::erase_if(entry.made_from, [](const auto& one) { return one.first.expired(); });
  int64_t bytes = 0;
  for (const auto& [log, size] : entry.made_from)
    bytes += entry.view != nullptr && entry.view->log() == log.lock() ? 0 : size;
  return bytes;
}

bool LogMemory::FoldBeside(const LogRecord& record, Entry& entry) {
  const int64_t snapshot = static_cast<int64_t>(entry.view->log()->memory_bytes());
  if (BytesOf(record, entry) + BytesBeside(entry) + snapshot > capacity_bytes_) return false;
  Fold(record, entry);
  Account(record.uid, BytesOf(record, entry) + BytesBeside(entry));
  return true;
}

bool LogMemory::NearlyFolded(const Entry& entry, size_t rows) {
  return entry.view != nullptr && entry.builder->pending() <= rows;
}

// Nothing is computed while the log is held: figures are made from a snapshot, and what came
// meanwhile is the difference to the next one, until that is little.
absl::Status LogMemory::MakeLive(const base::CallContext& context, const LogRecord& record,
                                 const std::shared_ptr<Entry>& entry) {
  absl::Status ended;
  const auto keep_on = Meanwhile(context, record.uid, entry, &ended);
  LiveSource source;
  int64_t beginnings = 0;
  {
    PatientLock lock(entry->mutex);
    RETURN_IF_ERROR(lock.Take(context, clock_));
    entry->mutex.AssertHeld();
    LiveEntry& live = entry->live;
    if (record.event_count < 2 * live.too_many_from) return absl::OkStatus();
    if (record.last_block >= entry->too_large_at) return absl::OkStatus();
    RETURN_IF_ERROR(CatchUp(context, live.workspace, record, *entry));
    if (entry->view == nullptr || entry->builder->pending() > 0) Fold(record, *entry);
    source = SourceOf(record, *entry);
    beginnings = entry->beginnings;
  }
  ASSIGN_OR_RETURN(std::unique_ptr<LiveFigures> figures, LiveFigures::Make(source, keep_on));
  for (int i = 0; i < kCatchUps; ++i) {
    LiveSource next;
    {
      PatientLock lock(entry->mutex);
      RETURN_IF_ERROR(lock.Take(context, clock_));
      entry->mutex.AssertHeld();
      if (entry->beginnings != beginnings) return absl::OkStatus();  // once more
      const bool few = NearlyFolded(*entry, kFewRows);
      if (few && entry->view->log() == source.log) {
        KeepLive(record, std::move(figures), source.names.size(), *entry);
        return absl::OkStatus();
      }
      // Where both do not fit they are made in the next round, from the later alone.
      if (!few && !FoldBeside(record, *entry)) return absl::OkStatus();
      next = SourceOf(record, *entry);
    }
    const std::vector<std::string> more(
        next.names.begin() + static_cast<ptrdiff_t>(source.names.size()), next.names.end());
    ASSIGN_OR_RETURN(
        const bool updated,
        figures->Update(TouchedBetween({*source.log, source.numbers}, {*next.log, next.numbers}),
                        more, keep_on));
    if (!updated) return absl::OkStatus();  // it began to mark its ends
    source = std::move(next);
  }
  return absl::OkStatus();
}

absl::StatusOr<std::optional<LogRecord>> LogMemory::RecordOf(const base::CallContext& context,
                                                             const std::string& uid,
                                                             const std::shared_ptr<Entry>& entry) {
  LogKey key;
  {
    PatientLock lock(entry->mutex);
    RETURN_IF_ERROR(lock.Take(context, clock_));
    entry->mutex.AssertHeld();
    key = entry->live.key();
  }
  std::optional<LogRecord> record;
  RETURN_IF_ERROR(store_.Read(context, [&](LogReads& reads) -> absl::Status {
    ASSIGN_OR_RETURN(record, reads.FindLog(key));
    return absl::OkStatus();
  }));
  if (!record.has_value() || record->uid != uid) return std::nullopt;
  return *std::move(record);
}

absl::Status LogMemory::TakeInBlocks(const base::CallContext& context, const LogRecord& record,
                                     const std::shared_ptr<Entry>& entry) {
  const size_t most = MostBehind(record.event_count);
  for (bool more = true; more;) {
    RETURN_IF_ERROR(context.Check(clock_.Now()));
    PatientLock lock(entry->mutex);
    RETURN_IF_ERROR(lock.Take(context, clock_));
    entry->mutex.AssertHeld();
    LiveEntry& live = entry->live;
    if (live.figures == nullptr && !live.KeepsQuestions()) break;
    more = live.UpdateQuestions(*entry->builder, kFewRows, most, kFewRows);
    if (!more && entry->watermark < record.last_block) {
      ASSIGN_OR_RETURN(more, ReadSome(context, live.workspace, record, kBlocksOfAStep, *entry));
    }
    if (!more) BoundQuestions(record, *entry);
  }
  return absl::OkStatus();
}

absl::Status LogMemory::Follow(const base::CallContext& context, absl::Time since,
                               const std::string& uid, const std::shared_ptr<Entry>& entry) {
  ASSIGN_OR_RETURN(const std::optional<LogRecord> record, RecordOf(context, uid, entry));
  if (!record.has_value()) {
    Forget(uid);
    return absl::OkStatus();
  }
  bool missing = false;
  {
    PatientLock lock(entry->mutex);
    RETURN_IF_ERROR(lock.Take(context, clock_));
    entry->mutex.AssertHeld();
    missing = entry->live.figures == nullptr && entry->live.asked >= since;
  }
  if (missing) RETURN_IF_ERROR(MakeLive(context, *record, entry));
  RETURN_IF_ERROR(MakeQuestions(context, *record, entry));
  RETURN_IF_ERROR(TakeInBlocks(context, *record, entry));
  PatientLock lock(entry->mutex);
  RETURN_IF_ERROR(lock.Take(context, clock_));
  entry->mutex.AssertHeld();
  const size_t pending = entry->builder->pending();
  if (pending >= kFoldFrom && entry->view != nullptr && pending >= entry->view->log()->size() / 4)
    Fold(*record, *entry);
  BoundLive(*record, *entry);
  BoundQuestions(*record, *entry);
  return absl::OkStatus();
}

void LogMemory::NoteAsked(const base::CallContext& context) {
  for (const auto& [uid, entry] : Entries(nullptr)) {
    LogKey key;
    absl::Time asked;
    {
      PatientLock lock(entry->mutex);
      if (!lock.TryTake()) continue;
      entry->mutex.AssertHeld();
      asked = entry->live.asked;
      if (asked == absl::InfinitePast() || asked < entry->live.noted + kNoteEvery) continue;
      key = entry->live.key();
    }
    const auto is_there = [&, &uid = uid](LogReads& reads) -> absl::StatusOr<bool> {
      ASSIGN_OR_RETURN(const std::optional<LogRecord> record, reads.FindLog(key));
      return record.has_value() && record->uid == uid;
    };
    // Before anything is locked for it in the store.
    bool there = false;
    const absl::Status looked = store_.Read(context, [&](LogReads& reads) -> absl::Status {
      ASSIGN_OR_RETURN(there, is_there(reads));
      return absl::OkStatus();
    });
    if (!looked.ok() || !there) continue;
    const auto noted =
        store_.Write(context, key.log, {key.workspace, "NoteAsked", "", ""}, clock_.Now(),
                     [&](LogChanges& changes) -> absl::StatusOr<std::string> {
                       ASSIGN_OR_RETURN(const bool still, is_there(changes));
                       if (still) RETURN_IF_ERROR(changes.NoteAsked(key, asked));
                       return std::string();
                     });
    PatientLock lock(entry->mutex);
    if (!noted.ok() || !lock.TryTake()) continue;
    entry->mutex.AssertHeld();
    entry->live.noted = asked;
  }
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
    const int64_t more = record.event_count * kBytesOfALiveEvent;
    if (record.event_count < live_from_events_ || bytes + more > capacity_bytes_) continue;
    bytes += more;
    const std::shared_ptr<Entry> entry = EntryOf(record);
    PatientLock lock(entry->mutex);
    RETURN_IF_ERROR(lock.Take(context, clock_));
    entry->mutex.AssertHeld();
    entry->live.asked = entry->live.noted = now;
    entry->live.workspace = key.workspace;
    entry->live.log = record.description.name();
  }
  return absl::OkStatus();
}

std::vector<std::pair<std::string, std::shared_ptr<LogMemory::Entry>>> LogMemory::Entries(
    const absl::flat_hash_set<std::string>* only) const {
  absl::MutexLock lock(&mutex_);
  if (only == nullptr) return {entries_.begin(), entries_.end()};
  std::vector<std::pair<std::string, std::shared_ptr<Entry>>> entries;
  for (const std::string& name : *only) {
    const auto uid = uids_.find(name);
    if (uid == uids_.end()) continue;
    const auto entry = entries_.find(uid->second);
    if (entry != entries_.end()) entries.emplace_back(*entry);
  }
  return entries;
}

absl::StatusOr<int64_t> LogMemory::FollowOnce(const base::CallContext& context,
                                              const absl::flat_hash_set<std::string>* only) {
  const absl::Time since = clock_.Now() - kFollowFor;
  int64_t followed = 0;
  absl::Status failed;
  for (const auto& [uid, entry] : Entries(only)) {
    {
      PatientLock lock(entry->mutex);
      // Whoever loads a log now does not hold up the others; it is looked at in the next round.
      if (!lock.TryTake()) {
        ++followed;
        continue;
      }
      entry->mutex.AssertHeld();
      LiveEntry& live = entry->live;
      std::erase_if(live.questions, [&](const auto& one) { return one.second.asked < since; });
      if (live.asked < since) live.Drop();
      const bool wanted = std::any_of(live.questions.begin(), live.questions.end(),
                                      [](const auto& one) { return one.second.wanted; });
      if (live.asked < since && !wanted) continue;
    }
    ++followed;
    failed.Update(Follow(context, since, uid, entry));
  }
  RETURN_IF_ERROR(failed);
  return followed;
}

}  // namespace plumbline::analytics
