// SPDX-License-Identifier: Apache-2.0
//
// The two macros that keep error handling to one line.
#ifndef PLUMBLINE_COMMON_BASE_STATUS_MACROS_H_
#define PLUMBLINE_COMMON_BASE_STATUS_MACROS_H_

#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

#define PLUMBLINE_CONCAT_(a, b) a##b
#define PLUMBLINE_CONCAT(a, b) PLUMBLINE_CONCAT_(a, b)

// Both number their variable with __COUNTER__: a lambda within `expr` may use them too, and there all lines have one number.

// Returns from the function if `expr` is not OK.
#define RETURN_IF_ERROR(expr) RETURN_IF_ERROR_IMPL_(PLUMBLINE_CONCAT(status_, __COUNTER__), expr)
#define RETURN_IF_ERROR_IMPL_(tmp, expr)                  \
  do {                                                    \
    if (absl::Status tmp = (expr); !tmp.ok()) return tmp; \
  } while (false)

// `ASSIGN_OR_RETURN(auto x, F());` returns F's error or declares x.
#define ASSIGN_OR_RETURN(lhs, expr) \
  ASSIGN_OR_RETURN_IMPL_(PLUMBLINE_CONCAT(statusor_, __COUNTER__), lhs, expr)
#define ASSIGN_OR_RETURN_IMPL_(tmp, lhs, expr)   \
  auto tmp = (expr);                             \
  if (!tmp.ok()) return std::move(tmp).status(); \
  lhs = *std::move(tmp)

#endif  // PLUMBLINE_COMMON_BASE_STATUS_MACROS_H_
