// SPDX-License-Identifier: Apache-2.0
//
// An event log in memory: columns sorted by case and time, built from batches, kept current by
// appending. Readers work on immutable snapshots.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_LOG_EVENT_LOG_H_
#define PLUMBLINE_SERVICES_ANALYTICS_LOG_EVENT_LOG_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "services/analytics/log/event_batch.h"

namespace plumbline::analytics {

// The columns of a log in its canonical order: case id as byte string, then (start where the log
// has starts, time), then the order of arrival. Immutable. Case c has the rows case_begin[c] ..
// case_begin[c+1]; cases are numbered in the order of their ids. At most 32 bytes an event,
// dictionaries and attributes aside.
struct LogSnapshot {
  std::vector<std::string> cases;       // ids, ascending
  std::vector<std::string> activities;  // ascending: the number of an activity is its rank
  std::vector<std::string> resources;
  std::vector<std::string> transitions;  // lower case
  std::vector<std::string> attribute_keys;

  std::vector<uint32_t> case_begin;  // cases + 1
  std::vector<uint32_t> activity;    // (or narrower, see accessors of the implementation)
  std::vector<int64_t> time;
  std::vector<int64_t> start;              // empty if no event has a start
  std::vector<uint32_t> resource;          // empty if no event has one; kNoText where it is missing
  std::vector<uint8_t> transition;         // empty if no event has one; 255 where it is missing
  std::vector<EventAttribute> attributes;  // ascending by row; `key` in attribute_keys

  size_t size() const { return time.size(); }
  size_t case_count() const { return cases.size(); }
  size_t memory_bytes() const;
};

// Collects batches and gives snapshots. Not thread-safe; snapshots are.
class EventLogBuilder {
 public:
  // O(rows).
  void Append(const EventBatch& batch);
  // The log as it is now. Costs a sort of what came since the last call and a merge; nothing if
  // nothing came.
  std::shared_ptr<const LogSnapshot> Snapshot();
  EventLogBuilder();
  ~EventLogBuilder();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace plumbline::analytics

#endif  // PLUMBLINE_SERVICES_ANALYTICS_LOG_EVENT_LOG_H_
