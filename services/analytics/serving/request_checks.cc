// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/serving/request_checks.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "common/base/nearest.h"
#include "common/expr/problem.h"
#include "services/analytics/serving/none_yet.h"

namespace plumbline::analytics {
namespace {

// 0001-01-01 and the end of 9999.
constexpr int64_t kFirstSecond = -62'135'596'800, kLastSecond = 253'402'300'799;
// Looking for what was meant takes time; who has so many names looks at the map.
constexpr size_t kMostCandidates = 10'000;

}  // namespace

absl::StatusOr<int64_t> NumberOr(absl::string_view field, int64_t value, int64_t otherwise,
                                 int64_t least, int64_t most) {
  if (value == 0) return otherwise;
  if (value >= least && value <= most) return value;
  return base::FieldError(field, absl::StrCat("is ", value, "; it must be ", least, " to ", most));
}

absl::StatusOr<int64_t> ToMicros(const std::string& field,
                                 const google::protobuf::Timestamp& time) {
  if (time.seconds() < kFirstSecond || time.seconds() > kLastSecond || time.nanos() < 0 ||
      time.nanos() > 999'999'999) {
    return base::FieldError(field, "is not a time of the years 0001 to 9999");
  }
  return time.seconds() * 1'000'000 + time.nanos() / 1'000;
}

absl::StatusOr<std::optional<PeriodLength>> ToPeriodLength(absl::string_view field,
                                                           v1::Period period) {
  switch (period) {
    case v1::PERIOD_UNSPECIFIED:
      return std::nullopt;
    case v1::PERIOD_DAY:
      return PeriodLength::kDay;
    case v1::PERIOD_WEEK:
      return PeriodLength::kWeek;
    case v1::PERIOD_MONTH:
      return PeriodLength::kMonth;
    default:
      return base::FieldError(field, absl::StrCat("is ", static_cast<int>(period),
                                                  "; it must be 1 (DAY), 2 (WEEK) or 3 (MONTH), "
                                                  "or be left out"));
  }
}

absl::StatusOr<std::optional<uint32_t>> FindActivity(absl::string_view field, const LogView& view,
                                                     absl::string_view name) {
  if (name.empty()) return std::nullopt;
  const auto& all = view.log()->activities;
  const auto found = std::lower_bound(all.begin(), all.end(), name);
  if (found != all.end() && *found == name) {
    const auto number = static_cast<uint32_t>(found - all.begin());
    const Traces& traces = view.whole().traces();
    const std::string why = AnyNamed(traces, number) ? "" : WhyNoneNamed(traces, number);
    if (why.empty() || MayComeYet(traces.log(), number)) return number;
    return base::FieldError(field, why);
  }
  const std::string hint = all.size() > kMostCandidates ? "" : base::DidYouMean(name, all);
  return base::FieldError(field, absl::StrCat("is ", expr::Shown(name),
                                              ", an activity that the log does not have", hint));
}

}  // namespace plumbline::analytics
