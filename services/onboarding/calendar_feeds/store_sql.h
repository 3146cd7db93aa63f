// SPDX-License-Identifier: Apache-2.0
#ifndef PLUMBLINE_SERVICES_ONBOARDING_CALENDAR_FEEDS_STORE_SQL_H_
#define PLUMBLINE_SERVICES_ONBOARDING_CALENDAR_FEEDS_STORE_SQL_H_

#include <memory>

#include "common/sql/database.h"
#include "services/onboarding/calendar_feeds/store.h"

namespace plumbline::onboarding::calendar_feeds {

// The step of the schema that makes the tables.
extern const char kCalendarFeedsSchema[];

// A store over `database`, which must outlive it and whose schema is up to date.
std::unique_ptr<CalendarFeedStore> NewCalendarFeedStore(sql::Database& database);

}  // namespace plumbline::onboarding::calendar_feeds

#endif  // PLUMBLINE_SERVICES_ONBOARDING_CALENDAR_FEEDS_STORE_SQL_H_
