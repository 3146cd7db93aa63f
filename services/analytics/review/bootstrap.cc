// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/review/bootstrap.h"

#include <algorithm>
#include <numeric>
#include <utility>

#include "common/statistics/generator.h"
#include "common/statistics/quantile.h"
#include "common/statistics/sums.h"

namespace plumbline::analytics::review {

std::vector<Gain> Bootstrap(absl::Span<const std::vector<double>> lists, double weight,
                            double confidence, uint64_t seed) {
  std::vector<Gain> gains(lists.size());
  if (lists.empty() || lists[0].empty()) return gains;
  const size_t cases = lists[0].size(), groups = std::min(cases, kMostDrawn);
  statistics::Generator generator(seed);
  // Cases come in an order that may mean something: groups are drawn, too.
  std::vector<size_t> order(cases);
  std::iota(order.begin(), order.end(), size_t{0});
  for (size_t i = cases; groups < cases && i > 1; --i)
    std::swap(order[i - 1], order[generator.Below(i)]);
  // By group, then list: what is drawn together lies together.
  std::vector<double> sums(groups * lists.size());
  for (size_t list = 0; list < lists.size(); ++list) {
    gains[list].value = weight * statistics::Sum(lists[list]);
    for (size_t i = 0; i < cases; ++i)
      sums[i % groups * lists.size() + list] += lists[list][order[i]];
  }
  // Some groups have a case more than others, which is no difference between cases: what is drawn
  // is how far a group is from what as many cases have on average.
  std::vector<std::vector<double>> draws;
  for (size_t list = 0; list < lists.size(); ++list) {
    const double all = groups < cases ? statistics::Sum(lists[list]) : 0;
    draws.push_back(std::vector<double>(kDraws, all));
    for (size_t group = 0; group < groups && groups < cases; ++group) {
      const size_t size = cases / groups + (group < cases % groups ? 1 : 0);
      sums[group * lists.size() + list] -=
          all * static_cast<double>(size) / static_cast<double>(cases);
    }
  }
  for (size_t draw = 0; draw < kDraws; ++draw) {
    for (size_t i = 0; i < groups; ++i) {
      const size_t group = generator.Below(groups);
      for (size_t list = 0; list < lists.size(); ++list)
        draws[list][draw] += sums[group * lists.size() + list];
    }
  }
  for (size_t list = 0; list < lists.size(); ++list) {
    std::sort(draws[list].begin(), draws[list].end());
    gains[list].lower = weight * statistics::Quantile(draws[list], (1 - confidence) / 2);
    gains[list].upper = weight * statistics::Quantile(draws[list], (1 + confidence) / 2);
  }
  return gains;
}

}  // namespace plumbline::analytics::review
