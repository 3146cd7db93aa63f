// SPDX-License-Identifier: Apache-2.0
#include "common/flow/bpmn/activities.h"

#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "common/flow/bpmn/duration.h"
#include "common/flow/bpmn/names.h"
#include "common/flow/validate.h"

namespace plumbline::flow::bpmn {
namespace {

// Engines compute some owners: "${initiator}", "=order.owner".
bool IsExpression(absl::string_view text) {
  return absl::StartsWith(text, "$") || absl::StartsWith(text, "#{") || absl::StartsWith(text, "=");
}

// performer, humanPerformer, potentialOwner.
std::string ResourceRole(const Element& task, const Reading& reading) {
  for (const char* kind : {"potentialOwner", "humanPerformer", "performer", "resourceRole"}) {
    const Element* role = task.Find(Space::kModel, kind);
    if (role == nullptr) continue;
    const Element* assignment = role->Find(Space::kModel, "resourceAssignmentExpression");
    for (const char* form : {"formalExpression", "expression"}) {
      const Element* who = assignment ? assignment->Find(Space::kModel, form) : nullptr;
      if (who == nullptr) continue;
      const std::string text = reading.Clean(who->text);
      if (reading.exact() || !IsExpression(text)) return text;
    }
    const Element* resource = role->Find(Space::kModel, "resourceRef");
    const auto it = reading.resources.find(resource ? Reference(resource->text) : "");
    if (it != reading.resources.end()) return reading.Clean(it->second);
    if (const std::string name = reading.Clean(role->Get("name")); !name.empty()) return name;
  }
  return "";
}

std::string VendorRole(const Element& task, const Reading& reading) {
  const Element* extensions = task.Find(Space::kModel, "extensionElements");
  const Element* zeebe =
      extensions ? extensions->Find(Space::kZeebe, "assignmentDefinition") : nullptr;
  for (const char* key : {"candidateGroups", "assignee", "candidateUsers"}) {
    for (const std::string& who :
         {task.Get(key, Space::kCamunda), zeebe ? zeebe->Get(key) : std::string()}) {
      if (!who.empty() && !IsExpression(who)) return reading.Clean(who);
    }
  }
  return "";
}

std::string RoleOfTask(const Element& task, const std::string& lane, const Reading& reading) {
  std::string role = ResourceRole(task, reading);
  if (role.empty()) role = VendorRole(task, reading);
  if (role.empty()) role = reading.RoleOf(task, lane);
  return CutCharacters(role, kMaxTitle);
}

void ReadAutomation(const Element& extension, Reading* reading, StepDetails* step) {
  const std::string& webhook = extension.Get("webhook");
  if (webhook.empty()) return;
  step->automation = Automation{.webhook = webhook};
  const std::string& minutes = extension.Get("answerMinutes");
  if (!minutes.empty() && !absl::SimpleAtoi(minutes, &step->automation->answer_minutes)) {
    step->automation->answer_minutes = 0;
    reading->Drop(extension, absl::StrCat("its answerMinutes '", ShortenText(minutes),
                                          "' are no whole number"));
  }
}

void ReadStepExtension(const Element& extension, Reading* reading, StepDetails* step) {
  step->target = ReadTarget(extension, reading);
  int32_t day = 0;
  if (const std::string& text = extension.Get("earliestDay"); absl::SimpleAtoi(text, &day)) {
    step->earliest_day = day;
  } else if (!text.empty()) {
    reading->Drop(extension,
                  absl::StrCat("its earliestDay '", ShortenText(text), "' is no whole number"));
  }
  step->verifier = extension.Get("verifier");
  step->waiver_approver = extension.Get("waiverApprover");
  ReadAutomation(extension, reading, step);
  for (const Element& child : extension.children) {
    if (child.Is(Space::kPlumbline, kUtilityExtension)) {
      step->utilities.push_back(child.Get("id"));
    } else if (child.Is(Space::kPlumbline, kDefectExtension)) {
      step->defect_kinds.push_back(child.Get("id"));
    } else if (child.Is(Space::kPlumbline, kChecklistExtension)) {
      step->checklist.push_back({.id = child.Get("id"),
                                 .title = child.Get("title"),
                                 .optional = child.Get("optional") == "true"});
    }
  }
}

void ClearPart(absl::string_view field, StepDetails* step) {
  if (absl::StartsWith(field, "step.target")) step->target.reset();
  if (absl::StartsWith(field, "step.earliest_day")) step->earliest_day.reset();
  if (absl::StartsWith(field, "step.utilities")) step->utilities.clear();
  if (absl::StartsWith(field, "step.checklist")) step->checklist.clear();
  if (absl::StartsWith(field, "step.defect_kinds")) step->defect_kinds.clear();
  if (absl::StartsWith(field, "step.instructions")) step->instructions.clear();
  if (absl::StartsWith(field, "step.verifier")) step->verifier.clear();
  if (absl::StartsWith(field, "step.waiver_approver")) step->waiver_approver.clear();
  if (absl::StartsWith(field, "step.automation")) step->automation.reset();
}

// Tells what the model would refuse in a step, with its element (later only its path is known), and
// takes it out.
void CheckStep(const Element& task, Reading* reading, Node* node) {
  for (const base::FieldViolation& violation : Validate(*node, "")) {
    const absl::string_view field = absl::StripPrefix(violation.field, ".");
    reading->Drop(task, absl::StrCat(field, " ", violation.description));
    ClearPart(field, &node->step);
  }
}

// The process that is called by the id of its element, ours or another vendor's; "" if it says
// nothing that is known before it runs.
std::string CalledFrom(absl::string_view element_id) {
  if (element_id.empty() || IsExpression(element_id)) return "";
  element_id = absl::StripPrefix(element_id, "processes/");
  return absl::StrCat("processes/", Slug(absl::StripPrefix(element_id, kProcessIdPrefix)));
}

// What calledElement says in our own words, whole ("processes/desk@3") or without the collection
// ("desk@3"), which no id of an element can be; "" if it does not.
std::string CalledInOurWords(const std::string& element) {
  if (ParseCalled(element)) return element;
  if (!absl::StrContains(element, '@') || IsExpression(element)) return "";
  const std::string named =
      absl::StrCat("processes/", absl::StripPrefix(element, kProcessIdPrefix));
  return ParseCalled(named) ? named : "";
}

// "desk" of "processes/desk@3".
absl::string_view WithoutSelector(absl::string_view called) {
  return called.substr(0, called.find('@'));
}

// Engines count their own deployments: their version 3 is not our revision 3.
void TellVersion(const Element& activity, const Element* zeebe, Reading* reading) {
  std::string version = activity.Get("calledElementVersion", Space::kCamunda);
  if (version.empty()) version = activity.Get("calledElementVersionTag", Space::kCamunda);
  if (version.empty() && zeebe != nullptr) version = zeebe->Get("versionTag");
  if (version.empty()) return;
  reading->Ignore(activity, absl::StrCat("the version '", ShortenText(version),
                                         "' of what it calls is one of another system and not "
                                         "kept: publishing pins the latest revision"));
}

// What calledElement says: ours, or the id of an element in this or another system.
std::string CalledByElement(const Element& activity, const std::string& element,
                            const Element* zeebe, Reading* reading) {
  std::string called = CalledInOurWords(element);
  if (called.empty()) {
    called = CalledFrom(WithoutSelector(element));
    if (!called.empty() && absl::StrContains(element, '@')) {
      reading->Ignore(activity, absl::StrCat("what follows the @ of '", ShortenText(element),
                                             "', which it calls, is neither a revision nor a tag "
                                             "and not kept: publishing pins the latest revision"));
    }
  }
  TellVersion(activity, zeebe, reading);
  return called;
}

// What our extension says holds, unless somebody has written another process, or a revision or tag,
// into calledElement since: other tools show only that one and keep the extension as it was.
std::string CalledByExtension(const Element& activity, const std::string& extension,
                              const std::string& element, Reading* reading) {
  const absl::string_view process = absl::StripPrefix(WithoutSelector(extension), "processes/");
  if (element == absl::StrCat(kProcessIdPrefix, process)) return extension;
  const std::string ours = CalledInOurWords(element);
  const std::string called = ours.empty() ? CalledFrom(element) : ours;
  if (called.empty() || called == extension || called == WithoutSelector(extension))
    return extension;
  reading->Ignore(activity, absl::StrCat("calls '", called, "', as its calledElement says; its ",
                                         "plumbline:call, which says '", ShortenText(extension),
                                         "', is not kept"));
  return called;
}

std::string TitleOf(const Element& element, const Node& node, Reading* reading) {
  std::string title = reading->NameOf(element);
  if (!title.empty()) return title;
  reading->Change(element,
                  absl::StrCat("has no name, and a step needs one: ",
                               reading->best_effort() ? absl::StrCat("it is called '", node.id, "'")
                                                      : "give it one"));
  return node.id;
}

}  // namespace

const Element* Extension(const Element& element, absl::string_view called) {
  const Element* extensions = element.Find(Space::kModel, "extensionElements");
  return extensions ? extensions->Find(Space::kPlumbline, called) : nullptr;
}

std::string Documentation(const Element& element, const Reading& reading) {
  for (const Element& child : element.children) {
    if (!child.Is(Space::kModel, "documentation") || child.Get("textFormat") == kTargetFormat)
      continue;
    return reading.exact() ? child.text : std::string(absl::StripAsciiWhitespace(child.text));
  }
  return "";
}

std::string DeciderOf(const Element& gateway, const Reading& reading) {
  const Element* decision = Extension(gateway, kDecisionExtension);
  return decision ? decision->Get("decider") : reading.LaneOf(gateway);
}

std::optional<BusinessDuration> ReadTarget(const Element& extension, Reading* reading) {
  const std::string& text = extension.Get("target");
  if (text.empty()) return std::nullopt;
  const std::optional<BusinessDuration> target = ParseDuration(text);
  if (!target) {
    reading->Drop(extension, absl::StrCat("its target '", ShortenText(text),
                                          "' is no duration; write for example P2D or PT4H"));
  }
  return target;
}

Node ReadStep(const Element& task, const std::string& lane, Reading* reading) {
  Node node{.kind = NodeKind::kStep, .id = reading->ids().TakeOf(task.Get("id"))};
  node.title = TitleOf(task, node, reading);
  node.step.role = RoleOfTask(task, lane, *reading);
  node.step.instructions = Documentation(task, *reading);
  if (const Element* extension = Extension(task, kStepExtension); extension != nullptr)
    ReadStepExtension(*extension, reading, &node.step);
  CheckStep(task, reading, &node);
  return node;
}

Node ReadCall(const Element& activity, const std::string& lane, Reading* reading) {
  const Element* extension = Extension(activity, kCallExtension);
  const Element* extensions = activity.Find(Space::kModel, "extensionElements");
  const Element* zeebe = extensions ? extensions->Find(Space::kZeebe, "calledElement") : nullptr;
  std::string called = extension ? extension->Get("process") : "";
  std::string element = Reference(activity.Get("calledElement"));
  if (element.empty() && zeebe != nullptr) element = Reference(zeebe->Get("processId"));
  called = called.empty() ? CalledByElement(activity, element, zeebe, reading)
                          : CalledByExtension(activity, called, element, reading);
  if (!ParseCalled(called)) {
    reading->Change(activity, "does not say which process it calls: it is read as a step");
    return ReadStep(activity, lane, reading);
  }
  return {.kind = NodeKind::kCall,
          .id = reading->ids().TakeOf(activity.Get("id")),
          .title = reading->NameOf(activity),
          .called = called};
}

Node WithMarkers(const Element& activity, Node node, Reading* reading) {
  if (const Element* several = activity.Find(Space::kModel, "multiInstanceLoopCharacteristics")) {
    reading->Change(*several, absl::StrCat("multiple instances of ", Describe(activity),
                                           " are not supported: it is read as one"));
  }
  if (activity.Get("isForCompensation") == "true")
    reading->Drop(activity, "compensation is not supported");
  for (const char* tokens : {"startQuantity", "completionQuantity"}) {
    const std::string& count = activity.Get(tokens);
    if (!count.empty() && count != "1")
      reading->Change(activity, absl::StrCat(tokens, " is not supported: it is read as 1"));
  }
  const Element* repeat = activity.Find(Space::kModel, "standardLoopCharacteristics");
  if (repeat == nullptr) return node;
  Node loop{.kind = NodeKind::kLoop, .id = reading->ids().Fresh(absl::StrCat(node.id, "-loop"))};
  loop.title = "Again?";
  loop.optional = repeat->Get("testBefore") == "true";
  loop.children.push_back(std::move(node));
  if (!repeat->children.empty() || !repeat->Get("loopMaximum").empty()) {
    reading->Ignore(*repeat, absl::StrCat("when ", Describe(activity),
                                          " is repeated is not kept: a person decides"));
  }
  return loop;
}

}  // namespace plumbline::flow::bpmn
