// SPDX-License-Identifier: Apache-2.0
//
// The rules of what speaks about attributes: conditions, arguments and outputs.
#ifndef PLUMBLINE_COMMON_FLOW_VALIDATE_EXPRESSIONS_H_
#define PLUMBLINE_COMMON_FLOW_VALIDATE_EXPRESSIONS_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "common/base/error.h"
#include "common/expr/schema.h"
#include "common/flow/attribute.h"
#include "common/flow/tree.h"

namespace plumbline::flow {

// Appends what is wrong with the condition, the leave condition, the arguments and the outputs of
// one node whose field is at `path`. `attributes` are those of the process; `parent` is nullptr for
// the root. O(size of the texts).
void ValidateExpressions(const Node& node, const Node* parent, const expr::Schema& attributes,
                         absl::string_view path, std::vector<base::FieldViolation>* violations);

// What is wrong with the arguments of a call, once it is known what is called: attributes that
// `called` does not have, values that do not fit, and attributes that need a value and get none.
// `caller` are the attributes of the calling process; `path` is the field of the node. Both
// processes are valid. O(arguments * attributes).
std::vector<base::FieldViolation> CheckArguments(const Node& call,
                                                 const std::vector<Attribute>& caller,
                                                 const std::vector<Attribute>& called,
                                                 absl::string_view path);

}  // namespace plumbline::flow

#endif  // PLUMBLINE_COMMON_FLOW_VALIDATE_EXPRESSIONS_H_
