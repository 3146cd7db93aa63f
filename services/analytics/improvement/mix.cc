// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/improvement/mix.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <optional>
#include <utility>

#include "common/statistics/chi_square.h"

namespace plumbline::analytics::improvement {
namespace {

double TotalOf(const Mix& mix) {
  return static_cast<double>(std::accumulate(mix.counts.begin(), mix.counts.end(), int64_t{0}));
}

using Counts = std::pair<double, double>;  // before, after

std::optional<double> PValueOf(const std::map<std::string, Counts>& values, double before,
                               double after) {
  constexpr double kLeastExpected = 5;
  const double all = before + after, smaller = std::min(before, after);
  std::vector<Counts> cells;
  Counts rest;
  for (const auto& [value, counts] : values) {
    const bool few = (counts.first + counts.second) * smaller / all < kLeastExpected;
    if (!few) {
      cells.push_back(counts);
      continue;
    }
    rest.first += counts.first;
    rest.second += counts.second;
  }
  if ((rest.first + rest.second) * smaller / all >= kLeastExpected) cells.push_back(rest);
  if (cells.size() < 2) return std::nullopt;
  // What is left over as too few is in no cell, so totals are those of the cells.
  double cell_before = 0, cell_after = 0, chi_square = 0;
  for (const Counts& cell : cells) {
    cell_before += cell.first;
    cell_after += cell.second;
  }
  const double cell_all = cell_before + cell_after;
  if (cell_before <= 0 || cell_after <= 0) return std::nullopt;
  for (const Counts& cell : cells) {
    const double both = cell.first + cell.second;
    const double expected_before = both * cell_before / cell_all;
    const double expected_after = both * cell_after / cell_all;
    chi_square += std::pow(cell.first - expected_before, 2) / expected_before +
                  std::pow(cell.second - expected_after, 2) / expected_after;
  }
  return statistics::ChiSquareAbove(chi_square, static_cast<double>(cells.size() - 1));
}

std::optional<MixChange> ChangeOf(const Mix& before, const Mix& after) {
  const double n1 = TotalOf(before), n2 = TotalOf(after);
  if (n1 <= 0 || n2 <= 0) return std::nullopt;
  std::map<std::string, Counts> values;
  for (size_t i = 0; i < before.values.size(); ++i)
    values[before.values[i]].first += static_cast<double>(before.counts[i]);
  for (size_t i = 0; i < after.values.size(); ++i)
    values[after.values[i]].second += static_cast<double>(after.counts[i]);
  const std::optional<double> p_value = PValueOf(values, n1, n2);
  if (!p_value.has_value()) return std::nullopt;
  MixChange change{.attribute = before.attribute, .p_value = *p_value};
  double most = -1;
  for (const auto& [value, counts] : values) {
    const double first = counts.first / n1, second = counts.second / n2;
    if (std::abs(second - first) <= most) continue;
    most = std::abs(second - first);
    change.value = value;
    change.before_share = first;
    change.after_share = second;
  }
  return change;
}

}  // namespace

std::vector<MixChange> CompareMixes(absl::Span<const Mix> before, absl::Span<const Mix> after) {
  std::vector<MixChange> changes;
  for (const Mix& mix : before) {
    const auto same = std::find_if(after.begin(), after.end(), [&](const Mix& other) {
      return other.attribute == mix.attribute;
    });
    if (same == after.end()) continue;
    if (auto change = ChangeOf(mix, *same); change.has_value())
      changes.push_back(*std::move(change));
  }
  std::sort(changes.begin(), changes.end(), [](const MixChange& a, const MixChange& b) {
    return std::pair(a.p_value, a.attribute) < std::pair(b.p_value, b.attribute);
  });
  double least = 0;
  for (size_t i = 0; i < changes.size(); ++i) {
    const auto times = static_cast<double>(changes.size() - i);
    least = std::max(least, std::min(1.0, times * changes[i].p_value));
    changes[i].p_value = least;
  }
  return changes;
}

}  // namespace plumbline::analytics::improvement
