// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/flow/work_in_progress.h"

#include <algorithm>

#include "absl/numeric/int128.h"
#include "services/analytics/flow/case_time.h"

namespace plumbline::analytics {
namespace {

// Walks over the horizon from one change to the next.
class Sweep {
 public:
  Sweep(const Horizon& horizon, const Periods& periods, const TimeBetween& between, int64_t there)
      : horizon_(horizon), periods_(periods), between_(between), there_(there) {
    result_.at_begin = there;
    arrived_ = there;
    Open(0, horizon.begin);
  }

  void Arrive(int64_t time) {
    GoTo(time);
    ++there_;
    ++arrived_;
    ++result_.arrivals;
    ++period().arrivals;
    period().most = std::max(period().most, there_);
  }

  void Depart(int64_t time) {
    GoTo(time);
    --there_;
    ++departed_;
    ++result_.departures;
    ++period().departures;
  }

  WorkInProgress Finish() {
    GoTo(horizon_.end);
    Close();
    result_.at_end = there_;
    for (const FlowPeriod& p : result_.periods) result_.most = std::max(result_.most, p.most);
    if (result_.measured_micros > 0) result_.average = Ratio(sum_, result_.measured_micros);
    return std::move(result_);
  }

 private:
  static double Ratio(absl::int128 sum, int64_t time) {
    return static_cast<double>(sum) / static_cast<double>(time);
  }
  FlowPeriod& period() { return result_.periods.back(); }

  void Open(size_t index, int64_t time) {
    index_ = index;
    since_ = time;
    period_sum_ = 0;
    period_time_ = 0;
    result_.periods.push_back({.begin = time, .most = there_});
  }

  void Close() {
    FlowPeriod& p = period();
    p.end = since_;
    p.open_at_end = there_;
    p.cumulative_arrivals = arrived_;
    p.cumulative_departures = departed_;
    if (period_time_ > 0) p.average = Ratio(period_sum_, period_time_);
    sum_ += period_sum_;
    result_.measured_micros += period_time_;
  }

  void GoTo(int64_t time) {
    while (index_ + 1 < periods_.size() && periods_.end(index_) <= time) {
      Pass(periods_.end(index_));
      Close();
      Open(index_ + 1, since_);
    }
    Pass(time);
  }

  void Pass(int64_t time) {
    if (time <= since_) return;
    const int64_t passed = Measure(between_, since_, time);
    period_sum_ += absl::int128(there_) * passed;
    period_time_ += passed;
    since_ = time;
  }

  const Horizon& horizon_;
  const Periods& periods_;
  const TimeBetween& between_;
  WorkInProgress result_;
  int64_t there_, arrived_ = 0, departed_ = 0;
  size_t index_ = 0;
  int64_t since_ = 0;
  absl::int128 sum_ = 0, period_sum_ = 0;
  int64_t period_time_ = 0;
};

}  // namespace

Comings ComingsOf(const std::vector<CaseSpan>& cases, const Horizon& horizon) {
  Comings comings;
  for (const CaseSpan& c : cases) {
    if (horizon.Holds(c.begin)) comings.arrivals.push_back(c.begin);
    const bool gone = c.ended && c.end < horizon.begin;
    comings.there += c.begin < horizon.begin && !gone;
    if (c.ended && horizon.Holds(c.end)) comings.departures.push_back(c.end);
  }
  std::sort(comings.arrivals.begin(), comings.arrivals.end());
  std::sort(comings.departures.begin(), comings.departures.end());
  return comings;
}

WorkInProgress MeasureWorkInProgress(const Comings& comings, const Horizon& horizon,
                                     const Periods& periods, const TimeBetween& between) {
  Sweep sweep(horizon, periods, between, comings.there);
  const std::vector<int64_t>& departures = comings.departures;
  size_t left = 0;
  for (const int64_t arrival : comings.arrivals) {
    while (left < departures.size() && departures[left] < arrival) sweep.Depart(departures[left++]);
    sweep.Arrive(arrival);
  }
  while (left < departures.size()) sweep.Depart(departures[left++]);
  return sweep.Finish();
}

}  // namespace plumbline::analytics
