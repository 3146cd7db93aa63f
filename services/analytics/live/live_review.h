// SPDX-License-Identifier: Apache-2.0
//
// The page for the person in charge, of all of a log.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_LIVE_LIVE_REVIEW_H_
#define PLUMBLINE_SERVICES_ANALYTICS_LIVE_LIVE_REVIEW_H_

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "services/analytics/live/live_sums.h"
#include "services/analytics/live/live_waits.h"
#include "services/analytics/review/review.h"

namespace plumbline::analytics {

// Keeps what is known of each case, and waits by their ends: sums of periods, whose borders move
// with the log, cost a pass over the cases. Graphs are read for each answer, of at most
// review::kMostGraphCases cases.
class LiveReview : public LiveSums {
 public:
  // Which cases have ended is as the log marks it.
  LiveReview(review::ReviewOptions options, std::vector<std::string> map_transitions);

  absl::Status Change(const LiveCases& cases, int sign, KeepOn keep_on) override;
  void Settle() override;
  int64_t memory_bytes() const override;
  int64_t answer_bytes() const override;

  // As MakeReview of the whole log: activities by their numbers in the names of `whole`. O(cases),
  // and as FindFixes.
  absl::StatusOr<review::Review> Answer(const LiveWhole& whole, KeepOn keep_on);

 private:
  struct OpenWait {
    uint32_t activity = 0;
    EndedWait wait;
  };

  LiveWaits& WaitsOf(uint32_t activity);
  void Keep(uint32_t number, const review::CaseFact& fact);
  // Whether nothing of these cases is known but while an answer is given.
  bool AllAreOpen(const LiveCases& cases) const;
  review::StepWaits WaitsIn(const review::Windows& windows, const LiveWhole& whole);

  const review::ReviewOptions options_;
  const review::FactOptions fact_options_;
  const std::vector<std::string> map_transitions_;
  std::vector<review::CaseFact> cases_;  // by the builder's number
  std::vector<LiveWaits> waits_;         // by the builder's number of the activity
  std::vector<OpenWait> open_waits_;     // of open cases, while an answer is given
  bool filling_ = true;
  int64_t rows_ = 0;  // of cases that have ended
};

}  // namespace plumbline::analytics

#endif  // PLUMBLINE_SERVICES_ANALYTICS_LIVE_LIVE_REVIEW_H_
