// SPDX-License-Identifier: Apache-2.0
//
// Conditions over values in memory. Pure.
#ifndef PLUMBLINE_COMMON_EXPR_EVALUATE_H_
#define PLUMBLINE_COMMON_EXPR_EVALUATE_H_

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "common/expr/check.h"
#include "common/expr/schema.h"

namespace plumbline::expr {

// The values of one thing, by the indices of a schema's fields. A new record has nothing set. The
// caller gives values of the fields' types (ParseValue makes such).
class Record {
 public:
  explicit Record(const Schema& schema) : cells_(static_cast<size_t>(schema.size())) {}

  // kOne: its value. kList: one more element.
  void Set(int field, Value value);
  // kMap: the value under a key, which it did not have before.
  void Put(int field, std::string key, Value value);

  // kOne: at most one. kList, kMap: all.
  absl::Span<const Value> values(int field) const { return cell(field).values; }
  // kMap: the value under `key`, or nullptr. O(keys).
  const Value* Find(int field, absl::string_view key) const;

 private:
  struct Cell {
    std::vector<Value> values;
    std::vector<std::string> keys;  // kMap: of values
  };
  const Cell& cell(int field) const { return cells_[static_cast<size_t>(field)]; }

  std::vector<Cell> cells_;
};

// Whether `condition` holds, by the rules of check.h: what is unset is no match. `record` must be
// of the schema that the condition was checked against. Allocates nothing. O(size of condition *
// values).
bool Matches(const Condition& condition, const Record& record);

enum class Verdict { kNo, kYes, kUnset };

// The same in three values (Kleene's logic): a comparison with an unset field or absent key is
// kUnset; NOT kUnset is kUnset; AND is the least and OR the greatest of kNo < kUnset < kYes. So
// kYes and kNo stay as they are whatever the unset fields are set to. has(field) and field:* are
// never kUnset, nor are tests of lists. For conditions of branches: kUnset means that the decision
// has to wait for a value. `unset`, if given, gets the field ("deal_value", "labels.region") of
// every comparison that was kUnset, each once, when the verdict is.
Verdict Decide(const Condition& condition, const Record& record, const Schema& schema,
               std::vector<std::string>* unset = nullptr);

}  // namespace plumbline::expr

#endif  // PLUMBLINE_COMMON_EXPR_EVALUATE_H_
