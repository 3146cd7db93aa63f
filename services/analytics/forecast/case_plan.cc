// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/forecast/case_plan.h"

#include <algorithm>
#include <numeric>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "services/analytics/forecast/remainder.h"
#include "services/analytics/forecast/time_trees.h"

namespace plumbline::analytics::forecast {

using conformance::Operator;

namespace {

// Of what any step took, so many times are enough to draw from.
constexpr size_t kMostOfPool = 100'000;

std::optional<double> MedianOf(std::vector<double> times) {
  if (times.empty()) return std::nullopt;
  const auto middle = times.begin() + static_cast<std::ptrdiff_t>((times.size() - 1) / 2);
  std::nth_element(times.begin(), middle, times.end());
  return *middle;
}

}  // namespace

absl::StatusOr<CasePlan> CasePlan::Make(const conformance::Tree& tree, const CaseHistory& history,
                                        const absl::flat_hash_map<uint32_t, double>& assumed) {
  if (history.case_count() == 0 && assumed.size() < tree.label_count()) {
    return base::Error(
               base::Reason::ERROR_REASON_FORECAST_HISTORY_MISSING,
               absl::StrCat(
                   "no case of the log had come to the end of the process by then: ",
                   history.unfinished_cases, " ended and lack what it demands, ",
                   history.open_cases,
                   " had not ended. Check whether the log fits the process (CheckConformance), "
                   "or give a time for each of its steps"))
        .With("unfinished_case_count", absl::StrCat(history.unfinished_cases))
        .With("open_case_count", absl::StrCat(history.open_cases));
  }
  CasePlan plan(tree, history);
  plan.Gather(assumed);
  return plan;
}

void CasePlan::Gather(const absl::flat_hash_map<uint32_t, double>& assumed) {
  facts_.resize(tree_->label_count());
  times_of_label_.resize(tree_->label_count());
  for (uint32_t n = 0; n < tree_->size(); ++n) {
    const CaseHistory::Node& seen = history_->nodes[n];
    const Operator op = tree_->node(n).op;
    if (op == Operator::kChoice && std::accumulate(seen.taken.begin(), seen.taken.end(), 0L) == 0)
      ++unseen_choices_;
    if (op != Operator::kActivity) continue;
    const uint32_t label = tree_->node(n).label;
    facts_[label].observed += static_cast<int64_t>(seen.times.size());
    facts_[label].skipped += seen.skipped;
    times_of_label_[label].insert(times_of_label_[label].end(), seen.times.begin(),
                                  seen.times.end());
  }
  bool pooled = false;
  for (uint32_t label = 0; label < tree_->label_count(); ++label) {
    StepFacts& facts = facts_[label];
    facts.median = MedianOf(times_of_label_[label]);
    const auto found = assumed.find(label);
    if (found != assumed.end()) {
      facts.basis = Basis::kAssumed;
      times_of_label_[label] = {found->second};
    } else if (times_of_label_[label].empty()) {
      facts.basis = Basis::kOthers;
      pooled = true;
    }
  }
  if (pooled) PoolAll();
}

void CasePlan::PoolAll() {
  size_t all = 0;
  for (const CaseHistory::Node& node : history_->nodes) all += node.times.size();
  const size_t stride = all / kMostOfPool + 1;
  size_t place = 0;
  for (const CaseHistory::Node& node : history_->nodes) {
    for (const double time : node.times) {
      if (place++ % stride == 0) pool_.push_back(time);
    }
  }
  // A process whose cases do nothing takes no time.
  if (pool_.empty()) pool_.push_back(0);
}

const std::vector<double>& CasePlan::TimesOf(uint32_t leaf) const {
  const uint32_t label = tree_->node(leaf).label;
  switch (facts_[label].basis) {
    case Basis::kAssumed:
      return times_of_label_[label];
    case Basis::kOthers:
      return pool_;
    case Basis::kObserved:
      break;
  }
  const std::vector<double>& own = history_->nodes[leaf].times;
  return own.empty() ? times_of_label_[label] : own;
}

double CasePlan::SkipShare(uint32_t leaf) const {
  const CaseHistory::Node& seen = history_->nodes[leaf];
  const double all = static_cast<double>(seen.skipped) + static_cast<double>(seen.times.size());
  return all == 0 ? 0 : static_cast<double>(seen.skipped) / all;
}

std::vector<double> CasePlan::Weights(uint32_t node) const {
  const std::vector<int64_t>& taken = history_->nodes[node].taken;
  const bool loop = tree_->node(node).op == Operator::kLoop;
  std::vector<double> weights(taken.begin() + (loop ? 1 : 0), taken.end());
  if (std::none_of(weights.begin(), weights.end(), [](double w) { return w > 0; }))
    std::fill(weights.begin(), weights.end(), 1.0);
  return weights;
}

double CasePlan::Again(uint32_t loop) const {
  const std::vector<int64_t>& taken = history_->nodes[loop].taken;
  const auto again = static_cast<double>(std::accumulate(taken.begin() + 1, taken.end(), 0L));
  const double all = again + static_cast<double>(taken[0]);
  // A case that came to its end has left its loops.
  return all == 0 ? 0 : std::min(again / all, 0.999);
}

TimeTree CasePlan::Step(uint32_t leaf, double elapsed) const {
  TimeTree step{.kind = TimeTree::Kind::kStep,
                .name = tree_->labels()[tree_->node(leaf).label],
                .shared_times = &TimesOf(leaf),
                .group = tree_->node(leaf).label};
  step.elapsed = elapsed;
  return step;
}

TimeTree CasePlan::Fresh(uint32_t node) const {
  const auto children = tree_->children(node);
  switch (tree_->node(node).op) {
    case Operator::kSilent:
      return NoTime();
    case Operator::kActivity: {
      const double skip = SkipShare(node);
      return Mixed({{skip, NoTime()}, {1 - skip, Step(node, 0)}});
    }
    case Operator::kLoop:
      return FreshLoop(node);
    case Operator::kChoice: {
      const std::vector<double> weights = Weights(node);
      std::vector<Weighed> branches;
      for (size_t i = 0; i < children.size(); ++i)
        branches.push_back({weights[i], Fresh(children[i])});
      return Mixed(std::move(branches));
    }
    default:
      break;
  }
  std::vector<TimeTree> parts;
  for (const uint32_t child : children) parts.push_back(Fresh(child));
  return tree_->node(node).op == Operator::kParallel ? Beside(std::move(parts))
                                                     : InOrder(std::move(parts));
}

TimeTree CasePlan::FreshLoop(uint32_t node) const {
  const auto children = tree_->children(node);
  TimeTree body = Fresh(children[0]);
  const double again = Again(node);
  if (again == 0) return body;
  const std::vector<double> weights = Weights(node);
  std::vector<Weighed> back;
  for (size_t k = 1; k < children.size(); ++k) back.push_back({weights[k - 1], Fresh(children[k])});
  TimeTree loop{.kind = TimeTree::Kind::kLoop, .again = again};
  loop.children.push_back(std::move(body));
  loop.children.push_back(Mixed(std::move(back)));
  return loop;
}

TimeTree CasePlan::LoopTail(uint32_t node) const {
  const double again = Again(node);
  if (again == 0) return NoTime();
  TimeTree loop = FreshLoop(node);
  TimeTree back = loop.children[1];
  std::vector<TimeTree> parts;
  parts.push_back(std::move(back));
  parts.push_back(std::move(loop));
  return Mixed({{again, InOrder(std::move(parts))}, {1 - again, NoTime()}});
}

CasePlan::Here CasePlan::FromHere(const TreeWalk& walk, int64_t now,
                                  const TimeBetween& between) const {
  Remainder remainder(*this, walk, now, between);
  Here here;
  here.rest = remainder.Tree();
  here.pending = remainder.pending();
  return here;
}

}  // namespace plumbline::analytics::forecast
