// SPDX-License-Identifier: Apache-2.0
//
// Counts as people read them.
#ifndef PLUMBLINE_COMMON_BASE_COUNTS_H_
#define PLUMBLINE_COMMON_BASE_COUNTS_H_

#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"

namespace plumbline::base {

// "1,234,567".
std::string CountText(int64_t count);
// "1 case", "2,000 cases".
std::string Counted(int64_t count, absl::string_view one, absl::string_view many);
// With so many decimals, from 1,000 on whole: "3.2", "1,204"; what rounds to nothing has no sign.
std::string NumberText(double value, int decimals);
// An amount of memory: "256 MiB", "1.5 GiB", "812 bytes".
std::string BytesText(int64_t bytes);

}  // namespace plumbline::base

#endif  // PLUMBLINE_COMMON_BASE_COUNTS_H_
