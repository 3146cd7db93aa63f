// SPDX-License-Identifier: Apache-2.0
//
// Who works side by side, and how many at a time.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_CASCADE_STATIONS_H_
#define PLUMBLINE_SERVICES_ANALYTICS_CASCADE_STATIONS_H_

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "services/analytics/cascade/doings.h"
#include "services/analytics/cascade/needs.h"
#include "services/analytics/simulation/opening.h"

namespace plumbline::analytics::cascade {

struct AskedServers {
  std::string station;
  int64_t servers = 0;
};

struct Stations {
  std::vector<std::string> names;
  std::vector<uint32_t> of_activity;
  // The most that were at work at once, at least 1, or as asked.
  std::vector<int64_t> servers;
  // Closed where all of them were at work: who waits then waits for them, who waits else for
  // something else.
  std::vector<simulation::Opening> idle;
};

// So many more, or fewer, are at work from a time on. At one time who ends comes first: who then
// begins may do so in its place.
using WorkStep = std::pair<int64_t, int64_t>;

// Who was at work at a station.
struct AtWork {
  int64_t most = 1;             // at once, at least 1
  std::vector<WorkStep> steps;  // ascending; as far as they tell when all servers were at work
};

// Names of stations, with servers where they were asked for, else 0. Each activity is a station, or
// with `by_role` those of a role are one. FIELD_INVALID (field "servers[2].station") for one that
// there is none of. O(activities log activities).
absl::StatusOr<Stations> NameStations(const std::vector<std::string>& activities,
                                      const Needs& needs, bool by_role,
                                      const std::vector<AskedServers>& asked);
// Who was at work, by station. `starts`: by activity. O(busy).
std::vector<AtWork> FindAtWork(const Stations& stations, const std::vector<Busy>& busy,
                               const std::vector<StartCount>& starts);
// Sets what is missing. O(steps).
void SetServers(const std::vector<AtWork>& at_work, Stations* stations);

}  // namespace plumbline::analytics::cascade

#endif  // PLUMBLINE_SERVICES_ANALYTICS_CASCADE_STATIONS_H_
