// SPDX-License-Identifier: Apache-2.0
//
// For tests: calendars of three kinds.
#ifndef PLUMBLINE_COMMON_CALENDAR_TEST_LAYERS_H_
#define PLUMBLINE_COMMON_CALENDAR_TEST_LAYERS_H_

#include <string>
#include <vector>

#include "common/calendar/calendar.h"

namespace plumbline::calendar {

inline constexpr int32_t kNine = 540;
inline constexpr int32_t kNoon = 720;
inline constexpr int32_t kFive = 1020;

inline Calendar Compile(const Layer& layer) {
  const std::vector<Layer> layers = {layer};
  return Calendar::Compile(layers).value();
}

// Every day from Monday to Sunday; "" = closed.
inline Layer Week(const std::string& zone, const std::vector<DayHours>& days) {
  Layer layer;
  layer.zone = zone;
  for (size_t i = 0; i < layer.week.size(); ++i)
    layer.week[i] = i < days.size() ? days[i] : DayHours();
  return layer;
}

// Monday to Thursday 09:00 to 12:00 and 13:00 to 17:00, Friday until 12:00.
inline Layer ShortFridays(const std::string& zone) {
  const DayHours whole = {{kNine, kNoon}, {kNoon + 60, kFive}};
  return Week(zone, {whole, whole, whole, whole, {{kNine, kNoon}}});
}

// Monday to Saturday 22:00 to 06:00.
inline Layer Nights(const std::string& zone) {
  const DayHours night = {{22 * 60, 30 * 60}};
  return Week(zone, {night, night, night, night, night, night});
}

inline Layer AllDay(const std::string& zone) {
  const DayHours day = {{0, kMinutesOfDay}};
  return Week(zone, {day, day, day, day, day, day, day});
}

}  // namespace plumbline::calendar

#endif  // PLUMBLINE_COMMON_CALENDAR_TEST_LAYERS_H_
