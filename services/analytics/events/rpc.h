// SPDX-License-Identifier: Apache-2.0
//
// AnalyticsService: requests to commands, answers to responses.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_EVENTS_RPC_H_
#define PLUMBLINE_SERVICES_ANALYTICS_EVENTS_RPC_H_

#include "common/base/clock.h"
#include "common/rpc/method_table.h"
#include "services/analytics/serving/reader.h"
#include "services/analytics/storage/store.h"
#include "services/analytics/storage/writer.h"

namespace plumbline::analytics {

// What the methods work with. All must outlive the table.
struct AnalyticsParts {
  Store& store;
  Reader& reader;
  Writer& writer;
  EventIdIndex& ids;
  const base::Clock& clock;
  int64_t log_memory_bytes;  // what one log may take
};

// Adds the methods of AnalyticsService but for GetReport (review/service/rpc.h).
void RegisterAnalyticsService(const AnalyticsParts& parts, rpc::MethodTable* table);

}  // namespace plumbline::analytics

#endif  // PLUMBLINE_SERVICES_ANALYTICS_EVENTS_RPC_H_
