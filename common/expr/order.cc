// SPDX-License-Identifier: Apache-2.0
#include "common/expr/order.h"

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "common/base/error.h"
#include "common/base/nearest.h"
#include "common/base/utf8.h"

namespace plumbline::expr {
namespace {

constexpr size_t kMaxOrderLength = 1000;  // bytes

std::vector<std::string> OrderedNames(const Schema& schema) {
  std::vector<std::string> names;
  for (const Field& field : schema.fields()) {
    if (field.ordered) names.push_back(field.name);
  }
  return names;
}

// One term; "" or what is wrong with it.
std::string ParseTerm(absl::string_view text, const Schema& schema, OrderTerm* term) {
  const std::vector<absl::string_view> words =
      absl::StrSplit(text, absl::ByAnyChar(" \t\n\r"), absl::SkipEmpty());
  if (words.empty()) return "a field is missing between the commas; write it, or take a comma away";
  const std::optional<int> field = schema.Find(words[0]);
  if (!field.has_value() || !schema.field(*field).ordered) {
    const std::vector<std::string> names = OrderedNames(schema);
    return absl::StrCat(Shown(words[0]), " is no field to order by; possible are ",
                        absl::StrJoin(names, ", "), base::DidYouMean(words[0], names));
  }
  term->field = *field;
  term->descending = words.size() > 1 && words[1] == "desc";
  if (words.size() == 1 || (words.size() == 2 && (words[1] == "asc" || words[1] == "desc")))
    return "";
  return absl::StrCat("after ", words[0], " comes desc, asc, a comma or the end, and not ",
                      Shown(words[words.size() > 2 ? 2 : 1]));
}

}  // namespace

std::optional<std::vector<OrderTerm>> ParseOrder(absl::string_view text, const Schema& schema,
                                                 std::vector<Problem>* problems) {
  std::vector<OrderTerm> terms;
  if (absl::StripAsciiWhitespace(text).empty()) return terms;
  const size_t before = problems->size();
  if (text.size() > kMaxOrderLength || !base::IsUtf8(text)) {
    problems->push_back({0, absl::StrCat("not UTF-8, or longer than ", kMaxOrderLength,
                                         " bytes; name each field once")});
    return std::nullopt;
  }
  for (const absl::string_view part : absl::StrSplit(text, ',')) {
    const absl::string_view stripped = absl::StripLeadingAsciiWhitespace(part);
    const auto offset = static_cast<size_t>(stripped.data() - text.data());
    OrderTerm term;
    std::string fault = ParseTerm(part, schema, &term);
    const auto same = [&](const OrderTerm& other) { return other.field == term.field; };
    if (fault.empty() && std::any_of(terms.begin(), terms.end(), same)) {
      fault = absl::StrCat(schema.field(term.field).name, " stands here twice; keep the first");
    }
    if (!fault.empty()) problems->push_back({offset, std::move(fault)});
    terms.push_back(term);
  }
  if (problems->size() > before) return std::nullopt;
  return terms;
}

absl::StatusOr<std::vector<OrderTerm>> ParseOrderField(absl::string_view field,
                                                       absl::string_view text,
                                                       const Schema& schema) {
  std::vector<Problem> problems;
  auto terms = ParseOrder(text, schema, &problems);
  if (terms.has_value()) return *std::move(terms);
  return base::FieldErrors(ToViolations(field, text, problems));
}

}  // namespace plumbline::expr
