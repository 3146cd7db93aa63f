// SPDX-License-Identifier: Apache-2.0
//
// The fields of calendars and special days that lists filter and order by; calendar_service.proto
// documents them.
#ifndef PLUMBLINE_SERVICES_CATALOG_CALENDARS_FIELDS_H_
#define PLUMBLINE_SERVICES_CATALOG_CALENDARS_FIELDS_H_

#include <optional>

#include "absl/strings/string_view.h"
#include "common/calendar/special_days.h"
#include "common/expr/schema.h"
#include "common/listing/memory.h"

namespace plumbline::catalog {

const expr::Schema& CalendarSchema();
const expr::Schema& SpecialDaySchema();

// A list of special days, by date if it is not told otherwise.
const listing::MemoryList& SpecialDayList();

// The value of a field of SpecialDaySchema(), by its index; nullopt if it is unset. `name`: of the
// calendar that says so.
std::optional<expr::Value> SpecialDayValue(const calendar::SpecialDay& day, absl::string_view name,
                                           int field);

}  // namespace plumbline::catalog

#endif  // PLUMBLINE_SERVICES_CATALOG_CALENDARS_FIELDS_H_
