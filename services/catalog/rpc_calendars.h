// SPDX-License-Identifier: Apache-2.0
//
// CalendarService: requests to commands, answers to responses.
#ifndef PLUMBLINE_SERVICES_CATALOG_RPC_CALENDARS_H_
#define PLUMBLINE_SERVICES_CATALOG_RPC_CALENDARS_H_

#include "common/rpc/method_table.h"
#include "services/catalog/calendar_reader.h"
#include "services/catalog/calendar_writer.h"

namespace plumbline::catalog {

// Adds the methods of CalendarService. `reader` and `writer` must outlive the table.
void RegisterCalendarService(CalendarReader& reader, CalendarWriter& writer,
                             rpc::MethodTable* table);

}  // namespace plumbline::catalog

#endif  // PLUMBLINE_SERVICES_CATALOG_RPC_CALENDARS_H_
