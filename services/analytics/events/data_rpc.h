// SPDX-License-Identifier: Apache-2.0
//
// EventDataService: requests to commands, answers to responses.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_EVENTS_DATA_RPC_H_
#define PLUMBLINE_SERVICES_ANALYTICS_EVENTS_DATA_RPC_H_

#include "common/base/clock.h"
#include "common/rpc/method_table.h"
#include "services/analytics/memory/log_memory.h"
#include "services/analytics/serving/reader.h"
#include "services/analytics/storage/store.h"
#include "services/analytics/storage/writer.h"

namespace plumbline::analytics {

// What the methods work with. All must outlive the table.
struct DataParts {
  Store& store;
  LogMemory& memory;
  Reader& reader;
  Writer& writer;
  const base::Clock& clock;
};

// Adds the methods of EventDataService.
void RegisterEventDataService(const DataParts& parts, rpc::MethodTable* table);

}  // namespace plumbline::analytics

#endif  // PLUMBLINE_SERVICES_ANALYTICS_EVENTS_DATA_RPC_H_
