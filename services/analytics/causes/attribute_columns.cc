// SPDX-License-Identifier: Apache-2.0
//
// Attributes of events as columns.
#include <algorithm>
#include <cmath>
#include <functional>
#include <queue>
#include <utility>

#include "absl/numeric/int128.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "common/statistics/ascending.h"
#include "services/analytics/causes/categories.h"

namespace plumbline::analytics::causes {
namespace {

// Numbers with more values are taken in quarters.
constexpr size_t kMostSingleNumbers = 10;
// A key of which so large a share of cases have several values is no attribute of cases.
constexpr double kSeveral = 0.05;
// Nor is one that so large a share of the cases that have it have not got with their first event:
// what it says may have come of how the case went, and those without it may not have got that far.
constexpr double kLate = 0.1;

std::string NumberText(double number) {
  if (std::abs(number) < 1e15 && number == std::floor(number))
    return absl::StrFormat("%.0f", number);
  return absl::StrFormat("%.6g", number);
}

// The group above one bound and up to the next.
Group QuarterOf(const std::string& key, const std::string& field, const std::vector<double>& bounds,
                size_t q) {
  std::string text, filter;
  if (q > 0) {
    text = absl::StrCat("over ", NumberText(bounds[q - 1]));
    filter = absl::StrFormat("%s > %.17g", field, bounds[q - 1]);
  }
  if (q < bounds.size()) {
    absl::StrAppend(&text, q > 0 ? " up to " : "up to ", NumberText(bounds[q]));
    absl::StrAppendFormat(&filter, "%s%s <= %.17g", q > 0 ? " AND " : "", field, bounds[q]);
  }
  if (text.empty()) {
    text = "any";
    filter = absl::StrCat("attributes:", Quoted(key));
  }
  return {text, absl::StrCat(key, " ", text), {filter, ""}};
}

// Adds what values of one key make.
class Maker {
 public:
  Maker(const AttributeFacts& facts, const Outcomes& outcomes, const ColumnOptions& options,
        std::span<const uint32_t> place_of_case, Columns* columns)
      : facts_(facts),
        table_(*facts.values),
        outcomes_(outcomes),
        options_(options),
        columns_(*columns),
        place_of_case_(place_of_case),
        values_(ValuesOf(outcomes, facts.first)),
        field_(absl::StrCat("attributes.", Quoted(facts.key))) {
    column_.key = facts.key;
    column_.label = facts.key;
    column_.late = static_cast<double>(facts.late) > kLate * static_cast<double>(facts.with);
    if (!facts.too_many) Count();
  }

  void Add();

 private:
  void Skip(const std::string& reason) { columns_.skipped.push_back({column_.label, reason}); }
  int64_t known() const { return static_cast<int64_t>(values_.size()); }
  Group NoneGroup(std::string label) const {
    return {kNone, std::move(label), {absl::StrCat("NOT attributes:", Quoted(facts_.key)), ""}};
  }

  // Calls take(place) for each of Outcomes::cases that has a value but not as its first, until it
  // says false.
  template <class Take>
  void ForMore(uint32_t value, const Take& take) const;
  int64_t CountMore(uint32_t value, const BitSet& known) const;
  bool IsUsed(uint32_t value) const;
  bool IsTimed() const;
  void Count();
  bool Before(uint32_t a, uint32_t b) const;
  std::vector<uint32_t> ByNumber() const;
  std::vector<double> Bounds(const std::vector<uint32_t>& order) const;
  std::optional<double> CorrelationOf(const std::vector<uint32_t>& order) const;
  void AddSingle();
  void AddQuarters();
  std::vector<int64_t> CountOverlapping() const;
  void AddOverlapping();
  void SetMembers(const KeptValues& kept);

  const AttributeFacts& facts_;
  const ValueTable& table_;
  const Outcomes& outcomes_;
  const ColumnOptions& options_;
  Columns& columns_;
  const std::span<const uint32_t> place_of_case_;
  const std::vector<uint32_t> values_;  // first ones, of Outcomes::cases
  int64_t several_ = 0;                 // of these have more
  Column column_;
  const std::string field_;
  std::vector<int64_t> counts_;  // cases by first value
  std::vector<bool> is_used_;    // by value: one of them has it
  size_t used_ = 0;              // such values
  bool numbers_ = true;          // all of these are numbers
};

template <class Take>
void Maker::ForMore(uint32_t value, const Take& take) const {
  if (facts_.more.empty() || facts_.more.of_value[value] == 0) return;
  facts_.more.visit(value, [&](std::span<const int64_t> pairs) {
    for (const int64_t pair : pairs) {
      const uint32_t place = place_of_case_[CaseOf(pair)];
      if (place != kNoText && !take(place)) return false;
    }
    return true;
  });
}

int64_t Maker::CountMore(uint32_t value, const BitSet& known) const {
  int64_t count = 0;
  if (facts_.more.of_value[value] == 0) return count;
  facts_.more.visit(value, [&](std::span<const int64_t> pairs) {
    for (const int64_t pair : pairs) count += known[CaseOf(pair)] ? 1 : 0;
    return true;
  });
  return count;
}

// Of a value that more cases have than have an unknown outcome, none has to be looked at; of others
// mostly one.
bool Maker::IsUsed(uint32_t value) const {
  if (counts_[value] > 0) return true;
  if (facts_.more.empty()) return false;
  if (facts_.more.of_value[value] > facts_.first.size() - values_.size()) return true;
  bool found = false;
  ForMore(value, [&](uint32_t) {
    found = true;
    return false;
  });
  return found;
}

bool Maker::IsTimed() const {
  return std::any_of(facts_.timed.begin(), facts_.timed.end(),
                     [&](uint32_t c) { return place_of_case_[c] != kNoText; });
}

void Maker::Count() {
  counts_.resize(table_.size());
  for (const uint32_t value : values_) {
    if (value == kNoText) {
      ++column_.missing;
    } else {
      ++counts_[value];
    }
  }
  for (size_t place = 0; place < values_.size() && !facts_.more.empty(); ++place)
    several_ += facts_.more.of_case[outcomes_.cases[place]] > 0 ? 1 : 0;
  is_used_.resize(table_.size());
  for (uint32_t value = 0; value < counts_.size(); ++value) {
    is_used_[value] = IsUsed(value);
    if (!is_used_[value]) continue;
    ++used_;
    numbers_ = numbers_ && !std::isnan(table_.Number(value));
  }
}

// By text; a text comes before what is no text and reads alike.
bool Maker::Before(uint32_t a, uint32_t b) const {
  const std::string x = ValueText(table_[a]), y = ValueText(table_[b]);
  return x != y ? x < y : ValueLiteral(table_[a]) < ValueLiteral(table_[b]);
}

void Maker::Add() {
  if (facts_.too_many)
    return Skip("nearly every case has a value of its own: there is nothing to compare");
  if (IsTimed()) return Skip("holds times; the month of start is looked at instead");
  if (numbers_ && used_ > kMostSingleNumbers) return AddQuarters();
  const int64_t with = known() - column_.missing;
  if (static_cast<double>(several_) > kSeveral * static_cast<double>(with)) return AddOverlapping();
  AddSingle();
}

void Maker::AddSingle() {
  if (!options_.Has(column_.told_kind())) return;
  column_.missing = 0;  // they are counted once more
  const auto text = [&](uint32_t value) { return ValueText(table_[value]); };
  const auto cases = [&](uint32_t value) {
    return DrillDown{absl::StrCat(field_, " = ", ValueLiteral(table_[value])), ""};
  };
  const auto label = [&](const std::string& t) { return absl::StrCat(facts_.key, " = ", t); };
  AddCategories(std::move(column_), values_, table_.size(), options_,
                {text,
                 label,
                 cases,
                 [&](uint32_t a, uint32_t b) { return Before(a, b); },
                 {absl::StrCat("NOT attributes:", Quoted(facts_.key)), ""}},
                &columns_);
}

// First values, by what they are as numbers.
std::vector<uint32_t> Maker::ByNumber() const {
  std::vector<uint32_t> order;
  for (uint32_t value = 0; value < counts_.size(); ++value) {
    if (counts_[value] > 0) order.push_back(value);
  }
  std::vector<statistics::Numbered> sorted;
  sorted.reserve(order.size());
  for (const uint32_t value : order) sorted.push_back({table_.Number(value), value});
  statistics::SortAscending(&sorted, [] { return absl::OkStatus(); }).IgnoreError();
  for (size_t i = 0; i < order.size(); ++i) order[i] = sorted[i].number;
  return order;
}

// The numbers up to which the first quarters go; the last goes on.
std::vector<double> Maker::Bounds(const std::vector<uint32_t>& order) const {
  std::vector<double> bounds;
  if (order.empty()) return bounds;
  const double most = table_.Number(order.back());
  const int64_t last = known() - column_.missing - 1;
  int64_t seen = 0;  // cases up to the value that is looked at
  size_t next = 0;
  for (int64_t quarter = 1; quarter <= 3; ++quarter) {
    while (seen <= last * quarter / 4) seen += counts_[order[next++]];
    const double bound = table_.Number(order[next - 1]);
    if (bound < most && (bounds.empty() || bounds.back() < bound)) bounds.push_back(bound);
  }
  return bounds;
}

// Spearman (1904), of cases that have both a number and a duration. Ranks are doubled, so that all
// is in whole numbers.
std::optional<double> Maker::CorrelationOf(const std::vector<uint32_t>& order) const {
  const std::vector<int64_t>& micros = outcomes_.micros;
  std::vector<int64_t> counts(table_.size(), 0), rank(table_.size(), 0);
  int64_t n = 0;
  for (size_t i = 0; i < micros.size(); ++i) {
    if (values_[i] == kNoText) continue;
    ++counts[values_[i]];
    ++n;
  }
  absl::int128 both = 0, of_number = 0, of_duration = 0;
  const auto squared = [](int64_t value) { return absl::int128(value) * value; };
  // From the middle of all: of n ranks from 0 the doubled mean is n - 1.
  int64_t below = 0;
  for (size_t i = 0, end; i < order.size(); i = end) {
    int64_t equal = 0;
    for (end = i; end < order.size() && table_.Number(order[end]) == table_.Number(order[i]); ++end)
      equal += counts[order[end]];
    for (size_t j = i; j < end; ++j) rank[order[j]] = 2 * below + equal - n;
    of_number += squared(2 * below + equal - n) * equal;
    below += equal;
  }
  below = 0;
  for (size_t i = 0, end; i < micros.size(); i = end) {
    int64_t equal = 0, sum = 0;
    for (end = i; end < micros.size() && micros[end] == micros[i]; ++end) {
      if (values_[end] == kNoText) continue;
      ++equal;
      sum += rank[values_[end]];
    }
    both += absl::int128(sum) * (2 * below + equal - n);
    of_duration += squared(2 * below + equal - n) * equal;
    below += equal;
  }
  if (of_number == 0 || of_duration == 0) return std::nullopt;
  const double r = static_cast<double>(both) / std::sqrt(static_cast<double>(of_number)) /
                   std::sqrt(static_cast<double>(of_duration));
  return std::clamp(r, -1.0, 1.0);
}

void Maker::AddQuarters() {
  if (!options_.Has(column_.told_kind())) return;
  column_.value_count = static_cast<int64_t>(used_);
  const std::vector<uint32_t> order = ByNumber();
  const std::vector<double> bounds = Bounds(order);
  if (bounds.empty() && column_.missing == 0) return Skip("is the same in every case");
  for (size_t q = 0; q <= bounds.size(); ++q)
    column_.groups.push_back(QuarterOf(facts_.key, field_, bounds, q));
  const auto none = static_cast<uint16_t>(column_.groups.size());
  if (column_.missing > 0)
    column_.groups.push_back(NoneGroup(absl::StrCat(facts_.key, " = ", kNone)));
  std::vector<uint16_t> group_of(table_.size());
  for (const uint32_t value : order) {
    group_of[value] = static_cast<uint16_t>(
        std::lower_bound(bounds.begin(), bounds.end(), table_.Number(value)) - bounds.begin());
  }
  Codes codes{std::vector<uint16_t>(values_.size()), column_.groups.size()};
  for (size_t i = 0; i < values_.size(); ++i)
    codes.of_case[i] = values_[i] == kNoText ? none : group_of[values_[i]];
  column_.rank_correlation = CorrelationOf(order);
  AddColumn(std::move(column_), std::move(codes), &columns_);
}

// Cases with each value, wherever in the case. Of those that can be no group of their own, because
// max_values others are more frequent or min_cases have it never, it may be too many cases, for
// their outcomes are not looked at. As of Fagin, Lotem and Naor 2003 (threshold algorithm): values
// are read in the order of how many cases they have at most, until no other can be among the first.
std::vector<int64_t> Maker::CountOverlapping() const {
  std::vector<int64_t> counts(counts_.size(), 0);
  std::vector<std::pair<int64_t, uint32_t>> order;
  for (uint32_t value = 0; value < counts.size(); ++value) {
    if (!is_used_[value]) continue;
    counts[value] = counts_[value] + facts_.more.of_value[value];
    if (counts[value] >= options_.min_cases) order.emplace_back(-counts[value], value);
  }
  std::sort(order.begin(), order.end());
  const auto known =
      BitSet::Where(place_of_case_.size(), [&](size_t c) { return place_of_case_[c] != kNoText; });
  std::priority_queue<int64_t, std::vector<int64_t>, std::greater<>> most;
  const auto is_full = [&] { return static_cast<int64_t>(most.size()) == options_.max_values; };
  for (const auto& [at_most, value] : order) {
    if (is_full() && -at_most < most.top()) break;
    counts[value] = counts_[value] + CountMore(value, known);
    if (is_full() && counts[value] > most.top()) most.pop();
    if (!is_full() && counts[value] >= options_.min_cases) most.push(counts[value]);
  }
  return counts;
}

void Maker::AddOverlapping() {
  if (!options_.Has(ColumnKind::kEventAttribute)) return;
  column_.kind = ColumnKind::kEventAttribute;
  const auto text = [&](uint32_t value) { return ValueText(table_[value]); };
  const KeptValues kept = ChooseValues(CountOverlapping(), options_,
                                       [&](uint32_t a, uint32_t b) { return Before(a, b); });
  column_.value_count = kept.value_count;
  if (kept.values.empty()) return Skip(WhyUseless(kept, column_.missing, known(), options_));
  const auto label = [&](const std::string& t) {
    return absl::StrCat("an event has ", facts_.key, " = ", t);
  };
  for (const uint32_t value : kept.values) {
    column_.groups.push_back({text(value),
                              label(text(value)),
                              {"", absl::StrCat(field_, " = ", ValueLiteral(table_[value]))}});
  }
  if (kept.others) column_.groups.push_back({kOther, label(kOther), {}});
  if (column_.missing > 0)
    column_.groups.push_back(NoneGroup(absl::StrCat("no event has ", facts_.key)));
  SetMembers(kept);
  columns_.columns.push_back(std::move(column_));
}

// A case has another value where it has more than those that are groups of their own.
void Maker::SetMembers(const KeptValues& kept) {
  column_.members.assign(column_.groups.size(), BitSet(values_.size()));
  std::vector<uint32_t> left(values_.size());
  for (size_t place = 0; place < values_.size(); ++place) {
    left[place] = facts_.more.of_case[outcomes_.cases[place]];
    if (values_[place] == kNoText) {
      column_.members.back().Set(place);
    } else if (const uint32_t group = kept.group_of[values_[place]]; group != kNoText) {
      column_.members[group].Set(place);
    } else {
      ++left[place];
    }
  }
  for (size_t group = 0; group < kept.values.size(); ++group) {
    BitSet& members = column_.members[group];
    ForMore(kept.values[group], [&](uint32_t place) {
      members.Set(place);
      --left[place];
      return true;
    });
  }
  for (size_t place = 0; place < values_.size() && kept.others; ++place)
    column_.members[kept.values.size()].SetIf(place, left[place] > 0);
}

}  // namespace

void AddAttribute(const AttributeFacts& facts, const Outcomes& outcomes,
                  const ColumnOptions& options, std::span<const uint32_t> place_of_case,
                  Columns* columns) {
  Maker(facts, outcomes, options, place_of_case, columns).Add();
}

}  // namespace plumbline::analytics::causes
