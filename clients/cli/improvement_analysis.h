// SPDX-License-Identifier: Apache-2.0
//
// causes, bottlenecks: what to fix first, and why it is so (docs/root-cause.md,
// docs/bottlenecks.md).
#ifndef PLUMBLINE_CLIENTS_CLI_IMPROVEMENT_ANALYSIS_H_
#define PLUMBLINE_CLIENTS_CLI_IMPROVEMENT_ANALYSIS_H_

#include "clients/cli/commands.h"
#include "plumbline/analytics/v1/improvement_analysis_service.pb.h"

namespace plumbline::cli {

inline constexpr char kImprovementAnalysis[] =
    "/plumbline.analytics.v1.ImprovementAnalysisService/";

// Each adds its command (see commands.h).
void AddCausesCommand(args::Command& app, Action* action);
void AddBottlenecksCommand(args::Command& app, Action* action);

// As a person reads them, but for what was selected.
void PrintCauses(const analytics::v1::AnalyzeRootCausesResponse& found, const Paper& paper);
void PrintBottlenecks(const analytics::v1::RankBottlenecksResponse& ranked, const Paper& paper);

}  // namespace plumbline::cli

#endif  // PLUMBLINE_CLIENTS_CLI_IMPROVEMENT_ANALYSIS_H_
