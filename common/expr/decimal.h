// SPDX-License-Identifier: Apache-2.0
//
// Exact decimals in millionths.
#ifndef PLUMBLINE_COMMON_EXPR_DECIMAL_H_
#define PLUMBLINE_COMMON_EXPR_DECIMAL_H_

#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"

namespace plumbline::expr {

enum class DecimalFault {
  kNone,
  kShape,      // not [-+]digits[.digits][e[-+]digits]
  kPrecision,  // finer than a millionth
  kRange,      // beyond 64 bits of millionths
};

// Reads a number into millionths, exactly. O(length).
DecimalFault ParseDecimal(absl::string_view text, int64_t* millionths);

// The shortest spelling: "42", "-1.5".
std::string FormatDecimal(int64_t millionths);

}  // namespace plumbline::expr

#endif  // PLUMBLINE_COMMON_EXPR_DECIMAL_H_
