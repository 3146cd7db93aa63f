// SPDX-License-Identifier: Apache-2.0
//
// All that is learned from a log before anything is simulated.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_CASCADE_EXPERIENCE_H_
#define PLUMBLINE_SERVICES_ANALYTICS_CASCADE_EXPERIENCE_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "services/analytics/cascade/axis.h"
#include "services/analytics/cascade/cases.h"
#include "services/analytics/cascade/doings.h"
#include "services/analytics/cascade/needs.h"
#include "services/analytics/cascade/pool.h"
#include "services/analytics/cascade/runs.h"
#include "services/analytics/cascade/states.h"
#include "services/analytics/cascade/stations.h"

namespace plumbline::analytics::cascade {

struct LearnOptions {
  bool by_role = false;  // see MakeStations
  std::vector<AskedServers> servers;
};

struct Experience {
  Runs runs;
  std::vector<Pool> pools;  // by activity
  std::vector<bool> starts_known;
  Stations stations;
  std::vector<OpenWork> open;
  States states;
  // Between one case and the next, by the axis, and by how much they are to be stretched so that as
  // many come as came; none where fewer than two came.
  std::vector<int64_t> gaps;
  double stretch = 1;
  double mean_gap = 0;       // then stretched
  double mean_duration = 0;  // of runs
};

// From now on a case comes every `mean_gap` > 0 of the axis, on average, as evenly as they came;
// where none came at random. 0: none comes.
void SetArrivals(double mean_gap, Experience* experience);

// What an experience is made of: a log, or of a larger one the runs and open cases, in the order of
// its cases, with what else is known of it.
struct Learning {
  Cases cases;
  Doings doings;
  std::vector<bool> starts_known;  // by activity
  Stations stations;
  std::vector<int64_t> arrivals;  // on the axis, ascending: of all cases since Cases::since
};
// O(rows) expected.
absl::StatusOr<Experience> MakeExperience(Learning learning, const Axis& axis, KeepOn keep_on);
// FIELD_INVALID (field "selection") where there is no run.
absl::Status CheckRuns(const Cases& cases);

// FIELD_INVALID: as of SortCases, CheckRuns and NameStations.
// O(rows) expected.
absl::StatusOr<Experience> Learn(const LogSnapshot& log,
                                 const std::vector<std::string>& map_transitions,
                                 const Needs& needs, const Axis& axis, const LearnOptions& options,
                                 KeepOn keep_on);

}  // namespace plumbline::analytics::cascade

#endif  // PLUMBLINE_SERVICES_ANALYTICS_CASCADE_EXPERIENCE_H_
