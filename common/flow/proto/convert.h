// SPDX-License-Identifier: Apache-2.0
//
// The tree, and what stands beside it, between its two forms: messages of process.proto and values
// of common/flow.
#ifndef PLUMBLINE_COMMON_FLOW_PROTO_CONVERT_H_
#define PLUMBLINE_COMMON_FLOW_PROTO_CONVERT_H_

#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "common/base/error.h"
#include "common/flow/plan.h"
#include "common/flow/process.h"
#include "common/flow/tree.h"
#include "plumbline/catalog/v1/process.pb.h"

namespace plumbline::flow {

// The tree of a message whose field is at `path` ("process.root"). Checks shape only: every node
// says what it is, every loop has a body, kMaxDepth and kMaxNodes hold; Validate checks the rest.
// PROCESS_INVALID lists the violations, with the paths of the proto fields. A message of any depth
// is safe: nothing deeper than kMaxDepth is visited or built. O(nodes).
absl::StatusOr<Node> FromProto(const catalog::v1::Node& proto, absl::string_view path);

// The same, appending the violations to `violations`; the result is of use only if it appended
// none.
Node FromProto(const catalog::v1::Node& proto, absl::string_view path,
               std::vector<base::FieldViolation>* violations);

// The attributes of a process, of any content: ValidateProcess checks it.
std::vector<Attribute> AttributesFromProto(
    const google::protobuf::RepeatedPtrField<catalog::v1::Attribute>& protos);

// The message of an attribute.
catalog::v1::Attribute ToProto(const Attribute& attribute);

// Milestones and rules of escalation, of any content: ValidateProcess checks them. AimsFromProto
// fills in both lists.
void AimsFromProto(const catalog::v1::Process& proto, ProcessContent* content);
catalog::v1::Milestone ToProto(const Milestone& milestone);
catalog::v1::EscalationRule ToProto(const EscalationRule& rule);

// A process as a plan needs it. Errors as for its tree, whose field is at "root".
absl::StatusOr<PlanSource> SourceFromProto(const catalog::v1::Process& proto);

// What a person writes of a process; `name` and what the catalog fills in are not looked at. Errors
// as for its tree, whose field is at "root".
absl::StatusOr<ProcessContent> ContentFromProto(const catalog::v1::Process& proto);

// The message of a tree that keeps kMaxDepth. FromProto(ToProto(tree)) == tree for every valid
// tree.
catalog::v1::Node ToProto(const Node& tree);

}  // namespace plumbline::flow

#endif  // PLUMBLINE_COMMON_FLOW_PROTO_CONVERT_H_
