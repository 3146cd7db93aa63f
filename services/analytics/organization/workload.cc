// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/organization/workload.h"

#include <algorithm>
#include <functional>
#include <span>
#include <tuple>
#include <utility>

#include "absl/time/civil_time.h"
#include "common/base/status_macros.h"
#include "common/base/steady_sort.h"
#include "services/analytics/organization/by_performer.h"
#include "services/analytics/organization/intervals.h"

namespace plumbline::analytics {
namespace {

constexpr double kMicros = 1e6;
constexpr double kWeek = 7 * 86400;

double Seconds(int64_t from, int64_t to) { return static_cast<double>(to - from) / kMicros; }

// The series of periods, filled piece by piece.
class Series {
 public:
  explicit Series(std::vector<int64_t> begins)
      : begins_(std::move(begins)), open_(begins_.size(), 0), whole_(begins_.size() + 1, 0) {
    for (size_t p = 0; p + 1 < begins_.size(); ++p) periods_.push_back({begins_[p], 0, 0, 0, 0});
  }
  bool empty() const { return periods_.empty(); }

  size_t Of(int64_t time) const {
    const auto after = std::upper_bound(begins_.begin(), begins_.end(), time);
    const auto place = after - begins_.begin() - 1;
    return static_cast<size_t>(
        std::clamp<ptrdiff_t>(place, 0, static_cast<ptrdiff_t>(periods_.size()) - 1));
  }
  LoadPeriod& operator[](size_t period) { return periods_[period]; }

  void AddBusy(const Interval& busy) {
    for (size_t p = Of(busy.first); p < periods_.size() && begins_[p] < busy.second; ++p) {
      periods_[p].busy_seconds +=
          Seconds(std::max(busy.first, begins_[p]), std::min(busy.second, begins_[p + 1]));
    }
  }
  // A case that was open: whole periods are counted by differences, so that long cases cost no
  // more.
  void AddOpen(const Interval& open) {
    const size_t first = Of(open.first), last = Of(open.second);
    if (first == last) {
      open_[first] += Seconds(open.first, open.second);
      return;
    }
    open_[first] += Seconds(open.first, begins_[first + 1]);
    open_[last] += Seconds(begins_[last], open.second);
    ++whole_[first + 1];
    --whole_[last];
  }
  std::vector<LoadPeriod> Finish() {
    int64_t whole = 0;
    for (size_t p = 0; p < periods_.size(); ++p) {
      whole += whole_[p];
      periods_[p].mean_open_cases =
          static_cast<double>(whole) + open_[p] / Seconds(begins_[p], begins_[p + 1]);
    }
    return std::move(periods_);
  }

 private:
  const std::vector<int64_t> begins_;
  std::vector<LoadPeriod> periods_;
  std::vector<double> open_;
  std::vector<int64_t> whole_;
};

// The days of some items, ascending, and how many there are on the one that has most.
std::pair<int64_t, int64_t> DaysOf(const std::vector<absl::CivilDay>& days) {
  int64_t count = 0, most = 0, run = 0;
  for (size_t i = 0; i < days.size(); ++i) {
    const bool same = i > 0 && days[i] == days[i - 1];
    run = same ? run + 1 : 1;
    count += same ? 0 : 1;
    most = std::max(most, run);
  }
  return {count, most};
}

class Measurer {
 public:
  Measurer(const Work& work, const WorkloadOptions& options, Series& series, Check check)
      : work_(work), options_(options), series_(series), check_(check) {}

  // `numbers`: the items of one performer, of which there is one.
  absl::StatusOr<PerformerLoad> Measure(uint32_t performer, std::span<const uint32_t> numbers) {
    PerformerLoad load;
    load.performer = performer;
    load.item_count = static_cast<int64_t>(numbers.size());
    RETURN_IF_ERROR(Collect(numbers, load));
    load.service = Describe(service_);
    RETURN_IF_ERROR(base::SortSteadily(days_, std::less<>(), check_));
    std::tie(load.active_days, load.busiest_day_items) = DaysOf(days_);
    RETURN_IF_ERROR(base::SortSteadily(activities_, std::less<>(), check_));
    load.activity_count = std::unique(activities_.begin(), activities_.end()) - activities_.begin();
    load.case_count = static_cast<int64_t>(cases_.size());
    ASSIGN_OR_RETURN(load.most_open_items, MostAtATime(begun_, check_));
    ASSIGN_OR_RETURN(load.most_open_cases, MostAtATime(cases_, check_));
    const double horizon = Seconds(load.first_time, load.last_time);
    double open = 0;
    for (const auto& [from, to] : cases_) open += Seconds(from, to);
    load.mean_open_cases = horizon > 0 ? open / horizon : static_cast<double>(cases_.size());
    RETURN_IF_ERROR(MeasureBusy(load));
    load.available_seconds = Open({load.first_time, load.last_time});
    RETURN_IF_ERROR(CountPeriods());
    return load;
  }

 private:
  double Open(const Interval& interval) const {
    return options_.between
               ? static_cast<double>(options_.between(interval.first, interval.second)) / kMicros
               : Seconds(interval.first, interval.second);
  }

  absl::Status Collect(std::span<const uint32_t> numbers, PerformerLoad& load) {
    service_.clear(), days_.clear(), activities_.clear(), begun_.clear(), cases_.clear();
    ends_.clear();
    // In no more memory than is said in the header.
    service_.reserve(numbers.size()), days_.reserve(numbers.size());
    activities_.reserve(numbers.size()), begun_.reserve(numbers.size());
    cases_.reserve(numbers.size()), ends_.reserve(numbers.size());
    load.first_time = work_.items[numbers[0]].begin();
    load.last_time = work_.items[numbers[0]].end;
    uint32_t last_case = kNoText;
    for (size_t i = 0; i < numbers.size(); ++i) {
      if (i > 0 && i % base::kSteadyPiece == 0) RETURN_IF_ERROR(check_());
      const WorkItem& item = work_.items[numbers[i]];
      load.first_time = std::min(load.first_time, item.begin());
      load.last_time = std::max(load.last_time, item.end);
      days_.push_back(absl::ToCivilDay(absl::FromUnixMicros(item.end), options_.zone));
      activities_.push_back(item.activity);
      if (item.start != kNoTime) {
        service_.push_back(item.end - item.start);
        begun_.emplace_back(item.start, item.end);
      }
      if (item.case_number != last_case) cases_.emplace_back(item.begin(), item.end);
      last_case = item.case_number;
      cases_.back().second = std::max(cases_.back().second, item.end);
      if (!series_.empty()) ends_.push_back(static_cast<uint32_t>(series_.Of(item.end)));
    }
    return absl::OkStatus();
  }

  absl::Status MeasureBusy(PerformerLoad& load) {
    RETURN_IF_ERROR(Unite(begun_, check_));
    size_t steps = 0;
    for (const Interval& busy : begun_) {
      if (++steps % kBusyPiece == 0) RETURN_IF_ERROR(check_());
      load.busy_seconds += Open(busy);
      if (!series_.empty()) series_.AddBusy(busy);
    }
    return absl::OkStatus();
  }

  absl::Status CountPeriods() {
    RETURN_IF_ERROR(base::SortSteadily(ends_, std::less<>(), check_));
    for (size_t i = 0; i < ends_.size(); ++i) {
      ++series_[ends_[i]].item_count;
      if (i == 0 || ends_[i] != ends_[i - 1]) ++series_[ends_[i]].performer_count;
    }
    return absl::OkStatus();
  }

  // Time of a calendar takes longer than a value.
  static constexpr size_t kBusyPiece = base::kSteadyPiece / 8;

  const Work& work_;
  const WorkloadOptions& options_;
  Series& series_;
  const Check check_;
  // Of the performer at hand.
  std::vector<int64_t> service_;
  std::vector<absl::CivilDay> days_;
  std::vector<uint32_t> activities_, ends_;  // ends: periods
  std::vector<Interval> begun_, cases_;
};

// From the first begin of an item of a known performer to the last end, case by case.
absl::Status AddOpenCases(const Work& work, Series& series, Check check) {
  for (size_t c = 0; c + 1 < work.case_begin.size(); ++c) {
    if (c % base::kSteadyPiece == 0) RETURN_IF_ERROR(check());
    Interval open{INT64_MAX, INT64_MIN};
    for (const WorkItem& item : work.CaseItems(c)) {
      if (item.performer == kNoText) continue;
      open = {std::min(open.first, item.begin()), std::max(open.second, item.end)};
    }
    if (open.first <= open.second) series.AddOpen(open);
  }
  return absl::OkStatus();
}

absl::StatusOr<Periods> PeriodsFor(const Work& work, const WorkloadOptions& options) {
  int64_t first = INT64_MAX, last = INT64_MIN;
  for (const WorkItem& item : work.items) {
    if (item.performer == kNoText) continue;
    first = std::min(first, item.begin());
    last = std::max(last, item.end);
  }
  if (!options.period.has_value() || first > last) return Periods();
  return Periods::Cover(*options.period, options.zone, first, last);
}

}  // namespace

double PerformerLoad::items_per_active_day() const {
  return active_days > 0 ? static_cast<double>(item_count) / static_cast<double>(active_days) : 0;
}

double PerformerLoad::items_per_week() const {
  return static_cast<double>(item_count) / std::max(1.0, Seconds(first_time, last_time) / kWeek);
}

absl::StatusOr<Workload> MeasureWorkload(const Work& work, const WorkloadOptions& options,
                                         Check check) {
  Workload workload;
  ASSIGN_OR_RETURN(const Periods periods, PeriodsFor(work, options));
  Series series(periods.bounds());
  const ByPerformer by_performer(work);
  RETURN_IF_ERROR(check());
  Measurer measurer(work, options, series, check);
  for (uint32_t p = 0; p < by_performer.size(); ++p) {
    RETURN_IF_ERROR(check());
    ASSIGN_OR_RETURN(const PerformerLoad load, measurer.Measure(p, by_performer[p]));
    workload.performers.push_back(load);
    workload.item_count += load.item_count;
  }
  if (!series.empty()) {
    RETURN_IF_ERROR(AddOpenCases(work, series, check));
    workload.periods = series.Finish();
  }
  std::stable_sort(
      workload.performers.begin(), workload.performers.end(),
      [](const PerformerLoad& a, const PerformerLoad& b) { return a.item_count > b.item_count; });
  RETURN_IF_ERROR(check());
  return workload;
}

}  // namespace plumbline::analytics
