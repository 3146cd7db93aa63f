// SPDX-License-Identifier: Apache-2.0
//
// Who works side by side, and how many at a time.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_CASCADE_STATIONS_H_
#define PLUMBLINE_SERVICES_ANALYTICS_CASCADE_STATIONS_H_

#include <cstdint>
#include <string>
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

// Each activity is a station, or with `by_role` those of a role are one. FIELD_INVALID (field
// "servers[2].station") for one that there is none of. O(busy log busy).
absl::StatusOr<Stations> MakeStations(const LogSnapshot& log, const Needs& needs, bool by_role,
                                      const std::vector<AskedServers>& asked,
                                      const std::vector<Busy>& busy);

}  // namespace plumbline::analytics::cascade

#endif  // PLUMBLINE_SERVICES_ANALYTICS_CASCADE_STATIONS_H_
