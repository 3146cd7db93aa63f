// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/live/packed_numbers.h"

#include <gtest/gtest.h>

#include <random>
#include <set>

namespace plumbline::analytics {
namespace {

struct Sum {
  int64_t count = 0;
  uint64_t sum = 0;  // modulo 2^64
};
Sum Summarise(std::span<const int64_t> numbers) {
  Sum sum;
  for (const int64_t number : numbers) {
    ++sum.count;
    sum.sum += static_cast<uint64_t>(number);
  }
  return sum;
}

std::vector<int64_t> ValuesOf(const PackedNumbers<Sum>& packed) {
  std::vector<int64_t> values;
  for (const auto& block : packed.blocks()) {
    EXPECT_GT(block.count, 0u);
    EXPECT_LE(block.count, 192u);
    std::vector<int64_t> here;
    Unpack(block.steps, block.first, block.count, &here);
    EXPECT_EQ(here.front(), block.first);
    EXPECT_EQ(here.back(), block.last);
    const Sum sum = Summarise(here);
    EXPECT_EQ(sum.count, block.summary.count);
    EXPECT_EQ(sum.sum, block.summary.sum);
    values.insert(values.end(), here.begin(), here.end());
  }
  return values;
}

// Few values again and again, values near each other, and all that there are.
int64_t Random(int kind, std::mt19937_64& random) {
  if (kind == 0) return static_cast<int64_t>(random() % 7) - 3;
  if (kind == 1) return static_cast<int64_t>(random() % 1'000'000);
  return static_cast<int64_t>(random());
}

TEST(PackedNumbers, AreThoseThatAreThere) {
  for (int seed = 0; seed < 30; ++seed) {
    std::mt19937_64 random(static_cast<unsigned>(seed));
    PackedNumbers<Sum> packed;
    std::multiset<int64_t> all;
    for (int step = 0; step < 25; ++step) {
      for (auto n = static_cast<int>(random() % (step == 0 ? 3'000 : 300)); n > 0; --n) {
        const int64_t number = Random(seed % 3, random);
        packed.Change(number, 1);
        all.insert(number);
      }
      // Most of one step in three; some that came just now among them.
      const size_t goes = random() % (step % 3 == 2 ? all.size() + 1 : all.size() / 4 + 1);
      for (size_t i = 0; i < goes; ++i) {
        auto one = all.lower_bound(Random(seed % 3, random));
        if (one == all.end()) one = all.begin();
        packed.Change(*one, -1);
        all.erase(one);
      }
      packed.Fold(Summarise);
      const std::vector<int64_t> expected(all.begin(), all.end());
      ASSERT_EQ(packed.size(), expected.size());
      ASSERT_EQ(ValuesOf(packed), expected) << seed << " " << step;
      for (size_t k = 0; k < expected.size(); k += 1 + expected.size() / 7)
        ASSERT_EQ(packed.At(k), expected[k]);
    }
  }
}

TEST(PackedNumbers, OneBlockIsMadeAnewForOneChange) {
  PackedNumbers<Sum> packed;
  int calls = 0;
  const auto counted = [&](std::span<const int64_t> numbers) {
    ++calls;
    return Summarise(numbers);
  };
  for (int i = 0; i < 100'000; ++i) packed.Change(i * int64_t{1'000'000}, 1);
  packed.Fold(counted);
  EXPECT_GE(calls, 100'000 / 192);
  calls = 0;
  packed.Change(50'000'500'000, 1);
  packed.Change(70'000'000'000, -1);
  packed.Fold(counted);
  EXPECT_LE(calls, 2);
  // What comes and goes again changes nothing.
  calls = 0;
  packed.Change(5, 1);
  packed.Change(5, -1);
  packed.Fold(counted);
  EXPECT_EQ(calls, 0);
}

TEST(PackedNumbers, TakeFewBytes) {
  PackedNumbers<Sum> packed;
  for (int i = 0; i < 100'000; ++i) packed.Change(i * int64_t{60'000'000} + i % 977, 1);
  EXPECT_TRUE(packed.IsDue());
  packed.Fold(Summarise);
  EXPECT_LE(packed.memory_bytes(), 100'000 * 5);
  for (int i = 0; i < 100'000; ++i) packed.Change(i * int64_t{60'000'000} + i % 977, -1);
  packed.Fold(Summarise);
  EXPECT_EQ(packed.size(), 0u);
  EXPECT_EQ(packed.memory_bytes(), 0u);
}

}  // namespace
}  // namespace plumbline::analytics
