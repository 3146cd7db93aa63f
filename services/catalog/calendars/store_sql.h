// SPDX-License-Identifier: Apache-2.0
#ifndef PLUMBLINE_SERVICES_CATALOG_CALENDARS_STORE_SQL_H_
#define PLUMBLINE_SERVICES_CATALOG_CALENDARS_STORE_SQL_H_

#include <memory>

#include "common/sql/database.h"
#include "services/catalog/calendars/store.h"

namespace plumbline::catalog {

// The migration step that makes the tables of calendars.
extern const char kCalendarsSchema[];
// A later step: when a calendar of a workspace was last written.
extern const char kCalendarChangesSchema[];

// A store over `database`, which must outlive it and whose schema OpenStore has brought up to date.
std::unique_ptr<CalendarStore> NewCalendarStore(sql::Database& database);

}  // namespace plumbline::catalog

#endif  // PLUMBLINE_SERVICES_CATALOG_CALENDARS_STORE_SQL_H_
