// SPDX-License-Identifier: Apache-2.0
#include "services/onboarding/ramp/convert.h"

#include "services/onboarding/engine/codec.h"
#include "services/onboarding/runs/checker.h"

namespace plumbline::onboarding {
namespace {

constexpr size_t kMaxReason = 1000;
constexpr size_t kMaxSource = 200;
// A path of calls and an id.
constexpr size_t kMaxMilestone = 2000;

// Both say nothing of when they are told: that is now.
template <typename Request>
ChangeCommand MilestoneCommand(Checker& check, const Request& request, size_t least_reason) {
  ChangeCommand command;
  command.target = Take(check, ParseOnboarding("name", request.name()));
  check.Length("milestone", request.milestone(), 1, kMaxMilestone);
  check.Length("reason", request.reason(), least_reason, kMaxReason);
  check.RequestId(request.request_id());
  command.text = request.reason();
  command.validate_only = request.validate_only();
  command.etag = request.etag();
  return command;
}

std::optional<absl::Time> ReachTime(Checker& check, const v1::ReportMilestoneRequest& request) {
  if (!request.has_reach_time()) return std::nullopt;
  const auto& time = request.reach_time();
  // Days before and after are refused by the rules; here only what is no time.
  constexpr int64_t kYear1 = -62'135'596'800;
  constexpr int64_t kYear10000 = 253'402'300'800;
  if (time.seconds() < kYear1 || time.seconds() >= kYear10000 || time.nanos() < 0 ||
      time.nanos() > 999'999'999) {
    check.Wrong("reach_time", "is no time between the years 0001 and 9999");
    return std::nullopt;
  }
  return FromTimestamp(time);
}

}  // namespace

absl::StatusOr<ReportCommand> Parse(const v1::ReportMilestoneRequest& request) {
  Checker check;
  ReportCommand command;
  command.change = MilestoneCommand(check, request, 0);
  check.Length("source", request.source(), 0, kMaxSource);
  command.report = {request.milestone(), ReachTime(check, request), request.source(),
                    request.reason()};
  RETURN_IF_ERROR(check.status());
  return command;
}

absl::StatusOr<ChangeCommand> Parse(const v1::WithdrawMilestoneRequest& request) {
  Checker check;
  ChangeCommand command = MilestoneCommand(check, request, 1);
  return Checked(check, std::move(command));
}

absl::StatusOr<CohortsCommand> Parse(const v1::SummarizeCohortsRequest& request) {
  Checker check;
  CohortsCommand command;
  command.workspace = Take(check, ParseWorkspace("parent", request.parent())).workspace;
  command.grouping = Take(check, ParseGrouping(request.group_by()));
  for (const std::string& milestone : check.List("milestones", request.milestones())) {
    check.Length("milestones", milestone, 1, kMaxMilestone);
    command.milestones.insert(milestone);
  }
  RETURN_IF_ERROR(check.status());
  return command;
}

v1::MilestoneStatus ToProto(const Run& run, const MilestoneView& view,
                            const calendar::Calendar& calendar) {
  v1::MilestoneStatus proto;
  proto.set_state(static_cast<v1::MilestoneStatus::State>(view.state));
  if (view.planned != nullptr) {
    proto.set_milestone(view.planned->id);
    proto.set_title(view.planned->title);
    proto.set_description(view.planned->description);
    if (view.planned->node != flow::kNoNode)
      proto.set_node(run.plan->plan.node(view.planned->node).path);
  }
  if (view.target_time.has_value()) *proto.mutable_target_time() = ToTimestamp(*view.target_time);
  if (view.reached == nullptr) return proto;
  const ReachedMilestone& reached = *view.reached;
  proto.set_milestone(reached.id);
  if (view.planned == nullptr) proto.set_title(reached.title);
  *proto.mutable_reach_time() = ToTimestamp(reached.reach_time);
  // What was reached before day one took no time from there.
  if (!IsBeforeDayOne(run.spec.day_one, reached.reach_time, calendar)) {
    const TimeToMilestone time = TimeTo(run.spec.day_one, reached.reach_time, calendar);
    proto.set_business_days(time.business_days);
    proto.set_wall_days(time.wall_days);
  }
  proto.set_source(reached.source);
  proto.set_reporter(reached.reporter);
  proto.set_reason(reached.reason);
  return proto;
}

}  // namespace plumbline::onboarding
