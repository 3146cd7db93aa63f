// SPDX-License-Identifier: Apache-2.0
#include "common/statistics/group_test.h"

#include <cmath>
#include <cstddef>
#include <utility>

#include "common/statistics/chi_square.h"
#include "common/statistics/risk_sets.h"

namespace plumbline::statistics {
namespace {

using Matrix = std::vector<std::vector<double>>;

// What remains of a diagonal below this share of it is error of rounding.
constexpr double kSingular = 1e-12;

// x' A^-1 x of a positive definite A, by Cholesky's decomposition; nullopt where A is not.
std::optional<double> InverseForm(Matrix a, std::vector<double> x) {
  double form = 0;
  for (size_t i = 0; i < x.size(); ++i) {
    double pivot = a[i][i];
    for (size_t k = 0; k < i; ++k) {
      pivot -= a[i][k] * a[i][k];
      x[i] -= a[i][k] * x[k];
    }
    if (!(pivot > kSingular * a[i][i])) return std::nullopt;
    const double root = std::sqrt(pivot);
    x[i] /= root;
    form += x[i] * x[i];
    for (size_t row = i + 1; row < x.size(); ++row) {
      for (size_t k = 0; k < i; ++k) a[row][i] -= a[row][k] * a[i][k];
      a[row][i] /= root;
    }
    a[i][i] = root;
  }
  return form;
}

// Adds what happened at one time.
void AddTime(const std::vector<RiskSet::Counts>& counts, double weight, GroupTest* test) {
  double n = 0, d = 0;
  for (const RiskSet::Counts& group : counts) {
    n += group.at_risk;
    d += group.happened;
  }
  // Hypergeometric; with one at risk nothing can vary.
  const double spread = n > 1 ? weight * weight * d * (n - d) / (n - 1) : 0;
  for (size_t g = 0; g < counts.size(); ++g) {
    const double share = counts[g].at_risk / n;
    test->observed[g] += weight * counts[g].happened;
    test->expected[g] += weight * d * share;
    for (size_t h = 0; h < counts.size(); ++h)
      test->covariance[g][h] += spread * share * ((g == h ? 1 : 0) - counts[h].at_risk / n);
  }
}

// chi_square, freedom and p_value. Differences add up to 0, so that one group tells nothing new.
bool Conclude(GroupTest* test) {
  std::vector<size_t> used;
  for (size_t g = 0; g < test->expected.size(); ++g) {
    if (test->expected[g] > 0) used.push_back(g);
  }
  if (used.size() < 2) return false;
  used.pop_back();
  std::vector<double> differences;
  Matrix covariance;
  for (const size_t g : used) {
    differences.push_back(test->observed[g] - test->expected[g]);
    covariance.emplace_back();
    for (const size_t h : used) covariance.back().push_back(test->covariance[g][h]);
  }
  const auto form = InverseForm(std::move(covariance), std::move(differences));
  if (!form.has_value()) return false;
  test->chi_square = *form;
  test->freedom = static_cast<int>(used.size());
  test->p_value = ChiSquareAbove(test->chi_square, test->freedom);
  return true;
}

}  // namespace

std::optional<GroupTest> CompareSurvival(absl::Span<const std::vector<Observation>> groups,
                                         TimeWeight weight) {
  std::vector<RiskSet> sets;
  for (const std::vector<Observation>& group : groups) sets.emplace_back(group);
  GroupTest test;
  test.observed.assign(groups.size(), 0);
  test.expected.assign(groups.size(), 0);
  test.covariance.assign(groups.size(), std::vector<double>(groups.size(), 0));
  double survival = 1;
  std::vector<RiskSet::Counts> counts(groups.size());
  for (const double time : EventTimes(sets)) {
    double n = 0, d = 0;
    for (size_t g = 0; g < sets.size(); ++g) {
      counts[g] = sets[g].At(time);
      n += counts[g].at_risk;
      d += counts[g].happened;
    }
    AddTime(counts, weight == TimeWeight::kEqual ? 1 : survival, &test);
    survival *= 1 - d / n;
  }
  if (!Conclude(&test)) return std::nullopt;
  return test;
}

}  // namespace plumbline::statistics
