// SPDX-License-Identifier: Apache-2.0
#include "services/onboarding/people/convert.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/base/error.h"
#include "common/base/ids.h"
#include "common/base/status_macros.h"
#include "common/flow/validate.h"
#include "services/onboarding/people/fields.h"
#include "services/onboarding/people/rules.h"

namespace plumbline::onboarding {
namespace {

constexpr size_t kMaxRequestId = 128;
constexpr size_t kMaxReason = 1000;

// What all mutations have.
template <typename Request>
absl::Status CheckShared(const Request& request) {
  const auto check = [](absl::string_view field, const std::string& fault) {
    return fault.empty() ? absl::OkStatus() : base::FieldError(field, fault);
  };
  RETURN_IF_ERROR(check("request_id", flow::CheckText(request.request_id(), 0, kMaxRequestId)));
  return check("reason", flow::CheckText(request.reason(), 0, kMaxReason));
}

absl::StatusOr<std::vector<std::string>> ToFields(const google::protobuf::FieldMask& mask) {
  const absl::Span<const absl::string_view> known = PersonFields();
  std::vector<std::string> fields(mask.paths().begin(), mask.paths().end());
  std::vector<base::FieldViolation> violations;
  for (const std::string& field : fields) {
    if (std::find(known.begin(), known.end(), field) != known.end()) continue;
    violations.push_back({"update_mask", absl::StrCat("'", flow::ShortenText(field),
                                                      "' cannot be replaced; possible are ",
                                                      absl::StrJoin(known, ", "))});
  }
  RETURN_IF_ERROR(base::FieldErrors(violations));
  if (fields.empty()) fields = std::vector<std::string>(known.begin(), known.end());
  std::sort(fields.begin(), fields.end());
  fields.erase(std::unique(fields.begin(), fields.end()), fields.end());
  return fields;
}

template <typename Request>
absl::StatusOr<absl::Time> ToTime(const Request& request, absl::Time now) {
  if (!request.has_time()) return now;
  constexpr int64_t kYear1 = -62'135'596'800;
  constexpr int64_t kYear10000 = 253'402'300'800;
  const auto& time = request.time();
  if (time.seconds() < kYear1 || time.seconds() >= kYear10000 || time.nanos() < 0 ||
      time.nanos() > 999'999'999)
    return base::FieldError("time", "is no time between the years 0001 and 9999; give one of them");
  return absl::FromUnixSeconds(time.seconds()) + absl::Nanoseconds(time.nanos());
}

}  // namespace

absl::StatusOr<std::string> ToWorkspaceId(absl::string_view field, absl::string_view name) {
  ASSIGN_OR_RETURN(const auto parts, base::ParseName(field, name, "workspaces/*"));
  return parts[0];
}

absl::StatusOr<PersonKey> ToPersonKey(absl::string_view field, absl::string_view name) {
  ASSIGN_OR_RETURN(const auto parts, base::ParseName(field, name, "workspaces/*/people/**"));
  RETURN_IF_ERROR(CheckPersonId(field, parts[1]));
  return PersonKey{parts[0], parts[1]};
}

absl::StatusOr<CreatePersonCommand> ToCommand(const v1::CreatePersonRequest& request) {
  RETURN_IF_ERROR(CheckShared(request));
  ASSIGN_OR_RETURN(std::string workspace, ToWorkspaceId("parent", request.parent()));
  RETURN_IF_ERROR(CheckPersonId("person_id", request.person_id()));
  if (!request.has_person()) return base::FieldError("person", "is missing; give the record");
  CreatePersonCommand command{
      {std::move(workspace), request.person_id()}, request.person(), request.reason()};
  const std::string name = NameOf(command.key);
  if (!request.person().name().empty() && request.person().name() != name) {
    return base::FieldError("person.name",
                            absl::StrCat("is '", flow::ShortenText(request.person().name()),
                                         "', but parent and person_id say '", name,
                                         "'; leave it empty or make them agree"));
  }
  return command;
}

absl::StatusOr<UpdatePersonCommand> ToCommand(const v1::UpdatePersonRequest& request) {
  RETURN_IF_ERROR(CheckShared(request));
  if (!request.has_person()) return base::FieldError("person", "is missing; give the record");
  UpdatePersonCommand command;
  ASSIGN_OR_RETURN(command.key, ToPersonKey("person.name", request.person().name()));
  ASSIGN_OR_RETURN(command.fields, ToFields(request.update_mask()));
  command.content = request.person();
  command.etag = request.person().etag();
  command.allow_missing = request.allow_missing();
  command.reason = request.reason();
  return command;
}

absl::StatusOr<DeletePersonCommand> ToCommand(const v1::DeletePersonRequest& request) {
  RETURN_IF_ERROR(CheckShared(request));
  ASSIGN_OR_RETURN(PersonKey key, ToPersonKey("name", request.name()));
  return DeletePersonCommand{std::move(key), request.etag(), request.force(), request.reason()};
}

absl::StatusOr<ImportCommand> ToCommand(const v1::ImportPeopleRequest& request) {
  RETURN_IF_ERROR(CheckShared(request));
  ImportCommand command;
  ASSIGN_OR_RETURN(command.key.workspace, ToWorkspaceId("parent", request.parent()));
  ASSIGN_OR_RETURN(command.table, ReadPeopleTable(request.csv(), {request.columns().begin(),
                                                                  request.columns().end()}));
  command.reason = request.reason();
  return command;
}

absl::StatusOr<ResolveCommand> ToCommand(const v1::ResolvePersonRequest& request, absl::Time now) {
  ResolveCommand command;
  ASSIGN_OR_RETURN(command.key, ToPersonKey("name", request.name()));
  ASSIGN_OR_RETURN(command.time, ToTime(request, now));
  return command;
}

absl::StatusOr<ResolveCommand> ToCommand(const v1::ResolveRoleRequest& request, absl::Time now) {
  ResolveCommand command;
  ASSIGN_OR_RETURN(command.key.workspace, ToWorkspaceId("parent", request.parent()));
  ASSIGN_OR_RETURN(command.role, ParseRole("role", request.role()));
  if (command.role.group.empty() || !request.person().empty())
    RETURN_IF_ERROR(CheckPersonId("person", request.person()));
  command.key.person = request.person();
  ASSIGN_OR_RETURN(command.time, ToTime(request, now));
  return command;
}

}  // namespace plumbline::onboarding
