// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/review/candidates.h"

#include <algorithm>
#include <cstdint>
#include <map>
#include <utility>

#include "common/base/threads.h"

namespace plumbline::analytics::review {
namespace {

constexpr size_t kStepsForLevels = 12, kMostLevels = 15;

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

bool Touches(int64_t cases, Touching touching) {
  return (cases >= kLeastTouched) == (touching == Touching::kEnough);
}

// Ascending; at most kMostCandidates, which take most from so many cases.
std::vector<uint32_t> MostTaken(const TakenByNumber& taken, Touching touching) {
  std::vector<std::pair<int64_t, uint32_t>> order;
  for (const auto& [number, one] : taken) {
    if (one.most > 0 && Touches(one.touched, touching)) order.emplace_back(-one.most, number);
  }
  std::sort(order.begin(), order.end());
  if (order.size() > kMostCandidates) order.resize(kMostCandidates);
  std::vector<uint32_t> numbers;
  for (const auto& [less, number] : order) numbers.push_back(number);
  std::sort(numbers.begin(), numbers.end());
  return numbers;
}

// The lower median of the waits at a step, as charts tell them. Some are there.
int64_t MedianWait(const StepIndex& index, uint32_t activity) {
  std::vector<int64_t> waits;
  for (const uint32_t i : index.by_activity().Of(activity)) {
    const int64_t wait = index.graphs().steps[i].wait;
    if (wait >= 0) waits.push_back(wait);
  }
  const auto middle = waits.begin() + static_cast<ptrdiff_t>((waits.size() - 1) / 2);
  std::nth_element(waits.begin(), middle, waits.end());
  return *middle;
}

// What the remedy takes away, and of how many cases.
void Count(const StepIndex& index, Candidate* candidate) {
  const CaseGraphs& graphs = index.graphs();
  const Remedy& remedy = candidate->remedy;
  index.ForCases(index.Of(remedy), [&](size_t place, absl::Span<const uint32_t> steps) {
    if (!remedy.InCase(place)) return;
    int64_t less = 0;
    for (const uint32_t i : steps) {
      const GraphStep& step = graphs.steps[i];
      const Left whole = WholeOf(step);
      less += whole.all() - Apply(remedy, step, graphs.CausesOf(step), whole).all();
    }
    candidate->most += less;
    candidate->touched += less > 0;
  });
}

// All activities at which cases wait, most waiting first.
std::vector<uint32_t> MostWaiting(const StepIndex& index) {
  std::vector<std::pair<int64_t, uint32_t>> order;
  for (uint32_t activity = 0; activity < index.by_activity().key_count(); ++activity) {
    int64_t waiting = 0;
    for (const uint32_t i : index.by_activity().Of(activity))
      waiting += index.graphs().steps[i].waiting;
    if (waiting > 0) order.emplace_back(-waiting, activity);
  }
  std::sort(order.begin(), order.end());
  std::vector<uint32_t> activities;
  for (const auto& [less, activity] : order) activities.push_back(activity);
  return activities;
}

}  // namespace

std::vector<Candidate> FindCandidates(const Facts& facts, const StepIndex& index,
                                      Touching touching) {
  const std::vector<uint32_t> waiting = MostWaiting(index);
  const auto first = [&](size_t most) {
    return absl::MakeConstSpan(waiting).first(std::min(most, waiting.size()));
  };
  std::vector<Candidate> candidates;
  const auto add = [&](FixKind kind, Remedy remedy) -> Candidate& {
    return candidates.emplace_back(Candidate{kind, std::move(remedy)});
  };
  for (const uint32_t activity : first(kMostCandidates)) {
    add(FixKind::kWait,
        {.kind = Remedy::Kind::kCapWait, .activity = activity, .cap = MedianWait(index, activity)});
  }
  TakenByNumber repeats, causes;
  ReadTaken(facts.graphs, &repeats, &causes);
  for (const uint32_t activity : MostTaken(repeats, touching))
    add(FixKind::kRework, {.kind = Remedy::Kind::kNoRepeat, .activity = activity});
  for (const uint32_t cause : MostTaken(causes, touching))
    add(FixKind::kImpediment, {.kind = Remedy::Kind::kNoCause, .cause = cause});
  std::vector<SlowLevel> levels;
  if (touching == Touching::kEnough)
    levels = FindSlowLevels(facts, index, first(kStepsForLevels), kMostLevels);
  for (SlowLevel& level : levels) {
    Remedy remedy{.kind = Remedy::Kind::kScaleWait, .activity = level.activity};
    remedy.scale = level.other_mean / level.mean;
    remedy.cases = level.cases;
    const FixKind kind = level.others ? FixKind::kBest : FixKind::kLevel;
    add(kind, std::move(remedy)).level = std::move(level);
  }
  base::InThreads(base::ThreadsOfOneQuestion(), candidates.size(),
                  [&](int, size_t i) { Count(index, &candidates[i]); });
  std::erase_if(candidates, [&](const Candidate& candidate) {
    return candidate.most <= 0 || !Touches(candidate.touched, touching);
  });
  std::stable_sort(candidates.begin(), candidates.end(),
                   [](const Candidate& a, const Candidate& b) { return a.most > b.most; });
  if (candidates.size() > kMostCandidates) candidates.resize(kMostCandidates);
  return candidates;
}

}  // namespace plumbline::analytics::review
