// SPDX-License-Identifier: Apache-2.0
#include "common/statistics/two_counts.h"

#include <algorithm>
#include <cmath>

namespace plumbline::statistics {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

// The last value towards `outside` at which `beyond` does not hold; it does not at `inside`.
template <typename Beyond>
double LastWithin(double inside, double outside, const Beyond& beyond) {
  if (!beyond(outside)) return outside;
  constexpr double kClose = 1e-13;
  constexpr int kMost = 200;
  for (int i = 0; i < kMost; ++i) {
    const double middle = (inside + outside) / 2;
    if (std::abs(outside - inside) <= kClose * std::max(std::abs(inside), std::abs(outside))) break;
    (beyond(middle) ? outside : inside) = middle;
  }
  return inside;
}

// The share of `lower` that fits best where that of `upper` is higher by `difference` > 0: where
// the slope of the likelihood, which falls all along, passes 0.
double LowerShare(const Counted& lower, const Counted& upper, double difference) {
  const auto term = [](double count, double share) { return count > 0 ? count / share : 0; };
  const auto rises = [&](double p) {
    return term(lower.count, p) + term(upper.count, p + difference) >
           term(lower.size - lower.count, 1 - p) +
               term(upper.size - upper.count, 1 - p - difference);
  };
  double low = 0, high = 1 - difference;
  constexpr double kClose = 1e-15;
  constexpr int kMost = 100;
  for (int i = 0; i < kMost && high - low > kClose * high; ++i) {
    const double middle = (low + high) / 2;
    (rises(middle) ? low : high) = middle;
  }
  return low;
}

// The same of Poisson rates: the positive root of a quadratic, without cancellation.
double LowerRate(const Counted& lower, const Counted& upper, double difference) {
  const double size = lower.size + upper.size;
  const double b = size * difference - lower.count - upper.count;
  const double c = lower.count * difference;
  const double root = std::sqrt(b * b + 4 * size * c);
  if (b > 0) return 2 * c / (b + root);
  return (root - b) / (2 * size);
}

}  // namespace

TwoCounts::Fit TwoCounts::Pooled() const {
  const double rate = (group_.count + other_.count) / (group_.size + other_.size);
  return {rate, rate};
}

TwoCounts::Fit TwoCounts::FitDifference(double difference) const {
  if (difference == 0) return Pooled();
  const bool more = difference > 0;
  const Counted &lower = more ? other_ : group_, &upper = more ? group_ : other_;
  const double distance = std::abs(difference);
  const double low = model_ == CountModel::kShare ? LowerShare(lower, upper, distance)
                                                  : LowerRate(lower, upper, distance);
  return more ? Fit{low + distance, low} : Fit{low, low + distance};
}

TwoCounts::Fit TwoCounts::FitRatio(double ratio) const {
  const double other = (group_.count + other_.count) / (group_.size * ratio + other_.size);
  return {other * ratio, other};
}

// `away`: of group - weight * other from what is supposed.
double TwoCounts::ScoreBy(double away, const Fit& fit, double weight) const {
  const auto variance = [&](double rate) {
    return model_ == CountModel::kShare ? std::max(0.0, rate * (1 - rate)) : rate;
  };
  const auto third = [&](double rate) {
    return model_ == CountModel::kShare ? variance(rate) * (1 - 2 * rate) : rate;
  };
  const double all = group_.size + other_.size;
  const double bias = model_ == CountModel::kShare ? all / (all - 1) : 1;
  const double squared_error = bias * (variance(fit.group) / group_.size +
                                       weight * weight * variance(fit.other) / other_.size);
  if (away == 0) return 0;
  if (!(squared_error > 0)) return away > 0 ? kInfinity : -kInfinity;
  const double error = std::sqrt(squared_error);
  const double skew = (third(fit.group) / (group_.size * group_.size) -
                       weight * weight * weight * third(fit.other) / (other_.size * other_.size)) /
                      (6 * squared_error * error);
  // The z with z + skew (z^2 - 1) = away / error.
  const double side = away / error + skew;
  const double square = 1 + 4 * skew * side;
  const double z = square > 0 ? 2 * side / (1 + std::sqrt(square)) : -1 / (2 * skew);
  // Where hardly anything is expected the correction may be larger than what it corrects.
  return (z > 0) == (away > 0) ? z : 0;
}

double TwoCounts::ScoreOfDifference(double supposed) const {
  return ScoreBy(difference() - supposed, FitDifference(supposed), 1);
}

double TwoCounts::ScoreOfRatio(double ratio) const {
  return ScoreBy(group_.rate() - ratio * other_.rate(), FitRatio(ratio), ratio);
}

double TwoCounts::Score() const { return ScoreBy(difference(), Pooled(), 1); }

TwoCounts::Bounds TwoCounts::Difference(double reach) const {
  const auto above = [&](double value) { return ScoreOfDifference(value) > reach; };
  const auto below = [&](double value) { return ScoreOfDifference(value) < -reach; };
  const double score = Score(), estimate = difference();
  double least = -1, most = 1;
  if (model_ == CountModel::kPoisson) {
    double step = (1 + group_.count) / group_.size + (1 + other_.count) / other_.size;
    least = estimate - step;
    most = estimate + step;
    for (; !above(least) && std::isfinite(step); step *= 2) least = estimate - step;
    for (step = most - estimate; !below(most) && std::isfinite(step); step *= 2)
      most = estimate + step;
  }
  // Each end is looked for on the side of 0 where the test says that it is.
  Bounds bounds;
  bounds.lower = score > reach ? LastWithin(estimate, 0, above)
                               : LastWithin(std::min(estimate, 0.0), least, above);
  bounds.upper = score < -reach ? LastWithin(estimate, 0, below)
                                : LastWithin(std::max(estimate, 0.0), most, below);
  return bounds;
}

TwoCounts::Bounds TwoCounts::Ratio(double reach) const {
  constexpr double kLogOfAll = 60;  // of 1e26, beyond which there is no end
  const auto above = [&](double log) { return ScoreOfRatio(std::exp(log)) > reach; };
  const auto below = [&](double log) { return ScoreOfRatio(std::exp(log)) < -reach; };
  const double score = Score();
  const double estimate =
      std::clamp(std::log(group_.rate()) - std::log(other_.rate()), -kLogOfAll, kLogOfAll);
  Bounds bounds;
  if (group_.count > 0) {
    const double end = score > reach ? LastWithin(estimate, 0, above)
                                     : LastWithin(std::min(estimate, 0.0), -kLogOfAll, above);
    if (end > -kLogOfAll) bounds.lower = std::exp(end);
  }
  if (other_.count > 0) {
    const double end = score < -reach ? LastWithin(estimate, 0, below)
                                      : LastWithin(std::max(estimate, 0.0), kLogOfAll, below);
    if (end < kLogOfAll) bounds.upper = std::exp(end);
  }
  return bounds;
}

}  // namespace plumbline::statistics
