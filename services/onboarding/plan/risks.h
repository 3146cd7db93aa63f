// SPDX-License-Identifier: Apache-2.0
//
// What of a run is at risk by the targets of its steps: its tasks, its milestones, its end. As of
// an instant. Pure functions.
#ifndef PLUMBLINE_SERVICES_ONBOARDING_PLAN_RISKS_H_
#define PLUMBLINE_SERVICES_ONBOARDING_PLAN_RISKS_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "common/calendar/calendar.h"
#include "plumbline/onboarding/v1/plan_risk.pb.h"
#include "services/onboarding/engine/first_times.h"
#include "services/onboarding/engine/milestones.h"
#include "services/onboarding/engine/outlook.h"
#include "services/onboarding/engine/run.h"
#include "services/onboarding/engine/tasks.h"

namespace plumbline::onboarding {

// How many tasks and milestones a PlanRisk names, and in an answer about many on-boardings.
inline constexpr int kMostRisks = 20;
inline constexpr int kMostRisksOfMany = 3;

// A milestone that should be reached after its target.
struct MissedMilestone {
  const PlanMilestone* milestone;
  absl::Time by_plan;
  absl::Time target;  // as the pause that goes on has moved it so far
  absl::Time expected;
};

// Of one run as it is, which must not change while it is used. Used by one thread.
class Risks {
 public:
  // `first`: its first times; `live`: its live plan by targets as of `now`. All must outlive it.
  // O(milestones * nodes).
  Risks(const Run& run, const FirstTimes& first, const LivePlan& live,
        const calendar::Calendar& calendar, absl::Time now);

  // Why a task is at risk, in a sentence without its subject; "" if it is not. Of what ended, or
  // is to be left out, nothing is said. O(milestones).
  std::string OfTask(const TaskView& view) const;
  // Those that are missed, in the order of the plan, and what is to be said of one.
  const std::vector<MissedMilestone>& missed() const { return missed_; }
  std::string SentenceOf(const MissedMilestone& missed) const;
  // That some of `views` were to end before day one, and should end after it; "" if none.
  std::string OfDayOne(const std::vector<TaskView>& views) const;
  // That the run ends after its target: "`what` on ..."; "" if it does not, or has none.
  std::string OfFinish(const char* what, absl::Time finish) const;

  // When an open task, which must have a due date, is due should the pause that goes on end now.
  absl::Time DueSoFar(const TaskRecord& task) const;
  // A time that a pause moves, as it is so far.
  std::string SoFarText(absl::Time before, absl::Time so_far) const;

 private:
  bool IsAtStake(const TaskView& view) const;
  std::string OfDueDate(const TaskView& view, absl::Time end) const;
  std::string OfMilestone(flow::NodeIndex step, absl::Time end) const;
  // Whether a step was planned to end before day one, which is to come, and should end after it.
  bool MissesDayOne(flow::NodeIndex step) const;

  const Run& run_;
  const FirstTimes& first_;
  const LivePlan& live_;
  const calendar::Calendar& calendar_;
  const absl::Time now_;
  const absl::Time day_one_;  // its opening
  std::vector<MissedMilestone> missed_;
};

// All of it, with `most` of its tasks and of its milestones; nullopt: nothing is at risk. Nor is anything
// said of a run that is over. O(nodes * milestones + tasks).
std::optional<v1::PlanRisk> RiskOf(const Run& run, const calendar::Calendar& calendar,
                                   absl::Time now, int most = kMostRisks);

}  // namespace plumbline::onboarding

#endif  // PLUMBLINE_SERVICES_ONBOARDING_PLAN_RISKS_H_
