// SPDX-License-Identifier: Apache-2.0
//
// CalendarService: requests to commands, answers to responses.
#ifndef PLUMBLINE_SERVICES_CATALOG_CALENDARS_RPC_H_
#define PLUMBLINE_SERVICES_CATALOG_CALENDARS_RPC_H_

#include "common/rpc/method_table.h"
#include "services/catalog/calendars/reader.h"
#include "services/catalog/calendars/writer.h"

namespace plumbline::catalog {

// Adds the methods of CalendarService. `reader` and `writer` must outlive the table.
void RegisterCalendarService(CalendarReader& reader, CalendarWriter& writer,
                             rpc::MethodTable* table);

}  // namespace plumbline::catalog

#endif  // PLUMBLINE_SERVICES_CATALOG_CALENDARS_RPC_H_
