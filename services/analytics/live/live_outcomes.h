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
  // Ascending; valid until the next change. O(n) to copy what stays in between, and O(log n) for
  // each change.
  const std::vector<T>& Values() {
    if (added_.empty() && gone_.empty()) return values_;
    std::sort(added_.begin(), added_.end());
    std::sort(gone_.begin(), gone_.end());
    if (values_.empty() && gone_.empty()) {
      values_.swap(added_);
      return values_;
    }
    const std::vector<T> in = Without(added_, gone_), out = Without(gone_, added_);
    std::vector<T> all;
    all.reserve(values_.size() + in.size() - out.size());
    auto from = values_.cbegin();
    const auto copy_before = [&](const T& value) {
      const auto to = std::lower_bound(from, values_.cend(), value);
      all.insert(all.end(), from, to);
      from = to;
    };
    for (size_t i = 0, o = 0; i < in.size() || o < out.size();) {
      if (o == out.size() || (i < in.size() && in[i] < out[o])) {
        copy_before(in[i]);
        all.push_back(in[i++]);
      } else {
        copy_before(out[o++]);
        ++from;  // it is there
      }
    }
    all.insert(all.end(), from, values_.cend());
    values_.swap(all);
    added_.clear();
    gone_.clear();
    return values_;
  }
  size_t memory_bytes() const {
    return (values_.capacity() + added_.capacity() + gone_.capacity()) * sizeof(T);
  }

 private:
  // Of two ascending lists, what the first has and the second does not, each as often.
  static std::vector<T> Without(const std::vector<T>& some, const std::vector<T>& others) {
    std::vector<T> rest;
    std::set_difference(some.begin(), some.end(), others.begin(), others.end(),
                        std::back_inserter(rest));
    return rest;
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
