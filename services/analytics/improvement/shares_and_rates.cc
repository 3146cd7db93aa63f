// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>

#include "common/statistics/chi_square.h"
#include "common/statistics/normal.h"
#include "common/statistics/two_counts.h"
#include "services/analytics/improvement/two_samples.h"

namespace plumbline::analytics::improvement {
namespace {

double Number(int64_t n) { return static_cast<double>(n); }

double UpperQuantile(double confidence) {
  return statistics::NormalUpperQuantile((1 - confidence) / 2);
}

// Two-sided.
double PValueOf(double score) {
  return std::min(1.0, 2 * statistics::NormalAbove(std::abs(score)));
}

statistics::TwoCounts Compared(const Share& first, const Share& second) {
  return {statistics::CountModel::kShare,
          {Number(second.count), Number(second.cases)},
          {Number(first.count), Number(first.cases)}};
}
statistics::TwoCounts Compared(const Rate& first, const Rate& second) {
  return {statistics::CountModel::kPoisson,
          {Number(second.count), Number(second.cases)},
          {Number(first.count), Number(first.cases)}};
}

Reached WithinOf(const statistics::TwoCounts& counts, double reach) {
  const statistics::TwoCounts::Bounds bounds = counts.Difference(reach);
  return {counts.difference(), counts.Score(), {bounds.lower, bounds.upper}};
}

// Of counts that vary more than Poisson's, in some case of a side.
Reached WithinVarying(const Rate& first, const Rate& second, double reach) {
  const double error =
      std::sqrt(first.variance() / Number(first.cases) + second.variance() / Number(second.cases));
  const double difference = second.estimate() - first.estimate();
  return {difference, difference / error, {difference - reach * error, difference + reach * error}};
}

void FillRatio(const Rate& first, const Rate& second, double reach, RateDifference* answer) {
  const statistics::TwoCounts::Bounds bounds = Compared(first, second).Ratio(reach);
  if (bounds.lower > 0) answer->ratio_lower = bounds.lower;
  if (std::isfinite(bounds.upper)) answer->ratio_upper = bounds.upper;
}

// All ratios r for which second - r first is no more than `reach` of its errors from 0 (Fieller
// 1954): an end is missing where a rate is not surely above 0, both where nothing was counted.
void FillVaryingRatio(const Rate& first, const Rate& second, double reach, RateDifference* answer) {
  const double m1 = first.estimate(), m2 = second.estimate();
  if (m1 <= 0 || m2 <= 0) return;
  const double a = m1 * m1 - reach * reach * first.variance() / Number(first.cases);
  const double c = m2 * m2 - reach * reach * second.variance() / Number(second.cases);
  const double root = m1 * m2 + std::sqrt(std::max(0.0, m1 * m1 * m2 * m2 - a * c));
  if (c > 0) answer->ratio_lower = c / root;
  if (a > 0) answer->ratio_upper = root / a;
}

}  // namespace

Interval IntervalOf(const Share& share, double confidence) {
  const double n = Number(share.cases), p = share.estimate(), z = UpperQuantile(confidence);
  const double center = (p + z * z / (2 * n)) / (1 + z * z / n);
  const double half = z / (1 + z * z / n) * std::sqrt(p * (1 - p) / n + z * z / (4 * n * n));
  return {share.count == 0 ? 0 : std::max(0.0, center - half),
          share.count == share.cases ? 1 : std::min(1.0, center + half)};
}

Reached Within(const Share& first, const Share& second, double reach) {
  return WithinOf(Compared(first, second), reach);
}

Difference DifferenceOf(const Share& first, const Share& second, double confidence) {
  const Reached reached = Within(first, second, UpperQuantile(confidence));
  return {reached.estimate, reached.interval, PValueOf(reached.score)};
}

double Rate::variance() const {
  if (cases < 2) return 0;
  const double n = Number(cases), mean = estimate();
  return std::max(0.0, (squares - n * mean * mean) / (n - 1));
}

bool Rate::varies() const {
  constexpr double kSure = 0.01;
  if (cases < 2 || count == 0) return false;
  const double freedom = Number(cases - 1);
  return statistics::ChiSquareAbove(freedom * variance() / estimate(), freedom) < kSure;
}

Interval IntervalOf(const Rate& rate, double confidence) {
  const double n = Number(rate.cases), x = Number(rate.count), tail = (1 - confidence) / 2;
  return {rate.count == 0 ? 0 : statistics::ChiSquareQuantile(tail, 2 * x) / (2 * n),
          statistics::ChiSquareQuantile(1 - tail, 2 * x + 2) / (2 * n)};
}

Reached Within(const Rate& first, const Rate& second, double reach) {
  if (first.varies() || second.varies()) return WithinVarying(first, second, reach);
  return WithinOf(Compared(first, second), reach);
}

RateDifference DifferenceOf(const Rate& first, const Rate& second, double confidence) {
  const double reach = UpperQuantile(confidence);
  const Reached reached = Within(first, second, reach);
  RateDifference answer;
  answer.difference = {reached.estimate, reached.interval, PValueOf(reached.score)};
  if (first.count > 0) answer.ratio = second.estimate() / first.estimate();
  answer.varying = first.varies() || second.varies();
  if (answer.varying) {
    FillVaryingRatio(first, second, reach, &answer);
  } else {
    FillRatio(first, second, reach, &answer);
  }
  return answer;
}

}  // namespace plumbline::analytics::improvement
