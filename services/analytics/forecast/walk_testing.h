// SPDX-License-Identifier: Apache-2.0
//
// For tests: random models, and cases that run through them, by the definition of a process tree.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_FORECAST_WALK_TESTING_H_
#define PLUMBLINE_SERVICES_ANALYTICS_FORECAST_WALK_TESTING_H_

#include <algorithm>
#include <functional>
#include <random>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "services/analytics/conformance/model.h"
#include "services/analytics/conformance/tree.h"
#include "services/analytics/forecast/case_steps.h"

namespace plumbline::analytics::forecast {

using conformance::ModelNode;
using conformance::Operator;

// Activities "a0", "a1", ... each once.
class RandomModels {
 public:
  RandomModels(uint32_t seed, bool loops) : random_(seed), loops_(loops) {}
  ModelNode Make(int depth) {
    const uint32_t kind = depth == 0 ? 0 : random_() % (loops_ ? 6 : 5);
    if (kind <= 1) return conformance::Activity(absl::StrCat("a", next_++));
    if (kind == 5) {
      std::vector<ModelNode> children;
      children.push_back(Demanding(depth - 1));
      children.push_back(random_() % 2 == 0 ? conformance::Silent() : Make(depth - 1));
      return conformance::Inner(Operator::kLoop, std::move(children));
    }
    std::vector<ModelNode> children;
    const uint32_t count = 2 + random_() % 2;
    for (uint32_t i = 0; i < count; ++i) children.push_back(Make(depth - 1));
    if (kind == 4 && random_() % 2 == 0) children.push_back(conformance::Silent());
    return conformance::Inner(kind == 2   ? Operator::kSequence
                              : kind == 3 ? Operator::kParallel
                                          : Operator::kChoice,
                              std::move(children));
  }
  std::mt19937& random() { return random_; }

 private:
  // Demands an activity first: so rounds of a loop can be told apart.
  ModelNode Demanding(int depth) {
    std::vector<ModelNode> children;
    children.push_back(conformance::Activity(absl::StrCat("a", next_++)));
    children.push_back(Make(depth));
    return conformance::Inner(Operator::kSequence, std::move(children));
  }
  std::mt19937 random_;
  const bool loops_;
  int next_ = 0;
};

// A case, by the definition: children of a sequence begin when the one before ended, those of a
// parallel together. `time` says how long a leaf takes; every branch of a choice is as likely, and
// a loop goes on with 1 in 3.
class PlayedCase {
 public:
  PlayedCase(const conformance::Tree& tree, std::mt19937* random,
             std::function<int64_t(uint32_t leaf)> time)
      : tree_(tree), random_(*random), time_(std::move(time)) {}

  CaseSteps Play(int64_t begin) {
    steps_ = {.begin = begin};
    durations.assign(tree_.size(), {});
    taken.assign(tree_.size(), std::vector<int64_t>(10));
    end = Run(0, begin);
    std::stable_sort(steps_.done.begin(), steps_.done.end(),
                     [](const auto& a, const auto& b) { return a.end < b.end; });
    return steps_;
  }

  int64_t end = 0;
  std::vector<std::vector<double>> durations;  // by leaf, seconds
  std::vector<std::vector<int64_t>> taken;     // by node, as CaseHistory

 private:
  int64_t Run(uint32_t node, int64_t at) {
    const auto children = tree_.children(node);
    switch (tree_.node(node).op) {
      case Operator::kSilent:
        return at;
      case Operator::kActivity: {
        const int64_t time = time_(node);
        durations[node].push_back(static_cast<double>(time) / 1e6);
        steps_.done.push_back({tree_.node(node).label, at + time});
        return at + time;
      }
      case Operator::kSequence:
        for (const uint32_t child : children) at = Run(child, at);
        return at;
      case Operator::kParallel: {
        int64_t last = at;
        for (const uint32_t child : children) last = std::max(last, Run(child, at));
        return last;
      }
      case Operator::kChoice: {
        const auto chosen = random_() % children.size();
        ++taken[node][chosen];
        return Run(children[chosen], at);
      }
      case Operator::kLoop:
        break;
    }
    at = Run(children[0], at);
    while (random_() % 3 == 0) {
      const auto back = 1 + random_() % (children.size() - 1);
      ++taken[node][back];
      at = Run(children[0], Run(children[back], at));
    }
    ++taken[node][0];
    return at;
  }

  const conformance::Tree& tree_;
  std::mt19937& random_;
  const std::function<int64_t(uint32_t)> time_;
  CaseSteps steps_;
};

}  // namespace plumbline::analytics::forecast

#endif  // PLUMBLINE_SERVICES_ANALYTICS_FORECAST_WALK_TESTING_H_
