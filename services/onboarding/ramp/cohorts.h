// SPDX-License-Identifier: Apache-2.0
//
// Cohorts: on-boardings that have something in common, counted. Pure functions.
#ifndef PLUMBLINE_SERVICES_ONBOARDING_RAMP_COHORTS_H_
#define PLUMBLINE_SERVICES_ONBOARDING_RAMP_COHORTS_H_

#include <map>
#include <set>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "common/calendar/calendar.h"
#include "common/statistics/survival.h"
#include "plumbline/onboarding/v1/ramp.pb.h"
#include "plumbline/onboarding/v1/ramp_service.pb.h"
#include "services/onboarding/engine/milestones.h"
#include "services/onboarding/engine/run.h"

namespace plumbline::onboarding {

// On-boardings of one answer.
inline constexpr int kMaxCounted = 20'000;

// A cohort that a run belongs to.
struct CohortKey {
  std::string key;  // "" = nothing is known
  std::string title;
};

// Times to one milestone, of all runs of a cohort whose plan has it.
class MilestoneTimes {
 public:
  explicit MilestoneTimes(std::string title) : title_(std::move(title)) {}

  // Counts a run as of `now`.
  void Add(const Run& run, const MilestoneView& view, const calendar::Calendar& calendar,
           absl::Time now);
  // Of the milestone `id`. O(n log n).
  v1::CohortMilestone Summarize(const std::string& id) const;
  const std::string& title() const { return title_; }
  // Of those that reached it, who did before day one, and so in no time that can be told.
  int before_day_one() const { return before_day_one_; }

 private:
  std::string title_;
  std::vector<statistics::Observation> business_days_;
  std::vector<statistics::Observation> wall_days_;
  int reached_ = 0;
  int before_day_one_ = 0;
  int open_ = 0;
  int overdue_ = 0;
  int cancelled_ = 0;
  int not_needed_ = 0;
};

// What is counted of one cohort.
class CohortCounts {
 public:
  // `wanted` says which milestones; empty = all. The run as of `now`, with its readiness then.
  void Add(const Run& run, const std::vector<MilestoneView>& milestones,
           v1::Readiness::Level readiness, const std::set<std::string>& wanted,
           const calendar::Calendar& calendar, absl::Time now);
  bool Has(const std::string& milestone) const { return milestones_.contains(milestone); }
  v1::Cohort Summarize(const CohortKey& key) const;
  // What has to be known of what was reached before day one.
  void AddNotes(v1::SummarizeCohortsResponse* response) const;

 private:
  void AddState(const Run& run, v1::Readiness::Level readiness);

  v1::Cohort counts_;
  std::vector<std::string> order_;  // of milestones, as plans first had them
  std::map<std::string, MilestoneTimes> milestones_;
};

// All cohorts of an answer.
class CohortTable {
 public:
  // `wanted`: the milestones to tell of; empty = all. It takes no more than `most` runs.
  CohortTable(std::set<std::string> wanted, absl::Time now, int most = kMaxCounted)
      : wanted_(std::move(wanted)), now_(now), most_(most) {}

  // Counts a run in each of its cohorts and in the total; without a cohort it is in that of which
  // nothing is known. FIELD_INVALID (of the filter that took so many). O(nodes + tasks +
  // milestones).
  absl::Status Add(const Run& run, const calendar::Calendar& calendar,
                   const std::vector<CohortKey>& keys);
  // Cohorts, total, time and notes. O(n log n).
  void Fill(v1::SummarizeCohortsResponse* response) const;

 private:
  struct Entry {
    std::string title;
    CohortCounts counts;
  };
  const std::set<std::string> wanted_;
  const absl::Time now_;
  const int most_;
  int count_ = 0;
  std::set<std::string> known_;  // milestones of all runs, wanted or not
  std::map<std::string, Entry> cohorts_;
  CohortCounts total_;
};

}  // namespace plumbline::onboarding

#endif  // PLUMBLINE_SERVICES_ONBOARDING_RAMP_COHORTS_H_
