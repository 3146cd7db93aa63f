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
#include "services/analytics/live/live_times.h"
#include "services/analytics/live/sorted_blocks.h"
#include "services/analytics/review/case_sums.h"
#include "services/analytics/review/review.h"

namespace plumbline::analytics {

// When somebody had waited for a step, and how long: microseconds.
struct EndedWait {
  using Sum = review::Sample;
  int64_t time = 0, micros = 0;
  uint32_t lag = 0;  // since the begin of its case, see review::LagOf
  auto operator<=>(const EndedWait&) const = default;
  void AddTo(Sum* sum) const { sum->Add(static_cast<double>(micros) / 1e6); }
  static void Merge(const Sum& more, Sum* sum) { review::AddTo(more, sum); }
};

// A case that ended.
struct EndedCase {
  using Sum = review::EndedSums;
  int64_t time = 0;
  uint32_t number = 0, rows = 0;
  review::EndedFact fact;
  // A case ends once.
  auto operator<=>(const EndedCase& other) const {
    return std::pair(time, number) <=> std::pair(other.time, other.number);
  }
  void AddTo(Sum* sum) const { sum->Add(fact); }
  static void Merge(const Sum& more, Sum* sum) { sum->Add(more); }
};

// When it was known whether a case had its target in time.
struct KnownInTime {
  using Sum = review::Sample;
  int64_t time = 0;
  uint32_t lag = 0;  // since the begin of the case
  bool in_time = false;
  auto operator<=>(const KnownInTime&) const = default;
  void AddTo(Sum* sum) const { sum->Add(in_time); }
  static void Merge(const Sum& more, Sum* sum) { review::AddTo(more, sum); }
};

// Sums of periods, whose borders move with the log, are made of blocks by time. Graphs are read for
// each answer, of at most review::kMostGraphCases cases.
class LiveReview : public LiveSums {
 public:
  // Which cases have ended is as the log marks it.
  LiveReview(review::ReviewOptions options, std::vector<std::string> map_transitions);

  const std::vector<std::string>& map_transitions() const { return map_transitions_; }
  absl::Status Change(const LiveCases& cases, int sign, KeepOn keep_on) override;
  void Settle() override;
  int64_t memory_bytes() const override;
  int64_t answer_bytes() const override;

  // As MakeReview of the whole log: activities by their numbers in the names of `whole`. O(blocks +
  // cases of the period), and as FindFixes.
  absl::StatusOr<review::Review> Answer(const LiveWhole& whole, KeepOn keep_on);
  // What of that needs the sums; the rest is FinishReview. O(blocks + cases of the period).
  absl::StatusOr<review::BegunReview> Begin(const LiveWhole& whole, KeepOn keep_on);

 private:
  using Waits = SortedBlocks<EndedWait>;
  struct StepWait {
    uint32_t activity = 0;
    EndedWait wait;
  };

  Waits& WaitsOf(uint32_t activity);
  void ChangeCase(uint32_t number, const review::CaseFact& fact, int sign);
  void EndAnswer();
  review::Inflow InflowIn(const review::Windows& windows, int64_t first_time);
  absl::StatusOr<review::CaseSums> SumsIn(const review::Windows& windows,
                                          const review::Inflow& inflow, KeepOn keep_on);
  review::StepWaits WaitsIn(const review::Windows& windows, const review::Inflow& inflow,
                            const LiveWhole& whole);
  void AddExpected(const review::Windows& windows, const review::Inflow& inflow,
                   review::CaseSums* sums) const;
  void AddExpected(const review::Windows& windows, const review::Inflow& inflow,
                   const LiveWhole& whole, review::StepWaits* waits) const;

  const review::ReviewOptions options_;
  const review::FactOptions fact_options_;
  const std::vector<std::string> map_transitions_;
  // Of cases that have ended.
  LiveTimes begins_, ends_, lasted_;
  SortedBlocks<EndedCase> cases_;
  SortedBlocks<KnownInTime> in_time_;
  std::vector<Waits> waits_;  // by the builder's number of the activity
  int64_t known_due_ = 0, tells_defects_ = 0, has_starts_ = 0, rows_ = 0;
  // While an answer is given: the cases that are not settled, which of them are open, and their
  // waits.
  std::vector<std::pair<uint32_t, review::CaseFact>> not_settled_;
  std::vector<review::CaseFact> open_;
  std::vector<StepWait> waits_of_answer_;
  bool filling_ = true;
};

}  // namespace plumbline::analytics

#endif  // PLUMBLINE_SERVICES_ANALYTICS_LIVE_LIVE_REVIEW_H_
