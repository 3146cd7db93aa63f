// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/causes/compare.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"
#include "common/base/threads.h"
#include "common/statistics/multiplicity.h"
#include "common/statistics/rank_correlation.h"
#include "common/statistics/rank_sum.h"
#include "common/statistics/sums.h"
#include "services/analytics/causes/categories.h"

namespace plumbline::analytics::causes {
namespace {

// A number of 64 bits that looks random (SplitMix64, Steele, Lea and Flood 2014), so that sums of
// such numbers tell sets of cases apart.
uint64_t Mixed(uint64_t number) {
  uint64_t z = (number + 1) * 0x9E3779B97F4A7C15;
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
  return z ^ (z >> 31);
}

// What one pass over the cases adds up for a group.
struct Sums {
  int64_t count = 0, happened = 0;
  uint64_t members = 0;
  double timed = 0, rank_sum = 0;
  double distance = 0, squares = 0;

  void Add(const Sums& other) {
    count += other.count;
    happened += other.happened;
    timed += other.timed;
    distance += other.distance;
    squares += other.squares;
  }
};

class Counter {
 public:
  Counter(const Outcomes& outcomes, const Ranks& ranks) : outcomes_(outcomes), ranks_(ranks) {
    for (size_t c = 0; c < outcomes.state.size(); ++c) Take(c, all_);
  }
  const Sums& all() const { return all_; }

  std::vector<Sums> Count(const Column& column) const {
    std::vector<Sums> sums(column.groups.size());
    for (size_t c = 0; c < outcomes_.state.size(); ++c) {
      if (outcomes_.state[c] == Outcomes::kUnknown) continue;
      if (!column.overlapping()) {
        Take(c, sums[column.GroupOf(c)]);
        continue;
      }
      for (size_t g = 0; g < sums.size(); ++g) {
        if (column.members[g][c]) Take(c, sums[g]);
      }
    }
    return sums;
  }

 private:
  void Take(size_t c, Sums& sums) const {
    if (outcomes_.state[c] == Outcomes::kUnknown) return;
    ++sums.count;
    sums.happened += outcomes_.state[c] == Outcomes::kYes;
    sums.members += Mixed(c);
    if (outcomes_.seconds.empty() || outcomes_.seconds[c] == Outcomes::kNoDuration) return;
    const double distance = outcomes_.seconds[c] - ranks_.mean;
    sums.timed += 1;
    sums.rank_sum += ranks_.rank[c];
    sums.distance += distance;
    sums.squares += distance * distance;
  }

  const Outcomes& outcomes_;
  const Ranks& ranks_;
  Sums all_;
};

class Comparer {
 public:
  Comparer(const Outcomes& outcomes, const std::vector<Column>& columns, const Ranks& ranks,
           const CompareOptions& options)
      : outcomes_(outcomes),
        columns_(columns),
        ranks_(ranks),
        options_(options),
        counter_(outcomes, ranks) {}

  absl::StatusOr<Comparison> Run(KeepOn keep_on) {
    std::vector<OfColumn> of_columns(columns_.size());
    RETURN_IF_ERROR(base::TryInThreads(base::ThreadsOfOneQuestion(), columns_.size(), keep_on,
                                       [&](size_t i, KeepOn go_on) {
                                         of_columns[i] = CompareColumn(i);
                                         return go_on();
                                       }));
    for (OfColumn& of : of_columns) {
      if (of.skipped.has_value()) {
        result_.skipped.push_back(*std::move(of.skipped));
        continue;
      }
      result_.columns.push_back(std::move(of.whole));
      result_.groups.insert(result_.groups.end(), of.groups.begin(), of.groups.end());
    }
    Adjust();
    return std::move(result_);
  }

 private:
  struct OfColumn {
    ComparedColumn whole;
    std::vector<Compared> groups;
    std::optional<SkippedColumn> skipped;  // then there is nothing else
  };

  OfColumn CompareColumn(size_t i) const {
    const Column& column = columns_[i];
    const std::vector<Sums> sums = counter_.Count(column);
    OfColumn of;
    of.whole.column = i;
    std::vector<Compared>& compared = of.groups;
    for (size_t g = 0; g < sums.size(); ++g) {
      of.whole.groups.emplace_back(sums[g].happened, sums[g].count);
      const Compared group = Test(i, g, sums);
      if (IsTheOutcome(group)) {
        of.skipped = SkippedOutcome(column, g);
        return of;
      }
      // The many rare sequences have nothing in common.
      if (column.kind == ColumnKind::kVariant && column.groups[g].value == kOther) continue;
      if (std::min(group.table.count, group.table.other_count) >= options_.min_cases)
        compared.push_back(group);
    }
    const auto filled =
        std::count_if(sums.begin(), sums.end(), [](const Sums& s) { return s.count > 0; });
    if (filled == 2 && !column.overlapping() && compared.size() == 2) {
      const auto risk = [](const Compared& c) {
        return static_cast<double>(c.table.happened) / static_cast<double>(c.table.count);
      };
      compared.erase(compared.begin() + (risk(compared[0]) >= risk(compared[1]) ? 1 : 0));
    }
    if (!column.overlapping())
      of.whole.association = statistics::AssociationOf(of.whole.groups, options_.confidence);
    of.whole.rank_correlation = CorrelationOf(column);
    return of;
  }

  Compared Test(size_t column, size_t g, const std::vector<Sums>& sums) const {
    const Sums& in = sums[g];
    Compared compared;
    compared.column = column;
    compared.group = g;
    compared.members = in.members;
    const Sums& all = counter_.all();
    compared.table = {in.happened, in.count, all.happened - in.happened, all.count - in.count};
    if (in.count == 0 || in.count == all.count) return compared;
    compared.p_value = statistics::PValueOf(compared.table, &compared.exact);
    compared.timed = in.timed;
    compared.rank_sum = in.rank_sum;
    compared.distance = in.distance;
    compared.squares = in.squares;
    Sums rest;  // added up, not taken off: nothing is lost where a group is nearly all
    if (columns_[column].overlapping()) {
      rest.timed = all.timed - in.timed;
      rest.distance = all.distance - in.distance;
      rest.squares = all.squares - in.squares;
    } else {
      for (size_t o = 0; o < sums.size(); ++o) {
        if (o != g) rest.Add(sums[o]);
      }
    }
    compared.other_timed = rest.timed;
    compared.other_distance = rest.distance;
    compared.other_squares = rest.squares;
    if (in.timed > 0 && rest.timed > 0) {
      compared.duration_p_value =
          statistics::RankSumPValue(in.rank_sum, in.timed, rest.timed, ranks_.ties);
    }
    return compared;
  }

  static bool IsTheOutcome(const Compared& group) {
    const statistics::TwoByTwo& t = group.table;
    return t.count > 0 && t.other_count > 0 && t.happened == t.count && t.other_happened == 0;
  }
  static SkippedColumn SkippedOutcome(const Column& column, size_t group) {
    return {column.label, absl::StrCat("is the outcome itself: all cases with '",
                                       column.groups[group].label, "' have it, and no other")};
  }

  std::optional<double> CorrelationOf(const Column& column) const {
    if (column.numbers.empty() || outcomes_.seconds.empty()) return std::nullopt;
    std::vector<double> x, y;
    for (size_t c = 0; c < column.numbers.size(); ++c) {
      if (std::isnan(column.numbers[c]) || outcomes_.seconds[c] == Outcomes::kNoDuration) continue;
      x.push_back(column.numbers[c]);
      y.push_back(outcomes_.seconds[c]);
    }
    return statistics::RankCorrelation(x, y);
  }

  void Adjust();

  const Outcomes& outcomes_;
  const std::vector<Column>& columns_;
  const Ranks& ranks_;
  const CompareOptions& options_;
  const Counter counter_;
  Comparison result_;
};

// All tests are one family. That of a column with one group left is that of the group.
void Comparer::Adjust() {
  std::vector<double> p_values;
  std::vector<double*> targets;
  const auto add = [&](double p, double* target) {
    p_values.push_back(p);
    targets.push_back(target);
  };
  std::vector<int64_t> of_column(columns_.size(), 0);
  for (Compared& group : result_.groups) {
    ++of_column[group.column];
    add(group.p_value, &group.adjusted);
    if (group.duration_p_value.has_value()) add(*group.duration_p_value, &group.adjusted_duration);
  }
  for (ComparedColumn& column : result_.columns) {
    if (column.association.has_value() && of_column[column.column] != 1)
      add(column.association->p_value, &column.adjusted);
  }
  const std::vector<double> adjusted = options_.holm
                                           ? statistics::AdjustHolm(p_values)
                                           : statistics::AdjustBenjaminiHochberg(p_values);
  for (size_t i = 0; i < targets.size(); ++i) *targets[i] = adjusted[i];
  result_.test_count = static_cast<int64_t>(p_values.size());
  for (ComparedColumn& column : result_.columns) {
    if (of_column[column.column] != 1) continue;
    const auto found = std::find_if(result_.groups.begin(), result_.groups.end(),
                                    [&](const Compared& g) { return g.column == column.column; });
    column.adjusted = found->adjusted;
  }
}

}  // namespace

Ranks RankDurations(const Outcomes& outcomes) {
  Ranks ranks;
  const std::vector<double>& seconds = outcomes.seconds;
  for (uint32_t c = 0; c < seconds.size(); ++c) {
    if (seconds[c] != Outcomes::kNoDuration) ranks.order.push_back({seconds[c], c});
  }
  if (ranks.order.empty()) return ranks;
  statistics::SortAscending(&ranks.order, [] { return absl::OkStatus(); }).IgnoreError();
  ranks.rank.assign(seconds.size(), 0);
  statistics::CompensatedSum sum;
  for (size_t begin = 0, end; begin < ranks.order.size(); begin = end) {
    end = begin + 1;
    const double value = ranks.order[begin].value;
    while (end < ranks.order.size() && ranks.order[end].value == value) ++end;
    const auto equal = static_cast<double>(end - begin);
    ranks.ties += equal * equal * equal - equal;
    for (size_t i = begin; i < end; ++i)
      ranks.rank[ranks.order[i].number] = static_cast<double>(begin + end + 1) / 2;
    sum.Add(value * equal);
  }
  ranks.mean = sum.value() / static_cast<double>(ranks.order.size());
  return ranks;
}

absl::StatusOr<Comparison> Compare(const Outcomes& outcomes, const std::vector<Column>& columns,
                                   const Ranks& ranks, const CompareOptions& options,
                                   KeepOn keep_on) {
  return Comparer(outcomes, columns, ranks, options).Run(keep_on);
}

}  // namespace plumbline::analytics::causes
