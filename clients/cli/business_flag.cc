// SPDX-License-Identifier: Apache-2.0
#include "clients/cli/business_flag.h"

#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "clients/cli/help.h"
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

namespace {

// Where the calendars say nothing sound, the service says what is wrong with them.
void CountInWorkingDays(Session& session, const analytics::v1::BusinessTime& time) {
  std::vector<calendar::Layer> layers;
  calendar::Violations violations;
  for (const catalog::v1::Calendar& one : time.calendars())
    layers.push_back(calendar::FromProto(one, "calendar", &violations));
  if (!violations.empty() || layers.empty()) return;
  const absl::StatusOr<calendar::Calendar> open = calendar::Calendar::Compile(layers);
  if (!open.ok()) return;
  const absl::CivilDay today = absl::ToCivilDay(session.clock().Now(), open->zone());
  session.CountInWorkingDays(absl::ToDoubleSeconds(calendar::MeanWorkingDay(*open, today)));
}

}  // namespace

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
  CountInWorkingDays(session, *time);
  return absl::OkStatus();
}

}  // namespace plumbline::cli
