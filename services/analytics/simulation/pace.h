// SPDX-License-Identifier: Apache-2.0
#ifndef PLUMBLINE_SERVICES_ANALYTICS_SIMULATION_PACE_H_
#define PLUMBLINE_SERVICES_ANALYTICS_SIMULATION_PACE_H_

#include <cstdint>
#include <vector>

#include "services/analytics/simulation/opening.h"

namespace plumbline::analytics::simulation {

// A stretch in which all takes `times` as long, > 0. Below 1 it is faster.
struct Slow {
  Stretch when;
  double times = 1;
};

// How fast work goes on: at its own pace, but for stretches in which it rests or is slow. Where
// several are slow at once, they multiply. Immutable.
class Pace {
 public:
  Pace(const Opening& opening, const std::vector<Slow>& slow);

  // When work of `duration` >= 0 is done that begins at `time`, at the earliest; a part of a
  // microsecond counts as a whole one. O(log stretches + stretches that it lasts for).
  int64_t Finish(int64_t time, int64_t duration) const;

 private:
  struct Piece {
    int64_t begin = 0;
    double times = 1;  // 0: it rests
  };

  std::vector<Piece> pieces_;  // ascending; each until the next begins
};

}  // namespace plumbline::analytics::simulation

#endif  // PLUMBLINE_SERVICES_ANALYTICS_SIMULATION_PACE_H_
