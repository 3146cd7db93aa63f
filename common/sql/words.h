// SPDX-License-Identifier: Apache-2.0
//
// The words of the port's SQL text, which each engine replaces by its own.
#ifndef PLUMBLINE_COMMON_SQL_WORDS_H_
#define PLUMBLINE_COMMON_SQL_WORDS_H_

#include <string>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace plumbline::sql {

// {name}, or {name argument argument}; %1 and %2 in `text` stand for the arguments.
struct Word {
  absl::string_view name;
  std::string text;
};

// Replaces every word that stands in `words`; all other braces stay. O(length * words).
std::string ReplaceWords(absl::string_view sql, absl::Span<const Word> words);

}  // namespace plumbline::sql

#endif  // PLUMBLINE_COMMON_SQL_WORDS_H_
