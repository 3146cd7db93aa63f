// SPDX-License-Identifier: Apache-2.0
//
// Milestones of a run: what the plan names as such, and what was reached.
//
// A milestone with a node is reached while its node is done: it is a function of the progress, so
// that replaying a history gives the same, and reopening a task or another round of a loop takes it
// back. What was left out reaches nothing: of a node something has to be done, not skipped. A
// milestone without a node is reached when somebody says so.
#ifndef PLUMBLINE_SERVICES_ONBOARDING_ENGINE_MILESTONES_H_
#define PLUMBLINE_SERVICES_ONBOARDING_ENGINE_MILESTONES_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "common/calendar/calendar.h"
#include "plumbline/catalog/v1/process.pb.h"
#include "services/onboarding/engine/engine.h"
#include "services/onboarding/engine/outlook.h"
#include "services/onboarding/engine/run.h"

namespace plumbline::onboarding {

// How many days before day one something may have been reached, and how many before the day on
// which a run began its day one may be moved to: a year, leap years included.
inline constexpr int kDaysBeforeDayOne = 366;

// A process of a plan, and from which node on it stands there.
struct PlanPart {
  const catalog::v1::Process* process = nullptr;
  flow::ScopeIndex scope = 0;
};
// Their milestones, the process itself first. A node that the plan does not have is none: what is
// said to be reached by it is reported from outside. O(milestones).
std::vector<PlanMilestone> MilestonesOf(const flow::Plan& plan, const std::vector<PlanPart>& parts);

// nullptr if there is none. O(milestones).
const PlanMilestone* FindMilestone(const FrozenPlan& plan, absl::string_view id);
const ReachedMilestone* FindReached(const Run& run, absl::string_view id);

// Whether the work of the run has reached a milestone, which must have a node. O(nodes below it).
bool ReachedByWork(const Run& run, const PlanMilestone& milestone);

// Whether the part of the process that it belongs to was left out, so that it will not be reached
// though the run goes on. Of one that was not reached.
bool IsLeftOut(const Run& run, const PlanMilestone& milestone);

// When it should be reached: its target after the opening of day one, and the open time of pauses
// after that; nullopt without a target.
std::optional<absl::Time> TargetOf(const Run& run, const PlanMilestone& milestone,
                                   const calendar::Calendar& calendar);

// The numbers are those of MilestoneStatus.State in ramp.proto.
enum class MilestoneState { kReached = 1, kDue, kOverdue, kNotNeeded };

// Lives as long as the run is not changed.
struct MilestoneView {
  const PlanMilestone* planned = nullptr;     // nullptr: the plan does not have it any more
  const ReachedMilestone* reached = nullptr;  // nullptr: it was not
  MilestoneState state = MilestoneState::kDue;
  std::optional<absl::Time> target_time;
  // The same as it will be should a pause that goes on end now.
  std::optional<absl::Time> target_so_far;
};

// As of `now`: those of the plan in its order, then those that were reached and are not in it.
// O(milestones * nodes).
std::vector<MilestoneView> Milestones(const Run& run, absl::Time now,
                                      const calendar::Calendar& calendar);

// When its node should end, by the live plan of the same instant; nullopt unless it is due or
// overdue, and where it is reported from outside. O(nodes below it).
std::optional<absl::Time> ExpectedTime(const Run& run, const MilestoneView& view,
                                       const LivePlan& live);
// Whether open time lies between its target, as it is so far, and when it is expected. O(log n).
bool WillBeMissed(const MilestoneView& view, absl::Time expected,
                  const calendar::Calendar& calendar);

// Whether the date of `time` is before day one: such a milestone counts as reached, and has no time
// to it.
bool IsBeforeDayOne(absl::CivilDay day_one, absl::Time time, const calendar::Calendar& calendar);

// From the opening of day one until `to`, in days.
struct TimeToMilestone {
  double business_days = 0;  // working days, and of the last one the part of its open time
  double wall_days = 0;      // of 24 hours
};
// No less than 0. O(log n).
TimeToMilestone TimeTo(absl::CivilDay day_one, absl::Time to, const calendar::Calendar& calendar);

// The same between any two instants; negative when to < from.
double BusinessDays(absl::Time from, absl::Time to, const calendar::Calendar& calendar);

struct MilestoneReport {
  std::string milestone;
  std::optional<absl::Time> reach_time;  // nullopt = when it is told
  std::string source;                    // "" = the actor
  std::string reason;
};

// The methods of RampService with these names state the rules and the errors. Where nothing
// changes, there are no entries.
absl::StatusOr<Entries> ReportMilestone(Run& run, const MilestoneReport& report,
                                        const Occurrence& when);
absl::StatusOr<Entries> WithdrawMilestone(Run& run, absl::string_view milestone,
                                          absl::string_view reason, const Occurrence& when);

}  // namespace plumbline::onboarding

#endif  // PLUMBLINE_SERVICES_ONBOARDING_ENGINE_MILESTONES_H_
