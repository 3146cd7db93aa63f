// SPDX-License-Identifier: Apache-2.0
//
// Cases that ended, as what others may become: steps with their times, and what each waited for.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_CASCADE_RUNS_H_
#define PLUMBLINE_SERVICES_ANALYTICS_CASCADE_RUNS_H_

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "services/analytics/cascade/doings.h"
#include "services/analytics/cascade/order.h"
#include "services/analytics/cascade/pool.h"
#include "services/analytics/cascade/stations.h"

namespace plumbline::analytics::cascade {

struct RunStep {
  uint32_t activity = 0;
  bool skipped = false;
  Spent spent;                                // all 0 where it was skipped
  int64_t planned = kNoTime;                  // not before then, from the day one of its case
  uint32_t before_begin = 0, before_end = 0;  // what it waited for: in Runs::before
};

struct Run {
  uint32_t begin = 0, end = 0;  // in Runs::steps, in the order of their ends
  int64_t duration = 0;
  int64_t day_one = 0;  // from its begin on; days of plans are counted from it
};

struct Runs {
  std::vector<Run> runs;
  std::vector<RunStep> steps;
  std::vector<uint32_t> before;  // numbers in `steps`, less than that of who waited

  std::span<const uint32_t> Before(const RunStep& step) const {
    return {before.data() + step.before_begin, step.before_end - step.before_begin};
  }
};

// When one waited for the begin of what has ended: nullopt where one did not, or it is not known.
std::optional<simulation::Stretch> WaitOf(const Done& done);
// Where the time of one doing went, but for what was planned.
Spent SpentOf(const Done& done, const Stations& stations);

// Adds a case that ended, which began at `begin`; its plan was made for `day_one`. With `order` a
// step waited for what it waits for in general, else for the last that was done when it came.
// O(steps log steps), with an order O(steps squared), but at most 200 times steps.
void AddRun(std::span<const Done> done, int64_t begin, int64_t day_one, const Stations& stations,
            const Order* order, Runs* runs);

}  // namespace plumbline::analytics::cascade

#endif  // PLUMBLINE_SERVICES_ANALYTICS_CASCADE_RUNS_H_
