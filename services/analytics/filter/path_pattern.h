// SPDX-License-Identifier: Apache-2.0
//
// "A > B > C" as a filter has it: names of activities one after the other.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_FILTER_PATH_PATTERN_H_
#define PLUMBLINE_SERVICES_ANALYTICS_FILTER_PATH_PATTERN_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "common/expr/check.h"

namespace plumbline::analytics {

inline constexpr size_t kMaxPathSteps = 64;

// A name, split at the stars that stand for any characters; one piece = no star.
using PathStep = std::vector<std::string>;

// The steps of the path of `test`, a test of follows, eventually_follows or sequence for equality
// or a pattern. Spaces around names do not count; ">>" is a ">" in a name. InvalidArgument, whose
// message says what is wrong and the remedy: a step without a name, fewer than `least` steps, or
// more than kMaxPathSteps. O(length).
absl::StatusOr<std::vector<PathStep>> ParsePath(const expr::Test& test, size_t least);

// By number of an activity: bit i is set if it can be step i. O(steps * activities).
std::vector<uint64_t> StepTable(const std::vector<PathStep>& steps,
                                const std::vector<std::string>& activities);

}  // namespace plumbline::analytics

#endif  // PLUMBLINE_SERVICES_ANALYTICS_FILTER_PATH_PATTERN_H_
