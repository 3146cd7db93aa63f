// SPDX-License-Identifier: Apache-2.0
#include "common/webhook/backoff.h"

#include <optional>
#include <vector>

#include "gtest/gtest.h"

namespace plumbline::webhook {
namespace {

TEST(Backoff, GrowsThreefoldToALimit) {
  std::vector<absl::Duration> delays;
  for (int attempt = 1; attempt <= 10; ++attempt)
    delays.push_back(RetryDelay(attempt, 0.5, std::nullopt));
  const std::vector<absl::Duration> expected = {
      absl::Seconds(5),   absl::Seconds(15),   absl::Seconds(45),   absl::Seconds(135),
      absl::Seconds(405), absl::Seconds(1215), absl::Seconds(3645), absl::Seconds(10935),
      absl::Hours(6),     absl::Hours(6)};
  for (size_t i = 0; i < expected.size(); ++i)
    EXPECT_LT(absl::AbsDuration(delays[i] - expected[i]), absl::Milliseconds(1)) << i;
}

TEST(Backoff, ChanceMovesItByAFifth) {
  EXPECT_LT(absl::AbsDuration(RetryDelay(1, 0, std::nullopt) - absl::Seconds(4)),
            absl::Milliseconds(1));
  EXPECT_LT(absl::AbsDuration(RetryDelay(1, 1, std::nullopt) - absl::Seconds(6)),
            absl::Milliseconds(1));
}

TEST(Backoff, WhatTheReceiverAsksForIsKeptToADay) {
  EXPECT_EQ(RetryDelay(1, 0.5, absl::Minutes(2)), absl::Minutes(2));
  EXPECT_EQ(RetryDelay(9, 0.5, absl::Minutes(2)), RetryDelay(9, 0.5, std::nullopt));
  EXPECT_EQ(RetryDelay(1, 0.5, absl::Hours(100)), absl::Hours(24));
}

}  // namespace
}  // namespace plumbline::webhook
