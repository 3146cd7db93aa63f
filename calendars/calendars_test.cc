// SPDX-License-Identifier: Apache-2.0
//
// The shipped calendars are valid, resolve each other, read well, and have the holidays that were
// published.
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"
#include "common/calendar/calendar.h"
#include "common/calendar/proto/calendar_rules.h"
#include "common/calendar/proto/convert.h"
#include "common/calendar/special_days.h"
#include "common/yaml/yaml.h"
#include "google/protobuf/util/message_differencer.h"
#include "gtest/gtest.h"

namespace plumbline {
namespace {

const char* const kCalendars[] = {"company", "us-federal", "england-and-wales", "germany"};

std::string ReadText(absl::string_view name) {
  const char* source = std::getenv("PLUMBLINE_SOURCE_DIR");
  std::ifstream file(absl::StrCat(source == nullptr ? "." : source, "/calendars/", name));
  EXPECT_TRUE(file.good()) << name;
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

catalog::v1::Calendar Load(absl::string_view id) {
  catalog::v1::Calendar calendar;
  const std::string name = absl::StrCat(id, ".yaml");
  const auto status = yaml::Parse(name, ReadText(name), &calendar);
  EXPECT_TRUE(status.ok()) << status;
  return calendar;
}

// The calendar and what it inherits from.
std::vector<calendar::Layer> LayersOf(absl::string_view id) {
  std::vector<calendar::Layer> layers;
  calendar::Violations violations;
  for (std::string next(id); !next.empty();) {
    const catalog::v1::Calendar calendar = Load(next);
    layers.push_back(calendar::FromProto(calendar, next, &violations));
    next = calendar::ParseInherits(calendar.inherits()).value_or("");
  }
  EXPECT_TRUE(violations.empty());
  return layers;
}

class ShippedCalendar : public ::testing::TestWithParam<const char*> {};

TEST_P(ShippedCalendar, IsValid) {
  const catalog::v1::Calendar calendar = Load(GetParam());
  EXPECT_EQ(calendar.name(), absl::StrCat("calendars/", GetParam()));
  for (const auto& violation : calendar::ValidateCalendar(calendar, "calendar"))
    ADD_FAILURE() << violation.field << ": " << violation.description;
  EXPECT_TRUE(calendar::Calendar::Compile(LayersOf(GetParam())).ok());
}

TEST_P(ShippedCalendar, SurvivesFormatting) {
  const catalog::v1::Calendar calendar = Load(GetParam());
  catalog::v1::Calendar back;
  ASSERT_TRUE(yaml::Parse("again", yaml::Format(calendar), &back).ok());
  EXPECT_TRUE(google::protobuf::util::MessageDifferencer::Equals(back, calendar));
}

TEST_P(ShippedCalendar, IsListedInTheReadme) {
  EXPECT_TRUE(absl::StrContains(ReadText("README.md"), absl::StrCat("(", GetParam(), ".yaml)")));
}

INSTANTIATE_TEST_SUITE_P(All, ShippedCalendar, ::testing::ValuesIn(kCalendars),
                         [](const auto& row) {
                           std::string name;
                           for (const char* c = row.param; *c != 0; ++c)
                             name += *c == '-' ? '_' : *c;
                           return name;
                         });

struct PublishedRow {
  std::string name;
  std::string calendar;
  int year;
  std::string dates;
};

class Published : public ::testing::TestWithParam<PublishedRow> {};

TEST_P(Published, AreTheHolidays) {
  const PublishedRow& row = GetParam();
  const std::vector<calendar::Layer> layers = LayersOf(row.calendar);
  std::vector<std::string> dates;
  for (const calendar::SpecialDay& day : calendar::SpecialDays(
           layers, absl::CivilDay(row.year, 1, 1), absl::CivilDay(row.year, 12, 31))) {
    dates.push_back(absl::StrCat(day.date.month(), "/", day.date.day()));
    EXPECT_TRUE(day.hours.empty());
  }
  EXPECT_EQ(absl::StrJoin(dates, " "), row.dates);
}

// U.S. Office of Personnel Management; gov.uk; the holiday laws of the German states.
INSTANTIATE_TEST_SUITE_P(
    Rows, Published,
    ::testing::ValuesIn(std::vector<PublishedRow>{
        {"Us2021", "us-federal", 2021,
         "1/1 1/18 2/15 5/31 6/18 7/5 9/6 10/11 11/11 11/25 12/24 12/31"},
        {"Us2022", "us-federal", 2022, "1/17 2/21 5/30 6/20 7/4 9/5 10/10 11/11 11/24 12/26"},
        {"Us2023", "us-federal", 2023, "1/2 1/16 2/20 5/29 6/19 7/4 9/4 10/9 11/10 11/23 12/25"},
        {"Us2026", "us-federal", 2026, "1/1 1/19 2/16 5/25 6/19 7/3 9/7 10/12 11/11 11/26 12/25"},
        {"England2020", "england-and-wales", 2020, "1/1 4/10 4/13 5/8 5/25 8/31 12/25 12/28"},
        {"England2021", "england-and-wales", 2021, "1/1 4/2 4/5 5/3 5/31 8/30 12/27 12/28"},
        {"England2022", "england-and-wales", 2022,
         "1/3 4/15 4/18 5/2 6/2 6/3 8/29 9/19 12/26 12/27"},
        {"England2023", "england-and-wales", 2023, "1/2 4/7 4/10 5/1 5/8 5/29 8/28 12/25 12/26"},
        {"England2026", "england-and-wales", 2026, "1/1 4/3 4/6 5/4 5/25 8/31 12/25 12/28"},
        {"England2027", "england-and-wales", 2027, "1/1 3/26 3/29 5/3 5/31 8/30 12/27 12/28"},
        {"Germany2008", "germany", 2008, "1/1 3/21 3/24 5/1 5/12 10/3 12/25 12/26"},
        {"Germany2017", "germany", 2017, "1/1 4/14 4/17 5/1 5/25 6/5 10/3 10/31 12/25 12/26"},
        {"Germany2024", "germany", 2024, "1/1 3/29 4/1 5/1 5/9 5/20 10/3 12/25 12/26"},
        {"Germany2026", "germany", 2026, "1/1 4/3 4/6 5/1 5/14 5/25 10/3 12/25 12/26"},
    }),
    [](const auto& row) { return row.param.name; });

TEST(CompanyCalendar, IsWhatHoldsWithoutACalendar) {
  const auto company = calendar::Calendar::Compile(LayersOf("company"));
  ASSERT_TRUE(company.ok()) << company.status();
  const auto standard = calendar::Calendar::Create("UTC");
  const absl::Time t = absl::FromUnixSeconds(1'774'602'000);
  for (int days = 0; days < 500; ++days)
    EXPECT_EQ(company->Add(t, days, 123), standard->Add(t, days, 123));
}

}  // namespace
}  // namespace plumbline
