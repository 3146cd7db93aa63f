// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/review/measures.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/statistics/ascending.h"
#include "common/statistics/quantile.h"
#include "services/analytics/report/units.h"

namespace plumbline::analytics::review {
namespace {

constexpr int64_t kDayMicros = int64_t{86'400} * 1'000'000;
constexpr char kNoEnds[] =
    "the log marks no ends of cases, so that one that is under way looks like one that has ended; "
    "say by `selection.completion` which cases have ended";

// Days that a period needs.
constexpr int64_t kLeastDays = 7;

double Seconds(int64_t micros) { return static_cast<double>(micros) / 1e6; }

// Events by whole days of 24 hours, counted back from the end of each window. What is left of a
// window whose clocks were changed is left out, or with `all` belongs to its first day.
class Days {
 public:
  explicit Days(const Windows& windows, bool all = false) : windows_(windows), all_(all) {
    for (int w = 0; w < windows.size(); ++w)
      counts_.emplace_back(static_cast<size_t>(std::floor(windows.Days(w) + 1e-9)));
  }
  void Add(int64_t time, double value) {
    const int w = windows_.IndexOf(time);
    if (w < 0) return;
    auto day = static_cast<size_t>((windows_.end(w) - 1 - time) / kDayMicros);
    std::vector<double>& counts = counts_[static_cast<size_t>(w)];
    if (all_ && day == counts.size() && day > 0) --day;
    if (day < counts.size()) counts[day] += value;
  }
  std::vector<Sample> Samples() const {
    std::vector<Sample> samples;
    for (const std::vector<double>& counts : counts_) {
      samples.emplace_back();
      for (const double count : counts) samples.back().Add(count);
    }
    return samples;
  }

 private:
  const Windows& windows_;
  const bool all_;
  std::vector<std::vector<double>> counts_;
};

class Measuring {
 public:
  Measuring(const Facts& facts, const Windows& windows, const TimeBetween& between)
      : facts_(facts), windows_(windows), between_(between), settled_(SettledSince()) {}

  std::vector<TrackedMeasure> Run() {
    AddTimes();
    AddFlow();
    AddDefects();
    AddWaits();
    return std::move(measures_);
  }

 private:
  using Type = ValueType;

  TrackedMeasure New(MeasureKind kind, ValueType type, Better better) const {
    TrackedMeasure measure;
    measure.kind = kind;
    measure.type = type;
    measure.better = better;
    measure.windows.resize(static_cast<size_t>(windows_.size()));
    if (!facts_.marked && kind != MeasureKind::kStepWaiting && kind != MeasureKind::kArrivals)
      measure.why_not = kNoEnds;
    return measure;
  }
  void AddTo(TrackedMeasure& measure, int64_t time, double value) const {
    const int window = windows_.IndexOf(time);
    if (window >= 0) measure.windows[static_cast<size_t>(window)].Add(value);
  }
  // Takes a measure without the windows that begin before `since`.
  void Take(TrackedMeasure measure, int64_t since);
  void AddTimes();
  void AddFlow();
  void AddDefects();
  void AddWaits();
  int64_t SettledSince() const;

  const Facts& facts_;
  const Windows& windows_;
  const TimeBetween& between_;
  const int64_t settled_;
  std::vector<TrackedMeasure> measures_;
};

int64_t Measuring::SettledSince() const {
  std::vector<double> leads;
  for (const CaseFact& one : facts_.cases) {
    if (one.end != kNoTime) leads.push_back(static_cast<double>(one.end - one.begin));
  }
  if (leads.empty()) return facts_.first_time;
  constexpr double kMost = 0.95;
  statistics::SortAscending(&leads);
  return facts_.first_time + static_cast<int64_t>(statistics::Quantile(leads, kMost));
}

void Measuring::Take(TrackedMeasure measure, int64_t since) {
  bool any = false;
  for (int w = 0; w < windows_.size(); ++w) {
    any |= measure.windows[static_cast<size_t>(w)].count > 0;
    if (windows_.begin(w) < since) measure.windows[static_cast<size_t>(w)] = {};
  }
  const bool young = windows_.size() <= kBefore || windows_.begin(kBefore) < since;
  if (any && young && measure.why_not.empty()) {
    measure.why_not = absl::StrCat(
        "the log does not go back far enough: it begins ",
        DurationText(Seconds(windows_.end(kThis) - facts_.first_time)),
        " before the end of the period, and two periods",
        since > facts_.first_time
            ? absl::StrCat(" after the first ", DurationText(Seconds(since - facts_.first_time)),
                           " (in which only short ones can have ended)")
            : "",
        " take ", DurationText(2 * (windows_.Days(kThis) * 86'400)));
  }
  measures_.push_back(std::move(measure));
}

void Measuring::AddTimes() {
  TrackedMeasure lead = New(MeasureKind::kLeadTime, Type::kMean, Better::kLower);
  TrackedMeasure in_time = New(MeasureKind::kInTime, Type::kShare, Better::kHigher);
  bool any_due = false;
  for (const CaseFact& one : facts_.cases) {
    if (one.end != kNoTime) AddTo(lead, one.end, Seconds(Measure(between_, one.begin, one.end)));
    if (one.due == kNoTime) continue;
    any_due = true;
    if (one.done != kNoTime && one.done <= one.due) {
      AddTo(in_time, one.done, 1);
    } else {
      AddTo(in_time, one.due + 1, 0);  // an open one from when its time was over
    }
  }
  Take(std::move(lead), settled_);
  if (any_due) Take(std::move(in_time), settled_);
}

void Measuring::AddFlow() {
  // What more came than went is all of the difference between two levels.
  Days begun(windows_), ended(windows_), net(windows_, /*all=*/true);
  TrackedMeasure progress = New(MeasureKind::kWorkInProgress, Type::kDrift, Better::kLower);
  progress.levels.resize(static_cast<size_t>(windows_.size()));
  for (const CaseFact& one : facts_.cases) {
    begun.Add(one.begin, 1);
    net.Add(one.begin, 1);
    if (one.end != kNoTime) {
      ended.Add(one.end, 1);
      net.Add(one.end, -1);
    }
    for (int w = 0; w < windows_.size(); ++w) {
      const bool there =
          one.begin < windows_.end(w) && (one.end == kNoTime || one.end >= windows_.end(w));
      progress.levels[static_cast<size_t>(w)] += there;
    }
  }
  TrackedMeasure throughput = New(MeasureKind::kThroughput, Type::kRate, Better::kHigher);
  TrackedMeasure arrivals = New(MeasureKind::kArrivals, Type::kRate, Better::kNeither);
  throughput.windows = ended.Samples();
  arrivals.windows = begun.Samples();
  progress.windows = net.Samples();
  throughput.least = arrivals.least = progress.least = kLeastDays;
  Take(std::move(throughput), settled_);
  Take(std::move(arrivals), facts_.first_time);
  Take(std::move(progress), settled_);
}

void Measuring::AddDefects() {
  if (!facts_.tells_defects) return;
  TrackedMeasure right = New(MeasureKind::kRightFirstTime, Type::kShare, Better::kHigher);
  TrackedMeasure defects = New(MeasureKind::kDefects, Type::kRate, Better::kLower);
  for (const CaseFact& one : facts_.cases) {
    if (one.end == kNoTime || !one.has_steps) continue;
    AddTo(right, one.end, one.defects == 0);
    AddTo(defects, one.end, one.defects);
  }
  Take(std::move(right), settled_);
  Take(std::move(defects), settled_);
}

void Measuring::AddWaits() {
  std::vector<uint32_t> activities;
  for (const auto& [activity, samples] : facts_.waits) activities.push_back(activity);
  std::sort(activities.begin(), activities.end());
  for (const uint32_t activity : activities) {
    const Samples& samples = facts_.waits.at(activity);
    TrackedMeasure wait = New(MeasureKind::kStepWaiting, Type::kMean, Better::kLower);
    wait.activity = activity;
    std::copy_n(samples.begin(), windows_.size(), wait.windows.begin());
    Sample both = samples[kThis];
    if (windows_.size() > kBefore) {
      both.count += samples[kBefore].count;
      both.sum += samples[kBefore].sum;
      both.squares += samples[kBefore].squares;
    }
    if (both.count == 0 || both.sum == 0) continue;
    const double usual = both.mean() + 2 * std::sqrt(both.variance());
    Take(std::move(wait), facts_.first_time + static_cast<int64_t>(usual * 1e6));
  }
}

}  // namespace

std::vector<TrackedMeasure> MeasuresOf(const Facts& facts, const Windows& windows,
                                       const TimeBetween& between) {
  return Measuring(facts, windows, between).Run();
}

}  // namespace plumbline::analytics::review
