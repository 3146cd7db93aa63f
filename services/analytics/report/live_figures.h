// SPDX-License-Identifier: Apache-2.0
//
// Map, variants, durations and report of a log that grows, kept current by the cases that changed,
// so that an answer costs what it shows and not what the log holds. Every answer equals, to the
// last bit, what process_map.h, variants.h, step_times.h, pareto.h and report.h compute from the
// whole log: all sums are whole microseconds, all percentiles are found among all values (see
// time_multiset.h).
//
// Memory: 8 bytes for each value that an answer has percentiles of, which is at most 24 bytes an
// event (its wait, the waiting and the working of its occurrence; 8 more for its service time where
// it has a start) and 40 a case; some 300 for each pair of activities that follow each other, and
// some 120 for each variant with its sequence.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_REPORT_LIVE_FIGURES_H_
#define PLUMBLINE_SERVICES_ANALYTICS_REPORT_LIVE_FIGURES_H_

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "services/analytics/log/event_log.h"
#include "services/analytics/mining/case_pieces.h"
#include "services/analytics/mining/process_map.h"
#include "services/analytics/mining/step_times.h"
#include "services/analytics/mining/variants.h"
#include "services/analytics/report/pareto.h"
#include "services/analytics/report/report.h"

namespace plumbline::analytics {

// What figures are made from.
struct LiveSource {
  std::shared_ptr<const LogSnapshot> log;
  std::vector<std::string> map_transitions;
  std::vector<uint32_t> numbers;   // the builder's, of the log's activities
  std::vector<std::string> names;  // of those numbers
};

// Not thread-safe: answers sort what came last.
class LiveFigures {
 public:
  // Of a whole log. O(rows log rows), some three times what a report costs. Errors of `keep_on`,
  // which is asked now and then.
  static absl::StatusOr<std::unique_ptr<LiveFigures>> Make(const LiveSource& source,
                                                           KeepOn keep_on);
  ~LiveFigures();

  // Takes the change of some cases in. `names`: of the numbers of activities that are new. False if
  // all must be made anew: the log began to mark the ends of its cases. O(rows of the cases) and
  // amortised O(log n) for each value that changed. After an error of `keep_on` nothing is left
  // that could be used.
  absl::StatusOr<bool> Update(const TouchedCases& cases, const std::vector<std::string>& names,
                              KeepOn keep_on);

  // What answers number activities by: a log without events that names them, in their order.
  std::shared_ptr<const LogSnapshot> names();
  int64_t event_count() const;
  int64_t case_count() const;
  const std::vector<std::string>& map_transitions() const;

  // MineProcessMap and KeepMostFrequent. O(edges log edges), and O(log^2 n) for each edge shown.
  ProcessMap Map(const MapLimits& limits);
  // As Variants::Page, and how many variants and traced cases there are; see LiveVariants::Page.
  std::vector<Variant> VariantsFrom(int64_t first, const VariantLimits& limits, int64_t* before);
  int64_t variant_count() const;
  int64_t traced_case_count() const;
  // Whether the log marks ends (CaseEnds).
  bool marks_ends() const;
  // Of cases that ended; and those that did not.
  Distribution CaseDurations();
  int64_t open_case_count() const;
  std::vector<StepTime> Steps();
  std::vector<ParetoBar> Impediments();
  Report MakeReport(const ReportOptions& options);

  // Bytes held, near enough. O(pairs of activities).
  int64_t memory_bytes() const;

 private:
  LiveFigures();

  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace plumbline::analytics

#endif  // PLUMBLINE_SERVICES_ANALYTICS_REPORT_LIVE_FIGURES_H_
