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

Checker::Checker(const Outcomes& outcomes, const std::vector<Column>& columns,
                 const Comparison& comparison, double confidence)
    : outcomes_(outcomes), columns_(columns), confidence_(confidence) {
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
    const ColumnKind kind = columns[column->column].kind;
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
  if (!IsFromTheBegin(columns_[group.column].kind)) take(during_);
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
  const Joint& joint = JointOf(group.column, by);
  std::vector<statistics::TwoByTwo> strata;
  for (size_t s = 0; s < joint.strata; ++s) {
    const auto& [happened, count] = joint.cells[s * joint.groups + group.group];
    const auto& [all_happened, all_count] = joint.all[s];
    strata.push_back({happened, count, all_happened - happened, all_count - count});
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

const Checker::Joint& Checker::JointOf(size_t column, size_t by) {
  Joint* joint = nullptr;
  {
    absl::MutexLock lock(&mutex_);
    joint = &joints_[{column, by}];
  }
  absl::call_once(joint->counted, [&] { Count(column, by, joint); });
  return *joint;
}

void Checker::Count(size_t column, size_t by, Joint* counted) const {
  Joint& joint = *counted;
  const Column& groups = columns_[column];
  const Column& strata = columns_[by];
  joint.groups = groups.groups.size();
  joint.strata = strata.groups.size();
  joint.cells.resize(joint.groups * joint.strata);
  joint.all.resize(joint.strata);
  for (size_t c = 0; c < outcomes_.state.size(); ++c) {
    if (outcomes_.state[c] == Outcomes::kUnknown) continue;
    const int64_t happened = outcomes_.state[c] == Outcomes::kYes ? 1 : 0;
    const size_t s = strata.GroupOf(c);
    joint.all[s].first += happened;
    ++joint.all[s].second;
    const auto add = [&](size_t g) {
      auto& cell = joint.cells[s * joint.groups + g];
      cell.first += happened;
      ++cell.second;
    };
    if (!groups.overlapping()) {
      add(groups.GroupOf(c));
      continue;
    }
    for (size_t g = 0; g < joint.groups; ++g) {
      if (groups.members[g][c]) add(g);
    }
  }
}

}  // namespace plumbline::analytics::causes
