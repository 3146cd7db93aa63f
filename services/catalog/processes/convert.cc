// SPDX-License-Identifier: Apache-2.0
#include "services/catalog/processes/convert.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "common/base/ids.h"
#include "common/base/status_macros.h"
#include "common/listing/request.h"
#include "services/catalog/processes/batch.h"
#include "services/catalog/processes/content.h"
#include "services/catalog/processes/convert_parts.h"
#include "services/catalog/processes/fields.h"

namespace plumbline::catalog {
namespace {

constexpr size_t kMaxRequestId = 128;
constexpr absl::string_view kFreshnessPrefix = "p";
constexpr absl::string_view kNow = "now";

// What one request of a batch leaves to the batch.
absl::Status CheckPart(const v1::UpdateProcessRequest& request) {
  if (!request.request_id().empty()) {
    return base::FieldError("request_id",
                            "is given; leave it empty: that of the batch counts for all");
  }
  if (request.validate_only()) {
    return base::FieldError("validate_only",
                            "is true; leave it out: that of the batch counts for all");
  }
  return absl::OkStatus();
}

// `first`: where the process stands in the batch for the first time.
absl::Status CheckPlace(const std::string& workspace, const ProcessKey& key, int first, int place) {
  if (key.workspace != workspace) {
    return base::FieldError("process.name",
                            absl::StrCat("is '", NameOf(key), "', but parent says 'workspaces/",
                                         workspace, "'; a batch is of one workspace"));
  }
  if (first != place) {
    return base::FieldError("process.name", absl::StrCat("is '", NameOf(key), "', as in requests[",
                                                         first, "]; name each process once"));
  }
  return absl::OkStatus();
}

// The request at `place` of a batch; `places` are those of the processes before it, to which it is
// added. Its errors are its own, as if it had come alone.
absl::StatusOr<UpdateCommand> ToPart(const v1::UpdateProcessRequest& request,
                                     const std::string& workspace, int place,
                                     absl::flat_hash_map<std::string, int>* places) {
  RETURN_IF_ERROR(CheckPart(request));
  ASSIGN_OR_RETURN(UpdateCommand update, ToCommand(request));
  const int first = places->try_emplace(update.key.process, place).first->second;
  RETURN_IF_ERROR(CheckPlace(workspace, update.key, first, place));
  return update;
}

}  // namespace

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
  RETURN_IF_ERROR(CheckReason(request.reason()));
  ASSIGN_OR_RETURN(std::string workspace, ToWorkspace(request.parent()));
  RETURN_IF_ERROR(base::CheckId("process_id", request.process_id()));
  if (!request.has_process())
    return base::FieldError("process", "is missing; give the process to create");
  CreateCommand command{
      {workspace, request.process_id()}, &request.process(), request.reason(), request.publish()};
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
  RETURN_IF_ERROR(CheckReason(request.reason()));
  if (!request.has_process())
    return base::FieldError("process", "is missing; give the process to update");
  UpdateCommand command;
  ASSIGN_OR_RETURN(command.key, ToKey("process.name", request.process().name()));
  ASSIGN_OR_RETURN(command.fields, ToFields(request.update_mask(), ContentFields()));
  command.content = &request.process();
  command.etag = request.process().etag();
  command.allow_missing = request.allow_missing();
  command.create_only = request.create_only();
  if (command.create_only && !command.allow_missing) {
    return base::FieldError("create_only",
                            "is true, but allow_missing is not, so that nothing could be done; "
                            "set both, or neither");
  }
  command.reason = request.reason();
  command.publish = request.publish();
  return command;
}

absl::StatusOr<BatchCommand> ToCommand(const v1::BatchUpdateProcessesRequest& request) {
  RETURN_IF_ERROR(CheckRequestId(request.request_id()));
  BatchCommand command;
  ASSIGN_OR_RETURN(command.key.workspace, ToWorkspace(request.parent()));
  if (request.requests().empty() || request.requests_size() > kMostUpdates) {
    return base::FieldError("requests",
                            absl::StrCat("has ", request.requests_size(), " entries; give 1 to ",
                                         kMostUpdates, ", and more in further batches"));
  }
  absl::flat_hash_map<std::string, int> places;  // by process
  for (int i = 0; i < request.requests_size(); ++i) {
    const v1::UpdateProcessRequest& one = request.requests(i);
    absl::StatusOr<UpdateCommand> update = ToPart(one, command.key.workspace, i, &places);
    if (!update.ok()) return OfRequest(update.status(), i, one.process().name());
    command.updates.push_back(*std::move(update));
  }
  return command;
}

absl::StatusOr<PublishCommand> ToCommand(const v1::PublishProcessRequest& request) {
  RETURN_IF_ERROR(CheckRequestId(request.request_id()));
  RETURN_IF_ERROR(CheckReason(request.reason()));
  ASSIGN_OR_RETURN(ProcessKey key, ToKey("name", request.name()));
  ASSIGN_OR_RETURN(Period effective, ToPeriod(request));
  return PublishCommand{std::move(key), request.etag(), request.reason(), effective};
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

std::optional<ProcessRef> ToSelector(absl::string_view selector) {
  ProcessRef ref;
  if (selector == kLatest) {
    ref.form = ProcessRef::Form::kLatest;
  } else if (ParseRevision(selector, &ref.revision)) {
    ref.form = ProcessRef::Form::kRevision;
  } else if (base::IsValidId(selector)) {
    ref.form = ProcessRef::Form::kTag;
    ref.tag = std::string(selector);
  } else {
    return std::nullopt;
  }
  return ref;
}

absl::StatusOr<ProcessRef> ToRef(absl::string_view field, absl::string_view name) {
  const size_t at = name.find('@');
  ASSIGN_OR_RETURN(ProcessKey key, ToKey(field, name.substr(0, at)));
  if (at == absl::string_view::npos) return ProcessRef{.key = std::move(key)};
  std::optional<ProcessRef> ref = ToSelector(name.substr(at + 1));
  if (!ref.has_value()) {
    return base::FieldError(
        field,
        absl::StrCat("is '", name,
                     "'; after '@' comes the number of a revision, from 1, a tag, or ", kLatest));
  }
  ref->key = std::move(key);
  return *std::move(ref);
}

absl::StatusOr<ProcessRef> ToRef(const v1::GetProcessRequest& request) {
  ASSIGN_OR_RETURN(ProcessRef ref, ToRef("name", request.name()));
  ASSIGN_OR_RETURN(
      ref.at, ToTime("effective_time", request.has_effective_time(), request.effective_time()));
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
