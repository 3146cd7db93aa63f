// SPDX-License-Identifier: Apache-2.0
#include "clients/cli/business_flag.h"

#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "clients/cli/help.h"
#include "clients/cli/quality_commands.h"
#include "clients/cli/units.h"
#include "common/base/status_macros.h"
#include "common/calendar/proto/convert.h"
#include "common/calendar/working_days.h"
#include "plumbline/catalog/v1/calendar_service.pb.h"

namespace plumbline::cli {

args::Option* AddCalendarFlag(args::Command& command, const std::string& what,
                              std::string* calendar) {
  return Takes(command.add_option("--calendar", *calendar,
                                  absl::StrCat(what,
                                               " in business time of this calendar "
                                               "(default: wall clock)")),
               "CALENDAR");
}

// Where the calendars say nothing sound, the service says what is wrong with them.
double WorkingDayOf(const Session& session, const analytics::v1::BusinessTime& time) {
  std::vector<calendar::Layer> layers;
  calendar::Violations violations;
  for (const catalog::v1::Calendar& one : time.calendars())
    layers.push_back(calendar::FromProto(one, "calendar", &violations));
  if (!violations.empty() || layers.empty()) return 0;
  const absl::StatusOr<calendar::Calendar> open = calendar::Calendar::Compile(layers);
  if (!open.ok()) return 0;
  const absl::CivilDay today = absl::ToCivilDay(session.clock().Now(), open->zone());
  return absl::ToDoubleSeconds(calendar::MeanWorkingDay(*open, today));
}

absl::Status SetOpenSpan(Session& session, absl::string_view flag, absl::string_view text,
                         double working_day, google::protobuf::Duration* span) {
  constexpr double kDay = 86'400;
  RETURN_IF_ERROR(SetSpan(flag, text, span, working_day));
  const std::string plain = absl::StrReplaceAll(text, {{"wd", ""}});
  if (working_day <= 0 || working_day == kDay || plain.find_first_of("dw") == std::string::npos)
    return absl::OkStatus();
  const double seconds = Seconds(*span);
  session.err() << flag << ": " << text << " is " << OpenHours(*span)
                << " of open time (a day has 24 of them), " << Tenths(seconds / working_day)
                << " working days; working days are written as 2wd\n";
  return absl::OkStatus();
}

absl::Status ReadBusinessTime(Session& session, const std::string& calendar,
                              analytics::v1::BusinessTime* time) {
  constexpr int kMost = 8;
  session.wording().Call({{"name", "--calendar"}});
  std::string name = session.FullName("calendars", calendar);
  while (!name.empty() && time->calendars_size() < kMost) {
    catalog::v1::GetCalendarRequest request;
    request.set_name(name);
    catalog::v1::GetCalendarResponse response;
    RETURN_IF_ERROR(
        session.Call("/plumbline.catalog.v1.CalendarService/", "GetCalendar", request, &response));
    const std::string& inherits = response.calendar().inherits();
    name = inherits.empty() ? "" : session.FullName("calendars", inherits);
    *time->add_calendars() = std::move(*response.mutable_calendar());
  }
  const double working_day = WorkingDayOf(session, *time);
  if (working_day > 0) session.CountInWorkingDays(working_day);
  return absl::OkStatus();
}

}  // namespace plumbline::cli
