// SPDX-License-Identifier: Apache-2.0
#include "common/flow/proto/step_template.h"

#include <algorithm>
#include <string>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_cat.h"
#include "common/flow/proto/convert.h"
#include "common/flow/proto/process_rules.h"
#include "common/flow/validate.h"

namespace plumbline::flow {
namespace {

using catalog::v1::ChecklistItem;
using catalog::v1::Step;
using catalog::v1::StepTemplate;
using Ids = google::protobuf::RepeatedPtrField<std::string>;
using Checklist = google::protobuf::RepeatedPtrField<ChecklistItem>;

// Those of the template, then the step's own that are not among them.
void LayIdsUnder(const Ids& below, Ids* ids) {
  Ids all = below;
  const absl::flat_hash_set<absl::string_view> known(below.begin(), below.end());
  for (std::string& id : *ids)
    if (!known.contains(id)) *all.Add() = std::move(id);
  *ids = std::move(all);
}

void LayChecklistUnder(const Checklist& below, Checklist* items) {
  absl::flat_hash_map<absl::string_view, const ChecklistItem*> own;
  for (const ChecklistItem& item : *items) own.emplace(item.id(), &item);
  absl::flat_hash_set<absl::string_view> known;
  Checklist all;
  for (const ChecklistItem& item : below) {
    const auto it = own.find(item.id());
    *all.Add() = it == own.end() ? item : *it->second;
    known.insert(item.id());
  }
  for (const ChecklistItem& item : *items)
    if (!known.contains(item.id())) *all.Add() = item;
  *items = std::move(all);
}

void AddText(absl::string_view path, absl::string_view field, absl::string_view text, size_t min,
             size_t max, std::vector<base::FieldViolation>* violations) {
  const std::string fault = CheckText(text, min, max);
  if (!fault.empty()) violations->push_back({absl::StrCat(path, ".", field), fault});
}

}  // namespace

std::vector<base::FieldViolation> ValidateStepTemplate(const StepTemplate& step,
                                                       absl::string_view path) {
  std::vector<base::FieldViolation> violations;
  AddText(path, "title", step.title(), 1, 200, &violations);
  AddText(path, "purpose", step.purpose(), 0, 4000, &violations);
  AddText(path, "owner", step.owner(), 1, 200, &violations);
  CheckLabels(step.labels(), path, &violations);
  if (!step.has_step()) {
    violations.push_back({absl::StrCat(path, ".step"), "is required: what is done"});
    return violations;
  }
  if (!step.step().uses().empty()) {
    violations.push_back({absl::StrCat(path, ".step.uses"),
                          "is set, but a template uses no other; write out what it takes"});
  }
  if (!step.step().outputs().empty()) {
    violations.push_back({absl::StrCat(path, ".step.outputs"),
                          "is set, but attributes are those of a process; name the outputs in the "
                          "steps that use this template"});
  }
  catalog::v1::Node node;
  node.set_id("step");
  node.set_title(step.title());
  *node.mutable_step() = step.step();
  node.mutable_step()->clear_uses();
  node.mutable_step()->clear_outputs();
  std::vector<base::FieldViolation> of_step = Validate(FromProto(node, path).value(), path);
  const std::string title = absl::StrCat(path, ".title");  // has been checked
  std::erase_if(of_step, [&](const base::FieldViolation& v) { return v.field == title; });
  violations.insert(violations.end(), of_step.begin(), of_step.end());
  if (violations.size() > kMaxViolations) violations.resize(kMaxViolations);
  return violations;
}

void LayUnder(const StepTemplate& step, catalog::v1::Node* node) {
  if (node->title().empty()) node->set_title(step.title());
  const Step& below = step.step();
  Step& own = *node->mutable_step();
  if (own.role().empty()) own.set_role(below.role());
  if (!own.has_target() && below.has_target()) *own.mutable_target() = below.target();
  if (!own.has_earliest_day() && below.has_earliest_day())
    own.set_earliest_day(below.earliest_day());
  if (own.instructions().empty()) own.set_instructions(below.instructions());
  if (own.verifier().empty()) own.set_verifier(below.verifier());
  if (own.waiver_approver().empty()) own.set_waiver_approver(below.waiver_approver());
  if (!own.has_automation() && below.has_automation())
    *own.mutable_automation() = below.automation();
  LayIdsUnder(below.utilities(), own.mutable_utilities());
  LayIdsUnder(below.defect_kinds(), own.mutable_defect_kinds());
  LayChecklistUnder(below.checklist(), own.mutable_checklist());
}

}  // namespace plumbline::flow
