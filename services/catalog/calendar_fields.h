// SPDX-License-Identifier: Apache-2.0
//
// The fields of calendars that lists filter and order by; calendar_service.proto documents them.
#ifndef PLUMBLINE_SERVICES_CATALOG_CALENDAR_FIELDS_H_
#define PLUMBLINE_SERVICES_CATALOG_CALENDAR_FIELDS_H_

#include "common/expr/schema.h"

namespace plumbline::catalog {

const expr::Schema& CalendarSchema();

}  // namespace plumbline::catalog

#endif  // PLUMBLINE_SERVICES_CATALOG_CALENDAR_FIELDS_H_
