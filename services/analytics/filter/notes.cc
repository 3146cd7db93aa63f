// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/filter/notes.h"

#include <algorithm>
#include <set>
#include <utility>
#include <variant>

#include "absl/strings/str_cat.h"
#include "common/base/nearest.h"
#include "common/expr/problem.h"
#include "services/analytics/filter/matchers.h"

namespace plumbline::analytics {
namespace {

constexpr size_t kMostNotes = 20;
// Looking for what was meant takes time; who has so many names looks at the map.
constexpr size_t kMostCandidates = 10'000;

void Note(absl::string_view sentence, absl::string_view what, const std::vector<std::string>& known,
          std::vector<std::string>& notes) {
  if (notes.size() >= kMostNotes) return;
  std::string note =
      absl::StrCat(sentence, known.size() > kMostCandidates ? "" : base::DidYouMean(what, known));
  if (std::find(notes.begin(), notes.end(), note) == notes.end()) notes.push_back(std::move(note));
}

}  // namespace

void NoteMissing(absl::string_view kind, absl::string_view what,
                 const std::vector<std::string>& known, std::vector<std::string>& notes) {
  Note(absl::StrCat("the log has no ", kind, " ", expr::Shown(what)), what, known, notes);
}

void NoteMissingValue(const expr::Test& test, uint32_t key, const LogSnapshot& log,
                      std::vector<std::string>& notes) {
  if (test.op != expr::Test::Op::kEqual) return;
  const AttributeMatcher matches(test);
  std::set<std::string> texts;
  for (const EventAttribute& attribute : log.attributes) {
    if (attribute.key != key) continue;
    if (matches(attribute.value)) return;
    const auto* text = std::get_if<std::string>(&attribute.value);
    if (text != nullptr && texts.size() <= kMostCandidates) texts.insert(*text);
  }
  // A number that none has now is no slip.
  if (texts.empty()) return;
  Note(absl::StrCat("no event here has ", expr::Shown(test.value.text), " as attribute ",
                    expr::Shown(log.attribute_keys[key])),
       test.value.text, {texts.begin(), texts.end()}, notes);
}

}  // namespace plumbline::analytics
