// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/live/kept_facts.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <deque>
#include <numeric>
#include <span>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"

namespace plumbline::analytics {
namespace {

// What was read of some cases under one key.
class Part {
 public:
  explicit Part(size_t cases) : reading_(0, cases) {}
  // Cases ascend.
  Part& Take(uint32_t c, int64_t value) {
    const AttributeValue& kept = held_.emplace_back(value);
    reading_.Take(c, kept);
    return *this;
  }
  causes::AttributeFacts Show() {
    reading_.Settle();
    return reading_.Show("");
  }

 private:
  std::deque<AttributeValue> held_;
  causes::AttributeReading reading_;
};

std::vector<uint32_t> FromZero(size_t size) {
  std::vector<uint32_t> numbers(size);
  std::iota(numbers.begin(), numbers.end(), 0);
  return numbers;
}

// Sequences that cases had on their way take no room for ever.
TEST(KeptSequences, WhatNoCaseHasIsLetGo) {
  KeptSequences sequences;
  std::vector<uint32_t> steps;
  for (uint32_t i = 0; i < 300; ++i) {
    steps.push_back(i);
    EXPECT_EQ(sequences.Add(steps, 1), i);
  }
  const auto first = sequences.list()[0];
  EXPECT_EQ(std::vector<uint32_t>(first.begin(), first.end()), std::vector<uint32_t>{0});
  for (int round = 0; round < 2'000; ++round) {
    std::vector<uint32_t> other(200, static_cast<uint32_t>(round));
    const uint32_t number = sequences.Add(other, 2);
    EXPECT_EQ(number, 300u);
    EXPECT_EQ(sequences.Add(other, 1), number);
    for (int i = 0; i < 3; ++i) sequences.Remove(number);
  }
  EXPECT_LT(sequences.memory_bytes(), 1'500'000u);
  for (uint32_t i = 0; i < 300; ++i) {
    const auto kept = sequences.list()[i];
    ASSERT_EQ(kept.size(), i + 1);
    EXPECT_EQ(kept.back(), i);
  }
}

// Cases whose value differs from event to event take a few bytes for each value, and of a value
// only its own cases are read.
TEST(KeptAttribute, KeepsCasesByValue) {
  constexpr uint32_t kCases = 20'000, kValues = 40;
  KeptAttribute attribute;
  attribute.Grow(kCases);
  Part part(kCases);
  for (uint32_t c = 0; c < kCases; ++c) {
    for (uint32_t i = 0; i < 10; ++i) part.Take(c, (c + i * 3) % kValues);
  }
  const std::vector<uint32_t> all = FromZero(kCases);
  EXPECT_TRUE(attribute.KnowsByNumber());
  attribute.Change(part.Show(), all, 1);
  EXPECT_FALSE(attribute.KnowsByNumber());
  attribute.Settle();
  // First values and counts by case are 8 bytes each.
  EXPECT_LT(attribute.memory_bytes(), size_t{kCases} * (8 + 9 * 2) + 20'000);
  const auto cases_of = [&](uint32_t value) {
    std::vector<uint32_t> cases;
    const causes::AttributeFacts facts = attribute.Show("");
    for (uint32_t v = 0; v < facts.values->size(); ++v) {
      if (std::get<int64_t>((*facts.values)[v]) != value) continue;
      facts.more.visit(v, [&](std::span<const int64_t> pairs) {
        for (const int64_t pair : pairs) cases.push_back(causes::CaseOf(pair));
        return true;
      });
      EXPECT_EQ(cases.size(), facts.more.of_value[v]);
    }
    return cases;
  };
  for (const uint32_t value : {7u, 0u, 39u, 8u}) {
    std::vector<uint32_t> expected;
    for (uint32_t c = 0; c < kCases; ++c) {
      const uint32_t step = (value + kValues - c % kValues) % kValues;
      if (step > 0 && step % 3 == 0 && step <= 27) expected.push_back(c);
    }
    EXPECT_EQ(cases_of(value), expected);
  }
  // No more are read than are wanted.
  int pieces = 0;
  attribute.Show("").more.visit(3, [&](std::span<const int64_t>) { return ++pieces < 2; });
  EXPECT_EQ(pieces, 2);
  attribute.Change(part.Show(), all, -1);
  for (const uint32_t value : {7u, 0u, 39u}) EXPECT_TRUE(cases_of(value).empty());
  const causes::AttributeFacts none = attribute.Show("");
  EXPECT_EQ(std::count(none.more.of_case.begin(), none.more.of_case.end(), 0u), kCases);
  EXPECT_EQ(std::count(none.first.begin(), none.first.end(), kNoText), kCases);
}

// Whether values are too many is a matter of all the cases that there are.
TEST(KeptAttribute, SaysOfTheCasesOfNowWhetherValuesAreTooMany) {
  constexpr int64_t kValues = 1'000'002;
  Part part(2);
  for (int64_t value = 0; value < kValues; ++value) part.Take(value < kValues / 2 ? 0 : 1, value);
  const causes::AttributeFacts read = part.Show();
  ASSERT_TRUE(read.too_many);
  const std::vector<uint32_t> numbers = {1, 0};
  KeptAttribute lost;  // not all of it was read
  lost.Grow(2);
  EXPECT_TRUE(lost.CanShow());
  lost.Change(read, numbers, 1);
  EXPECT_LT(lost.memory_bytes(), 1'000u);
  EXPECT_TRUE(lost.CanShow());
  EXPECT_TRUE(lost.Show("").too_many);
  lost.Grow(490'000);
  EXPECT_TRUE(lost.CanShow());
  EXPECT_TRUE(lost.Show("").too_many);
  lost.Grow(510'000);
  EXPECT_FALSE(lost.CanShow());

  // Of as many values that parts told of one after the other nothing is let go where cases may soon
  // be enough for them.
  KeptAttribute kept;
  kept.Grow(400'000);
  for (uint32_t c = 0; c < 11; ++c) {
    Part some(1);
    for (int64_t i = 0; i < 100'000; ++i) some.Take(0, c * 100'000 + i);
    kept.Change(some.Show(), std::vector<uint32_t>{c}, 1);
  }
  EXPECT_TRUE(kept.CanShow());
  EXPECT_TRUE(kept.Show("").too_many);
  kept.Grow(560'000);
  EXPECT_TRUE(kept.CanShow());
  EXPECT_FALSE(kept.Show("").too_many);
  EXPECT_EQ(kept.Show("").values->size(), 1'100'000u);
}

TEST(KeptNames, TellTheRoomOfLongTexts) {
  KeptNames<std::string> names;
  constexpr int kNames = 500;
  for (int i = 0; i < kNames; ++i) {
    const std::string name = absl::StrCat(std::string(200, 'x'), i);
    const uint32_t number = names.NumberOf(name);
    EXPECT_EQ(names.NumberOf(name), number);
    EXPECT_EQ(names.names()[number], name);
  }
  // It is held twice.
  EXPECT_GT(names.memory_bytes(), kNames * 2 * (200 + sizeof(std::string)));
  EXPECT_LT(names.memory_bytes(), kNames * 2 * (200 + sizeof(std::string) + 120));
}

}  // namespace
}  // namespace plumbline::analytics
