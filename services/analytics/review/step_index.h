// SPDX-License-Identifier: Apache-2.0
//
// The steps of cases by what remedies are about.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_REVIEW_STEP_INDEX_H_
#define PLUMBLINE_SERVICES_ANALYTICS_REVIEW_STEP_INDEX_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "absl/types/span.h"
#include "services/analytics/review/counterfactual.h"

namespace plumbline::analytics::review {

// Numbers of steps, by a key of each; immutable.
class StepLists {
 public:
  // Calls for_each(take) twice, which calls take(key, step) for all of them, by ascending steps; a
  // step that is given twice for one key counts once. O(steps + keys).
  template <class ForEach>
  explicit StepLists(const ForEach& for_each);

  // As many as the largest key plus 1.
  uint32_t key_count() const { return static_cast<uint32_t>(begin_.size()) - 1; }
  // Ascending; none of a key that no step has.
  absl::Span<const uint32_t> Of(uint32_t key) const {
    if (key >= key_count()) return {};
    return absl::MakeConstSpan(steps_).subspan(begin_[key], begin_[key + 1] - begin_[key]);
  }

 private:
  std::vector<uint32_t> begin_;  // by key, of steps_; and the end
  std::vector<uint32_t> steps_;
};

// `graphs` must outlive it. Immutable.
class StepIndex {
 public:
  // O(steps + causes).
  explicit StepIndex(const CaseGraphs& graphs);

  const CaseGraphs& graphs() const { return graphs_; }
  const StepLists& by_activity() const { return by_activity_; }
  const StepLists& by_cause() const { return by_cause_; }
  // Those that a remedy may take something from, but for the cases that it is not about.
  absl::Span<const uint32_t> Of(const Remedy& remedy) const {
    return remedy.kind == Remedy::Kind::kNoCause ? by_cause_.Of(remedy.cause)
                                                 : by_activity_.Of(remedy.activity);
  }
  // Calls take(place, steps) for each case that has some of `steps` (ascending).
  template <class Take>
  void ForCases(absl::Span<const uint32_t> steps, const Take& take) const {
    for (size_t first = 0; first < steps.size();) {
      const uint32_t place = place_of_[steps[first]];
      size_t end = first + 1;
      while (end < steps.size() && place_of_[steps[end]] == place) ++end;
      take(size_t{place}, steps.subspan(first, end - first));
      first = end;
    }
  }

 private:
  const CaseGraphs& graphs_;
  const StepLists by_activity_, by_cause_;
  std::vector<uint32_t> place_of_;  // in CaseGraphs::cases, by step
};

template <class ForEach>
StepLists::StepLists(const ForEach& for_each) {
  std::vector<uint32_t> last;  // by key: the last step, plus 1
  const auto is_new = [&last](uint32_t key, uint32_t step) {
    if (key >= last.size()) last.resize(key + size_t{1}, 0);
    const bool same = last[key] == step + 1;
    last[key] = step + 1;
    return !same;
  };
  begin_ = {0};
  for_each([&](uint32_t key, uint32_t step) {
    if (!is_new(key, step)) return;
    if (key + size_t{2} > begin_.size()) begin_.resize(key + size_t{2}, 0);
    ++begin_[key + size_t{1}];
  });
  for (size_t key = 1; key < begin_.size(); ++key) begin_[key] += begin_[key - 1];
  steps_.resize(begin_.back());
  std::vector<uint32_t> next(begin_.begin(), begin_.end() - 1);
  last.assign(last.size(), 0);
  for_each([&](uint32_t key, uint32_t step) {
    if (is_new(key, step)) steps_[next[key]++] = step;
  });
}

}  // namespace plumbline::analytics::review

#endif  // PLUMBLINE_SERVICES_ANALYTICS_REVIEW_STEP_INDEX_H_
