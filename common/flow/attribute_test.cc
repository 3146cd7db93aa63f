// SPDX-License-Identifier: Apache-2.0
#include "common/flow/attribute.h"

#include <functional>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/flow/validate.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace plumbline::flow {
namespace {

using expr::Type;
using testing::HasSubstr;
using testing::IsEmpty;

Attribute Of(Type type) {
  Attribute attribute;
  attribute.id = "amount";
  attribute.title = "Amount";
  attribute.type = type;
  if (type == Type::kEnum) attribute.allowed_values = {"new", "used"};
  return attribute;
}

Attribute Number() {
  Attribute attribute = Of(Type::kNumber);
  attribute.minimum = "-1.5";
  attribute.maximum = "100";
  return attribute;
}

Attribute Money() {
  Attribute attribute = Of(Type::kMoney);
  attribute.currency = "EUR";
  attribute.minimum = "0";
  attribute.maximum = "1000 EUR";
  return attribute;
}

std::vector<base::FieldViolation> Violations(const std::vector<Attribute>& attributes) {
  std::vector<base::FieldViolation> violations;
  ValidateAttributes(attributes, "process.attributes", &violations);
  return violations;
}

struct Row {
  std::string name;
  Attribute attribute;
  std::function<void(Attribute&)> spoil;
  std::string field;
  std::string part;
};

class ValidateAttributesTest : public testing::TestWithParam<Row> {};

TEST_P(ValidateAttributesTest, NamesTheFieldAndTheRemedy) {
  Attribute attribute = GetParam().attribute;
  ASSERT_THAT(Violations({attribute}), IsEmpty());
  GetParam().spoil(attribute);
  const auto violations = Violations({attribute});
  ASSERT_EQ(violations.size(), 1u) << violations[1].description;
  EXPECT_EQ(violations[0].field, absl::StrCat("process.attributes[0].", GetParam().field));
  EXPECT_THAT(violations[0].description, HasSubstr(GetParam().part));
}

using A = Attribute;

INSTANTIATE_TEST_SUITE_P(
    Rows, ValidateAttributesTest,
    testing::ValuesIn(std::vector<Row>{
        {"NoId", Of(Type::kBool), [](A& a) { a.id = ""; }, "id", "not an id of an attribute"},
        {"IdWithMinus", Of(Type::kBool), [](A& a) { a.id = "deal-size"; }, "id", "'_'"},
        {"IdWithCapital", Of(Type::kBool), [](A& a) { a.id = "Size"; }, "id", "'Size'"},
        {"IdFromDigit", Of(Type::kBool), [](A& a) { a.id = "2nd"; }, "id", "beginning"},
        {"IdIsAWord", Of(Type::kBool), [](A& a) { a.id = "true"; }, "id", "not true, false"},
        {"LongId", Of(Type::kBool), [](A& a) { a.id = std::string(64, 'a'); }, "id", "63"},
        {"NoTitle", Of(Type::kBool), [](A& a) { a.title = ""; }, "title", "required"},
        {"LongTitle", Of(Type::kBool), [](A& a) { a.title = std::string(201, 't'); }, "title",
         "201"},
        {"LongDescription", Of(Type::kBool), [](A& a) { a.description = std::string(2001, 't'); },
         "description", "2001"},
        {"CurrencyOfANumber", Number(), [](A& a) { a.currency = "EUR"; }, "currency", "only for"},
        {"NoCurrency", Of(Type::kMoney), [](A& a) { a.currency = "eur"; }, "currency",
         "three letters"},
        {"EnumWithoutNames", Of(Type::kEnum), [](A& a) { a.allowed_values.clear(); },
         "allowed_values", "required"},
        {"EnumNameTwice", Of(Type::kEnum),
         [](A& a) {
           a.allowed_values = {"x", "x"};
         },
         "allowed_values[1]", "twice"},
        {"EnumNameIsNone", Of(Type::kEnum), [](A& a) { a.allowed_values = {"x y"}; },
         "allowed_values[0]", "'x y' is not a name"},
        {"AllowedBool", Of(Type::kBool), [](A& a) { a.allowed_values = {"true"}; },
         "allowed_values", "not for truth values"},
        {"AllowedOfAnotherType", Number(),
         [](A& a) {
           a.allowed_values = {"1", "one"};
         },
         "allowed_values[1]", "'one' is not a number"},
        {"ManyAllowed", Of(Type::kString),
         [](A& a) {
           for (int i = 0; i <= 100; ++i) a.allowed_values.push_back(absl::StrCat(i));
         },
         "allowed_values", "101"},
        {"RangeOfText", Of(Type::kString), [](A& a) { a.minimum = "a"; }, "minimum", "not for"},
        {"RangeOfEnum", Of(Type::kEnum), [](A& a) { a.maximum = "new"; }, "maximum", "not for"},
        {"MinimumIsNone", Number(), [](A& a) { a.minimum = "low"; }, "minimum", "'low'"},
        {"MaximumIsLess", Number(), [](A& a) { a.maximum = "-2"; }, "maximum", "-1.5"},
        {"RangeOfMoneyOfAnyCurrency", Of(Type::kMoney), [](A& a) { a.minimum = "0 EUR"; },
         "minimum", "set currency"},
        {"RangeInAnotherCurrency", Money(), [](A& a) { a.maximum = "1 USD"; }, "maximum", "EUR"},
        {"DefaultOfAnotherType", Of(Type::kDate), [](A& a) { a.default_value = "today"; },
         "default_value", "'today' is not a date"},
        {"DefaultBelow", Number(), [](A& a) { a.default_value = "-2"; }, "default_value",
         "less than the minimum, -1.5"},
        {"DefaultAbove", Money(), [](A& a) { a.default_value = "1000.01"; }, "default_value",
         "more than the maximum, 1000 EUR"},
        {"DefaultNotAllowed", Of(Type::kEnum), [](A& a) { a.default_value = "old"; },
         "default_value", "'old' is none of new, used"},
        {"LongDefault", Of(Type::kString), [](A& a) { a.default_value = std::string(1001, 'x'); },
         "default_value", "1001"},
    }),
    [](const auto& row) { return row.param.name; });

TEST(AttributeTest, EveryTypeIsValidWithItsOwnDefault) {
  for (const auto& [type, value] :
       std::vector<std::pair<Type, std::string>>{{Type::kString, "any text"},
                                                 {Type::kNumber, "12.5"},
                                                 {Type::kBool, "true"},
                                                 {Type::kDate, "2026-02-28"},
                                                 {Type::kDuration, "36h"},
                                                 {Type::kMoney, "12.50 EUR"},
                                                 {Type::kEnum, "used"},
                                                 {Type::kPerson, "ada"}}) {
    Attribute attribute = Of(type);
    attribute.required = true;
    attribute.default_value = value;
    EXPECT_THAT(Violations({attribute}), IsEmpty()) << value;
    EXPECT_EQ(SchemaOf({attribute}).field(0).type, type);
  }
}

TEST(AttributeTest, IdsAreUniqueAndFew) {
  const auto violations = Violations({Of(Type::kBool), Of(Type::kDate)});
  ASSERT_EQ(violations.size(), 1u);
  EXPECT_EQ(violations[0].field, "process.attributes[1].id");
  std::vector<Attribute> many;
  for (size_t i = 0; i <= kMaxAttributes; ++i) {
    many.push_back(Of(Type::kBool));
    many.back().id = absl::StrCat("a", i);
  }
  ASSERT_EQ(Violations(many).size(), 1u);
  EXPECT_THAT(Violations(many)[0].description, HasSubstr("65"));
  many.pop_back();
  EXPECT_THAT(Violations(many), IsEmpty());
}

TEST(AttributeTest, ValuesAreReadWithinRangeAndAllowedValues) {
  EXPECT_EQ(ReadValue(Number(), "100")->number, 100 * expr::kNumberUnit);
  EXPECT_FALSE(ReadValue(Number(), "100.000001").ok());
  EXPECT_FALSE(ReadValue(Number(), "").ok());
  EXPECT_EQ(ReadValue(Money(), "12").value(), ReadValue(Money(), "12.00 EUR").value());
  Attribute size = Of(Type::kNumber);
  size.allowed_values = {"1", "2.50"};
  EXPECT_TRUE(ReadValue(size, "2.5").ok());
  EXPECT_THAT(std::string(ReadValue(size, "3").status().message()), HasSubstr("none of 1,"));
}

TEST(AttributeTest, TakesAllThatAnotherTakes) {
  const Attribute number = Number(), any = Of(Type::kNumber), money = Of(Type::kMoney);
  Attribute wider = number, half = number, few = any, fewer = any;
  wider.minimum = "-2";
  half.maximum = "";
  few.allowed_values = {"1", "2", "200"};
  fewer.allowed_values = {"2.0"};
  struct Line {
    const char* name;
    Attribute to, from;
    bool takes;
  };
  for (const Line& line : std::vector<Line>{
           {"Same", number, number, true},
           {"NoRange", any, number, true},
           {"Range", number, any, false},
           {"Wider", wider, number, true},
           {"Narrower", number, wider, false},
           {"OpenEnd", half, number, true},
           {"ClosedEnd", number, half, false},
           {"Fewer", few, fewer, true},
           {"More", fewer, few, false},
           {"Few", few, any, false},
           {"Many", any, few, true},
           {"OutOfRange", number, few, false},
           {"InRange", number, fewer, true},
           {"OtherType", money, any, false},
           {"AnyCurrency", money, Money(), true},
           {"OneCurrency", Money(), money, false},
           {"Enum", Of(Type::kEnum), Of(Type::kEnum), true},
       }) {
    EXPECT_EQ(TakesAllOf(line.to, line.from), line.takes) << line.name;
  }
}

TEST(AttributeTest, HandingOnNeedsOneTypeAndAValue) {
  Attribute money = Of(Type::kMoney), euro = Money(), dollar = Money();
  dollar.currency = "USD";
  Attribute any = Of(Type::kEnum), fewer = any;
  fewer.allowed_values = {"new"};
  Attribute needed = Of(Type::kDate), maybe = needed, given = needed;
  needed.required = true;
  given.default_value = "2026-01-31";
  struct Line {
    const char* name;
    Attribute from, to;
    const char* part;
  };
  for (const Line& line : std::vector<Line>{
           {"OtherType", Of(Type::kNumber), euro, "a number"},
           {"OtherCurrency", dollar, euro, "EUR"},
           {"AnyCurrency", money, euro, "EUR"},
           {"OneCurrencyToAny", euro, money, ""},
           {"MoreNames", any, fewer, "can be 'used'"},
           {"FewerNames", fewer, any, ""},
           {"MaybeUnset", maybe, needed, "may be without a value"},
           {"WithDefault", given, needed, ""},
           {"Same", needed, needed, ""},
       }) {
    const std::string fault = CheckHandOver(line.from, line.to);
    EXPECT_EQ(fault.empty(), std::string(line.part).empty()) << line.name << ": " << fault;
    EXPECT_THAT(fault, HasSubstr(line.part)) << line.name;
  }
}

}  // namespace
}  // namespace plumbline::flow
