// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/causes/categories.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/counts.h"

namespace plumbline::analytics::causes {

KeptValues ChooseValues(const std::vector<int64_t>& counts, const ColumnOptions& options,
                        Before before) {
  KeptValues kept;
  kept.group_of.assign(counts.size(), kNoText);
  std::vector<std::pair<int64_t, uint32_t>> frequent;
  for (uint32_t v = 0; v < counts.size(); ++v) {
    kept.value_count += counts[v] > 0;
    if (counts[v] >= options.min_cases) frequent.emplace_back(-counts[v], v);
  }
  // Equals are looked at closely only among the most frequent, of which there are few.
  const size_t most = std::min(frequent.size(), static_cast<size_t>(options.max_values));
  std::sort(frequent.begin(), frequent.end());
  size_t equal = most;
  while (equal > 0 && equal < frequent.size() && frequent[equal].first == frequent[most - 1].first)
    ++equal;
  std::sort(frequent.begin(), frequent.begin() + static_cast<ptrdiff_t>(equal),
            [&](const auto& a, const auto& b) {
              return a.first != b.first ? a.first < b.first : before(a.second, b.second);
            });
  frequent.resize(most);
  for (const auto& [count, value] : frequent) {
    kept.group_of[value] = static_cast<uint32_t>(kept.values.size());
    kept.values.push_back(value);
  }
  kept.others = static_cast<int64_t>(kept.values.size()) < kept.value_count;
  return kept;
}

std::vector<uint32_t> ValuesOf(const Outcomes& outcomes, std::span<const uint32_t> of_case) {
  std::vector<uint32_t> values(outcomes.cases.size());
  for (size_t i = 0; i < values.size(); ++i) values[i] = of_case[outcomes.cases[i]];
  return values;
}

void AddColumn(Column column, Codes codes, Columns* columns) {
  column.codes = columns->codes.size();
  columns->codes.push_back(std::move(codes));
  columns->columns.push_back(std::move(column));
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

void AddCategories(Column column, const std::vector<uint32_t>& values, size_t value_count,
                   const ColumnOptions& options, const ValueWords& words, Columns* columns) {
  std::vector<int64_t> counts(value_count, 0);
  for (const uint32_t value : values) {
    if (value == kNoText) {
      ++column.missing;
    } else {
      ++counts[value];
    }
  }
  KeptValues kept = ChooseValues(counts, options, words.before);
  column.value_count = kept.value_count;
  const std::string useless =
      WhyUseless(kept, column.missing, static_cast<int64_t>(values.size()), options);
  if (!useless.empty()) {
    columns->skipped.push_back({column.label, useless});
    return;
  }
  for (const uint32_t value : kept.values) {
    const std::string text = words.text(value);
    column.groups.push_back({text, words.label(text), words.cases(value)});
  }
  const auto other = static_cast<uint32_t>(column.groups.size());
  if (kept.others) column.groups.push_back({kOther, words.label(kOther), {}});
  const auto none = static_cast<uint16_t>(column.groups.size());
  if (column.missing > 0) column.groups.push_back({kNone, words.label(kNone), words.none});
  for (uint32_t& group : kept.group_of) group = std::min(group, other);
  Codes codes{std::vector<uint16_t>(values.size()), column.groups.size()};
  for (size_t i = 0; i < values.size(); ++i) {
    codes.of_case[i] =
        values[i] == kNoText ? none : static_cast<uint16_t>(kept.group_of[values[i]]);
  }
  AddColumn(std::move(column), std::move(codes), columns);
}

}  // namespace plumbline::analytics::causes
