// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/filter/event_filter.h"

#include <utility>

#include "common/base/status_macros.h"
#include "services/analytics/filter/condition.h"
#include "services/analytics/filter/fields.h"
#include "services/analytics/filter/matchers.h"
#include "services/analytics/filter/notes.h"
#include "services/analytics/filter/scans.h"

namespace plumbline::analytics {
namespace {

// Rows whose number the table has.
BitSet ByTable(const NarrowColumn& column, const std::vector<uint8_t>& table) {
  return column.Visit([&](auto values) {
    return BitSet::Where(values.size(), [&](size_t row) { return table[values[row]] != 0; });
  });
}

BitSet ByText(const expr::Test& test, const LogSnapshot& log, const NarrowColumn& column,
              const std::vector<std::string>& texts, absl::string_view kind,
              std::vector<std::string>& notes) {
  std::vector<uint8_t> table = TableOf(test, texts, kind, notes);
  if (column.empty()) return BitSet(log.size());
  table.insert(table.begin(), 0);  // the column holds numbers plus 1; 0 = none
  return ByTable(column, table);
}

BitSet ByTime(const expr::Test& test, const LogSnapshot& log) {
  const Range range = RangeOf(test);
  if (test.field == kEventTime) {
    return BitSet::Where(log.size(), [&](size_t row) { return range.Holds(log.time[row]); });
  }
  if (log.start.empty()) return BitSet(log.size());
  const bool duration = test.field == kEventDuration;
  return BitSet::Where(log.size(), [&](size_t row) {
    const int64_t start = log.start[row];
    return start != kNoTime && range.Holds(duration ? log.time[row] - start : start);
  });
}

BitSet ByAttribute(const expr::Test& test, const LogSnapshot& log,
                   std::vector<std::string>& notes) {
  BitSet set(log.size());
  const uint32_t key = test.key.has_value() ? log.FindAttributeKey(*test.key) : kNoText;
  if (test.key.has_value() && key == kNoText) {
    NoteMissing("attribute", *test.key, log.attribute_keys, notes);
    return set;
  }
  const AttributeMatcher matches(test);
  for (const EventAttribute& attribute : log.attributes) {
    if (key == kNoText || attribute.key == key) set.SetIf(attribute.row, matches(attribute.value));
  }
  if (key != kNoText && set.Count() == 0) NoteMissingValue(test, key, log, notes);
  return set;
}

BitSet RunTest(const expr::Test& test, const LogSnapshot& log, std::vector<std::string>& notes) {
  switch (test.field) {
    case kEventActivity:
      return ByTable(log.activity, TableOf(test, log.activities, "activity", notes));
    case kEventResource:
      return ByText(test, log, log.resource, log.resources, "resource", notes);
    case kEventTransition:
      return ByText(test, log, log.transition, log.transitions, "transition", notes);
    case kEventAttributes:
      return ByAttribute(test, log, notes);
    default:
      return ByTime(test, log);
  }
}

}  // namespace

absl::StatusOr<BitSet> MatchingRows(const expr::Condition& condition, const LogSnapshot& log,
                                    KeepOn keep_on, std::vector<std::string>& notes) {
  return Combine(condition, log.size(), [&](const expr::Test& test) -> absl::StatusOr<BitSet> {
    RETURN_IF_ERROR(keep_on());
    return RunTest(test, log, notes);
  });
}

}  // namespace plumbline::analytics
