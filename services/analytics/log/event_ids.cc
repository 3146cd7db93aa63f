// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/log/event_ids.h"

#include <string>
#include <variant>

#include "absl/hash/hash.h"

namespace plumbline::analytics {

absl::string_view EventIdOf(const EventBatch& batch, const EventAttribute& attribute) {
  const auto* text = std::get_if<std::string>(&attribute.value);
  if (text == nullptr || batch.attribute_keys[attribute.key] != kEventIdKey) return {};
  return *text;
}

EventIds::Pair EventIds::HashOf(absl::string_view case_id, absl::string_view event_id) {
  // Two hashes that have nothing to do with each other: of the pair, and of it the other way round.
  return {absl::HashOf(case_id, event_id), absl::HashOf(event_id, uint64_t{0x9e3779b9}, case_id)};
}

bool EventIds::Insert(absl::string_view case_id, absl::string_view event_id) {
  return pairs_.insert(HashOf(case_id, event_id)).second;
}

bool EventIds::Contains(absl::string_view case_id, absl::string_view event_id) const {
  return pairs_.contains(HashOf(case_id, event_id));
}

void EventIds::InsertAll(const EventBatch& batch) {
  for (const EventAttribute& attribute : batch.attributes) {
    const absl::string_view id = EventIdOf(batch, attribute);
    if (!id.empty()) Insert(batch.cases[batch.case_id[attribute.row]], id);
  }
}

}  // namespace plumbline::analytics
