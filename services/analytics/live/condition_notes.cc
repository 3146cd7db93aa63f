// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/live/condition_notes.h"

#include <memory>
#include <utility>
#include <variant>

#include "services/analytics/filter/fields.h"
#include "services/analytics/filter/matchers.h"
#include "services/analytics/filter/notes.h"
#include "services/analytics/mining/traces.h"
#include "services/analytics/mining/variants.h"

namespace plumbline::analytics {

ConditionNotes::ConditionNotes(const Selection& condition) : condition_(condition) {
  if (condition.cases().has_value()) Find(*condition.cases(), kResources);
  if (condition.events().has_value()) Find(*condition.events(), kEventResource);
}

void ConditionNotes::Find(const expr::Condition& condition, int resource_field) {
  for (const expr::Condition& child : condition.children) Find(child, resource_field);
  if (condition.kind != expr::Condition::Kind::kTest) return;
  const expr::Test& test = condition.test;
  const bool resource = test.field == resource_field;
  if (test.op != expr::Test::Op::kEqual || (!resource && !test.key.has_value())) return;
  Asked& asked = asked_.emplace_back();
  asked.test = &test;
  asked.resource = resource;
}

void ConditionNotes::Add(absl::string_view text, Asked* asked) {
  const size_t cost =
      asked->search_cost > kMostSearch ? 0 : SearchCost(asked->test->value.text, text);
  if (cost == 0 && !asked->texts.empty()) return;
  if (!asked->known.emplace(text).second) return;
  asked->search_cost += cost;
  asked->texts.emplace_back(text);
  asked->text_bytes += text.size();
}

void ConditionNotes::TakeResources(const LogSnapshot& cases, Asked* asked) {
  const TextMatcher matches(*asked->test);
  for (const std::string& resource : cases.resources) {
    if (matches(resource)) asked->found = resource;
    Add(resource, asked);
  }
}

void ConditionNotes::TakeAttributes(const LogSnapshot& cases, Asked* asked) {
  const uint32_t key = cases.FindAttributeKey(*asked->test->key);
  if (key == kNoText) return;
  const AttributeMatcher matches(*asked->test);
  for (const EventAttribute& attribute : cases.attributes) {
    if (attribute.key != key) continue;
    if (matches(attribute.value)) {
      asked->found = attribute.value;
      return;
    }
    if (const auto* text = std::get_if<std::string>(&attribute.value)) Add(*text, asked);
  }
}

void ConditionNotes::Take(const LogSnapshot& cases) {
  for (Asked& asked : asked_) {
    if (asked.found.has_value()) continue;
    (asked.resource ? TakeResources : TakeAttributes)(cases, &asked);
    if (!asked.found.has_value()) continue;
    asked.texts = {};
    asked.known = {};
    asked.search_cost = 0;
    asked.text_bytes = 0;
  }
}

std::vector<std::string> ConditionNotes::Notes(const LogSnapshot& names) const {
  const auto log = std::make_shared<LogSnapshot>(names);
  std::vector<EventAttribute> attributes;
  for (const Asked& asked : asked_) {
    if (asked.resource) {
      if (asked.found.has_value()) log->resources.push_back(std::get<std::string>(*asked.found));
      log->resources.insert(log->resources.end(), asked.texts.begin(), asked.texts.end());
      continue;
    }
    const uint32_t key = names.FindAttributeKey(*asked.test->key);
    if (key == kNoText) continue;
    if (asked.found.has_value()) attributes.push_back({0, key, *asked.found});
    for (const std::string& text : asked.texts) attributes.push_back({0, key, text});
  }
  if (!attributes.empty()) {  // of the one event of one case
    log->cases.push_back("");
    log->case_begin = {0, 1};
    log->time = {0};
    log->activity = NarrowColumn(1, static_cast<uint32_t>(log->activities.size()));
    log->attributes = std::move(attributes);
  }
  const Traces traces(log, {});
  const Variants variants(traces);
  const auto variants_of = [&]() -> const Variants& { return variants; };
  const auto to_the_end = [] { return absl::OkStatus(); };
  absl::StatusOr<Selected> selected = Select(condition_, {*log, traces, variants_of}, to_the_end);
  return selected.ok() ? std::move(selected->notes) : std::vector<std::string>();
}

size_t ConditionNotes::memory_bytes() const {
  constexpr size_t kOfAText = 2 * (sizeof(std::string) + 16);
  size_t bytes = asked_.capacity() * sizeof(Asked);
  for (const Asked& asked : asked_) bytes += 2 * asked.text_bytes + kOfAText * asked.texts.size();
  return bytes;
}

}  // namespace plumbline::analytics
