// SPDX-License-Identifier: Apache-2.0
//
// Conditions on single events, by scans of columns. Not for use outside this folder.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_FILTER_EVENT_FILTER_H_
#define PLUMBLINE_SERVICES_ANALYTICS_FILTER_EVENT_FILTER_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "common/expr/check.h"
#include "services/analytics/filter/bit_set.h"
#include "services/analytics/filter/selection.h"

namespace plumbline::analytics {

// The rows for which `condition`, one over EventSchema(), holds.
absl::StatusOr<BitSet> MatchingRows(const expr::Condition& condition, const LogSnapshot& log,
                                    KeepOn keep_on, std::vector<std::string>& notes);

}  // namespace plumbline::analytics

#endif  // PLUMBLINE_SERVICES_ANALYTICS_FILTER_EVENT_FILTER_H_
