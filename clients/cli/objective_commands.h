// SPDX-License-Identifier: Apache-2.0
//
// objective, budget: promises about processes and steps, and what is left of their error budgets.
#ifndef PLUMBLINE_CLIENTS_CLI_OBJECTIVE_COMMANDS_H_
#define PLUMBLINE_CLIENTS_CLI_OBJECTIVE_COMMANDS_H_

#include <string>

#include "clients/cli/commands.h"
#include "plumbline/analytics/v1/objective_service.pb.h"

namespace plumbline::cli {

inline constexpr char kObjectives[] = "/plumbline.analytics.v1.ObjectiveService/";

// Each adds its command (see commands.h).
void AddObjectiveCommands(args::Command& app, Action* action);
void AddBudgetCommand(args::Command& app, Action* action);

// As a person reads them.
void PrintBudget(const analytics::v1::GetErrorBudgetResponse& answer, const Paper& paper);
void PrintBudgetHistory(const analytics::v1::ListErrorBudgetHistoryResponse& history,
                        const Paper& paper);
void PrintAlerts(const std::vector<analytics::v1::ObjectiveAlert>& alerts, const Paper& paper);
// The promise in words: "90 % of cases come to 'Certified' within 30 working days".
std::string PromiseOf(const analytics::v1::Objective& objective);
// "[######----]": how much of the budget is left.
std::string BudgetBar(double remaining_share);
// "met", "at risk", "exhausted", "too few events".
std::string BudgetWord(analytics::v1::ErrorBudget::State state);

}  // namespace plumbline::cli

#endif  // PLUMBLINE_CLIENTS_CLI_OBJECTIVE_COMMANDS_H_
