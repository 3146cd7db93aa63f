// SPDX-License-Identifier: Apache-2.0
//
// What is left of a case that is under way. Not for use outside this folder.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_FORECAST_REMAINDER_H_
#define PLUMBLINE_SERVICES_ANALYTICS_FORECAST_REMAINDER_H_

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "services/analytics/forecast/case_plan.h"
#include "services/analytics/forecast/tree_walk.h"

namespace plumbline::analytics::forecast {

// All must outlive it.
class Remainder {
 public:
  Remainder(const CasePlan& plan, const TreeWalk& walk, int64_t now, const TimeBetween& between)
      : plan_(plan), walk_(walk), now_(now), between_(between), pending_(plan.facts_.size()) {}

  TimeTree Tree();
  const std::vector<std::optional<int64_t>>& pending() const { return pending_; }

 private:
  // What a node has before it. With the chance `pass` it was passed already, without a trace, at
  // `passed_at`; else `tree` is left, and that nothing was seen of it so far has the chance
  // `likelihood`.
  struct Left {
    double pass = 0;
    int64_t passed_at = 0;
    double likelihood = 1;
    TimeTree tree;
  };
  // A node as the walk has it, or as it would be had it been entered at a time.
  struct Place {
    uint32_t node = 0;
    bool fresh = false;
  };
  struct Branch {
    double prior = 0;
    double likelihood = 1;
    TimeTree tree;
  };

  TreeWalk::State StateOf(const Place& place, int64_t time) const;
  Left Of(const Place& place, int64_t time);
  Left OfLeaf(uint32_t leaf, const TreeWalk::State& state);
  Left OfChoice(uint32_t node, const TreeWalk::State& state);
  Left OfParallel(uint32_t node, bool fresh, const TreeWalk::State& state);
  Left OfLoop(uint32_t node, bool fresh, const TreeWalk::State& state);
  Left AfterBody(uint32_t loop, int64_t time);
  // One after the other; the first could begin at `time`.
  Left InRow(std::span<const Place> row, int64_t time);
  // By what is known now; `likelihood` of all of them together.
  static TimeTree Weigh(std::vector<Branch> branches, double* likelihood);
  // As Weigh of what each place of a row has if it is begun there, and of those after it: `fresh`,
  // of all places but the first.
  static TimeTree Enter(std::vector<Branch> places, std::vector<TimeTree> fresh,
                        double* likelihood);
  // What each is by what is known now, not as shares of 1.
  static std::vector<double> WeightsOf(const std::vector<Branch>& branches, double* likelihood);

  const CasePlan& plan_;
  const TreeWalk& walk_;
  const int64_t now_;
  const TimeBetween& between_;
  std::vector<std::optional<int64_t>> pending_;
};

}  // namespace plumbline::analytics::forecast

#endif  // PLUMBLINE_SERVICES_ANALYTICS_FORECAST_REMAINDER_H_
