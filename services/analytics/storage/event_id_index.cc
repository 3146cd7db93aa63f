// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/storage/event_id_index.h"

#include <algorithm>

#include "common/base/status_macros.h"
#include "services/analytics/log/block.h"

namespace plumbline::analytics {
namespace {

constexpr int kBlocksAtOnce = 16;
constexpr size_t kMaxLogs = 8;

}  // namespace

bool HasEventIds(const EventBatch& batch) {
  return batch.attribute_keys.Find(kEventIdKey) != kNoText;
}

EventIdIndex::Entry& EventIdIndex::EntryOf(const std::string& uid) {
  if (!entries_.contains(uid) && entries_.size() >= kMaxLogs) {
    entries_.erase(std::min_element(
        entries_.begin(), entries_.end(),
        [](const auto& a, const auto& b) { return a.second.last_use < b.second.last_use; }));
  }
  Entry& entry = entries_[uid];
  entry.last_use = ++uses_;
  return entry;
}

absl::Status EventIdIndex::CatchUp(LogReads& reads, absl::string_view workspace,
                                   const LogRecord& record) {
  absl::MutexLock lock(&mutex_);
  Entry& entry = EntryOf(record.uid);
  if (entry.watermark > record.last_block)
    entry = Entry{{}, 0, entry.last_use};  // was never written
  while (entry.watermark < record.last_block) {
    ASSIGN_OR_RETURN(const std::vector<StoredBlock> blocks,
                     reads.ReadBlocks(workspace, record.uid, entry.watermark, kBlocksAtOnce));
    if (blocks.empty()) break;
    for (const StoredBlock& block : blocks) {
      // A block that was merged with ones that were read holds some twice: that does no harm.
      ASSIGN_OR_RETURN(const EventBatch batch, DecodeBlock(block.data));
      entry.ids.InsertAll(batch);
      entry.watermark = block.number;
    }
  }
  return absl::OkStatus();
}

std::vector<bool> EventIdIndex::NewRows(const LogRecord& record, const EventBatch& batch) {
  absl::MutexLock lock(&mutex_);
  const Entry& entry = EntryOf(record.uid);
  EventIds here;
  std::vector<bool> is_new(batch.size(), true);
  for (const EventAttribute& attribute : batch.attributes) {
    const absl::string_view id = EventIdOf(batch, attribute);
    if (id.empty() || !is_new[attribute.row]) continue;
    const absl::string_view case_id = batch.cases[batch.case_id[attribute.row]];
    is_new[attribute.row] = !entry.ids.Contains(case_id, id) && here.Insert(case_id, id);
  }
  return is_new;
}

std::shared_ptr<EventIds> EventIdIndex::Copy(const LogRecord& record) {
  absl::MutexLock lock(&mutex_);
  return std::make_shared<EventIds>(EntryOf(record.uid).ids);
}

}  // namespace plumbline::analytics
