// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/causes/compare.h"

#include <algorithm>
#include <cmath>
#include <span>
#include <utility>

#include "absl/numeric/int128.h"
#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"
#include "common/base/threads.h"
#include "common/statistics/multiplicity.h"
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

// What one pass over the cases adds up for a group. Durations ascend, so that fractions are added
// up in the same order however the cases are numbered. Each has a cache line of its own, so that a
// case touches one line, not two, and its place is found by a shift.
struct alignas(64) Sums {
  int64_t count = 0, happened = 0;
  uint64_t members = 0;
  int64_t timed = 0, doubled_ranks = 0;  // equal ones have the mean of their ranks
  double distance = 0, squares = 0;      // seconds

  void Add(const Sums& other) {
    count += other.count;
    happened += other.happened;
    members += other.members;
    timed += other.timed;
    doubled_ranks += other.doubled_ranks;
    distance += other.distance;
    squares += other.squares;
  }
};

class Counter {
 public:
  Counter(const Outcomes& outcomes, const Ranks& ranks) : outcomes_(outcomes), ranks_(ranks) {}

  // By code. O(cases).
  std::vector<Sums> Count(const Codes& codes) const {
    std::vector<Sums> sums(codes.size);
    const size_t timed = outcomes_.micros.size();
    for (size_t i = 0; i < timed; ++i) TakeTimed(i, sums[codes.of_case[i]]);
    for (Sums& of : sums) of.timed = of.count;
    for (size_t i = timed; i < codes.of_case.size(); ++i) Take(i, sums[codes.of_case[i]]);
    return sums;
  }
  // Of each of some sets. So many cases at a time, that what is told of them is read but once.
  void Count(std::span<const BitSet> sets, std::span<Sums> sums) const {
    constexpr size_t kAtATime = 1 << 12;
    const size_t timed = outcomes_.micros.size(), size = outcomes_.cases.size();
    for (size_t begin = 0; begin < timed; begin += kAtATime) {
      const size_t end = std::min(timed, begin + kAtATime);
      for (size_t s = 0; s < sets.size(); ++s) {
        for (size_t i = sets[s].FirstIn(begin, end); i < end; i = sets[s].FirstIn(i + 1, end))
          TakeTimed(i, sums[s]);
      }
    }
    for (size_t s = 0; s < sets.size(); ++s) {
      sums[s].timed = sums[s].count;
      for (size_t i = sets[s].FirstIn(timed, size); i < size; i = sets[s].FirstIn(i + 1, size))
        Take(i, sums[s]);
    }
  }

 private:
  void Take(size_t i, Sums& sums) const {
    ++sums.count;
    sums.happened += outcomes_.has_it[i];
    sums.members += Mixed(i);
  }
  void TakeTimed(size_t i, Sums& sums) const {
    Take(i, sums);
    const double distance = static_cast<double>(outcomes_.micros[i] - ranks_.mean) / 1e6;
    sums.doubled_ranks += int64_t{ranks_.runs[i].begin} + ranks_.runs[i].end + 1;
    sums.distance += distance;
    sums.squares += distance * distance;
  }

  const Outcomes& outcomes_;
  const Ranks& ranks_;
};

class Comparer {
 public:
  Comparer(const Outcomes& outcomes, const Columns& columns, const Ranks& ranks,
           const CompareOptions& options)
      : columns_(columns.columns),
        codes_(columns.codes),
        ranks_(ranks),
        options_(options),
        cases_(outcomes.cases.size()),
        counter_(outcomes, ranks) {}

  absl::StatusOr<Comparison> Run(KeepOn keep_on) {
    RETURN_IF_ERROR(CountAll(keep_on));
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

  absl::Status CountAll(KeepOn keep_on) {
    of_code_.resize(codes_.size());
    of_members_.resize(columns_.size());
    constexpr size_t kSetsOfAPiece = 16;
    struct Sets {
      std::span<const BitSet> sets;
      std::span<Sums> sums;
    };
    std::vector<Sets> overlapping;
    for (size_t i = 0; i < columns_.size(); ++i) {
      const std::span<const BitSet> sets = columns_[i].members;
      of_members_[i].resize(sets.size());
      for (size_t g = 0; g < sets.size(); g += kSetsOfAPiece) {
        const size_t count = std::min(kSetsOfAPiece, sets.size() - g);
        overlapping.push_back(
            {sets.subspan(g, count), std::span(of_members_[i]).subspan(g, count)});
      }
    }
    const size_t pieces = codes_.size() + overlapping.size();
    RETURN_IF_ERROR(base::TryInThreads(base::ThreadsOfOneQuestion(), pieces, keep_on,
                                       [&](size_t i, KeepOn go_on) {
                                         if (i < codes_.size()) {
                                           of_code_[i] = counter_.Count(codes_[i]);
                                         } else {
                                           const Sets& some = overlapping[i - codes_.size()];
                                           counter_.Count(some.sets, some.sums);
                                         }
                                         return go_on();
                                       }));
    const BitSet all(codes_.empty() ? cases_ : 0, true);
    if (codes_.empty()) counter_.Count({&all, 1}, {&all_, 1});
    for (size_t code = 0; !codes_.empty() && code < of_code_[0].size(); ++code)
      all_.Add(of_code_[0][code]);
    return absl::OkStatus();
  }

  // Of the groups of a column.
  std::vector<Sums> SumsOf(size_t i) const {
    const Column& column = columns_[i];
    if (column.overlapping()) return of_members_[i];
    std::vector<Sums> sums(column.groups.size());
    const std::vector<Sums>& of_code = of_code_[column.codes];
    for (uint32_t code = 0; code < of_code.size(); ++code)
      sums[column.GroupOf(code)].Add(of_code[code]);
    return sums;
  }

  OfColumn CompareColumn(size_t i) const {
    const Column& column = columns_[i];
    const std::vector<Sums> sums = SumsOf(i);
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
    of.whole.rank_correlation = column.rank_correlation;
    return of;
  }

  Compared Test(size_t column, size_t g, const std::vector<Sums>& sums) const {
    const Sums& in = sums[g];
    Compared compared;
    compared.column = column;
    compared.group = g;
    compared.members = in.members;
    compared.table = {in.happened, in.count, all_.happened - in.happened, all_.count - in.count};
    if (in.count == 0 || in.count == all_.count) return compared;
    compared.p_value = statistics::PValueOf(compared.table);
    compared.timed = static_cast<double>(in.timed);
    compared.rank_sum = static_cast<double>(in.doubled_ranks) / 2;
    compared.distance = in.distance;
    compared.squares = in.squares;
    Sums rest;  // added up, not taken off: nothing is lost where a group is nearly all
    for (size_t o = 0; o < sums.size() && !columns_[column].overlapping(); ++o) {
      if (o != g) rest.Add(sums[o]);
    }
    if (columns_[column].overlapping()) {
      rest.distance = all_.distance - in.distance;
      rest.squares = all_.squares - in.squares;
    }
    compared.other_timed = static_cast<double>(all_.timed - in.timed);
    compared.other_distance = rest.distance;
    compared.other_squares = rest.squares;
    if (in.timed > 0 && in.timed < all_.timed) {
      compared.duration_p_value = statistics::RankSumPValue(compared.rank_sum, compared.timed,
                                                            compared.other_timed, ranks_.ties);
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

  void Adjust();

  const std::vector<Column>& columns_;
  const std::vector<Codes>& codes_;
  const Ranks& ranks_;
  const CompareOptions& options_;
  const size_t cases_;
  const Counter counter_;
  Sums all_;
  std::vector<std::vector<Sums>> of_code_;     // by codes_
  std::vector<std::vector<Sums>> of_members_;  // by column and group, of those that overlap
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
  const std::vector<int64_t>& micros = outcomes.micros;
  if (micros.empty()) return ranks;
  ranks.runs = statistics::RunsOf(micros);
  absl::int128 sum = 0;
  for (size_t begin = 0; begin < micros.size(); begin = ranks.runs[begin].end) {
    const int64_t equal = ranks.runs[begin].end - ranks.runs[begin].begin;
    const auto t = static_cast<double>(equal);
    ranks.ties += t * t * t - t;
    sum += absl::int128(micros[begin]) * equal;
  }
  ranks.mean = static_cast<int64_t>(sum / static_cast<int64_t>(micros.size()));
  return ranks;
}

absl::StatusOr<Comparison> Compare(const Outcomes& outcomes, const Columns& columns,
                                   const Ranks& ranks, const CompareOptions& options,
                                   KeepOn keep_on) {
  return Comparer(outcomes, columns, ranks, options).Run(keep_on);
}

}  // namespace plumbline::analytics::causes
