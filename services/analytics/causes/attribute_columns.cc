// SPDX-License-Identifier: Apache-2.0
//
// Attributes of events as columns.
#include <algorithm>
#include <cmath>
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

using CaseValue = std::pair<uint32_t, uint32_t>;  // place in Outcomes::cases, value

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
        values_(ValuesOf(outcomes, facts.first)),
        field_(absl::StrCat("attributes.", Quoted(facts.key))) {
    column_.key = facts.key;
    column_.label = facts.key;
    TakeMore(place_of_case);
    Count();
  }

  void Add();

 private:
  void Skip(const std::string& reason) { columns_.skipped.push_back({column_.label, reason}); }
  int64_t known() const { return static_cast<int64_t>(values_.size()); }
  Group NoneGroup(std::string label) const {
    return {kNone, std::move(label), {absl::StrCat("NOT attributes:", Quoted(facts_.key)), ""}};
  }

  void TakeMore(std::span<const uint32_t> place_of_case);
  void Count();
  bool Before(uint32_t a, uint32_t b) const;
  std::vector<uint32_t> ByNumber() const;
  std::vector<double> Bounds(const std::vector<uint32_t>& order) const;
  std::optional<double> CorrelationOf(const std::vector<uint32_t>& order) const;
  void AddSingle();
  void AddQuarters();
  void AddOverlapping();

  const AttributeFacts& facts_;
  const ValueTable& table_;
  const Outcomes& outcomes_;
  const ColumnOptions& options_;
  Columns& columns_;
  const std::vector<uint32_t> values_;  // first ones, of Outcomes::cases
  std::vector<CaseValue> more_;         // of these cases
  bool timed_ = false;                  // one of them has a time
  int64_t several_ = 0;                 // of them have more
  Column column_;
  const std::string field_;
  std::vector<int64_t> counts_;  // cases by first value
  size_t used_ = 0;              // values that one of them has
  bool numbers_ = true;          // all of these are numbers
};

void Maker::TakeMore(std::span<const uint32_t> place_of_case) {
  for (const auto& [c, value] : facts_.more) {
    if (place_of_case[c] == kNoText) continue;
    several_ += more_.empty() || more_.back().first != place_of_case[c];
    more_.emplace_back(place_of_case[c], value);
  }
  for (size_t i = 0; i < facts_.timed.size() && !timed_; ++i)
    timed_ = place_of_case[facts_.timed[i]] != kNoText;
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
  std::vector<bool> is_used(table_.size());
  for (const auto& [place, value] : more_) is_used[value] = true;
  for (uint32_t value = 0; value < counts_.size(); ++value) {
    if (counts_[value] == 0 && !is_used[value]) continue;
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
  if (timed_) return Skip("holds times; the month of start is looked at instead");
  if (facts_.too_many)
    return Skip("nearly every case has a value of its own: there is nothing to compare");
  if (numbers_ && used_ > kMostSingleNumbers) return AddQuarters();
  const int64_t with = known() - column_.missing;
  if (static_cast<double>(several_) > kSeveral * static_cast<double>(with)) return AddOverlapping();
  AddSingle();
}

void Maker::AddSingle() {
  if (!options_.Has(ColumnKind::kAttribute)) return;
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
  if (!options_.Has(ColumnKind::kAttribute)) return;
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

void Maker::AddOverlapping() {
  if (!options_.Has(ColumnKind::kEventAttribute)) return;
  column_.kind = ColumnKind::kEventAttribute;
  for (const auto& [place, value] : more_) ++counts_[value];
  const auto text = [&](uint32_t value) { return ValueText(table_[value]); };
  const KeptValues kept =
      ChooseValues(counts_, options_, [&](uint32_t a, uint32_t b) { return Before(a, b); });
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
  column_.members.assign(column_.groups.size(), BitSet(values_.size()));
  const auto put = [&](size_t place, uint32_t value) {
    const uint32_t group = kept.group_of[value];
    column_.members[group == kNoText ? kept.values.size() : group].Set(place);
  };
  for (size_t place = 0; place < values_.size(); ++place) {
    if (values_[place] == kNoText) {
      column_.members.back().Set(place);
    } else {
      put(place, values_[place]);
    }
  }
  for (const auto& [place, value] : more_) put(place, value);
  columns_.columns.push_back(std::move(column_));
}

}  // namespace

void AddAttribute(const AttributeFacts& facts, const Outcomes& outcomes,
                  const ColumnOptions& options, std::span<const uint32_t> place_of_case,
                  Columns* columns) {
  Maker(facts, outcomes, options, place_of_case, columns).Add();
}

}  // namespace plumbline::analytics::causes
