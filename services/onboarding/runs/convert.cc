// SPDX-License-Identifier: Apache-2.0
#include "services/onboarding/runs/convert.h"

#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/time/civil_time.h"
#include "common/base/error.h"
#include "common/base/ids.h"
#include "common/base/status_macros.h"
#include "services/onboarding/engine/codec.h"
#include "services/onboarding/runs/checker.h"

namespace plumbline::onboarding {
namespace {

constexpr size_t kMaxLabels = 64;
constexpr size_t kMaxAssignees = 500;

absl::CivilDay DayOne(Checker& check, absl::string_view field, const std::string& text) {
  absl::CivilDay day;
  bool valid = text.size() == 10 && absl::ParseCivilTime(text, &day) &&
               absl::FormatCivilTime(day) == text && day.year() >= 1970 && day.year() <= 2200;
  if (!valid) {
    check.Wrong(field,
                absl::StrCat("'", text.substr(0, 20), "' is no date YYYY-MM-DD from 1970 to 2200"));
  }
  return day;
}

void CheckProcess(Checker& check, const std::string& process, const std::string& workspace) {
  constexpr char kField[] = "onboarding.process";
  auto parts = base::ParseName(kField, process, "workspaces/*/processes/**");
  if (!parts.ok()) return check.Add(parts.status());
  absl::string_view id = (*parts)[1];
  size_t at = id.find('@');
  check.Id(kField, id.substr(0, at));
  int64_t revision = 0;
  absl::string_view selector = at == absl::string_view::npos ? "latest" : id.substr(at + 1);
  const bool number =
      absl::SimpleAtoi(selector, &revision) && revision >= 1 && selector == absl::StrCat(revision);
  if (!number && !base::IsValidId(selector)) {
    check.Wrong(kField, absl::StrCat("'", selector,
                                     "' is no revision; give a number from 1, a tag, or "
                                     "leave it out for the latest"));
  }
  if (!workspace.empty() && (*parts)[0] != workspace) {
    check.Wrong(kField,
                absl::StrCat("lies in workspace '", (*parts)[0],
                             "'; it must be of the same workspace as parent, '", workspace, "'"));
  }
}

// "workspaces/{w}/calendars/{c}"; it may be given without the workspace.
std::string CalendarName(Checker& check, const std::string& name, const std::string& workspace) {
  constexpr char kField[] = "onboarding.calendar";
  if (name.empty()) return "";
  const std::string whole = absl::StartsWith(name, "workspaces/")
                                ? name
                                : absl::StrCat("workspaces/", workspace, "/", name);
  const auto parts = base::ParseName(kField, whole, "workspaces/*/calendars/*");
  if (!parts.ok()) {
    check.Wrong(kField,
                absl::StrCat("'", name.substr(0, 100),
                             "' is no calendar; give 'calendars/germany', or leave it out"));
  } else if ((*parts)[0] != workspace) {
    check.Wrong(kField,
                absl::StrCat("lies in workspace '", (*parts)[0],
                             "'; it must be of the same workspace as parent, '", workspace, "'"));
  }
  return whole;
}

void CheckMaps(Checker& check, const v1::Onboarding& onboarding) {
  if (onboarding.assignees().size() > kMaxAssignees) {
    check.Wrong("onboarding.assignees", absl::StrCat("has more than ", kMaxAssignees, " roles"));
  }
  for (const auto& [role, person] : onboarding.assignees()) {
    std::string field = absl::StrCat("onboarding.assignees[", role.substr(0, 63), "]");
    check.Length(field, role, 1, 200);
    check.Length(field, person, 1, 200);
  }
  if (onboarding.labels().size() > kMaxLabels) {
    check.Wrong("onboarding.labels", absl::StrCat("has more than ", kMaxLabels, " labels"));
  }
  for (const auto& [key, value] : onboarding.labels()) {
    std::string field = absl::StrCat("onboarding.labels[", key.substr(0, 63), "]");
    check.Id(field, key);
    check.Length(field, value, 0, 200);
  }
}

}  // namespace

absl::StatusOr<Target> ParseWorkspace(absl::string_view field, absl::string_view name) {
  ASSIGN_OR_RETURN(auto parts, base::ParseName(field, name, "workspaces/*"));
  return Target{parts[0], "", ""};
}

absl::StatusOr<Target> ParseOnboarding(absl::string_view field, absl::string_view name) {
  ASSIGN_OR_RETURN(auto parts, base::ParseName(field, name, "workspaces/*/onboardings/*"));
  return Target{parts[0], parts[1], ""};
}

absl::StatusOr<Target> ParseTask(absl::string_view field, absl::string_view name) {
  ASSIGN_OR_RETURN(auto parts, base::ParseName(field, name, "workspaces/*/onboardings/*/tasks/**"));
  return Target{parts[0], parts[1], parts[2]};
}

absl::StatusOr<Target> ParseOneOrAll(absl::string_view field, absl::string_view name) {
  if (!absl::EndsWith(name, "/onboardings/-")) return ParseOnboarding(field, name);
  ASSIGN_OR_RETURN(auto parts, base::ParseName(field, name, "workspaces/*/onboardings/**"));
  return Target{parts[0], parts[1], ""};
}

absl::StatusOr<Target> ParseOnboardingOrWorkspace(absl::string_view field, absl::string_view name) {
  if (absl::StrContains(name, "/onboardings/")) return ParseOnboarding(field, name);
  return ParseWorkspace(field, name);
}

absl::StatusOr<StartCommand> Parse(const v1::StartOnboardingRequest& request) {
  Checker check;
  StartCommand command;
  const v1::Onboarding& given = request.onboarding();
  Spec& spec = command.spec;
  spec.workspace = Take(check, ParseWorkspace("parent", request.parent())).workspace;
  spec.id = request.onboarding_id();
  check.Id("onboarding_id", spec.id);
  CheckProcess(check, given.process(), spec.workspace);
  command.process = given.process();
  check.Length("onboarding.person", given.person(), 1, 200);
  spec.person = given.person();
  check.Length("onboarding.display_name", given.display_name(), 0, 200);
  spec.display_name = given.display_name();
  spec.day_one = DayOne(check, "onboarding.day_one", given.day_one());
  spec.time_zone = given.time_zone().empty() ? "UTC" : given.time_zone();
  command.zone_given = !given.time_zone().empty();
  command.calendar = CalendarName(check, given.calendar(), spec.workspace);
  CheckMaps(check, given);
  spec.assignees = {given.assignees().begin(), given.assignees().end()};
  spec.labels = {given.labels().begin(), given.labels().end()};
  spec.attributes = check.Attributes("onboarding.attributes", given.attributes());
  command.occur_time = check.OccurTime(request);
  check.RequestId(request.request_id());
  if (!v1::StartOnboardingRequest::ConflictPolicy_IsValid(request.conflict_policy()))
    check.Wrong("conflict_policy", "is unknown; choose FAIL or RETURN_EXISTING");
  command.return_existing =
      request.conflict_policy() == v1::StartOnboardingRequest::CONFLICT_POLICY_RETURN_EXISTING;
  RETURN_IF_ERROR(check.status());
  return command;
}

absl::StatusOr<ChangeCommand> Parse(const v1::RescheduleOnboardingRequest& request) {
  Checker check;
  ChangeCommand command = OnboardingCommand(check, request);
  command.day_one = DayOne(check, "day_one", request.day_one());
  check.Length("reason", request.reason(), 1, 1000);
  command.text = request.reason();
  command.etag = request.etag();
  return Checked(check, std::move(command));
}

absl::StatusOr<ChangeCommand> Parse(const v1::StartTaskRequest& request) {
  Checker check;
  return Checked(check, TaskCommand(check, request));
}

absl::StatusOr<ChangeCommand> Parse(const v1::CompleteTaskRequest& request) {
  Checker check;
  ChangeCommand command = TaskCommand(check, request);
  command.completion.ticked = check.List("ticked", request.ticked());
  command.completion.tick_all = request.tick_all();
  command.completion.defects = check.List("defects", request.defects());
  command.completion.outputs = check.Attributes("outputs", request.outputs());
  return Checked(check, std::move(command));
}

absl::StatusOr<ChangeCommand> Parse(const v1::SkipTaskRequest& request) {
  Checker check;
  ChangeCommand command = TaskCommand(check, request);
  check.Length("reason", request.reason(), 1, 1000);
  command.text = request.reason();
  return Checked(check, std::move(command));
}

absl::StatusOr<ChangeCommand> Parse(const v1::BlockTaskRequest& request) {
  Checker check;
  ChangeCommand command = TaskCommand(check, request);
  const v1::Impediment& given = request.impediment();
  if (!v1::Impediment::Category_IsValid(given.category()) ||
      given.category() == v1::Impediment::CATEGORY_UNSPECIFIED) {
    check.Wrong("impediment.category", "is not set or unknown; choose one of Impediment.Category");
  }
  if (!given.utility().empty()) check.Id("impediment.utility", given.utility());
  check.Length("impediment.description", given.description(), 1, 2000);
  if (!request.impediment_id().empty()) check.Id("impediment_id", request.impediment_id());
  command.impediment = {request.impediment_id(), static_cast<Category>(given.category()),
                        given.utility(), given.description()};
  return Checked(check, std::move(command));
}

absl::StatusOr<ChangeCommand> Parse(const v1::UnblockTaskRequest& request) {
  Checker check;
  ChangeCommand command = TaskCommand(check, request);
  if (!request.impediment_id().empty()) check.Id("impediment_id", request.impediment_id());
  command.impediment.id = request.impediment_id();
  check.Length("resolution", request.resolution(), 0, 2000);
  command.text = request.resolution();
  return Checked(check, std::move(command));
}

absl::StatusOr<ChangeCommand> Parse(const v1::SetAttributesRequest& request) {
  Checker check;
  ChangeCommand command = OnboardingCommand(check, request);
  check.Length("reason", request.reason(), 0, 1000);
  command.text = request.reason();
  if (request.attributes().empty()) check.Wrong("attributes", "is empty; give at least one value");
  command.attributes = check.Attributes("attributes", request.attributes());
  command.etag = request.etag();
  return Checked(check, std::move(command));
}

absl::StatusOr<ChangeCommand> Parse(const v1::DecideRequest& request) {
  Checker check;
  ChangeCommand command = OnboardingCommand(check, request);
  check.Length("decision", request.decision(), 1, 4000);
  check.Length("option", request.option(), 1, 200);
  check.Length("reason", request.reason(), 0, 1000);
  command.text = request.reason();
  return Checked(check, std::move(command));
}

}  // namespace plumbline::onboarding
