// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/review/changes.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/statistics/multiplicity.h"
#include "services/analytics/report/units.h"

namespace plumbline::analytics::review {
namespace {

// "cases", "days": what is counted of a measure.
const char* CountedOf(MeasureKind kind) {
  switch (kind) {
    case MeasureKind::kStepWaiting:
      return "waits";
    case MeasureKind::kThroughput:
    case MeasureKind::kArrivals:
    case MeasureKind::kWorkInProgress:
      return "days";
    default:
      return "cases";
  }
}

std::optional<double> ValueOf(const TrackedMeasure& measure, size_t window) {
  if (window >= measure.windows.size()) return std::nullopt;
  const Sample& sample = measure.windows[window];
  if (sample.count == 0) return std::nullopt;
  if (measure.kind == MeasureKind::kWorkInProgress) return measure.levels[window];
  return sample.mean();
}

std::vector<ChartPoint> ChartOf(const TrackedMeasure& measure, const Windows& windows) {
  const std::optional<Charted> charted = Chart(measure.windows, measure.type, measure.least);
  std::vector<ChartPoint> points;
  for (int w = windows.size() - 1; w >= 0; --w) {
    const auto i = static_cast<size_t>(w);
    ChartPoint point{windows.begin(w), windows.end(w), measure.windows[i].count,
                     ValueOf(measure, i), std::nullopt};
    if (charted.has_value()) point.limits = charted->limits[i];
    // What came before the log had settled is not shown.
    if (point.value.has_value() || !points.empty()) points.push_back(point);
  }
  return points;
}

std::string TooFew(const Change& change, int64_t least) {
  return absl::StrCat("n = ", CountText(static_cast<int64_t>(change.now_count)), " and ",
                      CountText(static_cast<int64_t>(change.before_count)), " before; it takes ",
                      least, " ", CountedOf(change.kind), " in each");
}

Change ChangeOf(const TrackedMeasure& measure, const Windows& windows, double confidence) {
  Change change;
  change.kind = measure.kind;
  change.activity = measure.activity;
  change.type = measure.type;
  change.better = measure.better;
  change.now = ValueOf(measure, kThis);
  change.before = ValueOf(measure, kBefore);
  change.now_count = measure.windows[kThis].count;
  if (measure.windows.size() > kBefore) change.before_count = measure.windows[kBefore].count;
  change.why_not = measure.why_not;
  change.by_inflow = measure.by_inflow;
  if (measure.why_not.empty()) {
    change.judged = Judge(measure.windows, measure.type, confidence, measure.least);
    if (!change.judged.has_value()) change.why_not = TooFew(change, measure.least);
    change.chart = ChartOf(measure, windows);
  }
  return change;
}

Verdict VerdictOf(const Change& change) {
  if (!change.judged.has_value()) return Verdict::kCannotTell;
  if (change.adjusted > kFalseDiscoveries || change.judged->difference == 0) return Verdict::kNoise;
  if (change.better == Better::kNeither) return Verdict::kDifferent;
  const bool rises = change.judged->difference > 0;
  return rises == (change.better == Better::kHigher) ? Verdict::kBetter : Verdict::kWorse;
}

// Up to which p a measure is a signal, by the p of all as they were corrected.
double CutoffOf(const std::vector<double>& adjusted) {
  const auto signals = std::count_if(adjusted.begin(), adjusted.end(),
                                     [](double p) { return p <= kFalseDiscoveries; });
  return kFalseDiscoveries * static_cast<double>(signals) / static_cast<double>(adjusted.size());
}

// Of a signal. What is left is judged by its own p at the cutoff of all: what the inflow explains
// of others says nothing of it. Where the inflow alone makes more than there is, what is left goes
// the other way.
void ExplainByInflow(double cutoff, Change* change) {
  const double by_inflow = change->by_inflow.value_or(0), all = change->judged->difference;
  if (by_inflow == 0 || (by_inflow < 0) != (all < 0)) return;
  const double p = PBeyond(*change->judged, by_inflow);
  change->explained = p > change->judged->p_value && p > cutoff;
  if (change->explained) change->verdict = Verdict::kDifferent;
  if (change->explained || std::abs(by_inflow) <= std::abs(all)) return;
  change->outdone = true;
  if (change->better != Better::kNeither)
    change->verdict = change->verdict == Verdict::kBetter ? Verdict::kWorse : Verdict::kBetter;
}

const Change* Find(const std::vector<Change>& changes, MeasureKind kind) {
  for (const Change& change : changes) {
    if (change.kind == kind) return &change;
  }
  return nullptr;
}

bool IsSignal(const Change& change) {
  return change.verdict != Verdict::kNoise && change.verdict != Verdict::kCannotTell;
}

// What is in progress follows what begins (Little 1961). Where it would not have fallen had as many
// begun as before, or where no more cases end, nobody works better; nor worse, the other way round.
void ExplainProgress(std::vector<Change>* changes) {
  const Change* arrivals = Find(*changes, MeasureKind::kArrivals);
  const Change* throughput = Find(*changes, MeasureKind::kThroughput);
  if (arrivals == nullptr || throughput == nullptr) return;
  for (Change& change : *changes) {
    if (change.kind != MeasureKind::kWorkInProgress || !IsSignal(change)) continue;
    const double all = change.judged->difference, begun = change.by_inflow.value_or(0);
    const bool fewer = all < 0;
    if (begun == 0 || (begun < 0) != fewer) continue;
    const bool ended_too = IsSignal(*throughput) && (throughput->judged->difference > 0) == fewer;
    const bool would_not = std::abs(begun) >= std::abs(all);
    if (!would_not && (ended_too || !IsSignal(*arrivals))) continue;
    change.verdict = Verdict::kDifferent;
    change.by_ended =
        (throughput->now.value_or(0) - throughput->before.value_or(0)) * arrivals->now_count;
  }
}

}  // namespace

std::vector<Change> ChangesOf(const std::vector<TrackedMeasure>& measures, const Windows& windows,
                              double confidence) {
  std::vector<Change> changes;
  std::vector<double> p_values;
  for (const TrackedMeasure& measure : measures) {
    changes.push_back(ChangeOf(measure, windows, confidence));
    const std::optional<Judged>& judged = changes.back().judged;
    if (judged.has_value()) p_values.push_back(judged->p_value);
  }
  const std::vector<double> adjusted = statistics::AdjustBenjaminiHochberg(p_values);
  const double cutoff = CutoffOf(adjusted);
  size_t next = 0;
  for (Change& change : changes) {
    if (change.judged.has_value()) change.adjusted = adjusted[next++];
    change.verdict = VerdictOf(change);
    if (IsSignal(change)) ExplainByInflow(cutoff, &change);
  }
  ExplainProgress(&changes);
  return changes;
}

}  // namespace plumbline::analytics::review
