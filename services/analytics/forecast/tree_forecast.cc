// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/forecast/tree_forecast.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "common/base/status_macros.h"
#include "common/statistics/generator.h"
#include "common/statistics/sums.h"

namespace plumbline::analytics::forecast {
namespace {

using Kind = TimeTree::Kind;

bool IsTime(double value) { return std::isfinite(value) && value >= 0; }

// A tree as it is run: numbers of children instead of copies.
struct Node {
  Kind kind = Kind::kStep;
  uint32_t step = 0;  // kStep: its number
  // kStep: times, unless shared; kChoice, kEntry: sums of weights so far
  std::vector<double> values;
  const std::vector<double>* shared = nullptr;  // kStep
  // kStep: times to draw.
  const std::vector<double>& times() const { return shared != nullptr ? *shared : values; }
  std::vector<uint32_t> children;
  double again = 0;
};

// Checks a tree and makes it ready to run.
class Planter {
 public:
  absl::StatusOr<uint32_t> Plant(const TimeTree& tree, const std::string& path, int depth) {
    if (depth > kMostDepth)
      return base::FieldError(path, absl::StrCat("is deeper than ", kMostDepth, " levels"));
    if (nodes.size() == kMostNodes)
      return base::FieldError("tree", absl::StrCat("has more than ", kMostNodes, " nodes"));
    const auto number = static_cast<uint32_t>(nodes.size());
    nodes.push_back({.kind = tree.kind, .again = tree.again});
    if (tree.kind == Kind::kStep) {
      RETURN_IF_ERROR(PlantStep(tree, path, number));
      return number;
    }
    RETURN_IF_ERROR(CheckInner(tree, path));
    for (size_t i = 0; i < tree.children.size(); ++i) {
      ASSIGN_OR_RETURN(
          const uint32_t child,
          Plant(tree.children[i], absl::StrCat(path, ".children[", i, "]"), depth + 1));
      nodes[number].children.push_back(child);
    }
    if (tree.kind == Kind::kChoice || tree.kind == Kind::kEntry) {
      double sum = 0;
      for (const double weight : tree.weights) nodes[number].values.push_back(sum += weight);
    }
    return number;
  }

  std::vector<Node> nodes;
  std::vector<StepForecast> steps;

 private:
  absl::Status PlantStep(const TimeTree& tree, const std::string& path, uint32_t number) {
    const std::string field = absl::StrCat(path, ".times");
    const std::vector<double>& times =
        tree.shared_times != nullptr ? *tree.shared_times : tree.times;
    if (!tree.children.empty()) return base::FieldError(path, "is a step, which has no children");
    if (times.empty()) {
      return base::FieldError(field,
                              absl::StrCat("nothing is known of how long '", tree.name,
                                           "' takes; give at least one time, such as its target"));
    }
    if (!std::all_of(times.begin(), times.end(), IsTime))
      return base::FieldError(field, "has a number that is not finite or below 0");
    if (!IsTime(tree.elapsed))
      return base::FieldError(absl::StrCat(path, ".elapsed"), "is not finite or below 0");
    nodes[number].step = StepOf(tree.group);
    std::vector<double>& left = nodes[number].values;
    if (tree.elapsed > 0) {
      for (const double time : times) {
        if (time > tree.elapsed) left.push_back(time - tree.elapsed);
      }
      if (!left.empty()) return absl::OkStatus();
      steps[nodes[number].step].beyond_experience = true;
    }
    if (tree.shared_times == nullptr) {
      left = times;
    } else {
      nodes[number].shared = tree.shared_times;
    }
    return absl::OkStatus();
  }

  // The number of a new step, or of that of its group.
  uint32_t StepOf(int64_t group) {
    const auto next = static_cast<uint32_t>(steps.size());
    if (group >= 0) {
      const auto [at, added] = step_of_group_.try_emplace(group, next);
      if (!added) return at->second;
    }
    steps.push_back({.group = group});
    return next;
  }

  static absl::Status CheckInner(const TimeTree& tree, const std::string& path) {
    if (tree.kind == Kind::kLoop) {
      if (tree.children.size() != 2) {
        return base::FieldError(
            absl::StrCat(path, ".children"),
            absl::StrCat("a loop has a body and a redo, not ", tree.children.size(), " children"));
      }
      if (!(tree.again >= 0 && tree.again < 1)) {
        return base::FieldError(absl::StrCat(path, ".again"),
                                absl::StrCat(tree.again, " is not 0 to 1, without 1"));
      }
    }
    const bool entry = tree.kind == Kind::kEntry;
    if (tree.kind != Kind::kChoice && !entry) return absl::OkStatus();
    const std::string field = absl::StrCat(path, ".weights");
    // The places of an entry: it has as many other children as it has places but one.
    if (entry && (tree.weights.empty() || tree.children.size() + 1 < 2 * tree.weights.size())) {
      return base::FieldError(field, absl::StrCat(tree.weights.size(), " weights for ",
                                                  tree.children.size(), " children of an entry"));
    }
    if (!entry && tree.weights.size() != tree.children.size()) {
      return base::FieldError(field, absl::StrCat(tree.weights.size(), " weights for ",
                                                  tree.children.size(), " children"));
    }
    if (!std::all_of(tree.weights.begin(), tree.weights.end(), IsTime) ||
        std::none_of(tree.weights.begin(), tree.weights.end(), [](double w) { return w > 0; })) {
      return base::FieldError(field, "are to be 0 or more, and one of them more");
    }
    return absl::OkStatus();
  }

  absl::flat_hash_map<int64_t, uint32_t> step_of_group_;
};

// One run after the other, with what happens to the steps in it.
class Runner {
 public:
  struct Passed {
    uint32_t step = 0;
    double time = 0;
  };

  // `steps` must outlive it: sums of what happens in the runs, of which Finish makes means.
  Runner(const std::vector<Node>& nodes, uint64_t seed, std::vector<StepForecast>* steps)
      : nodes_(nodes), random_(seed), steps_(*steps), seen_(steps->size()) {}

  double Run(uint32_t root) {
    path_.clear();
    visits_ = 0;
    ++run_;
    const double time = Time(nodes_[root], 0);
    Count();
    return time;
  }
  // After all runs.
  void Finish() {
    for (StepForecast& step : steps_) {
      const double done = step.share;
      if (done > 0) step.mean_time /= done, step.mean_end /= done;
      step.share /= static_cast<double>(run_);
      step.criticality /= static_cast<double>(run_);
      step.mean_on_path /= static_cast<double>(run_);
    }
  }
  // Nodes that the last run went through; beyond kMostVisits it was cut short.
  int64_t visits() const { return visits_; }

 private:
  struct Seen {
    int64_t run = 0, run_on_path = 0;  // the last in which it was done, and was critical
    double end = 0;                    // in that run
  };

  // Time in a node that begins at `at`.
  double Time(const Node& node, double at) {
    if (++visits_ > kMostVisits) return 0;
    switch (node.kind) {
      case Kind::kStep:
        return Do(node, at);
      case Kind::kSequence: {
        double sum = 0;
        for (const uint32_t child : node.children) sum += Time(nodes_[child], at + sum);
        return sum;
      }
      case Kind::kParallel:
        return Longest(node, at);
      case Kind::kChoice:
        return Time(nodes_[node.children[Chosen(node)]], at);
      case Kind::kEntry:
        return FromEntry(node, at);
      case Kind::kLoop:
        break;
    }
    double sum = Time(nodes_[node.children[0]], at);
    for (int round = 1; round < kMostRounds && random_.Fraction() < node.again; ++round) {
      sum += Time(nodes_[node.children[1]], at + sum);
      sum += Time(nodes_[node.children[0]], at + sum);
    }
    return sum;
  }

  double FromEntry(const Node& node, double at) {
    const size_t place = Chosen(node);
    double sum = Time(nodes_[node.children[place]], at);
    for (size_t i = node.values.size() + place; i < node.children.size(); ++i)
      sum += Time(nodes_[node.children[i]], at + sum);
    return sum;
  }

  double Do(const Node& node, double at) {
    const std::vector<double>& times = node.times();
    const double time = times[random_.Below(times.size())];
    path_.push_back({node.step, time});
    StepForecast& step = steps_[node.step];
    Seen& seen = seen_[node.step];
    if (seen.run != run_) {
      seen.run = run_;
      seen.end = 0;
      step.share += 1;
    }
    step.mean_time += time;
    if (at + time > seen.end) {
      step.mean_end += at + time - seen.end;
      seen.end = at + time;
    }
    return time;
  }

  // Adds the steps of the critical path; a step that was done more than once in it counts once.
  void Count() {
    for (const Passed& passed : path_) {
      steps_[passed.step].mean_on_path += passed.time;
      Seen& seen = seen_[passed.step];
      if (seen.run_on_path == run_) continue;
      seen.run_on_path = run_;
      steps_[passed.step].criticality += 1;
    }
  }

  // Of the paths of the children only that of the longest stays.
  double Longest(const Node& node, double at) {
    const size_t begin = path_.size();
    double longest = 0;
    bool first = true;
    for (const uint32_t child : node.children) {
      const size_t own = path_.size();
      const double time = Time(nodes_[child], at);
      if (first || time > longest) {
        path_.erase(path_.begin() + static_cast<std::ptrdiff_t>(begin),
                    path_.begin() + static_cast<std::ptrdiff_t>(own));
        longest = time;
      } else {
        path_.resize(own);
      }
      first = false;
    }
    return longest;
  }

  size_t Chosen(const Node& node) {
    const double drawn = random_.Fraction() * node.values.back();
    // The first whose sum is above: never one without weight.
    return static_cast<size_t>(std::upper_bound(node.values.begin(), node.values.end(), drawn) -
                               node.values.begin());
  }

  const std::vector<Node>& nodes_;
  statistics::Generator random_;
  std::vector<StepForecast>& steps_;
  std::vector<Seen> seen_;
  std::vector<Passed> path_;
  int64_t run_ = 0;
  int64_t visits_ = 0;
};

}  // namespace

absl::StatusOr<TreeForecast> ForecastTree(const TimeTree& tree,
                                          absl::Span<const double> confidences,
                                          absl::Span<const double> limits,
                                          const RunOptions& options,
                                          absl::FunctionRef<absl::Status()> keep_on) {
  RETURN_IF_ERROR(CheckRuns(options, confidences));
  Planter planter;
  ASSIGN_OR_RETURN(const uint32_t root, planter.Plant(tree, "tree", 1));
  TreeForecast forecast{.steps = std::move(planter.steps)};
  Runner runner(planter.nodes, options.seed, &forecast.steps);
  std::vector<double> times(static_cast<size_t>(options.runs));
  Patience patience;
  for (size_t run = 0; run < times.size(); ++run) {
    times[run] = runner.Run(root);
    if (runner.visits() > kMostVisits) {
      return base::FieldError("tree",
                              absl::StrCat("loops within loops make more than ", kMostVisits,
                                           " steps of one run; lower `again`"));
    }
    if (patience.Spent(runner.visits())) RETURN_IF_ERROR(keep_on());
  }
  runner.Finish();
  const auto runs = static_cast<double>(options.runs);
  std::sort(times.begin(), times.end());
  forecast.mean = statistics::Mean(times);
  forecast.mean_error = statistics::StandardDeviation(times) / std::sqrt(runs);
  for (const double confidence : confidences) {
    forecast.within.push_back(
        QuantileAt<double>(confidence, confidence, options.runs,
                           [&](int64_t place) { return times[static_cast<size_t>(place)]; }));
  }
  for (const double limit : limits) {
    const auto end = std::upper_bound(times.begin(), times.end(), limit);
    forecast.done_within.push_back(static_cast<double>(end - times.begin()) / runs);
  }
  return forecast;
}

}  // namespace plumbline::analytics::forecast
