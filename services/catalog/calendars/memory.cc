// SPDX-License-Identifier: Apache-2.0
#include "services/catalog/calendars/memory.h"

namespace plumbline::catalog {

std::optional<calendar::Calendar> CalendarMemory::Find(absl::string_view key) {
  absl::MutexLock lock(&mutex_);
  const auto it = by_key_.find(key);
  if (it == by_key_.end()) return std::nullopt;
  entries_.splice(entries_.begin(), entries_, it->second);
  return it->second->calendar;
}

void CalendarMemory::Put(absl::string_view key, const calendar::Calendar& calendar) {
  const size_t bytes = calendar.bytes() + key.size() + sizeof(Entry);
  absl::MutexLock lock(&mutex_);
  if (bytes > capacity_bytes_ || by_key_.contains(key)) return;
  entries_.push_front({std::string(key), calendar, bytes});
  by_key_.emplace(key, entries_.begin());
  bytes_ += bytes;
  while (bytes_ > capacity_bytes_) {
    bytes_ -= entries_.back().bytes;
    by_key_.erase(entries_.back().key);
    entries_.pop_back();
  }
}

}  // namespace plumbline::catalog
