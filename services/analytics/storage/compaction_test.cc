// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/storage/compaction.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "services/analytics/log/block.h"

namespace plumbline::analytics {
namespace {

TEST(MergeBlocks, KeepsEverythingInOrder) {
  std::vector<StoredBlock> blocks;
  for (int i = 0; i < 3; ++i) {
    EventBatch batch;
    for (const char* activity : {"b", "a"}) {
      batch.case_id.push_back(batch.cases.Intern(absl::StrCat("case ", 2 - i)));
      batch.activity.push_back(batch.activities.Intern(activity));
      batch.resource.push_back(i == 0 ? kNoText : batch.resources.Intern("Ada"));
      batch.transition.push_back(i == 1 ? kNoText : batch.transitions.Intern("start"));
      batch.time.push_back(10 * i);
    }
    if (i == 1) batch.start = {5, kNoTime};
    batch.attributes.push_back(
        {1, batch.attribute_keys.Intern(absl::StrCat("key", i)), int64_t{i}});
    blocks.push_back({i, i, 2, *EncodeBlock(batch)});
  }
  const auto merged = MergeBlocks(blocks);
  ASSERT_TRUE(merged.ok()) << merged.status();
  const auto batch = DecodeBlock(*merged);
  ASSERT_TRUE(batch.ok()) << batch.status();
  std::string text;
  size_t attribute = 0;
  for (uint32_t i = 0; i < batch->size(); ++i) {
    absl::StrAppend(
        &text, batch->cases[batch->case_id[i]], " ", batch->activities[batch->activity[i]], " ",
        batch->resource[i] == kNoText ? "-" : batch->resources[batch->resource[i]], " ",
        batch->transition[i] == kNoText ? "-" : batch->transitions[batch->transition[i]], " ",
        batch->time[i], " ", batch->start[i] == kNoTime ? -1 : batch->start[i]);
    for (; attribute < batch->attributes.size() && batch->attributes[attribute].row == i;
         ++attribute) {
      absl::StrAppend(&text, " ", batch->attribute_keys[batch->attributes[attribute].key]);
    }
    text += "\n";
  }
  EXPECT_EQ(text,
            "case 2 b - start 0 -1\ncase 2 a - start 0 -1 key0\ncase 1 b Ada - 10 5\ncase 1 a Ada "
            "- 10 -1 key1\n"
            "case 0 b Ada start 20 -1\ncase 0 a Ada start 20 -1 key2\n");
  EXPECT_FALSE(MergeBlocks({{1, 1, 1, "junk"}}).ok());
}

}  // namespace
}  // namespace plumbline::analytics
