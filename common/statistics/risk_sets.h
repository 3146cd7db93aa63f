// SPDX-License-Identifier: Apache-2.0
//
// Who was at risk when it happened. Not for use outside this folder.
#ifndef PLUMBLINE_COMMON_STATISTICS_RISK_SETS_H_
#define PLUMBLINE_COMMON_STATISTICS_RISK_SETS_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "absl/types/span.h"
#include "common/statistics/ascending.h"
#include "common/statistics/survival.h"

namespace plumbline::statistics {

// One group, asked at times that ascend.
class RiskSet {
 public:
  explicit RiskSet(absl::Span<const Observation> observations) {
    for (const Observation& one : observations) {
      all_.push_back(one.time);
      if (one.happened) events_.push_back(one.time);
    }
    SortAscending(&all_);
    SortAscending(&events_);
  }

  const std::vector<double>& events() const { return events_; }
  // How many were observed until `time` or longer, and to how many it happened at it.
  struct Counts {
    double at_risk = 0;
    double happened = 0;
  };
  Counts At(double time) {
    while (gone_ < all_.size() && all_[gone_] < time) ++gone_;
    while (before_ < events_.size() && events_[before_] < time) ++before_;
    size_t end = before_;
    while (end < events_.size() && events_[end] == time) ++end;
    return {static_cast<double>(all_.size() - gone_), static_cast<double>(end - before_)};
  }

 private:
  std::vector<double> all_, events_;
  size_t gone_ = 0, before_ = 0;
};

// The times at which it happened in any of the groups, ascending.
inline std::vector<double> EventTimes(absl::Span<const RiskSet> groups) {
  std::vector<double> times;
  for (const RiskSet& group : groups)
    times.insert(times.end(), group.events().begin(), group.events().end());
  SortAscending(&times);
  times.erase(std::unique(times.begin(), times.end()), times.end());
  return times;
}

}  // namespace plumbline::statistics

#endif  // PLUMBLINE_COMMON_STATISTICS_RISK_SETS_H_
