// SPDX-License-Identifier: Apache-2.0
//
// "Did you mean ...?"
#ifndef PLUMBLINE_COMMON_BASE_NEAREST_H_
#define PLUMBLINE_COMMON_BASE_NEAREST_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace plumbline::base {

// Of `candidates` the nearest to `word` by edit distance (Levenshtein), letter case aside; "" if
// none is near. O(length of word times length of all candidates); words over 100 bytes have none.
std::string Nearest(absl::string_view word, const std::vector<std::string>& candidates);

// "; did you mean 'checklist'?", or "".
std::string DidYouMean(absl::string_view word, const std::vector<std::string>& candidates);

}  // namespace plumbline::base

#endif  // PLUMBLINE_COMMON_BASE_NEAREST_H_
