// SPDX-License-Identifier: Apache-2.0
#include "common/flow/bpmn/reading.h"

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "common/base/ids.h"
#include "common/flow/validate.h"

namespace plumbline::flow::bpmn {
namespace {

bool StartsCharacter(char c) { return (c & 0xC0) != 0x80; }

}  // namespace

void Ids::Keep(const std::string& id) {
  if (base::IsValidId(id) && taken_.insert(id).second) kept_.insert(id);
}

std::string Ids::TakeOf(const std::string& element_id) {
  return kept_.erase(element_id) > 0 ? element_id : Fresh(element_id);
}

std::string Ids::Fresh(absl::string_view wanted) {
  std::string id = Slug(wanted);
  if (taken_.insert(id).second) return id;
  // Room for a number.
  std::string stem = id.substr(0, base::kMaxIdLength - 8);
  int& next = next_[stem];
  do {
    id = absl::StrCat(stem, stem.back() == '-' ? "" : "-", ++next + 1);
  } while (!taken_.insert(id).second);
  return id;
}

void Reading::Add(Finding::Effect effect, const Element& element, absl::string_view reason) {
  findings_.push_back({.effect = effect,
                       .element = element.name,
                       .id = ShortenText(element.Get("id")),
                       .name = ShortenText(Clean(element.Get("name"))),
                       .line = element.line,
                       .reason = std::string(reason)});
}

void Reading::Ignore(const Element& element, absl::string_view reason) {
  Add(Finding::Effect::kIgnored, element, reason);
}

void Reading::Change(const Element& element, absl::string_view reason) {
  Add(Finding::Effect::kChanged, element, reason);
}

void Reading::Drop(const Element& element, absl::string_view reason) {
  Add(Finding::Effect::kDropped, element, reason);
}

std::string Reading::Clean(absl::string_view text) const {
  std::string clean(text);
  if (exact_) return clean;
  for (char& c : clean) {
    if (absl::ascii_isspace(c)) c = ' ';
  }
  absl::RemoveExtraAsciiWhitespace(&clean);
  return clean;
}

std::string Reading::NameOf(const Element& element) {
  std::string name = Clean(element.Get("name"));
  std::string cut = CutCharacters(name, kMaxTitle);
  if (cut.size() < name.size()) {
    Change(element, absl::StrCat("its name has more than ", kMaxTitle,
                                 " characters, which a title may have: the rest is left out"));
  }
  return cut;
}

std::string Reading::LaneOf(const Element& element) const {
  const auto it = roles_.find(element.Get("id"));
  return it == roles_.end() ? "" : it->second;
}

std::string Reading::RoleOf(const Element& element, const std::string& level) const {
  for (const std::string& role : {LaneOf(element), level, pool_}) {
    if (!role.empty()) return CutCharacters(role, kMaxTitle);
  }
  return options_.default_role;
}

std::vector<Finding> Reading::TakeFindings() {
  std::stable_sort(findings_.begin(), findings_.end(),
                   [](const Finding& a, const Finding& b) { return a.line < b.line; });
  return std::move(findings_);
}

std::string Slug(absl::string_view text) {
  std::string slug;
  for (const char c : text) {
    const char lower = absl::ascii_tolower(c);
    if (absl::ascii_isalnum(lower)) {
      slug.push_back(lower);
    } else if (!slug.empty() && slug.back() != '-') {
      slug.push_back('-');
    }
  }
  if (slug.empty() || !absl::ascii_isalpha(slug[0])) slug.insert(0, "n-");
  slug.resize(std::min(slug.size(), base::kMaxIdLength));
  while (slug.back() == '-') slug.pop_back();
  return slug;
}

std::string CutCharacters(absl::string_view text, size_t most) {
  size_t characters = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    if (StartsCharacter(text[i]) && ++characters > most) return std::string(text.substr(0, i));
  }
  return std::string(text);
}

std::string Describe(const Element& element) {
  const std::string& name = element.Get("name");
  const std::string& called = name.empty() ? element.Get("id") : name;
  return absl::StrCat(element.name,
                      called.empty() ? "" : absl::StrCat(" '", ShortenText(called), "'"), " (line ",
                      element.line, ")");
}

std::string Reference(absl::string_view qname) {
  qname = absl::StripAsciiWhitespace(qname);
  const size_t colon = qname.rfind(':');
  return std::string(colon == absl::string_view::npos ? qname : qname.substr(colon + 1));
}

}  // namespace plumbline::flow::bpmn
