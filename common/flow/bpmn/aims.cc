// SPDX-License-Identifier: Apache-2.0
#include "common/flow/bpmn/aims.h"

#include <optional>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "common/flow/aims.h"
#include "common/flow/bpmn/activities.h"
#include "common/flow/bpmn/duration.h"
#include "common/flow/bpmn/names.h"
#include "common/flow/validate.h"

namespace plumbline::flow::bpmn {
namespace {

void Open(absl::string_view extension, XmlWriter* xml) {
  xml->Open(absl::StrCat("plumbline:", extension));
}

// <plumbline:extension key="value"/>
void WriteOne(absl::string_view extension, absl::string_view key, absl::string_view value,
              XmlWriter* xml) {
  Open(extension, xml);
  xml->Attribute(key, value);
  xml->Close();
}

void Write(const Milestone& milestone, XmlWriter* xml) {
  Open(kMilestoneExtension, xml);
  xml->Attribute("id", milestone.id);
  xml->Attribute("title", milestone.title);
  if (!milestone.description.empty()) xml->Attribute("description", milestone.description);
  if (!milestone.node.empty()) xml->Attribute("node", milestone.node);
  if (milestone.target) xml->Attribute("target", FormatDuration(*milestone.target));
  xml->Close();
}

void Write(const EscalationRule& rule, XmlWriter* xml) {
  Open(kEscalationExtension, xml);
  xml->Attribute("id", rule.id);
  xml->Attribute("trigger", Name(rule.trigger));
  for (const std::string& step : rule.steps) WriteOne(kWatchedExtension, "id", step, xml);
  for (const EscalationLevel& level : rule.levels) {
    Open(kLevelExtension, xml);
    if (level.after != BusinessDuration{}) xml->Attribute("after", FormatDuration(level.after));
    for (const std::string& who : level.notify) WriteOne(kNotifiedExtension, "who", who, xml);
    xml->Close();
  }
  xml->Close();
}

EscalationTrigger TriggerOf(absl::string_view name) {
  for (const EscalationTrigger trigger :
       {EscalationTrigger::kDueSoon, EscalationTrigger::kOverdue, EscalationTrigger::kNotStarted,
        EscalationTrigger::kBlocked}) {
    if (Name(trigger) == name) return trigger;
  }
  return EscalationTrigger::kUnset;
}

EscalationLevel ReadLevel(const Element& element, Reading* reading) {
  EscalationLevel level;
  const std::string& after = element.Get("after");
  const std::optional<BusinessDuration> span = ParseDuration(after);
  if (span) {
    level.after = *span;
  } else if (!after.empty()) {
    reading->Drop(element, absl::StrCat("its after '", ShortenText(after),
                                        "' is no duration; write for example P2D or PT4H"));
  }
  for (const Element& child : element.children)
    if (child.Is(Space::kPlumbline, kNotifiedExtension)) level.notify.push_back(child.Get("who"));
  return level;
}

EscalationRule ReadRule(const Element& element, Reading* reading) {
  EscalationRule rule = {.id = element.Get("id"), .trigger = TriggerOf(element.Get("trigger"))};
  for (const Element& child : element.children) {
    if (child.Is(Space::kPlumbline, kWatchedExtension)) rule.steps.push_back(child.Get("id"));
    if (child.Is(Space::kPlumbline, kLevelExtension))
      rule.levels.push_back(ReadLevel(child, reading));
  }
  return rule;
}

}  // namespace

void WriteAims(const ProcessContent& content, XmlWriter* xml) {
  for (const Milestone& milestone : content.milestones) Write(milestone, xml);
  for (const EscalationRule& rule : content.escalations) Write(rule, xml);
}

void ReadAims(const Element& extension, Reading* reading, ProcessContent* content) {
  for (const Element& child : extension.children) {
    if (child.Is(Space::kPlumbline, kMilestoneExtension)) {
      content->milestones.push_back({.id = child.Get("id"),
                                     .title = child.Get("title"),
                                     .description = child.Get("description"),
                                     .node = child.Get("node"),
                                     .target = ReadTarget(child, reading)});
    } else if (child.Is(Space::kPlumbline, kEscalationExtension)) {
      content->escalations.push_back(ReadRule(child, reading));
    }
  }
}

}  // namespace plumbline::flow::bpmn
