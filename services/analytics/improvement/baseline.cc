// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/improvement/baseline.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "common/base/counts.h"
#include "common/base/error.h"
#include "common/base/status_macros.h"
#include "common/statistics/series.h"
#include "services/analytics/charting/log_chart.h"
#include "services/analytics/improvement/horizon.h"

namespace plumbline::analytics::improvement {
namespace {

using Known = CaseValue::Known;
using Cases = absl::Span<const ObservedCase>;

// Fewer points of a chart tell nothing of it.
constexpr size_t kLeastPoints = 8;
constexpr double kTrendSure = 0.01, kPeakSure = 0.05;

bool IsTime(ValueType type) { return type == ValueType::kTime || type == ValueType::kStepTime; }

// Values that are known, in the order of the cases.
Measured KnownValues(Cases cases, ValueType type) {
  Measured measured;
  measured.kind = IsTime(type)                ? ValueKind::kTime
                  : type == ValueType::kShare ? ValueKind::kIsBad
                                              : ValueKind::kCount;
  for (const ObservedCase& one : cases) {
    if (one.value.known != Known::kValue) continue;
    measured.values.push_back({one.at, one.number, one.value.value});
  }
  if (!measured.values.empty()) {
    measured.first_time = measured.values.front().time;
    measured.last_time = measured.values.back().time;
  }
  return measured;
}

// Cases to a point: some 25 points, and as many cases as limits need.
int64_t GroupSize(const Measured& measured) {
  constexpr int64_t kPoints = 25, kLeast = 5;
  constexpr double kExpected = 6;
  const auto n = static_cast<int64_t>(measured.values.size());
  int64_t size = std::max(kLeast, n / kPoints);
  if (measured.kind == ValueKind::kTime) return size;
  double sum = 0;
  for (const MeasuredValue& one : measured.values) sum += one.value;
  double rate = sum / static_cast<double>(n);
  if (measured.kind == ValueKind::kIsBad) rate = std::min(rate, 1 - rate);
  if (!(rate > 0)) return n;
  return std::max(
      size, static_cast<int64_t>(std::min(static_cast<double>(n), std::ceil(kExpected / rate))));
}

// Whether a chart gives a signal; nullopt where it cannot be told.
std::optional<bool> Signals(const Measured& measured) {
  const int64_t size = GroupSize(measured);
  if (size < 2 || measured.values.size() / static_cast<size_t>(size) < kLeastPoints)
    return std::nullopt;
  ChartSpec spec;
  spec.grouping = {.kind = GroupKind::kCases, .size = size};
  spec.rules = {quality::Rule::kBeyond3Sigma, quality::Rule::kEightOneSide};
  // Times are skewed: their logarithms are what a chart of means takes them for.
  spec.logarithms = measured.kind == ValueKind::kTime;
  const absl::StatusOr<LogChart> chart = MakeChart(measured, spec, {});
  if (!chart.ok() || !chart->any_limits) return std::nullopt;
  return std::any_of(chart->signals.begin(), chart->signals.end(), [](const RuleSignals& signals) {
    return !signals.of_spread && !signals.points.empty();
  });
}

void CheckStability(Cases cases, const Options& options, Baseline* baseline) {
  const Measured measured = KnownValues(cases, options.type);
  const std::optional<bool> signals = Signals(measured);
  std::vector<double> values;
  for (const MeasuredValue& one : measured.values) values.push_back(one.value);
  const auto trend = statistics::TestTrend(values);
  const bool moves = trend.has_value() && trend->p_value < kTrendSure;
  if (signals.has_value()) baseline->stable = !*signals && !moves;
  if (moves) {
    const bool better = (trend->tau > 0) == options.higher_is_better;
    baseline->stable = false;
    baseline->warnings.push_back(
        absl::StrCat("the baseline was ", better ? "getting better" : "getting worse",
                     " all along: what comes after the change may be no more than how it went on"));
  } else if (signals.value_or(false)) {
    baseline->warnings.push_back(
        absl::StrCat("the baseline is not stable: a control chart of it gives signals (plumbline "
                     "chart --cases ",
                     GroupSize(measured), IsTime(options.type) ? " --log" : "",
                     " --rule beyond --rule eight shows where), so that a difference may have "
                     "other causes than the change"));
  }
}

// What was picked because it was bad gets better by itself.
void CheckPeak(Cases earlier, bool marked, const Options& options, const Unit& unit,
               Baseline* baseline) {
  const Comparison comparison =
      Compare(SideOf(earlier, marked, kMostKept), baseline->side, options);
  if (comparison.before.count < kLeastCases || !comparison.improvement.has_value()) return;
  baseline->earlier = comparison.before;
  baseline->earlier_p_value = comparison.improvement->p_value;
  if (comparison.improvement->estimate >= 0 || comparison.improvement->p_value >= kPeakSure) return;
  std::string levels;
  if (comparison.before.center.has_value() && comparison.after.center.has_value()) {
    levels = absl::StrCat(" (", Level(*comparison.after.center, unit), " against ",
                          Level(*comparison.before.center, unit), ", p ",
                          Chance(comparison.improvement->p_value), ")");
  }
  baseline->warnings.push_back(
      absl::StrCat("the baseline is worse than the time before it", levels,
                   ": what is picked at its worst gets better by itself, so take a longer window"));
}

// What the smallest effect needs. With open cases an error grows with how far times count, and that
// with the time since the change: what no number shows at last, as many as before may show sooner.
void CheckSize(const Comparison& itself, const Options& options, const Unit& unit,
               Baseline* baseline) {
  baseline->wanted = itself.wanted;
  if (baseline->wanted.has_value()) return;
  const std::string effect =
      absl::StrCat("too small for an effect of ", Change(options.smallest_effect, unit),
                   " to be seen with a chance of ", options.power * 100, " %");
  if (itself.horizon.has_value()) {
    const Side none{.cases = {}, .marked = baseline->side.marked};
    const Samples samples = MakeSamples(options.type, baseline->side, none, baseline->outcome_time);
    if (const auto horizon = HorizonToSee(samples.before, options); horizon.has_value()) {
      baseline->wanted = std::max(kLeastCases, samples.before.count);
      baseline->warnings.push_back(absl::StrCat(
          "some cases are open, so times count as far as cases after the change are followed too: "
          "from ",
          Level(*horizon, unit), " on the baseline is ", effect,
          ", however many cases come after it; compare before that, or take a longer window, or a "
          "larger smallest_effect"));
      return;
    }
  }
  baseline->warnings.push_back(absl::StrCat(
      "the baseline is ", effect,
      ", however many cases come after it: only more than that can be expected to show; take a "
      "longer window, or a larger smallest_effect"));
}

// What is frozen before it is over lacks the cases that are still to come. The last day of a log
// that is over is hardly ever full.
void CheckIsOver(const ObservedLog& observed, const BaselineWindow& window, Baseline* baseline) {
  constexpr int64_t kDay = 86'400'000'000;
  if (window.end == INT64_MAX || window.end <= observed.last_time + kDay) return;
  const auto day = [](int64_t micros) {
    return absl::FormatTime("%Y-%m-%d", absl::FromUnixMicros(micros), absl::UTCTimeZone());
  };
  baseline->warnings.push_back(
      absl::StrCat("the baseline is not over: it runs until ", day(window.end),
                   ", and the last event of the log is of ", day(observed.last_time),
                   "; cases that come in between are not in it"));
}

}  // namespace

absl::StatusOr<Baseline> MakeBaseline(const LogSnapshot& log, const ObservedLog& observed,
                                      const BaselineWindow& window, CountedBy counted_by,
                                      const Options& options, const Unit& unit,
                                      const std::vector<std::string>& keys) {
  const Cases cases = CasesBetween(observed, window.begin, window.end);
  Baseline baseline;
  baseline.case_count = static_cast<int64_t>(cases.size());
  // Where only ended cases belong anywhere, none of them goes on.
  const bool by_end = counted_by == CountedBy::kEnd;
  const bool marked = observed.marked || by_end;
  baseline.side = SideOf(cases, marked, kMostKept);
  baseline.outcome_time = OutcomeTime(baseline.side);
  const Comparison itself = Compare(baseline.side, Side{.cases = {}, .marked = marked}, options);
  baseline.figures = itself.before;
  if (baseline.figures.count < kLeastCases) {
    // No window would help.
    if (!observed.why_untold.empty())
      return base::FieldError("measure.sources", observed.why_untold);
    return base::FieldError(
        "baseline_window",
        absl::StrCat("has ", base::Counted(baseline.case_count, "case", "cases"), ", of which ",
                     baseline.figures.count, " can be counted",
                     baseline.figures.left_out > 0
                         ? absl::StrCat(" (", baseline.figures.left_out,
                                        " have nothing to measure, as a target or the step)")
                         : "",
                     "; a baseline needs ", kLeastCases,
                     " at least: take a longer or an earlier one, or a wider filter"));
  }
  baseline.mixes = MixesOf(log, cases, keys);
  for (const std::vector<uint32_t>& values : CaseValuesOf(log, cases, baseline.mixes))
    baseline.values.push_back(Thinned(values, kMostKept));
  CheckIsOver(observed, window, &baseline);
  CheckStability(cases, options, &baseline);
  // Of cases by their ends, those of a young log are the short ones.
  const int64_t settled =
      by_end ? observed.first_time + baseline.outcome_time * 1'000'000 : INT64_MIN;
  CheckPeak(CasesBetween(observed, settled, window.begin), marked, options, unit, &baseline);
  CheckSize(itself, options, unit, &baseline);
  return baseline;
}

}  // namespace plumbline::analytics::improvement
