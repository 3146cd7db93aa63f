// SPDX-License-Identifier: Apache-2.0
#include "common/base/nearest.h"

#include <algorithm>
#include <numeric>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

namespace plumbline::base {
namespace {

// Whether "TASK_DONE" may be meant as "TASK_MOVED": of words that are made of as many parts each
// part must be near by itself, or what they begin with alike makes everything near.
bool PartsAreNear(absl::string_view word, absl::string_view candidate) {
  const std::vector<std::string> parts = absl::StrSplit(word, '_');
  const std::vector<std::string> others = absl::StrSplit(candidate, '_');
  if (parts.size() < 2 || parts.size() != others.size()) return true;
  for (size_t i = 0; i < parts.size(); ++i)
    if (parts[i] != others[i] && Nearest(parts[i], {others[i]}).empty()) return false;
  return true;
}

}  // namespace

std::string Nearest(absl::string_view word, const std::vector<std::string>& candidates) {
  std::string best;
  size_t best_distance = std::max<size_t>(2, word.size() / 3) + 1;
  if (word.size() > 100) return best;
  for (const std::string& candidate : candidates) {
    std::vector<size_t> row(candidate.size() + 1);
    std::iota(row.begin(), row.end(), 0);
    for (size_t i = 0; i < word.size(); ++i) {
      size_t diagonal = row[0]++;
      for (size_t j = 0; j < candidate.size(); ++j) {
        const bool same = absl::ascii_tolower(word[i]) == absl::ascii_tolower(candidate[j]);
        const size_t replaced = diagonal + (same ? 0 : 1);
        diagonal = row[j + 1];
        row[j + 1] = std::min({replaced, diagonal + 1, row[j] + 1});
      }
    }
    // A word with nothing left of it is no suggestion.
    if (row.back() < best_distance && row.back() < candidate.size() &&
        PartsAreNear(word, candidate)) {
      best_distance = row.back();
      best = candidate;
    }
  }
  return best;
}

std::string DidYouMean(absl::string_view word, const std::vector<std::string>& candidates) {
  const std::string nearest = Nearest(word, candidates);
  return nearest.empty() ? "" : absl::StrCat("; did you mean '", nearest, "'?");
}

}  // namespace plumbline::base
