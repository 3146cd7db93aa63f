// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>

#include "common/statistics/beta.h"
#include "common/statistics/chi_square.h"
#include "common/statistics/normal.h"
#include "common/statistics/sums.h"
#include "services/analytics/improvement/two_samples.h"

namespace plumbline::analytics::improvement {
namespace {

double Number(int64_t n) { return static_cast<double>(n); }

double LogFactorial(double n) {
  int sign = 0;
  return lgamma_r(n + 1, &sign);
}

double LogChoose(double n, double k) {
  return LogFactorial(n) - LogFactorial(k) - LogFactorial(n - k);
}

double UpperQuantile(double confidence) {
  return statistics::NormalUpperQuantile((1 - confidence) / 2);
}

// Two-sided: of an estimate that is normal with this error.
double PValueOf(double estimate, double error) {
  if (error <= 0) return estimate == 0 ? 1 : 0;
  return std::min(1.0, 2 * statistics::NormalAbove(std::abs(estimate) / error));
}

// The interval of a difference of two estimates, from theirs (Zou and Donner 2008; Newcombe's
// method 10 of shares).
Interval Recovered(double first, const Interval& of_first, double second,
                   const Interval& of_second) {
  const double difference = second - first;
  return {difference - std::hypot(second - of_second.lower, of_first.upper - first),
          difference + std::hypot(of_second.upper - second, first - of_first.lower)};
}

double FisherExact(const Share& first, const Share& second) {
  const double n1 = Number(first.cases), n2 = Number(second.cases);
  const double all = Number(first.count + second.count);
  const auto log_chance = [&](double k) {
    return LogChoose(n1, k) + LogChoose(n2, all - k) - LogChoose(n1 + n2, all);
  };
  // Tables that are as likely but for rounding count.
  constexpr double kRounding = 1e-7;
  const double observed = log_chance(Number(first.count)) + kRounding;
  statistics::CompensatedSum sum;
  const double last = std::min(n1, all);
  for (double k = std::max(0.0, all - n2); k <= last; ++k) {
    const double chance = log_chance(k);
    if (chance <= observed) sum.Add(std::exp(chance));
  }
  return std::min(1.0, sum.value());
}

bool FewExpected(const Share& first, const Share& second) {
  constexpr double kFew = 5;
  const double cases = Number(first.cases + second.cases),
               with = Number(first.count + second.count);
  const double smaller = Number(std::min(first.cases, second.cases));
  return smaller * std::min(with, cases - with) / cases < kFew;
}

// The exact test given the sum, and the interval of the ratio, of Poisson rates.
void FillPoisson(const Rate& first, const Rate& second, double confidence, RateDifference* answer) {
  const double n1 = Number(first.cases), n2 = Number(second.cases);
  const double x1 = Number(first.count), x2 = Number(second.count), all = x1 + x2;
  Difference& difference = answer->difference;
  difference.interval = Recovered(first.estimate(), IntervalOf(first, confidence),
                                  second.estimate(), IntervalOf(second, confidence));
  if (all == 0) return;
  // Given the sum, the second's count is binomial with this chance if the rates are equal.
  const double chance = n2 / (n1 + n2);
  const double up_to = x2 == all ? 1 : 1 - statistics::BetaBelow(chance, x2 + 1, all - x2);
  const double from = x2 == 0 ? 1 : statistics::BetaBelow(chance, x2, all - x2 + 1);
  difference.p_value = std::min(1.0, 2 * std::min(up_to, from));
  const double tail = (1 - confidence) / 2;
  const auto ratio = [&](double share) { return share / (1 - share) * n1 / n2; };
  if (x2 > 0) answer->ratio_lower = ratio(statistics::BetaQuantile(tail, x2, x1 + 1));
  if (x1 > 0) answer->ratio_upper = ratio(statistics::BetaQuantile(1 - tail, x2 + 1, x1));
}

void FillVarying(const Rate& first, const Rate& second, double confidence, RateDifference* answer) {
  const double z = UpperQuantile(confidence);
  const double of_first = first.variance() / Number(first.cases);
  const double of_second = second.variance() / Number(second.cases);
  Difference& difference = answer->difference;
  const double error = std::sqrt(of_first + of_second);
  difference.interval = {difference.estimate - z * error, difference.estimate + z * error};
  difference.p_value = PValueOf(difference.estimate, error);
  const double m1 = first.estimate(), m2 = second.estimate();
  if (m1 <= 0 || m2 <= 0) return;
  const double spread = z * std::sqrt(of_first / (m1 * m1) + of_second / (m2 * m2));
  answer->ratio_lower = m2 / m1 * std::exp(-spread);
  answer->ratio_upper = m2 / m1 * std::exp(spread);
}

}  // namespace

Interval IntervalOf(const Share& share, double confidence) {
  const double n = Number(share.cases), p = share.estimate(), z = UpperQuantile(confidence);
  const double center = (p + z * z / (2 * n)) / (1 + z * z / n);
  const double half = z / (1 + z * z / n) * std::sqrt(p * (1 - p) / n + z * z / (4 * n * n));
  return {share.count == 0 ? 0 : std::max(0.0, center - half),
          share.count == share.cases ? 1 : std::min(1.0, center + half)};
}

Difference DifferenceOf(const Share& first, const Share& second, double confidence) {
  Difference answer;
  const double p1 = first.estimate(), p2 = second.estimate();
  answer.estimate = p2 - p1;
  answer.interval =
      Recovered(p1, IntervalOf(first, confidence), p2, IntervalOf(second, confidence));
  if (FewExpected(first, second)) {
    answer.p_value = FisherExact(first, second);
    return answer;
  }
  const double n1 = Number(first.cases), n2 = Number(second.cases);
  const double pooled = Number(first.count + second.count) / (n1 + n2);
  answer.p_value = PValueOf(answer.estimate, std::sqrt(pooled * (1 - pooled) * (1 / n1 + 1 / n2)));
  return answer;
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

RateDifference DifferenceOf(const Rate& first, const Rate& second, double confidence) {
  RateDifference answer;
  answer.difference.estimate = second.estimate() - first.estimate();
  if (first.count > 0) answer.ratio = second.estimate() / first.estimate();
  answer.varying = first.varies() || second.varies();
  if (answer.varying) {
    FillVarying(first, second, confidence, &answer);
  } else {
    FillPoisson(first, second, confidence, &answer);
  }
  return answer;
}

}  // namespace plumbline::analytics::improvement
