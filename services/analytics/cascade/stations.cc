// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/cascade/stations.h"

#include <algorithm>
#include <map>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "common/base/nearest.h"
#include "common/base/status_macros.h"
#include "common/base/threads.h"
#include "common/statistics/ascending.h"

namespace plumbline::analytics::cascade {
namespace {

int64_t Most(const std::vector<WorkStep>& steps) {
  int64_t there = 0, most = 1;
  for (const auto& [time, change] : steps) most = std::max(most, there += change);
  return most;
}

// Whoever comes at the very moment at which another ends has waited for nobody: such stretches have
// no length.
simulation::Opening IdleOf(const std::vector<WorkStep>& steps, int64_t servers) {
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

}  // namespace

absl::StatusOr<Stations> NameStations(const std::vector<std::string>& activities,
                                      const Needs& needs, bool by_role,
                                      const std::vector<AskedServers>& asked) {
  Stations stations;
  std::map<std::string, uint32_t> by_name;
  for (size_t a = 0; a < activities.size(); ++a) {
    const std::string& name = by_role && !needs[a].role.empty() ? needs[a].role : activities[a];
    const auto [it, added] = by_name.try_emplace(name, static_cast<uint32_t>(by_name.size()));
    if (added) stations.names.push_back(name);
    stations.of_activity.push_back(it->second);
  }
  stations.servers.resize(stations.names.size());
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
  return stations;
}

std::vector<AtWork> FindAtWork(const Stations& stations, const std::vector<Busy>& busy,
                               const std::vector<StartCount>& starts) {
  // As numbers, which are sorted fast: twice the time, one more where somebody begins.
  std::vector<std::vector<int64_t>> changes(stations.names.size());
  for (const Busy& one : busy) {
    if (!one.begun && starts[one.activity].known()) continue;
    std::vector<int64_t>& own = changes[stations.of_activity[one.activity]];
    own.push_back(one.when.begin * 2 + 1);
    own.push_back(one.when.end * 2);
  }
  std::vector<AtWork> at_work(changes.size());
  base::InThreads(base::ThreadsOfOneQuestion(), changes.size(), [&](int, size_t s) {
    statistics::SortAscending(&changes[s], [] { return absl::OkStatus(); }).IgnoreError();
    at_work[s].steps.reserve(changes[s].size());
    for (const int64_t change : changes[s])
      at_work[s].steps.emplace_back(change >> 1, change % 2 == 0 ? -1 : 1);
    changes[s] = {};
    at_work[s].most = Most(at_work[s].steps);
  });
  return at_work;
}

void SetServers(const std::vector<AtWork>& at_work, Stations* stations) {
  for (size_t s = 0; s < at_work.size(); ++s) {
    int64_t& servers = stations->servers[s];
    if (servers == 0) servers = at_work[s].most;
    stations->idle.push_back(IdleOf(at_work[s].steps, servers));
  }
}

}  // namespace plumbline::analytics::cascade
