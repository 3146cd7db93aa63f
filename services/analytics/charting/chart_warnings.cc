// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/charting/chart_warnings.h"

#include <algorithm>
#include <cmath>
#include <optional>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/time/time.h"
#include "common/base/counts.h"
#include "common/statistics/skewness.h"

namespace plumbline::analytics {
namespace {

// What chance makes skewed less often than this is skewed.
constexpr double kSure = 0.01;

std::string TimeText(int64_t micros) {
  return absl::FormatTime("%Y-%m-%d %H:%M UTC", absl::FromUnixMicros(micros), absl::UTCTimeZone());
}

std::string PointsText(int64_t count) { return base::Counted(count, "point", "points"); }

class Warnings {
 public:
  Warnings(ValueKind kind, const Series& series, const ChartSpec& spec, const LogChart& chart)
      : kind_(kind), series_(series), spec_(spec), chart_(chart) {}

  std::vector<std::string> Of() {
    TellOfNoEffect();
    TellOfKnown();
    TellOfBaselines();
    TellOfLowCounts();
    TellOfSpread();
    TellOfSkewness();
    return std::move(told_);
  }

 private:
  using Stages = std::vector<const ChartStage*>;

  bool HasMemory() const {
    return series_.type == ChartType::kEwma || series_.type == ChartType::kCusum;
  }
  // "'North' from 2026-01-05 00:00 UTC".
  std::string NameOf(const ChartStage& stage) const {
    const std::string from = absl::StrCat("from ", TimeText(series_.groups[stage.first].begin));
    return stage.title.has_value() ? absl::StrCat("'", *stage.title, "' ", from) : from;
  }
  // " of the stage ...", "" of the only one.
  std::string Of(const ChartStage& stage) const {
    return chart_.stages.size() == 1 ? "" : absl::StrCat(" of the stage ", NameOf(stage));
  }
  // "'A' from ..., 'B' from ... and 7 more".
  std::string NamesOf(const Stages& stages) const {
    constexpr size_t kMost = 5;
    std::string names;
    const size_t named = stages.size() > kMost + 1 ? kMost : stages.size();
    for (size_t i = 0; i < named; ++i) {
      const bool last = i > 0 && i + 1 == stages.size();
      absl::StrAppend(&names, i == 0 ? "" : last ? " and " : ", ", NameOf(*stages[i]));
    }
    if (named < stages.size()) absl::StrAppend(&names, " and ", stages.size() - named, " more");
    return names;
  }
  // The sentence of the one stage, or that of several with their names.
  void Tell(const Stages& stages, const std::string& of_one, const std::string& of_several) {
    if (stages.empty()) return;
    told_.push_back(stages.size() == 1 ? of_one : absl::StrCat(of_several, ": ", NamesOf(stages)));
  }

  void TellOfNoEffect();
  void TellOfKnown();
  void TellOfBaselines();
  void TellOfLowCounts();
  void TellOfSpread();
  void TellOfSkewness();
  std::string Remedy(const ChartStage& stage) const;
  std::optional<double> SkewnessOf(const ChartStage& stage) const;
  bool Signals(const ChartStage& stage) const;

  const ValueKind kind_;
  const Series& series_;
  const ChartSpec& spec_;
  const LogChart& chart_;
  std::vector<std::string> told_;
};

// What was asked for and changes nothing.
void Warnings::TellOfNoEffect() {
  if (series_.groups.empty()) return;
  const auto [first, last] =
      std::minmax_element(series_.groups.begin(), series_.groups.end(),
                          [](const Group& a, const Group& b) { return a.begin < b.begin; });
  for (const int64_t stage : spec_.stage_times) {
    if (stage > first->begin && stage <= last->begin) continue;
    const bool late = stage > last->begin;
    told_.push_back(absl::StrCat("the stage from ", TimeText(stage),
                                 " (`stage_times`) changes nothing: no point begins ",
                                 late ? "then or later, the last at " : "before it, the first at ",
                                 TimeText(late ? last->begin : first->begin)));
  }
  const auto points = static_cast<int64_t>(series_.groups.size());
  if (spec_.baseline_points > points) {
    told_.push_back(absl::StrCat("`baseline_points` is ", base::CountText(spec_.baseline_points),
                                 ", and there ", points == 1 ? "is " : "are ", PointsText(points),
                                 ": all of them make the limits"));
  }
}

// What a known baseline leads to that nobody may have meant.
void Warnings::TellOfKnown() {
  if (!spec_.known.has_value() || chart_.stages.empty()) return;
  const double given = spec_.known->sigma, taken = chart_.stages[0].baseline->sigma;
  const bool laney = series_.type == ChartType::kLaneyP || series_.type == ChartType::kLaneyU;
  const bool of_counts = !series_.counts.empty() && (laney || HasMemory());
  constexpr double kLeastFactor = 0.5;
  if (of_counts && given < kLeastFactor) {
    told_.push_back(absl::StrFormat(
        "`known_baseline.sigma` is %.3g, so that limits are so many times as wide as by chance "
        "alone: of counts it is a factor, 1 or more as a rule, and no deviation",
        given));
  } else if (laney && given == 1) {
    told_.push_back(
        absl::StrCat("`known_baseline.sigma` is 1, its default, so that limits are those of a ",
                     series_.of_cases ? "p" : "u",
                     " chart: give the factor of the earlier chart too, or ask for that `chart`"));
  } else if (!of_counts && given != 1 && std::abs(given - taken) > 1e-9 * taken) {
    told_.push_back(
        "`known_baseline.sigma` changes nothing: of this chart it follows from the centre");
  }
  if (kind_ != ValueKind::kTime || series_.logarithms || !series_.singles.size()) return;
  std::vector<double> values = series_.singles;
  std::nth_element(values.begin(), values.begin() + static_cast<ptrdiff_t>(values.size() / 2),
                   values.end());
  const double median = values[values.size() / 2], center = spec_.known->center;
  const double reach = quality::kSigmas * given;
  if (median <= center + reach || std::abs(LogarithmOf(median) - center) > reach) return;
  told_.push_back(absl::StrFormat(
      "most values are far beyond the limits of the known baseline, whose centre is %.4g s, and "
      "their logarithms are not: perhaps it is that of a chart of these (`logarithms`)",
      center));
}

void Warnings::TellOfBaselines() {
  Stages few, rough, equal;
  for (const ChartStage& stage : chart_.stages) {
    if (!stage.baseline.has_value()) {
      few.push_back(&stage);
      continue;
    }
    const quality::Baseline& baseline = *stage.baseline;
    if (baseline.points > 0 && baseline.points < quality::kGoodBaseline) rough.push_back(&stage);
    const bool known = baseline.points == 0;
    if (series_.counts.empty() && baseline.sigma == 0 && !known) equal.push_back(&stage);
  }
  const size_t good = std::max<size_t>(spec_.least_points, quality::kGoodBaseline);
  if (!few.empty()) {
    Tell(few,
         absl::StrCat("the ", PointsText(static_cast<int64_t>(few[0]->count)), Of(*few[0]),
                      " cannot tell limits: ", spec_.least_points, " are needed at least, ", good,
                      " for good ones"),
         absl::StrCat(few.size(), " stages have too few points to tell limits, which need ",
                      spec_.least_points, " at least, ", good, " for good ones"));
  }
  if (!rough.empty()) {
    Tell(rough,
         absl::StrCat("limits", Of(*rough[0]), " are rough: their baseline has ",
                      rough[0]->baseline->points, " points, and ", quality::kGoodBaseline,
                      " make good ones"),
         absl::StrCat("limits of ", rough.size(), " stages are rough, since their baselines have ",
                      "fewer than the ", quality::kGoodBaseline, " points that make good ones"));
  }
  if (equal.empty()) return;
  const char* so = series_.type == ChartType::kCusum
                       ? " spread is 0, so that there is nothing to count sums in"
                       : " spread is 0, and any other value is beyond the limits";
  Tell(equal, absl::StrCat("all values of the baseline", Of(*equal[0]), " are equal: its", so),
       absl::StrCat("all values of the baselines of ", equal.size(), " stages are equal: their",
                    so));
}

// How to expect more in a point.
std::string Warnings::Remedy(const ChartStage& stage) const {
  const std::optional<int64_t> needed = NeededCases(series_, *stage.baseline);
  if (!needed.has_value()) {
    return "larger groups would not help, since in the baseline none, or every one, was so";
  }
  if (kind_ == ValueKind::kMoment)
    return absl::StrCat("take longer periods, ", base::CountText(*needed),
                        " times as long at least");
  return absl::StrCat("a point needs ", base::CountText(*needed),
                      " cases: take larger groups or longer periods",
                      kind_ == ValueKind::kIsBad ? ", or, of what is rare, a g or t chart" : "");
}

void Warnings::TellOfLowCounts() {
  if (series_.counts.empty() || spec_.limits.at_low_counts) return;
  const char* law = series_.of_cases ? "binomial" : "Poisson";
  for (const bool limited : {false, true}) {
    Stages stages;
    int64_t few = 0, all = 0;
    for (const ChartStage& stage : chart_.stages) {
      if (!stage.baseline.has_value()) continue;
      int64_t of_stage = 0;
      for (size_t i = stage.first; i < stage.first + stage.count; ++i) {
        of_stage += chart_.points[i].plotted.limits.has_value() == limited &&
                    !ExpectsEnough(series_, i, *stage.baseline);
      }
      if (of_stage == 0) continue;
      stages.push_back(&stage);
      few += of_stage;
      all += static_cast<int64_t>(stage.count);
    }
    if (stages.empty()) continue;
    const std::string so = absl::StrCat(
        !limited      ? " no limits"
        : HasMemory() ? " more signals by chance than others"
                      : absl::StrCat(" wide limits, of the ", law, " distribution itself"),
        ", since fewer than ", kLeastExpected, " are expected in ", few == 1 ? "it" : "them");
    const std::string some = absl::StrCat(base::CountText(few), " of ", PointsText(all));
    const std::string has = absl::StrCat(few == 1 ? " has" : " have", so);
    Tell(stages,
         absl::StrCat(some, Of(*stages[0]), has, "; ",
                      limited ? absl::StrCat("to have ", kLeastExpected, ", ") : "",
                      Remedy(*stages[0])),
         absl::StrCat(some, " of ", stages.size(), " stages", has));
  }
}

// Counts of charts with memory, which Laney's would suit.
void Warnings::TellOfSpread() {
  if (series_.counts.empty() || !HasMemory()) return;
  Stages stages;
  for (const ChartStage& stage : chart_.stages) {
    if (stage.baseline.has_value() && stage.baseline->points > 0 && stage.baseline->sigma != 1)
      stages.push_back(&stage);
  }
  if (stages.empty()) return;
  const char* so =
      "as much as counts do by chance alone: standard deviations are taken for so many times as "
      "large";
  Tell(stages,
       absl::StrFormat("from one point to the next those%s vary %.3g times %s", Of(*stages[0]),
                       stages[0]->baseline->sigma, so),
       absl::StrCat("from one point to the next those of ", stages.size(),
                    " stages vary more than ", kOverdispersed, " times ", so));
}

// How skewed what is plotted is, where that is not by chance.
std::optional<double> Warnings::SkewnessOf(const ChartStage& stage) const {
  if (!stage.baseline.has_value()) return std::nullopt;
  const bool known = stage.baseline_first == stage.baseline_last;
  const std::vector<double> values =
      ValuesOf(series_, known ? stage.first : stage.baseline_first,
               known ? stage.first + stage.count : stage.baseline_last);
  const std::optional<double> skewness = statistics::Skewness(values);
  if (!skewness.has_value()) return std::nullopt;
  // A sum of independent values with falling weights is as skewed as they are, times the sum of
  // the cubes of the weights over that of their squares to the power of 3/2.
  double share = 1;
  if (series_.type == ChartType::kEwma) {
    const double weight = spec_.limits.ewma.lambda, keep = 1 - weight;
    share =
        weight * weight * weight / (1 - keep * keep * keep) / std::pow(weight / (2 - weight), 1.5);
  }
  const auto chance = statistics::SkewnessByChance(*skewness, values.size());
  // So few that no chance is known tell nothing.
  const bool sure = chance.has_value() && *chance < kSure;
  if (std::abs(*skewness) * share <= kSkewed || !sure) return std::nullopt;
  return skewness;
}

bool Warnings::Signals(const ChartStage& stage) const {
  return std::any_of(chart_.signals.begin(), chart_.signals.end(), [&](const RuleSignals& signals) {
    const auto found = std::lower_bound(signals.points.begin(), signals.points.end(), stage.first);
    return found != signals.points.end() && *found < stage.first + stage.count;
  });
}

// Times mostly are; where no rule speaks it does no harm.
void Warnings::TellOfSkewness() {
  if (kind_ != ValueKind::kTime) return;
  Stages stages;
  std::optional<double> skewness;
  for (const ChartStage& stage : chart_.stages) {
    const std::optional<double> of_stage = Signals(stage) ? SkewnessOf(stage) : std::nullopt;
    if (!of_stage.has_value()) continue;
    stages.push_back(&stage);
    if (!skewness.has_value() || std::abs(*of_stage) > std::abs(*skewness)) skewness = of_stage;
  }
  if (stages.empty()) return;
  const char* const what = series_.logarithms ? "logarithms of times" : "times";
  const std::string so = absl::StrCat(
      ", so that signals also come without a cause: ",
      !series_.logarithms && series_.type != ChartType::kCusum
          ? "`logarithms` charts their logarithms; against a limit capability has indices by "
            "quantiles"
          : "averages of larger groups are less so (`grouping`)");
  Tell(stages,
       absl::StrFormat("%s of the baseline%s are not normal, but skewed (%.2f, of a normal "
                       "distribution 0)%s",
                       what, Of(*stages[0]), *skewness, so),
       absl::StrFormat("%s of the baselines of %d stages are not normal, but skewed (by up to "
                       "%.2f, of a normal distribution 0)%s",
                       what, stages.size(), *skewness, so));
}

}  // namespace

std::vector<std::string> WarningsOf(ValueKind kind, const Series& series, const ChartSpec& spec,
                                    const LogChart& chart) {
  return Warnings(kind, series, spec, chart).Of();
}

}  // namespace plumbline::analytics
