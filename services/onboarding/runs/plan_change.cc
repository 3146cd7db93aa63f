// SPDX-License-Identifier: Apache-2.0
#include "services/onboarding/runs/plan_change.h"

#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "common/flow/proto/convert.h"
#include "services/onboarding/engine/codec_plan_change.h"
#include "services/onboarding/runs/checker.h"

namespace plumbline::onboarding {
namespace {

constexpr int kMaxMappings = 500;
constexpr int kMaxDropped = 500;
constexpr size_t kMaxPath = 4000;
constexpr size_t kMaxReason = 1000;

// "workspaces/{w}/processes/{p}", with "@" and a revision, a tag or "latest" or without.
void CheckProcess(Checker& check, const std::string& process, const std::string& workspace) {
  const auto parts = base::ParseName("process", process, "workspaces/*/processes/**");
  if (!parts.ok()) return check.Add(parts.status());
  const absl::string_view id = (*parts)[1];
  const size_t at = id.find('@');
  check.Id("process", id.substr(0, at));
  const absl::string_view selector = at == absl::string_view::npos ? "latest" : id.substr(at + 1);
  int64_t revision = 0;
  const bool number =
      absl::SimpleAtoi(selector, &revision) && revision >= 1 && selector == absl::StrCat(revision);
  if (!number && !base::IsValidId(selector)) {
    check.Wrong("process", absl::StrCat("'", selector.substr(0, 63),
                                        "' is no revision; give a number from 1, a tag, or leave "
                                        "it out for the latest"));
  }
  if (!workspace.empty() && (*parts)[0] != workspace) {
    check.Wrong("process", absl::StrCat("lies in workspace '", (*parts)[0],
                                        "'; it must be of the same workspace as the on-boarding, '",
                                        workspace, "'"));
  }
}

template <typename Request>
void TakeReason(Checker& check, const Request& request, PlanCommand* command) {
  check.Length("reason", request.reason(), 1, kMaxReason);
  command->migration.reason = request.reason();
  command->change.text = request.reason();
  command->change.etag = request.etag();
}

TaskPlace TakePlace(Checker& check, const v1::TaskPlace& given) {
  TaskPlace place = FromProto(given);
  if (given.place_case() != v1::TaskPlace::PLACE_NOT_SET)
    check.Length("place", place.of, 1, kMaxPath);
  return place;
}

void TakeMappings(Checker& check, const v1::MigrateOnboardingRequest& request,
                  Migration* migration) {
  if (request.mappings().size() > kMaxMappings) {
    check.Wrong("mappings", absl::StrCat("has ", request.mappings().size(), " entries; at most ",
                                         kMaxMappings));
  }
  migration->mappings = {request.mappings().begin(), request.mappings().end()};
  migration->map_renamed = request.map_renamed();
  if (request.dropped_size() > kMaxDropped) {
    check.Wrong("dropped",
                absl::StrCat("has ", request.dropped_size(), " entries; at most ", kMaxDropped));
  }
  migration->dropped.assign(request.dropped().begin(), request.dropped().end());
}

}  // namespace

absl::StatusOr<PlanCommand> Parse(const v1::MigrateOnboardingRequest& request) {
  Checker check;
  PlanCommand command;
  command.change = OnboardingCommand(check, request);
  TakeReason(check, request, &command);
  CheckProcess(check, request.process(), command.change.target.workspace);
  command.process = request.process();
  TakeMappings(check, request, &command.migration);
  RETURN_IF_ERROR(check.status());
  return command;
}

absl::StatusOr<PlanCommand> Parse(const v1::AddTaskRequest& request) {
  Checker check;
  PlanCommand command;
  command.change.target = Take(check, ParseOnboarding("parent", request.parent()));
  TakeCommon(check, request, &command.change);
  TakeReason(check, request, &command);
  check.Id("task_id", request.task_id());
  if (!request.has_step()) check.Wrong("step", "is required: at least its role");
  Migration& migration = command.migration;
  migration.kind = EntryKind::kTaskAdded;
  migration.place = TakePlace(check, request.place());
  catalog::v1::Node node;
  node.set_id(request.task_id());
  node.set_title(request.title());
  *node.mutable_step() = request.step();
  migration.node = Take(check, flow::FromProto(node, "task"));
  RETURN_IF_ERROR(check.status());
  return command;
}

absl::StatusOr<PlanCommand> Parse(const v1::MoveTaskRequest& request) {
  Checker check;
  PlanCommand command;
  command.change = TaskCommand(check, request);
  TakeReason(check, request, &command);
  command.migration.kind = EntryKind::kTaskMoved;
  command.migration.place = TakePlace(check, request.place());
  RETURN_IF_ERROR(check.status());
  return command;
}

v1::TaskFate ToProto(const TaskFate& fate) {
  v1::TaskFate proto;
  proto.set_fate(static_cast<v1::TaskFate::Fate>(fate.fate));
  proto.set_previous_task(fate.previous_task);
  proto.set_task(fate.task);
  proto.set_title(fate.title);
  if (fate.previous_state)
    proto.set_previous_state(static_cast<v1::Task::State>(*fate.previous_state));
  if (fate.state) proto.set_state(static_cast<v1::Task::State>(*fate.state));
  if (fate.previous_due_time)
    *proto.mutable_previous_due_time() = ToTimestamp(*fate.previous_due_time);
  if (fate.due_time) *proto.mutable_due_time() = ToTimestamp(*fate.due_time);
  return proto;
}

v1::DecisionFate ToProto(const DecisionFate& fate) {
  v1::DecisionFate proto;
  proto.set_previous_decision(fate.previous_decision);
  proto.set_decision(fate.decision);
  proto.set_title(fate.title);
  proto.set_option(fate.option);
  proto.set_new_option(fate.new_option);
  proto.set_by_condition(fate.by_condition);
  return proto;
}

}  // namespace plumbline::onboarding
