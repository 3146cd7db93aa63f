// SPDX-License-Identifier: Apache-2.0
#ifndef PLUMBLINE_COMMON_STATISTICS_ASCENDING_H_
#define PLUMBLINE_COMMON_STATISTICS_ASCENDING_H_

#include <vector>

namespace plumbline::statistics {

// Sorts finite numbers >= 0 ascending, by the digits of their bits, which are in the order of the
// numbers (Knuth 1998, section 5.2.5). O(n) with room for as many again; digits that all have in
// common cost nothing.
void SortAscending(std::vector<double>* values);

}  // namespace plumbline::statistics

#endif  // PLUMBLINE_COMMON_STATISTICS_ASCENDING_H_
