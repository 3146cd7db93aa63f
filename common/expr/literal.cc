// SPDX-License-Identifier: Apache-2.0
#include "common/expr/literal.h"

#include <algorithm>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/strip.h"
#include "common/base/nearest.h"
#include "common/base/status_macros.h"
#include "common/expr/decimal.h"
#include "common/expr/problem.h"
#include "common/expr/times.h"

namespace plumbline::expr {
namespace {

absl::Status Wrong(absl::string_view text, absl::string_view why) {
  return absl::InvalidArgumentError(absl::StrCat(Shown(text), " ", why));
}

absl::StatusOr<int64_t> ParseNumber(absl::string_view text) {
  int64_t number = 0;
  switch (ParseDecimal(text, &number)) {
    case DecimalFault::kNone:
      return number;
    case DecimalFault::kShape:
      return Wrong(text, "is not a number; write it like 42, -1.5 or 2.5e6");
    case DecimalFault::kPrecision:
      return Wrong(text, "has more than 6 digits after the point; round it");
    case DecimalFault::kRange:
      return Wrong(text, "is out of range; numbers are between -9e12 and 9e12");
  }
  return absl::InternalError("unreachable");
}

absl::StatusOr<Value> ParseMoney(const Field& field, absl::string_view text) {
  const auto is_letter = [](char c) { return absl::ascii_isalpha(static_cast<unsigned char>(c)); };
  size_t end = text.size();
  while (end > 0 && is_letter(text[end - 1])) --end;
  const absl::string_view currency = text.substr(end);
  const absl::string_view amount = absl::StripTrailingAsciiWhitespace(text.substr(0, end));
  Value value;
  if (currency.empty() && field.currency.empty())
    return Wrong(text, "has no currency; write it like \"1000 EUR\"");
  if (!currency.empty() &&
      (currency.size() != 3 || absl::AsciiStrToUpper(currency) != currency || amount.empty())) {
    return Wrong(text, "is not an amount of money; write it like \"1000 EUR\"");
  }
  if (!currency.empty() && !field.currency.empty() && currency != field.currency) {
    return Wrong(text,
                 absl::StrCat("is not in ", field.currency,
                              ", and currencies are not converted; write it in ", field.currency));
  }
  if (ParseDecimal(amount, &value.number) == DecimalFault::kShape) {
    return Wrong(text,
                 "is not an amount of money; write it like \"1200.50 EUR\", with a point, and with "
                 "nothing between thousands");
  }
  ASSIGN_OR_RETURN(value.number, ParseNumber(amount));
  value.text = std::string(currency.empty() ? absl::string_view(field.currency) : currency);
  return value;
}

// "in-progress" as "IN_PROGRESS": our words are shown with "-" and in small letters.
bool IsSameWord(absl::string_view text, absl::string_view name) {
  return absl::EqualsIgnoreCase(absl::StrReplaceAll(text, {{"-", "_"}}), name);
}

absl::StatusOr<Value> ParseEnum(const Field& field, absl::string_view text) {
  // What has a prefix is a word of ours, which is shown in small letters too; other values are the
  // user's.
  for (const std::string& name : field.values) {
    const absl::string_view short_name = absl::StripPrefix(name, field.prefix);
    const bool same = field.prefix.empty() ? text == name
                                           : IsSameWord(text, short_name) || IsSameWord(text, name);
    if (same || text == name) return Value{.text = name};
  }
  std::vector<std::string> names;
  for (const std::string& name : field.values)
    names.emplace_back(absl::StripPrefix(name, field.prefix));
  const std::string hint = base::DidYouMean(text, names);
  const size_t shown = std::min<size_t>(names.size(), 60);
  return Wrong(
      text, absl::StrCat("is none of ", absl::StrJoin(names.begin(), names.begin() + shown, ", "),
                         shown < names.size() ? ", ..." : "", hint));
}

absl::StatusOr<Value> ParsePerson(absl::string_view text) {
  absl::string_view id = text;
  if (const size_t at = id.rfind("people/"); at == 0 || (at != id.npos && id[at - 1] == '/'))
    id.remove_prefix(at + 7);
  if (id.empty() || absl::StrContains(id, '/'))
    return Wrong(text, "is not a person; write the id, or people/ and the id");
  return Value{.text = std::string(id)};
}

absl::StatusOr<Value> ParseBool(absl::string_view text) {
  if (text == "true") return Value{.number = 1};
  if (text == "false") return Value{.number = 0};
  return Wrong(text, "is not a truth value; write true or false");
}

}  // namespace

absl::StatusOr<Value> ParseValue(const Field& field, absl::string_view text) {
  Value value;
  switch (field.type) {
    case Type::kString:
      return Value{.text = std::string(text)};
    case Type::kNumber: {
      ASSIGN_OR_RETURN(value.number, ParseNumber(text));
      return value;
    }
    case Type::kBool:
      return ParseBool(text);
    case Type::kDate:
      if (ParseDate(text, &value.number)) return value;
      return Wrong(text, "is not a date; write it like 2026-01-31");
    case Type::kTimestamp:
      if (ParseTimestamp(text, &value.number)) return value;
      return Wrong(text,
                   "is not a timestamp; write it like 2026-01-31T09:00:00Z or "
                   "2026-01-31T09:00:00+01:00, with at most 6 digits of a second, or 2026-01-31");
    case Type::kDuration:
      if (ParseDuration(text, &value.number)) return value;
      return Wrong(text, "is not a duration; write it like 20s, 1.5s, 90m, 36h or 1h30m");
    case Type::kMoney:
      return ParseMoney(field, text);
    case Type::kEnum:
      return ParseEnum(field, text);
    case Type::kPerson:
      return ParsePerson(text);
  }
  return absl::InternalError("a field of unknown type");
}

std::string ToText(const Field& field, const Value& value) {
  switch (field.type) {
    case Type::kString:
    case Type::kPerson:
      return value.text;
    case Type::kEnum:
      return std::string(absl::StripPrefix(value.text, field.prefix));
    case Type::kNumber:
      return FormatDecimal(value.number);
    case Type::kBool:
      return value.number != 0 ? "true" : "false";
    case Type::kDate:
      return FormatDate(value.number);
    case Type::kTimestamp:
      return FormatTimestamp(value.number);
    case Type::kDuration:
      return absl::StrCat(FormatDecimal(value.number), "s");
    case Type::kMoney:
      return absl::StrCat(FormatDecimal(value.number), " ", value.text);
  }
  return "";
}

}  // namespace plumbline::expr
