// SPDX-License-Identifier: Apache-2.0
#include "common/base/instead.h"

#include <algorithm>
#include <cstdint>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "common/base/counts.h"
#include "common/base/nearest.h"

namespace plumbline::base {
namespace {

constexpr size_t kShortest = 3;  // parts of fewer letters say nothing
// Looking for what was meant takes time.
constexpr size_t kMostCandidates = 10'000;

// Whether `part` stands in `whole`, with no letter or digit before or after it.
bool IsPartOf(absl::string_view part, absl::string_view whole) {
  const auto of_word = [](char c) { return absl::ascii_isalnum(static_cast<unsigned char>(c)); };
  if (part.size() < kShortest) return false;
  for (size_t at = whole.find(part); at != absl::string_view::npos; at = whole.find(part, at + 1)) {
    const size_t end = at + part.size();
    if ((at == 0 || !of_word(whole[at - 1])) && (end == whole.size() || !of_word(whole[end])))
      return true;
  }
  return false;
}

}  // namespace

std::string Meant(absl::string_view word, const std::vector<std::string>& names) {
  if (names.size() > kMostCandidates) return "";
  const std::string nearest = Nearest(word, names);
  if (!nearest.empty()) return nearest;
  const std::string lower = absl::AsciiStrToLower(word);
  for (const std::string& name : names) {
    const std::string candidate = absl::AsciiStrToLower(name);
    if (IsPartOf(lower, candidate) || IsPartOf(candidate, lower)) return name;
  }
  return "";
}

std::string Instead(absl::string_view word, const std::vector<std::string>& names, size_t most) {
  const std::string meant = Meant(word, names);
  if (!meant.empty()) return absl::StrCat("; did you mean '", meant, "'?");
  if (names.empty()) return "; there are none";
  if (names.size() == 1) return absl::StrCat("; there is only '", names[0], "'");
  std::string text = "; there are ";
  // One that is left out takes as much room as "and 1 more".
  const size_t shown = names.size() <= most + 1 ? names.size() : most;
  for (size_t i = 0; i < shown; ++i) {
    const bool last = i + 1 == names.size();
    absl::StrAppend(&text, i == 0 ? "" : last ? " and " : ", ", "'", names[i], "'");
  }
  if (shown < names.size())
    absl::StrAppend(&text, " and ", CountText(static_cast<int64_t>(names.size() - shown)), " more");
  return text;
}

}  // namespace plumbline::base
