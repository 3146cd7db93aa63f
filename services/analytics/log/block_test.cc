// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/log/block.h"

#include <gtest/gtest.h>
#include <zstd.h>

#include <limits>
#include <random>
#include <string>

namespace plumbline::analytics {
namespace {

EventBatch SomeBatch(size_t rows, bool starts, bool attributes) {
  std::mt19937_64 random(rows * 4 + starts * 2 + attributes);
  EventBatch batch;
  for (size_t i = 0; i < rows; ++i) {
    batch.case_id.push_back(
        batch.cases.Intern("case " + std::to_string(random() % (rows / 3 + 1))));
    batch.activity.push_back(batch.activities.Intern("activity " + std::to_string(random() % 20)));
    batch.resource.push_back(
        random() % 4 == 0 ? kNoText : batch.resources.Intern("r" + std::to_string(random() % 9)));
    batch.transition.push_back(random() % 2 == 0 ? kNoText : batch.transitions.Intern("complete"));
    batch.time.push_back(static_cast<int64_t>(random() % 1'000'000'000'000));
    if (starts) batch.start.push_back(random() % 3 == 0 ? kNoTime : batch.time.back() - 1'000);
    if (!attributes || random() % 2 == 0) continue;
    const AttributeValue values[] = {std::string("text"), int64_t{-5}, 0.25, true, Instant{99}};
    const uint32_t key = batch.attribute_keys.Intern("key" + std::to_string(random() % 3));
    batch.attributes.push_back({static_cast<uint32_t>(i), key, values[random() % 5]});
  }
  return batch;
}

void ExpectSame(const Dictionary& a, const Dictionary& b) {
  ASSERT_EQ(a.size(), b.size());
  for (uint32_t i = 0; i < a.size(); ++i) EXPECT_EQ(a[i], b[i]);
}

void ExpectSame(const EventBatch& a, const EventBatch& b) {
  ExpectSame(a.cases, b.cases);
  ExpectSame(a.activities, b.activities);
  ExpectSame(a.resources, b.resources);
  ExpectSame(a.transitions, b.transitions);
  ExpectSame(a.attribute_keys, b.attribute_keys);
  EXPECT_EQ(a.case_id, b.case_id);
  EXPECT_EQ(a.activity, b.activity);
  EXPECT_EQ(a.resource, b.resource);
  EXPECT_EQ(a.transition, b.transition);
  EXPECT_EQ(a.time, b.time);
  EXPECT_EQ(a.start, b.start);
  ASSERT_EQ(a.attributes.size(), b.attributes.size());
  for (size_t i = 0; i < a.attributes.size(); ++i) {
    EXPECT_EQ(a.attributes[i].row, b.attributes[i].row);
    EXPECT_EQ(a.attributes[i].key, b.attributes[i].key);
    EXPECT_TRUE(a.attributes[i].value == b.attributes[i].value);
  }
}

struct RoundTrip {
  const char* name;
  size_t rows;
  bool starts, attributes;
};

class BlockRoundTrip : public testing::TestWithParam<RoundTrip> {};

TEST_P(BlockRoundTrip, GivesTheBatchBack) {
  const EventBatch batch = SomeBatch(GetParam().rows, GetParam().starts, GetParam().attributes);
  const auto decoded = DecodeBlock(*EncodeBlock(batch));
  ASSERT_TRUE(decoded.ok()) << decoded.status();
  ExpectSame(batch, *decoded);
}

INSTANTIATE_TEST_SUITE_P(All, BlockRoundTrip,
                         testing::Values(RoundTrip{"Empty", 0, false, false},
                                         RoundTrip{"OneRow", 1, false, false},
                                         RoundTrip{"Starts", 500, true, false},
                                         RoundTrip{"Attributes", 500, false, true},
                                         RoundTrip{"Full", kBlockRows, true, true}),
                         [](const auto& row) { return row.param.name; });

TEST(Block, KeepsExtremeTimes) {
  EventBatch batch = SomeBatch(4, true, false);
  batch.time = {std::numeric_limits<int64_t>::max(), kNoTime, 0,
                std::numeric_limits<int64_t>::max()};
  batch.start = {kNoTime + 1, kNoTime, std::numeric_limits<int64_t>::max(), 0};
  const auto decoded = DecodeBlock(*EncodeBlock(batch));
  ASSERT_TRUE(decoded.ok()) << decoded.status();
  EXPECT_EQ(decoded->time, batch.time);
  EXPECT_EQ(decoded->start, batch.start);
}

TEST(Block, EveryTruncationIsAnError) {
  const std::string block = *EncodeBlock(SomeBatch(50, true, true));
  for (size_t size = 0; size < block.size(); ++size) {
    EXPECT_EQ(DecodeBlock(absl::string_view(block).substr(0, size)).status().code(),
              absl::StatusCode::kInternal);
  }
  EXPECT_FALSE(DecodeBlock(block + "x").ok());
}

TEST(Block, UnknownVersionIsAnError) {
  std::string block = *EncodeBlock(SomeBatch(5, false, false));
  block[0] = 2;
  EXPECT_EQ(DecodeBlock(block).status().code(), absl::StatusCode::kInternal);
}

// The invariants that readers of a batch lean on.
void ExpectConsistent(const EventBatch& batch) {
  ASSERT_EQ(batch.case_id.size(), batch.size());
  ASSERT_EQ(batch.activity.size(), batch.size());
  ASSERT_EQ(batch.resource.size(), batch.size());
  ASSERT_EQ(batch.transition.size(), batch.size());
  ASSERT_TRUE(batch.start.empty() || batch.start.size() == batch.size());
  for (size_t i = 0; i < batch.size(); ++i) {
    ASSERT_LT(batch.case_id[i], batch.cases.size());
    ASSERT_LT(batch.activity[i], batch.activities.size());
    ASSERT_TRUE(batch.resource[i] == kNoText || batch.resource[i] < batch.resources.size());
    ASSERT_TRUE(batch.transition[i] == kNoText || batch.transition[i] < batch.transitions.size());
  }
  for (const EventAttribute& attribute : batch.attributes) {
    ASSERT_LT(attribute.row, batch.size());
    ASSERT_LT(attribute.key, batch.attribute_keys.size());
  }
}

void Mutate(std::string& bytes, size_t from, std::mt19937_64& random) {
  for (int n = 1 + static_cast<int>(random() % 4); n > 0 && bytes.size() > from; --n) {
    const size_t at = from + random() % (bytes.size() - from);
    switch (random() % 3) {
      case 0:
        bytes[at] = static_cast<char>(random());
        break;
      case 1:
        bytes.erase(at, 1 + random() % 8);
        break;
      default:
        bytes.insert(at, 1 + random() % 8, static_cast<char>(random()));
        break;
    }
  }
}

TEST(Block, MutatedBlocksAreErrorsOrBatches) {
  std::mt19937_64 random(7);
  const std::string block = *EncodeBlock(SomeBatch(60, true, true));
  for (int i = 0; i < 5'000; ++i) {
    std::string mutated = block;
    Mutate(mutated, 0, random);
    const auto decoded = DecodeBlock(mutated);
    if (decoded.ok()) ExpectConsistent(*decoded);
  }
}

// The checksum stops nearly all of the mutations above; these reach the columns.
TEST(Block, MutatedColumnsAreErrorsOrBatches) {
  std::mt19937_64 random(8);
  const std::string block = *EncodeBlock(SomeBatch(60, true, true));
  std::string raw(1 << 16, '\0');
  raw.resize(ZSTD_decompress(raw.data(), raw.size(), block.data() + 1, block.size() - 1));
  int decodable = 0;
  for (int i = 0; i < 10'000; ++i) {
    std::string mutated = raw;
    Mutate(mutated, 0, random);
    std::string packed(1 + ZSTD_compressBound(mutated.size()), 1);
    packed.resize(
        1 + ZSTD_compress(packed.data() + 1, packed.size() - 1, mutated.data(), mutated.size(), 1));
    const auto decoded = DecodeBlock(packed);
    if (!decoded.ok()) continue;
    ++decodable;
    ExpectConsistent(*decoded);
  }
  EXPECT_GT(decodable, 100);  // changed texts and numbers are still a block
}

TEST(Dictionary, NumbersTextsByFirstSight) {
  Dictionary dictionary;
  EXPECT_EQ(dictionary.Intern("b"), 0u);
  EXPECT_EQ(dictionary.Intern("a"), 1u);
  EXPECT_EQ(dictionary.Intern("b"), 0u);
  EXPECT_EQ(dictionary.Find("a"), 1u);
  EXPECT_EQ(dictionary.Find("c"), kNoText);
  const absl::string_view text = dictionary[0];
  Dictionary moved = std::move(dictionary);
  EXPECT_EQ(moved[0].data(), text.data());
  EXPECT_EQ(moved.Find("b"), 0u);
}

}  // namespace
}  // namespace plumbline::analytics
