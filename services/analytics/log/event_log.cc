// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/log/event_log.h"

#include <algorithm>

namespace plumbline::analytics {

uint32_t LogSnapshot::FindAttributeKey(absl::string_view key) const {
  const auto found = std::find(attribute_keys.begin(), attribute_keys.end(), key);
  if (found == attribute_keys.end()) return kNoText;
  return static_cast<uint32_t>(found - attribute_keys.begin());
}

int64_t LogSnapshot::FirstTime() const {
  if (time.empty()) return kNoTime;
  int64_t first = *std::min_element(time.begin(), time.end());
  for (const int64_t t : start) {
    if (t != kNoTime) first = std::min(first, t);
  }
  return first;
}

int64_t LogSnapshot::LastTime() const {
  if (seen_until != kNoTime) return seen_until;
  return time.empty() ? kNoTime : *std::max_element(time.begin(), time.end());
}

namespace {

size_t BytesOf(const std::vector<std::string>& texts) {
  size_t bytes = texts.capacity() * sizeof(std::string);
  for (const std::string& text : texts) bytes += text.capacity();
  return bytes;
}

}  // namespace

size_t LogSnapshot::memory_bytes() const {
  size_t bytes = sizeof(*this) + cases.memory_bytes() + BytesOf(activities) + BytesOf(resources) +
                 BytesOf(transitions) + BytesOf(attribute_keys);
  bytes += case_begin.capacity() * sizeof(uint32_t) + arrival.capacity() * sizeof(uint32_t) +
           (time.capacity() + start.capacity() + marked_ends.capacity()) * sizeof(int64_t);
  bytes += activity.memory_bytes() + resource.memory_bytes() + transition.memory_bytes();
  bytes += attributes.capacity() * sizeof(EventAttribute);
  for (const EventAttribute& attribute : attributes) {
    if (const auto* text = std::get_if<std::string>(&attribute.value)) bytes += text->capacity();
  }
  return bytes;
}

}  // namespace plumbline::analytics
