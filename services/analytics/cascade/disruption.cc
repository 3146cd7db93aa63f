// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/cascade/disruption.h"

#include <algorithm>
#include <set>

namespace plumbline::analytics::cascade {
namespace {

using simulation::Change;
using simulation::kNever;

// At most `servers` from `begin` until `end`.
struct Limit {
  int64_t begin = 0, end = 0, servers = 0;
};

// At each time the least of all limits.
std::vector<Change> ChangesOf(int64_t servers, const std::vector<Limit>& limits) {
  std::set<int64_t> times;
  for (const Limit& limit : limits) {
    times.insert(limit.begin);
    if (limit.end != kNever) times.insert(limit.end);
  }
  std::vector<Change> changes;
  int64_t now = servers;
  for (const int64_t time : times) {
    int64_t least = servers;
    for (const Limit& limit : limits)
      if (limit.begin <= time && time < limit.end) least = std::min(least, limit.servers);
    if (least != now) changes.push_back({time, least - now});
    now = least;
  }
  return changes;
}

}  // namespace

Networks MakeNetworks(const Stations& stations, const std::vector<Disruption>& disruptions) {
  Networks networks;
  for (const uint32_t station : stations.of_activity) networks.kinds.push_back({station, {}});
  networks.kinds.emplace_back();
  for (size_t s = 0; s < stations.names.size(); ++s)
    networks.without.stations.push_back(
        {.name = stations.names[s], .servers = stations.servers[s]});
  networks.with = networks.without;
  std::vector<std::vector<Limit>> limits(stations.names.size());
  for (const Disruption& one : disruptions) {
    simulation::Utility utility;
    if (one.kind == Disruption::Kind::kDown)
      utility.opening = simulation::Opening({{one.begin, one.end}});
    if (one.kind == Disruption::Kind::kSlower)
      utility.slow.push_back({{one.begin, one.end}, one.factor});
    const bool needed = !utility.opening.always() || !utility.slow.empty();
    const auto number = static_cast<uint32_t>(networks.with.utilities.size());
    for (const uint32_t activity : one.activities) {
      if (needed) networks.kinds[activity].utilities.push_back(number);
      if (one.kind == Disruption::Kind::kServers)
        limits[stations.of_activity[activity]].push_back({one.begin, one.end, one.servers});
    }
    if (!needed) continue;
    networks.with.utilities.push_back(std::move(utility));
    networks.without.utilities.emplace_back();
  }
  for (size_t s = 0; s < limits.size(); ++s)
    networks.with.stations[s].changes = ChangesOf(stations.servers[s], limits[s]);
  return networks;
}

}  // namespace plumbline::analytics::cascade
