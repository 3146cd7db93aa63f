// SPDX-License-Identifier: Apache-2.0
//
// Sorting that may be ended.
#ifndef PLUMBLINE_COMMON_BASE_STEADY_SORT_H_
#define PLUMBLINE_COMMON_BASE_STEADY_SORT_H_

#include <algorithm>
#include <cstddef>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "common/base/status_macros.h"

namespace plumbline::base {

// So many values are handled without asking whether to go on: some milliseconds.
inline constexpr size_t kSteadyPiece = size_t{1} << 16;

// As std::stable_sort; an error of `keep_on`, which is asked between pieces of many values, ends it
// with the values in any order. The longest time without asking is that of one pass over all of
// them. Holds half as much again. O(n log n).
template <class T, class Less>
absl::Status SortSteadily(std::vector<T>& values, const Less& less,
                          absl::FunctionRef<absl::Status()> keep_on) {
  const auto at = [&](size_t place) {
    return values.begin() + static_cast<ptrdiff_t>(std::min(place, values.size()));
  };
  for (size_t begin = 0; begin < values.size(); begin += kSteadyPiece) {
    if (begin > 0) RETURN_IF_ERROR(keep_on());
    std::stable_sort(at(begin), at(begin + kSteadyPiece), less);
  }
  for (size_t width = kSteadyPiece; width < values.size(); width *= 2) {
    for (size_t begin = 0; begin + width < values.size(); begin += 2 * width) {
      RETURN_IF_ERROR(keep_on());
      std::inplace_merge(at(begin), at(begin + width), at(begin + 2 * width), less);
    }
  }
  return absl::OkStatus();
}

}  // namespace plumbline::base

#endif  // PLUMBLINE_COMMON_BASE_STEADY_SORT_H_
