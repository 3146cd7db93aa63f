// SPDX-License-Identifier: Apache-2.0
//
// Which attributes explain slow or failed cases: every group of cases that an attribute makes is
// held against all others, by how much it differs and not only whether it does, with all tests in
// mind, and then against the other attributes.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_CAUSES_CAUSES_H_
#define PLUMBLINE_SERVICES_ANALYTICS_CAUSES_CAUSES_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "common/statistics/proportions.h"
#include "services/analytics/causes/check.h"
#include "services/analytics/causes/columns.h"
#include "services/analytics/causes/group_durations.h"
#include "services/analytics/causes/outcome.h"

namespace plumbline::analytics::causes {

struct CauseOptions {
  ColumnOptions columns;
  int64_t max_groups = 20;  // of each list
  double confidence = 0.95;
  bool holm = false;      // else Benjamini and Hochberg
  bool by_hours = false;  // of slow cases: ranked by hours, else by cases
};

struct Cause {
  ColumnKind kind = ColumnKind::kAttribute;
  std::string key;
  Group group;
  statistics::TwoByTwo table;
  statistics::Estimate risk, other_risk, difference, ratio, odds, excess_cases;
  std::optional<statistics::Estimate> excess_hours;
  double p_value = 1, adjusted = 1;
  bool significant = false;
  std::optional<DurationDifference> durations;
  std::optional<Check> check;
  std::vector<std::string> same_cases_as;  // labels
};

struct CauseColumn {
  ColumnKind kind = ColumnKind::kAttribute;
  std::string key, label;
  int64_t group_count = 0, value_count = 0, missing = 0;
  std::optional<statistics::Association> association;
  double adjusted = 1;
  std::optional<double> rank_correlation;
};

struct RootCauses {
  Outcomes outcomes;
  std::optional<statistics::Estimate> risk;
  std::vector<Cause> causes, better;
  std::vector<CauseColumn> columns;
  std::vector<SkippedColumn> skipped;
  int64_t omitted_causes = 0, test_count = 0, group_count = 0;
  std::string problem;  // why nothing was compared; empty where something was
  std::vector<std::string> notes;
};

// What is told of outcomes and columns. Errors of `keep_on`. O(cases (columns + groups told)).
absl::StatusOr<RootCauses> Conclude(Outcomes outcomes, Columns columns, const OutcomeSpec& outcome,
                                    const CauseOptions& options, KeepOn keep_on);

// The same of a log. Errors of Decide and ReadColumns. O(rows + attributes + cases (columns + log
// cases)) expected.
absl::StatusOr<RootCauses> Analyze(const LogParts& parts,
                                   const std::vector<std::string>& map_transitions,
                                   const OutcomeSpec& outcome, const CauseOptions& options,
                                   KeepOn keep_on);

}  // namespace plumbline::analytics::causes

#endif  // PLUMBLINE_SERVICES_ANALYTICS_CAUSES_CAUSES_H_
