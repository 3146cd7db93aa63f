// SPDX-License-Identifier: Apache-2.0
//
// What mining and report compute, as messages: numbers of activities become their names, seconds
// become durations.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_SERVING_ANSWERS_H_
#define PLUMBLINE_SERVICES_ANALYTICS_SERVING_ANSWERS_H_

#include <cstdint>
#include <vector>

#include "plumbline/analytics/v1/analytics.pb.h"
#include "services/analytics/log/event_log.h"
#include "services/analytics/mining/omitted.h"
#include "services/analytics/mining/process_map.h"
#include "services/analytics/mining/step_times.h"
#include "services/analytics/mining/variants.h"
#include "services/analytics/report/pareto.h"
#include "services/analytics/report/report.h"

namespace plumbline::analytics {

google::protobuf::Timestamp ToTimestamp(int64_t micros);
// To the nanosecond.
void ToDuration(double seconds, google::protobuf::Duration* answer);
v1::Omitted ToProto(const Omitted& omitted);

// All of them overwrite what `*answer` held. O(size of the answer).
void ToProto(const Distribution& distribution, v1::DurationStatistics* answer);
void ToProto(const LogSnapshot& log, const ProcessMap& map, v1::ProcessMap* answer);
void ToProto(const LogSnapshot& log, const Variant& variant, v1::Variant* answer);
void ToProto(const LogSnapshot& log, const StepTime& step, v1::StepTime* answer);
void ToProto(const ParetoBar& bar, v1::ParetoBar* answer);
// But for event_log, which is not computed.
void ToProto(const LogSnapshot& log, const Report& report, v1::Report* answer);

}  // namespace plumbline::analytics

#endif  // PLUMBLINE_SERVICES_ANALYTICS_SERVING_ANSWERS_H_
