// SPDX-License-Identifier: Apache-2.0
//
// What fuzz targets share.
#ifndef PLUMBLINE_TESTS_FUZZ_FUZZ_H_
#define PLUMBLINE_TESTS_FUZZ_FUZZ_H_

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>

#include "absl/strings/string_view.h"

namespace plumbline::fuzz {

// The input as text. Lives as long as the input.
inline absl::string_view Text(const uint8_t* data, size_t size) {
  return {reinterpret_cast<const char*>(data), size};
}

// Ends the program, as a crash does, if a promise was broken; `what` says which.
inline void Check(bool kept, const std::string& what) {
  if (kept) return;
  std::fprintf(stderr, "broken: %s\n", what.c_str());
  std::abort();
}

}  // namespace plumbline::fuzz

#endif  // PLUMBLINE_TESTS_FUZZ_FUZZ_H_
