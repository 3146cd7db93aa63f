// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/improvement/observe.h"

#include <algorithm>
#include <tuple>

#include "common/base/status_macros.h"
#include "services/analytics/defects/defects.h"
#include "services/analytics/flow/case_time.h"
#include "services/analytics/mining/case_ends.h"
#include "services/analytics/mining/case_times.h"

namespace plumbline::analytics::improvement {
namespace {

using Known = CaseValue::Known;

constexpr int64_t kMicros = 1'000'000;

double Seconds(int64_t micros) { return static_cast<double>(micros) / 1e6; }

ValueType TypeOf(MeasureKind kind) {
  switch (kind) {
    case MeasureKind::kStepWaiting:
    case MeasureKind::kStepWorking:
      return ValueType::kStepTime;
    case MeasureKind::kCasesWithCondition:
    case MeasureKind::kCasesWithActivity:
    case MeasureKind::kCasesWithDefect:
    case MeasureKind::kCasesLate:
      return ValueType::kShare;
    case MeasureKind::kDefectCount:
    case MeasureKind::kActivityCount:
      return ValueType::kCount;
    default:
      return ValueType::kTime;
  }
}

// What one case says, put together from its values.
class Observer {
 public:
  Observer(const LogSnapshot& log, const MeasureSpec& spec, CountedBy counted_by,
           ObservedLog* observed)
      : log_(log), spec_(spec), counted_by_(counted_by), ends_(log), observed_(*observed) {}

  void Run(const Measured& measured) {
    observed_.marked = ends_.marked();
    observed_.cases.resize(log_.case_count());
    for (uint32_t c = 0; c < log_.case_count(); ++c) {
      ObservedCase& one = observed_.cases[c];
      one.begin = CaseStart(log_, c);
      one.number = c;
      one.at = counted_by_ == CountedBy::kBegin ? one.begin : CaseEnd(log_, c);
      one.value.known = Known::kNothing;
      one.value.age = std::max<int64_t>(0, observed_.last_time - one.begin) / kMicros;
    }
    for (const MeasuredValue& value : measured.values) Take(value);
    for (ObservedCase& one : observed_.cases) {
      if (one.value.known == Known::kNothing && !ends_.HasEnded(one.number)) TakeOpen(&one);
    }
    if (counted_by_ == CountedBy::kEnd) {
      std::erase_if(observed_.cases,
                    [&](const ObservedCase& one) { return !ends_.HasEnded(one.number); });
    }
    std::sort(observed_.cases.begin(), observed_.cases.end(),
              [](const ObservedCase& a, const ObservedCase& b) {
                return std::tie(a.at, a.number) < std::tie(b.at, b.number);
              });
  }

 private:
  bool has_target() const {
    return spec_.kind == MeasureKind::kCasesLate && spec_.target.has_value();
  }

  // Of its time, that which passed until it was late: then it was known.
  int64_t LateAfter(int64_t wall, int64_t measured) const {
    if (measured <= 0) return wall;
    return static_cast<int64_t>(
        static_cast<double>(wall) *
        std::min(1.0, static_cast<double>(*spec_.target) / static_cast<double>(measured)));
  }

  void Take(const MeasuredValue& value) {
    ObservedCase& one = observed_.cases[value.case_number];
    one.value.known = Known::kValue;
    one.value.value += value.value;
    int64_t after = std::max<int64_t>(0, value.time - one.begin) / kMicros;
    if (has_target() && value.value > 0)
      after = LateAfter(after, Measure(spec_.between, one.begin, value.time));
    one.value.known_after = std::max(one.value.known_after, after);
  }

  void TakeOpen(ObservedCase* one) const {
    one->value.known = Known::kOpen;
    const int64_t so_far = Measure(spec_.between, one->begin, observed_.last_time);
    if (observed_.type == ValueType::kTime) one->value.value = std::max(0.0, Seconds(so_far));
    if (!has_target() || so_far <= *spec_.target) return;
    one->value.known = Known::kValue;
    one->value.value = 1;
    one->value.known_after = LateAfter(one->value.age, so_far);
  }

  const LogSnapshot& log_;
  const MeasureSpec& spec_;
  const CountedBy counted_by_;
  const CaseEnds ends_;
  ObservedLog& observed_;
};

}  // namespace

absl::StatusOr<ObservedLog> ObserveLog(const LogParts& parts,
                                       const std::vector<std::string>& map_transitions,
                                       const MeasureSpec& spec, CountedBy counted_by,
                                       absl::FunctionRef<absl::Status()> keep_on) {
  ASSIGN_OR_RETURN(Measured measured, MeasureLog(parts, map_transitions, spec, keep_on));
  ObservedLog observed;
  if (!measured.told()) {  // nobody knows of any defect
    observed.why_untold = WhyNoneTold(spec.sources);
    measured.values.clear();
  }
  observed.type = TypeOf(spec.kind);
  observed.unit = measured.unit;
  observed.first_time = parts.log.empty() ? 0 : parts.log.FirstTime();
  observed.last_time = parts.log.empty() ? 0 : parts.log.LastTime();
  Observer(parts.log, spec, counted_by, &observed).Run(measured);
  RETURN_IF_ERROR(keep_on());
  return observed;
}

absl::Span<const ObservedCase> CasesBetween(const ObservedLog& log, int64_t begin, int64_t end) {
  const auto at = [&](int64_t time) {
    return std::lower_bound(log.cases.begin(), log.cases.end(), time,
                            [](const ObservedCase& one, int64_t limit) { return one.at < limit; });
  };
  const auto first = at(begin), last = at(std::max(begin, end));
  return {log.cases.data() + (first - log.cases.begin()), static_cast<size_t>(last - first)};
}

Side SideOf(absl::Span<const ObservedCase> cases, bool marked, size_t most) {
  Side side;
  side.marked = marked;
  const size_t size = std::min(most, cases.size());
  side.cases.reserve(size);
  for (size_t i = 0; i < size; ++i) side.cases.push_back(cases[i * cases.size() / size].value);
  return side;
}

}  // namespace plumbline::analytics::improvement
