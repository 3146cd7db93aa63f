// SPDX-License-Identifier: Apache-2.0
//
// Attributes of events as columns.
#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <utility>
#include <variant>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "common/base/error.h"
#include "common/base/nearest.h"
#include "common/base/status_macros.h"
#include "services/analytics/causes/categories.h"

namespace plumbline::analytics::causes {
namespace {

// Numbers with more values are taken in quarters.
constexpr size_t kMostSingleNumbers = 10;
// A key of which so large a share of cases have several values is no attribute of cases.
constexpr double kSeveral = 0.05;
constexpr size_t kAttributesBetweenChecks = 1 << 18;

// The values of one key.
class Values {
 public:
  Values(uint32_t key, size_t cases) : key_(key), first_(cases, kNoText) {}

  void Take(uint32_t case_number, const AttributeValue& value) {
    uint32_t& first = first_[case_number];
    if (first != kNoText && *values_[first] == value) return;
    const uint32_t number = NumberOf(value);
    if (number == kNoText) return;
    if (first == kNoText) {
      first = number;
      return;
    }
    const std::pair<uint32_t, uint32_t> pair(case_number, number);
    if (more_.empty() || more_.back().first != case_number) ++several_;
    if (more_.empty() || more_.back() != pair) more_.push_back(pair);
  }

  uint32_t key() const { return key_; }
  const std::vector<uint32_t>& first() const { return first_; }
  size_t size() const { return values_.size(); }
  bool times() const { return times_; }
  bool numbers() const { return numbers_; }
  int64_t several() const { return several_; }
  const AttributeValue& operator[](uint32_t number) const { return *values_[number]; }
  double Number(uint32_t number) const {
    const AttributeValue& value = *values_[number];
    if (const auto* text = std::get_if<std::string>(&value)) {
      double parsed = 0;
      return absl::SimpleAtod(*text, &parsed) ? parsed : 0;
    }
    const auto* whole = std::get_if<int64_t>(&value);
    return whole != nullptr ? static_cast<double>(*whole) : std::get<double>(value);
  }
  // Each pair once.
  std::vector<std::pair<uint32_t, uint32_t>> TakeMore() {
    std::sort(more_.begin(), more_.end());
    more_.erase(std::unique(more_.begin(), more_.end()), more_.end());
    return std::exchange(more_, {});
  }

 private:
  using Key = std::pair<int, uint64_t>;  // type, bits

  uint32_t NumberOf(const AttributeValue& value) {
    if (const auto* text = std::get_if<std::string>(&value)) {
      double number = 0;
      numbers_ = numbers_ && absl::SimpleAtod(*text, &number) && std::isfinite(number);
      return Add(texts_.try_emplace(*text, Next()), value);
    }
    if (const auto* whole = std::get_if<int64_t>(&value))
      return Add(others_.try_emplace(Key(1, static_cast<uint64_t>(*whole)), Next()), value);
    if (const auto* truth = std::get_if<bool>(&value)) {
      numbers_ = false;
      return Add(others_.try_emplace(Key(2, *truth ? 1 : 0), Next()), value);
    }
    if (const auto* number = std::get_if<double>(&value)) {
      if (!std::isfinite(*number)) return kNoText;
      return Add(others_.try_emplace(Key(3, std::bit_cast<uint64_t>(*number)), Next()), value);
    }
    times_ = true;
    return kNoText;
  }
  uint32_t Next() const { return static_cast<uint32_t>(values_.size()); }
  template <class Inserted>
  uint32_t Add(Inserted inserted, const AttributeValue& value) {
    if (inserted.second) values_.push_back(&value);
    return inserted.first->second;
  }

  uint32_t key_;
  std::vector<uint32_t> first_;                      // by case
  std::vector<std::pair<uint32_t, uint32_t>> more_;  // of a case, that are not its first
  int64_t several_ = 0;
  bool times_ = false, numbers_ = true;
  std::vector<const AttributeValue*> values_;
  absl::flat_hash_map<absl::string_view, uint32_t> texts_;
  absl::flat_hash_map<Key, uint32_t> others_;
};

// The keys that are asked for, in the order of their names.
absl::StatusOr<std::vector<uint32_t>> ChooseKeys(const LogSnapshot& log,
                                                 const ColumnOptions& options, Columns* columns) {
  std::vector<uint32_t> keys;
  for (size_t i = 0; i < options.keys.size(); ++i) {
    const uint32_t key = log.FindAttributeKey(options.keys[i]);
    if (key == kNoText && !log.empty()) {
      return base::FieldError(
          absl::StrCat("keys[", i, "]"),
          absl::StrCat("is '", options.keys[i], "', which no event has under these cases",
                       base::DidYouMean(options.keys[i], log.attribute_keys)));
    }
    if (key != kNoText) keys.push_back(key);
  }
  for (uint32_t key = 0; key < log.attribute_keys.size() && options.keys.empty(); ++key) {
    if (IsHouseKeeping(log.attribute_keys[key])) {
      columns->skipped.push_back(
          {log.attribute_keys[key], "tells what happened, not what the case was like"});
    } else {
      keys.push_back(key);
    }
  }
  std::sort(keys.begin(), keys.end(),
            [&](uint32_t a, uint32_t b) { return log.attribute_keys[a] < log.attribute_keys[b]; });
  keys.erase(std::unique(keys.begin(), keys.end()), keys.end());
  return keys;
}

absl::Status ReadValues(const LogSnapshot& log, const Outcomes& outcomes, KeepOn keep_on,
                        std::vector<Values>* all) {
  std::vector<Values*> of_key(log.attribute_keys.size(), nullptr);
  for (Values& values : *all) of_key[values.key()] = &values;
  uint32_t c = 0;
  size_t next_check = 0;
  for (size_t i = 0; i < log.attributes.size(); ++i) {
    if (i >= next_check) {
      next_check = i + kAttributesBetweenChecks;
      RETURN_IF_ERROR(keep_on());
    }
    const EventAttribute& attribute = log.attributes[i];
    Values* values = of_key[attribute.key];
    if (values == nullptr) continue;
    while (attribute.row >= log.case_begin[c + 1]) ++c;
    if (outcomes.state[c] == Outcomes::kUnknown) continue;
    values->Take(c, attribute.value);
    // Nothing will come of it, and it may need much room.
    if (values->size() > 1'000'000 && static_cast<int64_t>(values->size()) > 2 * outcomes.known)
      of_key[attribute.key] = nullptr;
  }
  return absl::OkStatus();
}

std::string NumberText(double number) {
  if (std::abs(number) < 1e15 && number == std::floor(number))
    return absl::StrFormat("%.0f", number);
  return absl::StrFormat("%.6g", number);
}

// Adds what values of one key make.
class ColumnMaker {
 public:
  ColumnMaker(const LogSnapshot& log, const Outcomes& outcomes, const ColumnOptions& options,
              Columns* columns)
      : outcomes_(outcomes), options_(options), columns_(*columns), log_(log) {}

  void Add(Values& values) {
    column_ = Column();
    column_.key = log_.attribute_keys[values.key()];
    column_.label = column_.key;
    field_ = absl::StrCat("attributes.", Quoted(column_.key));
    if (values.times()) return Skip("holds times; the month of start is looked at instead");
    const bool quarters = values.numbers() && values.size() > kMostSingleNumbers;
    if (quarters) return AddQuarters(values);
    const int64_t with = outcomes_.known - CountMissing(values);
    if (static_cast<double>(values.several()) > kSeveral * static_cast<double>(with))
      return AddOverlapping(values);
    if (!options_.Has(ColumnKind::kAttribute)) return;
    const auto text = [&](uint32_t value) { return ValueText(values[value]); };
    const auto cases = [&](uint32_t value) {
      return DrillDown{absl::StrCat(field_, " = ", ValueLiteral(values[value])), ""};
    };
    const std::string key = column_.key;
    const auto label = [&key](const std::string& t) { return absl::StrCat(key, " = ", t); };
    AddCategories(std::move(column_), values.first(), values.size(), outcomes_, options_,
                  {text, label, cases, {absl::StrCat("NOT attributes:", Quoted(key)), ""}},
                  &columns_);
  }

 private:
  void Skip(const std::string& reason) { columns_.skipped.push_back({column_.label, reason}); }

  int64_t CountMissing(const Values& values) const {
    int64_t missing = 0;
    for (size_t c = 0; c < values.first().size(); ++c)
      missing += outcomes_.state[c] != Outcomes::kUnknown && values.first()[c] == kNoText;
    return missing;
  }

  void AddQuarters(const Values& values);
  void AddOverlapping(Values& values);
  std::vector<std::pair<uint32_t, uint32_t>> AllPairs(Values& values);
  std::vector<double> Bounds() const;
  Group QuarterOf(const std::vector<double>& bounds, size_t q) const;

  const Outcomes& outcomes_;
  const ColumnOptions& options_;
  Columns& columns_;
  const LogSnapshot& log_;
  Column column_;
  std::string field_;
};

// The numbers up to which the first quarters go; the last goes on.
std::vector<double> ColumnMaker::Bounds() const {
  std::vector<double> sorted;
  for (const double number : column_.numbers) {
    if (!std::isnan(number)) sorted.push_back(number);
  }
  std::vector<double> bounds;
  if (sorted.empty()) return bounds;
  const double most = *std::max_element(sorted.begin(), sorted.end());
  for (size_t quarter = 1; quarter <= 3; ++quarter) {
    const auto place = sorted.begin() + static_cast<ptrdiff_t>((sorted.size() - 1) * quarter / 4);
    std::nth_element(sorted.begin(), place, sorted.end());
    if (*place < most && (bounds.empty() || bounds.back() < *place)) bounds.push_back(*place);
  }
  return bounds;
}

// The group above one bound and up to the next.
Group ColumnMaker::QuarterOf(const std::vector<double>& bounds, size_t q) const {
  std::string text, filter;
  if (q > 0) {
    text = absl::StrCat("over ", NumberText(bounds[q - 1]));
    filter = absl::StrFormat("%s > %.17g", field_, bounds[q - 1]);
  }
  if (q < bounds.size()) {
    absl::StrAppend(&text, q > 0 ? " up to " : "up to ", NumberText(bounds[q]));
    absl::StrAppendFormat(&filter, "%s%s <= %.17g", q > 0 ? " AND " : "", field_, bounds[q]);
  }
  if (text.empty()) {
    text = "any";
    filter = absl::StrCat("attributes:", Quoted(column_.key));
  }
  return {text, absl::StrCat(column_.key, " ", text), {filter, ""}};
}

void ColumnMaker::AddQuarters(const Values& values) {
  if (!options_.Has(ColumnKind::kAttribute)) return;
  column_.missing = CountMissing(values);
  column_.value_count = static_cast<int64_t>(values.size());
  column_.numbers.assign(values.first().size(), std::numeric_limits<double>::quiet_NaN());
  for (size_t c = 0; c < values.first().size(); ++c) {
    if (outcomes_.state[c] != Outcomes::kUnknown && values.first()[c] != kNoText)
      column_.numbers[c] = values.Number(values.first()[c]);
  }
  const std::vector<double> bounds = Bounds();
  if (bounds.empty() && column_.missing == 0) return Skip("is the same in every case");
  for (size_t q = 0; q <= bounds.size(); ++q) column_.groups.push_back(QuarterOf(bounds, q));
  const auto none = static_cast<uint16_t>(column_.groups.size());
  if (column_.missing > 0) {
    column_.groups.push_back({kNone,
                              absl::StrCat(column_.key, " = ", kNone),
                              {absl::StrCat("NOT attributes:", Quoted(column_.key)), ""}});
  }
  column_.of_case.assign(column_.numbers.size(), 0);
  for (size_t c = 0; c < column_.numbers.size(); ++c) {
    const double number = column_.numbers[c];
    column_.of_case[c] =
        std::isnan(number)
            ? none
            : static_cast<uint16_t>(std::lower_bound(bounds.begin(), bounds.end(), number) -
                                    bounds.begin());
  }
  columns_.columns.push_back(std::move(column_));
}

// Every case with every value that it has, once.
std::vector<std::pair<uint32_t, uint32_t>> ColumnMaker::AllPairs(Values& values) {
  std::vector<std::pair<uint32_t, uint32_t>> pairs = values.TakeMore();
  for (uint32_t c = 0; c < values.first().size(); ++c) {
    if (outcomes_.state[c] == Outcomes::kUnknown) continue;
    if (values.first()[c] == kNoText) {
      ++column_.missing;
    } else {
      pairs.emplace_back(c, values.first()[c]);
    }
  }
  return pairs;
}

void ColumnMaker::AddOverlapping(Values& values) {
  if (!options_.Has(ColumnKind::kEventAttribute)) return;
  column_.kind = ColumnKind::kEventAttribute;
  const std::vector<std::pair<uint32_t, uint32_t>> pairs = AllPairs(values);
  std::vector<int64_t> counts(values.size(), 0);
  for (const auto& [c, value] : pairs) ++counts[value];
  const auto text = [&](uint32_t value) { return ValueText(values[value]); };
  const KeptValues kept = ChooseValues(counts, options_, text);
  column_.value_count = kept.value_count;
  if (kept.values.empty())
    return Skip(WhyUseless(kept, column_.missing, outcomes_.known, options_));
  const auto label = [&](const std::string& t) {
    return absl::StrCat("an event has ", column_.key, " = ", t);
  };
  for (const uint32_t value : kept.values) {
    column_.groups.push_back({text(value),
                              label(text(value)),
                              {"", absl::StrCat(field_, " = ", ValueLiteral(values[value]))}});
  }
  if (kept.others) column_.groups.push_back({kOther, label(kOther), {}});
  if (column_.missing > 0) {
    column_.groups.push_back({kNone,
                              absl::StrCat("no event has ", column_.key),
                              {absl::StrCat("NOT attributes:", Quoted(column_.key)), ""}});
  }
  column_.members.assign(column_.groups.size(), BitSet(values.first().size()));
  for (const auto& [c, value] : pairs) {
    const uint32_t group = kept.group_of[value];
    column_.members[group == kNoText ? kept.values.size() : group].Set(c);
  }
  for (size_t c = 0; c < values.first().size() && column_.missing > 0; ++c) {
    if (values.first()[c] == kNoText) column_.members.back().Set(c);
  }
  columns_.columns.push_back(std::move(column_));
}

}  // namespace

absl::Status AddAttributes(const LogSnapshot& log, const Outcomes& outcomes,
                           const ColumnOptions& options, KeepOn keep_on, Columns* columns) {
  if (!options.Has(ColumnKind::kAttribute) && !options.Has(ColumnKind::kEventAttribute))
    return absl::OkStatus();
  ASSIGN_OR_RETURN(const std::vector<uint32_t> keys, ChooseKeys(log, options, columns));
  std::vector<Values> all;
  all.reserve(keys.size());
  for (const uint32_t key : keys) all.emplace_back(key, log.case_count());
  RETURN_IF_ERROR(ReadValues(log, outcomes, keep_on, &all));
  ColumnMaker maker(log, outcomes, options, columns);
  for (Values& values : all) {
    maker.Add(values);
    RETURN_IF_ERROR(keep_on());
  }
  return absl::OkStatus();
}

}  // namespace plumbline::analytics::causes
