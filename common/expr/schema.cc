// SPDX-License-Identifier: Apache-2.0
#include "common/expr/schema.h"

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_split.h"

namespace plumbline::expr {
namespace {

bool IsPart(absl::string_view part) {
  const auto fits = [](char c) {
    return absl::ascii_isalnum(static_cast<unsigned char>(c)) || c == '_' || c == '-';
  };
  return !part.empty() && absl::ascii_isalpha(static_cast<unsigned char>(part[0])) &&
         std::all_of(part.begin(), part.end(), fits);
}

}  // namespace

absl::string_view NameOf(Type type) {
  switch (type) {
    case Type::kString:
      return "text";
    case Type::kNumber:
      return "a number";
    case Type::kBool:
      return "true or false";
    case Type::kDate:
      return "a date";
    case Type::kTimestamp:
      return "a timestamp";
    case Type::kDuration:
      return "a duration";
    case Type::kMoney:
      return "an amount of money";
    case Type::kEnum:
      return "one of a set of names";
    case Type::kPerson:
      return "a person";
  }
  return "";
}

Schema::Schema(std::vector<Field> fields) : fields_(std::move(fields)) {
  for (size_t i = 0; i < fields_.size(); ++i) by_name_[fields_[i].name] = static_cast<int>(i);
}

std::optional<int> Schema::Find(absl::string_view name) const {
  const auto found = by_name_.find(name);
  if (found == by_name_.end()) return std::nullopt;
  return found->second;
}

std::vector<std::string> Schema::Names() const {
  std::vector<std::string> names;
  for (const Field& field : fields_) names.push_back(field.name);
  return names;
}

bool IsName(absl::string_view name) {
  for (const absl::string_view word : {"AND", "OR", "NOT", "true", "false", "null"}) {
    if (name == word) return false;
  }
  const std::vector<absl::string_view> parts = absl::StrSplit(name, '.');
  return std::all_of(parts.begin(), parts.end(), IsPart);
}

}  // namespace plumbline::expr
