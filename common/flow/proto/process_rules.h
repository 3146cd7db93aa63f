// SPDX-License-Identifier: Apache-2.0
//
// The rules of a whole process: what stands beside its tree, and the tree.
#ifndef PLUMBLINE_COMMON_FLOW_PROTO_PROCESS_RULES_H_
#define PLUMBLINE_COMMON_FLOW_PROTO_PROCESS_RULES_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "common/base/error.h"
#include "google/protobuf/map.h"
#include "plumbline/catalog/v1/process.pb.h"

namespace plumbline::flow {

// Every breach of the rules that process.proto states for what a person writes (title, purpose,
// owner, target, labels, attributes, milestones, escalations, root); `name`, `etag` and the
// output-only fields are not looked at. `path` is the field of the process in the request
// ("process"). Empty = valid. At most kMaxViolations; those of the tree's shape before those of its
// meaning, which are listed only once the shape is right. O(size of the message).
std::vector<base::FieldViolation> ValidateProcess(const catalog::v1::Process& process,
                                                  absl::string_view path);

// Appends every breach of the rules of labels, which all resources share: up to 64, keys are ids,
// values have up to 200 characters. `path` is the field of the resource ("process").
void CheckLabels(const google::protobuf::Map<std::string, std::string>& labels,
                 absl::string_view path, std::vector<base::FieldViolation>* violations);

}  // namespace plumbline::flow

#endif  // PLUMBLINE_COMMON_FLOW_PROTO_PROCESS_RULES_H_
