// SPDX-License-Identifier: Apache-2.0
//
// What many futures say together, with the error of having drawn no more of them.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_CASCADE_TALLY_H_
#define PLUMBLINE_SERVICES_ANALYTICS_CASCADE_TALLY_H_

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "services/analytics/cascade/draw.h"
#include "services/analytics/simulation/network.h"

namespace plumbline::analytics::cascade {

// A mean of what comes one by one, and its standard error (Welford 1962).
class RunningMean {
 public:
  void Add(double value) {
    ++count_;
    const double before = value - mean_;
    mean_ += before / static_cast<double>(count_);
    squares_ += before * (value - mean_);
  }
  int64_t count() const { return count_; }
  double mean() const { return mean_; }
  // 0 for fewer than two.
  double error() const {
    if (count_ < 2) return 0;
    const auto n = static_cast<double>(count_);
    return std::sqrt(squares_ / (n - 1) / n);
  }

 private:
  int64_t count_ = 0;
  double mean_ = 0, squares_ = 0;
};

// Times at which work in progress is looked at: 0 to `until`, evenly.
struct Grid {
  static constexpr size_t kSteps = 96;

  int64_t until = 1;

  int64_t At(size_t place) const {
    return static_cast<int64_t>(static_cast<double>(until) / kSteps * static_cast<double>(place));
  }
  // The first place at `time` or later; kSteps + 1 where there is none.
  size_t PlaceOf(int64_t time) const {
    if (time <= 0) return 0;
    if (time > until) return kSteps + 1;
    auto place =
        static_cast<size_t>(static_cast<double>(time) / static_cast<double>(until) * kSteps);
    while (place > 0 && At(place - 1) >= time) --place;
    while (place <= kSteps && At(place) < time) ++place;
    return place;
  }
};

// Of one step.
struct StepTally {
  RunningMean wait;                // seconds until it is begun, from when it can be
  RunningMean extra_wait;          // how much longer with disruptions
  std::vector<RunningMean> extra;  // by place of the grid: how many more are there
};

class Tally {
 public:
  // For `runs` futures. The experience must outlive it.
  Tally(const Experience& experience, int64_t until, int64_t day, int64_t runs);

  void Add(const Future& future, const simulation::Outcome& without,
           const simulation::Outcome& with);

  const Grid& grid() const { return grid_; }
  int64_t runs() const { return runs_; }
  // When an open case ended, by future.
  const int64_t* Ends(size_t open, bool with) const {
    return (with ? with_ : without_).data() + open * static_cast<size_t>(planned_runs_);
  }
  const std::vector<StepTally>& steps() const { return steps_; }      // by activity
  const std::vector<RunningMean>& counts() const { return counts_; }  // by place, all steps
  const std::vector<RunningMean>& extras() const { return extras_; }
  // How many more at a place of the grid, by future.
  const std::vector<std::vector<int32_t>>& extra_runs() const { return extra_runs_; }

  RunningMean slipping, open_lost, new_lost, new_cases, new_duration, in_progress, stay;
  int64_t events = 0;
  int64_t anew = 0;

 private:
  void AddCases(const Future& future, const simulation::Outcome& without,
                const simulation::Outcome& with);
  void AddWaits(const Future& future, const simulation::Outcome& without,
                const simulation::Outcome& with);
  void AddProgress(const Future& future, const simulation::Outcome& without,
                   const simulation::Outcome& with);
  void AddLittle(const Drawn& drawn, const simulation::Outcome& without);

  const Experience& experience_;
  const Grid grid_;
  const int64_t day_, planned_runs_;
  int64_t runs_ = 0;
  std::vector<int64_t> without_, with_;  // [open * runs + run]
  std::vector<StepTally> steps_;
  std::vector<RunningMean> counts_, extras_;
  std::vector<std::vector<int32_t>> extra_runs_;
  std::vector<int32_t> there_without_, there_with_;  // [activity * places + place]
};

}  // namespace plumbline::analytics::cascade

#endif  // PLUMBLINE_SERVICES_ANALYTICS_CASCADE_TALLY_H_
