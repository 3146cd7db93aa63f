// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/bottlenecks/ledger.h"

#include <algorithm>

#include "common/statistics/multiplicity.h"

namespace plumbline::analytics::bottlenecks {
namespace {

// Of all parts together; with more no trend is told.
constexpr size_t kMostPeriods = 4'000'000;
constexpr size_t kLeastPeriods = 4;

double Seconds(absl::int128 micros) { return static_cast<double>(micros) / 1e6; }

}  // namespace

PathTime HeldSums::Seconds() const {
  using bottlenecks::Seconds;
  return {Seconds(waiting), Seconds(blocked), Seconds(planned), Seconds(working)};
}

void PartSums::Add(const PartSums& other, int sign) {
  uses += sign * other.uses;
  held.Add(other.held, sign);
  held_count += sign * other.held_count;
  off_path += sign * other.off_path;
  open += sign * other.open;
  count += sign * other.count;
  open_count += sign * other.open_count;
  impediments += sign * other.impediments;
  if (sign > 0) {
    cases.Add(other.cases);
  } else {
    cases.Remove(other.cases);
  }
}

Delayed DelayedOf(const PartSums& sums, const Distribution& waiting) {
  Delayed delayed;
  delayed.path = sums.held.Seconds();
  delayed.cases = static_cast<int64_t>(sums.cases.count());
  if (delayed.cases > 0) delayed.mean = sums.cases.mean() / 1e6;
  delayed.deviation = sums.cases.standard_deviation() / 1e6;
  delayed.count = sums.count;
  delayed.waiting = waiting;
  delayed.off_path_seconds = Seconds(sums.off_path);
  delayed.open_count = sums.open_count;
  delayed.open_seconds = Seconds(sums.open);
  delayed.impediments = sums.impediments;
  return delayed;
}

bool TellsTrends(size_t parts, const Periods& periods) {
  return parts * periods.size() <= kMostPeriods;
}

std::optional<Trend> TrendOf(const std::vector<PeriodSums>& sums, const Periods& periods,
                             const Distribution& waiting, int64_t first_time, int64_t last_time) {
  // Before the log is as old as nearly all waits, only the short ones of these can have ended in
  // it.
  const int64_t from = first_time + static_cast<int64_t>(waiting.p95 * 1e6);
  Trend trend;
  std::vector<double> means;
  for (size_t p = 0; p < sums.size(); ++p) {
    const PeriodSums& period = sums[p];
    const bool whole = periods.begin(p) >= from && periods.end(p) <= last_time + 1;
    if (!whole || period.count == 0) continue;
    means.push_back(Seconds(period.delay) / static_cast<double>(period.count));
    trend.periods.push_back({periods.begin(p), period.count, means.back()});
  }
  if (means.size() < kLeastPeriods) return std::nullopt;
  const auto test = statistics::TestTrend(means);
  // All equal: it goes nowhere.
  trend.test = test.value_or(statistics::TrendTest());
  if (!test.has_value()) trend.test.slope_lower = trend.test.slope_upper = 0;
  return trend;
}

void Ledger::AddHeld(uint32_t number, const HeldTime& time, int64_t end) {
  OfPart& part = At(number);
  part.sums.held.Add(time);
  ++part.sums.held_count;
  const int64_t delay = time.delay();
  if (delay > 0) {
    if (part.of_case == 0) of_case_.push_back(number);
    part.of_case += delay;
  }
  if (periods_ == nullptr) {
    ends_.push_back({number, end, delay});
  } else {
    AddToPeriod(part, delay, end);
  }
}

void Ledger::AddToPeriod(OfPart& part, int64_t delay, int64_t end) {
  if (!trends_ || periods_->empty()) return;
  if (part.periods.empty()) {
    trends_ = TellsTrends(++told_, *periods_);
    if (!trends_) return;
    part.periods.resize(periods_->size());
  }
  PeriodSums& period = part.periods[PeriodOf(end)];
  ++period.count;
  period.delay += delay;
}

void Ledger::EndCase() {
  for (const uint32_t number : of_case_) {
    OfPart& part = parts_[number];
    part.sums.cases.Add(static_cast<uint64_t>(part.of_case));
    part.of_case = 0;
  }
  of_case_.clear();
}

void Ledger::MergeWith(const Ledger& other) {
  parts_.resize(std::max(parts_.size(), other.parts_.size()));
  told_ = 0;
  for (size_t number = 0; number < parts_.size(); ++number) {
    OfPart& part = parts_[number];
    const OfPart* more = number < other.parts_.size() ? &other.parts_[number] : nullptr;
    // So that it is known; the rest goes over later.
    if (more != nullptr) part.sums.uses += more->sums.uses;
    told_ += !part.periods.empty() || (more != nullptr && !more->periods.empty());
  }
  trends_ = trends_ && other.trends_ && TellsTrends(told_, *periods_);
}

void Ledger::MergePart(uint32_t number, Ledger& other) {
  if (!other.Knows(number)) return;
  OfPart &part = parts_[number], &more = other.parts_[number];
  more.sums.uses = 0;  // it was counted
  part.sums.Add(more.sums);
  part.waits.insert(part.waits.end(), more.waits.begin(), more.waits.end());
  std::vector<int64_t>().swap(more.waits);
  if (part.periods.empty()) part.periods.swap(more.periods);
  for (size_t p = 0; p < more.periods.size(); ++p) {
    part.periods[p].count += more.periods[p].count;
    part.periods[p].delay += more.periods[p].delay;
  }
}

Delayed Ledger::Take(uint32_t number, int64_t first_time, int64_t last_time) {
  OfPart& part = parts_[number];
  Delayed delayed = DelayedOf(part.sums, Describe(part.waits));
  std::vector<int64_t>().swap(part.waits);
  if (trends_)
    delayed.trend = TrendOf(part.periods, *periods_, delayed.waiting, first_time, last_time);
  return delayed;
}

void AdjustTrends(std::vector<Delayed>* parts) {
  std::vector<double> p_values;
  for (const Delayed& part : *parts) {
    if (part.trend.has_value()) p_values.push_back(part.trend->test.p_value);
  }
  const std::vector<double> adjusted = statistics::AdjustBenjaminiHochberg(p_values);
  size_t next = 0;
  for (Delayed& part : *parts) {
    if (part.trend.has_value()) part.trend->adjusted = adjusted[next++];
  }
}

}  // namespace plumbline::analytics::bottlenecks
