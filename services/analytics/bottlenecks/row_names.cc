// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/bottlenecks/row_names.h"

#include <variant>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace plumbline::analytics::bottlenecks {
namespace {

std::string TextOf(const AttributeValue& value) {
  if (const auto* text = std::get_if<std::string>(&value)) return std::string(LastPart(*text));
  if (const auto* number = std::get_if<int64_t>(&value)) return absl::StrCat(*number);
  return "";
}

}  // namespace

void InternUtilities(const LogSnapshot& log, Names* names) {
  const uint32_t key = log.FindAttributeKey("utility");
  if (key == kNoText) return;
  for (const EventAttribute& attribute : log.attributes) {
    const auto* text = attribute.key == key ? std::get_if<std::string>(&attribute.value) : nullptr;
    if (text != nullptr) names->Intern(LastPart(*text));
  }
}

RowNames::RowNames(const LogSnapshot& log, const std::string& key, Names* names) : log_(log) {
  if (key.empty()) {
    by_resource_ = true;
    any_ = !log.resource.empty();
    for (const std::string& resource : log.resources)
      of_resource_.push_back(names->Intern(resource));
    return;
  }
  of_case_ = absl::StartsWith(key, "case:");
  const uint32_t number = log.FindAttributeKey(key);
  if (number == kNoText && !of_case_) return;
  by_row_.assign(of_case_ ? log.case_count() : log.size(), 0);
  size_t c = 0;
  for (const EventAttribute& attribute : log.attributes) {
    if (attribute.key != number) continue;
    while (attribute.row >= log.case_begin[c + 1]) ++c;
    uint32_t& name = by_row_[of_case_ ? c : attribute.row];
    if (name != 0) continue;  // the first in the canonical order
    name = names->Intern(TextOf(attribute.value));
    any_ |= name != 0;
  }
}

RowNames::RowNames(const LogSnapshot& log, const std::string& key, const std::string& otherwise,
                   Names* names)
    : RowNames(log, key, names) {
  if (key != otherwise) otherwise_ = std::make_unique<const RowNames>(log, otherwise, names);
}

}  // namespace plumbline::analytics::bottlenecks
