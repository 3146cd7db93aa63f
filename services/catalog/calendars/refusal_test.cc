// SPDX-License-Identifier: Apache-2.0
//
// Questions to calendars that are refused, over the in-process channel.
#include <functional>
#include <string>
#include <vector>

#include "google/protobuf/util/time_util.h"
#include "gtest/gtest.h"
#include "services/catalog/calendars/testing.h"

namespace plumbline::catalog {
namespace {

google::protobuf::Timestamp At(const std::string& text) {
  google::protobuf::Timestamp time;
  EXPECT_TRUE(google::protobuf::util::TimeUtil::FromString(text, &time)) << text;
  return time;
}

TEST(CalendarRefusalTest, NamesTheField) {
  TestCatalog catalog;
  ASSERT_TRUE(CreateCalendarIn(catalog, "team", CalendarOf("Team")).ok());
  struct Row {
    std::string name;
    absl::Status status;
    std::string reason;
    std::string field;
  };
  const auto add = [&](const std::function<void(v1::AddBusinessTimeRequest&)>& spoil) {
    v1::AddBusinessTimeRequest request;
    request.set_name(CalendarNameOf("team"));
    *request.mutable_start_time() = At("2026-03-27T09:00:00Z");
    request.mutable_duration()->set_days(1);
    spoil(request);
    return catalog.CallCalendars<v1::AddBusinessTimeResponse>("AddBusinessTime", request).status();
  };
  const auto list = [&](const std::string& first, const std::string& last) {
    v1::ListSpecialDaysRequest request;
    request.set_name(CalendarNameOf("team"));
    request.set_first_date(first);
    request.set_last_date(last);
    return catalog.CallCalendars<v1::ListSpecialDaysResponse>("ListSpecialDays", request).status();
  };
  const auto export_years = [&](int first, int last) {
    v1::ExportCalendarRequest request;
    request.set_name(CalendarNameOf("team"));
    request.set_first_year(first);
    request.set_last_year(last);
    return catalog.CallCalendars<v1::ExportCalendarResponse>("ExportCalendar", request).status();
  };
  const auto get = [&](const std::string& name, const std::string& freshness) {
    v1::GetCalendarRequest request;
    request.set_name(name);
    request.set_min_freshness(freshness);
    return catalog.CallCalendars<v1::GetCalendarResponse>("GetCalendar", request).status();
  };
  const std::vector<Row> rows = {
      {"unknown", add([](auto& r) { r.set_name(CalendarNameOf("x")); }), "RESOURCE_NOT_FOUND", ""},
      {"other workspace", add([](auto& r) { r.set_name("workspaces/beta/calendars/team"); }),
       "RESOURCE_NOT_FOUND", ""},
      {"no start", add([](auto& r) { r.clear_start_time(); }), "FIELD_INVALID", "start_time"},
      {"1969", add([](auto& r) { r.mutable_start_time()->set_seconds(-1); }), "FIELD_INVALID",
       "start_time"},
      {"2150", add([](auto& r) { r.mutable_start_time()->set_seconds(5'680'281'600); }),
       "FIELD_INVALID", "start_time"},
      {"odd nanoseconds", add([](auto& r) { r.mutable_start_time()->set_nanos(-1); }),
       "FIELD_INVALID", "start_time"},
      {"no duration", add([](auto& r) { r.clear_duration(); }), "FIELD_INVALID", "duration"},
      {"days", add([](auto& r) { r.mutable_duration()->set_days(3661); }), "FIELD_INVALID",
       "duration.days"},
      {"minutes", add([](auto& r) { r.mutable_duration()->set_minutes(1'000'001); }),
       "FIELD_INVALID", "duration.minutes"},
      {"two ways", add([](auto& r) { r.mutable_duration()->set_minutes(-1); }), "FIELD_INVALID",
       "duration"},
      {"no date", list("", "2026-12-31"), "FIELD_INVALID", "first_date"},
      {"no such date", list("2026-02-29", "2026-12-31"), "FIELD_INVALID", "first_date"},
      {"backwards", list("2026-12-31", "2026-01-01"), "FIELD_INVALID", "last_date"},
      {"many days", list("2026-01-01", "2036-01-10"), "FIELD_INVALID", "last_date"},
      {"year", export_years(1969, 0), "FIELD_INVALID", "first_year"},
      {"only the last year", export_years(0, 2030), "FIELD_INVALID", "first_year"},
      {"many years", export_years(2026, 2077), "FIELD_INVALID", "last_year"},
      {"a process", get("workspaces/acme/processes/team", ""), "FIELD_INVALID", "name"},
      {"freshness", get(CalendarNameOf("team"), "tomorrow"), "FIELD_INVALID", "min_freshness"},
  };
  for (const Row& row : rows) {
    EXPECT_EQ(ReasonText(row.status), row.reason) << row.name << ": " << row.status;
    if (row.field.empty()) continue;
    ASSERT_FALSE(base::FieldViolationsOf(row.status).empty()) << row.name;
    EXPECT_EQ(base::FieldViolationsOf(row.status)[0].field, row.field) << row.name;
  }
}

}  // namespace
}  // namespace plumbline::catalog
