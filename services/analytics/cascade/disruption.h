// SPDX-License-Identifier: Apache-2.0
//
// What happens, and the networks with and without it.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_CASCADE_DISRUPTION_H_
#define PLUMBLINE_SERVICES_ANALYTICS_CASCADE_DISRUPTION_H_

#include <cstdint>
#include <vector>

#include "services/analytics/cascade/stations.h"
#include "services/analytics/simulation/engine.h"
#include "services/analytics/simulation/network.h"

namespace plumbline::analytics::cascade {

// From `begin` until just before `end`, on the axis.
struct Disruption {
  enum class Kind { kDown, kSlower, kServers, kArrivals };
  Kind kind = Kind::kDown;
  std::vector<uint32_t> activities;  // that it is about; none of kArrivals
  int64_t begin = 0;
  int64_t end = simulation::kNever;
  double factor = 1;    // kSlower: so many times as long; kArrivals: so many times as many
  int64_t servers = 0;  // kServers: at most so many at each of their stations

  // For ever: then nothing goes back to what it was.
  bool lasts() const { return end == simulation::kNever; }
};

// The stations, and one utility for each of `disruptions`, which the steps need that it is about:
// without disruptions all of them are open, so that both networks take the same work.
struct Networks {
  simulation::Network without, with;
  std::vector<simulation::TaskKind> kinds;  // by activity; last that of what nobody does
};

Networks MakeNetworks(const Stations& stations, const std::vector<Disruption>& disruptions);

}  // namespace plumbline::analytics::cascade

#endif  // PLUMBLINE_SERVICES_ANALYTICS_CASCADE_DISRUPTION_H_
