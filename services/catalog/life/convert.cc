// SPDX-License-Identifier: Apache-2.0
#include "services/catalog/life/convert.h"

#include <array>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "common/base/error.h"
#include "common/base/ids.h"
#include "common/base/status_macros.h"
#include "services/catalog/processes/convert.h"
#include "services/catalog/processes/convert_parts.h"

namespace plumbline::catalog {
namespace {

constexpr std::array<const char*, 3> kReservedTags = {kLatest, "draft", "head"};

// The parts that every mutation of one process has. A number after "@" is refused.
template <typename Command, typename Request>
absl::StatusOr<Command> ToHeadCommand(const Request& request) {
  Command command;
  RETURN_IF_ERROR(CheckRequestId(request.request_id()));
  RETURN_IF_ERROR(CheckReason(request.reason()));
  ASSIGN_OR_RETURN(command.key, ToKey("name", request.name()));
  command.reason = request.reason();
  return command;
}

// The same of one process or one revision.
template <typename Command, typename Request>
absl::StatusOr<Command> ToRevisionCommand(const Request& request, bool required) {
  Command command;
  RETURN_IF_ERROR(CheckRequestId(request.request_id()));
  RETURN_IF_ERROR(CheckReason(request.reason()));
  ASSIGN_OR_RETURN(KeyAndRevision named, ToKeyAndRevision("name", request.name()));
  if (required && named.revision == 0) {
    return base::FieldError(
        "name", absl::StrCat("is '", request.name(), "'; add '@' and the number of the revision"));
  }
  command.key = std::move(named.key);
  command.revision = named.revision;
  command.etag = request.etag();
  command.reason = request.reason();
  return command;
}

template <typename Request>
absl::StatusOr<RetireCommand> ToRetireCommand(const Request& request) {
  ASSIGN_OR_RETURN(RetireCommand command, ToRevisionCommand<RetireCommand>(request, false));
  command.allow_in_use = request.allow_in_use();
  command.replacement = request.replacement();
  if (command.replacement.empty()) return command;
  absl::string_view id = command.replacement;
  if (!absl::ConsumePrefix(&id, "processes/") || !base::IsValidId(id)) {
    return base::FieldError("replacement",
                            absl::StrCat("is '", command.replacement, "'; write 'processes/{p}'"));
  }
  if (id == command.key.process)
    return base::FieldError("replacement", "is the process itself; name another one");
  return command;
}

template <typename Request>
absl::StatusOr<ApprovalCommand> ToApprovalCommand(const Request& request) {
  ASSIGN_OR_RETURN(ApprovalCommand command, ToHeadCommand<ApprovalCommand>(request));
  command.etag = request.etag();
  return command;
}

template <typename Request>
absl::StatusOr<TagCommand> ToTagCommand(const Request& request) {
  ASSIGN_OR_RETURN(TagCommand command, ToHeadCommand<TagCommand>(request));
  RETURN_IF_ERROR(base::CheckId("tag", request.tag()));
  for (const absl::string_view reserved : kReservedTags) {
    if (request.tag() == reserved) {
      return base::FieldError(
          "tag",
          absl::StrCat("is '", reserved, "', which has a meaning of its own; choose another"));
    }
  }
  command.tag = request.tag();
  command.expected = request.expected_revision();
  return command;
}

// To delete or lock a tag one must know where it points.
template <typename Request>
absl::StatusOr<TagCommand> ToKnownTagCommand(const Request& request) {
  ASSIGN_OR_RETURN(TagCommand command, ToTagCommand(request));
  if (command.expected >= 1) return command;
  return base::FieldError(
      "expected_revision",
      absl::StrCat("is ", command.expected, "; give the revision that the tag names now, from 1"));
}

}  // namespace

absl::StatusOr<DeleteCommand> ToCommand(const v1::DeleteProcessRequest& request) {
  ASSIGN_OR_RETURN(DeleteCommand command, ToHeadCommand<DeleteCommand>(request));
  command.etag = request.etag();
  command.allow_in_use = request.allow_in_use();
  return command;
}

absl::StatusOr<RestoreCommand> ToCommand(const v1::RestoreRevisionRequest& request) {
  ASSIGN_OR_RETURN(RestoreCommand command, ToRevisionCommand<RestoreCommand>(request, true));
  command.publish = request.publish();
  return command;
}

absl::StatusOr<PeriodCommand> ToCommand(const v1::SetEffectivePeriodRequest& request) {
  ASSIGN_OR_RETURN(PeriodCommand command, ToRevisionCommand<PeriodCommand>(request, true));
  ASSIGN_OR_RETURN(command.effective, ToPeriod(request));
  command.allow_in_use = request.allow_in_use();
  return command;
}

absl::StatusOr<RetireCommand> ToCommand(const v1::DeprecateProcessRequest& request) {
  return ToRetireCommand(request);
}
absl::StatusOr<RetireCommand> ToCommand(const v1::ArchiveProcessRequest& request) {
  return ToRetireCommand(request);
}
absl::StatusOr<ReinstateCommand> ToCommand(const v1::ReinstateProcessRequest& request) {
  return ToRevisionCommand<ReinstateCommand>(request, false);
}

absl::StatusOr<ApprovalCommand> ToCommand(const v1::SubmitForApprovalRequest& request) {
  return ToApprovalCommand(request);
}

absl::StatusOr<ApprovalCommand> ToCommand(const v1::ApproveDraftRequest& request) {
  ASSIGN_OR_RETURN(ApprovalCommand command, ToApprovalCommand(request));
  if (!command.etag.empty()) return command;
  return base::FieldError("etag", "is missing; give that of the draft that you looked at");
}

absl::StatusOr<ApprovalCommand> ToCommand(const v1::RejectDraftRequest& request) {
  ASSIGN_OR_RETURN(ApprovalCommand command, ToApprovalCommand(request));
  if (!command.reason.empty()) return command;
  return base::FieldError("reason", "is missing; say what is to be changed");
}

absl::StatusOr<TagCommand> ToCommand(const v1::SetTagRequest& request) {
  ASSIGN_OR_RETURN(TagCommand command, ToTagCommand(request));
  if (request.revision() < 1) {
    return base::FieldError(
        "revision", absl::StrCat("is ", request.revision(), "; give a published revision, from 1"));
  }
  if (command.expected < 0) {
    return base::FieldError("expected_revision", absl::StrCat("is ", command.expected,
                                                              "; give the revision that the "
                                                              "tag names now, or 0 for a new tag"));
  }
  command.revision = request.revision();
  return command;
}
absl::StatusOr<TagCommand> ToCommand(const v1::DeleteTagRequest& request) {
  ASSIGN_OR_RETURN(TagCommand command, ToKnownTagCommand(request));
  command.allow_in_use = request.allow_in_use();
  return command;
}
absl::StatusOr<TagCommand> ToCommand(const v1::LockTagRequest& request) {
  return ToKnownTagCommand(request);
}

}  // namespace plumbline::catalog
