// SPDX-License-Identifier: Apache-2.0
//
// What a case has before it, as a tree of times that ForecastTree can run: from its begin, or from
// where it stands. Pure functions.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_FORECAST_CASE_PLAN_H_
#define PLUMBLINE_SERVICES_ANALYTICS_FORECAST_CASE_PLAN_H_

#include <cstdint>
#include <optional>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "services/analytics/conformance/tree.h"
#include "services/analytics/forecast/case_history.h"
#include "services/analytics/forecast/tree_forecast.h"
#include "services/analytics/forecast/tree_walk.h"
#include "services/analytics/mining/process_map.h"

namespace plumbline::analytics::forecast {

// Where the times of a step are from.
enum class Basis {
  kObserved,  // what it took in the history
  kAssumed,   // what somebody said that it takes
  kOthers,    // it was never done: what any step of the history took
};

// An activity of the tree, wherever it stands.
struct StepFacts {
  Basis basis = Basis::kObserved;
  int64_t observed = 0;          // times that it was done
  int64_t skipped = 0;           // times that the tree demanded it and it was passed over
  std::optional<double> median;  // of what it took, seconds; absent where nothing is known of it
};

// What the history says of a tree. Holds all times; trees that it gives refer to them.
class CasePlan {
 public:
  // `assumed`: by label, seconds, instead of what was observed. Both must outlive it.
  // FORECAST_HISTORY_MISSING where no case counts, unless every activity has an assumption.
  static absl::StatusOr<CasePlan> Make(const conformance::Tree& tree, const CaseHistory& history,
                                       const absl::flat_hash_map<uint32_t, double>& assumed);

  const StepFacts& facts(uint32_t label) const { return facts_[label]; }
  // Choices of which no branch was ever taken: each branch is as likely as the other.
  int64_t unseen_choices() const { return unseen_choices_; }

  // A case from its begin. Steps are grouped by label. O(nodes).
  TimeTree FromBegin() const { return Fresh(0); }

  // A case as it stands at `now`: what could have begun has not ended since. What is undecided, and
  // leaves no trace (whether an optional step is left out, a loop goes on), is as likely as in the
  // history and as it is likely that nothing would have been seen so far. `pending` has by label
  // since when an activity could be under way, or is.
  // O(nodes), times the steps in a row that may be left out.
  struct Here {
    TimeTree rest;
    std::vector<std::optional<int64_t>> pending;
  };
  Here FromHere(const TreeWalk& walk, int64_t now, const TimeBetween& between) const;

 private:
  friend class Remainder;
  CasePlan(const conformance::Tree& tree, const CaseHistory& history)
      : tree_(&tree), history_(&history) {}

  void Gather(const absl::flat_hash_map<uint32_t, double>& assumed);
  void PoolAll();
  TimeTree Fresh(uint32_t node) const;
  TimeTree FreshLoop(uint32_t node) const;
  // After the body: back and the body again, or on.
  TimeTree LoopTail(uint32_t node) const;
  TimeTree Step(uint32_t leaf, double elapsed) const;
  const std::vector<double>& TimesOf(uint32_t leaf) const;
  // How likely the tree's own demand of a leaf is passed over.
  double SkipShare(uint32_t leaf) const;
  // Of a choice, by child; of the ways back of a loop, by child - 1. One of them is above 0.
  std::vector<double> Weights(uint32_t node) const;
  double Again(uint32_t loop) const;

  const conformance::Tree* tree_;
  const CaseHistory* history_;
  std::vector<StepFacts> facts_;                     // by label
  std::vector<std::vector<double>> times_of_label_;  // assumed, or of all its places
  std::vector<double> pool_;                         // of all steps
  int64_t unseen_choices_ = 0;
};

}  // namespace plumbline::analytics::forecast

#endif  // PLUMBLINE_SERVICES_ANALYTICS_FORECAST_CASE_PLAN_H_
