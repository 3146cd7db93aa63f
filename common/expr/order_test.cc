// SPDX-License-Identifier: Apache-2.0
#include "common/expr/order.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/expr/testing.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace plumbline::expr {
namespace {

using ::testing::HasSubstr;

std::string OrderOf(const std::string& text) {
  std::vector<Problem> problems;
  const auto terms = ParseOrder(text, ThingSchema(), &problems);
  std::vector<std::string> lines;
  if (terms.has_value()) {
    for (const OrderTerm& term : *terms)
      lines.push_back(
          absl::StrCat(ThingSchema().field(term.field).name, term.descending ? " down" : " up"));
  }
  for (const Problem& problem : problems) lines.push_back(Describe(text, problem));
  return absl::StrJoin(lines, "; ");
}

TEST(OrderTest, IsRead) {
  EXPECT_EQ(OrderOf(""), "");
  EXPECT_EQ(OrderOf("  "), "");
  EXPECT_EQ(OrderOf("title"), "title up");
  EXPECT_EQ(OrderOf("  at   desc ,title  asc "), "at down; title up");
}

TEST(OrderTest, SaysWhatIsWrong) {
  EXPECT_EQ(OrderOf("titel"),
            "at character 1: 'titel' is no field to order by; possible are title, at; did you mean "
            "'title'?");
  EXPECT_THAT(OrderOf("title, note"), HasSubstr("at character 8: 'note' is no field to order by"));
  EXPECT_THAT(OrderOf("title down"),
              HasSubstr("after title comes desc, asc, a comma or the end, and not 'down'"));
  EXPECT_THAT(OrderOf("title desc at"), HasSubstr("and not 'at'"));
  EXPECT_THAT(OrderOf("title, title desc"), HasSubstr("at character 8: title stands here twice"));
  EXPECT_THAT(OrderOf("title,"), HasSubstr("a field is missing between the commas"));
  EXPECT_THAT(OrderOf(std::string(1001, 'a')), HasSubstr("longer than 1000 bytes"));
  EXPECT_THAT(OrderOf("\xFF"), HasSubstr("not UTF-8"));
}

TEST(OrderTest, NamesTheFieldOfTheRequest) {
  const absl::Status status = ParseOrderField("order_by", "x", ThingSchema()).status();
  EXPECT_EQ(base::FieldViolationsOf(status)[0].field, "order_by");
}

}  // namespace
}  // namespace plumbline::expr
