// SPDX-License-Identifier: Apache-2.0
//
// An event log in memory: columns sorted by case and time, built from batches, kept current by
// appending. Readers work on immutable snapshots.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_LOG_EVENT_LOG_H_
#define PLUMBLINE_SERVICES_ANALYTICS_LOG_EVENT_LOG_H_

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "services/analytics/log/event_batch.h"
#include "services/analytics/log/narrow_column.h"
#include "services/analytics/log/shared_column.h"
#include "services/analytics/log/text_list.h"

namespace plumbline::analytics {

// The columns of a log in its canonical order: case id as byte string, then (start where the log
// has starts, time), then the order of arrival; an event without a start in a log with starts
// counts as begun at its time. Immutable. Case c has the rows case_begin[c] .. case_begin[c+1];
// cases are numbered in the order of their ids, and each has a row. Dictionaries and attributes
// aside, an event takes 8 bytes for its time, 1 to 4 for its activity, 1 to 4 each for resource and
// transition, 12 more where the log has starts.
struct LogSnapshot {
  TextList cases;                        // ids, ascending
  std::vector<std::string> activities;   // ascending: the number of an activity is its rank
  std::vector<std::string> resources;    // in the order of first sight
  std::vector<std::string> transitions;  // lower case, in the order of first sight
  std::vector<std::string> attribute_keys;

  std::vector<uint32_t> case_begin;  // cases + 1; {0} where there is none
  NarrowColumn activity;
  SharedColumn<int64_t> time;      // microseconds since 1970 UTC
  SharedColumn<int64_t> start;     // empty if no event has a start; kNoTime where it is missing
  SharedColumn<uint32_t> arrival;  // only where the log has starts: grows with the order of arrival
  NarrowColumn resource;           // empty if no event has one; see ResourceOf
  NarrowColumn transition;         // empty if no event has one; see TransitionOf
  SharedColumn<EventAttribute>
      attributes;  // ascending by row, then in the order of arrival; `key` in attribute_keys

  // Of a part of a log (filter/log_part.h) and of a log whose ends were told (mining/completion.h),
  // what is known of the whole. By case, CaseEnds of the whole; empty where that marks no ends, or
  // where this is neither.
  std::vector<int64_t> marked_ends;
  int64_t seen_until = kNoTime;  // the latest time of all events; kNoTime where this is neither

  size_t size() const { return time.size(); }
  bool empty() const { return time.empty(); }
  size_t case_count() const { return cases.size(); }

  // Numbers in `resources` and `transitions`, or kNoText. (The columns hold the number plus 1; 0 =
  // none.)
  uint32_t ResourceOf(size_t row) const { return resource.empty() ? kNoText : resource[row] - 1; }
  uint32_t TransitionOf(size_t row) const {
    return transition.empty() ? kNoText : transition[row] - 1;
  }
  // The number of an attribute key, or kNoText. O(keys).
  uint32_t FindAttributeKey(absl::string_view key) const;
  // Earliest start or time, and latest time of all events (of a part the latest of the whole
  // log); kNoTime if there is none. O(rows).
  int64_t FirstTime() const;
  int64_t LastTime() const;
  // Bytes held, near enough; dictionaries and attributes included.
  size_t memory_bytes() const;
};

// The cases that rows came for, as they were before those rows and as they are with them: two logs
// with the same cases in the same order. They name neither cases nor resources, their activities
// are numbers of the builder (EventLogBuilder::ActivitiesFrom), and a case that was not there
// before has no row in the first.
struct TouchedCases {
  std::shared_ptr<const LogSnapshot> before, after;
};

// A snapshot, and the builder's numbers of its activities.
struct NumberedLog {
  const LogSnapshot& log;
  const std::vector<uint32_t>& numbers;
};
// The same of two snapshots of one builder: the cases that have more rows in the later one.
// O(cases of both, and rows of these cases).
TouchedCases TouchedBetween(const NumberedLog& earlier, const NumberedLog& later);
// The cases at these places of a snapshot (ascending), as a log of their own of the same kind, but
// with the resources that they have, in numbers of their own. O(rows of these cases).
std::shared_ptr<const LogSnapshot> CasesAt(const NumberedLog& log,
                                           std::span<const uint32_t> places);

// Collects batches and gives snapshots. Not thread-safe; snapshots are. Holds at most 2^32 - 2
// events.
class EventLogBuilder {
 public:
  // Makes room for so many rows to come, which then are not moved while they grow.
  void Reserve(size_t rows);
  // O(rows).
  void Append(const EventBatch& batch);
  // The log as it is now. Costs a sort of what came since the last call and a merge, O(rows of the
  // log); nothing if nothing came. Never null.
  std::shared_ptr<const LogSnapshot> Snapshot();
  // Rows that came since the last snapshot.
  size_t pending() const;
  // The cases of the rows that came since the last snapshot, from number `from` (0 to pending()) of
  // those on. O(rows of these cases), and O(cases of the log) once after each snapshot.
  TouchedCases Touched(size_t from);
  // The builder's numbers, which never change and are given in the order in which cases come, of
  // the cases of rows [from, to) of these, ascending.
  std::vector<uint32_t> TouchedNumbers(size_t from, size_t to) const;
  // The cases of these numbers, in their order, each with a row, as they were when `pending` rows
  // had come since the last snapshot: a log of the kind of CasesAt. Costs as Touched.
  std::shared_ptr<const LogSnapshot> Cases(std::span<const uint32_t> numbers, size_t pending);
  // Cases have the numbers 0 to case_count() - 1, in the order of first sight.
  size_t case_count() const;
  absl::string_view CaseName(uint32_t number) const;
  // The numbers of the cases of the last snapshot, in its order.
  const std::vector<uint32_t>& CaseNumbers() const;
  // The names of activities by the builder's numbers, which never change; from `first` on.
  std::vector<std::string> ActivitiesFrom(size_t first) const;
  // The builder's numbers of the activities of the last snapshot.
  const std::vector<uint32_t>& ActivityNumbers() const;
  // Bytes held, near enough, the last snapshot included. O(1).
  size_t memory_bytes() const;
  EventLogBuilder();
  ~EventLogBuilder();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace plumbline::analytics

#endif  // PLUMBLINE_SERVICES_ANALYTICS_LOG_EVENT_LOG_H_
