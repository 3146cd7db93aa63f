// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/cascade/order.h"

namespace plumbline::analytics::cascade {

Order::Order(size_t activities)
    : activities_(activities > kMostOrdered ? 0 : activities),
      seen_(activities_ * activities_),
      came_(activities_),
      ended_(activities_, kNoTime) {}

void Order::Learn(std::span<const Done> done) {
  if (activities_ == 0) return;
  for (const Done& one : done) {
    if (one.end == kNoTime || ended_[one.activity] != kNoTime) continue;
    came_[one.activity] = one.came;
    ended_[one.activity] = one.end;
    there_.push_back(one.activity);
  }
  for (const uint32_t a : there_) {
    for (const uint32_t b : there_) {
      if (a == b) continue;
      Seen& seen = seen_[a * activities_ + b];
      ++seen.both;
      seen.in_order += ended_[a] <= came_[b];
    }
  }
  for (const uint32_t a : there_) ended_[a] = kNoTime;
  there_.clear();
}

bool Order::Waits(uint32_t b, uint32_t a) const {
  constexpr uint32_t kOneOf = 50;
  if (activities_ == 0 || a == b) return false;
  const Seen& seen = seen_[a * activities_ + b];
  return seen.both > 0 && (seen.both - seen.in_order) * kOneOf <= seen.both;
}

}  // namespace plumbline::analytics::cascade
