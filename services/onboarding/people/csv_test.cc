// SPDX-License-Identifier: Apache-2.0
#include "services/onboarding/people/csv.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace plumbline::onboarding {
namespace {

using ::testing::HasSubstr;

// "1:a|b 2:c|d", or the error.
std::string Rows(absl::string_view text) {
  const auto rows = ReadCsv("csv", text);
  if (!rows.ok()) return std::string(rows.status().message());
  return absl::StrJoin(*rows, " ", [](std::string* out, const CsvRow& row) {
    absl::StrAppend(out, row.line, ":", absl::StrJoin(row.cells, "|"));
  });
}

TEST(Csv, ReadsWhatSpreadsheetsWrite) {
  struct Case {
    const char* name;
    absl::string_view text;
    const char* rows;
  };
  const Case cases[] = {
      {"commas", "a,b\nc,d\n", "1:a|b 2:c|d"},
      {"no end of line", "a,b\nc,d", "1:a|b 2:c|d"},
      {"CR LF", "a,b\r\nc,d\r\n", "1:a|b 2:c|d"},
      {"CR", "a,b\rc,d\r", "1:a|b 2:c|d"},
      {"semicolons", "a;b\n1,5;d\n", "1:a|b 2:1,5|d"},
      {"tabs", "a\tb\nc\td\n", "1:a|b 2:c|d"},
      {"one column", "a\nb\n", "1:a 2:b"},
      {"a separator in quotes", "\"a;a;a\",b\nc,d\n", "1:a;a;a|b 2:c|d"},
      {"a quote within", "a,b\n\"say \"\"hi\"\"\",d\n", "1:a|b 2:say \"hi\"|d"},
      {"a line within", "a,b\n\"x\ny\",d\ne,f\n", "1:a|b 2:x\ny|d 4:e|f"},
      {"empty lines", "\na,b\n\n,\nc,d\n", "2:a|b 5:c|d"},
      {"spaces", " a , b \n \"c\" ,d\n", "1:a|b 2:c|d"},
      {"a mark", "\xEF\xBB\xBF\"a\",b\n", "1:a|b"},
      {"nothing", "", ""},
      {"missing cells", "a,b,c\nd\n", "1:a|b|c 2:d"},
      {"an empty cell at the end", "a,b\nc,\n", "1:a|b 2:c|"},
  };
  for (const Case& c : cases) EXPECT_EQ(Rows(c.text), c.rows) << c.name;
}

TEST(Csv, SaysOnWhichLineItIsBroken) {
  EXPECT_THAT(Rows("a,b\nc,\"d\n"), HasSubstr("line 2: a quote is opened and never closed"));
  EXPECT_THAT(Rows("a,b\n\n\"c\"x,d\n"), HasSubstr("line 3: text follows a closing quote"));
  EXPECT_THAT(Rows("a,b\nc,\xFF\n"), HasSubstr("line 2: is not UTF-8"));
  EXPECT_THAT(Rows(absl::string_view("a\nb\nc\0d\n", 8)), HasSubstr("line 3: is not UTF-8"));
}

}  // namespace
}  // namespace plumbline::onboarding
