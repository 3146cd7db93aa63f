// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/review/measures.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "absl/strings/str_cat.h"
#include "services/analytics/report/units.h"

namespace plumbline::analytics::review {
namespace {

constexpr char kNoEnds[] =
    "the log marks no ends of cases, so that one that is under way looks like one that has ended; "
    "say by `selection.completion` which cases have ended";

// Days that a period needs.
constexpr int64_t kLeastDays = 7;

double Seconds(int64_t micros) { return static_cast<double>(micros) / 1e6; }

class Measuring {
 public:
  Measuring(const CaseSums& sums, const Facts& facts, const Windows& windows)
      : sums_(sums),
        facts_(facts),
        windows_(windows),
        settled_(facts.first_time + static_cast<int64_t>(sums.most_last.value_or(0))) {}

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
  TrackedMeasure NewOfEnded(MeasureKind kind, ValueType type, Better better,
                            Sample EndedSums::*samples, const Expected& expected) const {
    TrackedMeasure measure = New(kind, type, better);
    for (size_t w = 0; w < measure.windows.size(); ++w)
      measure.windows[w] = sums_.of_ended[w].*samples;
    measure.by_inflow = expected.DifferenceOfMeans();
    return measure;
  }
  TrackedMeasure New(MeasureKind kind, ValueType type, Better better,
                     const Samples& samples) const {
    TrackedMeasure measure = New(kind, type, better);
    std::copy_n(samples.begin(), windows_.size(), measure.windows.begin());
    return measure;
  }
  std::string TooYoung() const;
  // Takes a measure without the windows that begin before `since`.
  void Take(TrackedMeasure measure, int64_t since);
  void AddTimes();
  void AddFlow();
  void AddDefects();
  void AddWaits();

  const CaseSums& sums_;
  const Facts& facts_;
  const Windows& windows_;
  const int64_t settled_;
  std::vector<TrackedMeasure> measures_;
};

// The same for all measures, which differ in how much of the begin of the log they leave out.
std::string Measuring::TooYoung() const {
  constexpr double kWeek = 7, kDaySeconds = 86'400;
  const double days = windows_.Days(kThis);
  return absl::StrCat(
      "the log does not go back far enough: it begins ",
      DurationText(Seconds(windows_.end(kThis) - facts_.first_time)),
      " before the end of the period, and two periods, ", DurationText(2 * days * kDaySeconds),
      ", reach back before it, or into its first time, in which only short ones can have ended",
      days > kWeek ? "; shorter ones reach back less: `review.period` week" : "");
}

void Measuring::Take(TrackedMeasure measure, int64_t since) {
  bool any = false;
  for (int w = 0; w < windows_.size(); ++w) {
    any |= measure.windows[static_cast<size_t>(w)].count > 0;
    if (windows_.begin(w) < since) measure.windows[static_cast<size_t>(w)] = {};
  }
  const bool young = windows_.size() <= kBefore || windows_.begin(kBefore) < since;
  if (any && young && measure.why_not.empty()) {
    measure.why_not = TooYoung();
  }
  measures_.push_back(std::move(measure));
}

void Measuring::AddTimes() {
  Take(NewOfEnded(MeasureKind::kLeadTime, Type::kMean, Better::kLower, &EndedSums::lead,
                  sums_.expected.lead),
       settled_);
  if (!sums_.any_due) return;
  TrackedMeasure in_time = New(MeasureKind::kInTime, Type::kShare, Better::kHigher, sums_.in_time);
  in_time.by_inflow = sums_.expected.in_time.DifferenceOfMeans();
  Take(std::move(in_time), settled_);
}

void Measuring::AddFlow() {
  TrackedMeasure progress = New(MeasureKind::kWorkInProgress, Type::kDrift, Better::kLower);
  progress.levels.assign(sums_.there.begin(), sums_.there.end());
  TrackedMeasure throughput = New(MeasureKind::kThroughput, Type::kRate, Better::kHigher);
  TrackedMeasure arrivals = New(MeasureKind::kArrivals, Type::kRate, Better::kNeither);
  throughput.windows = sums_.ended.Samples();
  if (windows_.size() > kBefore) {
    const std::array<double, 2>& expected = sums_.expected.lead.count;
    throughput.by_inflow =
        expected[kThis] / windows_.Days(kThis) - expected[kBefore] / windows_.Days(kBefore);
  }
  arrivals.windows = sums_.begun.Samples();
  // What more came than went is all of the difference between two levels.
  progress.windows = sums_.begun.Less(sums_.ended);
  if (windows_.size() > kBefore) {
    const Sample &now = arrivals.windows[kThis], &before = arrivals.windows[kBefore];
    if (std::min(now.count, before.count) > 0)
      progress.by_inflow = now.count * (now.mean() - before.mean());
  }
  throughput.least = arrivals.least = progress.least = kLeastDays;
  Take(std::move(throughput), settled_);
  Take(std::move(arrivals), facts_.first_time);
  Take(std::move(progress), settled_);
}

void Measuring::AddDefects() {
  if (!sums_.tells_defects) return;
  Take(NewOfEnded(MeasureKind::kRightFirstTime, Type::kShare, Better::kHigher, &EndedSums::right,
                  sums_.expected.right),
       settled_);
  Take(NewOfEnded(MeasureKind::kDefects, Type::kRate, Better::kLower, &EndedSums::defects,
                  sums_.expected.defects),
       settled_);
}

void Measuring::AddWaits() {
  std::vector<uint32_t> activities;
  for (const auto& [activity, wait] : facts_.waits) activities.push_back(activity);
  std::sort(activities.begin(), activities.end());
  for (const uint32_t activity : activities) {
    const auto& [samples, expected] = facts_.waits.at(activity);
    TrackedMeasure wait = New(MeasureKind::kStepWaiting, Type::kMean, Better::kLower, samples);
    wait.activity = activity;
    wait.by_inflow = expected.DifferenceOfMeans();
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

std::vector<TrackedMeasure> MeasuresOf(const CaseSums& sums, const Facts& facts,
                                       const Windows& windows) {
  return Measuring(sums, facts, windows).Run();
}

}  // namespace plumbline::analytics::review
