// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/cascade/tally.h"

#include <algorithm>

#include "common/statistics/sums.h"

namespace plumbline::analytics::cascade {
namespace {

using simulation::Outcome;
using simulation::Times;

constexpr double kSecond = 1e6;
constexpr size_t kPlaces = Grid::kSteps + 1;

const Drawn& WithOf(const Future& future) {
  return future.with.has_value() ? *future.with : future.without;
}

// When each case ended; `begins` where it has no task.
std::vector<int64_t> EndsOf(const Drawn& drawn, const Outcome& outcome,
                            std::vector<int64_t> begins) {
  for (size_t i = 0; i < drawn.case_of.size(); ++i) {
    if (drawn.case_of[i] >= begins.size()) continue;
    int64_t& end = begins[drawn.case_of[i]];
    end = std::max(end, outcome.tasks[i].done);
  }
  return begins;
}

// Adds who is there, to `there` by activity and place: first as changes, then summed up.
void CountThere(const Grid& grid, const Drawn& drawn, const Outcome& outcome,
                std::vector<int32_t>* there) {
  std::fill(there->begin(), there->end(), 0);
  for (size_t i = 0; i < drawn.activity_of.size(); ++i) {
    if (drawn.activity_of[i] == kNoText) continue;
    const Times& times = outcome.tasks[i];
    const size_t from = grid.PlaceOf(times.ready), to = grid.PlaceOf(times.done);
    if (from == to) continue;
    int32_t* own = there->data() + drawn.activity_of[i] * kPlaces;
    if (from < kPlaces) ++own[from];
    if (to < kPlaces) --own[to];
  }
  for (size_t a = 0; a < there->size(); a += kPlaces)
    for (size_t p = 1; p < kPlaces; ++p) (*there)[a + p] += (*there)[a + p - 1];
}

}  // namespace

Tally::Tally(const Experience& experience, int64_t until, int64_t day, int64_t runs)
    : experience_(experience), grid_{until}, day_(day), planned_runs_(runs) {
  const size_t activities = experience.pools.size();
  const size_t ends = experience.open.size() * static_cast<size_t>(runs);
  without_.resize(ends);
  with_.resize(ends);
  steps_.resize(activities);
  counts_.resize(kPlaces);
  extras_.resize(kPlaces);
  there_without_.resize(activities * kPlaces);
  there_with_.resize(activities * kPlaces);
}

void Tally::Add(const Future& future, const Outcome& without, const Outcome& with) {
  AddCases(future, without, with);
  AddWaits(future, without, with);
  AddProgress(future, without, with);
  AddLittle(future.without, without);
  events += without.events + with.events;
  anew += future.anew;
  ++runs_;
}

void Tally::AddCases(const Future& future, const Outcome& without, const Outcome& with) {
  const size_t open = experience_.open.size();
  std::vector<int64_t> begins(open, 0);
  begins.insert(begins.end(), future.arrivals.begin(), future.arrivals.end());
  const std::vector<int64_t> own = EndsOf(future.without, without, begins);
  const std::vector<int64_t> late = EndsOf(WithOf(future), with, begins);
  int64_t slip_count = 0;
  statistics::CompensatedSum open_sum, new_sum, durations;
  for (size_t c = 0; c < own.size(); ++c) {
    const int64_t slip = late[c] - own[c];
    (c < open ? open_sum : new_sum).Add(static_cast<double>(slip) / kSecond);
    if (c >= open) {
      durations.Add(static_cast<double>(own[c] - begins[c]) / kSecond);
      continue;
    }
    slip_count += slip >= day_;
    const size_t place = c * static_cast<size_t>(planned_runs_) + static_cast<size_t>(runs_);
    without_[place] = own[c];
    with_[place] = late[c];
  }
  slipping.Add(static_cast<double>(slip_count));
  open_lost.Add(open_sum.value());
  new_lost.Add(new_sum.value());
  new_cases.Add(static_cast<double>(future.new_without));
  if (own.size() > open)
    new_duration.Add(durations.value() / static_cast<double>(own.size() - open));
}

// Of the tasks that are there with and without.
void Tally::AddWaits(const Future& future, const Outcome& without, const Outcome& with) {
  struct Waited {
    double without = 0, with = 0;
    int64_t count = 0;
  };
  std::vector<Waited> waited(steps_.size());
  for (size_t i = 0; i < future.shared; ++i) {
    const uint32_t activity = future.without.activity_of[i];
    if (activity == kNoText) continue;
    const Times &one = without.tasks[i], &other = with.tasks[i];
    Waited& sum = waited[activity];
    sum.without += static_cast<double>(one.begun - one.ready);
    sum.with += static_cast<double>(other.begun - other.ready);
    ++sum.count;
  }
  for (size_t a = 0; a < waited.size(); ++a) {
    const Waited& sum = waited[a];
    if (sum.count == 0) continue;
    const double unit = kSecond * static_cast<double>(sum.count);
    steps_[a].wait.Add(sum.without / unit);
    steps_[a].extra_wait.Add((sum.with - sum.without) / unit);
  }
}

void Tally::AddProgress(const Future& future, const Outcome& without, const Outcome& with) {
  CountThere(grid_, future.without, without, &there_without_);
  CountThere(grid_, WithOf(future), with, &there_with_);
  std::vector<int32_t> count(kPlaces), extra(kPlaces);
  for (size_t a = 0; a < steps_.size(); ++a) {
    StepTally& step = steps_[a];
    if (step.wait.count() > 0 && step.extra.empty()) step.extra.resize(kPlaces);
    for (size_t p = 0; p < kPlaces; ++p) {
      const int32_t own = there_without_[a * kPlaces + p];
      const int32_t more = there_with_[a * kPlaces + p] - own;
      count[p] += own;
      extra[p] += more;
      if (!step.extra.empty()) step.extra[p].Add(more);
    }
  }
  for (size_t p = 0; p < kPlaces; ++p) {
    counts_[p].Add(count[p]);
    extras_[p].Add(extra[p]);
  }
  extra_runs_.push_back(std::move(extra));
}

// Both sides of Little's law: who is there, mean over time; and how long each stays that comes
// while cases come.
void Tally::AddLittle(const Drawn& drawn, const Outcome& without) {
  const auto until = static_cast<double>(grid_.until);
  double there = 0, stays = 0;
  for (size_t i = 0; i < drawn.activity_of.size(); ++i) {
    const Times& times = without.tasks[i];
    if (drawn.activity_of[i] == kNoText || times.ready >= grid_.until) continue;
    there += static_cast<double>(std::min(times.done, grid_.until) - times.ready);
    stays += static_cast<double>(times.done - times.ready);
  }
  in_progress.Add(there / until);
  stay.Add(stays / until);
}

}  // namespace plumbline::analytics::cascade
