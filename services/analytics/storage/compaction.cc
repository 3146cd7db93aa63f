// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/storage/compaction.h"

#include "common/base/error.h"
#include "common/base/status_macros.h"
#include "services/analytics/log/batch_rows.h"
#include "services/analytics/log/block.h"

namespace plumbline::analytics {
absl::StatusOr<std::string> MergeBlocks(const std::vector<StoredBlock>& blocks) {
  EventBatch whole;
  for (const StoredBlock& block : blocks) {
    ASSIGN_OR_RETURN(const EventBatch batch, DecodeBlock(block.data));
    AppendRows(
        batch, [](size_t) { return true; }, &whole);
  }
  ASSIGN_OR_RETURN(std::string block, EncodeBlock(whole));
  ASSIGN_OR_RETURN(const EventBatch again, DecodeBlock(block));
  if (again.size() != whole.size() || again.attributes.size() != whole.attributes.size())
    return base::Internal("a merged block that reads otherwise than it was made");
  return block;
}

}  // namespace plumbline::analytics
