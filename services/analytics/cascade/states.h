// SPDX-License-Identifier: Apache-2.0
//
// Where open cases are, and which runs were there once: one of those says how they go on.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_CASCADE_STATES_H_
#define PLUMBLINE_SERVICES_ANALYTICS_CASCADE_STATES_H_

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "services/analytics/cascade/doings.h"
#include "services/analytics/cascade/runs.h"

namespace plumbline::analytics::cascade {

// A step of an open case that is ready or begun.
struct At {
  uint32_t activity = 0;
  int64_t came = 0;
  int64_t start = kNoTime;
  int64_t planned = kNoTime;
};

struct OpenWork {
  uint32_t case_number = 0;
  int64_t begin = 0;
  int64_t day_one = 0;
  std::vector<At> at;
  std::vector<uint32_t> done;  // activities, in the order of their ends
  int64_t last_end = kNoTime;
  size_t state = 0;  // in States::states
};

// The steps of a run from `from` on are still to come.
struct Place {
  uint32_t run = 0;
  uint32_t from = 0;  // in Runs::steps
};

struct State {
  std::vector<Place> places;
  // What was done, with how often: those steps of a run are not to come, the first of each. Empty
  // where `from` says it.
  std::vector<std::pair<uint32_t, uint32_t>> done;
};

struct States {
  std::vector<State> states;  // one without places: no run is like it, and nothing is to come
  int64_t rare_count = 0;     // open cases in a state in which fewer than five runs were
};

// Sets the state of each open case. Its runs are those that once had done the same steps (in any
// order); where these are fewer than five, in a log that says when steps come those that did most
// of them, else those that did the last one. O(steps of runs), and O(steps of 500 runs) for each
// state that is rare. `activities`: how many the log has. An error of `keep_on` ends it.
absl::StatusOr<States> FindStates(const Runs& runs, size_t activities, bool scheduled,
                                  KeepOn keep_on, std::vector<OpenWork>* open);

}  // namespace plumbline::analytics::cascade

#endif  // PLUMBLINE_SERVICES_ANALYTICS_CASCADE_STATES_H_
