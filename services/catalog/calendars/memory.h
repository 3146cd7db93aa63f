// SPDX-License-Identifier: Apache-2.0
#ifndef PLUMBLINE_SERVICES_CATALOG_CALENDARS_MEMORY_H_
#define PLUMBLINE_SERVICES_CATALOG_CALENDARS_MEMORY_H_

#include <cstddef>
#include <list>
#include <optional>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "common/calendar/calendar.h"

namespace plumbline::catalog {

// Compiled calendars, which take milliseconds to make and megabytes to keep. Keys name content, so
// no entry is ever wrong; those not used for longest go first. Thread-safe.
class CalendarMemory {
 public:
  explicit CalendarMemory(size_t capacity_bytes) : capacity_bytes_(capacity_bytes) {}

  // O(1).
  std::optional<calendar::Calendar> Find(absl::string_view key);
  // A calendar that is larger than all of the memory is not kept. O(1) and what must go.
  void Put(absl::string_view key, const calendar::Calendar& calendar);

 private:
  struct Entry {
    std::string key;
    calendar::Calendar calendar;
    size_t bytes;
  };

  const size_t capacity_bytes_;
  absl::Mutex mutex_;
  std::list<Entry> entries_ ABSL_GUARDED_BY(mutex_);  // used last comes first
  absl::flat_hash_map<std::string, std::list<Entry>::iterator> by_key_ ABSL_GUARDED_BY(mutex_);
  size_t bytes_ ABSL_GUARDED_BY(mutex_) = 0;
};

}  // namespace plumbline::catalog

#endif  // PLUMBLINE_SERVICES_CATALOG_CALENDARS_MEMORY_H_
