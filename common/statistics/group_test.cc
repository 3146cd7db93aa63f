// SPDX-License-Identifier: Apache-2.0
#include "common/statistics/group_test.h"

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <utility>
#include <vector>

#include "common/statistics/chi_square.h"

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

// What happened at each time, as sums of what each subject has been through when it goes: of n
// subjects at risk, of which a group has n_g, it adds d n_g / n to what is expected of the group at
// each time, which is the same as to add up d / n, and at the end of each subject the sum so far to
// its group. So it is with the products of n_g and n_h of which covariances are made, and nothing
// need be done for all pairs of groups at each time.
class Sums {
 public:
  explicit Sums(size_t groups)
      : groups_(groups),
        at_risk_(groups, 0),
        observed_(groups),
        expected_(groups),
        products_(groups * groups) {}

  void Begin(size_t group, int64_t subjects) {
    at_risk_[group] = static_cast<double>(subjects);
    all_at_risk_ += at_risk_[group];
  }
  // It happens to so many of all groups now.
  void Happen(double happened) {
    const double n = all_at_risk_, share = happened / n;
    // Hypergeometric; with one at risk nothing can vary.
    const double spread = n > 1 ? share * (n - happened) / ((n - 1) * n) : 0;
    expected_so_far_.Add(share * weight_[0], share * weight_[1]);
    spread_so_far_.Add(spread * weight_[0] * weight_[0], spread * weight_[1] * weight_[1]);
  }
  void Observe(size_t group, double happened) {
    observed_[group].Add(happened * weight_[0], happened * weight_[1]);
  }
  // To all of them, and it has not happened to the others.
  void Weigh(double happened) { weight_[1] *= 1 - happened / all_at_risk_; }
  // So many of a group are at risk no longer.
  void Go(size_t group, double subjects) {
    expected_[group].Add(subjects * expected_so_far_[0], subjects * expected_so_far_[1]);
    const double spreads[] = {subjects * spread_so_far_[0], subjects * spread_so_far_[1]};
    ByWeight* const products = &products_[group * groups_];
    for (size_t h = 0; h < groups_; ++h)
      products[h].Add(spreads[0] * at_risk_[h], spreads[1] * at_risk_[h]);
    at_risk_[group] -= subjects;
    all_at_risk_ -= subjects;
  }

  GroupTest Take(TimeWeight weight) const {
    const size_t w = weight == TimeWeight::kEqual ? 0 : 1;
    GroupTest test;
    test.covariance.assign(groups_, std::vector<double>(groups_, 0));
    for (size_t g = 0; g < groups_; ++g) {
      test.observed.push_back(observed_[g][w]);
      test.expected.push_back(expected_[g][w]);
      for (size_t h = 0; h < groups_; ++h) {
        if (g == h) continue;
        const double product = products_[g * groups_ + h][w] + products_[h * groups_ + g][w];
        test.covariance[g][h] = -product;
        test.covariance[g][g] += product;  // differences of all groups add up to 0
      }
    }
    return test;
  }

 private:
  // With either weight of times.
  struct ByWeight {
    void Add(double equal, double survival_before) {
      sums[0] += equal;
      sums[1] += survival_before;
    }
    double operator[](size_t weight) const { return sums[weight]; }
    double sums[2] = {0, 0};
  };

  const size_t groups_;
  double all_at_risk_ = 0;
  std::vector<double> at_risk_;
  double weight_[2] = {1, 1};  // of the next time
  ByWeight expected_so_far_, spread_so_far_;
  std::vector<ByWeight> observed_, expected_;
  std::vector<ByWeight> products_;  // by group that went and group
};

// Of some ascending lists the one whose next time comes first: a tree of such lists, by two.
class Earliest {
 public:
  explicit Earliest(absl::Span<const EventTable> lists) : lists_(lists), next_(lists.size(), 0) {
    while (leaves_ < lists.size()) leaves_ *= 2;
    times_.assign(leaves_, kNever);
    first_.resize(2 * leaves_);
    for (size_t i = 0; i < leaves_; ++i) first_[leaves_ + i] = static_cast<uint32_t>(i);
    for (size_t i = 0; i < lists.size(); ++i) times_[i] = TimeOf(i);
    for (size_t node = leaves_ - 1; node > 0; --node) first_[node] = FirstOf(node);
  }

  size_t list() const { return first_[1]; }
  double time() const { return times_[first_[1]]; }
  bool done() const { return time() == kNever; }
  const EventTable::Row& row() const { return lists_[list()].rows()[next_[list()]]; }
  void Next() {
    const auto i = static_cast<uint32_t>(list());
    ++next_[i];
    uint32_t first = i;
    double time = times_[i] = TimeOf(i);
    for (size_t node = leaves_ + i; node > 1; node /= 2) {
      const uint32_t other = first_[node ^ 1];
      const bool sooner = times_[other] < time;
      first = sooner ? other : first;
      time = sooner ? times_[other] : time;
      first_[node / 2] = first;
    }
  }

 private:
  static constexpr double kNever = std::numeric_limits<double>::infinity();
  double TimeOf(size_t i) const {
    const auto rows = lists_[i].rows();
    return next_[i] < rows.size() ? rows[next_[i]].time : kNever;
  }
  uint32_t FirstOf(size_t node) const {
    const uint32_t a = first_[2 * node], b = first_[2 * node + 1];
    return times_[b] < times_[a] ? b : a;
  }

  const absl::Span<const EventTable> lists_;
  std::vector<size_t> next_;  // by list
  size_t leaves_ = 1;
  std::vector<double> times_;    // by leaf
  std::vector<uint32_t> first_;  // by node of the tree, from 1 on: a leaf
};

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

GroupTests CompareSurvival(absl::Span<const EventTable> groups) {
  Sums sums(groups.size());
  for (size_t g = 0; g < groups.size(); ++g) sums.Begin(g, groups[g].size());
  std::vector<std::pair<size_t, const EventTable::Row*>> now;
  for (Earliest earliest(groups); !earliest.done();) {
    now.clear();
    double happened = 0;
    for (const double time = earliest.time(); earliest.time() == time; earliest.Next()) {
      now.emplace_back(earliest.list(), &earliest.row());
      happened += earliest.row().happened;
    }
    if (happened > 0) {
      sums.Happen(happened);
      for (const auto& [g, row] : now) sums.Observe(g, row->happened);
      sums.Weigh(happened);
    }
    for (const auto& [g, row] : now) sums.Go(g, static_cast<double>(row->happened) + row->censored);
  }
  GroupTests tests{sums.Take(TimeWeight::kEqual), sums.Take(TimeWeight::kSurvivalBefore)};
  for (std::optional<GroupTest>* test : {&tests.log_rank, &tests.peto})
    if (!Conclude(&**test)) test->reset();
  return tests;
}

std::optional<GroupTest> CompareSurvival(absl::Span<const std::vector<Observation>> groups,
                                         TimeWeight weight) {
  std::vector<EventTable> tables;
  for (const std::vector<Observation>& group : groups) tables.emplace_back(group);
  GroupTests tests = CompareSurvival(tables);
  return std::move(weight == TimeWeight::kEqual ? tests.log_rank : tests.peto);
}

}  // namespace plumbline::statistics
