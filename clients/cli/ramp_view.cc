// SPDX-License-Identifier: Apache-2.0
#include "clients/cli/ramp_view.h"

#include <map>
#include <ostream>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "clients/cli/list.h"
#include "clients/cli/table.h"
#include "clients/cli/units.h"

namespace plumbline::cli {
namespace {

namespace ob = onboarding::v1;

std::string CountOrNone(int count) { return count == 0 ? "" : absl::StrCat(count); }

// What people call cohorts; with the key where two are called the same.
class Titles {
 public:
  explicit Titles(const ob::SummarizeCohortsResponse& response) {
    for (const ob::Cohort& cohort : response.cohorts()) ++count_[cohort.title()];
  }
  std::string Of(const ob::Cohort& cohort) const {
    if (cohort.title().empty()) return "(not known)";
    const auto known = count_.find(cohort.title());
    if (known == count_.end() || known->second < 2) return cohort.title();
    return absl::StrCat(cohort.title(), " (", cohort.key(), ")");
  }

 private:
  std::map<std::string, int> count_;
};

std::vector<std::string> CohortCells(const std::string& title, const ob::Cohort& c) {
  return {title,
          absl::StrCat(c.onboarding_count()),
          CountOrNone(c.active_count()),
          CountOrNone(c.paused_count()),
          CountOrNone(c.completed_count()),
          CountOrNone(c.cancelled_count()),
          CountOrNone(c.green_count()),
          CountOrNone(c.yellow_count()),
          CountOrNone(c.red_count())};
}

void AddMilestones(const std::string& title, const ob::Cohort& cohort, Table* table) {
  for (const ob::CohortMilestone& m : cohort.milestones()) {
    const ob::TimesToMilestone& times = m.business_days();
    const bool reached = m.has_business_days();
    table->Add({title, m.title().empty() ? m.milestone() : m.title(),
                absl::StrCat(m.reached_count(), "/", m.subject_count()),
                m.has_reached_share() ? Percent(m.reached_share()) : "",
                CountOrNone(m.overdue_count()), reached ? Days(times.p25()) : "",
                reached ? Days(times.median()) : "", reached ? Days(times.p75()) : "",
                reached ? Days(times.p90()) : "",
                times.has_kaplan_meier_median() ? Days(times.kaplan_meier_median()) : "",
                m.has_wall_days() ? Days(m.wall_days().median()) : ""});
  }
}

}  // namespace

void PrintCohorts(Session& session, const ob::SummarizeCohortsResponse& response) {
  Table counts({"~COHORT", ">ALL", "?>ACTIVE", "?>PAUSED", "?>COMPLETED", "?>CANCELLED", "?>GREEN",
                "?>YELLOW", "?>RED"});
  Table times({"~COHORT", "~MILESTONE", ">REACHED", "?>SHARE", "?>OVERDUE", "?>P25", "?>MEDIAN",
               "?>P75", "?>P90", "?>KAPLAN-MEIER", "?>MEDIAN BY THE CALENDAR"});
  const Titles titles(response);
  const auto add = [&](const ob::Cohort& cohort) {
    const std::string title = titles.Of(cohort);
    counts.Add(CohortCells(title, cohort));
    AddMilestones(title, cohort, &times);
  };
  for (const ob::Cohort& cohort : response.cohorts()) add(cohort);
  if (response.cohorts_size() > 1) add(response.total());
  ShowList(session, counts, "no on-boardings", false);
  if (!times.empty()) {
    session.out() << "\nWorking days from day one to each milestone:\n";
    times.Print(session.paper());
  }
  for (const std::string& note : response.notes()) {
    session.out() << Wrap(absl::StrCat("  ", Printable(note)), session.paper().width, 2) << '\n';
  }
}

std::string Days(double days) { return absl::StrFormat("%.1f d", days); }

}  // namespace plumbline::cli
