// SPDX-License-Identifier: Apache-2.0
//
// Attributes of events, by case.
#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <numeric>
#include <span>
#include <utility>
#include <variant>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"
#include "services/analytics/causes/facts.h"
#include "services/analytics/log/missing_key.h"

namespace plumbline::analytics::causes {
namespace {

constexpr size_t kAttributesBetweenChecks = 1 << 18;
constexpr double kNoNumber = std::numeric_limits<double>::quiet_NaN();

}  // namespace

template <class Inserted>
uint32_t ValueTable::Add(const Inserted& inserted, const AttributeValue& value, double number) {
  if (inserted.second) {
    values_.push_back(&value);
    numbers_.push_back(number);
  }
  return inserted.first->second;
}

uint32_t ValueTable::NumberOf(const AttributeValue& value) {
  const auto next = static_cast<uint32_t>(values_.size());
  if (const auto* text = std::get_if<std::string>(&value)) {
    const auto found = texts_.find(*text);
    if (found != texts_.end()) return found->second;
    double number = kNoNumber;
    if (!absl::SimpleAtod(*text, &number) || !std::isfinite(number)) number = kNoNumber;
    const AttributeValue& kept = copies_ ? held_.emplace_back(value) : value;
    if (copies_) text_bytes_ += text->size();
    return Add(texts_.try_emplace(std::get<std::string>(kept), next), kept, number);
  }
  Key key;
  double number = kNoNumber;
  if (const auto* whole = std::get_if<int64_t>(&value)) {
    key = {1, static_cast<uint64_t>(*whole)};
    number = static_cast<double>(*whole);
  } else if (const auto* truth = std::get_if<bool>(&value)) {
    key = {2, *truth ? 1 : 0};
  } else if (const auto* fraction = std::get_if<double>(&value);
             fraction != nullptr && std::isfinite(*fraction)) {
    key = {3, std::bit_cast<uint64_t>(*fraction)};
    number = *fraction;
  } else {
    return kNoText;
  }
  const auto inserted = others_.try_emplace(key, next);
  if (!inserted.second) return inserted.first->second;
  return Add(inserted, copies_ ? held_.emplace_back(value) : value, number);
}

size_t ValueTable::memory_bytes() const {
  return held_.size() * sizeof(AttributeValue) + text_bytes_ +
         values_.capacity() * sizeof(values_[0]) + numbers_.capacity() * sizeof(double) +
         texts_.capacity() * (sizeof(*texts_.begin()) + 1) +
         others_.capacity() * (sizeof(*others_.begin()) + 1);
}

absl::StatusOr<ChosenKeys> ChooseKeys(const std::vector<std::string>& all, bool has_events,
                                      const ColumnOptions& options) {
  ChosenKeys chosen;
  if (!options.Has(ColumnKind::kAttribute) && !options.Has(ColumnKind::kEventAttribute))
    return chosen;
  std::vector<uint32_t>& keys = chosen.keys;
  for (size_t i = 0; i < options.keys.size(); ++i) {
    const auto found = std::find(all.begin(), all.end(), options.keys[i]);
    if (found != all.end()) {
      keys.push_back(static_cast<uint32_t>(found - all.begin()));
    } else if (has_events) {
      return MissingKey(absl::StrCat("keys[", i, "]"), options.keys[i], all);
    }
  }
  for (uint32_t key = 0; key < all.size() && options.keys.empty(); ++key) {
    if (IsHouseKeeping(all[key])) {
      chosen.skipped.push_back({all[key], "tells what happened, not what the case was like"});
    } else {
      keys.push_back(key);
    }
  }
  std::sort(keys.begin(), keys.end(), [&](uint32_t a, uint32_t b) { return all[a] < all[b]; });
  keys.erase(std::unique(keys.begin(), keys.end()), keys.end());
  return chosen;
}

void AttributeReading::Take(uint32_t case_number, const AttributeValue& value, bool late) {
  uint32_t& first = first_[case_number];
  if (first != kNoText && table_[first] == value) return;
  const uint32_t number = table_.NumberOf(value);
  if (number == kNoText) {
    const bool is_time = std::holds_alternative<Instant>(value);
    if (is_time && (timed_.empty() || timed_.back() != case_number)) timed_.push_back(case_number);
    return;
  }
  if (first == kNoText) {
    first = number;
    ++with_;
    if (late) late_.push_back(case_number);
    return;
  }
  const int64_t pair = PairOf(number, case_number);
  if (more_.empty() || more_.back() != pair) more_.push_back(pair);
}

void AttributeReading::Settle() {
  if (more_.empty()) return;
  const auto value_of = [](int64_t pair) { return static_cast<uint32_t>(pair >> 32); };
  // Cases ascend in the log, so that counting values sorts: the same pairs are together then.
  std::vector<uint32_t> next(table_.size() + 1, 0);
  for (const int64_t pair : more_) ++next[value_of(pair) + 1];
  std::partial_sum(next.begin(), next.end(), next.begin());
  std::vector<int64_t> sorted(more_.size());
  for (const int64_t pair : more_) sorted[next[value_of(pair)]++] = pair;
  sorted.erase(std::unique(sorted.begin(), sorted.end()), sorted.end());
  more_ = std::move(sorted);
  of_case_.assign(first_.size(), 0);
  of_value_.assign(table_.size(), 0);
  for (const int64_t pair : more_) {
    ++of_case_[CaseOf(pair)];
    ++of_value_[value_of(pair)];
  }
  begin_of_value_.assign(table_.size(), 0);
  std::exclusive_scan(of_value_.begin(), of_value_.end(), begin_of_value_.begin(), uint32_t{0});
}

AttributeFacts AttributeReading::Show(const std::string& key) const {
  const auto visit = [this](uint32_t value, TakePairs take) {
    take(std::span(more_).subspan(begin_of_value_[value], of_value_[value]));
  };
  return {key,    &table_,   first_, {of_case_, of_value_, visit},
          timed_, TooMany(), with_,  static_cast<int64_t>(late_.size()),
          late_};
}

absl::StatusOr<std::vector<AttributeReading>> ReadAttributes(const LogSnapshot& log,
                                                             const std::vector<uint32_t>& keys,
                                                             KeepOn keep_on) {
  std::vector<AttributeReading> all;
  all.reserve(keys.size());
  for (const uint32_t key : keys) all.emplace_back(key, log.case_count());
  std::vector<AttributeReading*> of_key(log.attribute_keys.size(), nullptr);
  for (AttributeReading& reading : all) of_key[reading.key()] = &reading;
  uint32_t c = 0;
  size_t next_check = 0;
  for (size_t i = 0; i < log.attributes.size() && !keys.empty(); ++i) {
    if (i >= next_check) {
      next_check = i + kAttributesBetweenChecks;
      RETURN_IF_ERROR(keep_on());
    }
    const EventAttribute& attribute = log.attributes[i];
    AttributeReading* reading = of_key[attribute.key];
    if (reading == nullptr) continue;
    while (attribute.row >= log.case_begin[c + 1]) ++c;
    reading->Take(c, attribute.value, attribute.row > log.case_begin[c]);
    if (reading->TooMany()) of_key[attribute.key] = nullptr;
  }
  for (AttributeReading& reading : all) reading.Settle();
  return all;
}

}  // namespace plumbline::analytics::causes
