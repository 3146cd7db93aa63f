// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/memory/log_memory.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/base/counts.h"
#include "common/base/error.h"
#include "common/base/status_macros.h"
#include "services/analytics/log/batch_rows.h"
#include "services/analytics/log/block.h"

namespace plumbline::analytics {
namespace {

// A row on its way into a snapshot, without a start.
constexpr int64_t kBytesOfPendingRow = 24;

// So few blocks are not worth a thread that reads ahead.
constexpr int kFewBlocks = 8;

// Of the last so many blocks it is known where they end.
constexpr size_t kMostBlocksKnown = 100'000;

// What a view may come to hold: variants; traces of their own where not every event counts.
int64_t ViewBytes(const LogSnapshot& log, bool own_traces) {
  const auto rows = static_cast<int64_t>(log.size()),
             cases = static_cast<int64_t>(log.case_count());
  return 12 * cases + (own_traces ? 24 * rows + 8 * cases : 0);
}

}  // namespace

const Traces& LogView::LockedTraces() const {
  if (!traces_.has_value()) traces_.emplace(log_, TraceOptions{.transitions = map_transitions_});
  return *traces_;
}

const Traces& LogView::traces() const {
  absl::MutexLock lock(&mutex_);
  return LockedTraces();
}

const Variants& LogView::variants() const {
  absl::MutexLock lock(&mutex_);
  if (!variants_.has_value()) variants_.emplace(LockedTraces());
  return *variants_;
}

void LogMemory::Forget(const std::string& uid) {
  absl::MutexLock lock(&mutex_);
  LockedForget(uid);
}

void LogMemory::LockedForget(const std::string& uid) {
  const auto found = entries_.find(uid);
  if (found == entries_.end()) return;
  bytes_ -= found->second->bytes;
  entries_.erase(found);
}

std::shared_ptr<LogMemory::Entry> LogMemory::EntryOf(const LogRecord& record) {
  absl::MutexLock lock(&mutex_);
  std::string& uid = uids_[record.description.name()];
  if (uid != record.uid) LockedForget(uid);
  uid = record.uid;
  // Names outlive their logs: begin anew before they are many.
  if (uids_.size() > 10'000) uids_.clear();
  std::shared_ptr<Entry>& entry = entries_[record.uid];
  if (entry == nullptr) entry = std::make_shared<Entry>();
  entry->last_use = ++uses_;
  return entry;
}

absl::StatusOr<std::shared_ptr<const LogView>> LogMemory::Load(const base::CallContext& context,
                                                               absl::string_view workspace,
                                                               const LogRecord& record) {
  const std::shared_ptr<Entry> entry = EntryOf(record);
  PatientLock lock(entry->mutex);
  RETURN_IF_ERROR(lock.Take(context, clock_));
  entry->mutex.AssertHeld();
  if (record.last_block >= entry->too_large_at) return Refuse(record, *entry);
  if (entry->watermark < record.last_block) {
    const absl::Status caught_up = CatchUp(context, workspace, record, *entry);
    if (!caught_up.ok()) {
      Account(record.uid, static_cast<int64_t>(entry->builder->memory_bytes()) + entry->live.bytes +
                              entry->live.question_bytes);
      return caught_up;
    }
  }
  if (entry->view != nullptr && entry->view->watermark() == entry->watermark) return entry->view;
  Fold(record, *entry);
  if (BytesOf(record, *entry) > capacity_bytes_) entry->live.DropQuestions();
  if (BytesOf(record, *entry) > capacity_bytes_) entry->live.Drop();
  const int64_t bytes = BytesOf(record, *entry);
  if (bytes > capacity_bytes_) return Refuse(record, *entry);
  Account(record.uid, bytes + BytesBeside(*entry));
  return entry->view;
}

void LogMemory::Fold(const LogRecord& record, Entry& entry) {
  // Who waits for the snapshot waits for all of them together.
  const size_t all = std::max<size_t>(1, entry.live.KeptCount());
  entry.live.UpdateQuestions(*entry.builder, 0, MostBehind(record.event_count) / all);
  const auto& transitions = record.description.map_transitions();
  entry.view = std::make_shared<const LogView>(
      entry.watermark, entry.builder->Snapshot(),
      std::vector<std::string>(transitions.begin(), transitions.end()));
  entry.live.rows = 0;
  for (auto& [name, kept] : entry.live.questions) {
    if (kept.question != nullptr) kept.question->Folded();
  }
}

int64_t LogMemory::BytesOf(const LogRecord& record, Entry& entry) {
  const int64_t view =
      entry.view == nullptr
          ? 0
          : ViewBytes(*entry.view->log(), !record.description.map_transitions().empty());
  return static_cast<int64_t>(entry.builder->memory_bytes()) + view + entry.live.bytes +
         entry.live.question_bytes;
}

absl::Status LogMemory::Refuse(const LogRecord& record, Entry& entry) {
  entry.view = nullptr;
  BeginAnew(entry);
  entry.too_large_at = std::min(entry.too_large_at, record.last_block);
  Account(record.uid, 0);
  return base::FieldError(
      "name",
      absl::StrCat("is that of an event log with ", base::CountText(record.event_count),
                   " events, which takes more memory than the ", base::BytesText(capacity_bytes_),
                   " that analytics is given in log_memory_bytes; raise it, or "
                   "spread the events over several logs"));
}

void LogMemory::BeginAnew(Entry& entry) {
  entry.builder = std::make_unique<EventLogBuilder>();
  entry.watermark = 0;
  entry.read.clear();
  entry.live.Drop();
  entry.live.DropQuestions();
  ++entry.beginnings;
}

bool LogMemory::TakeIn(ReadBlock block, Entry& entry) {
  const int64_t events = entry.read.empty() ? 0 : entry.read.back().second;
  int64_t known = 0;  // events at its beginning
  if (block.first <= entry.watermark) {
    // Blocks that were read before were merged with later ones: they hold the same events in the
    // same order.
    const auto before = std::lower_bound(entry.read.begin(), entry.read.end(),
                                         std::pair<int64_t, int64_t>(block.first - 1, 0));
    const bool at_a_block = before != entry.read.end() && before->first == block.first - 1;
    if (!at_a_block && block.first != 1) return false;
    known = events - (block.first == 1 ? 0 : before->second);
  }
  EventBatch& batch = block.batch;
  if (known > static_cast<int64_t>(batch.size())) return false;
  if (known > 0) {
    EventBatch rest;
    AppendRows(
        batch, [known](size_t row) { return static_cast<int64_t>(row) >= known; }, &rest);
    batch = std::move(rest);
  }
  entry.builder->Append(batch);
  entry.live.Update(*entry.builder);
  entry.watermark = block.number;
  entry.read.emplace_back(block.number, events + static_cast<int64_t>(batch.size()));
  if (entry.read.size() > kMostBlocksKnown)
    entry.read.erase(entry.read.begin(), entry.read.begin() + kMostBlocksKnown / 2);
  return true;
}

absl::StatusOr<bool> LogMemory::TakeAll(std::vector<ReadBlock> blocks, const LogRecord& record,
                                        Entry& entry) {
  for (ReadBlock& block : blocks) {
    if (!TakeIn(std::move(block), entry)) {
      BeginAnew(entry);
      return false;
    }
    if (static_cast<int64_t>(entry.builder->memory_bytes()) > capacity_bytes_)
      return Refuse(record, entry);
  }
  return true;
}

absl::StatusOr<bool> LogMemory::ReadSome(const base::CallContext& context,
                                         absl::string_view workspace, const LogRecord& record,
                                         int limit, Entry& entry) {
  std::vector<StoredBlock> stored;
  RETURN_IF_ERROR(store_.Read(context, [&](LogReads& reads) -> absl::Status {
    ASSIGN_OR_RETURN(stored, reads.ReadBlocks(workspace, record.uid, entry.watermark, limit));
    return absl::OkStatus();
  }));
  std::vector<ReadBlock> blocks;
  for (const StoredBlock& block : stored) {
    ASSIGN_OR_RETURN(EventBatch batch, DecodeBlock(block.data));
    blocks.push_back({block.first, block.number, std::move(batch)});
  }
  RETURN_IF_ERROR(TakeAll(std::move(blocks), record, entry).status());
  return !stored.empty();
}

absl::Status LogMemory::CatchUp(const base::CallContext& context, absl::string_view workspace,
                                const LogRecord& record, Entry& entry) {
  while (entry.watermark < record.last_block) {
    RETURN_IF_ERROR(context.Check(clock_.Now()));
    if (record.last_block - entry.watermark <= kFewBlocks) {
      ASSIGN_OR_RETURN(const bool more, ReadSome(context, workspace, record, kFewBlocks, entry));
      if (!more) break;  // what is left of the log is its answer
      continue;
    }
    // More than fits is refused as it comes.
    if (entry.watermark == 0)
      entry.builder->Reserve(
          static_cast<size_t>(std::min(record.event_count, capacity_bytes_ / kBytesOfPendingRow)));
    BlockReader reader(context, store_, clock_, std::string(workspace), record.uid,
                       entry.watermark);
    for (bool more = true; more && entry.watermark < record.last_block;) {
      ASSIGN_OR_RETURN(std::vector<ReadBlock> blocks, reader.Next());
      if (blocks.empty()) return absl::OkStatus();  // what is left of the log is its answer
      ASSIGN_OR_RETURN(more, TakeAll(std::move(blocks), record, entry));
    }
  }
  return absl::OkStatus();
}

void LogMemory::Account(const std::string& uid, int64_t bytes) {
  absl::MutexLock lock(&mutex_);
  auto found = entries_.find(uid);
  if (found == entries_.end()) return;  // let go meanwhile
  bytes_ += bytes - found->second->bytes;
  found->second->bytes = bytes;
  while (bytes_ > capacity_bytes_ && entries_.size() > 1) {
    auto oldest = entries_.end();
    for (auto it = entries_.begin(); it != entries_.end(); ++it) {
      if (it->first == uid) continue;
      if (oldest == entries_.end() || it->second->last_use < oldest->second->last_use) oldest = it;
    }
    bytes_ -= oldest->second->bytes;
    entries_.erase(oldest);
  }
}

int64_t LogMemory::memory_bytes() const {
  absl::MutexLock lock(&mutex_);
  return bytes_;
}

}  // namespace plumbline::analytics
