// SPDX-License-Identifier: Apache-2.0
//
// plumbline calendar days, add, between, open, workday: what a calendar says.
#include <ostream>
#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "clients/cli/calendar_group.h"
#include "clients/cli/help.h"
#include "clients/cli/list.h"
#include "clients/cli/table.h"
#include "clients/cli/units.h"
#include "common/base/status_macros.h"
#include "google/protobuf/util/time_util.h"
#include "plumbline/catalog/v1/calendar_service.pb.h"

namespace plumbline::cli {
namespace {

namespace v1 = catalog::v1;
using Options = CalendarOptions;
using google::protobuf::util::TimeUtil;

// "WEEKDAY_MONDAY" -> "Mon".
std::string Weekday(v1::Weekday weekday) {
  std::string name = v1::Weekday_Name(weekday).substr(sizeof("WEEKDAY_") - 1, 3);
  for (size_t i = 1; i < name.size(); ++i)
    name[i] = absl::ascii_tolower(static_cast<unsigned char>(name[i]));
  return name;
}

// "09:00-12:00, 13:00-17:00"; "closed" for none.
std::string HoursText(const v1::SpecialDay& day) {
  std::string text;
  for (const v1::OpenHours& one : day.hours())
    absl::StrAppend(&text, text.empty() ? "" : ", ", one.open(), "-", one.close());
  return text.empty() ? "closed" : text;
}

absl::Status Days(Session& session, const Options& options) {
  session.wording().Call({{"name", "CALENDAR"},
                          {"first_date", "--from"},
                          {"last_date", "--to"},
                          {"filter", "--filter"},
                          {"order_by", "--order-by"}});
  const std::string year = absl::FormatTime("%Y", session.clock().Now(), absl::UTCTimeZone());
  v1::ListSpecialDaysRequest request;
  request.set_name(session.FullName("calendars", options.name));
  request.set_first_date(options.from.empty() ? year + "-01-01" : options.from);
  request.set_last_date(!options.to.empty() ? options.to
                                            : request.first_date().substr(0, 4) + "-12-31");
  request.set_filter(options.filter);
  request.set_order_by(options.order_by);
  Table table({"DATE", "DAY", "~TITLE", "HOURS", "FROM"});
  ASSIGN_OR_RETURN(
      const bool more,
      (Pages<v1::ListSpecialDaysRequest, v1::ListSpecialDaysResponse>(
          session, kCalendars, "ListSpecialDays", request, options.limit, [&](const auto& page) {
            for (const v1::SpecialDay& day : page.days()) {
              table.Add({day.date(), Weekday(day.weekday()),
                         absl::StrCat(day.title(), day.substitute() ? " (substitute)" : ""),
                         HoursText(day), session.ShortName(day.calendar())});
            }
            return page.days_size();
          })));
  ShowList(session, table,
           absl::StrCat(options.filter.empty() ? "no holidays and no exceptions from "
                                               : "no day fits the filter from ",
                        request.first_date(), " to ", request.last_date()),
           more);
  return absl::OkStatus();
}

absl::Status Add(Session& session, const Options& options) {
  session.wording().Call({{"start_time", "TIME"},
                          {"duration", "--days and --minutes"},
                          {"duration.days", "--days"},
                          {"duration.minutes", "--minutes"}});
  v1::AddBusinessTimeRequest request;
  RETURN_IF_ERROR(SetTime("TIME", options.time, &request, "start_time"));
  request.mutable_duration()->set_days(options.days);
  request.mutable_duration()->set_minutes(options.minutes);
  return CallCalendar<v1::AddBusinessTimeRequest, v1::AddBusinessTimeResponse>(
      session, options, "AddBusinessTime", request,
      [&](const auto& response) { session.out() << response.local_end_time() << '\n'; });
}

absl::Status Between(Session& session, const Options& options) {
  session.wording().Call({{"start_time", "FROM"}, {"end_time", "TO"}});
  v1::MeasureBusinessTimeRequest request;
  RETURN_IF_ERROR(SetTime("FROM", options.from, &request, "start_time"));
  RETURN_IF_ERROR(SetTime("TO", options.to, &request, "end_time"));
  return CallCalendar<v1::MeasureBusinessTimeRequest, v1::MeasureBusinessTimeResponse>(
      session, options, "MeasureBusinessTime", request, [&](const auto& response) {
        session.out() << Number(TimeUtil::DurationToMinutes(response.open_time()),
                                "minute open, on ", "minutes open, on ")
                      << Number(response.working_days(), "working day", "working days") << '\n';
      });
}

absl::Status Open(Session& session, const Options& options) {
  session.wording().Call({{"time", "TIME"}});
  v1::CheckOpenRequest request;
  RETURN_IF_ERROR(SetTime("TIME", options.time, &request, "time"));
  return CallCalendar<v1::CheckOpenRequest, v1::CheckOpenResponse>(
      session, options, "CheckOpen", request, [&](const auto& response) {
        if (response.open()) {
          session.out() << "open\n";
        } else if (!response.has_opening_time()) {
          session.out() << "closed; never opens\n";
        } else {
          session.out() << "closed; opens " << response.local_opening_time() << '\n';
        }
      });
}

absl::Status WorkingDay(Session& session, const Options& options) {
  session.wording().Call({{"date", "DATE"}, {"working_days", "--days"}});
  v1::FindWorkingDayRequest request;
  request.set_date(options.date);
  request.set_working_days(options.days);
  return CallCalendar<v1::FindWorkingDayRequest, v1::FindWorkingDayResponse>(
      session, options, "FindWorkingDay", request,
      [&](const auto& response) { session.out() << response.local_opening_time() << '\n'; });
}

void AddDays(CalendarGroup& group) {
  CalendarOptions& o = group.options();
  args::Command* days =
      group.Add("days", "List holidays and exceptions, inherited ones too", &Days);
  Takes(days->add_option("--from", o.from, "The first date (default: 1 January of this year)"),
        "DATE");
  Takes(days->add_option("--to", o.to, "The last date (default: the end of that year)"), "DATE");
  Takes(days->add_option("--limit", o.limit, "At most so many rows (default: 1000)"), "N")
      ->check(args::Range(1, 10'000'000));
  AddFilterOptions(*days, "date, weekday, title, holiday, calendar, substitute, open", &o.filter,
                   &o.order_by);
  AddExamples(*days, {{"plumbline calendar days germany --from 2027-01-01", "a whole year"},
                      {"plumbline calendar days germany --filter 'weekday = MONDAY AND -open'",
                       "the Mondays on which it is closed"}});
  args::Command* day =
      group.Add("workday", "The opening of a working day, counted from a date", &WorkingDay);
  day->add_option("DATE", o.date, "2026-01-31; if it is no working day, the next one is meant")
      ->required();
  Takes(
      day->add_option("--days", o.days,
                      "So many working days later (default: 0); negative ones earlier: --days=-3"),
      "N");
  AddExamples(*day, {{"plumbline calendar workday germany 2026-12-24 --days 1",
                      "the first working day after Christmas Eve"}});
}

void AddTimes(CalendarGroup& group) {
  CalendarOptions& o = group.options();
  args::Command* add = group.Add("add", "Add working days and open minutes to a time", &Add);
  add->add_option("TIME", o.time, "2026-01-31T09:00:00+01:00; without a zone it is UTC")
      ->required();
  Takes(add->add_option(
            "--days", o.days,
            "Working days (default: 0), to the same time of the clock; from a closed time "
            "they count from the next opening; negative ones go back, from the "
            "closing before: --days=-3"),
        "N");
  Takes(
      add->add_option("--minutes", o.minutes,
                      "Open minutes after them (default: 0); negative ones go back: --minutes=-90"),
      "N");
  AddExamples(*add, {{"plumbline calendar add us-federal 2026-11-25T15:00-05:00 --days 1", ""},
                     {"plumbline calendar add us-federal 2026-11-27T16:00-05:00 --minutes=-90",
                      "an hour and a half of open time before"}});
  args::Command* between =
      group.Add("between", "Open minutes between two times, and the working days on which they lie",
                &Between);
  between->add_option("FROM", o.from, "A time, as for add")->required();
  between->add_option("TO", o.to, "A time, as for add; before FROM it counts backwards")
      ->required();
  AddExamples(*between, {{"plumbline calendar between germany 2026-04-01 2026-05-01",
                          "the open minutes of a month, and its working days"}});
  args::Command* open = group.Add("open", "Say whether it is open, or when it opens", &Open);
  open->add_option("TIME", o.time, "A time, as for add (default: now)");
  AddExamples(*open, {{"plumbline calendar open germany", "now"}});
}

}  // namespace

void AddCalendarQuestions(CalendarGroup& group) {
  AddDays(group);
  AddTimes(group);
}

}  // namespace plumbline::cli
