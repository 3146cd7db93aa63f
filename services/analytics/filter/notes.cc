// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/filter/notes.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/nearest.h"
#include "common/expr/problem.h"

namespace plumbline::analytics {
namespace {

constexpr size_t kMostNotes = 20;
// Looking for what was meant takes time; who has so many names looks at the map.
constexpr size_t kMostCandidates = 10'000;

}  // namespace

void NoteMissing(absl::string_view kind, absl::string_view what,
                 const std::vector<std::string>& known, std::vector<std::string>& notes) {
  if (notes.size() >= kMostNotes) return;
  const std::string hint = known.size() > kMostCandidates ? "" : base::DidYouMean(what, known);
  std::string note = absl::StrCat("the log has no ", kind, " ", expr::Shown(what), hint);
  if (std::find(notes.begin(), notes.end(), note) == notes.end()) notes.push_back(std::move(note));
}

}  // namespace plumbline::analytics
