// SPDX-License-Identifier: Apache-2.0
#include "common/flow/attribute.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/container/flat_hash_set.h"
#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/base/status_macros.h"
#include "common/expr/literal.h"
#include "common/flow/validate.h"

namespace plumbline::flow {
namespace {

constexpr size_t kMaxIdLength = 63;
constexpr size_t kMaxValueLength = 1000;  // characters
constexpr size_t kMaxAllowedValues = 100;

expr::Field FieldOf(const Attribute& attribute) {
  expr::Field field;
  field.name = attribute.id;
  field.type = attribute.type;
  if (attribute.type == expr::Type::kEnum) field.values = attribute.allowed_values;
  field.currency = attribute.currency;
  return field;
}

bool HasRange(expr::Type type) {
  return type == expr::Type::kNumber || type == expr::Type::kDate ||
         type == expr::Type::kDuration || type == expr::Type::kMoney;
}

// Letters, digits and '_' as in names of fields, where they are written in expressions.
bool IsAttributeId(absl::string_view id) {
  const auto fits = [](char c) {
    return absl::ascii_islower(static_cast<unsigned char>(c)) ||
           absl::ascii_isdigit(static_cast<unsigned char>(c)) || c == '_';
  };
  return !id.empty() && id.size() <= kMaxIdLength &&
         absl::ascii_islower(static_cast<unsigned char>(id[0])) &&
         std::all_of(id.begin(), id.end(), fits) && expr::IsName(id);
}

// Currencies of ISO 4217 (2025) in which people pay, and those that it withdrew in the ten years
// before. Not those of metals, of bonds, for tests (XTS) and of no currency (XXX).
constexpr char kCurrencies[] =
    "AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BOV BRL BSD "
    "BTN BWP BYN BZD CAD CDF CHE CHF CHW CLF CLP CNY COP COU CRC CUC CUP CVE CZK DJF DKK DOP "
    "DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL HRK HTG HUF IDR ILS "
    "INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD "
    "MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MXV MYR MZN NAD NGN NIO NOK NPR NZD OMR "
    "PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SLL SOS "
    "SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX USD USN UYI UYU UYW "
    "UZS VED VES VND VUV WST XAF XCD XCG XOF XPF YER ZAR ZMW ZWG ZWL";

absl::Status Wrong(absl::string_view text, absl::string_view what, absl::string_view limit) {
  return absl::InvalidArgumentError(
      absl::StrCat("'", ShortenText(text), "' is ", what, " ", limit));
}

// The first of the values, as many as a sentence holds.
std::string ListOf(const std::vector<std::string>& values) {
  constexpr size_t kMost = 10;
  const auto end = values.begin() + static_cast<ptrdiff_t>(std::min(values.size(), kMost));
  return absl::StrCat(absl::StrJoin(values.begin(), end, ", "),
                      values.size() > kMost ? ", ..." : "", "; give one of them");
}

// A value of the type alone.
absl::StatusOr<expr::Value> ReadOfType(const Attribute& attribute, absl::string_view text) {
  if (const std::string fault = CheckText(text, 1, kMaxValueLength); !fault.empty())
    return absl::InvalidArgumentError(fault);
  return expr::ParseValue(FieldOf(attribute), text);
}

absl::Status CheckRange(const Attribute& attribute, absl::string_view text,
                        const expr::Value& value) {
  if (!attribute.minimum.empty()) {
    ASSIGN_OR_RETURN(const expr::Value least, ReadOfType(attribute, attribute.minimum));
    if (value.number < least.number)
      return Wrong(text, "less than the minimum,",
                   absl::StrCat(attribute.minimum, "; give that or more"));
  }
  if (!attribute.maximum.empty()) {
    ASSIGN_OR_RETURN(const expr::Value most, ReadOfType(attribute, attribute.maximum));
    if (value.number > most.number)
      return Wrong(text, "more than the maximum,",
                   absl::StrCat(attribute.maximum, "; give that or less"));
  }
  return absl::OkStatus();
}

class AttributeValidator {
 public:
  AttributeValidator(const Attribute& attribute, std::string path,
                     std::vector<base::FieldViolation>* violations)
      : attribute_(attribute), path_(std::move(path)), violations_(violations) {}

  void Run() {
    const size_t faults = violations_->size();
    if (!IsAttributeId(attribute_.id)) {
      Add("id", absl::StrCat("'", ShortenText(attribute_.id),
                             "' is not an id of an attribute: 1 to ", kMaxIdLength,
                             " characters, a-z, 0-9 and '_', beginning with a letter; not true, "
                             "false or null"));
    }
    AddText("title", attribute_.title, 1, 200);
    AddText("description", attribute_.description, 0, 2000);
    CheckCurrency();
    CheckAllowedValues();
    CheckLimits();
    // Against limits that are wrong themselves, a value says nothing.
    if (violations_->size() == faults) CheckDefault();
  }

 private:
  void Add(absl::string_view field, absl::string_view description) {
    if (violations_->size() < kMaxViolations)
      violations_->push_back({absl::StrCat(path_, ".", field), std::string(description)});
  }

  void AddText(absl::string_view field, absl::string_view text, size_t min, size_t max) {
    const std::string fault = CheckText(text, min, max);
    if (!fault.empty()) Add(field, fault);
  }

  void CheckCurrency() {
    if (attribute_.currency.empty()) return;
    if (attribute_.type != expr::Type::kMoney) {
      Add("currency", "is only for amounts of money; leave it out");
    } else if (!IsCurrency(attribute_.currency)) {
      Add("currency",
          absl::StrCat("'", ShortenText(attribute_.currency),
                       "' is not a currency of ISO 4217; write its three letters like EUR"));
    }
  }

  void CheckAllowedValues() {
    const std::vector<std::string>& allowed = attribute_.allowed_values;
    if (attribute_.type == expr::Type::kEnum && allowed.empty())
      Add("allowed_values", "is required: the names that it can have");
    if (attribute_.type == expr::Type::kBool && !allowed.empty())
      Add("allowed_values", "is not for truth values; leave it out");
    if (allowed.size() > kMaxAllowedValues) {
      Add("allowed_values",
          absl::StrCat("has ", allowed.size(), " entries; it takes up to ", kMaxAllowedValues));
      return;
    }
    absl::flat_hash_set<absl::string_view> seen;
    for (size_t i = 0; i < allowed.size(); ++i) {
      const std::string field = absl::StrCat("allowed_values[", i, "]");
      if (!seen.insert(allowed[i]).second) {
        Add(field, absl::StrCat("'", ShortenText(allowed[i]), "' stands twice; leave one out"));
      } else if (attribute_.type == expr::Type::kEnum) {
        if (!expr::IsName(allowed[i]) || allowed[i].size() > kMaxIdLength) {
          Add(field, absl::StrCat("'", ShortenText(allowed[i]),
                                  "' is not a name: letters, digits, '_' and '-', beginning with "
                                  "a letter, up to ",
                                  kMaxIdLength, " characters"));
        }
      } else if (const auto value = ReadOfType(attribute_, allowed[i]); !value.ok()) {
        Add(field, value.status().message());
      }
    }
  }

  void CheckLimits() {
    const std::optional<expr::Value> least = Limit("minimum", attribute_.minimum);
    const std::optional<expr::Value> most = Limit("maximum", attribute_.maximum);
    if (least && most && least->number > most->number) {
      Add("maximum", absl::StrCat("'", attribute_.maximum, "' is less than the minimum, ",
                                  attribute_.minimum));
    }
  }

  std::optional<expr::Value> Limit(absl::string_view field, const std::string& text) {
    if (text.empty()) return std::nullopt;
    if (!HasRange(attribute_.type)) {
      Add(field, absl::StrCat("is not for ", expr::NameOf(attribute_.type),
                              "; only numbers, dates, durations and money have a range"));
      return std::nullopt;
    }
    if (attribute_.type == expr::Type::kMoney && attribute_.currency.empty()) {
      Add(field, "needs the currency of the attribute: set currency too");
      return std::nullopt;
    }
    const absl::StatusOr<expr::Value> value = ReadOfType(attribute_, text);
    if (value.ok()) return *value;
    Add(field, value.status().message());
    return std::nullopt;
  }

  void CheckDefault() {
    if (attribute_.default_value.empty()) return;
    const absl::StatusOr<expr::Value> value = TakeValue(attribute_, attribute_.default_value);
    if (!value.ok()) Add("default_value", value.status().message());
  }

  const Attribute& attribute_;
  const std::string path_;
  std::vector<base::FieldViolation>* violations_;
};

}  // namespace

bool IsCurrency(absl::string_view currency) {
  const bool letters =
      currency.size() == 3 && std::all_of(currency.begin(), currency.end(), [](char c) {
        return absl::ascii_isupper(static_cast<unsigned char>(c));
      });
  return letters && absl::StrContains(kCurrencies, currency);
}

expr::Schema SchemaOf(const std::vector<Attribute>& attributes) {
  std::vector<expr::Field> fields;
  fields.reserve(attributes.size());
  for (const Attribute& attribute : attributes) fields.push_back(FieldOf(attribute));
  return expr::Schema(std::move(fields));
}

const Attribute* FindAttribute(const std::vector<Attribute>& attributes, absl::string_view id) {
  const auto it = std::find_if(attributes.begin(), attributes.end(),
                               [&](const Attribute& attribute) { return attribute.id == id; });
  return it == attributes.end() ? nullptr : &*it;
}

absl::StatusOr<expr::Value> ReadValue(const Attribute& attribute, absl::string_view text) {
  ASSIGN_OR_RETURN(expr::Value value, ReadOfType(attribute, text));
  RETURN_IF_ERROR(CheckRange(attribute, text, value));
  if (attribute.allowed_values.empty() || attribute.type == expr::Type::kEnum) return value;
  for (const std::string& allowed : attribute.allowed_values) {
    ASSIGN_OR_RETURN(const expr::Value one, ReadOfType(attribute, allowed));
    if (one == value) return value;
  }
  return Wrong(text, "none of", ListOf(attribute.allowed_values));
}

absl::StatusOr<expr::Value> TakeValue(const Attribute& attribute, absl::string_view text) {
  ASSIGN_OR_RETURN(expr::Value value, ReadValue(attribute, text));
  if (attribute.type != expr::Type::kMoney || IsCurrency(value.text)) return value;
  return absl::InvalidArgumentError(absl::StrCat("'", ShortenText(text), "' is in '", value.text,
                                                 "', which is not a currency of ISO 4217; write "
                                                 "three letters like EUR"));
}

void ValidateAttributes(const std::vector<Attribute>& attributes, absl::string_view path,
                        std::vector<base::FieldViolation>* violations) {
  if (attributes.size() > kMaxAttributes) {
    violations->push_back(
        {std::string(path),
         absl::StrCat("has ", attributes.size(), " attributes; it takes up to ", kMaxAttributes)});
    return;
  }
  absl::flat_hash_set<absl::string_view> seen;
  for (size_t i = 0; i < attributes.size(); ++i) {
    const std::string field = absl::StrCat(path, "[", i, "]");
    AttributeValidator(attributes[i], field, violations).Run();
    if (!seen.insert(attributes[i].id).second && violations->size() < kMaxViolations) {
      violations->push_back(
          {absl::StrCat(field, ".id"),
           absl::StrCat("'", ShortenText(attributes[i].id),
                        "' is the id of an earlier attribute too; give every one its own")});
    }
  }
}

bool TakesAllOf(const Attribute& to, const Attribute& from) {
  if (to.type != from.type) return false;
  if (!to.currency.empty() && to.currency != from.currency) return false;
  if (!from.allowed_values.empty()) {
    return std::all_of(from.allowed_values.begin(), from.allowed_values.end(),
                       [&](const std::string& value) {
                         return ReadValue(to, value).ok() || !ReadValue(from, value).ok();
                       });
  }
  if (!to.allowed_values.empty()) return false;
  const auto within = [&](const std::string& limit, const std::string& former) {
    return limit.empty() || (!former.empty() && ReadValue(to, former).ok());
  };
  return within(to.minimum, from.minimum) && within(to.maximum, from.maximum);
}

std::string CheckHandOver(const Attribute& from, const Attribute& to) {
  if (from.type != to.type) {
    return absl::StrCat("'", from.id, "' is ", expr::NameOf(from.type), ", '", to.id, "' is ",
                        expr::NameOf(to.type), "; hand on an attribute of the same type");
  }
  if (!to.currency.empty() && from.currency != to.currency) {
    return absl::StrCat("'", from.id, "' is not always in ", to.currency, ", the currency of '",
                        to.id, "'; give both the same currency");
  }
  if (to.type == expr::Type::kEnum) {
    for (const std::string& name : from.allowed_values) {
      if (std::find(to.allowed_values.begin(), to.allowed_values.end(), name) ==
          to.allowed_values.end()) {
        return absl::StrCat("'", from.id, "' can be '", name, "', '", to.id,
                            "' cannot; allow it there too");
      }
    }
  }
  if (to.required && to.default_value.empty() && MayBeUnset(from)) {
    return absl::StrCat("'", from.id, "' may be without a value, '", to.id,
                        "' may not; make the former required or give it a default");
  }
  return "";
}

}  // namespace plumbline::flow
