// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/causes/categories.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/counts.h"

namespace plumbline::analytics::causes {

KeptValues ChooseValues(const std::vector<int64_t>& counts, const ColumnOptions& options,
                        absl::FunctionRef<std::string(uint32_t value)> text, bool ordered) {
  KeptValues kept;
  kept.group_of.assign(counts.size(), kNoText);
  std::vector<std::pair<int64_t, uint32_t>> frequent;
  for (uint32_t v = 0; v < counts.size(); ++v) {
    kept.value_count += counts[v] > 0;
    if (counts[v] >= options.min_cases) frequent.emplace_back(-counts[v], v);
  }
  // Texts are asked for among equals only, of which there may be many.
  std::sort(frequent.begin(), frequent.end(), [&](const auto& a, const auto& b) {
    if (a.first != b.first) return a.first < b.first;
    return ordered ? a.second < b.second : text(a.second) < text(b.second);
  });
  if (static_cast<int64_t>(frequent.size()) > options.max_values)
    frequent.resize(static_cast<size_t>(options.max_values));
  for (const auto& [count, value] : frequent) {
    kept.group_of[value] = static_cast<uint32_t>(kept.values.size());
    kept.values.push_back(value);
  }
  kept.others = static_cast<int64_t>(kept.values.size()) < kept.value_count;
  return kept;
}

std::string WhyUseless(const KeptValues& kept, int64_t missing, int64_t known,
                       const ColumnOptions& options) {
  if (kept.value_count == 0) return "no case whose outcome is known has a value";
  if (kept.values.empty()) {
    return kept.value_count > known / 2
               ? "nearly every case has a value of its own: there is nothing to compare"
               : absl::StrCat("none of its ", base::CountText(kept.value_count), " values has ",
                              base::Counted(options.min_cases, "case", "cases"));
  }
  if (kept.values.size() == 1 && !kept.others && missing == 0) return "is the same in every case";
  return "";
}

void AddCategories(Column column, const std::vector<uint32_t>& value_of_case, size_t value_count,
                   const Outcomes& outcomes, const ColumnOptions& options, const ValueWords& words,
                   Columns* columns) {
  std::vector<int64_t> counts(value_count, 0);
  for (size_t c = 0; c < value_of_case.size(); ++c) {
    if (outcomes.state[c] == Outcomes::kUnknown) continue;
    if (value_of_case[c] == kNoText) {
      ++column.missing;
    } else {
      ++counts[value_of_case[c]];
    }
  }
  const KeptValues kept = ChooseValues(counts, options, words.text, words.ordered);
  column.value_count = kept.value_count;
  const std::string useless = WhyUseless(kept, column.missing, outcomes.known, options);
  if (!useless.empty()) {
    columns->skipped.push_back({column.label, useless});
    return;
  }
  for (const uint32_t value : kept.values) {
    const std::string text = words.text(value);
    column.groups.push_back({text, words.label(text), words.cases(value)});
  }
  const auto other = static_cast<uint16_t>(column.groups.size());
  if (kept.others) column.groups.push_back({kOther, words.label(kOther), {}});
  const auto none = static_cast<uint16_t>(column.groups.size());
  if (column.missing > 0) column.groups.push_back({kNone, words.label(kNone), words.none});
  column.of_case.resize(value_of_case.size());
  for (size_t c = 0; c < value_of_case.size(); ++c) {
    if (outcomes.state[c] == Outcomes::kUnknown) continue;
    const uint32_t group = value_of_case[c] == kNoText ? none : kept.group_of[value_of_case[c]];
    column.of_case[c] = group == kNoText ? other : static_cast<uint16_t>(group);
  }
  columns->columns.push_back(std::move(column));
}

}  // namespace plumbline::analytics::causes
