// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/cascade/pool.h"

#include <algorithm>
#include <numeric>

namespace plumbline::analytics::cascade {

int64_t Pool::Length(const Spent& spent, Part part) {
  const int64_t before = spent.delay + spent.queue;
  return part == kBefore ? before : part == kService ? spent.service : before + spent.service;
}

void Pool::Seal() {
  for (const Part part : {kAll, kBefore, kService}) {
    std::vector<uint32_t>& order = by_[part];
    order.resize(spent_.size());
    std::iota(order.begin(), order.end(), 0u);
    std::sort(order.begin(), order.end(), [&](uint32_t a, uint32_t b) {
      const int64_t one = Length(spent_[a], part), other = Length(spent_[b], part);
      return one != other ? one < other : a < b;
    });
  }
}

const Spent& Pool::Draw(statistics::Generator* random) const {
  return spent_[random->Below(spent_.size())];
}

const Spent& Pool::DrawLonger(Part part, int64_t elapsed, statistics::Generator* random,
                              bool* anew) const {
  const std::vector<uint32_t>& order = by_[part];
  const auto first = std::upper_bound(
      order.begin(), order.end(), elapsed,
      [&](int64_t time, uint32_t one) { return time < Length(spent_[one], part); });
  *anew = elapsed > 0 && first == order.end();
  if (elapsed <= 0 || *anew) return Draw(random);
  const auto place = static_cast<uint64_t>(first - order.begin());
  return spent_[order[place + random->Below(order.size() - place)]];
}

}  // namespace plumbline::analytics::cascade
