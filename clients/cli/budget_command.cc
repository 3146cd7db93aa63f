// SPDX-License-Identifier: Apache-2.0
//
// budget: how the error budget of an objective stands, and stood.
#include <algorithm>
#include <cmath>
#include <memory>
#include <ostream>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "clients/cli/help.h"
#include "clients/cli/list.h"
#include "clients/cli/objective_commands.h"
#include "clients/cli/quality_commands.h"
#include "clients/cli/selection_flags.h"
#include "clients/cli/table.h"
#include "clients/cli/units.h"
#include "common/base/status_macros.h"

namespace plumbline::cli {
namespace {

namespace pb = analytics::v1;

struct Options {
  std::string objective, at, from, to, step;
  bool history = false;
};

// "130 %": of a share that may be above 1.
std::string Spent(double share) {
  return share <= 1 ? Percent(share) : absl::StrCat(Count(std::llround(share * 100)), " %");
}

std::string Rate(const pb::BurnRate& rate) {
  return rate.has_burn_rate() ? absl::StrFormat("%.2f", rate.burn_rate()) : "nothing counts";
}

absl::Status History(Session& session, const Options& options) {
  session.wording().Call(
      {{"name", "OBJECTIVE"}, {"start_time", "--from"}, {"end_time", "--to"}, {"step", "--step"}});
  pb::ListErrorBudgetHistoryRequest request;
  request.set_name(session.FullName("objectives", options.objective));
  RETURN_IF_ERROR(SetTime("--from", options.from, &request, "start_time"));
  RETURN_IF_ERROR(SetTime("--to", options.to, &request, "end_time"));
  if (!options.step.empty())
    RETURN_IF_ERROR(SetSpan("--step", options.step, request.mutable_step()));
  pb::ListErrorBudgetHistoryResponse response;
  RETURN_IF_ERROR(session.Call(kObjectives, "ListErrorBudgetHistory", request, &response));
  if (session.json()) {
    session.PrintJson(response);
  } else {
    PrintBudgetHistory(response, session.paper());
  }
  return absl::OkStatus();
}

absl::Status Budget(Session& session, const Options& options) {
  if (options.history) return History(session, options);
  session.wording().Call({{"name", "OBJECTIVE"}, {"time", "--at"}});
  pb::GetErrorBudgetRequest request;
  request.set_name(session.FullName("objectives", options.objective));
  RETURN_IF_ERROR(SetTime("--at", options.at, &request, "time"));
  pb::GetErrorBudgetResponse response;
  RETURN_IF_ERROR(session.Call(kObjectives, "GetErrorBudget", request, &response));
  if (session.json()) {
    session.PrintJson(response);
  } else {
    // The budget is of a time, which cases have ended is of all that the log knows.
    pb::CompletionSummary completion = response.completion();
    if (!options.at.empty() && !completion.text().empty())
      completion.set_text(absl::StrCat("In all the time of the log: ", completion.text()));
    PrintCompletion(completion, session);
    PrintBudget(response, session.paper());
  }
  return absl::OkStatus();
}

// "Open: 57 in time, not counted yet, and 1,532 overdue": what is not known to be good or bad, and
// what is late and still waited for.
std::string OpenWords(const pb::Objective& objective, const pb::ErrorBudget& budget) {
  const pb::ObjectiveMeasure& measure = objective.measure();
  const std::string pending = Count(budget.pending_count());
  if (measure.kind() == pb::ObjectiveMeasure::KIND_CASES_WITH_DEFECT ||
      measure.kind() == pb::ObjectiveMeasure::KIND_CASES_WITH_CONDITION)
    return absl::StrCat("Open: ", pending, ", not counted before they end.");
  const std::string what =
      measure.kind() == pb::ObjectiveMeasure::KIND_STEP_TIME ? std::string("Not done yet")
      : !measure.activity().empty()
          ? absl::StrCat("Open, and '", Printable(measure.activity()), "' not reached")
          : std::string("Open");
  return absl::StrCat(what, ": ", pending, " in time, not counted yet, and ",
                      Count(budget.overdue_count()), " overdue.");
}

void PrintCounts(const pb::Objective& objective, const pb::ErrorBudget& budget,
                 const Paper& paper) {
  const std::string failed =
      budget.failed_count() == 0
          ? ""
          : absl::StrCat(" (", Count(budget.failed_count()), " ended without it)");
  paper.out << Wrap(absl::StrCat("Counted: ", Count(budget.event_count()), ", of which ",
                                 Count(budget.bad_count()), " bad", failed, ". ",
                                 OpenWords(objective, budget)),
                    paper.width, 0)
            << "\n";
  if (!budget.has_consumed_share()) return;
  paper.out << absl::StrFormat("Good: %s (95 %% interval %s to %s).\n",
                               Percent(budget.good_share()), Percent(budget.good_share_lower()),
                               Percent(budget.good_share_upper()));
  const std::string left = absl::StrFormat(
      "Budget: %s %s spent: %s of %s that may be bad, %s %s.", BudgetBar(budget.remaining_share()),
      Spent(budget.consumed_share()), Count(budget.bad_count()), Tenths(budget.budget_count()),
      Tenths(std::abs(budget.remaining_count())),
      budget.remaining_count() < 0 ? "too many" : "left");
  paper.out << Wrap(left, paper.width, 2) << "\n";
  if (budget.projected_budget_count() > budget.budget_count()) {
    const std::string pace = absl::StrFormat(
        "At this pace %s may be bad in a whole period; those bad so far are %s of that.",
        Tenths(budget.projected_budget_count()), Spent(budget.projected_consumed_share()));
    paper.out << Wrap(pace, paper.width, 2) << "\n";
  }
}

void PrintRules(const pb::ErrorBudget& budget, const Paper& paper) {
  Table table(
      {"rule", ">alerts above", ">long", ">burns at", ">short", ">burns at", "?severity", "state"});
  for (const pb::BurnRateRuleState& state : budget.rules()) {
    const pb::BurnRateRule& rule = state.rule();
    table.Add({rule.id(), absl::StrFormat("%.2f", rule.burn_rate()), Span(rule.long_window()),
               Rate(state.long_rate()), Span(rule.short_window()), Rate(state.short_rate()),
               rule.severity() == pb::BurnRateRule::SEVERITY_PAGE ? "page" : "ticket",
               state.firing()      ? "ALERTS"
               : state.held_back() ? "held back: too few bad"
                                   : "quiet"});
  }
  paper.out << "\n";
  table.Print(paper, 0);
}

}  // namespace

std::string PromiseOf(const pb::Objective& objective) {
  const pb::ObjectiveMeasure& measure = objective.measure();
  const std::string goal = absl::StrFormat("%g %%", objective.goal_share() * 100);
  const std::string within =
      measure.target_working_days() > 0
          ? absl::StrCat("within ",
                         Number(measure.target_working_days(), "working day", "working days"))
      : !measure.has_target() ? std::string("by their due times")
      : measure.has_business_time()
          ? absl::StrCat("within ", OpenHours(measure.target()), " of open time")
          : absl::StrCat("within ", Span(measure.target()));
  const std::string since =
      measure.from_activity().empty() ? "" : absl::StrCat(" after '", measure.from_activity(), "'");
  switch (measure.kind()) {
    case pb::ObjectiveMeasure::KIND_STEP_TIME:
      return absl::StrCat(goal, " of '", measure.activity(), "' are done ", within);
    case pb::ObjectiveMeasure::KIND_CASES_WITH_DEFECT:
      return absl::StrCat(goal, " of cases have no defect");
    case pb::ObjectiveMeasure::KIND_CASES_WITH_CONDITION:
      return absl::StrCat(goal, " of cases are not like this: ", measure.condition());
    default:
      break;
  }
  if (measure.activity().empty()) return absl::StrCat(goal, " of cases end ", within, since);
  return absl::StrCat(goal, " of cases come to '", measure.activity(), "' ", within, since);
}

std::string BudgetBar(double remaining_share) {
  constexpr int kWidth = 20;
  const double share = std::clamp(remaining_share, 0.0, 1.0);
  const auto full = static_cast<size_t>(share * kWidth + 0.5);
  return absl::StrCat("[", std::string(full, '#'), std::string(kWidth - full, '-'), "]");
}

std::string BudgetWord(pb::ErrorBudget::State state) {
  switch (state) {
    case pb::ErrorBudget::STATE_MET:
      return "met";
    case pb::ErrorBudget::STATE_AT_RISK:
      return "at risk";
    case pb::ErrorBudget::STATE_EXHAUSTED:
      return "exhausted";
    case pb::ErrorBudget::STATE_TOO_FEW_EVENTS:
      return "too few events";
    default:
      return "unknown";
  }
}

void PrintBudget(const pb::GetErrorBudgetResponse& answer, const Paper& paper) {
  const pb::ErrorBudget& budget = answer.budget();
  paper.out << Wrap(Printable(PromiseOf(answer.objective())), paper.width, 2) << "\n";
  paper.out << "State at " << When(budget.time()) << " UTC: " << BudgetWord(budget.state()) << "\n"
            << Wrap(absl::StrCat("  ", Printable(budget.state_reason()), "."), paper.width, 2)
            << "\n";
  PrintSelection(answer.selection(), paper);
  PrintCounts(answer.objective(), budget, paper);
  if (!budget.policy_level().empty()) {
    paper.out << Wrap(absl::StrCat("Policy, level '", budget.policy_level(),
                                   "': ", Printable(budget.policy_action()), "."),
                      paper.width, 2)
              << "\n";
  }
  if (answer.left_out_count() > 0) {
    paper.out << Wrap(absl::StrCat(Count(answer.left_out_count()),
                                   " left out: without a target or a begin, skipped, or ended "
                                   "without it."),
                      paper.width, 2)
              << "\n";
  }
  PrintRules(budget, paper);
  paper.out << "\n";
  PrintNotes(answer.notes(), paper);
  PrintAbsent(answer.absent(), paper);
}

void PrintBudgetHistory(const pb::ListErrorBudgetHistoryResponse& history, const Paper& paper) {
  Table table({"time (UTC)", "state", ">counted", ">bad", ">good", ">spent", "?alerts", "?left"});
  for (const pb::ErrorBudget& point : history.points()) {
    const bool known = point.has_consumed_share();
    table.Add({When(point.time()), BudgetWord(point.state()), Count(point.event_count()),
               Count(point.bad_count()), known ? Percent(point.good_share()) : "",
               known ? Spent(point.consumed_share()) : "",
               absl::StrJoin(point.firing_rules(), ", "),
               known ? BudgetBar(point.remaining_share()) : ""});
  }
  table.Print(paper, 0);
  PrintNotes(history.notes(), paper);
}

void AddBudgetCommand(args::Command& app, Action* action) {
  auto options = std::make_shared<Options>();
  args::Command* command =
      app.add_subcommand("budget",
                         "How much of an objective's error budget is left, and how fast "
                         "it goes");
  command->group("Study");
  command->add_option("OBJECTIVE", options->objective, "Id of the objective")->required();
  args::Option* at = Takes(
      command->add_option("--at", options->at,
                          "At this time (default: now; of a log that is no longer written, its "
                          "last event)"),
      "TIME");
  args::Option* history =
      command->add_flag("--history", options->history, "How it stood, step by step");
  at->excludes(history);
  Takes(command->add_option("--from", options->from, "With --history: since when"), "TIME")
      ->needs(history);
  Takes(command->add_option("--to", options->to, "With --history: until when"), "TIME")
      ->needs(history);
  Takes(command->add_option("--step", options->step, "With --history: from point to point, as 1d"),
        "SPAN")
      ->needs(history);
  AddExamples(*command, {{"plumbline budget certified", ""},
                         {"plumbline budget certified --history --step 1w", "week by week"}});
  command->callback([=] { *action = [=](Session& s) { return Budget(s, *options); }; });
}

}  // namespace plumbline::cli
