// SPDX-License-Identifier: Apache-2.0
#include "clients/cli/csv.h"

#include "gtest/gtest.h"

namespace plumbline::cli {
namespace {

struct Row {
  const char* name;
  const char* text;
  const char* cell;
};
class CsvCellTest : public ::testing::TestWithParam<Row> {};

TEST_P(CsvCellTest, IsWrittenAs) { EXPECT_EQ(CsvCell(GetParam().text), GetParam().cell); }

INSTANTIATE_TEST_SUITE_P(
    All, CsvCellTest,
    ::testing::Values(Row{"Empty", "", ""}, Row{"Plain", "Order the laptop", "Order the laptop"},
                      Row{"Comma", "a,b", "\"a,b\""}, Row{"Quote", "a \"b\"", "\"a \"\"b\"\"\""},
                      Row{"LineEnd", "a\nb", "\"a\nb\""}, Row{"Formula", "=1+1", "'=1+1"},
                      Row{"Command", "=cmd|' /C calc'!A0", "'=cmd|' /C calc'!A0"},
                      Row{"FormulaWithComma", "=HYPERLINK(\"x\",1)",
                          "\"'=HYPERLINK(\"\"x\"\",1)\""},
                      Row{"Plus", "+49 30 1234", "'+49 30 1234"}, Row{"Minus", "-5", "'-5"},
                      Row{"At", "@SUM(1)", "'@SUM(1)"}, Row{"Tab", "\t=1", "'\t=1"},
                      Row{"LineEndFirst", "\n=1", "\"'\n=1\""}, Row{"Inside", "a=b", "a=b"},
                      Row{"Unicode", "\xc3\xa9t\xc3\xa9", "\xc3\xa9t\xc3\xa9"}),
    [](const auto& row) { return row.param.name; });

TEST(CsvLine, HasCommasAndAnEnd) {
  EXPECT_EQ(CsvLine({"a", "", "b,c"}), "a,,\"b,c\"\r\n");
  EXPECT_EQ(CsvLine({"a"}), "a\r\n");
}

}  // namespace
}  // namespace plumbline::cli
