// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/report/report.h"

#include <utility>

namespace plumbline::analytics {

constexpr int kFindings = 3;

std::optional<Bottleneck> FindBottleneck(const ProcessMap& map) {
  const Edge* worst = nullptr;
  double all = 0;
  for (const Edge& edge : map.edges) {
    if (edge.wait.total <= 0) continue;
    all += edge.wait.total;
    if (worst == nullptr || edge.wait.total > worst->wait.total) worst = &edge;
  }
  if (worst == nullptr) return std::nullopt;
  return Bottleneck{*worst, worst->wait.total / all};
}

Report MakeReport(std::shared_ptr<const LogSnapshot> log, const ReportOptions& options) {
  Report report;
  const Traces traces(log, {options.map_transitions});
  report.process_map = MineProcessMap(traces);
  const Variants variants(traces);
  report.variant_count = variants.size();
  report.variants = variants.Page(traces, 0, options.max_variants);
  std::vector<int64_t> durations = CaseDurations(traces);
  report.case_duration = Describe(durations);

  const bool has_plan = log->FindAttributeKey("earliest_time") != kNoText;
  // Of the occurrence that each row ended.
  std::vector<int64_t> earliest(has_plan ? log->size() : 0, kNoTime);
  StepTimeBuilder steps(log->activities.size());
  FindingBuilder findings(*log);
  std::vector<Impediment> impediments;
  ReadOccurrences(*log, options.map_transitions,
                  {[&](const Occurrence& occurrence) {
                     steps.Add(occurrence);
                     findings.Add(occurrence);
                     if (has_plan && occurrence.end_row != kNoRow) {
                       earliest[occurrence.end_row] = occurrence.earliest;
                     }
                   },
                   [&](const Impediment& impediment) { impediments.push_back(impediment); }});
  report.steps = steps.Finish();
  report.impediments = MakePareto(*log, impediments);
  report.findings = findings.Finish(report.impediments, kFindings);
  const ProcessMap unplanned = has_plan ? MineProcessMap(traces, earliest) : ProcessMap();
  if (const auto bottleneck = FindBottleneck(has_plan ? unplanned : report.process_map)) {
    report.bottleneck = bottleneck->edge;
    report.bottleneck_share = bottleneck->share;
  }
  KeepEdges(options.max_edges, report.process_map);
  const TargetAttainment target = MeasureAttainment(traces, options.target_micros);
  if (target.case_count > 0) report.target = target;
  return report;
}

}  // namespace plumbline::analytics
