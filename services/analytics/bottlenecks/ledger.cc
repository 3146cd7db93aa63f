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

void Ledger::AddHeld(uint32_t number, const HeldTime& time, int64_t end) {
  OfPart& part = At(number);
  part.held.Add(time);
  if (time.delay() > 0) {
    if (part.of_case == 0) of_case_.push_back(number);
    part.of_case += time.delay();
  }
  if (!trends_ || periods_.empty()) return;
  if (part.periods.empty()) {
    periods_held_ += periods_.size();
    trends_ = periods_held_ <= kMostPeriods;
    if (!trends_) return;
    part.periods.resize(periods_.size());
  }
  OfPeriod& period = part.periods[PeriodOf(end)];
  ++period.count;
  period.delay += static_cast<double>(time.delay());
}

void Ledger::EndCase() {
  for (const uint32_t number : of_case_) {
    OfPart& part = parts_[number];
    part.cases.Add(static_cast<uint64_t>(part.of_case));
    part.of_case = 0;
  }
  of_case_.clear();
}

void Ledger::MergeWith(const Ledger& other) {
  parts_.resize(std::max(parts_.size(), other.parts_.size()));
  trends_ = trends_ && other.trends_;
  periods_held_ = 0;
  for (size_t number = 0; number < parts_.size(); ++number) {
    OfPart& part = parts_[number];
    const OfPart* more = number < other.parts_.size() ? &other.parts_[number] : nullptr;
    part.used |= more != nullptr && more->used;
    const bool told = !part.periods.empty() || (more != nullptr && !more->periods.empty());
    if (told) periods_held_ += periods_.size();
  }
  trends_ = trends_ && periods_held_ <= kMostPeriods;
}

void Ledger::MergePart(uint32_t number, Ledger& other) {
  if (!other.Knows(number)) return;
  OfPart &part = parts_[number], &more = other.parts_[number];
  part.held.Add(more.held);
  part.off_path += more.off_path;
  part.open += more.open;
  part.count += more.count;
  part.open_count += more.open_count;
  part.impediments += more.impediments;
  part.waits.insert(part.waits.end(), more.waits.begin(), more.waits.end());
  std::vector<int64_t>().swap(more.waits);
  part.cases.Add(more.cases);
  if (part.periods.empty()) part.periods.swap(more.periods);
  for (size_t p = 0; p < more.periods.size(); ++p) {
    part.periods[p].count += more.periods[p].count;
    part.periods[p].delay += more.periods[p].delay;
  }
}

Delayed Ledger::Take(uint32_t number, int64_t first_time, int64_t last_time) {
  OfPart& part = parts_[number];
  Delayed delayed;
  delayed.path = part.held.Seconds();
  delayed.cases = static_cast<int64_t>(part.cases.count());
  if (delayed.cases > 0) delayed.mean = part.cases.mean() / 1e6;
  delayed.deviation = part.cases.standard_deviation() / 1e6;
  delayed.count = part.count;
  delayed.waiting = Describe(part.waits);
  std::vector<int64_t>().swap(part.waits);
  delayed.off_path_seconds = Seconds(part.off_path);
  delayed.open_count = part.open_count;
  delayed.open_seconds = Seconds(part.open);
  delayed.impediments = part.impediments;
  // Before the log is as old as nearly all waits, only the short ones of these can have ended in
  // it.
  const auto young = static_cast<int64_t>(delayed.waiting.p95 * 1e6);
  if (trends_) delayed.trend = TrendOf(part, first_time + young, last_time);
  return delayed;
}

std::optional<Trend> Ledger::TrendOf(const OfPart& part, int64_t from, int64_t last_time) const {
  Trend trend;
  std::vector<double> means;
  for (size_t p = 0; p < part.periods.size(); ++p) {
    const OfPeriod& period = part.periods[p];
    const bool whole = periods_.begin(p) >= from && periods_.end(p) <= last_time + 1;
    if (!whole || period.count == 0) continue;
    means.push_back(period.delay / 1e6 / static_cast<double>(period.count));
    trend.periods.push_back({periods_.begin(p), period.count, means.back()});
  }
  if (means.size() < kLeastPeriods) return std::nullopt;
  const auto test = statistics::TestTrend(means);
  // All equal: it goes nowhere.
  trend.test = test.value_or(statistics::TrendTest());
  if (!test.has_value()) trend.test.slope_lower = trend.test.slope_upper = 0;
  return trend;
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
