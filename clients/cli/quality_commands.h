// SPDX-License-Identifier: Apache-2.0
//
// flow, yield, chart, capability, pareto: Six Sigma on an event log (docs/quality.md).
#ifndef PLUMBLINE_CLIENTS_CLI_QUALITY_COMMANDS_H_
#define PLUMBLINE_CLIENTS_CLI_QUALITY_COMMANDS_H_

#include <string>
#include <vector>

#include "absl/time/time.h"
#include "clients/cli/commands.h"
#include "plumbline/analytics/v1/quality_service.pb.h"

namespace plumbline::cli {

inline constexpr char kQuality[] = "/plumbline.analytics.v1.QualityService/";

// Each adds its command (see commands.h).
void AddFlowCommand(args::Command& app, Action* action);
void AddYieldCommand(args::Command& app, Action* action);
void AddChartCommand(args::Command& app, Action* action);
void AddCapabilityCommand(args::Command& app, Action* action);
void AddParetoCommand(args::Command& app, Action* action);

// Answers as a person reads them.
struct FlowView {
  absl::TimeZone zone = absl::UTCTimeZone();  // of its times
  bool windowed = false;                      // a time to look at was asked for
  bool cut = false;                           // with an end
};
void PrintFlow(const analytics::v1::GetFlowResponse& flow, const Paper& paper,
               const FlowView& view);
void PrintFlow(const analytics::v1::GetFlowResponse& flow, const Paper& paper);  // of all of a log
void PrintYield(const analytics::v1::GetYieldResponse& yield, const Paper& paper);
// With the first so many steps in the table; all else is of all of them.
void PrintFirstOfYield(const analytics::v1::GetYieldResponse& yield, const Paper& paper,
                       size_t most_steps);
struct ChartView {
  absl::TimeZone zone = absl::UTCTimeZone();  // of its times
  bool numbered = false;                      // points are of so many values
  bool logarithms = false;  // limits are of those: --log
};
void PrintChart(const analytics::v1::GetControlChartResponse& chart, const Paper& paper,
                const ChartView& view);
void PrintChart(const analytics::v1::GetControlChartResponse& chart, const Paper& paper);  // UTC
// `asked`: what was asked, for its limits.
void PrintCapability(const analytics::v1::GetCapabilityRequest& asked,
                     const analytics::v1::GetCapabilityResponse& capability, const Paper& paper);
void PrintBars(const analytics::v1::GetParetoResponse& pareto, const Paper& paper);

// What several of them take, and say.

// What is measured, of chart and capability.
struct MeasureFlags {
  std::string of = "duration", step, condition, target, calendar;
  std::vector<std::string> defects;
};
// Adds --of, --step, --calendar; with `counts` also --condition, --target and --defect.
void AddMeasureFlags(args::Command& command, bool counts, MeasureFlags* flags);
absl::Status SetMeasure(Session& session, const MeasureFlags& flags,
                        analytics::v1::QualityMeasure* measure);

// "rework", "failed-verification", ...: --defect.
void AddDefectFlag(args::Command& command, std::vector<std::string>* defects);
analytics::v1::DefectSource DefectSourceOf(const std::string& name);
std::string DefectWords(analytics::v1::DefectSource source);

// "2d", "36h", "1w2d", "90m": a time of the wall clock, or of open hours. With a calendar, whose
// working day then has so many seconds, "3wd" too. FIELD_INVALID of `flag`.
absl::Status SetSpan(absl::string_view flag, absl::string_view text,
                     google::protobuf::Duration* span, double working_day = 0);

// "Note: ..." for each.
void PrintNotes(const google::protobuf::RepeatedPtrField<std::string>& notes, const Paper& paper);
// "No FIELD: REASON" for each figure that is absent.
void PrintAbsent(const google::protobuf::RepeatedPtrField<analytics::v1::AbsentFigure>& absent,
                 const Paper& paper);

}  // namespace plumbline::cli

#endif  // PLUMBLINE_CLIENTS_CLI_QUALITY_COMMANDS_H_
