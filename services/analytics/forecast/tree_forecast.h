// SPDX-License-Identifier: Apache-2.0
//
// How long a process will take, from its tree and from how long its steps took before: the tree is
// run many times, each step with a time that was seen (Van Slyke 1963). Pure functions; the same
// seed gives the same answer.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_FORECAST_TREE_FORECAST_H_
#define PLUMBLINE_SERVICES_ANALYTICS_FORECAST_TREE_FORECAST_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "services/analytics/forecast/runs.h"

namespace plumbline::analytics::forecast {

inline constexpr size_t kMostNodes = 10'000;
inline constexpr int kMostDepth = 500;
// Of a loop in one run; what would go on is cut there.
inline constexpr int kMostRounds = 1'000;
// Nodes that one run goes through.
inline constexpr int64_t kMostVisits = 1'000'000;

// A process, as far as its time goes. All times are in one unit, the caller's.
struct TimeTree {
  enum class Kind { kStep, kSequence, kParallel, kChoice, kLoop, kEntry };
  Kind kind = Kind::kSequence;
  std::string name;  // of a step, for errors

  // kStep: how long it took before, each >= 0; at least one. Of those one is drawn.
  std::vector<double> times;
  // kStep: the same where several steps share them; must outlive the forecast. Null: `times`.
  const std::vector<double>* shared_times = nullptr;
  // kStep: those with the same number, 0 or more, are one step that stands in several places: in
  // one StepForecast. Below 0: a step of its own.
  int64_t group = -1;
  // kStep: how long it has been going on. Then times that are no longer than that are out of the
  // question, and what is left of the others is drawn. If it has been going on for longer than it
  // ever took, nothing is known: it is taken to begin anew.
  double elapsed = 0;

  // The others. A parallel takes as long as its longest child. A loop has a body and a redo: it
  // does the body, then with probability `again` the redo and the body once more. Without children
  // a sequence or a parallel takes no time.
  // An entry is a sequence that is begun at one of its places, by chance: of its children the first
  // ones, as many as weights, are what is done at the place where it is begun, the others what is
  // done at the second place, the third and so on if it was begun before; of the place that was
  // drawn its own, then all others of later places.
  std::vector<TimeTree> children;
  // kChoice, kEntry: how likely each child is (of an entry, each place), >= 0, as shares of their
  // sum.
  std::vector<double> weights;
  double again = 0;  // kLoop: 0 to 1, without 1
};

struct StepForecast {
  // Share of the runs in which it was on the critical path (Van Slyke's criticality), 0 to 1.
  double criticality = 0;
  // Time of it on the critical path, over all runs: they add up to the mean of the whole.
  double mean_on_path = 0;
  // Share of the runs in which it was done at all, and of those: the mean of all the time in it,
  // and of when it ended for the last time, from the begin of the whole.
  double share = 0;
  double mean_time = 0;
  double mean_end = 0;
  int64_t group = -1;
  bool beyond_experience = false;  // see TimeTree.elapsed
};

struct TreeForecast {
  double mean = 0;
  double mean_error = 0;             // standard error of `mean`, of the Monte Carlo
  std::vector<TimeEstimate> within;  // "within `value` with `confidence`"
  // Share of the runs that took no longer than each of `limits`.
  std::vector<double> done_within;
  std::vector<StepForecast>
      steps;  // those of the tree, in its order (a parent before its children); a group once
};

// FIELD_INVALID ("tree.children[2].times"): a tree that is too large or too deep, a step without
// times, negative or endless numbers, weights of which none is positive, loops that make a run too
// long. An error of `keep_on`,
// asked now and then, ends it. O(runs steps).
absl::StatusOr<TreeForecast> ForecastTree(const TimeTree& tree,
                                          absl::Span<const double> confidences,
                                          absl::Span<const double> limits,
                                          const RunOptions& options,
                                          absl::FunctionRef<absl::Status()> keep_on);

}  // namespace plumbline::analytics::forecast

#endif  // PLUMBLINE_SERVICES_ANALYTICS_FORECAST_TREE_FORECAST_H_
