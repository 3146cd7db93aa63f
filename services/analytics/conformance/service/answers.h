// SPDX-License-Identifier: Apache-2.0
//
// What ConformanceService answers.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_CONFORMANCE_SERVICE_ANSWERS_H_
#define PLUMBLINE_SERVICES_ANALYTICS_CONFORMANCE_SERVICE_ANSWERS_H_

#include <cstdint>
#include <vector>

#include "plumbline/analytics/v1/conformance.pb.h"
#include "services/analytics/conformance/service/check_log.h"
#include "services/analytics/conformance/service/convert.h"
#include "services/analytics/discovery/footprints.h"

namespace plumbline::analytics {

// Overwrites `*answer`. `ranks`: by place of a variant among those of the part, its rank in the
// whole log, 0 where it has none. O(size of the result).
void ToProto(const CheckedLog& checked, const std::vector<int64_t>& ranks,
             const CheckCommand& command, v1::CheckConformanceResponse* answer);

// But for the rank. `entry`: the case's variant in the result, which is aligned. O(moves).
void ToProto(const CheckedLog& checked, const conformance::WantedDeviations& wanted,
             uint32_t case_number, uint32_t entry, v1::DeviatingCase* answer);

// But for the selections.
void ToProto(const Succession& first, const Succession& other,
             const FootprintComparison& comparison, v1::CompareFootprintsResponse* answer);

}  // namespace plumbline::analytics

#endif  // PLUMBLINE_SERVICES_ANALYTICS_CONFORMANCE_SERVICE_ANSWERS_H_
