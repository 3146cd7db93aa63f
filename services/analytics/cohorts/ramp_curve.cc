// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/cohorts/ramp_curve.h"

#include <algorithm>
#include <cmath>
#include <utility>
#include <variant>

#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "common/base/nearest.h"
#include "common/base/status_macros.h"
#include "common/statistics/beta.h"
#include "common/statistics/event_table.h"
#include "common/statistics/quantile.h"
#include "common/statistics/student.h"
#include "common/statistics/sums.h"
#include "common/statistics/survival.h"
#include "services/analytics/mining/case_ends.h"
#include "services/analytics/mining/case_times.h"

namespace plumbline::analytics::cohorts {
namespace {

using Kind = RampMeasure::Kind;

constexpr double kMicros = 1e6;
constexpr size_t kCasesAtOnce = 1 << 12;

double TimeOf(const RampQuestion& question, size_t interval) {
  return question.interval * static_cast<double>(interval + 1);
}

// The numbers of the largest groups, in the order in which they were.
std::vector<size_t> Largest(const std::vector<int64_t>& sizes, size_t most, RampCurves* curves) {
  std::vector<size_t> kept;
  for (size_t g = 0; g < sizes.size(); ++g) {
    if (sizes[g] > 0) kept.push_back(g);
  }
  std::stable_sort(kept.begin(), kept.end(),
                   [&](size_t a, size_t b) { return sizes[a] > sizes[b]; });
  for (size_t i = most; i < kept.size(); ++i) {
    ++curves->omitted_groups;
    curves->omitted_cases += sizes[kept[i]];
  }
  kept.resize(std::min(kept.size(), most));
  std::sort(kept.begin(), kept.end());
  return kept;
}

// The share that has reached it after each interval. The curve ends where all have, or nobody else
// is observed any more.
std::vector<RampPoint> SharesOf(const statistics::EventTable& times,
                                absl::Span<const statistics::SurvivalStep> curve,
                                const RampQuestion& question) {
  const auto rows = times.rows();
  const double last = times.longest();
  const bool open_to_the_last = !rows.empty() && rows.back().censored > 0;
  int64_t open = times.size() - times.happened();  // and observed for as long
  std::vector<RampPoint> points;
  size_t step = 0, row = 0;
  for (size_t i = 0; i < question.intervals; ++i) {
    const double time = TimeOf(question, i);
    if (time > last && open_to_the_last) break;
    while (step < curve.size() && curve[step].time <= time) ++step;
    for (; row < rows.size() && rows[row].time < time; ++row) open -= rows[row].censored;
    RampPoint point;
    point.observed = times.happened() + open;
    point.value = step == 0 ? 0 : 1 - curve[step - 1].survival;
    if (step > 0) {
      const auto band = statistics::BandOf(curve[step - 1], question.confidence);
      if (band.has_value()) {
        point.lower = 1 - band->upper;
        point.upper = 1 - band->lower;
      }
    }
    points.push_back(point);
    if (time >= last) break;
  }
  return points;
}

std::optional<double> NumberOf(const AttributeValue& value) {
  if (const auto* whole = std::get_if<int64_t>(&value)) return static_cast<double>(*whole);
  if (const auto* number = std::get_if<double>(&value)) return *number;
  return std::nullopt;
}

// What a case has after each interval. Asked for cases in ascending order.
class Reader {
 public:
  Reader(const Traces& traces, const RampQuestion& question)
      : traces_(traces),
        log_(traces.log()),
        question_(question),
        ends_(log_),
        seen_until_(log_.empty() ? 0 : log_.LastTime()),
        key_(question.measure.key.empty() ? kNoText : log_.FindAttributeKey(question.measure.key)) {
  }

  // Calls take(interval, number) for each at whose end the case was observed and has a number.
  // False for a case without the event that starts the clock.
  template <class Take>
  bool Read(size_t c, const Take& take) {
    Gather(c);
    const int64_t begin = BeginOf(c);
    if (begin == kNoTime) return false;
    const bool known = ends_.marked() && ends_.HasEnded(c);
    const int64_t until = known ? CaseEnd(log_, c) : seen_until_;
    const double observed = static_cast<double>(until - begin) / kMicros;
    size_t next = 0;
    double sum = 0;
    std::optional<double> latest;
    const bool sums = question_.measure.kind != Kind::kLatest;
    for (; sums && next < numbers_.size() && numbers_[next].first < begin; ++next) {
    }
    for (size_t i = 0; i < question_.intervals && TimeOf(question_, i) <= observed; ++i) {
      const double end = TimeOf(question_, i);
      if (question_.measure.kind == Kind::kInInterval) sum = 0;
      for (; next < numbers_.size() &&
             static_cast<double>(numbers_[next].first - begin) / kMicros <= end;
           ++next) {
        sum += numbers_[next].second;
        latest = numbers_[next].second;
      }
      if (sums) {
        take(i, sum);
      } else if (latest.has_value()) {
        take(i, *latest);
      }
    }
    return true;
  }

 private:
  int64_t BeginOf(size_t c) const {
    if (!question_.from.has_value()) return CaseStart(log_, c);
    int64_t first = kNoTime;
    for (uint32_t row = traces_.case_begin()[c]; row < traces_.case_begin()[c + 1]; ++row) {
      if (traces_.activity()[row] != *question_.from) continue;
      first = first == kNoTime ? traces_.time()[row] : std::min(first, traces_.time()[row]);
    }
    return first;
  }

  void Gather(size_t c) {
    numbers_.clear();
    const std::optional<uint32_t> activity = question_.measure.activity;
    if (question_.measure.key.empty()) {
      for (uint32_t row = traces_.case_begin()[c]; row < traces_.case_begin()[c + 1]; ++row) {
        if (traces_.activity()[row] == activity) numbers_.emplace_back(traces_.time()[row], 1);
      }
    } else {
      const auto& all = log_.attributes;
      const uint32_t begin = log_.case_begin[c], end = log_.case_begin[c + 1];
      while (attribute_ < all.size() && all[attribute_].row < begin) ++attribute_;
      for (; attribute_ < all.size() && all[attribute_].row < end; ++attribute_) {
        const EventAttribute& one = all[attribute_];
        if (one.key != key_ || (activity.has_value() && log_.activity[one.row] != *activity))
          continue;
        const std::optional<double> number = NumberOf(one.value);
        if (number.has_value() && std::isfinite(*number))
          numbers_.emplace_back(log_.time[one.row], *number);
      }
    }
    std::stable_sort(numbers_.begin(), numbers_.end(),
                     [](const auto& a, const auto& b) { return a.first < b.first; });
  }

  const Traces& traces_;
  const LogSnapshot& log_;
  const RampQuestion& question_;
  const CaseEnds ends_;
  const int64_t seen_until_;
  const uint32_t key_;
  size_t attribute_ = 0;
  std::vector<std::pair<int64_t, double>> numbers_;  // of one case: when, how much
};

absl::Status CheckMeasure(const RampMeasure& measure, const LogSnapshot& log) {
  if (measure.key.empty()) {
    if (measure.activity.has_value() && measure.kind != Kind::kLatest) return absl::OkStatus();
    return base::FieldError("measure.attribute",
                            "is missing; name an attribute with numbers, or for sums an activity "
                            "that is counted");
  }
  if (log.empty() || log.FindAttributeKey(measure.key) != kNoText) return absl::OkStatus();
  return base::FieldError(
      "measure.attribute",
      absl::StrCat("is '", measure.key, "', which no event has under these cases",
                   base::DidYouMean(measure.key, log.attribute_keys)));
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

absl::StatusOr<RampCurves> DrawNumbers(const Traces& traces, const RampQuestion& question,
                                       absl::FunctionRef<absl::Status()> keep_on) {
  const LogSnapshot& log = traces.log();
  RETURN_IF_ERROR(CheckMeasure(question.measure, log));
  ASSIGN_OR_RETURN(const CaseGroups groups, GroupCases(log, question.grouping, keep_on));
  std::vector<int64_t> sizes(groups.titles.size());
  for (const uint32_t group : groups.of_case) ++sizes[group];
  RampCurves curves;
  const std::vector<size_t> kept = Largest(sizes, question.max_groups, &curves);
  std::vector<size_t> place(sizes.size(), kept.size());
  for (size_t i = 0; i < kept.size(); ++i) {
    place[kept[i]] = i;
    curves.curves.push_back({.title = groups.titles[kept[i]]});
  }
  // By curve and interval, the numbers of the cases.
  std::vector<std::vector<std::vector<double>>> numbers(
      kept.size(), std::vector<std::vector<double>>(question.intervals));
  Reader reader(traces, question);
  for (size_t c = 0; c < log.case_count(); ++c) {
    if (c % kCasesAtOnce == 0) RETURN_IF_ERROR(keep_on());
    const size_t g = place[groups.of_case[c]];
    if (g == kept.size()) continue;
    const bool begun =
        reader.Read(c, [&](size_t i, double number) { numbers[g][i].push_back(number); });
    ++(begun ? curves.curves[g].cases : curves.curves[g].left_out);
  }
  for (size_t g = 0; g < kept.size(); ++g) {
    RampCurve& curve = curves.curves[g];
    for (std::vector<double>& values : numbers[g]) {
      RETURN_IF_ERROR(keep_on());
      curve.points.push_back(
          Summarise(std::move(values), question.measure.median, question.confidence));
    }
    while (!curve.points.empty() && curve.points.back().observed == 0) curve.points.pop_back();
    if (!question.full.has_value()) continue;
    for (const double share : question.shares)
      curve.targets.push_back(Reach(curve.points, share, question));
  }
  return curves;
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

}  // namespace

Question QuestionOf(const RampQuestion& question) {
  return {question.from, question.measure.activity, question.grouping, {}};
}

absl::StatusOr<RampCurves> DrawShares(std::vector<Group> groups, const RampQuestion& question,
                                      absl::FunctionRef<absl::Status()> keep_on) {
  std::vector<int64_t> sizes;
  for (const Group& group : groups) sizes.push_back(static_cast<int64_t>(group.observed.size()));
  RampCurves curves;
  for (const size_t g : Largest(sizes, question.max_groups, &curves)) {
    RETURN_IF_ERROR(keep_on());
    Group& group = groups[g];
    ASSIGN_OR_RETURN(const statistics::EventTable times, TableOf(&group.observed, keep_on));
    const auto survival = statistics::KaplanMeier(times);
    RampCurve curve{.title = group.title,
                    .cases = sizes[g],
                    .left_out = group.without_from,
                    .ended_without = group.ended_without,
                    .points = SharesOf(times, survival, question)};
    for (const double share : question.shares) {
      const auto reached = statistics::EstimateQuantile(survival, share, question.confidence);
      curve.targets.push_back({share, reached.time, reached.lower, reached.upper});
    }
    curves.curves.push_back(std::move(curve));
  }
  return curves;
}

RampPoint Summarise(std::vector<double> values, bool median, double confidence) {
  RampPoint point{.observed = static_cast<int64_t>(values.size())};
  if (values.empty()) return point;
  const double tail = (1 - confidence) / 2;
  if (!median) {
    point.value = statistics::Mean(values);
    if (values.size() < 2) return point;
    const auto n = static_cast<double>(values.size());
    const double half = statistics::StudentUpperQuantile(tail, n - 1) *
                        statistics::StandardDeviation(values) / std::sqrt(n);
    point.lower = *point.value - half;
    point.upper = *point.value + half;
    return point;
  }
  // Of all that is asked for only the places of a few; the others need not be sorted.
  const auto middle = values.begin() + point.observed / 2;
  std::nth_element(values.begin(), middle, values.end());
  std::vector<double> middles = {*middle};
  if (point.observed % 2 == 0)
    middles.insert(middles.begin(), *std::max_element(values.begin(), middle));
  point.value = statistics::Quantile(middles, 0.5);
  const int64_t below = Below(point.observed, tail);
  if (below < 0) return point;
  const auto lower = values.begin() + below, upper = values.end() - 1 - below;
  std::nth_element(values.begin(), lower, middle);
  std::nth_element(middle, upper, values.end());
  point.lower = *lower;
  point.upper = *upper;
  return point;
}

absl::StatusOr<RampCurves> DrawRamp(const Traces& traces, const RampQuestion& question,
                                    absl::FunctionRef<absl::Status()> keep_on) {
  if (question.measure.kind != Kind::kReached) return DrawNumbers(traces, question, keep_on);
  ASSIGN_OR_RETURN(std::vector<Group> groups, Observe(traces, QuestionOf(question), keep_on));
  return DrawShares(std::move(groups), question, keep_on);
}

}  // namespace plumbline::analytics::cohorts
