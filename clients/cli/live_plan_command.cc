// SPDX-License-Identifier: Apache-2.0
//
// onboarding plan: a plan while it is carried out, with its forecast and what is at risk.
#include <algorithm>
#include <map>
#include <memory>
#include <ostream>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "clients/cli/commands.h"
#include "clients/cli/help.h"
#include "clients/cli/list.h"
#include "clients/cli/onboarding.h"
#include "clients/cli/onboarding_group.h"
#include "clients/cli/plan_reasons.h"
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
  // Those on the right go first where the terminal is narrow: what is due and at risk last.
  Table table({"TASK", "~TITLE", "~WHO", "STATE", "END", "?RISK", "?DUE", "?NEEDED", "?FORECAST",
               "?PLANNED END", "?>OPEN SLACK"});
  for (const ob::LivePlanTask& task : plan.tasks()) {
    const bool same =
        IsOver(task) || task.forecast_end_time().seconds() == task.expected_end_time().seconds();
    table.Add({IdOf(task.task()), task.title(), task.resource(),
               StateWord(ob::Task::State_Name(task.state())), When(task.expected_end_time()),
               RiskText(task), When(task.due_time()), NeededWord(task),
               same ? "" : When(task.forecast_end_time()), When(task.planned_end_time()),
               SlackText(task)});
  }
  table.Print(session.paper());
}

// "16 h", "45 min" of open time; days of calendars have no length.
std::string OpenTime(const google::protobuf::Duration& time) {
  const int64_t minutes = time.seconds() / 60;
  return minutes >= 120 ? absl::StrCat(minutes / 60, " h") : absl::StrCat(minutes, " min");
}

// What the forecast of a step stands on.
std::string BasisText(const ob::LivePlanTask& task) {
  const ob::ForecastBasis& basis = task.basis();
  const std::string median = OpenTime(basis.median());
  if (basis.source() != ob::ForecastBasis::SOURCE_OWNER &&
      basis.source() != ob::ForecastBasis::SOURCE_STEP) {
    return absl::StrCat("it is counted with its target, ", median,
                        " of open time: it was done too rarely to say how long it takes");
  }
  const bool own = basis.source() == ob::ForecastBasis::SOURCE_OWNER;
  return absl::StrCat(own ? absl::StrCat("with ", task.resource(), " it") : "it", " usually takes ",
                      median, " of open time, and 4 of 5 times at most ", OpenTime(basis.p80()),
                      " (", Number(basis.count(), "past time", "past times"),
                      own ? ")" : ", whoever did it)");
}

// Whether a step that is left was done often enough to say how long it takes.
bool HasExperience(const ob::GetPlanResponse& plan) {
  return std::any_of(plan.tasks().begin(), plan.tasks().end(), [](const ob::LivePlanTask& task) {
    return task.basis().source() == ob::ForecastBasis::SOURCE_OWNER ||
           task.basis().source() == ob::ForecastBasis::SOURCE_STEP;
  });
}

void PrintReasons(Session& session, const ob::GetPlanResponse& plan) {
  // Where no step was done often enough, that is said once, of all.
  const bool experience = HasExperience(plan);
  for (const ob::LivePlanTask& task : plan.tasks()) {
    if (!task.has_basis() && task.reasons().empty()) continue;
    PrintReasonHead(session, IdOf(task.task()), task.title());
    if (task.state() != ob::Task::STATE_NOT_NEEDED)
      PrintReason(session, absl::StrCat("done by ", task.resource()));
    for (const std::string& reason : task.reasons()) PrintReason(session, reason);
    if (experience && task.has_basis()) PrintReason(session, BasisText(task));
    if (task.at_risk()) PrintReason(session, absl::StrCat("at risk: ", task.risk_reason()));
  }
}

// When it is to end, should and will, a line each with what the date stands on.
void PrintFinish(Session& session, const ob::GetPlanResponse& plan) {
  const ob::Onboarding& onboarding = plan.onboarding();
  session.out() << IdOf(onboarding.name()) << ": "
                << StateWord(ob::Onboarding::State_Name(onboarding.state()))
                << (plan.at_risk() ? ", at risk" : "") << " (times are UTC)\n";
  const auto line = [&](const char* what, const google::protobuf::Timestamp& time,
                        const char* meaning) {
    session.out() << "  " << what << When(time) << meaning << '\n';
  };
  const bool over = onboarding.state() == ob::Onboarding::STATE_COMPLETED;
  if (onboarding.has_target_time()) line("target:   ", onboarding.target_time(), "  is to end by");
  if (over) line("finished: ", onboarding.finish_time(), "");
  if (over || !plan.has_expected_finish_time()) return;
  line("expected: ", plan.expected_finish_time(),
       "  if what is left takes as long as its targets allow");
  if (HasExperience(plan)) {
    line("forecast: ", plan.forecast_finish_time(),
         "  if what is left takes as long as it usually took before");
  } else {
    session.out() << "  forecast: none yet, so count on the expected date\n";
  }
}

// The steps on which the end hangs, as tasks of their present rounds: "exam~2".
std::vector<std::string> CriticalTasks(const ob::GetPlanResponse& plan) {
  std::map<std::string, std::string> ids;
  for (const ob::LivePlanTask& task : plan.tasks()) ids[task.step()] = IdOf(task.task());
  std::vector<std::string> tasks;
  for (const std::string& step : plan.critical_path())
    tasks.push_back(ids.contains(step) ? ids[step] : step);
  return tasks;
}

absl::Status Plan(Session& session, const Options& options) {
  session.wording().Call({{"name", "ON-BOARDING"}});
  ob::GetPlanRequest request;
  request.set_name(session.FullName("onboardings", options.onboarding));
  if (!options.why && !session.json()) request.set_view(ob::GetPlanRequest::VIEW_BASIC);
  ob::GetPlanResponse plan;
  RETURN_IF_ERROR(session.Call(kPlans, "GetPlan", request, &plan));
  if (session.json()) {
    session.PrintJson(plan);
    return absl::OkStatus();
  }
  PrintFinish(session, plan);
  PrintTable(session, plan);
  if (!plan.critical_path().empty())
    session.out() << Wrap(absl::StrCat("the end hangs on: ",
                                       absl::StrJoin(CriticalTasks(plan), " -> ")),
                          session.paper().width, 2)
                  << '\n';
  for (const std::string& reason : plan.reasons()) {
    session.out() << Wrap(absl::StrCat("  ", Printable(reason)), session.paper().width, 4) << '\n';
  }
  if (options.why) PrintReasons(session, plan);
  return absl::OkStatus();
}

}  // namespace

void AddLivePlan(args::Command& group, Action* action) {
  auto options = std::make_shared<Options>();
  args::Command* command = group.add_subcommand(
      "plan",
      "See how its plan goes on: what comes when, by how much it may be late, what is at "
      "risk");
  command->add_option("ON-BOARDING", options->onboarding, "Its id")->required();
  command->add_flag(
      "--why", options->why,
      "Say of every task that is open or to come why it is planned so, what happened to "
      "what it waits for, and what its forecast stands on");
  AddExamples(*command, {{"plumbline onboarding plan ada --why", ""},
                         {"plumbline list onboardings --at-risk", "which to look at"}});
  command->callback([=] { *action = [=](Session& s) { return Plan(s, *options); }; });
}

}  // namespace plumbline::cli
