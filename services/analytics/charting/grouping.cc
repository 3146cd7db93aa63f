// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/charting/grouping.h"

#include "common/base/status_macros.h"
#include "services/analytics/mining/periods.h"

namespace plumbline::analytics {
namespace {

Groups ByNumber(const std::vector<MeasuredValue>& values, size_t size) {
  Groups groups;
  size_t first = 0;
  for (; first + size <= values.size(); first += size) {
    groups.groups.push_back(
        {values[first].time, values[first + size - 1].time, false, first, size});
  }
  groups.ungrouped = static_cast<int64_t>(values.size() - first);
  return groups;
}

PeriodLength LengthOf(GroupKind kind) {
  return kind == GroupKind::kDay    ? PeriodLength::kDay
         : kind == GroupKind::kWeek ? PeriodLength::kWeek
                                    : PeriodLength::kMonth;
}

}  // namespace

absl::StatusOr<Groups> MakeGroups(const Measured& measured, const GroupSpec& spec) {
  const std::vector<MeasuredValue>& values = measured.values;
  if (values.empty()) return Groups();
  if (spec.kind == GroupKind::kEach) return ByNumber(values, 1);
  if (spec.kind == GroupKind::kCases) return ByNumber(values, static_cast<size_t>(spec.size));
  const bool moments = measured.kind == ValueKind::kMoment;
  const int64_t from = moments ? measured.first_time : values.front().time;
  const int64_t to = moments ? measured.last_time : values.back().time;
  ASSIGN_OR_RETURN(const Periods periods, Periods::Cover(LengthOf(spec.kind), spec.zone, from, to));
  Groups groups;
  size_t next = 0;
  for (size_t i = 0; i < periods.size(); ++i) {
    Group group{periods.begin(i), periods.end(i), true, next, 0};
    while (next < values.size() && values[next].time < group.end) ++next;
    group.count = next - group.first;
    if (group.count == 0 && !moments) continue;
    if (moments && (group.begin < from || group.end > to)) {
      groups.ungrouped += static_cast<int64_t>(group.count);
      continue;
    }
    groups.groups.push_back(group);
  }
  return groups;
}

}  // namespace plumbline::analytics
