// SPDX-License-Identifier: Apache-2.0
#include "common/expr/problem.h"

#include <algorithm>

#include "absl/strings/str_cat.h"

namespace plumbline::expr {

std::string Describe(absl::string_view text, const Problem& problem) {
  const absl::string_view before = text.substr(0, problem.offset);
  const auto begins = [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; };
  const auto characters = std::count_if(before.begin(), before.end(), begins);
  return absl::StrCat("at character ", characters + 1, ": ", problem.message);
}

std::string Shown(absl::string_view text) {
  constexpr size_t kLongest = 60;
  if (text.size() <= kLongest) return absl::StrCat("'", text, "'");
  size_t end = kLongest;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
  return absl::StrCat("'", text.substr(0, end), "...'");
}

std::vector<base::FieldViolation> ToViolations(absl::string_view field, absl::string_view text,
                                               const std::vector<Problem>& problems) {
  std::vector<base::FieldViolation> violations;
  for (const Problem& problem : problems)
    violations.push_back({std::string(field), Describe(text, problem)});
  return violations;
}

}  // namespace plumbline::expr
