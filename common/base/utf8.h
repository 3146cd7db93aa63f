// SPDX-License-Identifier: Apache-2.0
#ifndef PLUMBLINE_COMMON_BASE_UTF8_H_
#define PLUMBLINE_COMMON_BASE_UTF8_H_

#include <cstddef>
#include <string>

#include "absl/strings/string_view.h"

namespace plumbline::base {

// The length of the longest beginning of `text` that is valid UTF-8 (Unicode 15, table 3-7), in
// bytes. O(length).
size_t Utf8Prefix(absl::string_view text);

inline bool IsUtf8(absl::string_view text) { return Utf8Prefix(text) == text.size(); }

// `text` with a "?" for every byte that is part of no character: also where it was cut within one.
// O(length).
std::string OnlyUtf8(absl::string_view text);

}  // namespace plumbline::base

#endif  // PLUMBLINE_COMMON_BASE_UTF8_H_
