// SPDX-License-Identifier: Apache-2.0
//
// What columns are made of: what each case of a log has, whatever becomes of it. Read of a log, or
// kept of one that grows.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_CAUSES_FACTS_H_
#define PLUMBLINE_SERVICES_ANALYTICS_CAUSES_FACTS_H_

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/civil_time.h"
#include "services/analytics/causes/columns.h"

namespace plumbline::analytics::causes {

// Values, each once, by numbers that are given in the order of first sight.
class ValueTable {
 public:
  // With `copies` it holds its values, else they must outlive it.
  explicit ValueTable(bool copies) : copies_(copies) {}
  ValueTable(ValueTable&&) = default;
  ValueTable& operator=(ValueTable&&) = default;

  // kNoText for what no column is made of: a time, a number that is not finite.
  uint32_t NumberOf(const AttributeValue& value);
  size_t size() const { return values_.size(); }
  const AttributeValue& operator[](uint32_t number) const { return *values_[number]; }
  // As a number, texts that are one too; NaN where it is none.
  double Number(uint32_t number) const { return numbers_[number]; }
  size_t memory_bytes() const;

 private:
  using Key = std::pair<int, uint64_t>;  // type, bits

  template <class Inserted>
  uint32_t Add(const Inserted& inserted, const AttributeValue& value, double number);

  bool copies_;
  std::deque<AttributeValue> held_;
  size_t text_bytes_ = 0;  // of held_
  std::vector<const AttributeValue*> values_;
  std::vector<double> numbers_;
  absl::flat_hash_map<absl::string_view, uint32_t> texts_;
  absl::flat_hash_map<Key, uint32_t> others_;
};

// That a case has a value, as a number: those of one value together, in the order of the cases.
inline int64_t PairOf(uint32_t value, uint32_t case_number) {
  return static_cast<int64_t>(value) << 32 | case_number;
}
inline uint32_t CaseOf(int64_t pair) { return static_cast<uint32_t>(pair); }

// Pairs of one value, ascending. False: no more of them are wanted.
using TakePairs = absl::FunctionRef<bool(std::span<const int64_t> pairs)>;

// Which cases have which values beside that of their first event. By value, so that an answer reads
// only the cases of the values that it tells of.
struct MoreValues {
  std::span<const uint32_t> of_case;   // by case: how many; empty where there are none at all
  std::span<const uint32_t> of_value;  // by value: how many cases
  // Gives all pairs of a value, in pieces. O(log pairs), or where values ascend O(1), and them.
  std::function<void(uint32_t value, TakePairs take)> visit;

  bool empty() const { return of_case.empty(); }
};

// Cases are numbered; kNoText stands for no value. What these show must outlive them.
struct AttributeFacts {
  std::string key;
  const ValueTable* values = nullptr;
  std::span<const uint32_t> first;  // by case: the value of its first event
  MoreValues more;
  std::span<const uint32_t> timed;  // cases with a time
  bool too_many = false;            // values, so that they were not all read
  // How many cases have a value, and how many of these not with their first event yet.
  int64_t with = 0, late = 0;
  std::span<const uint32_t> late_cases;  // of what was just read, these; ascending
};
struct ResourceFacts {
  std::span<const uint32_t> of_case;
  std::span<const std::string> names;
};
struct MonthFacts {
  std::span<const uint32_t> of_case;
  std::span<const absl::CivilMonth> months;
};

// Sequences of activities, by number.
struct SequenceList {
  std::vector<uint32_t> begin, length;  // in `steps`
  std::vector<uint32_t> steps;
  std::vector<uint32_t> count;  // cases with it, whatever became of them

  size_t size() const { return begin.size(); }
  std::span<const uint32_t> operator[](uint32_t number) const {
    return std::span(steps).subspan(begin[number], length[number]);
  }
  size_t memory_bytes() const {
    return 4 * (begin.capacity() + length.capacity() + steps.capacity() + count.capacity());
  }
};
struct SequenceFacts {
  std::span<const uint32_t> of_case;
  const SequenceList* list = nullptr;
  std::span<const uint32_t> rank;           // of a step in `activities`; empty = its number
  std::span<const std::string> activities;  // ascending
};

struct Facts {
  std::vector<AttributeFacts> attributes;  // in the order of their keys
  std::vector<SkippedColumn> skipped;      // keys that are not looked at
  std::optional<ResourceFacts> first_resource, last_resource;
  std::optional<SequenceFacts> sequences;
  std::optional<MonthFacts> months;
};

// Keys of attributes that are asked for, in the order of their names.
struct ChosenKeys {
  std::vector<uint32_t> keys;
  std::vector<SkippedColumn> skipped;
};
// FIELD_INVALID (field "keys") for one that a log with events does not have. `all`: the log's.
absl::StatusOr<ChosenKeys> ChooseKeys(const std::vector<std::string>& all, bool has_events,
                                      const ColumnOptions& options);

// Nothing comes of so many, and they may need much room.
inline bool TooManyValues(size_t values, size_t cases) {
  return values > 1'000'000 && values > 2 * cases;
}

// The attributes under one key.
class AttributeReading {
 public:
  AttributeReading(uint32_t key, size_t cases) : key_(key), first_(cases, kNoText) {}

  uint32_t key() const { return key_; }
  // Of cases in their order.
  // `late`: the event is not the first of the case.
  void Take(uint32_t case_number, const AttributeValue& value, bool late = false);
  void Settle();
  bool TooMany() const { return TooManyValues(table_.size(), first_.size()); }
  AttributeFacts Show(const std::string& key) const;

 private:
  uint32_t key_;
  ValueTable table_{false};
  std::vector<uint32_t> first_, timed_, late_;
  int64_t with_ = 0;
  std::vector<int64_t> more_;  // pairs; until Settle in the order of the log, some twice
  std::vector<uint32_t> of_case_, of_value_, begin_of_value_;  // of more_, where there are any
};
// Errors of `keep_on`. O(attributes) expected. The log must outlive them.
absl::StatusOr<std::vector<AttributeReading>> ReadAttributes(const LogSnapshot& log,
                                                             const std::vector<uint32_t>& keys,
                                                             KeepOn keep_on);

// All of a log.
struct ReadOfLog {
  ChosenKeys chosen;
  std::vector<AttributeReading> attributes;
  std::vector<uint32_t> first_resource, last_resource;  // by case; empty where there are none
  std::vector<uint32_t> sequence_of_case;
  SequenceList sequences;
  std::vector<uint32_t> month_of_case;
  std::vector<absl::CivilMonth> months;

  Facts Show(const LogSnapshot& log, const ColumnOptions& options) const;
};
// Errors of `keep_on`. O(rows + attributes) expected. The log must outlive it.
absl::StatusOr<ReadOfLog> ReadFacts(const LogParts& parts, ChosenKeys keys,
                                    const ColumnOptions& options, KeepOn keep_on);

// The groups that cases make, by what each has. Errors of `keep_on`. O(cases columns + values log
// values), and of keys of which cases have several values the cases of the most frequent ones.
absl::StatusOr<Columns> MakeColumns(const Facts& facts, const Outcomes& outcomes,
                                    const ColumnOptions& options, KeepOn keep_on);

}  // namespace plumbline::analytics::causes

#endif  // PLUMBLINE_SERVICES_ANALYTICS_CAUSES_FACTS_H_
