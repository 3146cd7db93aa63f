// SPDX-License-Identifier: Apache-2.0
#ifndef PLUMBLINE_COMMON_FLOW_VALIDATE_H_
#define PLUMBLINE_COMMON_FLOW_VALIDATE_H_

#include <vector>

#include "absl/strings/string_view.h"
#include "common/base/error.h"
#include "common/flow/tree.h"

namespace plumbline::flow {

// Every breach of the rules that process.proto states, with the path of the field below `path`
// ("process.root.sequence.nodes[2].step.role"); empty = valid. A tree that is valid cannot
// deadlock. Walks without recursion deeper than kMaxDepth. At most 50 violations are listed.
// O(nodes).
std::vector<base::FieldViolation> Validate(const Node& root, absl::string_view path);

}  // namespace plumbline::flow

#endif  // PLUMBLINE_COMMON_FLOW_VALIDATE_H_
