// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/report/report.h"

#include <utility>

namespace plumbline::analytics {

constexpr int kFindings = 3;

Report MakeReport(std::shared_ptr<const LogSnapshot> log, const ReportOptions& options) {
  Report report;
  const Traces traces(log, {options.map_transitions});
  report.process_map = MineProcessMap(traces);
  const Variants variants(traces);
  report.variant_count = variants.size();
  report.variants = variants.Page(traces, 0, options.max_variants);
  EndedCases ended = MeasureEndedCases(traces);
  report.case_duration = Describe(ended.durations);
  report.open_case_count = ended.open_count;

  StepTimeBuilder steps(log->activities.size());
  FindingBuilder findings(*log);
  std::vector<Impediment> impediments;
  BottleneckBuilder waits;
  ReadOccurrences(*log, options.map_transitions,
                  {[&](const Occurrence& occurrence) {
                     steps.Add(occurrence);
                     findings.Add(occurrence);
                     waits.Add(occurrence);
                   },
                   [&](const Impediment& impediment) { impediments.push_back(impediment); }});
  report.steps = steps.Finish();
  report.impediments = MakePareto(*log, impediments);
  report.findings = findings.Finish(report.impediments, kFindings);
  if (const auto bottleneck = waits.Finish()) {
    report.bottleneck = bottleneck->edge;
    report.bottleneck_share = bottleneck->share;
  }
  KeepEdges(options.max_edges, report.process_map);
  const TargetAttainment target = MeasureAttainment(traces, options.target_micros);
  if (target.case_count > 0) report.target = target;
  return report;
}

}  // namespace plumbline::analytics
