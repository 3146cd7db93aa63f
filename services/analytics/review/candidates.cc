// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/review/candidates.h"

#include <algorithm>
#include <cstdint>
#include <map>
#include <utility>

namespace plumbline::analytics::review {
namespace {

constexpr size_t kStepsForLevels = 12, kMostLevels = 15;

// What is known of a step in the graphs.
struct OfStep {
  std::vector<int64_t> waits;
  int64_t waiting = 0;
};

std::map<uint32_t, OfStep> ReadSteps(const CaseGraphs& graphs) {
  std::map<uint32_t, OfStep> steps;
  for (const GraphStep& step : graphs.steps) {
    OfStep& one = steps[step.activity];
    one.waits.push_back(step.waiting);
    one.waiting += step.waiting;
  }
  return steps;
}

// What would be taken away, and of how many cases.
struct Taken {
  int64_t most = 0, touched = 0;
  size_t last = SIZE_MAX;  // the case that was touched last

  void Add(int64_t micros, size_t place) {
    if (micros <= 0) return;
    most += micros;
    touched += last != place;
    last = place;
  }
};
using TakenByNumber = std::map<uint32_t, Taken>;

// Repeats by activity, and what is blocked by cause. O(steps), however many of them there are.
void ReadTaken(const CaseGraphs& graphs, TakenByNumber* repeats, TakenByNumber* causes) {
  for (size_t place = 0; place < graphs.cases.size(); ++place) {
    for (const GraphStep& step : graphs.StepsOf(graphs.cases[place])) {
      if (step.repeat) (*repeats)[step.activity].Add(WholeOf(step).all(), place);
      for (const BlockedBy& one : graphs.CausesOf(step))
        (*causes)[one.cause].Add(one.micros, place);
    }
  }
}

// Ascending; at most kMostCandidates, which take most from `least` cases or more.
std::vector<uint32_t> MostTaken(const TakenByNumber& taken, int64_t least) {
  std::vector<std::pair<int64_t, uint32_t>> order;
  for (const auto& [number, one] : taken) {
    if (one.most > 0 && one.touched >= least) order.emplace_back(-one.most, number);
  }
  std::sort(order.begin(), order.end());
  if (order.size() > kMostCandidates) order.resize(kMostCandidates);
  std::vector<uint32_t> numbers;
  for (const auto& [less, number] : order) numbers.push_back(number);
  std::sort(numbers.begin(), numbers.end());
  return numbers;
}

// The lower median.
int64_t MedianOf(std::vector<int64_t> values) {
  const auto middle = values.begin() + static_cast<ptrdiff_t>((values.size() - 1) / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

// What the remedy takes away, and of how many cases.
void Count(const CaseGraphs& graphs, Candidate* candidate) {
  for (size_t place = 0; place < graphs.cases.size(); ++place) {
    if (!candidate->remedy.InCase(place)) continue;
    int64_t less = 0;
    for (const GraphStep& step : graphs.StepsOf(graphs.cases[place])) {
      const Left whole = WholeOf(step);
      less += whole.all() - Apply(candidate->remedy, step, graphs.CausesOf(step), whole).all();
    }
    candidate->most += less;
    candidate->touched += less > 0;
  }
}

std::vector<uint32_t> MostWaiting(const std::map<uint32_t, OfStep>& steps, size_t most) {
  std::vector<std::pair<int64_t, uint32_t>> order;
  for (const auto& [activity, step] : steps) {
    if (step.waiting > 0) order.emplace_back(-step.waiting, activity);
  }
  std::sort(order.begin(), order.end());
  std::vector<uint32_t> activities;
  for (const auto& [less, activity] : order) {
    if (activities.size() < most) activities.push_back(activity);
  }
  return activities;
}

}  // namespace

std::vector<Candidate> FindCandidates(const LogSnapshot& log, const Facts& facts) {
  const CaseGraphs& graphs = facts.graphs;
  const std::map<uint32_t, OfStep> steps = ReadSteps(graphs);
  std::vector<Candidate> candidates;
  const auto add = [&](FixKind kind, Remedy remedy) -> Candidate& {
    return candidates.emplace_back(Candidate{kind, std::move(remedy)});
  };
  for (const uint32_t activity : MostWaiting(steps, kMostCandidates)) {
    add(FixKind::kWait, {.kind = Remedy::Kind::kCapWait,
                         .activity = activity,
                         .cap = MedianOf(steps.at(activity).waits)});
  }
  TakenByNumber repeats, causes;
  ReadTaken(graphs, &repeats, &causes);
  for (const uint32_t activity : MostTaken(repeats, kLeastTouched))
    add(FixKind::kRework, {.kind = Remedy::Kind::kNoRepeat, .activity = activity});
  for (const uint32_t cause : MostTaken(causes, kLeastTouched))
    add(FixKind::kImpediment, {.kind = Remedy::Kind::kNoCause, .cause = cause});
  for (SlowLevel& level :
       FindSlowLevels(log, facts, MostWaiting(steps, kStepsForLevels), kMostLevels)) {
    Remedy remedy{.kind = Remedy::Kind::kScaleWait, .activity = level.activity};
    remedy.scale = level.other_mean / level.mean;
    remedy.cases = level.cases;
    const FixKind kind = level.others ? FixKind::kBest : FixKind::kLevel;
    add(kind, std::move(remedy)).level = std::move(level);
  }
  for (Candidate& candidate : candidates) Count(graphs, &candidate);
  std::erase_if(candidates, [&](const Candidate& candidate) {
    return candidate.most <= 0 || candidate.touched < kLeastTouched;
  });
  std::stable_sort(candidates.begin(), candidates.end(),
                   [](const Candidate& a, const Candidate& b) { return a.most > b.most; });
  if (candidates.size() > kMostCandidates) candidates.resize(kMostCandidates);
  return candidates;
}

}  // namespace plumbline::analytics::review
