// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/report/report.h"

#include <utility>

#include "services/analytics/mining/case_ends.h"

namespace plumbline::analytics {
namespace {

constexpr int kFindings = 3;

void AddVariants(const Traces& traces, const VariantLimits& limits, Report& report) {
  const Variants variants(traces);
  report.variant_count = variants.size();
  report.variants = variants.Page(traces, 0, limits);
  int64_t others = variants.case_count();
  for (const Variant& variant : report.variants) others -= variant.count;
  if (others == 0) return;
  report.omitted_variants = {
      variants.size() - static_cast<int64_t>(report.variants.size()),
      static_cast<double>(others) / static_cast<double>(variants.case_count())};
}

}  // namespace

Report MakeReport(std::shared_ptr<const LogSnapshot> log, const ReportOptions& options) {
  Report report;
  const Traces traces(log, {options.map_transitions});
  report.process_map = MineProcessMap(traces);
  KeepMostFrequent(options.map, report.process_map);
  AddVariants(traces, options.variants, report);
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
  report.omitted_steps = KeepFirst(options.max_steps, report.steps, TotalSeconds);
  report.omitted_impediments = KeepFirst(options.max_impediments, report.impediments,
                                         [](const ParetoBar& bar) { return bar.lost_seconds; });
  const TargetAttainment target = MeasureAttainment(traces, options.target_micros);
  if (target.case_count > 0) report.target = target;
  return report;
}

}  // namespace plumbline::analytics
