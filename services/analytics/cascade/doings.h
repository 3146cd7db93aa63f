// SPDX-License-Identifier: Apache-2.0
//
// What was done in the cases that count, and where the time of it went.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_CASCADE_DOINGS_H_
#define PLUMBLINE_SERVICES_ANALYTICS_CASCADE_DOINGS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "services/analytics/cascade/axis.h"
#include "services/analytics/cascade/cases.h"
#include "services/analytics/log/event_log.h"
#include "services/analytics/simulation/opening.h"

namespace plumbline::analytics::cascade {

// An occurrence of a step (mining/occurrences.h). Times on an Axis; kNoTime where there is none.
struct Done {
  uint32_t case_number = 0;
  uint32_t activity = 0;
  int64_t came = 0;           // scheduled, else ready, else begun, else ended
  int64_t start = kNoTime;    // begun
  int64_t end = kNoTime;      // of what has ended
  int64_t planned = kNoTime;  // not before then, by its plan
  int64_t service = 0;        // worked on; where its begin is not known all that was not planned
  int64_t waiting = 0;        // for its begin, but not for its day, nor blocked
  bool skipped = false;       // it ended without being done
  bool scheduled = false;     // it was said when it came
};

// When somebody was at it.
struct Busy {
  uint32_t activity = 0;
  simulation::Stretch when;
};

struct Doings {
  std::vector<Done> done;  // of runs and open cases; by case, what ended in the order of its ends
  std::vector<Busy> busy;  // of all cases, as far as it ended after the first begin of a run
  std::vector<bool> starts_known;  // by activity: most of what was done says when it was begun
  bool scheduled = false;          // the log says when steps come
};

// O(rows) expected.
absl::StatusOr<Doings> ReadDoings(const LogSnapshot& log,
                                  const std::vector<std::string>& map_transitions,
                                  const Cases& cases, const Axis& axis, KeepOn keep_on);

}  // namespace plumbline::analytics::cascade

#endif  // PLUMBLINE_SERVICES_ANALYTICS_CASCADE_DOINGS_H_
