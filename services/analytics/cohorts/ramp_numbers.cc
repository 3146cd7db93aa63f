// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/cohorts/ramp_numbers.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <variant>

#include "common/base/error.h"
#include "common/base/status_macros.h"
#include "common/base/steady_sort.h"
#include "services/analytics/log/missing_key.h"
#include "services/analytics/mining/case_times.h"

namespace plumbline::analytics::cohorts {
namespace {

using Kind = RampMeasure::Kind;

constexpr double kMicros = 1e6;
constexpr size_t kCasesAtOnce = 1 << 12;

std::optional<double> NumberOf(const AttributeValue& value) {
  if (const auto* whole = std::get_if<int64_t>(&value)) return static_cast<double>(*whole);
  if (const auto* number = std::get_if<double>(&value)) return *number;
  return std::nullopt;
}

// How many intervals are over after so many seconds.
size_t IntervalsOver(const RampQuestion& question, double seconds) {
  const double most = static_cast<double>(question.intervals);
  auto over = static_cast<size_t>(std::clamp(seconds / question.interval, 0.0, most));
  while (over < question.intervals && TimeOf(question, over) <= seconds) ++over;
  while (over > 0 && TimeOf(question, over - 1) > seconds) --over;
  return over;
}

// How many intervals began before so many seconds, the first one always.
size_t IntervalsBegun(const RampQuestion& question, double seconds) {
  const size_t over = IntervalsOver(question, seconds);
  const bool at_its_end = over > 0 && TimeOf(question, over - 1) >= seconds;
  return std::min(question.intervals, at_its_end ? over : over + 1);
}

absl::Status CheckMeasure(const RampMeasure& measure, const LogSnapshot& log) {
  if (measure.key.empty()) {
    if (measure.activity.has_value() && measure.kind != Kind::kLatest) return absl::OkStatus();
    return base::FieldError("measure.attribute",
                            "is missing; name an attribute with numbers, or for sums an activity "
                            "that is counted");
  }
  if (log.empty() || log.FindAttributeKey(measure.key) != kNoText) return absl::OkStatus();
  return MissingKey("measure.attribute", measure.key, log.attribute_keys);
}

}  // namespace

NumberReader::NumberReader(const Traces& traces, const RampQuestion& question)
    : traces_(&traces),
      log_(&traces.log()),
      question_(&question),
      ends_(*log_),
      key_(question.measure.key.empty() ? kNoText : log_->FindAttributeKey(question.measure.key)) {}

absl::StatusOr<NumberReader> NumberReader::Make(const Traces& traces,
                                                const RampQuestion& question) {
  RETURN_IF_ERROR(CheckMeasure(question.measure, traces.log()));
  return NumberReader(traces, question);
}

double NumberReader::SecondsBetween(int64_t from, int64_t to) const {
  return static_cast<double>(question_->between ? question_->between(from, to) : to - from) /
         kMicros;
}

int64_t NumberReader::BeginOf(size_t c) const {
  return question_->from.has_value() ? FirstNamed(*traces_, c, *question_->from, INT64_MIN)
                                     : CaseStart(*log_, c);
}

void NumberReader::Gather(size_t c) {
  numbers_.clear();
  const std::optional<uint32_t> activity = question_->measure.activity;
  if (question_->measure.key.empty()) {
    VisitNamed(
        *traces_, c, [&](uint32_t one) { return one == activity; },
        [&](int64_t time) { numbers_.emplace_back(time, 1); });
  } else {
    const auto& all = log_->attributes;
    const uint32_t begin = log_->case_begin[c], end = log_->case_begin[c + 1];
    while (attribute_ < all.size() && all[attribute_].row < begin) ++attribute_;
    for (; attribute_ < all.size() && all[attribute_].row < end; ++attribute_) {
      const EventAttribute& one = all[attribute_];
      if (one.key != key_ || (activity.has_value() && log_->activity[one.row] != *activity))
        continue;
      const std::optional<double> number = NumberOf(one.value);
      if (number.has_value() && std::isfinite(*number))
        numbers_.emplace_back(log_->time[one.row], *number);
    }
  }
  std::stable_sort(numbers_.begin(), numbers_.end(),
                   [](const auto& a, const auto& b) { return a.first < b.first; });
}

size_t NumberReader::IntervalOf(size_t number, int64_t begin, size_t from, size_t most) const {
  const double seconds = SecondsBetween(begin, numbers_[number].first);
  while (from < most && TimeOf(*question_, from) < seconds) ++from;
  return from;
}

bool NumberReader::Read(size_t c, std::vector<RampStretch>* stretches) {
  Gather(c);
  const int64_t begin = BeginOf(c);
  if (begin == kNoTime) return false;
  const Kind kind = question_->measure.kind;
  // What has ended keeps its number and its sum; it is in no interval that began after that.
  const bool leaves = kind == Kind::kInInterval && ends_.marked() && ends_.HasEnded(c);
  const size_t most = leaves ? IntervalsBegun(*question_, SecondsBetween(begin, CaseEnd(*log_, c)))
                             : question_->intervals;
  const auto put = [&](double value, size_t first, size_t end) {
    if (first >= std::min(end, most)) return;
    stretches->push_back({value + 0.0,  // so that equal ones are alike: not -0
                          begin, static_cast<uint16_t>(first),
                          static_cast<uint16_t>(std::min(end, most))});
  };
  const bool sums = kind != Kind::kLatest;
  size_t next = 0;
  while (sums && next < numbers_.size() && numbers_[next].first < begin) ++next;
  bool has_one = sums;
  double value = 0;
  size_t first = 0, interval = 0;  // it has `value` since `first`
  while (next < numbers_.size() && interval < most) {
    interval = IntervalOf(next, begin, interval, most);
    if (interval == most) break;
    if (has_one) put(value, first, interval);
    first = interval;
    do {
      // What no number can hold stays so: infinite ones of both signs would have no order.
      if (!std::isfinite(value)) continue;
      value = sums ? value + numbers_[next].second : numbers_[next].second;
    } while (++next < numbers_.size() && IntervalOf(next, begin, interval, most) == interval);
    has_one = true;
    if (kind != Kind::kInInterval) continue;
    put(value, interval, interval + 1);
    value = 0;
    first = interval + 1;
  }
  if (has_one) put(value, first, most);
  return true;
}

absl::StatusOr<RampCurves> DrawNumbers(const Traces& traces, const RampQuestion& question,
                                       absl::FunctionRef<absl::Status()> keep_on) {
  const LogSnapshot& log = traces.log();
  ASSIGN_OR_RETURN(NumberReader reader, NumberReader::Make(traces, question));
  ASSIGN_OR_RETURN(const CaseGroups groups, GroupCases(log, question.grouping, keep_on));
  std::vector<int64_t> sizes(groups.titles.size());
  for (const uint32_t group : groups.of_case) ++sizes[group];
  RampCurves curves;
  const std::vector<size_t> kept = LargestGroups(sizes, question.max_groups, &curves);
  std::vector<size_t> place(sizes.size(), kept.size());
  std::vector<NumberGroup> numbers(kept.size());
  std::vector<std::vector<RampStretch>> stretches(kept.size());
  for (size_t i = 0; i < kept.size(); ++i) {
    place[kept[i]] = i;
    numbers[i].title = groups.titles[kept[i]];
  }
  for (size_t c = 0; c < log.case_count(); ++c) {
    if (c % kCasesAtOnce == 0) RETURN_IF_ERROR(keep_on());
    const size_t g = place[groups.of_case[c]];
    if (g == kept.size()) continue;
    ++(reader.Read(c, &stretches[g]) ? numbers[g].cases : numbers[g].left_out);
  }
  for (size_t g = 0; g < kept.size(); ++g) {
    const auto by_value = [](const auto& a, const auto& b) { return a.value < b.value; };
    if (question.measure.median)
      RETURN_IF_ERROR(base::SortSteadily(stretches[g], by_value, keep_on));
    numbers[g].stretches = stretches[g];
  }
  const int64_t until = log.empty() ? 0 : log.LastTime();
  RETURN_IF_ERROR(DrawNumbers(numbers, question, until, keep_on, &curves));
  return curves;
}

}  // namespace plumbline::analytics::cohorts
