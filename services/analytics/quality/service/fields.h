// SPDX-License-Identifier: Apache-2.0
//
// Fields that several requests of QualityService have. Errors are FIELD_INVALID of `field`.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_QUALITY_SERVICE_FIELDS_H_
#define PLUMBLINE_SERVICES_ANALYTICS_QUALITY_SERVICE_FIELDS_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "plumbline/analytics/v1/selection.pb.h"
#include "services/analytics/defects/defects.h"
#include "services/analytics/mining/process_map.h"

namespace plumbline::analytics {

// Empty, the wall clock, where there is none.
absl::StatusOr<TimeBetween> BusinessOrWall(bool has, const std::string& field,
                                           const v1::BusinessTime& time);
// The zone of a name; without one that of the first calendar that names one, else UTC.
absl::StatusOr<absl::TimeZone> ZoneOf(const std::string& field, const std::string& name,
                                      const v1::BusinessTime& time);
// DefectSource; all of them where none is named.
absl::StatusOr<DefectSources> ToSources(const std::string& field,
                                        const google::protobuf::RepeatedField<int>& sources);

}  // namespace plumbline::analytics

#endif  // PLUMBLINE_SERVICES_ANALYTICS_QUALITY_SERVICE_FIELDS_H_
