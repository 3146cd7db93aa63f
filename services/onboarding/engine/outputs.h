// SPDX-License-Identifier: Apache-2.0
//
// What steps yield: values of attributes of the process in which they are written.
#ifndef PLUMBLINE_SERVICES_ONBOARDING_ENGINE_OUTPUTS_H_
#define PLUMBLINE_SERVICES_ONBOARDING_ENGINE_OUTPUTS_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "services/onboarding/engine/run.h"

namespace plumbline::onboarding {

// The ids under which a run knows the outputs of a step: "amount" in the process itself,
// "deal-desk.amount" inside the call "deal-desk".
std::vector<std::string> OutputIds(const FrozenPlan& plan, flow::NodeIndex step);

// FIELD_INVALID for values that the step does not yield or that its attributes do not take;
// OUTPUTS_MISSING if one that it yields has no value, neither given nor before. O(scopes *
// attributes).
absl::Status CheckOutputs(const Run& run, flow::NodeIndex step,
                          const flow::AttributeValues& outputs);

// Sets values that were checked.
void SetOutputs(Run& run, const flow::AttributeValues& outputs);

// The values of the attributes of the process itself, without what steps yielded inside calls.
flow::AttributeValues OwnValues(const Run& run);

}  // namespace plumbline::onboarding

#endif  // PLUMBLINE_SERVICES_ONBOARDING_ENGINE_OUTPUTS_H_
