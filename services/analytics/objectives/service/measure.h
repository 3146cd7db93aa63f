// SPDX-License-Identifier: Apache-2.0
//
// ObjectiveMeasure as the pure part takes it. Errors are FIELD_INVALID.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_OBJECTIVES_SERVICE_MEASURE_H_
#define PLUMBLINE_SERVICES_ANALYTICS_OBJECTIVES_SERVICE_MEASURE_H_

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "plumbline/analytics/v1/objective.pb.h"
#include "services/analytics/objectives/outcomes.h"

namespace plumbline::analytics {

// `path` leads to it. Milliseconds where there are calendars.
absl::StatusOr<objectives::Measure> ToMeasure(const std::string& path,
                                              const v1::ObjectiveMeasure& measure);
// Different for measures that differ.
std::string DigestOf(const v1::ObjectiveMeasure& measure);

// Microseconds, above 0; of 1,000 years at most.
absl::StatusOr<int64_t> ToSpan(const std::string& field, const google::protobuf::Duration& span);

}  // namespace plumbline::analytics

#endif  // PLUMBLINE_SERVICES_ANALYTICS_OBJECTIVES_SERVICE_MEASURE_H_
