// SPDX-License-Identifier: Apache-2.0
//
// LogMemory's part that keeps the sums of single questions.
#include <algorithm>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "common/base/status_macros.h"
#include "services/analytics/memory/log_memory.h"

namespace plumbline::analytics {
namespace {

// More questions of a log are not kept: another is when one of them has not been asked for long.
// Nor is it known of more that they were asked.
constexpr int kMostKept = 16;
constexpr size_t kMostKnown = 64;
// What one takes at most: with more it holds nearly what the log does.
constexpr int64_t kMostBytes = int64_t{32} << 20, kMostBytesPerEvent = 80;
int64_t MostBytes(int64_t events) { return kMostBytes + kMostBytesPerEvent * events; }
// Sums that are further behind than so many rows, and than this share of the log, are made anew.
constexpr int64_t kFewBehind = 150'000, kBehindShare = 20;
// So many rows are taken into sums that were just made while the log waits.
constexpr size_t kTakenWhenMade = 200'000;
// While sums are made, what is kept already is brought up so often.
constexpr absl::Duration kMeanwhile = absl::Milliseconds(500);
// What came while sums were made is taken in so often, each time less.
constexpr int kCatchUps = 10;

}  // namespace

size_t LogMemory::LiveEntry::KeptCount() const {
  return static_cast<size_t>(std::count_if(questions.begin(), questions.end(), [](const auto& one) {
    return one.second.question != nullptr;
  }));
}

bool LogMemory::LiveEntry::UpdateQuestions(EventLogBuilder& builder, size_t behind, size_t most,
                                           size_t step) {
  bool more = false;
  for (auto& [name, kept] : questions) {
    if (kept.question == nullptr) continue;
    const size_t rows = kept.question->behind(builder);
    if (rows <= behind) continue;
    if (rows > most || !kept.question->Update(builder, step)) kept.question = nullptr;
    more |= kept.question != nullptr && kept.question->behind(builder) > behind;
  }
  SumUpQuestions();
  return more;
}

void LogMemory::LiveEntry::SumUpQuestions() {
  question_bytes = 0;
  for (const auto& [name, kept] : questions) {
    if (kept.question != nullptr) question_bytes += kept.question->memory_bytes();
  }
}

void LogMemory::LiveEntry::DropQuestions() {
  for (auto& [name, kept] : questions) kept.question = nullptr;
  question_bytes = 0;
}

size_t LogMemory::MostBehind(int64_t events) {
  return static_cast<size_t>(std::max(kFewBehind, events / kBehindShare));
}

void LogMemory::BoundQuestions(const LogRecord& record, Entry& entry) {
  auto& questions = entry.live.questions;
  // Those that are not kept first, then those that were asked least lately.
  while (questions.size() > kMostKnown) {
    questions.erase(std::min_element(questions.begin(), questions.end(),
                                     [](const auto& one, const auto& other) {
                                       const KeptQuestion &a = one.second, &b = other.second;
                                       return std::pair(a.question != nullptr, a.asked) <
                                              std::pair(b.question != nullptr, b.asked);
                                     }));
  }
  for (auto& [name, kept] : questions) {
    const bool large =
        kept.question != nullptr && kept.question->memory_bytes() > MostBytes(record.event_count);
    if (large) kept.GiveUp(record.event_count);
  }
  entry.live.SumUpQuestions();
  while (BytesOf(record, entry) > capacity_bytes_ && entry.live.question_bytes > 0) {
    KeptQuestion* least = nullptr;
    for (auto& [name, kept] : questions) {
      const bool less = least == nullptr || kept.asked < least->asked;
      if (kept.question != nullptr && less) least = &kept;
    }
    least->GiveUp(record.event_count);
    entry.live.SumUpQuestions();
  }
  Account(record.uid, BytesOf(record, entry));
}

LogMemory::KeptQuestion& LogMemory::Note(absl::string_view workspace, const LogRecord& record,
                                         const LiveAsk& ask, LiveEntry& live) {
  live.workspace = std::string(workspace);
  live.log = record.description.name();
  KeptQuestion& kept = live.questions[ask.question];
  kept.asked = clock_.Now();
  if (!kept.make) {
    kept.make = ask.make;
    kept.first_watermark = record.last_block;
  }
  if (kept.question != nullptr && kept.question->map_transitions() != TransitionsOf(record))
    kept.question = nullptr;
  const auto wanted = std::count_if(live.questions.begin(), live.questions.end(),
                                    [](const auto& one) { return one.second.wanted; });
  kept.wanted |= kept.first_watermark != record.last_block && wanted < kMostKept &&
                 record.event_count >= 2 * kept.too_many_from;
  return kept;
}

absl::StatusOr<bool> LogMemory::AskKept(const base::CallContext& context,
                                        absl::string_view workspace, const LogRecord& record,
                                        const LiveAsk& ask) {
  if (record.event_count < live_from_events_) return false;
  const std::shared_ptr<Entry> entry = EntryOf(record);
  PatientLock lock(entry->mutex);
  RETURN_IF_ERROR(lock.Take(context, clock_));
  entry->mutex.AssertHeld();
  LiveEntry& live = entry->live;
  KeptQuestion& kept = Note(workspace, record, ask, live);
  if (kept.question == nullptr) {
    if (kept.wanted) wanted_(live.log);
    BoundQuestions(record, *entry);
    return false;
  }
  RETURN_IF_ERROR(CatchUp(context, workspace, record, *entry));
  if (kept.question == nullptr) return false;  // the log began anew
  EventLogBuilder& builder = *entry->builder;
  if (kept.question->behind(builder) > MostBehind(record.event_count) ||
      !kept.question->Update(builder)) {
    kept.question = nullptr;
    wanted_(live.log);
    return false;
  }
  const auto keep_on = [&] { return context.Check(clock_.Now()); };
  const absl::StatusOr<bool> answered = kept.question->Answer(
      builder,
      [&](LiveSums& sums, const LiveWhole& whole) {
        return ask.answer(sums, whole, entry->watermark);
      },
      keep_on);
  // Nothing is to be gained, or the sums are of no more use.
  if (answered.ok() && !*answered) kept.GiveUp(record.event_count);
  BoundQuestions(record, *entry);
  return answered;
}

std::function<absl::Status()> LogMemory::Meanwhile(const base::CallContext& context,
                                                   const std::string& uid,
                                                   const std::shared_ptr<Entry>& entry,
                                                   absl::Status* ended) {
  const auto follow = [this, &context, &uid, &entry]() -> absl::Status {
    ASSIGN_OR_RETURN(const std::optional<LogRecord> now, RecordOf(context, uid, entry));
    return now.has_value() ? TakeInBlocks(context, *now, entry) : absl::OkStatus();
  };
  return [this, &context, follow, ended, next = clock_.Now() + kMeanwhile]() mutable {
    *ended = context.Check(clock_.Now());
    if (!ended->ok() || clock_.Now() < next) return *ended;
    *ended = follow();
    next = clock_.Now() + kMeanwhile;
    return *ended;
  };
}

LiveSnapshot LogMemory::SnapshotOf(const LogRecord& record, Entry& entry) {
  LiveSource source = SourceOf(record, entry);
  return {std::move(source.log), std::move(source.map_transitions), std::move(source.numbers),
          entry.builder->CaseNumbers(), std::move(source.names)};
}

absl::Status LogMemory::MakeQuestions(const base::CallContext& context, const LogRecord& record,
                                      const std::shared_ptr<Entry>& entry) {
  std::vector<std::pair<std::string, std::unique_ptr<LiveSums>>> missing;
  LiveSnapshot snapshot;
  int64_t beginnings = 0;
  {
    PatientLock lock(entry->mutex);
    RETURN_IF_ERROR(lock.Take(context, clock_));
    entry->mutex.AssertHeld();
    LiveEntry& live = entry->live;
    for (auto& [name, kept] : live.questions) {
      if (kept.wanted && kept.question == nullptr)
        missing.emplace_back(name, kept.make(TransitionsOf(record)));
    }
    if (missing.empty() || record.last_block >= entry->too_large_at) return absl::OkStatus();
    RETURN_IF_ERROR(CatchUp(context, live.workspace, record, *entry));
    if (!NearlyFolded(*entry, kTakenWhenMade)) Fold(record, *entry);
    snapshot = SnapshotOf(record, *entry);
    beginnings = entry->beginnings;
  }
  absl::Status failed;
  for (auto& [name, sums] : missing) {
    failed.Update(
        MakeQuestion(context, record, entry, name, std::move(sums), snapshot, beginnings));
  }
  return failed;
}

absl::Status LogMemory::MakeQuestion(const base::CallContext& context, const LogRecord& record,
                                     const std::shared_ptr<Entry>& entry, const std::string& name,
                                     std::unique_ptr<LiveSums> sums, const LiveSnapshot& snapshot,
                                     int64_t beginnings) {
  absl::Status ended;  // by other than the sums
  const auto keep_on = Meanwhile(context, record.uid, entry, &ended);
  absl::StatusOr<std::unique_ptr<LiveQuestion>> made =
      LiveQuestion::Make(std::move(sums), snapshot, keep_on, MostBytes(record.event_count));
  for (int i = 0; i <= kCatchUps; ++i) {
    LiveSnapshot later;
    {
      PatientLock lock(entry->mutex);
      RETURN_IF_ERROR(lock.Take(context, clock_));
      entry->mutex.AssertHeld();
      if (entry->beginnings != beginnings) return absl::OkStatus();  // once more
      const auto kept = entry->live.questions.find(name);
      if (kept == entry->live.questions.end()) return absl::OkStatus();  // nobody asks any more
      if (!made.ok()) {
        RETURN_IF_ERROR(ended);
        entry->live.questions.erase(kept);  // it has no answer that could be kept
        return absl::OkStatus();
      }
      if (*made == nullptr) {
        kept->second.GiveUp(record.event_count);
        return absl::OkStatus();
      }
      const bool few = NearlyFolded(*entry, kTakenWhenMade);
      if (few && entry->view->log() == (*made)->snapshot().log) {
        (*made)->Follow();
        if ((*made)->Update(*entry->builder)) {
          kept->second.question = *std::move(made);
        } else {
          Fold(record, *entry);  // what came has texts that the snapshot lacks; once more, from all
        }
        BoundQuestions(record, *entry);
        return absl::OkStatus();
      }
      // Where both do not fit they are made in the next round, from the later alone.
      if (!few && !FoldBeside(record, *entry)) return absl::OkStatus();
      later = SnapshotOf(record, *entry);
    }
    ASSIGN_OR_RETURN(const bool caught_up, (*made)->CatchUp(std::move(later), keep_on));
    if (!caught_up) return absl::OkStatus();  // it changed its texts; once more
  }
  return absl::OkStatus();
}

}  // namespace plumbline::analytics
