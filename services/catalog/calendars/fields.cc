// SPDX-License-Identifier: Apache-2.0
#include "services/catalog/calendars/fields.h"

#include <string>

#include "absl/time/civil_time.h"
#include "common/calendar/proto/convert.h"
#include "plumbline/catalog/v1/calendar.pb.h"
#include "services/catalog/resource/field_values.h"

namespace plumbline::catalog {
namespace {

using expr::Type;

// Indices in SpecialDaySchema.
enum DayField { kDate, kWeekday, kTitle, kHoliday, kCalendar, kSubstitute, kOpen };

}  // namespace

const expr::Schema& CalendarSchema() {
  static const auto& schema = *new expr::Schema(
      {{.name = "name", .type = Type::kString, .ordered = true},
       {.name = "title", .type = Type::kString, .searched = true, .ordered = true},
       {.name = "owner", .type = Type::kString, .searched = true},
       {.name = "labels", .type = Type::kString, .shape = expr::Shape::kMap},
       {.name = "inherits", .type = Type::kString},
       {.name = "time_zone", .type = Type::kString},
       {.name = "author", .type = Type::kString},
       {.name = "create_time", .type = Type::kTimestamp, .ordered = true},
       {.name = "update_time", .type = Type::kTimestamp, .ordered = true}});
  return schema;
}

const expr::Schema& SpecialDaySchema() {
  static const auto& schema = *new expr::Schema(
      {{.name = "date", .type = Type::kDate, .ordered = true},
       {.name = "weekday",
        .type = Type::kEnum,
        .values = {"WEEKDAY_MONDAY", "WEEKDAY_TUESDAY", "WEEKDAY_WEDNESDAY", "WEEKDAY_THURSDAY",
                   "WEEKDAY_FRIDAY", "WEEKDAY_SATURDAY", "WEEKDAY_SUNDAY"},
        .prefix = "WEEKDAY_"},
       {.name = "title", .type = Type::kString, .searched = true, .ordered = true},
       {.name = "holiday", .type = Type::kString},
       {.name = "calendar", .type = Type::kString, .ordered = true},
       {.name = "substitute", .type = Type::kBool},
       {.name = "open", .type = Type::kBool}});
  return schema;
}

const listing::MemoryList& SpecialDayList() {
  static const auto& list = *new listing::MemoryList(SpecialDaySchema(), {"date"});
  return list;
}

std::optional<expr::Value> SpecialDayValue(const calendar::SpecialDay& day, absl::string_view name,
                                           int field) {
  switch (static_cast<DayField>(field)) {
    case kDate:
      return expr::Value{day.date - absl::CivilDay(1970, 1, 1), ""};
    case kWeekday:
      return TextValue(v1::Weekday_Name(calendar::ToProto(absl::GetWeekday(day.date))));
    case kTitle:
      return TextValue(std::string(day.title));
    case kHoliday:
      return TextValue(std::string(day.id));
    case kCalendar:
      return TextValue(std::string(name));
    case kSubstitute:
      return TruthValue(day.substitute);
    case kOpen:
      return TruthValue(!day.hours.empty());
  }
  return std::nullopt;
}

}  // namespace plumbline::catalog
