// SPDX-License-Identifier: Apache-2.0
//
// Steps that processes share: their rules, and what a step that uses one takes from it.
#ifndef PLUMBLINE_COMMON_FLOW_PROTO_STEP_TEMPLATE_H_
#define PLUMBLINE_COMMON_FLOW_PROTO_STEP_TEMPLATE_H_

#include <vector>

#include "absl/strings/string_view.h"
#include "common/base/error.h"
#include "plumbline/catalog/v1/step.pb.h"

namespace plumbline::flow {

// Every breach of the rules that step.proto states for what a person writes. `path` is the field of
// the template in the request ("step"). Empty = valid. At most kMaxViolations. O(size).
std::vector<base::FieldViolation> ValidateStepTemplate(const catalog::v1::StepTemplate& step,
                                                       absl::string_view path);

// Fills a node that is a step with what it does not say itself, as StepTemplate in step.proto
// states; `uses` stays as it is. Doing it again changes nothing. O(size).
void LayUnder(const catalog::v1::StepTemplate& step, catalog::v1::Node* node);

}  // namespace plumbline::flow

#endif  // PLUMBLINE_COMMON_FLOW_PROTO_STEP_TEMPLATE_H_
