// SPDX-License-Identifier: Apache-2.0
//
// The part of a log that one node of a tree is mined from.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_DISCOVERY_SUB_LOG_H_
#define PLUMBLINE_SERVICES_ANALYTICS_DISCOVERY_SUB_LOG_H_

#include <cstdint>
#include <span>
#include <vector>

#include "services/analytics/discovery/trace_bag.h"
#include "services/analytics/discovery/trace_store.h"

namespace plumbline::analytics {

// A bag of traces over the activities 0 .. activities.size()-1 of its own. Empty traces are counted
// apart. Smaller numbers have smaller names.
struct SubLog {
  std::vector<uint32_t> activities;  // ascending ranks by name among those of the whole log
  TraceStore<uint16_t> traces;       // none is empty
  int64_t empty_count = 0;

  size_t activity_count() const { return activities.size(); }
  // All traces with their counts. O(variants).
  int64_t trace_count() const;

  void Push(uint16_t activity) { traces.Push(activity); }
  // Ends the trace that was pushed, be it empty.
  void Close(int64_t count) {
    if (traces.open_length() == 0) {
      empty_count += count;
    } else {
      traces.Close(count);
    }
  }
};

// The whole of `bag`, whose traces must have fewer than 65,535 activities. O(events).
SubLog WholeLog(const TraceBag& bag);

// Drops the activities that no trace has. O(events).
void DropUnused(SubLog* log);

// An empty log over those activities of `log` that `wanted(i)` holds for; (*local)[i] becomes the
// number of activity i in it.
template <class Wanted>
SubLog EmptyPart(const SubLog& log, Wanted wanted, std::vector<uint16_t>* local) {
  SubLog part;
  for (size_t i = 0; i < log.activity_count(); ++i) {
    if (!wanted(i)) continue;
    (*local)[i] = static_cast<uint16_t>(part.activities.size());
    part.activities.push_back(log.activities[i]);
  }
  return part;
}

}  // namespace plumbline::analytics

#endif  // PLUMBLINE_SERVICES_ANALYTICS_DISCOVERY_SUB_LOG_H_
