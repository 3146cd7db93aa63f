// SPDX-License-Identifier: Apache-2.0
//
// Requests of RampService taken apart, and its answers. FIELD_INVALID lists all that is wrong.
#ifndef PLUMBLINE_SERVICES_ONBOARDING_RAMP_CONVERT_H_
#define PLUMBLINE_SERVICES_ONBOARDING_RAMP_CONVERT_H_

#include <set>
#include <string>

#include "absl/status/statusor.h"
#include "common/calendar/calendar.h"
#include "plumbline/onboarding/v1/ramp_service.pb.h"
#include "services/onboarding/engine/milestones.h"
#include "services/onboarding/ramp/grouping.h"
#include "services/onboarding/runs/convert.h"

namespace plumbline::onboarding {

struct ReportCommand {
  ChangeCommand change;
  MilestoneReport report;
};
absl::StatusOr<ReportCommand> Parse(const v1::ReportMilestoneRequest& request);
// The reason is `text`.
absl::StatusOr<ChangeCommand> Parse(const v1::WithdrawMilestoneRequest& request);

struct CohortsCommand {
  std::string workspace;
  Grouping grouping;
  std::set<std::string> milestones;  // empty = all
};
absl::StatusOr<CohortsCommand> Parse(const v1::SummarizeCohortsRequest& request);

// When work should reach it is not said here.
v1::MilestoneStatus ToProto(const Run& run, const MilestoneView& view,
                            const calendar::Calendar& calendar);

}  // namespace plumbline::onboarding

#endif  // PLUMBLINE_SERVICES_ONBOARDING_RAMP_CONVERT_H_
