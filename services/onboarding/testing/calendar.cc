// SPDX-License-Identifier: Apache-2.0
#include "services/onboarding/testing/calendar.h"

#include <cstdio>
#include <cstdlib>
#include <string>

#include "google/protobuf/text_format.h"
#include "services/onboarding/engine/frozen_calendar.h"
#include "services/onboarding/testing/engine.h"

namespace plumbline::onboarding::testing {
namespace {

catalog::v1::Calendar CalendarFromText(const std::string& text) {
  catalog::v1::Calendar calendar;
  if (google::protobuf::TextFormat::ParseFromString(text, &calendar)) return calendar;
  std::fprintf(stderr, "%s\n", text.c_str());
  std::abort();
}

}  // namespace

catalog::v1::Calendar Berlin() {
  return CalendarFromText(R"pb(
    name: "workspaces/acme/calendars/berlin"
    title: "Berlin"
    inherits: "calendars/germany"
    week {
      weekdays: [ WEEKDAY_MONDAY, WEEKDAY_TUESDAY, WEEKDAY_WEDNESDAY, WEEKDAY_THURSDAY ]
      hours { open: "09:00" close: "12:00" }
      hours { open: "13:00" close: "17:00" }
    }
    week {
      weekdays: WEEKDAY_FRIDAY
      hours { open: "09:00" close: "13:00" }
    }
    holidays { id: "founders-day" title: "Founders' Day" dates: "2026-03-04" }
    exceptions {
      date: "2026-03-14"
      title: "Fair"
      hours { open: "10:00" close: "14:00" }
    }
  )pb");
}

catalog::v1::Calendar Germany() {
  return CalendarFromText(R"pb(
    name: "workspaces/acme/calendars/germany"
    title: "Germany"
    time_zone: "Europe/Berlin"
    holidays {
      id: "labour-day"
      title: "Labour Day"
      yearly { month: 5 day: 1 }
    }
    holidays {
      id: "easter-monday"
      title: "Easter Monday"
      easter { days: 1 }
    }
  )pb");
}

CalendarPointer BerlinCalendar() {
  static const CalendarPointer& calendar = *new CalendarPointer([] {
    auto frozen = FreezeCalendar({Berlin(), Germany()}, "Europe/Berlin");
    if (!frozen.ok()) std::abort();
    return *frozen;
  }());
  return calendar;
}

Spec BerlinSpec() {
  Spec spec = AdaSpec();
  spec.time_zone = "Europe/Berlin";
  spec.calendar = BerlinCalendar();
  return spec;
}

}  // namespace plumbline::onboarding::testing
