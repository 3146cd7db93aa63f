// SPDX-License-Identifier: Apache-2.0
#include "services/catalog/diff/convert.h"

#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "common/base/status_macros.h"
#include "services/catalog/processes/convert.h"

namespace plumbline::catalog {
namespace {

using flow::DifferenceKind;
using Proto = v1::Difference;

Proto::Kind ToProto(DifferenceKind kind) {
  switch (kind) {
    case DifferenceKind::kAdded:
      return Proto::KIND_NODE_ADDED;
    case DifferenceKind::kRemoved:
      return Proto::KIND_NODE_REMOVED;
    case DifferenceKind::kMoved:
      return Proto::KIND_NODE_MOVED;
    case DifferenceKind::kReordered:
      return Proto::KIND_NODE_REORDERED;
    case DifferenceKind::kReidentified:
      return Proto::KIND_NODE_REIDENTIFIED;
    case DifferenceKind::kNodeKind:
      return Proto::KIND_NODE_KIND;
    case DifferenceKind::kTitle:
      return Proto::KIND_TITLE;
    case DifferenceKind::kPurpose:
      return Proto::KIND_PURPOSE;
    case DifferenceKind::kOwner:
      return Proto::KIND_OWNER;
    case DifferenceKind::kLabel:
      return Proto::KIND_LABEL;
    case DifferenceKind::kOptional:
      return Proto::KIND_OPTIONAL;
    case DifferenceKind::kDecider:
      return Proto::KIND_DECIDER;
    case DifferenceKind::kCall:
      return Proto::KIND_CALL;
    case DifferenceKind::kRole:
      return Proto::KIND_ROLE;
    case DifferenceKind::kTarget:
      return Proto::KIND_TARGET;
    case DifferenceKind::kEarliestDay:
      return Proto::KIND_EARLIEST_DAY;
    case DifferenceKind::kUtility:
      return Proto::KIND_UTILITY;
    case DifferenceKind::kChecklist:
      return Proto::KIND_CHECKLIST;
    case DifferenceKind::kDefectKind:
      return Proto::KIND_DEFECT_KIND;
    case DifferenceKind::kInstructions:
      return Proto::KIND_INSTRUCTIONS;
    case DifferenceKind::kOutput:
      return Proto::KIND_OUTPUT;
    case DifferenceKind::kVerifier:
      return Proto::KIND_VERIFIER;
    case DifferenceKind::kWaiverApprover:
      return Proto::KIND_WAIVER_APPROVER;
    case DifferenceKind::kAttribute:
      return Proto::KIND_ATTRIBUTE;
    case DifferenceKind::kCondition:
      return Proto::KIND_CONDITION;
    case DifferenceKind::kLeaveWhen:
      return Proto::KIND_LEAVE_WHEN;
    case DifferenceKind::kArgument:
      return Proto::KIND_ARGUMENT;
    case DifferenceKind::kTemplate:
      return Proto::KIND_TEMPLATE;
    case DifferenceKind::kAutomation:
      return Proto::KIND_AUTOMATION;
    case DifferenceKind::kMilestone:
      return Proto::KIND_MILESTONE;
    case DifferenceKind::kEscalation:
      return Proto::KIND_ESCALATION;
  }
  return Proto::KIND_UNSPECIFIED;
}

v1::DiffRevisionsResponse::Verdict ToProto(flow::Verdict verdict) {
  switch (verdict) {
    case flow::Verdict::kIdentical:
      return v1::DiffRevisionsResponse::VERDICT_IDENTICAL;
    case flow::Verdict::kCosmetic:
      return v1::DiffRevisionsResponse::VERDICT_COSMETIC;
    case flow::Verdict::kCompatible:
      return v1::DiffRevisionsResponse::VERDICT_COMPATIBLE;
    case flow::Verdict::kNeedsMigration:
      return v1::DiffRevisionsResponse::VERDICT_NEEDS_MIGRATION;
  }
  return v1::DiffRevisionsResponse::VERDICT_UNSPECIFIED;
}

Proto ToProto(const flow::Difference& difference) {
  Proto proto;
  proto.set_kind(ToProto(difference.kind));
  proto.set_verdict(ToProto(difference.verdict));
  proto.set_why(difference.why);
  proto.set_node(difference.node);
  proto.set_title(difference.title);
  proto.set_path(difference.path);
  proto.set_item(difference.item);
  proto.set_before(difference.before);
  proto.set_after(difference.after);
  proto.set_node_count(difference.nodes);
  return proto;
}

}  // namespace

absl::StatusOr<DiffCommand> ToCommand(const v1::DiffRevisionsRequest& request) {
  DiffCommand command;
  ASSIGN_OR_RETURN(command.before, ToRef("name", request.name()));
  if (request.has_content()) {
    if (!request.other_name().empty()) {
      return base::FieldError("other_name",
                              "is given beside content; compare with one of them and leave the "
                              "other empty");
    }
    command.content = request.content();
    return command;
  }
  if (request.other_name().empty()) {
    command.after.key = command.before.key;
    return command;
  }
  ASSIGN_OR_RETURN(command.after, ToRef("other_name", request.other_name()));
  if (command.after.key.workspace != command.before.key.workspace) {
    return base::FieldError(
        "other_name", absl::StrCat("is '", request.other_name(), "', of another workspace than '",
                                   request.name(), "'; compare processes of one workspace"));
  }
  return command;
}

v1::DiffRevisionsResponse ToResponse(const Compared& compared) {
  v1::DiffRevisionsResponse response;
  response.set_name(compared.before);
  response.set_other_name(compared.after);
  response.set_verdict(ToProto(compared.diff.verdict));
  for (const flow::Difference& difference : compared.diff.differences)
    *response.add_differences() = ToProto(difference);
  return response;
}

}  // namespace plumbline::catalog
