// SPDX-License-Identifier: Apache-2.0
//
// step: the library of steps that processes share.
#include <memory>
#include <ostream>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "clients/cli/commands.h"
#include "clients/cli/processes.h"
#include "clients/cli/table.h"
#include "clients/cli/units.h"
#include "common/base/error.h"
#include "common/base/ids.h"
#include "common/base/status_macros.h"
#include "common/yaml/yaml.h"
#include "plumbline/catalog/v1/step_service.pb.h"

namespace plumbline::cli {
namespace {

constexpr char kSteps[] = "/plumbline.catalog.v1.StepService/";

struct StepOptions {
  std::vector<std::string> files;
  std::string name, etag;
  bool dry_run = false;
};

absl::StatusOr<catalog::v1::StepTemplate> ReadStepFile(Session& session, const std::string& path) {
  ASSIGN_OR_RETURN(const std::string text, ReadFile(path));
  catalog::v1::StepTemplate step;
  RETURN_IF_ERROR(yaml::Parse(path, text, &step));
  if (step.name().empty()) {
    return base::FieldError(
        "name", absl::StrCat(path, ": is missing; begin the file with 'name: steps/{id}'"));
  }
  // What `get` printed of a revision can be applied again.
  const std::string name = step.name().substr(0, step.name().find('@'));
  step.set_name(session.FullName("steps", name));
  step.clear_etag();
  return step;
}

// The service looks at every file before the first is written.
absl::Status Apply(Session& session, const StepOptions& options) {
  std::vector<catalog::v1::UpdateStepRequest> requests;
  for (const std::string& path : options.files) {
    ASSIGN_OR_RETURN(const std::vector<std::string> files, ProcessFiles(path));
    for (const std::string& file : files) {
      catalog::v1::UpdateStepRequest& request = requests.emplace_back();
      ASSIGN_OR_RETURN(*request.mutable_step(), ReadStepFile(session, file));
      request.set_allow_missing(true);
      request.set_validate_only(true);
      catalog::v1::UpdateStepResponse response;
      RETURN_IF_ERROR(session.Call(kSteps, "UpdateStep", request, &response));
    }
  }
  for (catalog::v1::UpdateStepRequest& request : requests) {
    request.set_validate_only(options.dry_run);
    request.set_request_id(base::NewUuid());
    catalog::v1::UpdateStepResponse response;
    RETURN_IF_ERROR(session.Call(kSteps, "UpdateStep", request, &response));
    if (session.json()) {
      session.PrintJsonLine(response.step());
    } else {
      session.out() << session.ShortName(response.step().name()) << ": "
                    << (options.dry_run ? "valid, nothing written"
                                        : absl::StrCat("revision ", response.step().revision()))
                    << '\n';
    }
  }
  return absl::OkStatus();
}

absl::Status Get(Session& session, const StepOptions& options) {
  catalog::v1::GetStepRequest request;
  request.set_name(session.FullName("steps", options.name));
  catalog::v1::GetStepResponse response;
  RETURN_IF_ERROR(session.Call(kSteps, "GetStep", request, &response));
  if (session.json()) {
    session.PrintJson(response.step());
  } else {
    session.out() << yaml::Format(response.step());
  }
  return absl::OkStatus();
}

// Calls `method` page by page and shows what it lists.
template <typename Request, typename Response>
absl::Status ListPages(Session& session, const char* method, Request request, const char* nothing) {
  Table table({"STEP", "TITLE", "OWNER", "ROLE", ">REVISION", "WRITTEN", "BY"});
  do {
    request.set_page_size(1000);
    Response response;
    RETURN_IF_ERROR(session.Call(kSteps, method, request, &response));
    if (session.json()) session.PrintJsonLine(response);
    for (const catalog::v1::StepTemplate& step : response.steps()) {
      table.Add({step.name().substr(step.name().rfind('/') + 1), step.title(), step.owner(),
                 step.step().role(), absl::StrCat(step.revision()), When(step.update_time()),
                 step.author()});
    }
    request.set_page_token(response.next_page_token());
  } while (!request.page_token().empty());
  if (session.json()) return absl::OkStatus();
  if (table.empty()) {
    session.out() << nothing << '\n';
  } else {
    table.Print(session.out());
  }
  return absl::OkStatus();
}

absl::Status List(Session& session, const StepOptions&) {
  catalog::v1::ListStepsRequest request;
  request.set_parent(session.parent());
  return ListPages<catalog::v1::ListStepsRequest, catalog::v1::ListStepsResponse>(
      session, "ListSteps", request, "no steps; bring one with: plumbline step apply FILE");
}

absl::Status ListRevisions(Session& session, const StepOptions& options) {
  catalog::v1::ListStepRevisionsRequest request;
  request.set_name(session.FullName("steps", options.name));
  return ListPages<catalog::v1::ListStepRevisionsRequest, catalog::v1::ListStepRevisionsResponse>(
      session, "ListStepRevisions", request, "no revisions");
}

absl::Status Delete(Session& session, const StepOptions& options) {
  catalog::v1::DeleteStepRequest request;
  request.set_name(session.FullName("steps", options.name));
  request.set_etag(options.etag);
  request.set_request_id(base::NewUuid());
  catalog::v1::DeleteStepResponse response;
  RETURN_IF_ERROR(session.Call(kSteps, "DeleteStep", request, &response));
  if (session.json()) {
    session.PrintJson(response);
  } else {
    session.out() << session.ShortName(request.name()) << ": deleted, its revisions stay\n";
  }
  return absl::OkStatus();
}

}  // namespace

void AddStepCommands(CLI::App& app, Action* action) {
  auto options = std::make_shared<StepOptions>();
  CLI::App* steps = app.add_subcommand("step", "The library of steps that processes share");
  steps->require_subcommand(1);
  steps->fallthrough();
  const auto add = [&](const char* name, const char* description,
                       absl::Status (*run)(Session&, const StepOptions&)) {
    CLI::App* command = steps->add_subcommand(name, description);
    command->callback([=] { *action = [=](Session& s) { return run(s, *options); }; });
    return command;
  };
  CLI::App* apply = add("apply", "Create or update steps from YAML files", Apply);
  apply->add_option("FILE", options->files, "Step files or folders of them; - is standard input")
      ->required();
  apply->add_flag("--dry-run", options->dry_run, "Check everything, write nothing");
  CLI::App* get = add("get", "Show a step as YAML, which can be applied again", Get);
  get->add_option("STEP", options->name, "Its id, or ID@REVISION")->required();
  add("list", "List the steps of the library", List);
  CLI::App* revisions = add("revisions", "List the revisions of a step", ListRevisions);
  revisions->add_option("STEP", options->name, "Its id")->required();
  CLI::App* remove = add("delete", "Delete a step; its revisions stay", Delete);
  remove->add_option("STEP", options->name, "Its id")->required();
  remove->add_option("--etag", options->etag, "Refuse if the step has changed since");
}

}  // namespace plumbline::cli
