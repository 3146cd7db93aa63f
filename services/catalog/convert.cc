// SPDX-License-Identifier: Apache-2.0
#include "services/catalog/convert.h"

#include <algorithm>
#include <limits>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/base/error.h"
#include "common/base/ids.h"
#include "common/base/status_macros.h"
#include "common/listing/request.h"
#include "services/catalog/content.h"
#include "services/catalog/fields.h"

namespace plumbline::catalog {
namespace {

constexpr size_t kMaxRequestId = 128;
constexpr size_t kMaxReason = 1000;
constexpr char kLatest[] = "latest";
constexpr absl::string_view kFreshnessPrefix = "p";
constexpr absl::string_view kNow = "now";

absl::StatusOr<ProcessKey> ToKey(absl::string_view field, absl::string_view name) {
  ASSIGN_OR_RETURN(auto ids, base::ParseName(field, name, "workspaces/*/processes/*"));
  return ProcessKey{ids[0], ids[1]};
}

size_t Characters(absl::string_view text) {
  return std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xC0) != 0x80; });
}

// A decimal number above 0 in its only spelling.
bool ParseRevision(absl::string_view text, int64_t* revision) {
  return !text.empty() && text[0] != '0' &&
         std::all_of(text.begin(), text.end(), absl::ascii_isdigit) &&
         absl::SimpleAtoi(text, revision);
}

}  // namespace

absl::StatusOr<std::string> ToWorkspace(absl::string_view parent) {
  ASSIGN_OR_RETURN(auto ids, base::ParseName("parent", parent, "workspaces/*"));
  return ids[0];
}

absl::StatusOr<std::vector<std::string>> ToFields(const google::protobuf::FieldMask& mask,
                                                  absl::Span<const absl::string_view> known) {
  std::vector<std::string> fields(mask.paths().begin(), mask.paths().end());
  std::vector<base::FieldViolation> violations;
  for (const std::string& field : fields) {
    if (std::find(known.begin(), known.end(), field) != known.end()) continue;
    violations.push_back(
        {"update_mask", absl::StrCat("'", field, "' cannot be replaced; possible are ",
                                     absl::StrJoin(known, ", "))});
  }
  RETURN_IF_ERROR(base::FieldErrors(violations));
  if (fields.empty())
    for (absl::string_view field : known) fields.emplace_back(field);
  std::sort(fields.begin(), fields.end());
  fields.erase(std::unique(fields.begin(), fields.end()), fields.end());
  return fields;
}

absl::Status CheckRequestId(absl::string_view request_id) {
  if (request_id.size() <= kMaxRequestId &&
      std::all_of(request_id.begin(), request_id.end(), absl::ascii_isprint)) {
    return absl::OkStatus();
  }
  return base::FieldError(
      "request_id", absl::StrCat("has ", request_id.size(), " characters; it must be 1 to ",
                                 kMaxRequestId, " printable ASCII characters, for example a UUID"));
}

absl::StatusOr<CreateCommand> ToCommand(const v1::CreateProcessRequest& request) {
  RETURN_IF_ERROR(CheckRequestId(request.request_id()));
  ASSIGN_OR_RETURN(std::string workspace, ToWorkspace(request.parent()));
  RETURN_IF_ERROR(base::CheckId("process_id", request.process_id()));
  if (!request.has_process())
    return base::FieldError("process", "is missing; give the process to create");
  CreateCommand command{{workspace, request.process_id()}, request.process()};
  const std::string name = NameOf(command.key);
  if (!request.process().name().empty() && request.process().name() != name) {
    return base::FieldError("process.name", absl::StrCat("is '", request.process().name(),
                                                         "', but parent and process_id say '", name,
                                                         "'; leave it empty or make them agree"));
  }
  return command;
}

absl::StatusOr<UpdateCommand> ToCommand(const v1::UpdateProcessRequest& request) {
  RETURN_IF_ERROR(CheckRequestId(request.request_id()));
  if (!request.has_process())
    return base::FieldError("process", "is missing; give the process to update");
  UpdateCommand command;
  ASSIGN_OR_RETURN(command.key, ToKey("process.name", request.process().name()));
  ASSIGN_OR_RETURN(command.fields, ToFields(request.update_mask(), ContentFields()));
  command.content = request.process();
  command.etag = request.process().etag();
  command.allow_missing = request.allow_missing();
  return command;
}

absl::StatusOr<PublishCommand> ToCommand(const v1::PublishProcessRequest& request) {
  RETURN_IF_ERROR(CheckRequestId(request.request_id()));
  ASSIGN_OR_RETURN(ProcessKey key, ToKey("name", request.name()));
  if (const size_t length = Characters(request.reason()); length > kMaxReason) {
    return base::FieldError("reason", absl::StrCat("has ", length, " characters; at most ",
                                                   kMaxReason, " are possible: shorten it"));
  }
  return PublishCommand{std::move(key), request.etag(), request.reason()};
}

absl::StatusOr<ListCommand> ToCommand(const v1::ListProcessesRequest& request) {
  ListCommand command;
  ASSIGN_OR_RETURN(command.workspace, ToWorkspace(request.parent()));
  ASSIGN_OR_RETURN(command.query,
                   listing::ToQuery("ListProcesses", request.parent(), request, ProcessSchema()));
  return command;
}

absl::StatusOr<ListRevisionsCommand> ToCommand(const v1::ListProcessRevisionsRequest& request) {
  ListRevisionsCommand command;
  ASSIGN_OR_RETURN(command.key, ToKey("name", request.name()));
  ASSIGN_OR_RETURN(command.query, listing::ToQuery("ListProcessRevisions", request.name(), request,
                                                   RevisionSchema()));
  return command;
}

absl::StatusOr<ProcessRef> ToRef(absl::string_view field, absl::string_view name) {
  ProcessRef ref;
  const size_t at = name.find('@');
  ASSIGN_OR_RETURN(ref.key, ToKey(field, name.substr(0, at)));
  if (at == absl::string_view::npos) return ref;
  const absl::string_view selector = name.substr(at + 1);
  if (selector == kLatest) {
    ref.form = ProcessRef::Form::kLatest;
  } else if (ParseRevision(selector, &ref.revision)) {
    ref.form = ProcessRef::Form::kRevision;
  } else {
    return base::FieldError(
        field, absl::StrCat("is '", name,
                            "'; after '@' comes the number of a revision, from 1, or ", kLatest));
  }
  return ref;
}

std::string ToFreshnessToken(int64_t position) { return absl::StrCat(kFreshnessPrefix, position); }

absl::StatusOr<int64_t> ToPosition(absl::string_view freshness_token) {
  if (freshness_token.empty()) return -1;
  if (freshness_token == kNow) return std::numeric_limits<int64_t>::max();
  int64_t position = 0;
  if (freshness_token.substr(0, 1) == kFreshnessPrefix &&
      absl::SimpleAtoi(freshness_token.substr(1), &position) && position >= 0 &&
      ToFreshnessToken(position) == freshness_token) {
    return position;
  }
  return base::FieldError(
      "min_freshness",
      "is not a freshness_token; pass what a write returned unchanged, 'now', or leave it empty");
}

}  // namespace plumbline::catalog
