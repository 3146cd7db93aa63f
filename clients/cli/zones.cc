// SPDX-License-Identifier: Apache-2.0
#include "clients/cli/zones.h"

#include "clients/cli/session.h"
#include "common/base/status_macros.h"
#include "common/calendar/calendar.h"

namespace plumbline::cli {
namespace {

// "2026-01-05T09:00Z", "...+01:00"; not "2026-01-05".
bool NamesZone(absl::string_view text) {
  const size_t clock = text.find_first_of("Tt");
  return clock != absl::string_view::npos &&
         text.find_first_of("Zz+-", clock) != absl::string_view::npos;
}

}  // namespace

absl::TimeZone ZoneOf(const std::string& zone, const analytics::v1::BusinessTime& calendars) {
  std::string name = zone;
  for (const auto& calendar : calendars.calendars())
    if (name.empty()) name = calendar.time_zone();
  absl::TimeZone found;
  if (name.empty() || !absl::LoadTimeZone(name, &found)) return absl::UTCTimeZone();
  return found;
}

absl::StatusOr<absl::TimeZone> NamedZone(const std::string& zone,
                                         const analytics::v1::BusinessTime& calendars) {
  if (!zone.empty()) return calendar::LoadZone("--zone", zone);
  return ZoneOf("", calendars);
}

absl::Status SetTimeIn(const absl::TimeZone& zone, absl::string_view flag, absl::string_view text,
                       google::protobuf::Message* request, absl::string_view field) {
  if (text.empty()) return absl::OkStatus();
  ASSIGN_OR_RETURN(const absl::Time utc, ParseTime(flag, text));
  if (NamesZone(text)) return SetTime(flag, text, request, field);
  const auto clock = absl::UTCTimeZone().At(utc);
  const absl::Time time = absl::FromCivil(clock.cs, zone) + clock.subsecond;
  return SetTime(flag, absl::FormatTime("%Y-%m-%d%ET%H:%M:%E*SZ", time, absl::UTCTimeZone()),
                 request, field);
}

std::string WhenIn(const absl::TimeZone& zone, const google::protobuf::Timestamp& time) {
  if (&time == &google::protobuf::Timestamp::default_instance()) return "";
  return absl::FormatTime("%E4Y-%m-%d %H:%M", absl::FromUnixSeconds(time.seconds()), zone);
}

std::string DayIn(const absl::TimeZone& zone, const google::protobuf::Timestamp& time) {
  return WhenIn(zone, time).substr(0, 10);
}

}  // namespace plumbline::cli
