// SPDX-License-Identifier: Apache-2.0
//
// get and delete.
#include <memory>
#include <ostream>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "clients/cli/commands.h"
#include "clients/cli/help.h"
#include "clients/cli/resource_kind.h"
#include "common/base/error.h"
#include "common/base/ids.h"
#include "common/base/status_macros.h"
#include "common/yaml/yaml.h"
#include "plumbline/analytics/v1/analytics_service.pb.h"
#include "plumbline/onboarding/v1/onboarding_service.pb.h"

namespace plumbline::cli {
namespace {

namespace ob = onboarding::v1;

constexpr char kLogs[] = "eventLogs/";
constexpr char kOtherNames[] = "onboardings/ID, onboardings/ID/tasks/TASK or eventLogs/ID";

absl::Status UnknownKind(const std::string& name) {
  return base::FieldError("NAME", absl::StrCat("'", name, "' names no kind of resource; write ",
                                               KindsInWords(), ", ", kOtherNames));
}

// As `list logs` calls them.
std::string WithKindOfLogs(const std::string& name) {
  return absl::StartsWith(name, "logs/") ? absl::StrCat(kLogs, absl::StripPrefix(name, "logs/"))
                                         : name;
}

void Print(Session& session, const Message& resource, bool json) {
  if (json) {
    session.PrintJson(resource);
  } else {
    session.out() << yaml::Format(resource);
  }
}

// Reads one resource whose response holds it in its first field.
template <typename Request, typename Response>
absl::Status GetAndPrint(Session& session, const char* service, const char* method,
                         const std::string& name, bool json) {
  Request request;
  request.set_name(name);
  Response response;
  RETURN_IF_ERROR(session.Call(service, method, request, &response));
  Print(session, response.GetReflection()->GetMessage(response, response.GetDescriptor()->field(0)),
        json);
  return absl::OkStatus();
}

absl::Status Get(Session& session, const std::string& name, bool json) {
  session.wording().Call({{"name", "NAME"}});
  const std::string full = FullNameOf(session, WithKindOfLogs(name));
  const std::string kind(
      absl::StripPrefix(full, full.substr(0, full.find('/', sizeof("workspaces/") - 1) + 1)));
  if (const ResourceKind* const in_files = KindOf(full)) {
    ASSIGN_OR_RETURN(const MessagePtr resource, in_files->Get(session, full));
    Print(session, *resource, json);
    return absl::OkStatus();
  }
  if (absl::StartsWith(kind, "onboardings/") && absl::StrContains(kind, "/tasks/")) {
    return GetAndPrint<ob::GetTaskRequest, ob::GetTaskResponse>(session, kOnboarding, "GetTask",
                                                                full, json);
  }
  if (absl::StartsWith(kind, "onboardings/")) {
    return GetAndPrint<ob::GetOnboardingRequest, ob::GetOnboardingResponse>(
        session, kOnboarding, "GetOnboarding", full, json);
  }
  if (absl::StartsWith(kind, kLogs)) {
    return GetAndPrint<analytics::v1::GetEventLogRequest, analytics::v1::GetEventLogResponse>(
        session, kAnalytics, "GetEventLog", full, json);
  }
  return UnknownKind(name);
}

struct DeleteWords {
  std::string name;
  DeleteOptions how;
  bool allow_refill = false;
};

void TellDeleted(Session& session, const std::string& full, const Message& response,
                 const DeleteWords& words) {
  if (session.json()) {
    session.PrintJson(response);
  } else {
    session.out() << session.ShortName(full) << ": "
                  << (words.how.validate_only ? "possible, nothing written" : "deleted") << '\n';
  }
}

absl::Status DeleteLog(Session& session, const std::string& full, const DeleteWords& words) {
  if (words.how.validate_only || !words.how.reason.empty()) {
    return base::FieldError(
        words.how.validate_only ? "--dry-run" : "--reason",
        absl::StrCat("is for resources of the catalog (", DeletedInWords(), "), and '", words.name,
                     "' is an event log; leave it out"));
  }
  analytics::v1::DeleteEventLogRequest request;
  request.set_name(full);
  request.set_request_id(base::NewUuid());
  request.set_allow_refill(words.allow_refill);
  analytics::v1::DeleteEventLogResponse response;
  RETURN_IF_ERROR(session.Call(kAnalytics, "DeleteEventLog", request, &response));
  TellDeleted(session, request.name(), response, words);
  return absl::OkStatus();
}

absl::Status Delete(Session& session, const DeleteWords& words) {
  session.wording().Call({{"name", "RESOURCE"},
                          {"force", "--force"},
                          {"allow_in_use", "--force"},
                          {"reason", "--reason"},
                          {"allow_refill", "--allow-refill"}});
  const std::string full = session.FullName(WithKindOfLogs(words.name));
  const ResourceKind* const kind = KindOf(full);
  if (kind == nullptr && absl::StrContains(full, absl::StrCat("/", kLogs)))
    return DeleteLog(session, full, words);
  // Nothing is deleted by a guess.
  if (!absl::StrContains(words.name, '/') && kind == nullptr) {
    return base::FieldError("RESOURCE", absl::StrCat("'", words.name,
                                                     "' does not say what it is; did you mean "
                                                     "processes/",
                                                     words.name, " or ", kLogs, words.name, "?"));
  }
  if (kind == nullptr || !kind->can_delete()) {
    return base::FieldError(
        "RESOURCE",
        absl::StrCat("'", words.name, "' cannot be deleted here; what can be: ", DeletedInWords(),
                     " or ", kLogs, "ID; a tag: plumbline tag delete"));
  }
  ASSIGN_OR_RETURN(const MessagePtr response, kind->Delete(session, full, words.how));
  TellDeleted(session, full, *response, words);
  return absl::OkStatus();
}

void AddDeleteCommand(args::Command& app, Action* action) {
  auto words = std::make_shared<DeleteWords>();
  args::Command* remove = app.add_subcommand(
      "delete", "Delete a resource of the catalog, or an event log with all its events");
  remove->group("Study");
  remove->add_option("RESOURCE", words->name, absl::StrCat(DeletedInWords(), " or ", kLogs, "ID"))
      ->required();
  remove->add_flag("--force,--allow-in-use", words->how.force,
                   "A resource of the catalog: though others use it");
  Takes(remove->add_option("--reason", words->how.reason,
                           "A resource of the catalog: why, kept in its history"),
        "TEXT");
  remove->add_flag("--dry-run", words->how.validate_only,
                   "A resource of the catalog: check everything, delete nothing");
  remove->add_flag(
      "--allow-refill", words->allow_refill,
      "Also a log that on-boarding keeps: it comes back, whole, with the next entry of "
      "its process");
  AddExamples(*remove, {{"plumbline delete utilities/fax --dry-run", "who uses it still?"},
                        {"plumbline delete processes/idea --reason 'nobody wants it'",
                         "a draft that was never published"},
                        {"plumbline delete eventLogs/my-events", "a log with all its events"}});
  remove->callback([=] { *action = [=](Session& s) { return Delete(s, *words); }; });
}

}  // namespace

void AddResourceCommands(args::Command& app, Action* action) {
  auto name = std::make_shared<std::string>();
  auto output = std::make_shared<std::string>("yaml");
  args::Command* get = app.add_subcommand("get", "Show one resource in full, as YAML");
  get->group("Look");
  get->add_option("NAME", *name,
                  absl::StrCat(KindsInWords(), " (processes also with @REVISION or @TAG), ",
                               kOtherNames, "; an id alone is a process"))
      ->required();
  get->add_option("-o,--output", *output, "yaml or json (default: yaml)")
      ->option_text("FORMAT")
      ->check(args::IsMember({"yaml", "json"}));
  AddExamples(*get, {{"plumbline get processes/quote-to-order > mine.yaml",
                      "the draft, to be edited and applied again"},
                     {"plumbline get processes/quote-to-order@1", "a published revision"},
                     {"plumbline get processes/quote-to-order@stable", "the one that a tag names"},
                     {"plumbline get calendars/germany", "hours and holidays"},
                     {"plumbline get onboardings/ada", "its progress and its open decisions"},
                     {"plumbline get onboardings/ada/tasks/sign-contract", ""}});
  get->callback(
      [=] { *action = [=](Session& s) { return Get(s, *name, s.json() || *output == "json"); }; });

  AddDeleteCommand(app, action);
}

}  // namespace plumbline::cli
