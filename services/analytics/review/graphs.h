// SPDX-License-Identifier: Apache-2.0
//
// The steps of cases as gains are reckoned with, from a log.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_REVIEW_GRAPHS_H_
#define PLUMBLINE_SERVICES_ANALYTICS_REVIEW_GRAPHS_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "services/analytics/review/case_facts.h"
#include "services/analytics/review/counterfactual.h"

namespace plumbline::analytics::review {

struct NamedGraphs {
  CaseGraphs graphs;
  std::vector<CauseTotal> causes;  // by number
};

// Of all cases of a log, which have ended; `cases`: of each. All times are by `between`. Errors of
// `keep_on`. O(rows log rows of a case) expected.
absl::StatusOr<NamedGraphs> ReadGraphs(const LogSnapshot& log,
                                       const std::vector<std::string>& map_transitions,
                                       absl::Span<const CaseFact> cases, const TimeBetween& between,
                                       KeepOn keep_on);

}  // namespace plumbline::analytics::review

#endif  // PLUMBLINE_SERVICES_ANALYTICS_REVIEW_GRAPHS_H_
