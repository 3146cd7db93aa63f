// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/cascade/pool.h"

#include <algorithm>

#include "common/statistics/ascending.h"

namespace plumbline::analytics::cascade {

int64_t Pool::Length(const Spent& spent, Part part) {
  const int64_t before = spent.delay + spent.queue;
  return part == kBefore ? before : part == kService ? spent.service : before + spent.service;
}

void Pool::Seal() {
  std::vector<statistics::Numbered> lengths(spent_.size());
  for (const Part part : {kAll, kBefore, kService}) {
    for (uint32_t i = 0; i < spent_.size(); ++i)
      lengths[i] = {static_cast<double>(Length(spent_[i], part)), i};
    // Equal ones stay in their order.
    statistics::SortAscending(&lengths, [] { return absl::OkStatus(); }).IgnoreError();
    std::vector<uint32_t>& order = by_[part];
    order.clear();
    order.reserve(lengths.size());
    for (const statistics::Numbered& one : lengths) order.push_back(one.number);
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
