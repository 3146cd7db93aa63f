// SPDX-License-Identifier: Apache-2.0
//
// The shape of requests: what a field may look like, whatever it means. FIELD_INVALID lists all
// that is wrong.
#ifndef PLUMBLINE_SERVICES_ONBOARDING_RUNS_CONVERT_H_
#define PLUMBLINE_SERVICES_ONBOARDING_RUNS_CONVERT_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "plumbline/onboarding/v1/onboarding_service.pb.h"
#include "services/onboarding/engine/engine.h"

namespace plumbline::onboarding {

// Where a call goes. Parts that the method does not name are "".
struct Target {
  std::string workspace;
  std::string onboarding;  // "-" = all
  std::string task;
};

absl::StatusOr<Target> ParseWorkspace(absl::string_view field, absl::string_view name);
absl::StatusOr<Target> ParseOnboarding(absl::string_view field, absl::string_view name);
absl::StatusOr<Target> ParseTask(absl::string_view field, absl::string_view name);
// An on-boarding, or "workspaces/{w}/onboardings/-".
absl::StatusOr<Target> ParseOneOrAll(absl::string_view field, absl::string_view name);
// An on-boarding, or a workspace.
absl::StatusOr<Target> ParseOnboardingOrWorkspace(absl::string_view field, absl::string_view name);

struct StartCommand {
  Spec spec;
  bool zone_given = false;  // else it is UTC, unless calendars or records say something else
  std::string calendar;     // "workspaces/{w}/calendars/{c}"; "" = what the person's record says
  std::string process;
  std::optional<absl::Time> occur_time;
  bool return_existing = false;
};
absl::StatusOr<StartCommand> Parse(const v1::StartOnboardingRequest& request);

// A change of a run, taken apart. What the method does not have is empty.
struct ChangeCommand {
  Target target;
  std::optional<absl::Time> occur_time;
  Completion completion;
  NewImpediment impediment;
  std::string text;  // reason, resolution or comment
  flow::AttributeValues attributes;
  std::string who;  // an assignee or a delegate
  bool take_over = false;
  Verification verification;
  std::vector<Link> links;
  std::string etag;
  bool validate_only = false;
  absl::CivilDay day_one;
};
absl::StatusOr<ChangeCommand> Parse(const v1::StartTaskRequest& request);
absl::StatusOr<ChangeCommand> Parse(const v1::CompleteTaskRequest& request);
absl::StatusOr<ChangeCommand> Parse(const v1::SkipTaskRequest& request);
absl::StatusOr<ChangeCommand> Parse(const v1::BlockTaskRequest& request);
absl::StatusOr<ChangeCommand> Parse(const v1::UnblockTaskRequest& request);
absl::StatusOr<ChangeCommand> Parse(const v1::DecideRequest& request);
absl::StatusOr<ChangeCommand> Parse(const v1::SetAttributesRequest& request);
absl::StatusOr<ChangeCommand> Parse(const v1::PauseOnboardingRequest& request);
absl::StatusOr<ChangeCommand> Parse(const v1::ResumeOnboardingRequest& request);
absl::StatusOr<ChangeCommand> Parse(const v1::CancelOnboardingRequest& request);
absl::StatusOr<ChangeCommand> Parse(const v1::RescheduleOnboardingRequest& request);
absl::StatusOr<ChangeCommand> Parse(const v1::ClaimTaskRequest& request);
absl::StatusOr<ChangeCommand> Parse(const v1::AssignTaskRequest& request);
absl::StatusOr<ChangeCommand> Parse(const v1::DelegateTaskRequest& request);
absl::StatusOr<ChangeCommand> Parse(const v1::ReleaseTaskRequest& request);
absl::StatusOr<ChangeCommand> Parse(const v1::ReopenTaskRequest& request);
absl::StatusOr<ChangeCommand> Parse(const v1::CommentTaskRequest& request);
absl::StatusOr<ChangeCommand> Parse(const v1::VerifyTaskRequest& request);
absl::StatusOr<ChangeCommand> Parse(const v1::ApproveWaiverRequest& request);
absl::StatusOr<ChangeCommand> Parse(const v1::RejectWaiverRequest& request);

}  // namespace plumbline::onboarding

#endif  // PLUMBLINE_SERVICES_ONBOARDING_RUNS_CONVERT_H_
