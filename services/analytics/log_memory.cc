// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/log_memory.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "common/base/status_macros.h"
#include "services/analytics/log/block.h"

namespace plumbline::analytics {
namespace {

// Blocks that one read transaction fetches: some 10 MB at most of an imported log.
constexpr int kBlocksAtOnce = 32;

// What a view may come to hold: variants; traces of their own where not every event counts.
int64_t ViewBytes(const LogSnapshot& log, bool own_traces) {
  const auto rows = static_cast<int64_t>(log.size()),
             cases = static_cast<int64_t>(log.case_count());
  return 12 * cases + (own_traces ? 24 * rows + 4 * cases : 0);
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
  absl::MutexLock lock(&entry->mutex);
  if (entry->view != nullptr && entry->watermark >= record.last_block) return entry->view;
  if (record.last_block >= entry->too_large_at) return Refuse(record, *entry);
  const absl::Status caught_up = CatchUp(context, workspace, record, *entry);
  if (!caught_up.ok()) {
    Account(record.uid, static_cast<int64_t>(entry->builder->memory_bytes()));
    return caught_up;
  }
  const auto& transitions = record.description.map_transitions();
  entry->view = std::make_shared<const LogView>(
      entry->watermark, entry->builder->Snapshot(),
      std::vector<std::string>(transitions.begin(), transitions.end()));
  const int64_t bytes = static_cast<int64_t>(entry->builder->memory_bytes()) +
                        ViewBytes(*entry->view->log(), !transitions.empty());
  if (bytes > capacity_bytes_) return Refuse(record, *entry);
  Account(record.uid, bytes);
  return entry->view;
}

absl::Status LogMemory::Refuse(const LogRecord& record, Entry& entry) {
  entry.view = nullptr;
  entry.builder = std::make_unique<EventLogBuilder>();
  entry.watermark = 0;
  entry.too_large_at = std::min(entry.too_large_at, record.last_block);
  Account(record.uid, 0);
  return base::FieldError(
      "name", absl::StrCat("is that of an event log with ", record.event_count,
                           " events, which takes more memory than the ", capacity_bytes_,
                           " bytes that analytics is given in log_memory_bytes; raise it, or "
                           "spread the events over several logs"));
}

absl::Status LogMemory::CatchUp(const base::CallContext& context, absl::string_view workspace,
                                const LogRecord& record, Entry& entry) {
  while (entry.watermark < record.last_block) {
    RETURN_IF_ERROR(context.Check(clock_.Now()));
    std::vector<StoredBlock> blocks;
    RETURN_IF_ERROR(store_.Read(context, [&](LogReads& reads) -> absl::Status {
      ASSIGN_OR_RETURN(blocks,
                       reads.ReadBlocks(workspace, record.uid, entry.watermark, kBlocksAtOnce));
      return absl::OkStatus();
    }));
    if (blocks.empty())
      break;  // the log is deleted while it is read: what is left of it is its answer
    for (const StoredBlock& block : blocks) {
      if (block.first <= entry.watermark) {
        // A block that was read before was merged with later ones: there is no reading half of it.
        entry.builder = std::make_unique<EventLogBuilder>();
        entry.watermark = 0;
        break;
      }
      ASSIGN_OR_RETURN(const EventBatch batch, DecodeBlock(block.data));
      entry.builder->Append(batch);
      entry.watermark = block.number;
      if (static_cast<int64_t>(entry.builder->memory_bytes()) > capacity_bytes_)
        return Refuse(record, entry);
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
