// SPDX-License-Identifier: Apache-2.0
#include "common/webhook/backoff.h"

#include <algorithm>

namespace plumbline::webhook {
namespace {

constexpr absl::Duration kFirst = absl::Seconds(5);
constexpr int kFactor = 3;
constexpr absl::Duration kLongest = absl::Hours(6);
constexpr double kJitter = 0.2;
constexpr absl::Duration kMostAskedFor = absl::Hours(24);

}  // namespace

absl::Duration RetryDelay(int attempt, double fraction, std::optional<absl::Duration> retry_after) {
  absl::Duration delay = kFirst;
  for (int i = 1; i < attempt && delay < kLongest; ++i) delay *= kFactor;
  delay = std::min(delay, kLongest) * (1 - kJitter + 2 * kJitter * fraction);
  return std::max(delay, std::min(retry_after.value_or(absl::ZeroDuration()), kMostAskedFor));
}

}  // namespace plumbline::webhook
