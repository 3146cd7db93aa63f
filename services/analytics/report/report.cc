// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/report/report.h"

#include <utility>

#include "common/base/status_macros.h"
#include "common/base/threads.h"
#include "services/analytics/mining/case_ends.h"
#include "services/analytics/mining/case_pieces.h"
#include "services/analytics/report/report_room.h"

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

// What occurrences tell, by stretches of cases.
struct Occurred {
  Occurred(const LogSnapshot& log, const std::vector<std::string>& map_transitions)
      : log(log),
        map_transitions(map_transitions),
        cut(CutCases(log, StretchesOf(log.size(), log.activities.size()))),
        impediments(cut.size()) {
    for (size_t i = 0; i < cut.size(); ++i) steps.emplace_back(log.activities.size());
  }

  absl::Status Read(size_t i, KeepOn keep_on) {
    return ReadOccurrences(
        log, map_transitions, cut[i],
        {[this, i](const Occurrence& occurrence) { steps[i].Add(occurrence); },
         [this, i](const Impediment& impediment) { impediments[i].push_back(impediment); }},
        keep_on);
  }

  const LogSnapshot& log;
  const std::vector<std::string>& map_transitions;
  const std::vector<CaseRange> cut;
  std::vector<StepRecords> steps;
  std::vector<std::vector<Impediment>> impediments;
};

absl::Status AddOccurrences(const Occurred& occurred, int threads, Report& report, KeepOn keep_on) {
  const LogSnapshot& log = occurred.log;
  ASSIGN_OR_RETURN(StepTables tables,
                   MakeStepTables(occurred.steps, log.activities.size(), threads, keep_on));
  std::vector<Impediment> impediments;
  for (const std::vector<Impediment>& some : occurred.impediments)
    impediments.insert(impediments.end(), some.begin(), some.end());
  report.steps = std::move(tables.steps);
  report.impediments = MakePareto(log, impediments);
  report.findings = MakeFindings(log.activities, static_cast<int64_t>(log.case_count()),
                                 tables.figures, report.impediments, kFindings);
  if (tables.bottleneck.has_value()) {
    report.bottleneck = tables.bottleneck->edge;
    report.bottleneck_share = tables.bottleneck->share;
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
  const int threads = base::ThreadsOfOneQuestion();
  // What events tell has nothing in common with what occurrences do, until it is cut short.
  Occurred occurred(*log, options.map_transitions);
  RETURN_IF_ERROR(base::TryInThreads(
      threads, 1 + occurred.cut.size(), keep_on, [&](size_t i, KeepOn go_on) -> absl::Status {
        if (i > 0) return occurred.Read(i - 1, go_on);
        return AddEvents(Traces(log, {options.map_transitions}), options, report, go_on);
      }));
  RETURN_IF_ERROR(AddOccurrences(occurred, threads, report, keep_on));
  report.omitted_steps = KeepFirst(options.max_steps, report.steps, TotalSeconds);
  report.omitted_impediments = KeepFirst(options.max_impediments, report.impediments,
                                         [](const ParetoBar& bar) { return bar.lost_seconds; });
  return report;
}

}  // namespace plumbline::analytics
