// SPDX-License-Identifier: Apache-2.0
//
// All of it on one page.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_REPORT_REPORT_H_
#define PLUMBLINE_SERVICES_ANALYTICS_REPORT_REPORT_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "services/analytics/mining/omitted.h"
#include "services/analytics/mining/process_map.h"
#include "services/analytics/mining/step_times.h"
#include "services/analytics/mining/variants.h"
#include "services/analytics/report/attainment.h"
#include "services/analytics/report/findings.h"
#include "services/analytics/report/pareto.h"
#include "services/analytics/report/step_tables.h"

namespace plumbline::analytics {

struct ReportOptions {
  std::vector<std::string> map_transitions;  // as in EventLog
  std::optional<int64_t> target_micros;      // of a case; absent = the cases' own due times
  MapLimits map{.edges = 20};
  VariantLimits variants{.variants = 10};
  int64_t max_steps = kNoLimit;
  int64_t max_impediments = kNoLimit;
};

// See Report in analytics.proto. Numbers of activities are those of the snapshot.
struct Report {
  ProcessMap process_map;
  std::vector<Variant> variants;
  int64_t variant_count = 0;
  Distribution case_duration;
  int64_t open_case_count = 0;
  std::vector<StepTime> steps;
  std::vector<ParetoBar> impediments;
  std::optional<Edge> bottleneck;  // see Bottleneck; absent where nothing waits
  double bottleneck_share = 0;
  std::optional<TargetAttainment> target;  // absent where no case has one
  std::vector<Finding> findings;
  // What the limits left out.
  Omitted omitted_variants;     // share of cases
  Omitted omitted_steps;        // share of TotalSeconds
  Omitted omitted_impediments;  // share of lost_seconds
};

// O(rows) expected, on two threads; holds 56 bytes an event and 64 a case.
Report MakeReport(std::shared_ptr<const LogSnapshot> log, const ReportOptions& options);
// The same; an error of `keep_on`, which is asked now and then, ends it.
absl::StatusOr<Report> MakeReport(std::shared_ptr<const LogSnapshot> log,
                                  const ReportOptions& options,
                                  absl::FunctionRef<absl::Status()> keep_on);

}  // namespace plumbline::analytics

#endif  // PLUMBLINE_SERVICES_ANALYTICS_REPORT_REPORT_H_
