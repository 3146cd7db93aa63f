// SPDX-License-Identifier: Apache-2.0
//
// Attributes of a process: typed values that every run of it has, about which the conditions of its
// branches speak.
#ifndef PLUMBLINE_COMMON_FLOW_ATTRIBUTE_H_
#define PLUMBLINE_COMMON_FLOW_ATTRIBUTE_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "common/base/error.h"
#include "common/expr/schema.h"

namespace plumbline::flow {

// See Attribute in process.proto, which states the rules of the fields. Values are texts as
// expr::ParseValue reads them; "" = none.
struct Attribute {
  std::string id;
  std::string title;
  std::string description;
  expr::Type type = expr::Type::kString;  // any but kTimestamp
  bool required = false;
  std::string default_value;
  std::string minimum;
  std::string maximum;
  std::vector<std::string> allowed_values;
  std::string currency;
  bool operator==(const Attribute&) const = default;
};

inline constexpr size_t kMaxAttributes = 64;

// Whether a run can be without a value for it.
inline bool MayBeUnset(const Attribute& attribute) {
  return !attribute.required && attribute.default_value.empty();
}

// The attributes as the fields of expressions, in their order. They must be valid.
expr::Schema SchemaOf(const std::vector<Attribute>& attributes);

// The attribute with this id, or nullptr. O(attributes).
const Attribute* FindAttribute(const std::vector<Attribute>& attributes, absl::string_view id);

// Whether `currency` is the code of a currency of ISO 4217 that is in use. O(currencies).
bool IsCurrency(absl::string_view currency);

// Reads a value for a valid attribute: of its type, within its range, one of its allowed values.
// InvalidArgument says what is wrong and the remedy, without naming the attribute. O(length of text
// + allowed values).
absl::StatusOr<expr::Value> ReadValue(const Attribute& attribute, absl::string_view text);
// The same of what somebody gives now: money must be in a currency of ISO 4217 too, which older
// releases did not look at. O(length + currencies).
absl::StatusOr<expr::Value> TakeValue(const Attribute& attribute, absl::string_view text);

// Appends every breach of the rules, with its path below `path` ("process.attributes"). At most
// kMaxViolations in all. O(size).
void ValidateAttributes(const std::vector<Attribute>& attributes, absl::string_view path,
                        std::vector<base::FieldViolation>* violations);

// Whether `to` takes every value that `from` takes. Both are valid. O(allowed values squared).
bool TakesAllOf(const Attribute& to, const Attribute& from);

// Why values of `from` cannot be handed on to `to`, with the remedy; "" = they can: both have one
// type and currency, `to` allows what `from` allows by name, and where `to` needs a value `from`
// has one. Ranges are looked at by each run (decide.h).
std::string CheckHandOver(const Attribute& from, const Attribute& to);

}  // namespace plumbline::flow

#endif  // PLUMBLINE_COMMON_FLOW_ATTRIBUTE_H_
