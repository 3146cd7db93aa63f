// SPDX-License-Identifier: Apache-2.0
//
// What many futures say together, with the error of having drawn no more of them.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_CASCADE_TALLY_H_
#define PLUMBLINE_SERVICES_ANALYTICS_CASCADE_TALLY_H_

#include <algorithm>
#include <array>
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
class Grid {
 public:
  static constexpr size_t kSteps = 96;

  explicit Grid(int64_t until) : until_(until), places_of_(kSteps / static_cast<double>(until)) {
    for (size_t place = 0; place <= kSteps; ++place) {
      at_[place] =
          static_cast<int64_t>(static_cast<double>(until) / kSteps * static_cast<double>(place));
    }
  }

  int64_t until() const { return until_; }
  int64_t At(size_t place) const { return at_[place]; }
  // The first place at `time` or later; kSteps + 1 where there is none.
  size_t PlaceOf(int64_t time) const {
    if (time <= 0) return 0;
    if (time > until_) return kSteps + 1;
    auto place = std::min(kSteps, static_cast<size_t>(static_cast<double>(time) * places_of_));
    while (place > 0 && at_[place - 1] >= time) --place;
    while (place <= kSteps && at_[place] < time) ++place;
    return place;
  }

 private:
  int64_t until_;
  double places_of_;  // a microsecond
  std::array<int64_t, kSteps + 1> at_;
};

// Of one step.
struct StepTally {
  RunningMean wait;                // seconds until it is begun, from when it can be
  RunningMean extra_wait;          // how much longer with disruptions
  std::vector<RunningMean> extra;  // by place of the grid: how many more are there
};

// What one future says, before it is added to others.
struct FutureTally {
  struct Waited {
    double without = 0, with = 0;  // microseconds
    int64_t count = 0;
  };

  std::vector<int64_t> without, with;  // when each open case ended
  int64_t slip_count = 0;
  double open_lost = 0, new_lost = 0, new_durations = 0;  // seconds
  int64_t new_count = 0, new_without = 0;
  std::vector<Waited> waited;           // by activity
  std::vector<int32_t> there, more;     // [activity * places + place]: without, more with
  std::vector<int32_t> counts, extras;  // by place: of all activities
  double in_progress = 0, stay = 0;
  int64_t events = 0, anew = 0;
};

// Makes those. The experience must outlive it. Not thread-safe.
class Counter {
 public:
  Counter(const Experience& experience, int64_t until, int64_t day)
      : experience_(experience), grid_(until), day_(day) {}

  // Of a future that the engine has run last, in the network without disruptions: replaces what
  // `tally` held. Then with them. O(pieces + activities).
  void CountWithout(const Future& future, const simulation::Engine& engine, FutureTally* tally);
  void CountWith(const Future& future, const simulation::Engine& engine, FutureTally* tally);

 private:
  void CountCases(const Future& future, FutureTally* tally) const;
  void AddChange(uint32_t activity, const simulation::Times& times, std::vector<int32_t>* changes);

  const Experience& experience_;
  const Grid grid_;
  const int64_t day_;
  std::vector<int64_t> own_, late_;  // when cases ended, those that came among them
};

class Tally {
 public:
  // For `runs` futures.
  Tally(size_t open_cases, size_t activities, int64_t until, int64_t runs);

  // The same futures in the same order give the same sums, to the last digit. O(activities + open
  // cases).
  void Add(const FutureTally& future);

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
  void AddSteps(const FutureTally& future);

  const Grid grid_;
  const int64_t planned_runs_;
  int64_t runs_ = 0;
  std::vector<int64_t> without_, with_;  // [open * runs + run]
  std::vector<StepTally> steps_;
  std::vector<RunningMean> counts_, extras_;
  std::vector<std::vector<int32_t>> extra_runs_;
};

}  // namespace plumbline::analytics::cascade

#endif  // PLUMBLINE_SERVICES_ANALYTICS_CASCADE_TALLY_H_
