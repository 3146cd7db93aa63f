// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/cascade/tally.h"

#include <algorithm>
#include <functional>
#include <span>

#include "common/statistics/sums.h"

namespace plumbline::analytics::cascade {
namespace {

using simulation::Engine;
using simulation::Times;

constexpr double kSecond = 1e6;
constexpr size_t kPlaces = Grid::kSteps + 1;

// Changes become what is there.
void SumUp(std::vector<int32_t>* changes) {
  for (size_t a = 0; a < changes->size(); a += kPlaces)
    for (size_t p = 1; p < kPlaces; ++p) (*changes)[a + p] += (*changes)[a + p - 1];
}

// Of all activities, by place.
void AddUp(const std::vector<int32_t>& by_activity, std::vector<int32_t>* all) {
  all->assign(kPlaces, 0);
  for (size_t a = 0; a < by_activity.size(); a += kPlaces)
    for (size_t p = 0; p < kPlaces; ++p) (*all)[p] += by_activity[a + p];
}

RunningMean Nothing(int64_t times) {
  RunningMean mean;
  for (int64_t i = 0; i < times; ++i) mean.Add(0);
  return mean;
}

}  // namespace

// Who comes and goes, by activity and place.
void Counter::AddChange(uint32_t activity, const Times& times, std::vector<int32_t>* changes) {
  const size_t from = grid_.PlaceOf(times.ready), to = grid_.PlaceOf(times.done);
  if (from == to) return;
  int32_t* own = changes->data() + activity * kPlaces;
  if (from < kPlaces) ++own[from];
  if (to < kPlaces) --own[to];
}

// Also both sides of Little's law: who is there, mean over time; and how long each stays that comes
// while cases come.
void Counter::CountWithout(const Future& future, const Engine& engine, FutureTally* tally) {
  const Drawn& drawn = future.without;
  const size_t activities = experience_.pools.size();
  own_.assign(experience_.open.size(), 0);
  own_.insert(own_.end(), future.arrivals.begin(), future.arrivals.end());
  late_ = own_;  // those without a task end as they begin
  tally->waited.assign(activities, {});
  tally->there.assign(activities * kPlaces, 0);
  const int64_t until = grid_.until();
  double there = 0, stays = 0;
  for (size_t i = 0; i < drawn.case_of.size(); ++i) {
    const Times& times = engine.times(i);
    if (drawn.case_of[i] < own_.size()) {
      int64_t& end = own_[drawn.case_of[i]];
      end = std::max(end, times.done);
    }
    const uint32_t activity = drawn.work.pieces[i].kind;
    if (activity >= activities) continue;
    AddChange(activity, times, &tally->there);
    if (i < future.shared) {  // waits are of those that are there with and without
      FutureTally::Waited& sum = tally->waited[activity];
      sum.without += static_cast<double>(times.begun - times.ready);
      ++sum.count;
    }
    if (times.ready >= until) continue;
    there += static_cast<double>(std::min(times.done, until) - times.ready);
    stays += static_cast<double>(times.done - times.ready);
  }
  tally->in_progress = there / static_cast<double>(until);
  tally->stay = stays / static_cast<double>(until);
  tally->events = engine.events();
  tally->anew = future.anew;
}

void Counter::CountWith(const Future& future, const Engine& engine, FutureTally* tally) {
  const Drawn& drawn = future.with.has_value() ? *future.with : future.without;
  const size_t activities = experience_.pools.size();
  tally->more.resize(tally->there.size());
  std::transform(tally->there.begin(), tally->there.end(), tally->more.begin(), std::negate<>());
  for (size_t i = 0; i < drawn.case_of.size(); ++i) {
    const Times& times = engine.times(i);
    if (drawn.case_of[i] < late_.size()) {
      int64_t& end = late_[drawn.case_of[i]];
      end = std::max(end, times.done);
    }
    const uint32_t activity = drawn.work.pieces[i].kind;
    if (activity >= activities) continue;
    AddChange(activity, times, &tally->more);
    if (i < future.shared)
      tally->waited[activity].with += static_cast<double>(times.begun - times.ready);
  }
  SumUp(&tally->there);
  SumUp(&tally->more);
  AddUp(tally->there, &tally->counts);
  AddUp(tally->more, &tally->extras);
  tally->events += engine.events();
  CountCases(future, tally);
}

void Counter::CountCases(const Future& future, FutureTally* tally) const {
  const size_t open = experience_.open.size();
  tally->slip_count = 0;
  statistics::CompensatedSum open_sum, new_sum, durations;
  for (size_t c = 0; c < own_.size(); ++c) {
    const int64_t slip = late_[c] - own_[c];
    (c < open ? open_sum : new_sum).Add(static_cast<double>(slip) / kSecond);
    if (c < open) {
      tally->slip_count += slip >= day_;
    } else {
      durations.Add(static_cast<double>(own_[c] - future.arrivals[c - open]) / kSecond);
    }
  }
  tally->without.assign(own_.begin(), own_.begin() + static_cast<std::ptrdiff_t>(open));
  tally->with.assign(late_.begin(), late_.begin() + static_cast<std::ptrdiff_t>(open));
  tally->open_lost = open_sum.value();
  tally->new_lost = new_sum.value();
  tally->new_durations = durations.value();
  tally->new_count = static_cast<int64_t>(own_.size() - open);
  tally->new_without = future.new_without;
}

Tally::Tally(size_t open_cases, size_t activities, int64_t until, int64_t runs)
    : grid_(until), planned_runs_(runs) {
  const size_t ends = open_cases * static_cast<size_t>(runs);
  without_.resize(ends);
  with_.resize(ends);
  steps_.resize(activities);
  counts_.resize(kPlaces);
  extras_.resize(kPlaces);
}

void Tally::Add(const FutureTally& future) {
  for (size_t c = 0; c < future.without.size(); ++c) {
    const size_t place = c * static_cast<size_t>(planned_runs_) + static_cast<size_t>(runs_);
    without_[place] = future.without[c];
    with_[place] = future.with[c];
  }
  slipping.Add(static_cast<double>(future.slip_count));
  open_lost.Add(future.open_lost);
  new_lost.Add(future.new_lost);
  new_cases.Add(static_cast<double>(future.new_without));
  if (future.new_count > 0)
    new_duration.Add(future.new_durations / static_cast<double>(future.new_count));
  AddSteps(future);
  for (size_t p = 0; p < kPlaces; ++p) {
    counts_[p].Add(future.counts[p]);
    extras_[p].Add(future.extras[p]);
  }
  extra_runs_.push_back(future.extras);
  in_progress.Add(future.in_progress);
  stay.Add(future.stay);
  events += future.events;
  anew += future.anew;
  ++runs_;
}

void Tally::AddSteps(const FutureTally& future) {
  for (size_t a = 0; a < steps_.size(); ++a) {
    StepTally& step = steps_[a];
    const FutureTally::Waited& sum = future.waited[a];
    if (sum.count > 0) {
      const double unit = kSecond * static_cast<double>(sum.count);
      step.wait.Add(sum.without / unit);
      step.extra_wait.Add((sum.with - sum.without) / unit);
    }
    const auto more = std::span(future.more).subspan(a * kPlaces, kPlaces);
    const auto is_some = [](int32_t count) { return count != 0; };
    if (step.extra.empty()) {
      if (sum.count == 0 && std::none_of(more.begin(), more.end(), is_some)) continue;
      step.extra.assign(kPlaces, Nothing(runs_));  // of the futures before
    }
    for (size_t p = 0; p < kPlaces; ++p) step.extra[p].Add(more[p]);
  }
}

}  // namespace plumbline::analytics::cascade
