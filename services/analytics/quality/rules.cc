// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/quality/rules.h"

#include <algorithm>
#include <cmath>

namespace plumbline::analytics::quality {
namespace {

using Points = absl::Span<const ChartPoint>;

// 1 above the centre line by more than `sigmas`, -1 below it by more, else 0.
int Side(const ChartPoint& point, double sigmas) {
  const double distance = point.value - point.center;
  if (distance > sigmas * point.sigma) return 1;
  return distance < -sigmas * point.sigma ? -1 : 0;
}

std::vector<size_t> BeyondLimits(Points points) {
  std::vector<size_t> found;
  for (size_t i = 0; i < points.size(); ++i)
    if (points[i].value > points[i].upper || points[i].value < points[i].lower) found.push_back(i);
  return found;
}

// `least` of the `window` points that end here, here included, are beyond on the side of this one.
std::vector<size_t> SomeBeyond(Points points, size_t least, size_t window, double sigmas) {
  std::vector<size_t> found;
  for (size_t i = window - 1; i < points.size(); ++i) {
    const int side = Side(points[i], sigmas);
    if (side == 0) continue;
    size_t beyond = 0;
    for (size_t k = i + 1 - window; k <= i; ++k) beyond += Side(points[k], sigmas) == side;
    if (beyond >= least) found.push_back(i);
  }
  return found;
}

// The indices where a run of points that `go on` from the one before is `length` long or longer;
// `begins` tells whether a point can be the first of a run.
template <typename Begins, typename GoesOn>
std::vector<size_t> Runs(Points points, size_t length, Begins begins, GoesOn goes_on) {
  std::vector<size_t> found;
  size_t run = 0;
  for (size_t i = 0; i < points.size(); ++i) {
    run = run > 0 && goes_on(i, run) ? run + 1 : (begins(i) ? 1 : 0);
    if (run >= length) found.push_back(i);
  }
  return found;
}

std::vector<size_t> OneSide(Points points, size_t length) {
  return Runs(
      points, length, [&](size_t i) { return Side(points[i], 0) != 0; },
      [&](size_t i, size_t) {
        return Side(points[i], 0) != 0 && Side(points[i], 0) == Side(points[i - 1], 0);
      });
}

// 1 if a point is above the one before, -1 below, 0 equal.
int Move(Points points, size_t i) {
  return (points[i].value > points[i - 1].value) - (points[i].value < points[i - 1].value);
}

// Runs of moves: `sign` * the move before is the move that goes on. A run of moves is one longer in
// points.
std::vector<size_t> Moves(Points points, size_t length, int sign) {
  std::vector<size_t> found;
  size_t moves = 0;
  for (size_t i = 1; i < points.size(); ++i) {
    const int move = Move(points, i);
    const bool goes_on = moves > 0 && move != 0 && move == sign * Move(points, i - 1);
    moves = goes_on ? moves + 1 : (move != 0 ? 1 : 0);
    if (moves + 1 >= length) found.push_back(i);
  }
  return found;
}

std::vector<size_t> Within(Points points, size_t length) {
  const auto within = [&](size_t i) {
    return std::abs(points[i].value - points[i].center) <= points[i].sigma;
  };
  return Runs(points, length, within, [&](size_t i, size_t) { return within(i); });
}

std::vector<size_t> OutsideOnBothSides(Points points, size_t length) {
  const auto outside = [&](size_t i) { return Side(points[i], 1) != 0; };
  std::vector<size_t> found;
  for (const size_t i :
       Runs(points, length, outside, [&](size_t k, size_t) { return outside(k); })) {
    bool other_side = false;
    for (size_t k = i + 1 - length; k < i; ++k)
      other_side |= Side(points[k], 1) != Side(points[i], 1);
    if (other_side) found.push_back(i);
  }
  return found;
}

}  // namespace

std::vector<size_t> PointsOf(Rule rule, absl::Span<const ChartPoint> points) {
  switch (rule) {
    case Rule::kBeyond3Sigma:
      return BeyondLimits(points);
    case Rule::kTwoOfThreeBeyond2:
      return SomeBeyond(points, 2, 3, 2);
    case Rule::kFourOfFiveBeyond1:
      return SomeBeyond(points, 4, 5, 1);
    case Rule::kEightOneSide:
      return OneSide(points, 8);
    case Rule::kNineOneSide:
      return OneSide(points, 9);
    case Rule::kSixTrend:
      return Moves(points, 6, 1);
    case Rule::kFourteenAlternating:
      return Moves(points, 14, -1);
    case Rule::kFifteenWithin1:
      return Within(points, 15);
    case Rule::kEightOutside1:
      return OutsideOnBothSides(points, 8);
  }
  return {};
}

std::vector<size_t> PointsOf(Rule rule, const Chart& chart) {
  return PointsOf(rule, chart.judged.empty() || IsOfMoves(rule) ? chart.points : chart.judged);
}

}  // namespace plumbline::analytics::quality
