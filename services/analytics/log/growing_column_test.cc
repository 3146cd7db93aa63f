// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/log/growing_column.h"

#include <algorithm>
#include <cstdint>
#include <random>
#include <utility>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace plumbline::analytics {
namespace {

using ::testing::ElementsAre;
using ::testing::ElementsAreArray;

TEST(GrowingColumn, HoldsWhatAVectorHolds) {
  std::mt19937 random(7);
  GrowingColumn<int64_t> column;
  std::vector<int64_t> expected;
  while (expected.size() < 3'000'000) {  // long enough to be moved by the kernel
    const size_t rows = random() % 70'000;
    const auto value = static_cast<int64_t>(random());
    switch (random() % 4) {
      case 0:
        column.push_back(value);
        expected.push_back(value);
        break;
      case 1: {
        int64_t* const at = column.Lengthen(rows);
        for (size_t i = 0; i < rows; ++i) at[i] = value + static_cast<int64_t>(i);
        for (size_t i = 0; i < rows; ++i) expected.push_back(value + static_cast<int64_t>(i));
        break;
      }
      case 2: {
        const std::vector<int64_t> more(rows, value);
        column.Append(more);
        expected.insert(expected.end(), more.begin(), more.end());
        break;
      }
      default:
        column.reserve(expected.size() + rows);
    }
    ASSERT_GE(column.capacity(), column.size());
  }
  ASSERT_EQ(column.size(), expected.size());
  EXPECT_TRUE(std::equal(column.begin(), column.end(), expected.begin()));
}

TEST(GrowingColumn, WhatIsMissingIsFilledOnce) {
  GrowingColumn<uint32_t> column;
  column.FillUpTo(2, 5);
  column.FillUpTo(1, 6);
  column.FillUpTo(3, 7);
  EXPECT_THAT(std::vector<uint32_t>(column.begin(), column.end()), ElementsAre(5, 5, 7));
}

TEST(GrowingColumn, WhatIsMovedFromIsEmptyAndGrowsAgain) {
  GrowingColumn<uint32_t> from;
  from.push_back(1);
  GrowingColumn<uint32_t> to(std::move(from));
  EXPECT_TRUE(from.empty());  // NOLINT(bugprone-use-after-move)
  from.push_back(2);
  to = std::move(from);
  EXPECT_THAT(std::vector<uint32_t>(to.begin(), to.end()), ElementsAreArray({2u}));
  EXPECT_EQ(from.size(), 0u);  // NOLINT(bugprone-use-after-move)
}

}  // namespace
}  // namespace plumbline::analytics
