// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/compaction.h"

#include "common/base/error.h"
#include "common/base/status_macros.h"
#include "services/analytics/log/block.h"

namespace plumbline::analytics {
namespace {

uint32_t Translate(const Dictionary& from, uint32_t id, Dictionary& to) {
  return id == kNoText ? kNoText : to.Intern(from[id]);
}

void Append(const EventBatch& batch, EventBatch& whole) {
  const uint32_t first = static_cast<uint32_t>(whole.size());
  for (size_t i = 0; i < batch.size(); ++i) {
    whole.case_id.push_back(Translate(batch.cases, batch.case_id[i], whole.cases));
    whole.activity.push_back(Translate(batch.activities, batch.activity[i], whole.activities));
    whole.resource.push_back(Translate(batch.resources, batch.resource[i], whole.resources));
    whole.transition.push_back(
        Translate(batch.transitions, batch.transition[i], whole.transitions));
    whole.time.push_back(batch.time[i]);
  }
  if (!batch.start.empty()) {
    whole.start.resize(first, kNoTime);
    whole.start.insert(whole.start.end(), batch.start.begin(), batch.start.end());
  } else if (!whole.start.empty()) {
    whole.start.resize(whole.size(), kNoTime);
  }
  for (EventAttribute attribute : batch.attributes) {
    attribute.row += first;
    attribute.key = Translate(batch.attribute_keys, attribute.key, whole.attribute_keys);
    whole.attributes.push_back(std::move(attribute));
  }
}

}  // namespace

absl::StatusOr<std::string> MergeBlocks(const std::vector<StoredBlock>& blocks) {
  EventBatch whole;
  for (const StoredBlock& block : blocks) {
    ASSIGN_OR_RETURN(const EventBatch batch, DecodeBlock(block.data));
    Append(batch, whole);
  }
  ASSIGN_OR_RETURN(std::string block, EncodeBlock(whole));
  ASSIGN_OR_RETURN(const EventBatch again, DecodeBlock(block));
  if (again.size() != whole.size() || again.attributes.size() != whole.attributes.size())
    return base::Internal("a merged block that reads otherwise than it was made");
  return block;
}

}  // namespace plumbline::analytics
