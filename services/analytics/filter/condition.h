// SPDX-License-Identifier: Apache-2.0
//
// From sets for the single tests of a condition to the set for the whole.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_FILTER_CONDITION_H_
#define PLUMBLINE_SERVICES_ANALYTICS_FILTER_CONDITION_H_

#include <cstddef>
#include <utility>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "common/base/status_macros.h"
#include "common/expr/check.h"
#include "services/analytics/filter/bit_set.h"

namespace plumbline::analytics {

// `test` gives the members for which a test holds; its errors end all. Holds as many sets of `size`
// members as the condition is deep, which the parser bounds.
inline absl::StatusOr<BitSet> Combine(
    const expr::Condition& condition, size_t size,
    absl::FunctionRef<absl::StatusOr<BitSet>(const expr::Test&)> test) {
  using Kind = expr::Condition::Kind;
  if (condition.kind == Kind::kTest) return test(condition.test);
  if (condition.kind == Kind::kNot) {
    ASSIGN_OR_RETURN(BitSet set, Combine(condition.children[0], size, test));
    set.Flip();
    return set;
  }
  const bool all = condition.kind == Kind::kAnd;
  BitSet set(size, all);
  for (const expr::Condition& child : condition.children) {
    ASSIGN_OR_RETURN(const BitSet part, Combine(child, size, test));
    if (all) {
      set &= part;
    } else {
      set |= part;
    }
  }
  return set;
}

}  // namespace plumbline::analytics

#endif  // PLUMBLINE_SERVICES_ANALYTICS_FILTER_CONDITION_H_
