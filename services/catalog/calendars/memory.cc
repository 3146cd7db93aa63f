// SPDX-License-Identifier: Apache-2.0
#include "services/catalog/calendars/memory.h"

#include <iterator>

namespace plumbline::catalog {

calendar::Calendar CalendarMemory::Use(Place place) {
  entries_.splice(entries_.begin(), entries_, place);
  return place->calendar;
}

std::optional<calendar::Calendar> CalendarMemory::Find(absl::string_view name, int64_t position,
                                                       absl::Time now) {
  absl::MutexLock lock(&mutex_);
  const auto it = by_name_.find(name);
  if (it == by_name_.end() || it->second->version.position != position) return std::nullopt;
  if (!options_.exclusive) {
    const absl::Duration age = now - it->second->version.as_of;
    // A clock that was set back makes the age negative: then nothing is known of it.
    if (age < absl::ZeroDuration() || age > options_.freshness) return std::nullopt;
  }
  return Use(it->second);
}

std::optional<calendar::Calendar> CalendarMemory::Find(const CalendarVersion& version) {
  absl::MutexLock lock(&mutex_);
  const auto it = by_content_.find(version.content);
  if (it == by_content_.end()) return std::nullopt;
  it->second->version.position = version.position;
  it->second->version.as_of = version.as_of;
  by_name_[version.name] = it->second;
  return Use(it->second);
}

void CalendarMemory::Put(const CalendarVersion& version, const calendar::Calendar& calendar) {
  const size_t bytes =
      calendar.bytes() + 2 * (version.name.size() + version.content.size()) + sizeof(Entry);
  absl::MutexLock lock(&mutex_);
  if (bytes > options_.capacity_bytes || by_content_.contains(version.content)) return;
  entries_.push_front({version, calendar, bytes});
  by_content_.emplace(version.content, entries_.begin());
  by_name_[version.name] = entries_.begin();
  bytes_ += bytes;
  while (bytes_ > options_.capacity_bytes) RemoveLast();
}

void CalendarMemory::RemoveLast() {
  const Place last = std::prev(entries_.end());
  by_content_.erase(last->version.content);
  const auto named = by_name_.find(last->version.name);
  if (named != by_name_.end() && named->second == last) by_name_.erase(named);
  bytes_ -= last->bytes;
  entries_.pop_back();
}

}  // namespace plumbline::catalog
