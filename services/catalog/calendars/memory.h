// SPDX-License-Identifier: Apache-2.0
#ifndef PLUMBLINE_SERVICES_CATALOG_CALENDARS_MEMORY_H_
#define PLUMBLINE_SERVICES_CATALOG_CALENDARS_MEMORY_H_

#include <cstddef>
#include <cstdint>
#include <list>
#include <optional>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "common/calendar/calendar.h"

namespace plumbline::catalog {

// What a calendar is at some time.
struct CalendarVersion {
  std::string name;      // "workspaces/{w}/calendars/{c}"
  int64_t position = 0;  // CalendarSnapshot::LastChange of its workspace
  std::string content;   // names its content, with all that it inherits, and nothing else
  absl::Time as_of = absl::InfinitePast();  // the store was read no earlier
};

// Compiled calendars, which take milliseconds to make and megabytes to keep, by their content, so
// that no entry is ever wrong; and by the last change of their workspace, so that who asks once
// more need not know the content. Releases that note no such changes may write beside this one:
// where others write at all, the content is asked for again after a while. Those not used for
// longest go first. Thread-safe.
class CalendarMemory {
 public:
  struct Options {
    bool exclusive = true;                        // no other process writes
    absl::Duration freshness = absl::Seconds(1);  // where others do
    size_t capacity_bytes = 64 << 20;
  };
  explicit CalendarMemory(const Options& options) : options_(options) {}

  // The calendar as it is at this position, if that was found or put, and may be used `now`. O(1).
  std::optional<calendar::Calendar> Find(absl::string_view name, int64_t position, absl::Time now);
  // The calendar of this content, from now on also at this position. O(1).
  std::optional<calendar::Calendar> Find(const CalendarVersion& version);
  // A calendar that is larger than all of the memory is not kept. O(1) and what must go.
  void Put(const CalendarVersion& version, const calendar::Calendar& calendar);

 private:
  struct Entry {
    CalendarVersion version;
    calendar::Calendar calendar;
    size_t bytes;
  };
  using Place = std::list<Entry>::iterator;
  calendar::Calendar Use(Place place) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void RemoveLast() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  const Options options_;
  absl::Mutex mutex_;
  std::list<Entry> entries_ ABSL_GUARDED_BY(mutex_);  // used last comes first
  absl::flat_hash_map<std::string, Place> by_content_ ABSL_GUARDED_BY(mutex_);
  // Of each name the entry that was put or found by its content last.
  absl::flat_hash_map<std::string, Place> by_name_ ABSL_GUARDED_BY(mutex_);
  size_t bytes_ ABSL_GUARDED_BY(mutex_) = 0;
};

}  // namespace plumbline::catalog

#endif  // PLUMBLINE_SERVICES_CATALOG_CALENDARS_MEMORY_H_
