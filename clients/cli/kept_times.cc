// SPDX-License-Identifier: Apache-2.0
#include "clients/cli/kept_times.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "clients/cli/business_flag.h"
#include "clients/cli/units.h"

namespace plumbline::cli {
namespace {

std::string InWorkingDays(const google::protobuf::Duration& span, double working_day) {
  return absl::StrCat(Tenths(Seconds(span) / working_day), " working days");
}

}  // namespace

void TellKeptTime(Session& session, absl::string_view flag, const google::protobuf::Duration& span,
                  const analytics::v1::BusinessTime& before,
                  const analytics::v1::BusinessTime& after) {
  const bool from_clock = before.calendars_size() == 0;
  if (after.calendars_size() == 0) return;
  if (!from_clock && before.calendars(0).name() == after.calendars(0).name()) return;
  const double day = WorkingDayOf(session, after), old_day = WorkingDayOf(session, before);
  if (day <= 0 || (!from_clock && old_day <= 0)) return;
  session.err() << flag << " stays as it is: its " << OpenHours(span)
                << " are open time of this --calendar now, " << InWorkingDays(span, day) << " ("
                << (from_clock ? absl::StrCat("they were ", Span(span), " of the wall clock")
                               : absl::StrCat("they were ", InWorkingDays(span, old_day),
                                              " of another"))
                << "); give " << flag << " too where that is not meant, as 30wd\n";
}

}  // namespace plumbline::cli
