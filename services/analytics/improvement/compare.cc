// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/improvement/compare.h"

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

#include "common/statistics/group_test.h"
#include "common/statistics/normal.h"
#include "common/statistics/sums.h"
#include "services/analytics/improvement/horizon.h"

namespace plumbline::analytics::improvement {
namespace {

using statistics::Observation;

std::vector<double> ValuesOf(const Sample& sample) {
  std::vector<double> values;
  values.reserve(sample.times.size());
  for (const Observation& one : sample.times) values.push_back(one.time);
  return values;
}

Share ShareOf(const Sample& sample) { return {sample.count, static_cast<int64_t>(sample.sum)}; }

Rate RateOf(const Sample& sample) {
  return {sample.count, static_cast<int64_t>(sample.sum), sample.squares};
}

// The mean with its interval as the centre; `curve` up to `horizon` where there is one.
void FillMean(const Sample& sample, absl::Span<const statistics::SurvivalStep> curve,
              double confidence, std::optional<double> horizon, Figures* figures) {
  double reach = 0;
  if (horizon.has_value()) {
    const statistics::RestrictedMean mean = statistics::RestrictedMeanOf(curve, *horizon);
    figures->center = mean.mean;
    reach = statistics::NormalUpperQuantile((1 - confidence) / 2) * mean.standard_error;
  } else {
    const std::optional<Interval> interval = MeanIntervalOf(ValuesOf(sample), confidence);
    figures->center = figures->mean;
    if (!interval.has_value()) return;
    reach = (interval->upper - interval->lower) / 2;
  }
  figures->center_lower = *figures->center - reach;
  figures->center_upper = *figures->center + reach;
}

void FillTimes(const Sample& sample, const Options& options, std::optional<double> horizon,
               Figures* figures) {
  const auto curve = statistics::KaplanMeier(sample.times);
  const bool restricted = horizon.has_value() && *horizon > 0;
  if (restricted) {
    figures->mean = statistics::RestrictedMeanOf(curve, *horizon).mean;
  } else if (sample.censored == 0 && !horizon.has_value()) {
    figures->mean = statistics::Mean(ValuesOf(sample));
  }
  if (options.of_means) {
    if (figures->mean.has_value()) FillMean(sample, curve, options.confidence, horizon, figures);
    return;
  }
  const auto median = statistics::EstimateQuantile(curve, 0.5, options.confidence);
  figures->center = median.time;
  if (median.time.has_value()) {
    figures->center_lower = median.lower;
    figures->center_upper = median.upper;
  }
}

// A difference of after minus before as an improvement.
Difference Improvement(Difference difference, bool higher_is_better) {
  if (higher_is_better) return difference;
  difference.estimate = 0 - difference.estimate;  // never -0
  difference.interval = {0 - difference.interval.upper, 0 - difference.interval.lower};
  return difference;
}

Difference BySurvival(const Samples& samples, double horizon, double confidence,
                      Comparison* comparison) {
  const auto mean = [&](const Sample& sample) {
    return statistics::RestrictedMeanOf(statistics::KaplanMeier(sample.times), horizon);
  };
  const statistics::RestrictedMean before = mean(samples.before), after = mean(samples.after);
  Difference difference;
  difference.estimate = after.mean - before.mean;
  const double error = std::hypot(before.standard_error, after.standard_error);
  const double z = statistics::NormalUpperQuantile((1 - confidence) / 2);
  difference.interval = {difference.estimate - z * error, difference.estimate + z * error};
  if (error > 0) {
    difference.p_value =
        std::min(1.0, 2 * statistics::NormalAbove(std::abs(difference.estimate) / error));
  } else {
    difference.p_value = difference.estimate == 0 ? 1 : 0;
  }
  const std::vector<std::vector<Observation>> groups = {samples.before.times, samples.after.times};
  if (const auto test = statistics::CompareSurvival(groups); test.has_value())
    comparison->log_rank_p_value = test->p_value;
  return difference;
}

void FillDifference(const Samples& samples, const Options& options, Comparison* comparison) {
  Difference difference;
  if (samples.survival) {
    comparison->method = Method::kSurvival;
    if (!(*comparison->horizon > 0)) return;
    difference = BySurvival(samples, *comparison->horizon, options.confidence, comparison);
  } else if (options.type == ValueType::kShare) {
    comparison->method = Method::kProportion;
    difference = DifferenceOf(ShareOf(samples.before), ShareOf(samples.after), options.confidence);
  } else if (options.type == ValueType::kCount) {
    const RateDifference rates =
        DifferenceOf(RateOf(samples.before), RateOf(samples.after), options.confidence);
    comparison->method = rates.varying ? Method::kRateVarying : Method::kRate;
    comparison->ratio = rates.ratio;
    comparison->ratio_lower = rates.ratio_lower;
    comparison->ratio_upper = rates.ratio_upper;
    difference = rates.difference;
  } else if (options.of_means) {
    comparison->method = Method::kMeans;
    difference =
        MeanDifferenceOf(ValuesOf(samples.before), ValuesOf(samples.after), options.confidence);
  } else {
    comparison->method = Method::kRankSum;
    difference = ShiftOf(ValuesOf(samples.before), ValuesOf(samples.after), options.confidence);
  }
  comparison->improvement = Improvement(difference, options.higher_is_better);
}

void Judge(const Samples& samples, const Options& options, Comparison* comparison) {
  constexpr double kEarlySure = 0.001;
  const Sample &before = samples.before, &after = samples.after;
  // Where no number is enough, as many as before are what can be had.
  const int64_t planned = comparison->wanted.value_or(std::max(kLeastCases, before.count));
  const bool enough = after.ripe >= planned;
  comparison->verdict = Verdict::kTooEarly;
  const bool any = comparison->improvement.has_value() && before.count >= kLeastCases &&
                   after.count >= kLeastCases && after.ripe >= kLeastCases;
  if (any) {
    const Difference& improvement = *comparison->improvement;
    const double lower = improvement.interval.lower, upper = improvement.interval.upper;
    const bool sure = enough || improvement.p_value < kEarlySure;
    const bool small = lower > -options.smallest_effect && upper < options.smallest_effect;
    if (sure && lower > 0) {
      comparison->verdict = Verdict::kImproved;
    } else if (sure && upper < 0) {
      comparison->verdict = Verdict::kWorse;
    } else if (small) {
      comparison->verdict = Verdict::kNoEffect;
    } else if (enough) {
      comparison->verdict = Verdict::kNoEffectShown;
    }
    comparison->below_smallest = small && (comparison->verdict == Verdict::kImproved ||
                                           comparison->verdict == Verdict::kWorse);
  }
  if (comparison->verdict == Verdict::kTooEarly)
    comparison->more = std::max<int64_t>(1, std::max(planned, kLeastCases) - after.ripe);
}

}  // namespace

Figures FiguresOf(const Sample& sample, const Options& options, std::optional<double> horizon) {
  Figures figures{.count = sample.count,
                  .censored = sample.censored,
                  .left_out = sample.left_out,
                  .young = sample.young};
  if (sample.count == 0) return figures;
  Interval interval;
  if (options.type == ValueType::kShare) {
    figures.center = ShareOf(sample).estimate();
    interval = IntervalOf(ShareOf(sample), options.confidence);
  } else if (options.type == ValueType::kCount) {
    const Rate rate = RateOf(sample);
    figures.center = rate.estimate();
    interval = IntervalOf(rate, options.confidence);
  } else {
    FillTimes(sample, options, horizon, &figures);
    return figures;
  }
  figures.center_lower = interval.lower;
  figures.center_upper = interval.upper;
  return figures;
}

Comparison Compare(const Side& before, const Side& after, const Options& options) {
  const Samples samples = MakeSamples(options.type, before, after, OutcomeTime(before));
  Comparison comparison;
  if (samples.survival) comparison.horizon = HorizonOf(samples);
  comparison.before = FiguresOf(samples.before, options, comparison.horizon);
  comparison.after = FiguresOf(samples.after, options, comparison.horizon);
  if (samples.before.count > 0 && samples.after.count > 0)
    FillDifference(samples, options, &comparison);
  comparison.wanted = WantedCases(samples, options);
  Judge(samples, options, &comparison);
  if (options.goal.has_value() && comparison.after.center.has_value()) {
    comparison.goal_reached = options.higher_is_better ? *comparison.after.center >= *options.goal
                                                       : *comparison.after.center <= *options.goal;
  }
  return comparison;
}

}  // namespace plumbline::analytics::improvement
