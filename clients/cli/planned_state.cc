// SPDX-License-Identifier: Apache-2.0
#include "clients/cli/planned_state.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "clients/cli/current_process.h"
#include "common/base/error.h"
#include "common/base/status_macros.h"
#include "common/flow/validate.h"
#include "plumbline/catalog/v1/step_service.pb.h"

namespace plumbline::cli {
namespace {

using catalog::v1::Process;
using catalog::v1::StepTemplate;

absl::StatusOr<StepTemplate> GetStep(Session& session, const std::string& name) {
  catalog::v1::GetStepRequest request;
  request.set_name(session.FullName(name));
  catalog::v1::GetStepResponse response;
  RETURN_IF_ERROR(session.Call(kSteps, "GetStep", request, &response));
  return std::move(*response.mutable_step());
}

absl::Status NotThere(const std::string& called, absl::string_view why, const std::string& field) {
  return base::FieldError(
      field, absl::StrCat("calls '", called, "', which ", why,
                          ": give its file too, publish it first, or correct the call"));
}

absl::Status Retired(const std::string& called, bool archived, const std::string& field) {
  const std::string what = absl::StrCat(
      "calls '", called, "', which is ", archived ? "archived" : "deprecated", ": call another, ",
      archived ? "" : "name a revision or a tag of it, ", "or reinstate it");
  return base::Error(base::Reason::ERROR_REASON_PROCESS_RETIRED, absl::StrCat(field, " ", what))
      .Field(field, what);
}

// What the service said of a call, at the place of the call.
absl::Status AtCall(const absl::Status& status, const std::string& called,
                    const std::string& field) {
  const base::Reason reason = base::ReasonOf(status);
  if (reason != base::Reason::ERROR_REASON_PROCESS_RETIRED &&
      reason != base::Reason::ERROR_REASON_REVISION_NOT_EFFECTIVE) {
    return status;
  }
  const std::string what = absl::StrCat("calls '", called, "': ", status.message());
  return base::Error(reason, absl::StrCat(field, " ", what)).Field(field, what);
}

}  // namespace

void PlannedState::AddProcess(const std::string& name, const Process& revision,
                              const PlannedProcess& planned) {
  processes_[name] = planned;
  contents_[absl::StrCat(name, "@", planned.revision)] = revision;
}

const PlannedProcess* PlannedState::FindProcess(const std::string& name) const {
  const auto found = processes_.find(name);
  return found == processes_.end() ? nullptr : &found->second;
}

void PlannedState::AddStep(const StepTemplate& step, bool changed) {
  steps_[session_.ShortName(step.name())] = {step, changed};
}

std::string PlannedState::NearestKeptCalendar(std::string inherits) const {
  for (auto at = inherits_.find(inherits); at != inherits_.end(); at = inherits_.find(inherits))
    inherits = at->second;
  return inherits;
}

void PlannedState::AddTag(const std::string& name, int64_t revision) { tags_[name] = revision; }

absl::StatusOr<PlannedState::CalledProcess> PlannedState::Called(const std::string& called,
                                                                 const std::string& field) {
  const std::optional<flow::CalledProcess> parts = flow::ParseCalled(called);
  if (!parts.has_value()) return NotThere(called, "is no name of a process", field);
  const std::string name = absl::StrCat("processes/", parts->process);
  int64_t revision = parts->revision;
  const auto tag = tags_.find(absl::StrCat(name, "/tags/", parts->tag));
  if (tag != tags_.end()) revision = tag->second;
  const bool by_name = revision == 0 && parts->tag.empty();
  const PlannedProcess* const planned = FindProcess(name);
  const bool is_planned = planned != nullptr && (by_name || revision == planned->revision);
  const std::string exact = revision == 0 ? called : absl::StrCat(name, "@", revision);
  absl::StatusOr<CalledProcess> meant = is_planned ? CalledPlanned(name, *planned, by_name, field)
                                                   : CalledKept(exact, by_name, field);
  RETURN_IF_ERROR(meant.status());
  meant->planned = meant->planned || tag != tags_.end();
  return meant;
}

absl::StatusOr<PlannedState::CalledProcess> PlannedState::CalledPlanned(
    const std::string& name, const PlannedProcess& planned, bool by_name,
    const std::string& field) {
  if (by_name && planned.deprecated) return Retired(name, /*archived=*/false, field);
  const std::string revision = absl::StrCat(name, "@", planned.revision);
  return CalledProcess{revision, &contents_.at(revision), true, planned.waits};
}

absl::StatusOr<PlannedState::CalledProcess> PlannedState::CalledKept(const std::string& called,
                                                                     bool by_name,
                                                                     const std::string& field) {
  if (const auto known = called_.find(called); known != called_.end())
    return CalledProcess{known->second, &contents_.at(known->second)};
  const std::string name = called.substr(0, called.find('@'));
  absl::StatusOr<Process> found =
      CurrentProcess(session_, by_name ? absl::StrCat(name, "@latest") : called);
  if (absl::IsNotFound(found.status()))
    return NotThere(called, by_name ? "is not published" : "does not exist", field);
  RETURN_IF_ERROR(AtCall(found.status(), called, field));
  const bool archived = found->state() == Process::STATE_ARCHIVED;
  const bool deprecated = found->state() == Process::STATE_DEPRECATED;
  if (archived || (by_name && deprecated)) return Retired(called, archived, field);
  const std::string revision = absl::StrCat(name, "@", found->revision());
  called_[called] = revision;
  const auto content = contents_.emplace(revision, *std::move(found)).first;
  return CalledProcess{revision, &content->second};
}

absl::StatusOr<Meant<StepTemplate>> PlannedState::Used(const std::string& uses,
                                                       const std::string& field) {
  const std::optional<flow::UsedStep> parts = flow::ParseUses(uses);
  const std::string name = parts ? absl::StrCat("steps/", parts->step) : uses;
  const auto planned = steps_.find(name);
  if (planned != steps_.end() &&
      (uses == name || parts->revision == planned->second.step.revision())) {
    const StepTemplate& step = planned->second.step;
    return Meant<StepTemplate>{absl::StrCat(name, "@", step.revision()), &step,
                               planned->second.changed};
  }
  auto known = used_.find(uses);
  if (known == used_.end()) {
    absl::StatusOr<StepTemplate> found = GetStep(session_, uses);
    if (absl::IsNotFound(found.status())) {
      return base::FieldError(
          field, absl::StrCat("'", uses, "' does not exist: give its file too, apply it first, ",
                              "or write the step out"));
    }
    RETURN_IF_ERROR(found.status());
    known = used_.emplace(uses, *std::move(found)).first;
  }
  return Meant<StepTemplate>{absl::StrCat(name, "@", known->second.revision()), &known->second};
}

absl::StatusOr<const Process*> PlannedState::Content(const std::string& revision) {
  auto known = contents_.find(revision);
  if (known == contents_.end()) {
    ASSIGN_OR_RETURN(Process content, CurrentProcess(session_, revision));
    known = contents_.emplace(revision, std::move(content)).first;
  }
  return &known->second;
}

}  // namespace plumbline::cli
