// SPDX-License-Identifier: Apache-2.0
#include "common/flow/bpmn/kinds.h"

#include "absl/container/flat_hash_map.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "common/flow/bpmn/activities.h"
#include "common/flow/bpmn/names.h"

namespace plumbline::flow::bpmn {
namespace {

struct NamedKind {
  absl::string_view name;
  Kind kind;
};

constexpr NamedKind kKinds[] = {
    {"task", Kind::kStep},
    {"userTask", Kind::kStep},
    {"manualTask", Kind::kStep},
    {"serviceTask", Kind::kStep},
    {"scriptTask", Kind::kStep},
    {"businessRuleTask", Kind::kStep},
    {"sendTask", Kind::kStep},
    {"receiveTask", Kind::kStep},
    {"callActivity", Kind::kCall},
    {"subProcess", Kind::kSubProcess},
    {"transaction", Kind::kSubProcess},
    {"adHocSubProcess", Kind::kPass},
    {"startEvent", Kind::kStart},
    {"endEvent", Kind::kEnd},
    {"intermediateCatchEvent", Kind::kPass},
    {"intermediateThrowEvent", Kind::kPass},
    {"boundaryEvent", Kind::kBoundary},
    {"exclusiveGateway", Kind::kGateway},
    {"parallelGateway", Kind::kGateway},
    {"inclusiveGateway", Kind::kGateway},
    {"eventBasedGateway", Kind::kGateway},
    {"complexGateway", Kind::kGateway},
    {"sequenceFlow", Kind::kFlow},
    {"textAnnotation", Kind::kAside},
    {"association", Kind::kSilent},  // without what it is tied to it says nothing
    {"group", Kind::kAside},
    {"dataObject", Kind::kSilent},  // its references are told
    {"dataObjectReference", Kind::kAside},
    {"dataStoreReference", Kind::kAside},
    {"ioSpecification", Kind::kAside},
    {"property", Kind::kAside},
    {"documentation", Kind::kSilent},
    {"extensionElements", Kind::kSilent},
    {"laneSet", Kind::kSilent},
    {"incoming", Kind::kSilent},
    {"outgoing", Kind::kSilent},
    {"auditing", Kind::kSilent},
    {"monitoring", Kind::kSilent},
    {"dataInputAssociation", Kind::kSilent},
    {"dataOutputAssociation", Kind::kSilent},
    {"standardLoopCharacteristics", Kind::kSilent},
    {"multiInstanceLoopCharacteristics", Kind::kSilent},
    {"performer", Kind::kSilent},
    {"humanPerformer", Kind::kSilent},
    {"potentialOwner", Kind::kSilent},
    {"resourceRole", Kind::kSilent},
    {"supports", Kind::kSilent},
    {"correlationSubscription", Kind::kSilent},
    {"supportedInterfaceRef", Kind::kSilent},
    {"ioBinding", Kind::kSilent},
};

const absl::flat_hash_map<absl::string_view, Kind>& KindsByName() {
  static const auto& kinds = *[] {
    auto* by_name = new absl::flat_hash_map<absl::string_view, Kind>();
    for (const NamedKind& named : kKinds) by_name->emplace(named.name, named.kind);
    return by_name;
  }();
  return kinds;
}

// "timer" of "timerEventDefinition".
absl::string_view TriggerOf(const Element& event) {
  const Element* definition = Definition(event);
  return definition ? absl::StripSuffix(definition->name, "EventDefinition") : absl::string_view();
}

void TellEvent(const Element& event, Reading* reading) {
  const absl::string_view trigger = TriggerOf(event);
  if (trigger.empty()) {
    reading->Ignore(event, "marks a state, in which nothing is done");
  } else if (trigger != "link") {
    reading->Drop(event, absl::StrCat(trigger, " events are not supported: nothing is done there"));
  }
}

void TellEnd(const Element& event, Reading* reading) {
  const absl::string_view trigger = TriggerOf(event);
  if (trigger.empty() || trigger == "terminate") return;
  reading->Change(event, absl::StrCat(trigger, " ends are not supported: it is read as an end"));
}

void TellGateway(const Element& gateway, Reading* reading) {
  if (gateway.name == "eventBasedGateway") {
    reading->Change(gateway, "events do not decide: it is read as a choice that a person makes");
  } else if (gateway.name == "complexGateway") {
    reading->Change(gateway, "complex gateways are not supported: it is read as an inclusive one");
  } else if (gateway.name == "inclusiveGateway") {
    reading->Ignore(gateway, "is read as parallel branches, each of which may be left out");
  }
}

}  // namespace

Kind KindOf(const Element& element) {
  if (element.space != Space::kModel) return Kind::kSilent;
  const auto it = KindsByName().find(element.name);
  if (it == KindsByName().end()) return Kind::kUnsupported;
  if (element.name == "subProcess" && element.Get("triggeredByEvent") == "true")
    return Kind::kUnsupported;
  const bool sends = it->second == Kind::kPass || it->second == Kind::kEnd;
  if (sends && TriggerOf(element) == "message") return Kind::kStep;
  if (element.name == "textAnnotation" && Extension(element, kLegendExtension) != nullptr)
    return Kind::kSilent;
  return it->second;
}

Logic LogicOf(const Element& gateway) {
  if (gateway.name == "parallelGateway") return Logic::kParallel;
  const bool inclusive = gateway.name == "inclusiveGateway" || gateway.name == "complexGateway";
  return inclusive ? Logic::kInclusive : Logic::kExclusive;
}

const Element* Definition(const Element& event) {
  for (const Element& child : event.children) {
    if (child.space == Space::kModel && absl::EndsWith(child.name, "EventDefinition"))
      return &child;
  }
  return nullptr;
}

void TellLoss(const Element& element, Kind kind, bool splits, Reading* reading) {
  switch (kind) {
    case Kind::kPass:
      if (element.name != "adHocSubProcess") return TellEvent(element, reading);
      return reading->Drop(element, "ad-hoc sub-processes are not supported");
    case Kind::kStart:
      if (const absl::string_view trigger = TriggerOf(element); !trigger.empty())
        reading->Ignore(element, absl::StrCat("that a ", trigger, " starts it is not kept"));
      return;
    case Kind::kEnd:
      return TellEnd(element, reading);
    case Kind::kGateway:
      if (splits) TellGateway(element, reading);
      return;
    case Kind::kAside:
      return reading->Ignore(element, "is not part of the flow");
    case Kind::kUnsupported:
      return reading->Drop(element, element.name == "subProcess"
                                        ? "event sub-processes are not supported"
                                        : "is not supported");
    default:
      return;
  }
}

}  // namespace plumbline::flow::bpmn
