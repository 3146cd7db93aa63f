// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/charting/segments.h"

#include <algorithm>
#include <cstddef>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "common/base/status_macros.h"
#include "services/analytics/cohorts/group_cases.h"
#include "services/analytics/log/missing_key.h"

namespace plumbline::analytics {
namespace {

// Whether a number or a truth value looks so.
bool MayBeNoText(const std::string& title) {
  if (title == "true" || title == "false") return true;
  const auto digit = [](char c) { return c >= '0' && c <= '9'; };
  const size_t first = !title.empty() && title[0] == '-' ? 1 : 0;
  if (first == title.size() || !digit(title[first]) || !digit(title.back())) return false;
  const auto other = std::count_if(title.begin() + static_cast<std::ptrdiff_t>(first), title.end(),
                                   [&](char c) { return !digit(c); });
  return other == 0 || (other == 1 && title.find('.') != title.npos);
}

}  // namespace

absl::StatusOr<std::vector<Segment>> SplitByAttribute(const LogSnapshot& log,
                                                      const std::string& key, Measured* measured,
                                                      absl::FunctionRef<absl::Status()> keep_on) {
  if (!log.empty() && log.FindAttributeKey(key) == kNoText) {
    return MissingKey("stage_attribute", key, log.attribute_keys);
  }
  ASSIGN_OR_RETURN(
      const cohorts::CaseGroups groups,
      cohorts::GroupCases(log, {.by = cohorts::Grouping::By::kAttribute, .key = key}, keep_on));
  // By group, its place among those that have a value, in the order of their first ones.
  std::vector<size_t> place(groups.titles.size(), SIZE_MAX);
  std::vector<Segment> segments;
  for (const MeasuredValue& value : measured->values) {
    const uint32_t group = groups.of_case[value.case_number];
    if (place[group] == SIZE_MAX) {
      place[group] = segments.size();
      segments.push_back({groups.titles[group], 0, 0});
    }
    ++segments[place[group]].count;
  }
  if (segments.size() > kMostSegments) {
    return base::FieldError(
        "stage_attribute",
        absl::StrCat("is '", key, "', which has ", segments.size(), " values; a chart has at most ",
                     kMostSegments, " stages: select some of them, or take another"));
  }
  for (size_t i = 1; i < segments.size(); ++i)
    segments[i].first = segments[i - 1].first + segments[i - 1].count;
  std::stable_sort(measured->values.begin(), measured->values.end(),
                   [&](const MeasuredValue& a, const MeasuredValue& b) {
                     return place[groups.of_case[a.case_number]] <
                            place[groups.of_case[b.case_number]];
                   });
  return segments;
}

Measured PartOf(const Measured& measured, const Segment& segment) {
  Measured part;
  part.kind = measured.kind;
  part.unit = measured.unit;
  const auto begin = measured.values.begin() + static_cast<std::ptrdiff_t>(segment.first);
  part.values.assign(begin, begin + static_cast<std::ptrdiff_t>(segment.count));
  part.first_time = part.values.empty() ? measured.first_time : part.values.front().time;
  part.last_time = part.values.empty() ? measured.last_time : part.values.back().time;
  return part;
}

DrillDown WithSegment(DrillDown cases, const std::string& key, const std::string& title) {
  const std::string field = absl::StrCat("attributes.", Quoted(key));
  std::string own = title.empty() ? absl::StrCat("NOT attributes:", Quoted(key))
                                  : absl::StrCat(field, " = ", Quoted(title));
  // A number is not equal to its text: the title does not tell which of them it was.
  if (MayBeNoText(title)) own = absl::StrCat("(", own, " OR ", field, " = ", title, ")");
  cases.filter = cases.filter.empty() ? own : absl::StrCat(cases.filter, " AND ", own);
  return cases;
}

}  // namespace plumbline::analytics
