// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/report/report.h"

#include <utility>

#include "common/base/status_macros.h"
#include "common/base/threads.h"
#include "services/analytics/mining/case_ends.h"
#include "services/analytics/mining/case_pieces.h"

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

absl::Status AddEvents(const Traces& traces, const ReportOptions& options, Report& report,
                       KeepOn keep_on) {
  RETURN_IF_ERROR(keep_on());
  ASSIGN_OR_RETURN(report.process_map, MineProcessMap(traces, {}, keep_on));
  KeepMostFrequent(options.map, report.process_map);
  AddVariants(traces, options.variants, report);
  RETURN_IF_ERROR(keep_on());
  EndedCases ended = MeasureEndedCases(traces);
  report.case_duration = Describe(ended.durations);
  report.open_case_count = ended.open_count;
  RETURN_IF_ERROR(keep_on());
  const TargetAttainment target = MeasureAttainment(traces, options.target_micros);
  if (target.case_count > 0) report.target = target;
  return keep_on();
}

absl::Status AddOccurrences(const LogSnapshot& log, const ReportOptions& options, Report& report,
                            KeepOn keep_on) {
  StepTimeBuilder steps(log.activities.size());
  FindingBuilder findings(log);
  std::vector<Impediment> impediments;
  BottleneckBuilder waits;
  const auto take = [&](const Occurrence& occurrence) {
    steps.Add(occurrence);
    findings.Add(occurrence);
    waits.Add(occurrence);
  };
  RETURN_IF_ERROR(ReadOccurrences(
      log, options.map_transitions,
      {take, [&](const Impediment& impediment) { impediments.push_back(impediment); }}, keep_on));
  report.steps = steps.Finish();
  RETURN_IF_ERROR(keep_on());
  report.impediments = MakePareto(log, impediments);
  report.findings = findings.Finish(report.impediments, kFindings);
  if (const auto bottleneck = waits.Finish()) {
    report.bottleneck = bottleneck->edge;
    report.bottleneck_share = bottleneck->share;
  }
  return keep_on();
}

}  // namespace

Report MakeReport(std::shared_ptr<const LogSnapshot> log, const ReportOptions& options) {
  return MakeReport(std::move(log), options, [] { return absl::OkStatus(); }).value();
}

absl::StatusOr<Report> MakeReport(std::shared_ptr<const LogSnapshot> log,
                                  const ReportOptions& options,
                                  absl::FunctionRef<absl::Status()> keep_on) {
  Report report;
  // What events tell, and what occurrences do, has nothing in common until it is cut short.
  RETURN_IF_ERROR(base::TryInThreads(
      base::ThreadsOfOneQuestion(), 2, keep_on, [&](size_t half, KeepOn go_on) -> absl::Status {
        if (half == 1) return AddOccurrences(*log, options, report, go_on);
        return AddEvents(Traces(log, {options.map_transitions}), options, report, go_on);
      }));
  report.omitted_steps = KeepFirst(options.max_steps, report.steps, TotalSeconds);
  report.omitted_impediments = KeepFirst(options.max_impediments, report.impediments,
                                         [](const ParetoBar& bar) { return bar.lost_seconds; });
  return report;
}

}  // namespace plumbline::analytics
