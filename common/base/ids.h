// SPDX-License-Identifier: Apache-2.0
//
// Resource ids and names: "workspaces/{w}/processes/{p}" and their like (AIP-122).
#ifndef PLUMBLINE_COMMON_BASE_IDS_H_
#define PLUMBLINE_COMMON_BASE_IDS_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace plumbline::base {

// Longest id, in characters.
inline constexpr size_t kMaxIdLength = 63;

// Longest part of a name that is no id, in bytes: the dotted path of a task through all calls.
inline constexpr size_t kMaxFreeLength = 4000;

// The rule in words, for error messages.
inline constexpr char kIdRule[] =
    "1 to 63 characters, a-z, 0-9 and '-', beginning with a letter and not ending with '-'";

// Whether `id` keeps the rule. O(length).
bool IsValidId(absl::string_view id);

// OK, or FIELD_INVALID that names `field`, the value and the rule.
absl::Status CheckId(absl::string_view field, absl::string_view id);

// Splits a resource name by a pattern: "workspaces/*/processes/*" of
// "workspaces/acme/processes/deal-desk" gives
// {"acme", "deal-desk"}. Literal parts must match; every "*" must be a valid id unless the pattern
// says "**" for that part, which takes any text without "/" of 1 to kMaxFreeLength bytes.
// FIELD_INVALID names `field`, the value and the pattern.
absl::StatusOr<std::vector<std::string>> ParseName(absl::string_view field, absl::string_view name,
                                                   absl::string_view pattern);

// A random (version 4) UUID in its usual text form. Thread-safe.
std::string NewUuid();

// Lower-case hexadecimal SHA-256 of `bytes`.
std::string Sha256Hex(absl::string_view bytes);

}  // namespace plumbline::base

#endif  // PLUMBLINE_COMMON_BASE_IDS_H_
