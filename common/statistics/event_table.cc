// SPDX-License-Identifier: Apache-2.0
#include "common/statistics/event_table.h"

#include "common/statistics/ascending.h"

namespace plumbline::statistics {

EventTable::EventTable(absl::Span<const Observation> observations) {
  std::vector<double> events, censored;
  events.reserve(observations.size());
  censored.reserve(observations.size());
  for (const Observation& one : observations)
    (one.happened ? events : censored).push_back(one.time);
  SortAscending(&events);
  SortAscending(&censored);
  Reserve(observations.size());
  size_t next = 0;
  for (const double time : events) {
    for (; next < censored.size() && censored[next] < time; ++next) Add(censored[next], false);
    Add(time, true);
  }
  for (; next < censored.size(); ++next) Add(censored[next], false);
}

}  // namespace plumbline::statistics
