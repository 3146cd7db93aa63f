// SPDX-License-Identifier: Apache-2.0
//
// Trees of times put together. Not for use outside this folder.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_FORECAST_TIME_TREES_H_
#define PLUMBLINE_SERVICES_ANALYTICS_FORECAST_TIME_TREES_H_

#include <utility>
#include <vector>

#include "services/analytics/forecast/tree_forecast.h"

namespace plumbline::analytics::forecast {

inline TimeTree NoTime() { return {.kind = TimeTree::Kind::kSequence}; }
inline bool TakesNoTime(const TimeTree& tree) {
  return tree.kind == TimeTree::Kind::kSequence && tree.children.empty();
}

inline TimeTree InnerOf(TimeTree::Kind kind, std::vector<TimeTree> parts) {
  std::vector<TimeTree> kept;
  for (TimeTree& part : parts) {
    if (!TakesNoTime(part)) kept.push_back(std::move(part));
  }
  if (kept.size() == 1) return std::move(kept[0]);
  if (kept.empty()) return NoTime();
  return {.kind = kind, .children = std::move(kept)};
}
inline TimeTree InOrder(std::vector<TimeTree> parts) {
  return InnerOf(TimeTree::Kind::kSequence, std::move(parts));
}
inline TimeTree Beside(std::vector<TimeTree> parts) {
  return InnerOf(TimeTree::Kind::kParallel, std::move(parts));
}

struct Weighed {
  double weight = 0;
  TimeTree tree;
};
// One of them by chance; those without weight are left out. One must have some.
inline TimeTree Mixed(std::vector<Weighed> branches) {
  TimeTree choice{.kind = TimeTree::Kind::kChoice};
  for (Weighed& branch : branches) {
    if (!(branch.weight > 0)) continue;
    choice.weights.push_back(branch.weight);
    choice.children.push_back(std::move(branch.tree));
  }
  if (choice.children.empty()) return NoTime();
  if (choice.children.size() > 1) return choice;
  TimeTree only = std::move(choice.children[0]);
  return only;
}

}  // namespace plumbline::analytics::forecast

#endif  // PLUMBLINE_SERVICES_ANALYTICS_FORECAST_TIME_TREES_H_
