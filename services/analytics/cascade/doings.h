// SPDX-License-Identifier: Apache-2.0
//
// What was done in the cases that count, and where the time of it went.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_CASCADE_DOINGS_H_
#define PLUMBLINE_SERVICES_ANALYTICS_CASCADE_DOINGS_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "services/analytics/cascade/axis.h"
#include "services/analytics/cascade/cases.h"
#include "services/analytics/log/event_log.h"
#include "services/analytics/mining/occurrences.h"
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

// When somebody was at it, or may have been where it is not known when it was begun.
struct Busy {
  uint32_t case_number = 0;
  uint32_t activity : 31 = 0;
  uint32_t begun : 1 = 1;
  simulation::Stretch when;
};
// Of what has ended, or is under way on an axis that begins now; nullopt: at no time.
std::optional<Busy> BusyOf(const Occurrence& occurrence, const Axis& axis);

// Of what was done of an activity.
struct StartCount {
  int64_t begun = 0, all = 0;  // it is known when; in all
  void Count(const Occurrence& occurrence, int64_t times = 1) {
    if (!occurrence.completed) return;
    all += times;
    begun += occurrence.start != kNoTime ? times : 0;
  }
  // Most of it says when it was begun.
  bool known() const { return begun * 2 > all; }
};

struct Doings {
  std::vector<Done> done;  // of runs and open cases; by case, what ended in the order of its ends
  std::vector<Busy> busy;  // of all cases, as far as it ended after the first begin of a run
  std::vector<StartCount> starts;  // by activity
  bool scheduled = false;          // the log says when steps come
};

// O(rows) expected.
absl::StatusOr<Doings> ReadDoings(const LogSnapshot& log,
                                  const std::vector<std::string>& map_transitions,
                                  const Cases& cases, const Axis& axis, KeepOn keep_on);

}  // namespace plumbline::analytics::cascade

#endif  // PLUMBLINE_SERVICES_ANALYTICS_CASCADE_DOINGS_H_
