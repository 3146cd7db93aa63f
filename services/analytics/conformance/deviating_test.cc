// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/conformance/deviating.h"

#include <gtest/gtest.h>

namespace plumbline::analytics::conformance {
namespace {

constexpr uint32_t kA = 0, kB = 1, kZ = 2;

// a z -b a -b +z
Alignment Example() {
  Alignment alignment;
  alignment.moves = {{MoveKind::kBoth, kA}, {MoveKind::kLog, kZ},   {MoveKind::kModel, kB},
                     {MoveKind::kBoth, kA}, {MoveKind::kModel, kB}, {MoveKind::kLog, kZ}};
  return alignment;
}

TEST(DeviatingTest, WhereInTheTrace) {
  const Alignment alignment = Example();
  const WantedDeviations any;
  EXPECT_EQ(CountDeviations(alignment, any), 4u);
  const auto all = FindDeviations(alignment, any, 100);
  ASSERT_EQ(all.size(), 4u);
  EXPECT_EQ(all[0].move, (Move{MoveKind::kLog, kZ}));
  EXPECT_EQ(all[0].events_before, 1u);
  EXPECT_EQ(all[1].move, (Move{MoveKind::kModel, kB}));
  EXPECT_EQ(all[1].events_before, 2u);
  EXPECT_EQ(all[2].events_before, 3u);
  EXPECT_EQ(all[3].events_before, 3u);
  EXPECT_EQ(FindDeviations(alignment, any, 2).size(), 2u);
}

TEST(DeviatingTest, OnlyWhatIsWanted) {
  const Alignment alignment = Example();
  EXPECT_EQ(CountDeviations(alignment, {kB, std::nullopt}), 2u);
  EXPECT_EQ(CountDeviations(alignment, {kB, MoveKind::kLog}), 0u);
  EXPECT_EQ(CountDeviations(alignment, {std::nullopt, MoveKind::kModel}), 2u);
  EXPECT_EQ(CountDeviations(alignment, {kA, std::nullopt}), 0u);
  const auto found = FindDeviations(alignment, {kZ, MoveKind::kLog}, 100);
  ASSERT_EQ(found.size(), 2u);
  EXPECT_EQ(found[1].events_before, 3u);
}

}  // namespace
}  // namespace plumbline::analytics::conformance
