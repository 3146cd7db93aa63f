// SPDX-License-Identifier: Apache-2.0
#include "services/onboarding/ramp/cohorts.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/base/error.h"
#include "common/statistics/quantile.h"
#include "services/onboarding/engine/codec.h"
#include "services/onboarding/ramp/readiness.h"

namespace plumbline::onboarding {
namespace {

using statistics::Observation;

constexpr double kHalf = 0.5;
// Of fewer people quartiles are the times of single ones.
constexpr int kFew = 5;

v1::TimesToMilestone Times(const std::vector<Observation>& observations) {
  std::vector<double> reached;
  for (const Observation& one : observations)
    if (one.happened) reached.push_back(one.time);
  std::sort(reached.begin(), reached.end());
  v1::TimesToMilestone times;
  times.set_p25(statistics::Quantile(reached, 0.25));
  times.set_median(statistics::Quantile(reached, kHalf));
  times.set_p75(statistics::Quantile(reached, 0.75));
  times.set_p90(statistics::Quantile(reached, 0.9));
  const auto median = statistics::SurvivalQuantile(statistics::KaplanMeier(observations), kHalf);
  if (median.has_value()) times.set_kaplan_meier_median(*median);
  return times;
}

std::vector<std::string> NotesOf(const v1::Cohort& total) {
  std::vector<std::string> notes;
  for (const v1::CohortMilestone& milestone : total.milestones()) {
    const int waiting = milestone.open_count() + milestone.cancelled_count();
    if (waiting == 0 || milestone.reached_count() == 0) continue;
    notes.push_back(absl::StrCat(
        "'", milestone.title(), "': ", waiting, " of ", milestone.subject_count(),
        " have not reached it. The quartiles are of those that have, and so of the fast ones; the "
        "Kaplan-Meier median counts the others for as long as they were observed."));
  }
  return notes;
}

// Of how many milestones of the cohorts that are shown few people tell the times.
int CountFew(const v1::SummarizeCohortsResponse& response) {
  int few = 0;
  for (const v1::Cohort& cohort : response.cohorts()) {
    for (const v1::CohortMilestone& milestone : cohort.milestones())
      few += milestone.has_business_days() && milestone.reached_count() < kFew;
  }
  return few;
}

}  // namespace

void MilestoneTimes::Add(const Run& run, const MilestoneView& view,
                         const calendar::Calendar& calendar, absl::Time now) {
  absl::Time until = now;
  if (view.reached != nullptr) {
    ++reached_;
    until = view.reached->reach_time;
    // It says nothing of how long it takes from day one on.
    if (IsBeforeDayOne(run.spec.day_one, until, calendar)) {
      ++before_day_one_;
      return;
    }
  } else if (view.planned != nullptr && IsLeftOut(run, *view.planned)) {
    ++not_needed_;
    return;
  } else if (run.cancel_time.has_value()) {
    ++cancelled_;
    until = *run.cancel_time;
  } else {
    ++open_;
    overdue_ += view.state == MilestoneState::kOverdue;
  }
  const TimeToMilestone time = TimeTo(run.spec.day_one, until, calendar);
  const bool happened = view.reached != nullptr;
  business_days_.push_back({time.business_days, happened});
  wall_days_.push_back({time.wall_days, happened});
}

v1::CohortMilestone MilestoneTimes::Summarize(const std::string& id) const {
  v1::CohortMilestone milestone;
  milestone.set_milestone(id);
  milestone.set_title(title_);
  const int subjects = reached_ + open_ + cancelled_;
  milestone.set_subject_count(subjects);
  milestone.set_reached_count(reached_);
  milestone.set_open_count(open_);
  milestone.set_overdue_count(overdue_);
  milestone.set_cancelled_count(cancelled_);
  milestone.set_not_needed_count(not_needed_);
  if (subjects > 0) milestone.set_reached_share(static_cast<double>(reached_) / subjects);
  if (reached_ == before_day_one_) return milestone;
  *milestone.mutable_business_days() = Times(business_days_);
  *milestone.mutable_wall_days() = Times(wall_days_);
  return milestone;
}

void CohortCounts::AddState(const Run& run, v1::Readiness::Level readiness) {
  v1::Cohort& counts = counts_;
  counts.set_onboarding_count(counts.onboarding_count() + 1);
  if (run.cancel_time.has_value()) {
    counts.set_cancelled_count(counts.cancelled_count() + 1);
  } else if (run.pause_time.has_value()) {
    counts.set_paused_count(counts.paused_count() + 1);
  } else if (run.finish_time.has_value()) {
    counts.set_completed_count(counts.completed_count() + 1);
  } else {
    counts.set_active_count(counts.active_count() + 1);
  }
  if (readiness == v1::Readiness::LEVEL_GREEN) counts.set_green_count(counts.green_count() + 1);
  if (readiness == v1::Readiness::LEVEL_YELLOW) counts.set_yellow_count(counts.yellow_count() + 1);
  if (readiness == v1::Readiness::LEVEL_RED) counts.set_red_count(counts.red_count() + 1);
}

void CohortCounts::Add(const Run& run, const std::vector<MilestoneView>& milestones,
                       v1::Readiness::Level readiness, const std::set<std::string>& wanted,
                       const calendar::Calendar& calendar, absl::Time now) {
  AddState(run, readiness);
  for (const MilestoneView& view : milestones) {
    const std::string& id = view.planned != nullptr ? view.planned->id : view.reached->id;
    if (!wanted.empty() && !wanted.contains(id)) continue;
    const std::string& title = view.planned != nullptr ? view.planned->title : view.reached->title;
    const auto [times, added] = milestones_.try_emplace(id, title);
    if (added) order_.push_back(id);
    times->second.Add(run, view, calendar, now);
  }
}

void CohortCounts::AddNotes(v1::SummarizeCohortsResponse* response) const {
  for (const std::string& id : order_) {
    const MilestoneTimes& times = milestones_.at(id);
    if (times.before_day_one() == 0) continue;
    response->add_notes(absl::StrCat(
        "'", times.title(), "': ", times.before_day_one(),
        " reached it before day one. They count as reached, and not in the times, which are from "
        "day one on."));
  }
}

v1::Cohort CohortCounts::Summarize(const CohortKey& key) const {
  v1::Cohort cohort = counts_;
  cohort.set_key(key.key);
  cohort.set_title(key.title);
  for (const std::string& id : order_) *cohort.add_milestones() = milestones_.at(id).Summarize(id);
  return cohort;
}

absl::Status CohortTable::Add(const Run& run, const calendar::Calendar& calendar,
                              const std::vector<CohortKey>& keys) {
  if (++count_ > most_) {
    return base::FieldError(
        "filter",
        absl::StrCat("takes more than ", most_,
                     " on-boardings, the most that are counted at once; narrow it, for example to "
                     "a year: 'day_one >= 2027-01-01 AND day_one < 2028-01-01'"));
  }
  const std::vector<MilestoneView> milestones = Milestones(run, now_, calendar);
  for (const MilestoneView& view : milestones)
    known_.insert(view.planned != nullptr ? view.planned->id : view.reached->id);
  const v1::Readiness::Level readiness = ReadinessLevelOf(run, calendar, now_);
  const auto count = [&](CohortCounts& counts) {
    counts.Add(run, milestones, readiness, wanted_, calendar, now_);
  };
  count(total_);
  for (const CohortKey& key : keys.empty() ? std::vector<CohortKey>{{}} : keys) {
    Entry& entry = cohorts_[key.key];
    entry.title = key.title;
    count(entry.counts);
  }
  return absl::OkStatus();
}

void CohortTable::Fill(v1::SummarizeCohortsResponse* response) const {
  const auto add = [response](const std::string& key, const Entry& entry) {
    *response->add_cohorts() = entry.counts.Summarize({key, entry.title});
  };
  for (const auto& [key, entry] : cohorts_)
    if (!key.empty()) add(key, entry);
  if (const auto unknown = cohorts_.find(""); unknown != cohorts_.end()) add("", unknown->second);
  *response->mutable_total() = total_.Summarize({"", "All"});
  *response->mutable_evaluate_time() = ToTimestamp(now_);
  if (const int few = CountFew(*response); few > 0) {
    response->add_notes(absl::StrCat(
        "Fewer than ", kFew, " people reached ", few, few == 1 ? " milestone" : " milestones",
        " of these cohorts: quartiles (P25, P75) and P90 of so few lie between the times of single "
        "people, and of one they are all the same. They say how these people did, not what to "
        "expect of the next ones; compare such cohorts by the median, or put more into one."));
  }
  for (std::string& note : NotesOf(response->total())) response->add_notes(std::move(note));
  total_.AddNotes(response);
  const std::string there =
      known_.empty() ? "they have none" : absl::StrCat("they have ", absl::StrJoin(known_, ", "));
  for (const std::string& id : wanted_) {
    if (!total_.Has(id)) {
      response->add_notes(
          absl::StrCat("No plan of these on-boardings has a milestone '", id, "'; ", there, "."));
    }
  }
}

}  // namespace plumbline::onboarding
