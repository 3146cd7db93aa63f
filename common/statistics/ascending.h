// SPDX-License-Identifier: Apache-2.0
#ifndef PLUMBLINE_COMMON_STATISTICS_ASCENDING_H_
#define PLUMBLINE_COMMON_STATISTICS_ASCENDING_H_

#include <cstdint>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"

namespace plumbline::statistics {

// Sorts finite numbers ascending, by the digits of their bits, which are in the order of the
// numbers (Knuth 1998, section 5.2.5). O(n) with room for as many again; what is sorted, and digits
// that all have in common, cost nothing.
void SortAscending(std::vector<double>* values);

// A number and whose it is.
struct Numbered {
  double value = 0;
  uint32_t number = 0;
};
// The same; equal ones stay in their order. An error of `keep_on`, which is asked before each
// digit, ends it with the values in any order.
absl::Status SortAscending(std::vector<Numbered>* values,
                           absl::FunctionRef<absl::Status()> keep_on);
absl::Status SortAscending(std::vector<int64_t>* values, absl::FunctionRef<absl::Status()> keep_on);

}  // namespace plumbline::statistics

#endif  // PLUMBLINE_COMMON_STATISTICS_ASCENDING_H_
