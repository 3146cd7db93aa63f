// SPDX-License-Identifier: Apache-2.0
//
// What cases are told apart by: every attribute of a log as groups of cases.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_CAUSES_COLUMNS_H_
#define PLUMBLINE_SERVICES_ANALYTICS_CAUSES_COLUMNS_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "services/analytics/causes/outcome.h"
#include "services/analytics/defects/drill_down.h"
#include "services/analytics/filter/bit_set.h"
#include "services/analytics/filter/selection.h"

namespace plumbline::analytics::causes {

enum class ColumnKind {
  kAttribute,       // the first value of a case under a key
  kEventAttribute,  // values under a key of which cases have several
  kFirstResource,
  kLastResource,
  kActivity,  // has an event of it that counts, or not
  kVariant,
  kStartMonth,
};
inline constexpr int kColumnKindCount = 7;

// Whether it is so from the begin of a case, for all that is known; else it happens in it.
inline bool IsFromTheBegin(ColumnKind kind) {
  return kind == ColumnKind::kAttribute || kind == ColumnKind::kFirstResource ||
         kind == ColumnKind::kStartMonth;
}

struct Group {
  std::string value;  // "EMEA", "(none)", "(other)", "yes"
  std::string label;  // "region = EMEA"
  DrillDown cases;    // empty where no filter can say it
};

// A number for each of Outcomes::cases, below `size`.
struct Codes {
  std::vector<uint16_t> of_case;
  size_t size = 0;
};

// Groups of cases. Each case with a known outcome is in one, but of kEventAttribute in any number.
// Of an activity the first group has it, the second has not.
struct Column {
  ColumnKind kind = ColumnKind::kAttribute;
  std::string key;    // attribute, activity
  std::string label;  // "region", "has Legal review"
  std::vector<Group> groups;
  // Which group a case is in: a place in Columns::codes that gives its number; of an activity a
  // number of which one bit says that the case has it, as several share one.
  size_t codes = 0;
  std::optional<int> bit;
  std::vector<BitSet> members;  // kEventAttribute: by group, of Outcomes::cases
  // Values of cases with a known outcome, of numbers in quarters too.
  int64_t value_count = 0, missing = 0;
  bool late = false;                       // kAttribute: cases mostly have no value when they begin
  std::optional<double> rank_correlation;  // of numbers with durations

  bool overlapping() const { return kind == ColumnKind::kEventAttribute; }
  // As what it is told: what comes in a case is what its events have.
  ColumnKind told_kind() const { return late ? ColumnKind::kEventAttribute : kind; }
  // Where it is not overlapping.
  size_t GroupOf(uint32_t code) const { return !bit.has_value() ? code : (code >> *bit & 1) ^ 1; }
};

struct ColumnOptions {
  std::vector<ColumnKind> kinds;  // empty = all
  std::vector<std::string> keys;  // of attributes; empty = all that are not for the service itself
  int64_t min_cases = 10;         // smaller groups become one
  int64_t max_values = 50;        // so do those beyond it
  absl::TimeZone zone = absl::UTCTimeZone();

  bool Has(ColumnKind kind) const;
};

struct SkippedColumn {
  std::string label, reason;
};

struct Columns {
  std::vector<Column> columns;  // by kind, then in the order of their labels
  std::vector<Codes> codes;
  std::vector<SkippedColumn> skipped;
};

// Bytes that the columns of a log take at most, while they are made.
int64_t BytesOfColumns(const LogSnapshot& log);
// The same of facts that are kept (facts.h), beside these.
int64_t BytesOfColumns(size_t cases, size_t keys, size_t activities);

// FIELD_INVALID (field "keys") for a key that the log does not have; errors of `keep_on`. O(rows +
// attributes + cases columns) expected.
absl::StatusOr<Columns> ReadColumns(const LogParts& parts, const Outcomes& outcomes,
                                    const ColumnOptions& options, KeepOn keep_on);

// Keys that tell the service what happened, and say nothing that a case could be told apart by.
bool IsHouseKeeping(absl::string_view key);

}  // namespace plumbline::analytics::causes

#endif  // PLUMBLINE_SERVICES_ANALYTICS_CAUSES_COLUMNS_H_
