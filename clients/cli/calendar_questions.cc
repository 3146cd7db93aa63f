// SPDX-License-Identifier: Apache-2.0
//
// plumbline calendar days, add, between, open, workday: what a calendar says.
#include <ostream>
#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "clients/cli/calendar_group.h"
#include "clients/cli/calendars.h"
#include "clients/cli/table.h"
#include "clients/cli/units.h"
#include "common/base/status_macros.h"
#include "google/protobuf/util/time_util.h"
#include "plumbline/catalog/v1/calendar_service.pb.h"

namespace plumbline::cli {
namespace {

namespace v1 = catalog::v1;
using Options = CalendarOptions;

// "WEEKDAY_MONDAY" -> "Mon".
std::string Weekday(v1::Weekday weekday) {
  std::string name = v1::Weekday_Name(weekday).substr(sizeof("WEEKDAY_") - 1, 3);
  for (size_t i = 1; i < name.size(); ++i) name[i] = absl::ascii_tolower(name[i]);
  return name;
}

absl::Status Days(Session& session, const Options& options) {
  const std::string year = absl::FormatTime("%Y", session.clock().Now(), absl::UTCTimeZone());
  v1::ListSpecialDaysRequest request;
  request.set_name(CalendarName(session, options));
  request.set_first_date(options.from.empty() ? year + "-01-01" : options.from);
  request.set_last_date(!options.to.empty() ? options.to
                                            : request.first_date().substr(0, 4) + "-12-31");
  v1::ListSpecialDaysResponse response;
  RETURN_IF_ERROR(session.Call(kCalendars, "ListSpecialDays", request, &response));
  if (session.json()) {
    session.PrintJson(response);
    return absl::OkStatus();
  }
  Table table({"DATE", "DAY", "TITLE", "HOURS", "FROM"});
  for (const v1::SpecialDay& day : response.days()) {
    table.Add({day.date(), Weekday(day.weekday()),
               absl::StrCat(day.title(), day.substitute() ? " (substitute)" : ""),
               HoursText(day.hours()), session.ShortName(day.calendar())});
  }
  if (table.empty()) {
    session.out() << "no holidays and no exceptions from " << request.first_date() << " to "
                  << request.last_date() << '\n';
  } else {
    table.Print(session.paper());
  }
  return absl::OkStatus();
}

absl::Status Add(Session& session, const Options& options) {
  v1::AddBusinessTimeRequest request;
  request.set_name(CalendarName(session, options));
  RETURN_IF_ERROR(SetTime("TIME", options.time, &request, "start_time"));
  request.mutable_duration()->set_days(options.days);
  request.mutable_duration()->set_minutes(options.minutes);
  v1::AddBusinessTimeResponse response;
  RETURN_IF_ERROR(session.Call(kCalendars, "AddBusinessTime", request, &response));
  if (session.json()) {
    session.PrintJson(response);
  } else {
    session.out() << response.local_end_time() << '\n';
  }
  return absl::OkStatus();
}

absl::Status Between(Session& session, const Options& options) {
  v1::MeasureBusinessTimeRequest request;
  request.set_name(CalendarName(session, options));
  RETURN_IF_ERROR(SetTime("FROM", options.from, &request, "start_time"));
  RETURN_IF_ERROR(SetTime("TO", options.to, &request, "end_time"));
  v1::MeasureBusinessTimeResponse response;
  RETURN_IF_ERROR(session.Call(kCalendars, "MeasureBusinessTime", request, &response));
  if (session.json()) {
    session.PrintJson(response);
    return absl::OkStatus();
  }
  using google::protobuf::util::TimeUtil;
  session.out() << Count(TimeUtil::DurationToMinutes(response.open_time())) << " minutes open, "
                << response.working_days() << " working days\n";
  return absl::OkStatus();
}

absl::Status Open(Session& session, const Options& options) {
  v1::CheckOpenRequest request;
  request.set_name(CalendarName(session, options));
  RETURN_IF_ERROR(SetTime("TIME", options.time, &request, "time"));
  v1::CheckOpenResponse response;
  RETURN_IF_ERROR(session.Call(kCalendars, "CheckOpen", request, &response));
  if (session.json()) {
    session.PrintJson(response);
  } else if (response.open()) {
    session.out() << "open\n";
  } else {
    session.out() << "closed; opens " << response.local_opening_time() << '\n';
  }
  return absl::OkStatus();
}

absl::Status WorkingDay(Session& session, const Options& options) {
  v1::FindWorkingDayRequest request;
  request.set_name(CalendarName(session, options));
  request.set_date(options.date);
  request.set_working_days(options.days);
  v1::FindWorkingDayResponse response;
  RETURN_IF_ERROR(session.Call(kCalendars, "FindWorkingDay", request, &response));
  if (session.json()) {
    session.PrintJson(response);
  } else {
    session.out() << response.local_opening_time() << '\n';
  }
  return absl::OkStatus();
}

}  // namespace

void AddCalendarQuestions(CalendarGroup& group) {
  CalendarOptions& o = group.options();
  CLI::App* days = group.Add("days", "List holidays and exceptions, inherited ones too", &Days);
  days->add_option("--from", o.from, "The first date (default: 1 January of this year)");
  days->add_option("--to", o.to, "The last date (default: the end of that year)");
  CLI::App* add = group.Add("add", "Add working days and open minutes to a time", &Add);
  add->add_option("TIME", o.time, "2026-01-31T09:00:00+01:00; without a zone it is UTC")
      ->required();
  add->add_option("--days", o.days, "Working days; negative ones go back: --days=-3");
  add->add_option("--minutes", o.minutes, "Open minutes; negative ones go back: --minutes=-90");
  CLI::App* between = group.Add("between", "Measure open time between two times", &Between);
  between->add_option("FROM", o.from, "A time, as for add")->required();
  between->add_option("TO", o.to, "A time, as for add")->required();
  group.Add("open", "Say whether it is open, or when it opens", &Open)
      ->add_option("TIME", o.time, "A time, as for add (default: now)");
  CLI::App* day =
      group.Add("workday", "The opening of a working day, counted from a date", &WorkingDay);
  day->add_option("DATE", o.date, "2026-01-31; if it is no working day, the next one is meant")
      ->required();
  day->add_option("--days", o.days, "So many working days later; negative ones earlier");
}

}  // namespace plumbline::cli
