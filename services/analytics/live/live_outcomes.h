// SPDX-License-Identifier: Apache-2.0
#ifndef PLUMBLINE_SERVICES_ANALYTICS_LIVE_LIVE_OUTCOMES_H_
#define PLUMBLINE_SERVICES_ANALYTICS_LIVE_LIVE_OUTCOMES_H_

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <string>
#include <utility>
#include <vector>

#include "services/analytics/live/live_sums.h"
#include "services/analytics/objectives/outcomes.h"

namespace plumbline::analytics {

// Values that are put in and taken out between answers, each of which goes through all of them.
template <class T>
class SortedBag {
 public:
  // `value` must be there to be taken out.
  void Change(const T& value, int sign) { (sign > 0 ? added_ : gone_).push_back(value); }
  // Ascending; valid until the next change. O(n).
  const std::vector<T>& Values() {
    Take(&added_, [](const auto& all, const auto& some, auto to) {
      std::merge(all.begin(), all.end(), some.begin(), some.end(), to);
    });
    Take(&gone_, [](const auto& all, const auto& some, auto to) {
      std::set_difference(all.begin(), all.end(), some.begin(), some.end(), to);
    });
    return values_;
  }
  size_t memory_bytes() const {
    return (values_.capacity() + added_.capacity() + gone_.capacity()) * sizeof(T);
  }

 private:
  template <class Into>
  void Take(std::vector<T>* some, const Into& into) {
    if (some->empty()) return;
    std::sort(some->begin(), some->end());
    std::vector<T> all;
    all.reserve(values_.size() + some->size());
    into(values_, *some, std::back_inserter(all));
    values_.swap(all);
    some->clear();
  }

  std::vector<T> values_;  // ascending
  std::vector<T> added_, gone_;
};

// The outcomes of an objective in all of a log.
class LiveOutcomes : public LiveSums {
 public:
  // Whether an objective is a matter of each case alone; of others nothing is kept.
  static bool Keeps(const objectives::Measure& measure) {
    return measure.kind != objectives::MeasureKind::kCondition;
  }

  LiveOutcomes(objectives::Measure measure, std::vector<std::string> map_transitions)
      : measure_(std::move(measure)), map_transitions_(std::move(map_transitions)) {}

  absl::Status Change(const LiveCases& cases, int sign, KeepOn keep_on) override;
  void Settle() override;
  int64_t memory_bytes() const override;
  int64_t answer_bytes() const override { return 4 * memory_bytes(); }

  // As ReadOutcomes. O(outcomes).
  objectives::Outcomes Answer(const LiveWhole& whole);

 private:
  const objectives::Measure measure_;
  const std::vector<std::string> map_transitions_;
  SortedBag<int64_t> good_, bad_, begins_, is_over_;
  SortedBag<std::pair<int64_t, int64_t>> over_, failed_;
  int64_t left_out_ = 0;
};

}  // namespace plumbline::analytics

#endif  // PLUMBLINE_SERVICES_ANALYTICS_LIVE_LIVE_OUTCOMES_H_
