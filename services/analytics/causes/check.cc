// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/causes/check.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "common/statistics/normal.h"

namespace plumbline::analytics::causes {
namespace {

constexpr size_t kMostColumns = 5;
constexpr double kComparable = 0.1, kHalf = 0.5;

// What says most about a cause comes last.
int WeightOf(Verdict verdict) {
  switch (verdict) {
    case Verdict::kHolds:
      return 0;
    case Verdict::kWeaker:
      return 1;
    case Verdict::kInseparable:
      return 2;
    case Verdict::kExplained:
      return 3;
  }
  return 0;
}

}  // namespace

Checker::Checker(const Outcomes& outcomes, const Columns& columns, const Comparison& comparison,
                 double confidence)
    : outcomes_(outcomes),
      columns_(columns.columns),
      codes_(columns.codes),
      confidence_(confidence) {
  std::vector<const ComparedColumn*> strong;
  for (const ComparedColumn& column : comparison.columns) {
    if (column.association.has_value() && column.adjusted <= 1 - confidence)
      strong.push_back(&column);
  }
  std::stable_sort(strong.begin(), strong.end(),
                   [](const ComparedColumn* a, const ComparedColumn* b) {
                     return a->association->cramers_v.value > b->association->cramers_v.value;
                   });
  for (const ComparedColumn* column : strong) {
    const ColumnKind kind = columns_[column->column].told_kind();
    if (IsFromTheBegin(kind)) before_.push_back(column->column);
    if (kind == ColumnKind::kActivity) during_.push_back(column->column);
  }
}

std::optional<Check> Checker::Run(const Compared& group) {
  std::vector<size_t> others;
  const auto take = [&](const std::vector<size_t>& from) {
    for (size_t i = 0, taken = 0; i < from.size() && taken < kMostColumns; ++i) {
      if (from[i] == group.column) continue;
      others.push_back(from[i]);
      ++taken;
    }
  };
  take(before_);
  if (!IsFromTheBegin(columns_[group.column].told_kind())) take(during_);
  std::optional<Check> worst;
  double least = 0;
  int checked = 0;
  for (const size_t by : others) {
    std::optional<Check> check = Against(group, by);
    if (!check.has_value()) continue;
    ++checked;
    const double left =
        check->within.has_value() ? std::abs(check->within->risk_difference.value) : 0;
    if (worst.has_value() &&
        std::pair(WeightOf(check->verdict), -left) <= std::pair(WeightOf(worst->verdict), -least))
      continue;
    worst = std::move(check);
    least = left;
  }
  if (worst.has_value()) worst->checked = checked;
  return worst;
}

std::optional<Check> Checker::Against(const Compared& group, size_t by) {
  std::vector<Cell> members, all;
  Divide(group, columns_[by], &members, &all);
  std::vector<statistics::TwoByTwo> strata;
  for (size_t s = 0; s < all.size(); ++s) {
    strata.push_back({members[s].happened, members[s].count, all[s].happened - members[s].happened,
                      all[s].count - members[s].count});
  }
  const double z = statistics::NormalUpperQuantile((1 - confidence_) / 2);
  auto within = statistics::DifferenceWithinStrata(strata, z);
  // The strata divide the group and the rest more finely, and mix them nowhere.
  if (!within.has_value()) return std::nullopt;
  Check check;
  check.by = columns_[by].label;
  check.strata = within->strata;
  check.compared_share =
      static_cast<double>(within->count) / static_cast<double>(within->all_count);
  if (check.compared_share < kComparable) {
    // Of many values some happen to lie on both sides: that is no other way to tell cases apart.
    if (columns_[by].groups.size() >= 2 * columns_[group.column].groups.size()) return std::nullopt;
    check.verdict = Verdict::kInseparable;
    return check;
  }
  const double crude = statistics::RiskDifference(group.table, z).value;
  const double left = within->risk_difference.value * (crude < 0 ? -1 : 1);
  if (left < kHalf * std::abs(crude))
    check.verdict = within->p_value > 1 - confidence_ ? Verdict::kExplained : Verdict::kWeaker;
  check.within = within;
  return check;
}

const std::vector<uint32_t>& Checker::PairsOf(size_t first, size_t second) {
  Pairs* pairs = nullptr;
  {
    absl::MutexLock lock(&mutex_);
    pairs = &pairs_[{first, second}];
  }
  absl::call_once(pairs->counted, [&] {
    const Codes &a = codes_[first], &b = codes_[second];
    pairs->cells.assign(a.size * b.size * 2, 0);
    for (size_t i = 0; i < outcomes_.cases.size(); ++i)
      ++pairs->cells[(a.of_case[i] * b.size + b.of_case[i]) * 2 + outcomes_.has_it[i]];
  });
  return pairs->cells;
}

void Checker::DivideByCodes(const Compared& group, const Column& by, std::vector<Cell>* members,
                            std::vector<Cell>* all) {
  const Column& column = columns_[group.column];
  const bool turned = by.codes < column.codes;
  const std::vector<uint32_t>& cells =
      turned ? PairsOf(by.codes, column.codes) : PairsOf(column.codes, by.codes);
  const size_t codes = codes_[column.codes].size, by_codes = codes_[by.codes].size;
  for (uint32_t s = 0; s < by_codes; ++s) {
    Cell& of_all = (*all)[by.GroupOf(s)];
    Cell& of_members = (*members)[by.GroupOf(s)];
    for (uint32_t g = 0; g < codes; ++g) {
      const size_t at = 2 * (turned ? s * codes + g : g * by_codes + s);
      const int64_t happened = cells[at + 1], count = cells[at] + happened;
      of_all.count += count;
      of_all.happened += happened;
      if (column.GroupOf(g) != group.group) continue;
      of_members.count += count;
      of_members.happened += happened;
    }
  }
}

void Checker::Divide(const Compared& group, const Column& by, std::vector<Cell>* members,
                     std::vector<Cell>* all) {
  members->resize(by.groups.size());
  all->resize(by.groups.size());
  const Column& column = columns_[group.column];
  if (!column.overlapping()) return DivideByCodes(group, by, members, all);
  const std::vector<uint16_t>& code = codes_[by.codes].of_case;
  for (size_t i = 0; i < code.size(); ++i) {
    const size_t s = by.GroupOf(code[i]);
    ++(*all)[s].count;
    (*all)[s].happened += outcomes_.has_it[i];
    if (!column.members[group.group][i]) continue;
    ++(*members)[s].count;
    (*members)[s].happened += outcomes_.has_it[i];
  }
}

}  // namespace plumbline::analytics::causes
