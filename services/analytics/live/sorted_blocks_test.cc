// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/live/sorted_blocks.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <vector>

#include "services/analytics/live/live_review.h"

namespace plumbline::analytics {
namespace {

constexpr int64_t kDay = int64_t{86'400} * 1'000'000;

// Whole seconds, of which sums are exact.
TEST(SortedBlocks, SumsAreThoseOfWhatIsThere) {
  for (unsigned seed = 0; seed < 6; ++seed) {
    std::mt19937 random(seed);
    const auto roll = [&](int64_t n) { return static_cast<int64_t>(random() % n); };
    SortedBlocks<EndedWait> waits;
    std::vector<EndedWait> all;
    const auto add = [&](int count) {
      for (int i = 0; i < count; ++i) {
        // Many at one moment.
        const EndedWait wait{roll(seed % 2 == 0 ? 400 * kDay : 60), roll(9) * 1'000'000};
        waits.Change(wait, 1);
        all.push_back(wait);
      }
    };
    const int first = seed == 0 ? 0 : 5'000;
    add(first);
    waits.Settle();
    for (int round = 0; round < 30; ++round) {
      add(static_cast<int>(roll(900)));
      std::shuffle(all.begin(), all.end(), random);
      // In the end all go.
      const auto gone = round == 29
                            ? static_cast<int64_t>(all.size())
                            : std::min<int64_t>(roll(800), static_cast<int64_t>(all.size()));
      for (int64_t i = 0; i < gone; ++i, all.pop_back()) waits.Change(all.back(), -1);
      const review::Windows windows = review::Windows::Make(
          PeriodLength::kWeek, 1 + round % 3, absl::UTCTimeZone(), roll(420 * kDay), -30 * kDay);
      review::Samples sums = {}, expected = {};
      waits.AddTo(windows, &sums);
      for (const EndedWait& wait : all) {
        const int window = windows.IndexOf(wait.time);
        if (window >= 0)
          expected[static_cast<size_t>(window)].Add(static_cast<double>(wait.micros) / 1e6);
      }
      for (size_t w = 0; w < sums.size(); ++w) {
        ASSERT_EQ(sums[w].count, expected[w].count) << seed << " " << round;
        ASSERT_EQ(sums[w].sum, expected[w].sum) << seed << " " << round;
        ASSERT_EQ(sums[w].squares, expected[w].squares) << seed << " " << round;
      }
      EXPECT_GE(waits.memory_bytes(), all.size() * sizeof(EndedWait));
    }
  }
}

TEST(SortedBlocks, TakeLittleMoreThanTheyAre) {
  constexpr int kWaits = 100'000;
  SortedBlocks<EndedWait> waits;
  for (int i = 0; i < kWaits; ++i) waits.Change({i * 7'919 % kDay, i}, 1);
  waits.Settle();
  EXPECT_LT(waits.memory_bytes(), kWaits * sizeof(EndedWait) * 11 / 10);
}

}  // namespace
}  // namespace plumbline::analytics
