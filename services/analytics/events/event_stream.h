// SPDX-License-Identifier: Apache-2.0
//
// Events as they happen, acknowledged when they are durable. See EventDataService.StreamEvents.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_EVENTS_EVENT_STREAM_H_
#define PLUMBLINE_SERVICES_ANALYTICS_EVENTS_EVENT_STREAM_H_

#include <memory>

#include "common/rpc/method_table.h"
#include "services/analytics/storage/writer.h"

namespace plumbline::analytics {

// `writer` must outlive the table.
void RegisterEventStream(Writer& writer, rpc::MethodTable* table);

}  // namespace plumbline::analytics

#endif  // PLUMBLINE_SERVICES_ANALYTICS_EVENTS_EVENT_STREAM_H_
