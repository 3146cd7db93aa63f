// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/cascade/stations.h"

#include <algorithm>
#include <map>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "common/base/nearest.h"
#include "common/base/status_macros.h"

namespace plumbline::analytics::cascade {
namespace {

// One more, or one less, is at work.
using Step = std::pair<int64_t, int>;

// At one time who ends comes first: who then begins may do so in its place.
std::vector<std::vector<Step>> StepsOf(const Stations& stations, const std::vector<Busy>& busy) {
  std::vector<std::vector<Step>> steps(stations.names.size());
  for (const Busy& one : busy) {
    std::vector<Step>& own = steps[stations.of_activity[one.activity]];
    own.emplace_back(one.when.begin, 1);
    own.emplace_back(one.when.end, -1);
  }
  for (auto& own : steps) std::sort(own.begin(), own.end());
  return steps;
}

int64_t Most(const std::vector<Step>& steps) {
  int64_t there = 0, most = 1;
  for (const auto& [time, change] : steps) most = std::max(most, there += change);
  return most;
}

// Whoever comes at the very moment at which another ends has waited for nobody: such stretches have
// no length.
simulation::Opening IdleOf(const std::vector<Step>& steps, int64_t servers) {
  std::vector<simulation::Stretch> full;
  int64_t there = 0;
  for (const auto& [time, change] : steps) {
    const bool was = there >= servers;
    there += change;
    if (!was && there >= servers) full.push_back({time, time});
    if (was && there < servers) full.back().end = time;
  }
  full.erase(std::remove_if(full.begin(), full.end(),
                            [](const simulation::Stretch& s) { return s.begin >= s.end; }),
             full.end());
  return simulation::Opening(std::move(full));
}

void NameStations(const LogSnapshot& log, const Needs& needs, bool by_role, Stations* stations) {
  std::map<std::string, uint32_t> by_name;
  for (size_t a = 0; a < log.activities.size(); ++a) {
    const std::string& name = by_role && !needs[a].role.empty() ? needs[a].role : log.activities[a];
    const auto [it, added] =
        by_name.try_emplace(name, static_cast<uint32_t>(stations->names.size()));
    if (added) stations->names.push_back(name);
    stations->of_activity.push_back(it->second);
  }
}

}  // namespace

absl::StatusOr<Stations> MakeStations(const LogSnapshot& log, const Needs& needs, bool by_role,
                                      const std::vector<AskedServers>& asked,
                                      const std::vector<Busy>& busy) {
  Stations stations;
  NameStations(log, needs, by_role, &stations);
  const auto steps = StepsOf(stations, busy);
  for (const auto& own : steps) stations.servers.push_back(Most(own));
  for (size_t i = 0; i < asked.size(); ++i) {
    const auto& names = stations.names;
    const auto found = std::find_if(names.begin(), names.end(), [&](const std::string& name) {
      return SameName(name, asked[i].station);
    });
    if (found == names.end()) {
      return base::FieldError(
          absl::StrCat("servers[", i, "].station"),
          absl::StrCat("'", asked[i].station, "' is no ", by_role ? "role" : "step", " of the log",
                       base::DidYouMean(asked[i].station, names)));
    }
    stations.servers[static_cast<size_t>(found - names.begin())] = asked[i].servers;
  }
  for (size_t s = 0; s < steps.size(); ++s)
    stations.idle.push_back(IdleOf(steps[s], stations.servers[s]));
  return stations;
}

}  // namespace plumbline::analytics::cascade
