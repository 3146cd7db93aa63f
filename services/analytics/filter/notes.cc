// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/filter/notes.h"

#include <algorithm>
#include <set>
#include <variant>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/base/nearest.h"
#include "common/expr/problem.h"
#include "services/analytics/filter/matchers.h"

namespace plumbline::analytics {
namespace {

// "; did you mean 'y'?" of a few that are near enough, or "".
std::string Meant(absl::string_view asked, const std::vector<std::string>& candidates,
                  size_t cost) {
  return cost > kMostSearch ? "" : base::DidYouMean(asked, candidates);
}

// Of a note that is there, whatever it says was meant, nothing is looked for again.
bool IsNoted(const std::string& sentence, const std::vector<std::string>& notes) {
  const std::string and_meant = absl::StrCat(sentence, "; did you mean '");
  return std::any_of(notes.begin(), notes.end(), [&](const std::string& note) {
    return note == sentence || absl::StartsWith(note, and_meant);
  });
}

}  // namespace

void AddNote(const std::string& note, std::vector<std::string>& notes) {
  if (notes.size() >= kMostNotes) return;
  if (std::find(notes.begin(), notes.end(), note) == notes.end()) notes.push_back(note);
}

// base::Nearest knows none of words over 100 bytes, nor what takes more edits than that. A copy of
// a text costs something too.
size_t SearchCost(absl::string_view asked, absl::string_view text) {
  constexpr size_t kLongest = 100, kOfAText = 100;
  const size_t far = std::max<size_t>(2, asked.size() / 3);
  if (asked.size() > kLongest || text.size() > asked.size() + far ||
      text.size() + far < asked.size())
    return 0;
  return asked.size() * text.size() + kOfAText;
}

void NoteMissing(absl::string_view kind, absl::string_view what,
                 const std::vector<std::string>& known, std::vector<std::string>& notes) {
  const std::string sentence = absl::StrCat("the log has no ", kind, " ", expr::Shown(what));
  if (notes.size() >= kMostNotes || IsNoted(sentence, notes)) return;
  std::vector<std::string> candidates;
  size_t all = 0;
  for (const std::string& name : known) {
    const size_t cost = SearchCost(what, name);
    all += cost;
    if (all > kMostSearch) break;
    if (cost > 0) candidates.push_back(name);
  }
  notes.push_back(absl::StrCat(sentence, Meant(what, candidates, all)));
}

void NoteMissingValue(const expr::Test& test, uint32_t key, const LogSnapshot& log,
                      std::vector<std::string>& notes) {
  if (test.op != expr::Test::Op::kEqual) return;
  const std::string& asked = test.value.text;
  const std::string sentence =
      absl::StrCat("no event here has ", expr::Shown(asked), " as attribute ",
                   expr::Shown(log.attribute_keys[key]));
  if (notes.size() >= kMostNotes || IsNoted(sentence, notes)) return;
  const AttributeMatcher matches(test);
  std::set<std::string> candidates;
  size_t all = 0;
  bool any_text = false;
  for (const EventAttribute& attribute : log.attributes) {
    if (attribute.key != key) continue;
    if (matches(attribute.value)) return;
    const auto* text = std::get_if<std::string>(&attribute.value);
    if (text == nullptr) continue;
    any_text = true;
    const size_t cost = all > kMostSearch ? 0 : SearchCost(asked, *text);
    if (cost > 0 && candidates.insert(*text).second) all += cost;
  }
  // A number that none has now is no slip.
  if (!any_text) return;
  notes.push_back(absl::StrCat(sentence, Meant(asked, {candidates.begin(), candidates.end()}, all)));
}

}  // namespace plumbline::analytics
