// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/review/candidates.h"

#include <algorithm>
#include <map>
#include <utility>

namespace plumbline::analytics::review {
namespace {

constexpr size_t kStepsForLevels = 12, kMostLevels = 15;

// What is known of a step in the graphs.
struct OfStep {
  std::vector<int64_t> waits;
  int64_t waiting = 0;
  bool repeated = false;
};

std::map<uint32_t, OfStep> ReadSteps(const CaseGraphs& graphs) {
  std::map<uint32_t, OfStep> steps;
  for (const GraphStep& step : graphs.steps) {
    OfStep& one = steps[step.activity];
    one.waits.push_back(step.waiting);
    one.waiting += step.waiting;
    one.repeated |= step.repeat;
  }
  return steps;
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
  for (const auto& [activity, step] : steps) {
    if (step.repeated)
      add(FixKind::kRework, {.kind = Remedy::Kind::kNoRepeat, .activity = activity});
  }
  for (uint32_t cause = 0; cause < facts.causes.size(); ++cause)
    add(FixKind::kImpediment, {.kind = Remedy::Kind::kNoCause, .cause = cause});
  for (SlowLevel& level :
       FindSlowLevels(log, facts, MostWaiting(steps, kStepsForLevels), kMostLevels)) {
    Remedy remedy{.kind = Remedy::Kind::kScaleWait, .activity = level.activity};
    remedy.scale = level.other_mean / level.mean;
    remedy.cases = level.cases;
    add(FixKind::kLevel, std::move(remedy)).level = std::move(level);
  }
  for (Candidate& candidate : candidates) Count(graphs, &candidate);
  const auto all = static_cast<int64_t>(graphs.cases.size());
  const int64_t least = std::min(kLeastTouched, (all + 1) / 2);
  std::erase_if(candidates, [&](const Candidate& candidate) {
    return candidate.most <= 0 || candidate.touched < least;
  });
  std::stable_sort(candidates.begin(), candidates.end(),
                   [](const Candidate& a, const Candidate& b) { return a.most > b.most; });
  if (candidates.size() > kMostCandidates) candidates.resize(kMostCandidates);
  return candidates;
}

}  // namespace plumbline::analytics::review
