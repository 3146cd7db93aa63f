// SPDX-License-Identifier: Apache-2.0
//
// DrawNumbers in ramp_numbers.h: from stretches to curves.
#include <algorithm>
#include <bit>
#include <cmath>
#include <numeric>
#include <optional>
#include <utility>

#include "common/base/status_macros.h"
#include "common/base/threads.h"
#include "common/statistics/beta.h"
#include "common/statistics/student.h"
#include "services/analytics/cohorts/ramp_numbers.h"

namespace plumbline::analytics::cohorts {
namespace {

using KeepOn = absl::FunctionRef<absl::Status()>;

constexpr double kMicros = 1e6;
// How many of the numbers of a block, of stretches beside each other in their order, count after
// each interval is found before which of them has a rank.
constexpr size_t kOfABlock = 1'024;
constexpr size_t kBlocksAtOnce = 64;

// A sum with twice the digits of its numbers (Dekker 1971).
struct LongSum {
  double high = 0, low = 0;

  void Add(double value, double rest = 0) {
    const double sum = high + value, back = sum - high;  // Knuth 1998, section 4.2.2, theorem B
    const double error = (high - (sum - back)) + (value - back) + low + rest;
    high = sum + error;
    low = error - (high - sum);
  }
  void AddSquare(double value) {
    const double square = value * value;
    Add(square, std::fma(value, value, -square));
  }
};

// Of the sum, beside n times the mean.
double Rest(int64_t n, const LongSum& sum, double mean) {
  return std::fma(-mean, static_cast<double>(n), sum.high) + sum.low;
}
// The nearest double, so that the mean of equal numbers is that number.
double Mean(int64_t n, const LongSum& sum) {
  const double mean = sum.high / static_cast<double>(n);
  return mean + Rest(n, sum, mean) / static_cast<double>(n);
}

// The sum of squared differences from the mean; NaN where it leaves the range of numbers.
double SquaredDeviations(int64_t n, const LongSum& sum, LongSum squares) {
  const double mean = Mean(n, sum), rest = Rest(n, sum, mean);
  // The sum of (v - mean)^2 is squares - 2 mean sum + n mean^2, and the mean is short of rest / n.
  LongSum twice;  // mean * (2 sum - n mean) = mean * (sum + rest)
  for (const double part : {sum.high, sum.low, rest}) {
    const double product = mean * part;
    twice.Add(product, std::fma(mean, part, -product));
  }
  squares.Add(-twice.high, -twice.low);
  const double sum_of_squares = squares.high + squares.low - rest * rest / static_cast<double>(n);
  // No more than that is rounding: what is not known is not 0.
  return std::isnan(sum_of_squares) ? sum_of_squares : std::max(0.0, sum_of_squares);
}

// The most values that lie below the median with no more than a chance `p`: those below the end of
// its interval. -1: none do.
int64_t Below(int64_t n, double p) {
  int64_t low = -1, high = n / 2;
  while (low < high) {
    const int64_t k = low + (high - low + 1) / 2;  // P(Binomial(n, 1/2) <= k)
    const double chance =
        statistics::BetaBelow(0.5, static_cast<double>(n - k), static_cast<double>(k + 1));
    chance <= p ? low = k : high = k - 1;
  }
  return low;
}

// Of each interval, from when on a clock must have started for it not to be over: descending.
class Overs {
 public:
  Overs(std::span<const NumberGroup> groups, const RampQuestion& question, int64_t until) {
    int64_t earliest = until;
    for (const NumberGroup& group : groups) {
      for (const RampStretch& one : group.stretches) {
        earliest = std::min(earliest, one.begin);
      }
    }
    int64_t most = until;
    for (size_t i = 0; i < question.intervals; ++i) {
      const auto is_over = [&](int64_t begin) {
        const int64_t micros = question.between ? question.between(begin, until) : until - begin;
        return TimeOf(question, i) <= static_cast<double>(micros) / kMicros;
      };
      int64_t low = earliest, high = most + 1;  // the first begin of which it is not over
      while (low < high) {
        const int64_t middle = low + (high - low) / 2;
        is_over(middle) ? low = middle + 1 : high = middle;
      }
      too_late_.push_back(low);
      most = low - 1;
    }
  }

  // How many intervals of a stretch count, from its first.
  size_t EndOf(const RampStretch& one) const {
    const auto over = std::partition_point(too_late_.begin(), too_late_.begin() + one.end,
                                           [&](int64_t begin) { return one.begin < begin; });
    return static_cast<size_t>(over - too_late_.begin());
  }
  bool Counts(const RampStretch& one, size_t interval) const {
    return one.first <= interval && interval < one.end && one.begin < too_late_[interval];
  }

 private:
  std::vector<int64_t> too_late_;
};

// Calls count(stretch, first, end) for those that count after some interval.
template <class Count>
void ForCounting(std::span<const RampStretch> stretches, const Overs& overs, const Count& count) {
  for (const RampStretch& one : stretches) {
    const size_t end = overs.EndOf(one);
    if (one.first < end) count(one, one.first, end);
  }
}

// Of some numbers.
struct Moments {
  int64_t count = 0;
  LongSum sum, squares;

  void Add(double value) {
    ++count;
    if (value == 0) return;  // as most are that count what is rare
    sum.Add(value);
    squares.AddSquare(value);
  }
  void Add(const Moments& more) {
    count += more.count;
    sum.Add(more.sum.high, more.sum.low);
    squares.Add(more.squares.high, more.squares.low);
  }
};

// Moments of each interval, of numbers that each count in some that are beside each other: in a
// segment tree (Bentley 1977), so that nothing is taken off again, which would leave the error of
// what is larger.
class MomentsOfIntervals {
 public:
  explicit MomentsOfIntervals(size_t intervals)
      : leaves_(std::bit_ceil(intervals)), nodes_(2 * leaves_) {}

  // O(log intervals).
  void Add(double value, size_t from, size_t end) {
    for (from += leaves_, end += leaves_; from < end; from /= 2, end /= 2) {
      if (from % 2 == 1) nodes_[from++].Add(value);
      if (end % 2 == 1) nodes_[--end].Add(value);
    }
  }
  Moments Of(size_t interval) const {
    Moments all;
    for (size_t node = interval + leaves_; node > 0; node /= 2) all.Add(nodes_[node]);
    return all;
  }

 private:
  size_t leaves_;
  std::vector<Moments> nodes_;
};

absl::Status DrawMeans(const NumberGroup& group, const RampQuestion& question, const Overs& overs,
                       KeepOn keep_on, std::vector<RampPoint>* points) {
  MomentsOfIntervals moments(question.intervals);
  const auto& all = group.stretches;
  for (size_t first = 0; first < all.size(); first += kBlocksAtOnce * kOfABlock) {
    RETURN_IF_ERROR(keep_on());
    const auto some = all.subspan(first, std::min(all.size() - first, kBlocksAtOnce * kOfABlock));
    ForCounting(some, overs, [&](const RampStretch& one, size_t from, size_t end) {
      moments.Add(one.value, from, end);
    });
  }
  for (size_t i = 0; i < question.intervals; ++i) {
    const auto& [count, sum, squares] = moments.Of(i);
    const double deviation =
        count < 2
            ? 0
            : std::sqrt(SquaredDeviations(count, sum, squares) / static_cast<double>(count - 1));
    const double mean = count == 0 ? 0 : Mean(count, sum);
    points->push_back(PointOfMean(count, mean, deviation, question.confidence));
  }
  return absl::OkStatus();
}

absl::Status DrawMedians(const NumberGroup& group, const RampQuestion& question, const Overs& overs,
                         KeepOn keep_on, std::vector<RampPoint>* points) {
  const auto& all = group.stretches;
  const size_t blocks = (all.size() + kOfABlock - 1) / kOfABlock;
  const auto block_at = [&](size_t b) {
    return all.subspan(b * kOfABlock, std::min(kOfABlock, all.size() - b * kOfABlock));
  };
  std::vector<uint32_t> counts(question.intervals * blocks);  // by interval, then by block
  std::vector<int32_t> changes(question.intervals + 1);
  for (size_t b = 0; b < blocks; ++b) {
    if (b % kBlocksAtOnce == 0) RETURN_IF_ERROR(keep_on());
    std::fill(changes.begin(), changes.end(), 0);
    ForCounting(block_at(b), overs, [&](const RampStretch&, size_t from, size_t end) {
      ++changes[from];
      --changes[end];
    });
    int32_t count = 0;
    for (size_t i = 0; i < question.intervals; ++i)
      counts[i * blocks + b] = static_cast<uint32_t>(count += changes[i]);
  }
  for (size_t i = 0; i < question.intervals; ++i) {
    RETURN_IF_ERROR(keep_on());
    const auto of_blocks = std::span(counts).subspan(i * blocks, blocks);
    int64_t n = 0;
    for (const uint32_t count : of_blocks) n += count;
    const auto at = [&](int64_t k) {
      size_t b = 0;
      for (; k >= of_blocks[b]; ++b) k -= of_blocks[b];
      for (const RampStretch& one : block_at(b)) {
        if (overs.Counts(one, i) && k-- == 0) return one.value;
      }
      return 0.0;  // never: there are so many
    };
    points->push_back(PointOfMedian(n, at, question.confidence));
  }
  return absl::OkStatus();
}

// When the curve, and the ends of its band, are first at a level.
RampTarget Reach(const std::vector<RampPoint>& points, double share, const RampQuestion& question) {
  const double level = share * *question.full;
  const auto first = [&](auto member) -> std::optional<double> {
    for (size_t i = 0; i < points.size(); ++i) {
      const std::optional<double>& value = points[i].*member;
      if (value.has_value() && *value >= level) return TimeOf(question, i);
    }
    return std::nullopt;
  };
  return {share, first(&RampPoint::value), first(&RampPoint::upper), first(&RampPoint::lower)};
}

// A band has two ends, or none.
void SetBand(double lower, double upper, RampPoint* point) {
  if (!std::isfinite(lower) || !std::isfinite(upper)) return;
  point->lower = lower;
  point->upper = upper;
}

}  // namespace

RampPoint PointOfMean(int64_t n, double mean, double standard_deviation, double confidence) {
  RampPoint point{.observed = n};
  if (n == 0 || !std::isfinite(mean)) return point;  // of numbers too large for a sum
  point.value = mean;
  if (n < 2 || !std::isfinite(standard_deviation)) return point;
  const auto count = static_cast<double>(n);
  const double half = statistics::StudentUpperQuantile((1 - confidence) / 2, count - 1) *
                      standard_deviation / std::sqrt(count);
  SetBand(mean - half, mean + half, &point);
  return point;
}

RampPoint PointOfMedian(int64_t n, absl::FunctionRef<double(int64_t k)> at, double confidence) {
  RampPoint point{.observed = n};
  if (n == 0) return point;
  const double median = std::midpoint(at((n - 1) / 2), at(n / 2));
  if (!std::isfinite(median)) return point;  // of sums that no number can hold
  point.value = median;
  const int64_t below = Below(n, (1 - confidence) / 2);
  if (below < 0) return point;
  SetBand(at(below), at(n - 1 - below), &point);
  return point;
}

int64_t BytesToDraw(int64_t stretches, const RampQuestion& question) {
  const auto intervals = static_cast<int64_t>(question.intervals);
  const auto groups = static_cast<int64_t>(question.max_groups);
  return 4 * intervals * (stretches / int64_t{kOfABlock} + groups) + 128 * intervals * groups;
}

absl::Status DrawNumbers(std::span<const NumberGroup> groups, const RampQuestion& question,
                         int64_t until, KeepOn keep_on, RampCurves* curves) {
  const Overs overs(groups, question, until);
  const size_t before = curves->curves.size();
  curves->curves.resize(before + groups.size());
  return base::TryInThreads(
      base::ThreadsOfOneQuestion(), groups.size(), keep_on,
      [&](size_t g, KeepOn go_on) -> absl::Status {
        RampCurve& curve = curves->curves[before + g];
        curve.title = groups[g].title;
        curve.cases = groups[g].cases;
        curve.left_out = groups[g].left_out;
        const auto draw = question.measure.median ? DrawMedians : DrawMeans;
        RETURN_IF_ERROR(draw(groups[g], question, overs, go_on, &curve.points));
        while (!curve.points.empty() && curve.points.back().observed == 0) curve.points.pop_back();
        if (!question.full.has_value()) return absl::OkStatus();
        for (const double share : question.shares)
          curve.targets.push_back(Reach(curve.points, share, question));
        return absl::OkStatus();
      });
}

}  // namespace plumbline::analytics::cohorts
