// SPDX-License-Identifier: Apache-2.0
//
// Root causes of all of a log: what each case has is kept, so that an answer is a few passes over
// cases.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_LIVE_LIVE_CAUSES_H_
#define PLUMBLINE_SERVICES_ANALYTICS_LIVE_LIVE_CAUSES_H_

#include <array>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "services/analytics/causes/causes.h"
#include "services/analytics/filter/own_events.h"
#include "services/analytics/live/condition_notes.h"
#include "services/analytics/live/kept_facts.h"
#include "services/analytics/live/live_sums.h"

namespace plumbline::analytics {

class LiveCauses : public LiveSums {
 public:
  // Whether an outcome is a matter of each case alone; of others nothing is kept.
  static bool Keeps(const causes::OutcomeSpec& outcome) {
    return !by_condition(outcome) || IsByOwnEvents(outcome.condition);
  }

  LiveCauses(causes::OutcomeSpec outcome, causes::CauseOptions options,
             std::vector<std::string> map_transitions)
      : outcome_(std::move(outcome)),
        options_(std::move(options)),
        map_transitions_(std::move(map_transitions)) {}

  void Expect(size_t cases) override { Grow(cases); }
  absl::Status Change(const LiveCases& cases, int sign, KeepOn keep_on) override;
  void Settle() override;
  bool CanAnswer() const override;
  int64_t memory_bytes() const override;
  int64_t answer_bytes() const override;

  // What an answer is concluded from; it has nothing of the sums, so that they may go on meanwhile.
  struct Found {
    causes::Outcomes outcomes;
    causes::Columns columns;
  };
  // Errors of Analyze. O(cases columns + steps of sequences + values log values), and of keys of
  // which cases have several values the cases of the most frequent ones.
  absl::StatusOr<Found> Find(const LiveWhole& whole, KeepOn keep_on);
  // The same, concluded: as Analyze. O(cases groups told) more.
  absl::StatusOr<causes::RootCauses> Answer(const LiveWhole& whole, KeepOn keep_on);

 private:
  static bool by_condition(const causes::OutcomeSpec& outcome) {
    return outcome.kind == causes::OutcomeSpec::Kind::kCondition;
  }
  bool slow() const { return outcome_.kind == causes::OutcomeSpec::Kind::kSlow; }
  void Grow(size_t cases);
  absl::Status PutOutcomes(const LiveCases& cases, const LogParts& parts, KeepOn keep_on);
  void PutFacts(const LiveCases& cases, const causes::ReadOfLog& read);
  absl::Status TakeOut(const LiveCases& cases, KeepOn keep_on);
  absl::Status TakeOutAttributes(const LiveCases& cases, KeepOn keep_on);
  causes::OutcomeFacts OutcomesOf(const LiveWhole& whole);
  causes::Facts FactsOf(const LiveWhole& whole, const causes::ChosenKeys& chosen);

  const causes::OutcomeSpec outcome_;
  const causes::CauseOptions options_;
  const std::vector<std::string> map_transitions_;

  size_t case_count_ = 0, activity_count_ = 0;
  std::vector<uint32_t> open_;  // cases that are open, while they are in
  // By case.
  std::vector<int64_t> begin_, micros_;  // kSlow; kNoTime where it has not ended
  std::vector<uint8_t> failed_;          // kDefect, kCondition: whether it is so
  std::vector<DefectSources> told_;      // kDefect
  std::vector<uint32_t> first_resource_, last_resource_, sequence_, month_;

  ConditionNotes notes_{outcome_.condition};
  KeptDurations durations_;
  std::array<int64_t, kDefectSourceCount> told_count_{};  // cases
  std::vector<uint32_t> keys_;                            // of attributes, as the log numbers them
  std::vector<KeptAttribute> attributes_;                 // of these
  KeptNames<std::string> resources_;
  KeptNames<absl::CivilMonth> months_;
  KeptSequences sequences_;
};

}  // namespace plumbline::analytics

#endif  // PLUMBLINE_SERVICES_ANALYTICS_LIVE_LIVE_CAUSES_H_
