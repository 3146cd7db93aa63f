// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/cascade/axis.h"

#include <algorithm>

namespace plumbline::analytics::cascade {
namespace {

constexpr int64_t kFarthest = int64_t{200} * 366 * 86'400 * 1'000'000;
constexpr int64_t kEndOf9999 = int64_t{253'402'300'799} * 1'000'000;

}  // namespace

std::optional<int64_t> Axis::Date(int64_t at) const {
  const int64_t last = std::min(now_ + kFarthest, kEndOf9999);
  if (!between_ && at >= last - now_) return std::nullopt;  // before it is added
  const int64_t instant = Instant(at);
  if (instant >= last) return std::nullopt;
  return instant;
}

int64_t Axis::Horizon() const { return At(std::min(now_ + kFarthest, kEndOf9999)); }

int64_t Axis::Instant(int64_t at) const {
  if (!between_ || at <= 0) return now_ + std::max<int64_t>(0, at);
  int64_t low = at, high = at;  // after now; open hours are never more than hours
  while (high < kFarthest && between_(now_, now_ + high) < at) {
    low = high;
    high = std::min(kFarthest, high * 2 + 1);
  }
  while (low < high) {
    const int64_t middle = low + (high - low) / 2;
    if (between_(now_, now_ + middle) < at) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return now_ + high;
}

}  // namespace plumbline::analytics::cascade
