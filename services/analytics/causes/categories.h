// SPDX-License-Identifier: Apache-2.0
//
// From a value for each case to groups of cases. Not for use outside this folder.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_CAUSES_CATEGORIES_H_
#define PLUMBLINE_SERVICES_ANALYTICS_CAUSES_CATEGORIES_H_

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "services/analytics/causes/facts.h"

namespace plumbline::analytics::causes {

inline constexpr char kNone[] = "(none)", kOther[] = "(other)";

// Which of two values that are as frequent comes first.
using Before = absl::FunctionRef<bool(uint32_t a, uint32_t b)>;

// What values are called, and how a filter finds their cases.
struct ValueWords {
  absl::FunctionRef<std::string(uint32_t value)> text;
  absl::FunctionRef<std::string(const std::string& text)> label;
  absl::FunctionRef<DrillDown(uint32_t value)> cases;
  Before before;
  DrillDown none = {};  // the cases without a value
};

// Which values are groups of their own: the most frequent ones.
struct KeptValues {
  std::vector<uint32_t> group_of;  // by value; kNoText where it is one of the others
  std::vector<uint32_t> values;    // by group
  bool others = false;             // some value is not kept
  int64_t value_count = 0;         // that a case has
};
KeptValues ChooseValues(const std::vector<int64_t>& counts, const ColumnOptions& options,
                        Before before);

// What each of Outcomes::cases has. O(cases).
std::vector<uint32_t> ValuesOf(const Outcomes& outcomes, std::span<const uint32_t> of_case);

// Adds `column` with its codes.
void AddColumn(Column column, Codes codes, Columns* columns);

// Adds `column` with groups by `values` of Outcomes::cases (kNoText where one has none), or why
// not. `value_count`: values are below it. O(cases + values log values).
void AddCategories(Column column, const std::vector<uint32_t>& values, size_t value_count,
                   const ColumnOptions& options, const ValueWords& words, Columns* columns);

// Why a column of such values is of no use; "" where it is.
std::string WhyUseless(const KeptValues& kept, int64_t missing, int64_t known,
                       const ColumnOptions& options);

// Adds what one key makes. `place_of_case`: in Outcomes::cases, kNoText where it is not there; only
// where the key has several values, or times, in a case.
void AddAttribute(const AttributeFacts& facts, const Outcomes& outcomes,
                  const ColumnOptions& options, std::span<const uint32_t> place_of_case,
                  Columns* columns);
// Adds activities and variants.
void AddSequences(const SequenceFacts& facts, const Outcomes& outcomes,
                  const ColumnOptions& options, Columns* columns);

}  // namespace plumbline::analytics::causes

#endif  // PLUMBLINE_SERVICES_ANALYTICS_CAUSES_CATEGORIES_H_
