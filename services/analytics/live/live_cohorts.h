// SPDX-License-Identifier: Apache-2.0
//
// How long it takes in groups of cases, and when cases are finished, of all of a log.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_LIVE_LIVE_COHORTS_H_
#define PLUMBLINE_SERVICES_ANALYTICS_LIVE_LIVE_COHORTS_H_

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "services/analytics/cohorts/observe.h"
#include "services/analytics/forecast/history.h"
#include "services/analytics/live/came_to.h"
#include "services/analytics/live/live_outcomes.h"
#include "services/analytics/live/live_sums.h"

namespace plumbline::analytics {

// What cohorts are compared by, and ramp curves of what is reached are drawn from.
class LiveCohorts : public LiveSums {
 public:
  // `question` but for from and until, which are names here, "" for none.
  LiveCohorts(cohorts::Question question, std::string from, std::string until,
              std::vector<std::string> map_transitions)
      : question_(std::move(question)),
        from_(std::move(from)),
        until_(std::move(until)),
        map_transitions_(std::move(map_transitions)) {}

  absl::Status Change(const LiveCases& cases, int sign, KeepOn keep_on) override;
  void Settle() override;
  bool CanAnswer() const override { return from_cases_.any() && until_cases_.any(); }
  int64_t memory_bytes() const override;
  int64_t answer_bytes() const override;

  // As Observe, with times that ascend; FIELD_INVALID as there. O(cases).
  absl::StatusOr<std::vector<cohorts::Group>> Answer();

 private:
  struct Sums {
    SortedBag<cohorts::Observed> observed;
    int64_t ended_without = 0, without_from = 0;
  };

  // Numbers of activities are the builder's, and never change.
  absl::Status FindActivities(const std::vector<std::string>& names);

  cohorts::Question question_;
  const std::string from_, until_;
  const std::vector<std::string> map_transitions_;
  CameTo from_cases_, until_cases_;
  std::map<std::pair<int64_t, std::string>, Sums> groups_;  // by order and title
  int64_t observed_ = 0;
};

// What forecasts of how many are finished are made from.
class LiveFinishes : public LiveSums {
 public:
  explicit LiveFinishes(forecast::HistoryQuestion question) : question_(std::move(question)) {}

  absl::Status Change(const LiveCases& cases, int sign, KeepOn keep_on) override;
  void Settle() override { finishes_.Values(); }
  int64_t memory_bytes() const override {
    return static_cast<int64_t>(sizeof(*this) + finishes_.memory_bytes());
  }
  int64_t answer_bytes() const override { return memory_bytes(); }

  // As CompletionsOf. O(cases).
  absl::StatusOr<forecast::CompletionHistory> Answer(const LiveWhole& whole) {
    return HistoryOf(finishes_.Values(), whole.first_time, whole.last_time, question_);
  }

 private:
  const forecast::HistoryQuestion question_;
  SortedBag<int64_t> finishes_;
};

}  // namespace plumbline::analytics

#endif  // PLUMBLINE_SERVICES_ANALYTICS_LIVE_LIVE_COHORTS_H_
