// SPDX-License-Identifier: Apache-2.0
//
// A pass over the cases of a log that can be ended.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_MINING_CASE_PIECES_H_
#define PLUMBLINE_SERVICES_ANALYTICS_MINING_CASE_PIECES_H_

#include <algorithm>
#include <cstdint>
#include <span>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "common/base/status_macros.h"

namespace plumbline::analytics {

// Asked between two pieces of work; an error ends it.
using KeepOn = absl::FunctionRef<absl::Status()>;

// Calls take(first, end) for all cases in their order, some 65,536 rows at a time (a case is not
// cut), and asks `keep_on` before each. `case_begin` as in LogSnapshot.
template <class Take>
absl::Status ForCasePieces(std::span<const uint32_t> case_begin, KeepOn keep_on, const Take& take) {
  constexpr uint32_t kRows = 1 << 16;
  const auto cases = static_cast<uint32_t>(case_begin.size() - 1);
  for (uint32_t first = 0; first < cases;) {
    RETURN_IF_ERROR(keep_on());
    const auto past = std::upper_bound(case_begin.begin() + first + 1, case_begin.end(),
                                       uint64_t{case_begin[first]} + kRows);
    const auto end = std::max(first + 1, static_cast<uint32_t>(past - case_begin.begin()) - 1);
    take(first, end);
    first = end;
  }
  return absl::OkStatus();
}

}  // namespace plumbline::analytics

#endif  // PLUMBLINE_SERVICES_ANALYTICS_MINING_CASE_PIECES_H_
