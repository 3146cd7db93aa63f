// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/conformance/kept_alignments.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "services/analytics/conformance/check.h"
#include "services/analytics/conformance/model_testing.h"

namespace plumbline::analytics::conformance {
namespace {

std::shared_ptr<const void> AnyRoom(int64_t) { return std::make_shared<int>(0); }

// So many variants of random activities, some of which no model knows. `shift` gives the activities
// other numbers.
VariantLog LogOf(RandomModels& random, size_t variants, uint32_t shift) {
  constexpr uint32_t kNames = 6;
  VariantLog log;
  for (uint32_t i = 0; i < kNames; ++i)
    log.activities.push_back(std::string(1, static_cast<char>('a' + (i + shift) % kNames)));
  for (size_t v = 0; v < variants; ++v) {
    LogVariant& variant = log.variants.emplace_back();
    variant.cases = 1 + static_cast<int64_t>(v);
    variant.beginning = random.Below(4) == 0;
    for (int i = random.Below(9); i > 0; --i)
      variant.activities.push_back((static_cast<uint32_t>(random.Below(kNames)) + kNames - shift) %
                                   kNames);
  }
  return log;
}

// A log that grows, in which activities have other numbers each time, and other logs between, are
// aligned as without anything kept.
TEST(KeptAlignmentsTest, AlignmentsAreThoseOfEveryCheckAnew) {
  RandomModels random(5);
  // Searches of listed and of other models may take another of several best ways.
  const auto listed = std::make_shared<KeptAlignments>(int64_t{1} << 24, AnyRoom);
  const auto wide = std::make_shared<KeptAlignments>(int64_t{1} << 24, AnyRoom);
  for (int round = 0; round < 40; ++round) {
    const ModelNode model = random.Model(2 + round % 8, true);
    for (uint32_t shift = 0; shift < 4; ++shift) {
      const VariantLog log = LogOf(random, 20, shift);
      CheckOptions anew, by_kept;
      by_kept.align.kept = round % 3 == 0 ? wide : listed;
      if (round % 3 == 0) anew.align.automaton.states = by_kept.align.automaton.states = 1;
      const auto expected = Check(model, log, anew);
      const auto result = Check(model, log, by_kept);
      ASSERT_TRUE(expected.ok() && result.ok());
      for (size_t v = 0; v < log.variants.size(); ++v) {
        const Alignment &a = result->alignments[v], &b = expected->alignments[v];
        ASSERT_TRUE(a.optimal && b.optimal);
        ASSERT_EQ(a.cost, b.cost) << ModelText(model);
        ASSERT_EQ(a.least_deviations, b.least_deviations);
        ASSERT_EQ(a.moves, b.moves) << ModelText(model);
      }
      EXPECT_EQ(result->precision.escaping, expected->precision.escaping);
    }
  }
  EXPECT_GT(listed->size(), 100);
  EXPECT_GT(wide->size(), 100);
}

// What was aligned before is not searched for again.
TEST(KeptAlignmentsTest, OnlyNewVariantsAreSearchedFor) {
  RandomModels random(6);
  const ModelNode model =
      ParseModel("->( 'a', +( 'b', 'c', *( 'd', 'e' ) ), X( 'f', tau ) )").value();
  const VariantLog log = LogOf(random, 50, 0);
  CheckOptions options;
  options.align.kept = std::make_shared<KeptAlignments>(int64_t{1} << 24, AnyRoom);
  ASSERT_TRUE(Check(model, log, options).ok());
  // Nothing can be searched for now.
  options.align.memory = std::make_shared<SearchMemory>([](int64_t) { return false; });
  const auto again = Check(model, log, options);
  ASSERT_TRUE(again.ok());
  EXPECT_EQ(again->aligned.aligned_cases, again->aligned.cases);
  VariantLog grown = log;
  grown.variants.push_back({{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1}, 3});
  const auto partly = Check(model, grown, options);
  ASSERT_TRUE(partly.ok());
  EXPECT_EQ(partly->aligned.cases - partly->aligned.aligned_cases, 3);
  // Another model knows nothing of it.
  const auto other = Check(ParseModel("->( 'a', 'b', 'c' )").value(), log, options);
  ASSERT_TRUE(other.ok());
  EXPECT_EQ(other->aligned.aligned_cases, 0);
}

TEST(KeptAlignmentsTest, IsBounded) {
  constexpr int64_t kMost = 1 << 20;
  int64_t room = 0;
  bool full = false;
  KeptAlignments kept(kMost, [&](int64_t bytes) -> std::shared_ptr<const void> {
    if (full) return nullptr;
    room += bytes;
    return std::shared_ptr<const void>(&room, [&room, bytes](const void*) { room -= bytes; });
  });
  Alignment alignment{0, true, 0, std::vector<Move>(50, {MoveKind::kBoth, 1})};
  const auto variant = [](uint32_t i) { return LogVariant{{i, i + 1}, 1}; };
  for (uint32_t i = 0; i < 20'000; ++i) {
    kept.Keep("m", variant(i), alignment);
    ASSERT_LE(kept.bytes(), kMost);
    ASSERT_LE(kept.bytes(), room);
    ASSERT_LE(room, kMost + (512 << 10));
  }
  Alignment found;
  EXPECT_TRUE(kept.Find("m", variant(19'999), &found));
  EXPECT_EQ(found.moves, alignment.moves);
  EXPECT_FALSE(kept.Find("m", variant(0), &found));
  EXPECT_FALSE(kept.Find("n", variant(19'999), &found));
  kept.Clear();
  EXPECT_EQ(room, 0);
  EXPECT_EQ(kept.size(), 0);
  full = true;
  kept.Keep("m", variant(1), alignment);
  EXPECT_EQ(kept.size(), 0);
  alignment.optimal = false;
  full = false;
  kept.Keep("m", variant(1), alignment);
  EXPECT_EQ(kept.size(), 0);
}

}  // namespace
}  // namespace plumbline::analytics::conformance
