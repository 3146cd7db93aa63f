// SPDX-License-Identifier: Apache-2.0
#include "common/statistics/rank_correlation.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

#include "common/statistics/ascending.h"
#include "common/statistics/generator.h"

namespace plumbline::statistics {
namespace {

TEST(RankCorrelation, OfOrderOnly) {
  const std::vector<double> x = {1, 2, 3, 4}, up = {1, 10, 100, 1000}, down = {4, 3, 2, -9};
  EXPECT_DOUBLE_EQ(*RankCorrelation(x, up), 1);
  EXPECT_DOUBLE_EQ(*RankCorrelation(x, down), -1);
  EXPECT_FALSE(RankCorrelation(x, std::vector<double>{5, 5, 5, 5}).has_value());
  EXPECT_FALSE(RankCorrelation({}, {}).has_value());
}

// Hours of TV against IQ, a worked example found in many textbooks: r = -29/165.
TEST(RankCorrelation, TextbookExample) {
  const std::vector<double> iq = {106, 100, 86, 101, 99, 103, 97, 113, 112, 110};
  const std::vector<double> hours = {7, 27, 2, 50, 28, 29, 20, 12, 6, 17};
  EXPECT_NEAR(*RankCorrelation(iq, hours), -29.0 / 165, 1e-15);
}

// Ties have mean ranks: 1.5 1.5 3 4 against 1 2.5 2.5 4: 4.25 / sqrt(4.5 * 4.5).
TEST(RankCorrelation, Ties) {
  EXPECT_NEAR(*RankCorrelation(std::vector<double>{1, 1, 2, 3}, std::vector<double>{1, 2, 2, 3}),
              3.75 / 4.5, 1e-15);
}

TEST(RankCorrelation, PValueIsTwoSided) {
  EXPECT_DOUBLE_EQ(RankCorrelationPValue(0, 50), 1);
  EXPECT_NEAR(RankCorrelationPValue(0.28, 50), RankCorrelationPValue(-0.28, 50), 0);
  EXPECT_NEAR(RankCorrelationPValue(0.28, 50), 0.04999579029644087, 1e-12);  // z = 1.96
}

// Digit by digit from some thousand numbers on; below 0 as well, equal ones in their order.
TEST(SortAscending, IsThatOfComparing) {
  Generator chance(8);
  for (const auto& [size, least] :
       {std::pair(size_t{10}, -0.5), std::pair(size_t{5'000}, -0.5),
        std::pair(size_t{20'000}, -0.5), std::pair(size_t{6'000}, 0.0)}) {
    std::vector<Numbered> numbers(size);
    for (size_t i = 0; i < size; ++i) {
      numbers[i] = {std::floor(1'000 * (chance.Fraction() + least)) * (i % 3 == 0 ? 1e-7 : 1e3),
                    static_cast<uint32_t>(i)};
    }
    numbers[3].value = -0.0;
    std::vector<Numbered> sorted = numbers;
    std::stable_sort(sorted.begin(), sorted.end(),
                     [](const Numbered& a, const Numbered& b) { return a.value < b.value; });
    ASSERT_TRUE(SortAscending(&numbers, [] { return absl::OkStatus(); }).ok());
    for (size_t i = 0; i < size; ++i) {
      ASSERT_EQ(numbers[i].value, sorted[i].value);
      ASSERT_EQ(numbers[i].number, sorted[i].number);
    }
    EXPECT_EQ(SortAscending(&numbers, [] { return absl::CancelledError("gone"); }).code(),
              absl::StatusCode::kCancelled);
  }
}

}  // namespace
}  // namespace plumbline::statistics
