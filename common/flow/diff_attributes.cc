// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/flow/attribute.h"
#include "common/flow/diff_fields.h"

namespace plumbline::flow {
namespace {

// What a change means for the values that running instances have.
struct Judgement {
  Verdict verdict;
  const char* why;
};

// "an amount of money in EUR, required, default 0, from 0, to 1000, one of 10, 100"
std::string Declaration(const Attribute& attribute) {
  std::string text(expr::NameOf(attribute.type));
  if (!attribute.currency.empty()) absl::StrAppend(&text, " in ", attribute.currency);
  if (attribute.required) absl::StrAppend(&text, ", required");
  if (!attribute.default_value.empty())
    absl::StrAppend(&text, ", default ", attribute.default_value);
  if (!attribute.minimum.empty()) absl::StrAppend(&text, ", from ", attribute.minimum);
  if (!attribute.maximum.empty()) absl::StrAppend(&text, ", to ", attribute.maximum);
  if (!attribute.allowed_values.empty())
    absl::StrAppend(&text, ", one of ", absl::StrJoin(attribute.allowed_values, ", "));
  return text;
}

// A run keeps what it was given, never a default: that it has from the revision which it runs, each
// time it asks for it. So only this makes sure that every run was given a value.
bool AlwaysGiven(const Attribute& attribute) {
  return attribute.required && attribute.default_value.empty();
}

Judgement JudgeAdded(const Attribute& after) {
  if (AlwaysGiven(after))
    return {Verdict::kNeedsMigration, "running instances have no value for it, and it needs one"};
  return {Verdict::kCompatible, "running instances have its default, or no value"};
}

// Why another default is compatible.
const char* DefaultChanged(const Attribute& after) {
  return after.default_value.empty()
             ? "instances that were given no value decide by the former default while they run "
               "under the former revision; under this one they have none, and people decide"
             : "instances that were given no value decide by what the former revision says while "
               "they run under it; under this one by the new default";
}

Judgement JudgeChanged(const Attribute& before, const Attribute& after) {
  Attribute but_for_texts = before;
  but_for_texts.title = after.title;
  but_for_texts.description = after.description;
  if (but_for_texts == after) return {Verdict::kCosmetic, kForPeople};
  if (!TakesAllOf(after, before))
    return {Verdict::kNeedsMigration, "running instances may have a value that it does not take"};
  if (AlwaysGiven(after) && !AlwaysGiven(before)) {
    return {Verdict::kNeedsMigration,
            "running instances may have been given no value, and it needs one: a default is not "
            "kept with them"};
  }
  if (before.default_value != after.default_value && !AlwaysGiven(before))
    return {Verdict::kCompatible, DefaultChanged(after)};
  return {Verdict::kCompatible, "it takes the values that running instances have"};
}

Difference Of(absl::string_view item, const Judgement& judgement, std::string before,
              std::string after) {
  return {.kind = DifferenceKind::kAttribute,
          .verdict = judgement.verdict,
          .path = "attributes",
          .item = std::string(item),
          .before = std::move(before),
          .after = std::move(after),
          .why = judgement.why};
}

Difference Changed(const Attribute& before, const Attribute& after) {
  const Judgement judgement = JudgeChanged(before, after);
  if (judgement.verdict != Verdict::kCosmetic)
    return Of(after.id, judgement, Declaration(before), Declaration(after));
  const bool titles = before.title != after.title;
  return Of(after.id, judgement, titles ? before.title : before.description,
            titles ? after.title : after.description);
}

// The ids of those that are in `others` too.
std::string CommonIds(const std::vector<Attribute>& attributes,
                      const std::vector<Attribute>& others) {
  std::vector<absl::string_view> ids;
  for (const Attribute& attribute : attributes)
    if (FindAttribute(others, attribute.id) != nullptr) ids.push_back(attribute.id);
  return absl::StrJoin(ids, ", ");
}

}  // namespace

void CompareAttributes(const std::vector<Attribute>& before, const std::vector<Attribute>& after,
                       DifferenceSink sink) {
  for (const Attribute& attribute : before) {
    const Attribute* now = FindAttribute(after, attribute.id);
    if (now == nullptr) {
      sink(Of(attribute.id, {Verdict::kCompatible, "nothing looks at its values any more"},
              Declaration(attribute), ""));
    } else if (*now != attribute) {
      sink(Changed(attribute, *now));
    }
  }
  for (const Attribute& attribute : after) {
    if (FindAttribute(before, attribute.id) == nullptr)
      sink(Of(attribute.id, JudgeAdded(attribute), "", Declaration(attribute)));
  }
  std::string order_before = CommonIds(before, after);
  std::string order_after = CommonIds(after, before);
  if (order_before != order_after) {
    sink(Of("", {Verdict::kCosmetic, kOrderOnly}, std::move(order_before), std::move(order_after)));
  }
}

}  // namespace plumbline::flow
