// SPDX-License-Identifier: Apache-2.0
//
// onboarding plan: a plan while it is carried out, with its forecast and what is at risk.
#include <algorithm>
#include <memory>
#include <ostream>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "clients/cli/commands.h"
#include "clients/cli/help.h"
#include "clients/cli/list.h"
#include "clients/cli/onboarding.h"
#include "clients/cli/onboarding_group.h"
#include "clients/cli/table.h"
#include "clients/cli/terminal.h"
#include "clients/cli/units.h"
#include "common/base/status_macros.h"
#include "plumbline/onboarding/v1/plan_service.pb.h"

namespace plumbline::cli {
namespace {

namespace ob = onboarding::v1;

struct Options {
  std::string onboarding;
  bool why = false;
};

// The open time that is left, or missing.
std::string SlackText(const ob::LivePlanTask& task) {
  return task.has_slack() ? OpenHours(task.slack()) : "";
}

std::string RiskText(const ob::LivePlanTask& task) {
  if (task.at_risk()) return "at risk";
  return task.critical() ? "critical" : "";
}

bool IsOver(const ob::LivePlanTask& task) {
  return task.state() == ob::Task::STATE_DONE || task.state() == ob::Task::STATE_SKIPPED;
}

void PrintTable(Session& session, const ob::GetPlanResponse& plan) {
  Table table({"TASK", "~TITLE", "~WHO", "STATE", "?PLANNED END", "END (UTC)", "?FORECAST", "?DUE",
               ">OPEN SLACK", "RISK"});
  for (const ob::LivePlanTask& task : plan.tasks()) {
    const bool same =
        IsOver(task) || task.forecast_end_time().seconds() == task.expected_end_time().seconds();
    table.Add({IdOf(task.task()), task.title(), task.resource(),
               StateWord(ob::Task::State_Name(task.state())), When(task.planned_end_time()),
               When(task.expected_end_time()), same ? "" : When(task.forecast_end_time()),
               When(task.due_time()), SlackText(task), RiskText(task)});
  }
  table.Print(session.paper());
}

std::string BasisText(const ob::ForecastBasis& basis) {
  const int64_t minutes = basis.median().seconds() / 60;
  const std::string median =
      minutes >= 600 ? absl::StrCat(minutes / 60, " h") : absl::StrCat(minutes, " min");
  switch (basis.source()) {
    case ob::ForecastBasis::SOURCE_OWNER:
      return absl::StrCat("takes who has it ", median, " of open time (", basis.count(),
                          " times before)");
    case ob::ForecastBasis::SOURCE_STEP:
      return absl::StrCat("takes ", median, " of open time (", basis.count(),
                          " times before, by anybody)");
    default:
      return absl::StrCat("is taken to last ", median, " of open time, its target");
  }
}

void PrintReasons(Session& session, const ob::GetPlanResponse& plan) {
  for (const ob::LivePlanTask& task : plan.tasks()) {
    if (!task.has_basis()) continue;
    session.out() << '\n'
                  << IdOf(task.task()) << " (" << Printable(task.title()) << ")\n  "
                  << BasisText(task.basis()) << '\n';
    if (task.at_risk()) session.out() << "  at risk: " << Printable(task.risk_reason()) << '\n';
  }
}

absl::Status Plan(Session& session, const Options& options) {
  session.wording().Call({{"name", "ON-BOARDING"}});
  ob::GetPlanRequest request;
  request.set_name(session.FullName("onboardings", options.onboarding));
  ob::GetPlanResponse plan;
  RETURN_IF_ERROR(session.Call(kPlans, "GetPlan", request, &plan));
  if (session.json()) {
    session.PrintJson(plan);
    return absl::OkStatus();
  }
  const ob::Onboarding& onboarding = plan.onboarding();
  session.out() << IdOf(onboarding.name()) << ": "
                << StateWord(ob::Onboarding::State_Name(onboarding.state()));
  if (onboarding.state() == ob::Onboarding::STATE_COMPLETED) {
    session.out() << " on " << When(onboarding.finish_time());
  } else if (plan.has_expected_finish_time()) {
    session.out() << ", should end on " << When(plan.expected_finish_time())
                  << ", will by experience on " << When(plan.forecast_finish_time());
  }
  if (onboarding.has_target_time())
    session.out() << ", is to end by " << When(onboarding.target_time());
  session.out() << " (times are UTC)" << (plan.at_risk() ? ": at risk\n" : "\n");
  PrintTable(session, plan);
  if (!plan.critical_path().empty())
    session.out() << "the end hangs on: " << absl::StrJoin(plan.critical_path(), " -> ") << '\n';
  for (const std::string& reason : plan.reasons())
    session.out() << "  " << Printable(reason) << '\n';
  if (options.why) PrintReasons(session, plan);
  return absl::OkStatus();
}

}  // namespace

void AddLivePlan(CLI::App& group, Action* action) {
  auto options = std::make_shared<Options>();
  CLI::App* command = group.add_subcommand(
      "plan",
      "See how its plan goes on: what comes when, by how much it may be late, what is at "
      "risk");
  command->add_option("ON-BOARDING", options->onboarding, "Its id")->required();
  command->add_flag("--why", options->why,
                    "Say of every task that is open or to come what its forecast stands on");
  AddExamples(*command, {{"plumbline onboarding plan ada --why", ""},
                         {"plumbline list onboardings --at-risk", "which to look at"}});
  command->callback([=] { *action = [=](Session& s) { return Plan(s, *options); }; });
}

}  // namespace plumbline::cli
