// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/ingest/column_contents.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "services/analytics/ingest/import_testing.h"

namespace plumbline::analytics {
namespace {

ColumnContents Of(const std::vector<std::vector<std::string>>& rows) {
  ColumnContents contents(rows[0].size());
  for (const auto& row : rows) {
    for (size_t i = 0; i < row.size(); ++i) contents.Add(i, row[i]);
  }
  return contents;
}

struct TimesRow {
  std::string name;
  std::vector<std::string> texts;
  bool times;
};

class HoldsTimes : public testing::TestWithParam<TimesRow> {};

TEST_P(HoldsTimes, AsPeopleWriteThem) {
  ColumnContents contents(1);
  for (const std::string& text : GetParam().texts) contents.Add(0, text);
  EXPECT_EQ(contents.HoldsTimes(0), GetParam().times);
}

INSTANTIATE_TEST_SUITE_P(
    Texts, HoldsTimes,
    testing::Values(TimesRow{"Iso", {"2026-01-02", "2026-01-02T08:00:00Z", ""}, true},
                    TimesRow{"German", {"02.01.2026 08:00", "31.12.2025 17:30"}, true},
                    TimesRow{"American", {"1/31/2026 8:00 AM"}, true},
                    TimesRow{"Counts", {"1500000000", "1500000001.5"}, false},
                    TimesRow{"CompactDates", {"20260102"}, false},
                    TimesRow{"Words", {"Quote", "Sign"}, false},
                    TimesRow{"Money", {"1.200,00", "12.50"}, false},
                    TimesRow{"HalfOfThem", {"2026-01-02", "soon"}, false},
                    TimesRow{"Nothing", {"", " "}, false}),
    [](const auto& row) { return row.param.name; });

TEST(ColumnContents, OnlyOneColumnOfTimesTells) {
  EXPECT_EQ(Of({{"1", "a", "2026-01-02"}}).OnlyTimes({}), 2);
  EXPECT_EQ(Of({{"2026-01-02", "a", "2026-01-02"}}).OnlyTimes({}), -1);
  EXPECT_EQ(Of({{"2026-01-02", "a", "2026-01-02"}}).OnlyTimes({.start = 0}), 2);
  EXPECT_EQ(Of({{"1", "a"}}).OnlyTimes({}), -1);
}

TEST(ColumnContents, SuggestsWhatIsMissing) {
  const ColumnContents contents = Of({{"9001", "d1", "Quote", "2026-01-02", "EUR"},
                                      {"9002", "d1", "Sign", "2026-01-03", "EUR"},
                                      {"9003", "d2", "Quote", "2026-01-04", "EUR"},
                                      {"9004", "d2", "Sign", "2026-01-05", "EUR"},
                                      {"9005", "d3", "Quote", "2026-01-06", "EUR"}});
  const CsvColumns all = contents.Suggest({}, {});
  EXPECT_EQ(all.case_id, 1);
  EXPECT_EQ(all.activity, 2);
  EXPECT_EQ(all.time, 3);
  const CsvColumns rest = contents.Suggest({.case_id = 0, .time = 3}, {});
  EXPECT_EQ(rest.case_id, 0);
  EXPECT_EQ(rest.activity, 2);
  EXPECT_EQ(ColumnContents(2).Suggest({}, {}).case_id, -1);
}

// What a column is called tells more than how many texts it has, and a time of day more than a day.
TEST(ColumnContents, SuggestsByNamesToo) {
  const ColumnContents contents =
      Of({{"7", "Other", "2020-07-14", "Billing", "2023-06-01 11:14"},
          {"8", "Female", "2020-11-13", "Refund", "2023-06-01 07:29"},
          {"9", "Female", "2020-11-15", "Technical issue", "2023-06-01 07:41"}});
  const CsvColumns columns = contents.Suggest(
      {.case_id = 0}, {"Ticket_ID", "Gender", "Date_of_Purchase", "Ticket_Type", "First_Response"});
  EXPECT_EQ(columns.activity, 3);
  EXPECT_EQ(columns.time, 4);
}

TEST(Importer, UnlikelyTimesAreTold) {
  const auto imported = ImportAll(
      "case,activity,start,time\n1,a,2026-01-02,2026-01-03\n1,b,2026-01-02,0206-01-03\n"
      "1,c,2150-01-01,2150-01-02\n");
  ASSERT_TRUE(imported.ok()) << imported.status();
  ASSERT_EQ(imported->summary.times.size(), 2u);
  EXPECT_EQ(imported->summary.times[0].unlikely_count, 2);
  EXPECT_EQ(imported->summary.times[0].unlikely_sample, "line 3: '0206-01-03'");
  EXPECT_EQ(imported->summary.times[1].unlikely_count, 1);
  EXPECT_EQ(imported->summary.times[1].unlikely_sample, "line 4: '2150-01-01'");
}

TEST(Importer, CountsTransitions) {
  const auto imported = ImportAll(
      "case,activity,time,lifecycle\n1,a,2026-01-02,start\n1,a,2026-01-03,complete\n"
      "1,b,2026-01-02,complete\n1,b,2026-01-04,\n");
  ASSERT_TRUE(imported.ok()) << imported.status();
  const std::vector<std::pair<std::string, int64_t>> expected = {{"complete", 2}, {"start", 1}};
  EXPECT_EQ(imported->summary.transitions, expected);
}

}  // namespace
}  // namespace plumbline::analytics
