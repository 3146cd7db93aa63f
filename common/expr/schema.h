// SPDX-License-Identifier: Apache-2.0
//
// What expressions speak about: fields with types, and values. Knows no gRPC and no SQL.
#ifndef PLUMBLINE_COMMON_EXPR_SCHEMA_H_
#define PLUMBLINE_COMMON_EXPR_SCHEMA_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace plumbline::expr {

enum class Type {
  kString,     // text
  kNumber,     // decimal: up to 12 digits before the point and 6 after it
  kBool,       // true, false
  kDate,       // 2026-01-31
  kTimestamp,  // RFC 3339, to the microsecond
  kDuration,   // to the microsecond
  kMoney,      // a number and an ISO 4217 currency
  kEnum,       // one of the names in Field::values
  kPerson,     // the id of a person
};

// "text", "a number", ...: for messages.
absl::string_view NameOf(Type type);

// One value; which member counts is told by the type that goes with it.
//   kString, kEnum, kPerson   text
//   kNumber                   number, in millionths
//   kBool                     number, 0 or 1
//   kDate                     number, days since 1970-01-01
//   kTimestamp                number, microseconds since 1970-01-01T00:00:00Z
//   kDuration                 number, microseconds
//   kMoney                    number, in millionths of the currency's unit; text, the currency
//   ("EUR")
struct Value {
  int64_t number = 0;
  std::string text;
  bool operator==(const Value&) const = default;
};

inline constexpr int64_t kNumberUnit = 1'000'000;  // of kNumber and kMoney

enum class Shape {
  kOne,   // a value, or unset
  kList,  // any number of values
  kMap,   // values under keys: labels
};

// A field that expressions may name.
struct Field {
  std::string name;  // letters, digits, '_', '-', and '.' between its parts; begins with a letter
  Type type = Type::kString;
  Shape shape = Shape::kOne;
  std::vector<std::string> values = {};  // kEnum: its names, case-sensitive
  std::string prefix = {};               // kEnum: what may be left out of them: "STATE_"
  std::string currency = {};  // kMoney: the only currency it holds; "" = each value has its own
  bool searched = false;      // kString, kOne: bare words are looked for in it
  bool ordered = false;       // kOne, never unset: lists may be ordered by it
};

// The fields that expressions of one kind may name. Immutable; cheap to move.
class Schema {
 public:
  Schema() = default;
  // Names must be unique and well-formed: who takes them from people checks them first (IsName).
  explicit Schema(std::vector<Field> fields);

  absl::Span<const Field> fields() const { return fields_; }
  const Field& field(int index) const { return fields_[static_cast<size_t>(index)]; }
  int size() const { return static_cast<int>(fields_.size()); }
  // The index of the field of this name. O(1).
  std::optional<int> Find(absl::string_view name) const;
  // All names, in order: for messages.
  std::vector<std::string> Names() const;

 private:
  std::vector<Field> fields_;
  absl::flat_hash_map<std::string, int> by_name_;
};

// Whether `name` can be a field's name, and so be written in an expression without quotes. The
// words AND, OR and NOT cannot, nor can `true`, `false` and `null`.
bool IsName(absl::string_view name);

}  // namespace plumbline::expr

#endif  // PLUMBLINE_COMMON_EXPR_SCHEMA_H_
