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
// the slope of the likelihood, which falls all along, passes 0. By Newton within a bracket.
double LowerShare(const Counted& lower, const Counted& upper, double difference) {
  struct Slope {
    double value = 0, falls = 0;
    void Add(double count, double share) {
      if (count == 0) return;
      value += count / share;
      falls += std::abs(count) / (share * share);
    }
  };
  double low = 0, high = 1 - difference, share = high / 2;
  constexpr double kClose = 1e-15;
  constexpr int kMost = 100;
  for (int i = 0; i < kMost && high - low > kClose * high; ++i) {
    Slope slope;
    slope.Add(lower.count, share);
    slope.Add(upper.count, share + difference);
    slope.Add(lower.count - lower.size, 1 - share);
    slope.Add(upper.count - upper.size, 1 - share - difference);
    (slope.value > 0 ? low : high) = share;
    double next = share + slope.value / slope.falls;
    if (!(next > low && next < high)) next = (low + high) / 2;
    if (std::abs(next - share) <= kClose * share) return next;
    share = next;
  }
  return share;
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

// The z with z + skew (z^2 - 1) = away / error, where skew is a sixth of the skewness; of what is
// `away` from what is supposed, with its variance and third central moment if that is true.
double Corrected(double away, double variance, double third) {
  if (away == 0) return 0;
  if (!(variance > 0)) return away > 0 ? kInfinity : -kInfinity;
  const double error = std::sqrt(variance);
  const double skew = third / (6 * variance * error);
  const double side = away / error + skew;
  const double square = 1 + 4 * skew * side;
  const double z = square > 0 ? 2 * side / (1 + std::sqrt(square)) : -1 / (2 * skew);
  // Where hardly anything is expected the correction may be larger than what it corrects.
  return (z > 0) == (away > 0) ? z : 0;
}

constexpr double kLogOfAll = 23;  // of 1e10: a ratio beyond has no end

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
  const double all = group_.count + other_.count;
  if (model_ == CountModel::kPoisson || ratio == 1) {
    const double other = all / (group_.size * ratio + other_.size);
    return {other * ratio, other};
  }
  const double a = (group_.size + other_.size) * ratio;
  const double b = group_.size * ratio + group_.count + other_.size + other_.count * ratio;
  const double other = 2 * all / (b + std::sqrt(std::max(0.0, b * b - 4 * a * all)));
  return {std::min(1.0, other * ratio), std::min(1.0, other)};
}

// Shares of which the odds of the group are `ratio` times those of the other.
TwoCounts::Fit TwoCounts::FitOdds(double ratio) const {
  if (ratio == 1) return Pooled();
  const double all = group_.count + other_.count, more = ratio - 1;
  const double b = group_.size * ratio + other_.size - all * more;
  const double root = std::sqrt(std::max(0.0, b * b + 4 * other_.size * more * all));
  const double other = b > 0 ? 2 * all / (b + root) : (root - b) / (2 * other_.size * more);
  return {other * ratio / (1 + other * more), other};
}

double TwoCounts::Bias() const {
  const double all = group_.size + other_.size;
  return model_ == CountModel::kShare ? all / (all - 1) : 1;
}

// `away`: of group - weight * other from what is supposed.
double TwoCounts::ScoreBy(double away, const Fit& fit, double weight) const {
  const bool share = model_ == CountModel::kShare;
  const auto variance = [&](double rate) {
    return share ? std::max(0.0, rate * (1 - rate)) : rate;
  };
  const auto third = [&](double rate) { return share ? variance(rate) * (1 - 2 * rate) : rate; };
  return Corrected(away,
                   Bias() * (variance(fit.group) / group_.size +
                             weight * weight * variance(fit.other) / other_.size),
                   third(fit.group) / (group_.size * group_.size) -
                       weight * weight * weight * third(fit.other) / (other_.size * other_.size));
}

double TwoCounts::ScoreOfDifference(double supposed) const {
  return ScoreBy(difference() - supposed, FitDifference(supposed), 1);
}

double TwoCounts::ScoreOfRatio(double ratio) const {
  return ScoreBy(group_.rate() - ratio * other_.rate(), FitRatio(ratio), ratio);
}

double TwoCounts::ScoreOfOdds(double ratio) const {
  const Fit fit = FitOdds(ratio);
  const double group = fit.group * (1 - fit.group), other = fit.other * (1 - fit.other);
  const double n1 = group_.size * group, n2 = other_.size * other;
  // What it is beyond 0 on average if the ratio is what is supposed (Gart 1985); 0 of no
  // difference.
  const double beyond = (fit.group - fit.other) / (n1 + n2);
  return Corrected(
      (group_.rate() - fit.group) / group - (other_.rate() - fit.other) / other - beyond,
      Bias() * (1 / n1 + 1 / n2),
      (1 - 2 * fit.group) / (n1 * n1) - (1 - 2 * fit.other) / (n2 * n2));
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

template <typename ScoreOf>
double TwoCounts::LowerRatio(double log_estimate, double reach, const ScoreOf& score_of) const {
  const auto above = [&](double log) { return score_of(std::exp(log)) > reach; };
  const double estimate = std::clamp(log_estimate, -kLogOfAll, kLogOfAll);
  const double end = Score() > reach ? LastWithin(estimate, 0, above)
                                     : LastWithin(std::min(estimate, 0.0), -kLogOfAll, above);
  return end > -kLogOfAll ? std::exp(end) : 0;
}

template <typename ScoreOf>
double TwoCounts::UpperRatio(double log_estimate, double reach, const ScoreOf& score_of) const {
  const auto below = [&](double log) { return score_of(std::exp(log)) < -reach; };
  const double estimate = std::clamp(log_estimate, -kLogOfAll, kLogOfAll);
  const double end = Score() < -reach ? LastWithin(estimate, 0, below)
                                      : LastWithin(std::max(estimate, 0.0), kLogOfAll, below);
  return end < kLogOfAll ? std::exp(end) : kInfinity;
}

TwoCounts::Bounds TwoCounts::Ratio(double reach) const {
  const auto score_of = [&](double ratio) { return ScoreOfRatio(ratio); };
  const double estimate = std::log(group_.rate()) - std::log(other_.rate());
  Bounds bounds;
  if (group_.count > 0) bounds.lower = LowerRatio(estimate, reach, score_of);
  if (other_.count > 0) bounds.upper = UpperRatio(estimate, reach, score_of);
  return bounds;
}

TwoCounts::Bounds TwoCounts::OddsRatio(double reach) const {
  const auto score_of = [&](double ratio) { return ScoreOfOdds(ratio); };
  const auto odds = [](const Counted& one) { return one.count / (one.size - one.count); };
  const double estimate = std::log(odds(group_)) - std::log(odds(other_));
  Bounds bounds;
  if (group_.count > 0 && other_.count < other_.size)
    bounds.lower = LowerRatio(estimate, reach, score_of);
  if (other_.count > 0 && group_.count < group_.size)
    bounds.upper = UpperRatio(estimate, reach, score_of);
  return bounds;
}

}  // namespace plumbline::statistics
