// SPDX-License-Identifier: Apache-2.0
//
// From a point of a chart to its cases.
#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "services/analytics/charting/log_chart.h"

namespace plumbline::analytics {
namespace {

// A filter with more names is longer than it helps.
constexpr size_t kMostNamed = 1'000;

// Which ends of a group have values of their moment outside of it: there no time tells them apart.
struct Ties {
  bool first = false;
  bool last = false;
};

Ties TiesOf(const Measured& measured, const Group& group) {
  if (group.period) return {};
  const size_t end = group.first + group.count;
  return {.first = group.first > 0 && measured.values[group.first - 1].time == group.begin,
          .last = end < measured.values.size() && measured.values[end].time == group.end};
}

// "case_id = A OR case_id = B": those of the group for whose time it holds; "" for none, or too
// many.
template <class Holds>
std::string Named(absl::FunctionRef<absl::string_view(uint32_t)> case_name,
                  const Measured& measured, const Group& group, const Holds& holds) {
  std::set<std::string> names;
  for (size_t i = group.first; i < group.first + group.count; ++i) {
    const MeasuredValue& value = measured.values[i];
    if (holds(value.time))
      names.insert(absl::StrCat("case_id = ", Quoted(case_name(value.case_number))));
    if (names.size() > kMostNamed) return "";
  }
  return absl::StrJoin(names, " OR ");
}

// Of a measure of cases: by `field`, their time, and by name where that does not tell.
std::string CasesWithin(const std::string& field,
                        absl::FunctionRef<absl::string_view(uint32_t)> case_name,
                        const Measured& measured, const Group& group) {
  const std::string within = Within(field, group.begin, group.end, !group.period);
  const Ties ties = TiesOf(measured, group);
  if (!ties.first && !ties.last) return within;
  const auto tied = [&](int64_t time) {
    return (ties.first && time == group.begin) || (ties.last && time == group.end);
  };
  const std::string named = Named(case_name, measured, group, tied);
  if (named.empty()) return within;
  if (group.begin == group.end) return absl::StrCat("(", named, ")");
  // What is strictly between the ends that are told by name.
  const std::string strictly =
      Within(field, group.begin + (ties.first ? 1 : 0), group.end - (ties.last ? 1 : 0), true);
  return absl::StrCat("((", strictly, ") OR ", named, ")");
}

}  // namespace

DrillDown CasesOf(absl::FunctionRef<absl::string_view(uint32_t)> case_name,
                  const std::vector<std::string>& transitions, const MeasureSpec& measure,
                  const Measured& measured, ChartType type, const Group& group) {
  const bool rare = type == ChartType::kG || type == ChartType::kT;
  if (rare || (!group.period && group.count == 1)) {
    const MeasuredValue& last = measured.values[group.first + group.count - 1];
    return {absl::StrCat("case_id = ", Quoted(case_name(last.case_number))), ""};
  }
  const bool of_step =
      measure.kind == MeasureKind::kStepWaiting || measure.kind == MeasureKind::kStepWorking;
  if (of_step) {
    const Ties ties = TiesOf(measured, group);
    if (ties.first || ties.last) {
      const std::string named = Named(case_name, measured, group, [](int64_t) { return true; });
      if (!named.empty()) return {named, ""};
    }
    const bool says =
        std::find(transitions.begin(), transitions.end(), "complete") != transitions.end();
    return {"", absl::StrCat("activity = ", Quoted(measure.activity),
                             says ? " AND transition = complete AND " : " AND ",
                             Within("time", group.begin, group.end, !group.period))};
  }
  const bool arrivals = measure.kind == MeasureKind::kArrivals;
  const std::string cases =
      CasesWithin(arrivals ? "start_time" : "end_time", case_name, measured, group);
  return {!arrivals && measured.open_cases > 0 ? absl::StrCat(cases, " AND NOT open") : cases, ""};
}

}  // namespace plumbline::analytics
