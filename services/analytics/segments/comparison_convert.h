// SPDX-License-Identifier: Apache-2.0
//
// Comparisons as messages.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_SEGMENTS_COMPARISON_CONVERT_H_
#define PLUMBLINE_SERVICES_ANALYTICS_SEGMENTS_COMPARISON_CONVERT_H_

#include "plumbline/analytics/v1/segment_service.pb.h"
#include "services/analytics/log/event_log.h"
#include "services/analytics/report/comparison.h"
#include "services/analytics/segments/convert.h"

namespace plumbline::analytics {

// All but the summaries of the selections. `log` has the names of activities. O(size of the
// comparison).
void ToProto(const LogSnapshot& log, const SegmentFigures& first, const SegmentFigures& second,
             const Comparison& comparison, const CompareCommand& limits,
             v1::CompareSegmentsResponse* answer);

}  // namespace plumbline::analytics

#endif  // PLUMBLINE_SERVICES_ANALYTICS_SEGMENTS_COMPARISON_CONVERT_H_
