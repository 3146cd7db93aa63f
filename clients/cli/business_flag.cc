// SPDX-License-Identifier: Apache-2.0
#include "clients/cli/business_flag.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "clients/cli/help.h"
#include "common/base/status_macros.h"
#include "plumbline/catalog/v1/calendar_service.pb.h"

namespace plumbline::cli {

CLI::Option* AddCalendarFlag(CLI::App& command, const std::string& what, std::string* calendar) {
  return Takes(command.add_option("--calendar", *calendar,
                                  absl::StrCat(what,
                                               " in business time of this calendar "
                                               "(default: wall clock)")),
               "CALENDAR");
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
  return absl::OkStatus();
}

}  // namespace plumbline::cli
