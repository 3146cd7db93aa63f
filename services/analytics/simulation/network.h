// SPDX-License-Identifier: Apache-2.0
//
// A discrete-event simulation of work that queues for those who do it. Pure functions: all chance
// has been drawn before, so that two networks can be given the very same work and what differs is
// what the network did (common random numbers; Law 2015, section 11.2).
#ifndef PLUMBLINE_SERVICES_ANALYTICS_SIMULATION_NETWORK_H_
#define PLUMBLINE_SERVICES_ANALYTICS_SIMULATION_NETWORK_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/container/inlined_vector.h"
#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "services/analytics/simulation/opening.h"
#include "services/analytics/simulation/pace.h"

namespace plumbline::analytics::simulation {

inline constexpr uint32_t kNobody = 0xFFFFFFFF;
inline constexpr int64_t kNever = INT64_MAX;

// From `time` on a station has so many servers more, or fewer where `servers` is below 0. Who is at
// work then ends what was begun.
struct Change {
  int64_t time = 0;
  int64_t servers = 0;
};

// A role, a team, a machine: does `servers` tasks at once, first come first served.
struct Station {
  std::string name;
  int64_t servers = 1;  // 0: as many as come, so that nothing queues
  Opening opening;
  double slowness = 1;          // > 0: all that it does takes so many times as long
  std::vector<Slow> slow;       // when that is so for a time only
  std::vector<Change> changes;  // of servers; nothing where these are 0
};

// What tasks need, and that can stop.
struct Utility {
  std::string name;
  Opening opening;
  std::vector<Slow> slow;
};

struct Network {
  std::vector<Station> stations;
  std::vector<Utility> utilities;
};

// Few, as a rule: those of millions of tasks are not worth a place in memory each.
using Numbers = absl::InlinedVector<uint32_t, 4>;

// A piece of work, ready when the tasks before it are done and not before `earliest`. It is begun
// when its station has a server that is free, and station and utilities are open; once begun it
// holds the server, and rests while one of them is closed. Tasks that wait for a utility do not
// hold up others.
struct Task {
  uint32_t station = 0;  // of the network; kNobody = nobody, nothing queues
  int64_t duration = 0;  // >= 0, of open time
  int64_t earliest = 0;
  Numbers utilities;  // of the network
  Numbers before;     // tasks of the workload, without cycles
};

struct Workload {
  std::vector<Task> tasks;
};

// When a task was ready, begun and done; kNever where the simulation ended before.
struct Times {
  int64_t ready = kNever;
  int64_t begun = kNever;
  int64_t done = kNever;
};

struct Outcome {
  std::vector<Times> tasks;  // as in the workload
  int64_t events = 0;        // tasks that became ready, and tasks that were done
};

// FIELD_INVALID: changes that leave no server at last or fewer than none, a slowness that is none.
absl::Status Check(const Network& network);

// Runs until all is done, or `horizon`: what would be done after it is not. Of tasks that are ready
// at the same time the one with the lower number comes first. FIELD_INVALID: a number that is none
// of a station, utility or task, a negative duration, a cycle, changes that leave no server at last
// or fewer than none, a slowness that is none. An error of `keep_on`, asked now and
// then, ends it. O(events log tasks).
absl::StatusOr<Outcome> Simulate(const Network& network, const Workload& workload, int64_t horizon,
                                 absl::FunctionRef<absl::Status()> keep_on);

}  // namespace plumbline::analytics::simulation

#endif  // PLUMBLINE_SERVICES_ANALYTICS_SIMULATION_NETWORK_H_
