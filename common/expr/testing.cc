// SPDX-License-Identifier: Apache-2.0
#include "common/expr/testing.h"

#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "common/expr/literal.h"

namespace plumbline::expr {
namespace {

// Values of each field, as text. The first of a type are those that literals are made of, too.
const std::vector<std::string>& DomainOf(Type type, absl::string_view field) {
  static const auto& texts = *new std::vector<std::string>{"lead",  "Lead", "leads to a deal",
                                                           "100%",  "1000", "a_b",
                                                           "aXb",   "a!b",  "a\\b",
                                                           "a*b",   "ab",   "abab",
                                                           "é",     "É",    "x.y",
                                                           "\"q\"", "O'B",  "a\nb"};
  static const auto& wholes = *new std::vector<std::string>{"-2", "0", "1", "2", "3", "1000000"};
  static const auto& decimals =
      *new std::vector<std::string>{"-2.5", "-0.000001", "0", "1", "1.5", "2.5e3", "2.000001"};
  static const auto& bools = *new std::vector<std::string>{"true", "false"};
  static const auto& dates =
      *new std::vector<std::string>{"1969-12-31", "2024-02-29", "2026-01-31", "2026-02-01"};
  static const auto& times =
      *new std::vector<std::string>{"1969-12-31T23:59:59.999999Z", "2026-01-31T00:00:00Z",
                                    "2026-01-31T09:00:00+01:00", "2026-01-31T08:00:00.5Z"};
  static const auto& durations =
      *new std::vector<std::string>{"-5s", "0s", "1.5s", "90m", "5400s", "1h30m", "36h"};
  static const auto& euros = *new std::vector<std::string>{"-1 EUR", "0.01 EUR", "1000 EUR"};
  static const auto& monies =
      *new std::vector<std::string>{"1 EUR", "1 USD", "2 USD", "1000.5 EUR", "3 EUR"};
  static const auto& states = *new std::vector<std::string>{"DRAFT", "PUBLISHED", "ARCHIVED"};
  static const auto& people = *new std::vector<std::string>{"ada", "people/grace", "bob"};
  switch (type) {
    case Type::kString:
      return texts;
    case Type::kNumber:
      return field == "size" ? wholes : decimals;
    case Type::kBool:
      return bools;
    case Type::kDate:
      return dates;
    case Type::kTimestamp:
      return times;
    case Type::kDuration:
      return durations;
    case Type::kMoney:
      return field == "price" ? euros : monies;
    case Type::kEnum:
      return states;
    case Type::kPerson:
      return people;
  }
  return texts;
}

size_t Pick(Random& random, size_t count) { return random() % count; }
bool OneIn(Random& random, size_t count) { return Pick(random, count) == 0; }
const std::string& PickOf(Random& random, const std::vector<std::string>& from) {
  return from[Pick(random, from.size())];
}

std::string Quoted(Random& random, absl::string_view text, bool star) {
  const std::string escaped = absl::StrReplaceAll(
      text,
      {{"\\", "\\\\"}, {"\"", "\\\""}, {"'", "\\'"}, {"\n", "\\n"}, {"*", star ? "*" : "\\*"}});
  const char* quote = OneIn(random, 3) ? "'" : "\"";
  return absl::StrCat(quote, escaped, quote);
}

class Generator {
 public:
  explicit Generator(Random& random) : random_(random) {}

  std::string Expression(int depth) {
    const size_t parts = 1 + Pick(random_, 3);
    std::string text;
    for (size_t i = 0; i < parts; ++i) {
      if (i > 0) text += OneIn(random_, 2) ? " " : " AND ";
      const size_t terms = OneIn(random_, 3) ? 1 + Pick(random_, 3) : 1;
      for (size_t j = 0; j < terms; ++j) absl::StrAppend(&text, j > 0 ? " OR " : "", Term(depth));
    }
    return text;
  }

 private:
  std::string Term(int depth) {
    const std::string negation = OneIn(random_, 4) ? (OneIn(random_, 2) ? "NOT " : "-") : "";
    if (depth > 0 && OneIn(random_, 4))
      return absl::StrCat(negation, "(", Expression(depth - 1), ")");
    return absl::StrCat(negation, Restriction());
  }

  std::string Restriction() {
    const auto fields = ThingSchema().fields();
    const Field& field = fields[Pick(random_, fields.size())];
    switch (Pick(random_, 14)) {
      case 0:
        return absl::StrCat("has(", Path(field), ")");
      case 1:
        return absl::StrCat(Path(field), ":*");
      case 2:
        return OneIn(random_, 2) ? "labels:*" : "has(labels)";
      case 3:
        return absl::StrCat(Path(field), field.shape == Shape::kList ? ":*" : " != null");
      case 4:
        return OneIn(random_, 2) ? "active" : Literal(ThingSchema().field(0));
      default:
        break;
    }
    if (field.shape == Shape::kMap && OneIn(random_, 4)) return "labels:team";
    if (field.shape == Shape::kList) return absl::StrCat(field.name, ":", Value(field, true));
    static const auto& orders =
        *new std::vector<std::string>{"=", "!=", ":", " = ", " != ", "<", " <= ", " > ", ">="};
    const bool unordered =
        field.type == Type::kBool || field.type == Type::kEnum || field.type == Type::kPerson;
    const std::string& comparator = orders[Pick(random_, unordered ? 5 : orders.size())];
    const bool ordering = absl::StrContains(comparator, '<') || absl::StrContains(comparator, '>');
    return absl::StrCat(Path(field), comparator, Value(field, !ordering));
  }

  std::string Path(const Field& field) {
    if (field.shape != Shape::kMap) return field.name;
    return absl::StrCat(field.name, ".", OneIn(random_, 2) ? "team" : "\"cost center\"");
  }

  std::string Value(const Field& field, bool groups) {
    if (!groups || !OneIn(random_, 5)) return Literal(field);
    std::string text = "(";
    const size_t count = 1 + Pick(random_, 3);
    for (size_t i = 0; i < count; ++i) {
      if (i > 0) text += OneIn(random_, 3) ? " AND " : " OR ";
      absl::StrAppend(&text, OneIn(random_, 5) ? "NOT " : "", Literal(field));
    }
    return text + ")";
  }

  std::string Literal(const Field& field) {
    const std::string& text = PickOf(random_, DomainOf(field.type, field.name));
    if (field.type == Type::kEnum && OneIn(random_, 3)) return absl::StrCat(field.prefix, text);
    if (field.type != Type::kString) {
      const bool plain = !absl::StrContains(text, ' ') && !absl::StrContains(text, '/');
      return plain && OneIn(random_, 2) ? text : Quoted(random_, text, false);
    }
    if (!OneIn(random_, 3)) return Quoted(random_, text, false);
    // A pattern: some of its characters become stars.
    std::string pattern;
    for (const char c : text) {
      const bool ascii = static_cast<unsigned char>(c) < 0x80;
      pattern += ascii && c != '\n' && OneIn(random_, 3) ? '*' : c;
    }
    return Quoted(random_, pattern, true);
  }

  Random& random_;
};

}  // namespace

const Schema& ThingSchema() {
  static const auto& schema =
      *new Schema({{.name = "title", .type = Type::kString, .searched = true, .ordered = true},
                   {.name = "note", .type = Type::kString},
                   {.name = "size", .type = Type::kNumber},
                   {.name = "score", .type = Type::kNumber},
                   {.name = "active", .type = Type::kBool},
                   {.name = "day", .type = Type::kDate},
                   {.name = "at", .type = Type::kTimestamp, .ordered = true},
                   {.name = "took", .type = Type::kDuration},
                   {.name = "price", .type = Type::kMoney, .currency = "EUR"},
                   {.name = "deal", .type = Type::kMoney},
                   {.name = "state",
                    .type = Type::kEnum,
                    .values = {"STATE_DRAFT", "STATE_PUBLISHED", "STATE_ARCHIVED"},
                    .prefix = "STATE_"},
                   {.name = "owner", .type = Type::kPerson},
                   {.name = "tags", .type = Type::kString, .shape = Shape::kList},
                   {.name = "labels", .type = Type::kString, .shape = Shape::kMap}});
  return schema;
}

Record ToRecord(const Thing& thing) {
  const Schema& schema = ThingSchema();
  Record record(schema);
  for (const auto& [name, text] : thing.fields) {
    const int field = *schema.Find(name);
    record.Set(field, *ParseValue(schema.field(field), text));
  }
  for (const std::string& tag : thing.tags) record.Set(*schema.Find("tags"), Value{.text = tag});
  for (const auto& [key, text] : thing.labels)
    record.Put(*schema.Find("labels"), key, Value{.text = text});
  return record;
}

Thing RandomThing(Random& random) {
  Thing thing;
  for (const Field& field : ThingSchema().fields()) {
    if (field.shape != Shape::kOne || OneIn(random, 4)) continue;
    thing.fields[field.name] = PickOf(random, DomainOf(field.type, field.name));
  }
  const std::vector<std::string>& texts = DomainOf(Type::kString, "");
  for (size_t i = Pick(random, 4); i > 0; --i) thing.tags.push_back(PickOf(random, texts));
  for (const char* key : {"team", "cost center"}) {
    if (OneIn(random, 2)) thing.labels[key] = PickOf(random, texts);
  }
  return thing;
}

std::string RandomExpression(Random& random) { return Generator(random).Expression(3); }

}  // namespace plumbline::expr
