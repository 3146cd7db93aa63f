// SPDX-License-Identifier: Apache-2.0
#include "services/onboarding/engine/outputs.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/base/error.h"
#include "common/flow/validate.h"

namespace plumbline::onboarding {
namespace {

const flow::PlanScope& ScopeOf(const FrozenPlan& plan, flow::NodeIndex step) {
  return plan.plan.scopes()[static_cast<size_t>(plan.plan.node(step).scope)];
}

// What is wrong with one value; "" = nothing.
std::string FaultOf(const FrozenPlan& plan, flow::NodeIndex step,
                    const std::vector<std::string>& ids, const std::string& id,
                    const std::string& text) {
  if (std::find(ids.begin(), ids.end(), id) == ids.end()) {
    return absl::StrCat("'", flow::ShortenText(id), "' is no output of this step; ",
                        ids.empty() ? "it has none" : "it has " + absl::StrJoin(ids, ", "));
  }
  const flow::Attribute* attribute = flow::FindAttribute(
      ScopeOf(plan, step).attributes, absl::string_view(id).substr(id.rfind('.') + 1));
  // Publishing lets only attributes pass that there are.
  if (attribute == nullptr) return "is no attribute of the process";
  return std::string(flow::TakeValue(*attribute, text).status().message());
}

}  // namespace

std::vector<std::string> OutputIds(const FrozenPlan& plan, flow::NodeIndex step) {
  std::vector<std::string> ids;
  for (const std::string& id : plan.plan.node(step).step.outputs)
    ids.push_back(absl::StrCat(flow::KeyPrefix(plan.plan, plan.plan.node(step).scope), id));
  return ids;
}

absl::Status CheckOutputs(const Run& run, flow::NodeIndex step,
                          const flow::AttributeValues& outputs) {
  const std::vector<std::string> ids = OutputIds(*run.plan, step);
  if (ids.empty() && outputs.empty()) return absl::OkStatus();
  std::vector<base::FieldViolation> violations;
  for (const auto& [id, text] : outputs) {
    const std::string fault = FaultOf(*run.plan, step, ids, id, text);
    if (!fault.empty())
      violations.push_back({absl::StrCat("outputs[", flow::ShortenText(id), "]"), fault});
  }
  if (!violations.empty()) return base::FieldErrors(violations);
  const flow::AttributeValues known = flow::AllValues(run.plan->plan, run.attributes);
  std::vector<std::string> missing;
  for (const std::string& id : ids) {
    if (!outputs.contains(id) && !known.contains(id)) missing.push_back(id);
  }
  if (missing.empty()) return absl::OkStatus();
  return base::Error(
             base::Reason::ERROR_REASON_OUTPUTS_MISSING,
             absl::StrCat("the step is to yield ", absl::StrJoin(missing, ", "), "; give ",
                          missing.size() == 1 ? "its value" : "their values", " in `outputs`"))
      .With("missing", absl::StrJoin(missing, ","));
}

void SetOutputs(Run& run, const flow::AttributeValues& outputs) {
  for (const auto& [id, text] : outputs) run.attributes[id] = text;
}

flow::AttributeValues OwnValues(const Run& run) {
  flow::AttributeValues own;
  for (const auto& [id, text] : run.attributes) {
    if (flow::FindAttribute(AttributesOf(*run.plan), id) != nullptr) own.emplace(id, text);
  }
  return own;
}

}  // namespace plumbline::onboarding
