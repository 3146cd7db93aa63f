// SPDX-License-Identifier: Apache-2.0
//
// From a value for each case to groups of cases. Not for use outside this folder.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_CAUSES_CATEGORIES_H_
#define PLUMBLINE_SERVICES_ANALYTICS_CAUSES_CATEGORIES_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "services/analytics/causes/columns.h"

namespace plumbline::analytics::causes {

inline constexpr char kNone[] = "(none)", kOther[] = "(other)";

// What values are called, and how a filter finds their cases.
struct ValueWords {
  absl::FunctionRef<std::string(uint32_t value)> text;
  absl::FunctionRef<std::string(const std::string& text)> label;
  absl::FunctionRef<DrillDown(uint32_t value)> cases;
  DrillDown none = {};   // the cases without a value
  bool ordered = false;  // numbers of values say which of two as frequent ones comes first
};

// Which values are groups of their own: the most frequent ones, then by text, or by number where
// they are `ordered`.
struct KeptValues {
  std::vector<uint32_t> group_of;  // by value; kNoText where it is one of the others
  std::vector<uint32_t> values;    // by group
  bool others = false;             // some value is not kept
  int64_t value_count = 0;         // that a case has
};
KeptValues ChooseValues(const std::vector<int64_t>& counts, const ColumnOptions& options,
                        absl::FunctionRef<std::string(uint32_t value)> text, bool ordered = false);

// Adds `column` with groups by `value_of_case` (kNoText where a case has none), or why not.
// `value_count`: values are below it. O(cases + values log values).
void AddCategories(Column column, const std::vector<uint32_t>& value_of_case, size_t value_count,
                   const Outcomes& outcomes, const ColumnOptions& options, const ValueWords& words,
                   Columns* columns);

// Why a column of such values is of no use; "" where it is.
std::string WhyUseless(const KeptValues& kept, int64_t missing, int64_t known,
                       const ColumnOptions& options);

// Adds the columns of attributes. Errors as ReadColumns.
absl::Status AddAttributes(const LogSnapshot& log, const Outcomes& outcomes,
                           const ColumnOptions& options, KeepOn keep_on, Columns* columns);

}  // namespace plumbline::analytics::causes

#endif  // PLUMBLINE_SERVICES_ANALYTICS_CAUSES_CATEGORIES_H_
