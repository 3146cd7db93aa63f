// SPDX-License-Identifier: Apache-2.0
#include "common/statistics/rank_sum.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <vector>

#include "absl/numeric/int128.h"
#include "common/statistics/normal.h"

namespace plumbline::statistics {
namespace {

std::vector<double> Thinned(absl::Span<const double> values, size_t most) {
  if (values.size() <= most) return {values.begin(), values.end()};
  std::vector<double> thinned;
  thinned.reserve(most);
  for (size_t i = 0; i < most; ++i)
    thinned.push_back(values[RankOfStandIn(i, values.size(), most)]);
  return thinned;
}

// How many differences are at most `bound`, the largest of these, and the smallest of the others.
struct Below {
  int64_t count = 0;
  double largest = -std::numeric_limits<double>::infinity();
  double next = std::numeric_limits<double>::infinity();
};
Below CountBelow(absl::Span<const double> x, absl::Span<const double> y, double bound) {
  Below below;
  size_t first = 0;  // of the y with x - y <= bound; ascending x have fewer of them
  for (const double value : x) {
    while (first < y.size() && value - y[first] > bound) ++first;
    below.count += static_cast<int64_t>(y.size() - first);
    if (first < y.size()) below.largest = std::max(below.largest, value - y[first]);
    if (first > 0) below.next = std::min(below.next, value - y[first - 1]);
  }
  return below;
}

// The difference of rank `rank`, 1 to x.size() * y.size(), in ascending order: by halves and, in
// turn, by how many differences lie on either side.
double Difference(absl::Span<const double> x, absl::Span<const double> y, int64_t rank) {
  double low = x.front() - y.back(), high = x.back() - y.front();
  const Below least = CountBelow(x, y, low);
  if (least.count >= rank || least.next > high) return low;
  // Fewer than `rank` are at or below `low`, at least `rank` at or below `high`, which is one.
  int64_t at_low = least.count;
  int64_t at_high = static_cast<int64_t>(x.size()) * static_cast<int64_t>(y.size());
  for (bool halve = false; low < high; halve = !halve) {
    const double share =
        halve ? 0.5 : static_cast<double>(rank - at_low) / static_cast<double>(at_high - at_low);
    const double middle = low + (high - low) * std::min(share, 0.999);
    if (middle <= low || middle >= high) {
      if (halve) break;
      continue;
    }
    const Below below = CountBelow(x, y, middle);
    if (below.count >= rank) {
      high = below.largest;
      at_high = below.count;
      if (at_high == rank) return high;
    } else {
      if (below.count == rank - 1 || below.next >= high) return std::min(below.next, high);
      low = middle;
      at_low = below.count;
    }
  }
  return high;
}

double Median(absl::Span<const double> x, absl::Span<const double> y) {
  const int64_t pairs = static_cast<int64_t>(x.size()) * static_cast<int64_t>(y.size());
  const double lower = Difference(x, y, (pairs + 1) / 2);
  if (pairs % 2 == 1) return lower;
  const Below below = CountBelow(x, y, lower);
  return below.count > pairs / 2 ? lower : (lower + below.next) / 2;
}

Dominance Compare(absl::Span<const double> x, absl::Span<const double> y) {
  Dominance found;
  const auto m = static_cast<int64_t>(x.size()), n = static_cast<int64_t>(y.size());
  for (int64_t i = 0, j = 0; i < m || j < n;) {
    // All that are equal to the next value: `a` of x, `b` of y.
    const double value = j == n || (i < m && x[i] <= y[j]) ? x[i] : y[j];
    int64_t a = 0, b = 0;
    while (i + a < m && x[i + a] == value) ++a;
    while (j + b < n && y[j + b] == value) ++b;
    const absl::int128 of_x = j - (n - j - b), of_y = i - (m - i - a);
    found.sum += a * of_x;
    found.x_squares += a * of_x * of_x;
    found.y_squares += b * of_y * of_y;
    found.equal += absl::int128(a) * b;
    i += a;
    j += b;
  }
  return found;
}

// DominanceOf with sums of type T.
template <class T>
Dominance Dominate(absl::Span<const EqualRun> runs, absl::Span<const uint32_t> places) {
  const auto m = static_cast<int64_t>(places.size()), size = static_cast<int64_t>(runs.size());
  const int64_t n = size - m;
  T sum = 0, x_squares = 0, y_squares = 0, equal = 0;
  int64_t next = 0;  // of all: what is before was seen
  for (int64_t i = 0; i < m;) {
    // All that are equal to the next x: `a` of x, `b` of y.
    const int64_t begin = runs[places[i]].begin, end = runs[places[i]].end;
    int64_t a = 1;
    while (i + a < m && places[i + a] < end) ++a;
    const int64_t b = end - begin - a;
    // The y before them, that have i of x below them; these x; and these y.
    const int64_t of_gap = 2 * i - m, of_x = 2 * (begin - i) + b - n, of_y = of_gap + a;
    y_squares += T(of_gap * of_gap) * (begin - next) + T(of_y * of_y) * b;
    sum += a * of_x;
    x_squares += T(of_x * of_x) * a;
    equal += T(a) * b;
    i += a;
    next = end;
  }
  y_squares += T(m * m) * (size - next);
  return {sum, x_squares, y_squares, equal};
}

}  // namespace

double RankSumPValue(double rank_sum, double count, double other_count, double ties) {
  const double n = count + other_count;
  if (count <= 0 || other_count <= 0) return 1;
  const double variance = count * other_count / 12 * (n + 1 - ties / (n * (n - 1)));
  if (!(variance > 0)) return 1;
  const double distance = std::abs(rank_sum - count * (n + 1) / 2);
  return std::min(1.0, 2 * NormalAbove(std::max(0.0, distance - 0.5) / std::sqrt(variance)));
}

std::vector<EqualRun> RunsOf(absl::Span<const int64_t> ascending) {
  std::vector<EqualRun> runs;
  runs.reserve(ascending.size());
  for (size_t begin = 0, end; begin < ascending.size(); begin = end) {
    end = begin + 1;
    while (end < ascending.size() && ascending[end] == ascending[begin]) ++end;
    runs.insert(runs.end(), end - begin,
                {static_cast<uint32_t>(begin), static_cast<uint32_t>(end)});
  }
  return runs;
}

Dominance DominanceOf(absl::Span<const EqualRun> runs, absl::Span<const uint32_t> places) {
  // No sum is above the cube of the size.
  constexpr size_t kFew = 2'000'000;
  return runs.size() <= kFew ? Dominate<int64_t>(runs, places)
                             : Dominate<absl::int128>(runs, places);
}

Dominance Turned(const Dominance& found) {
  return {-found.sum, found.y_squares, found.x_squares, found.equal};
}

Estimate CliffsDelta(absl::Span<const double> x, absl::Span<const double> y, double z) {
  return CliffsDelta(Compare(x, y), static_cast<int64_t>(x.size()), static_cast<int64_t>(y.size()),
                     z);
}

Estimate CliffsDelta(const Dominance& found, int64_t count, int64_t other_count, double z) {
  const auto m = static_cast<double>(count), n = static_cast<double>(other_count);
  const auto sum = static_cast<double>(found.sum);
  const double delta = sum / (m * n);
  // The unbiased variance (Cliff 1993, eq. 3), no less than what it is where all pairs agree.
  double variance = 0;
  if (m > 1 && n > 1) {
    // n^2 times the squares of the rows' distances from their mean, and m^2 times the columns'.
    const absl::int128 square = found.sum * found.sum;
    const double rows = static_cast<double>(count * found.x_squares - square) / m;
    const double columns = static_cast<double>(other_count * found.y_squares - square) / n;
    // Pairs: each d is -1, 0 or 1, so that the sum of their squares is that of pairs not equal.
    const double squares = m * n - static_cast<double>(found.equal) - sum * delta;
    variance = (rows + columns - squares) / (m * n * (m - 1) * (n - 1));
    variance = std::max(variance, (1 - delta * delta) / (m * n - 1));
  } else {
    variance = 1;
  }
  const double squared = z * z * variance, rest = 1 - delta * delta;
  const double half = z * std::sqrt(variance) * std::sqrt(rest * rest + squared);
  const double scale = rest + squared;
  const double middle = delta - delta * delta * delta;
  if (!(scale > 0)) return {delta, delta, delta};
  return {delta, std::clamp((middle - half) / scale, -1.0, delta),
          std::clamp((middle + half) / scale, delta, 1.0)};
}

Estimate HodgesLehmannShift(absl::Span<const double> x, absl::Span<const double> y, double z,
                            size_t most) {
  return ShiftOfStandIns(Thinned(x, most), Thinned(y, most), static_cast<int64_t>(x.size()),
                         static_cast<int64_t>(y.size()), z);
}

Estimate ShiftOfStandIns(absl::Span<const double> x, absl::Span<const double> y, int64_t count,
                         int64_t other_count, double z) {
  const auto m = static_cast<double>(count), n = static_cast<double>(other_count);
  const auto pairs = static_cast<int64_t>(x.size()) * static_cast<int64_t>(y.size());
  // Half the width of the interval, as a share of all pairs.
  const double half = z * std::sqrt(m * n * (m + n + 1) / 12) / (m * n);
  const auto cut =
      static_cast<int64_t>(std::floor(static_cast<double>(pairs) * std::max(0.0, 0.5 - half)));
  const int64_t low = std::clamp<int64_t>(cut, 1, pairs);
  return {Median(x, y), Difference(x, y, low), Difference(x, y, pairs + 1 - low)};
}

}  // namespace plumbline::statistics
