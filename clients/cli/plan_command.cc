// SPDX-License-Identifier: Apache-2.0
//
// plan: an on-boarding before anything exists, with its reasons.
#include <memory>
#include <ostream>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "clients/cli/commands.h"
#include "clients/cli/help.h"
#include "clients/cli/onboarding.h"
#include "clients/cli/plan_notes.h"
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
  std::string process, person, day_one, zone, calendar, at;
  std::vector<std::string> assign, set;
  bool why = false;
};

absl::StatusOr<ob::PlanOnboardingRequest> RequestOf(const Session& session,
                                                    const Options& options) {
  ob::PlanOnboardingRequest request;
  request.set_parent(session.parent());
  ob::Onboarding& o = *request.mutable_onboarding();
  o.set_process(session.FullName("processes", options.process));
  o.set_person(options.person);
  o.set_day_one(options.day_one);
  o.set_time_zone(options.zone);
  if (!options.calendar.empty()) o.set_calendar(session.FullName("calendars", options.calendar));
  RETURN_IF_ERROR(ParsePairs("--assign", "ROLE=PERSON", options.assign, o.mutable_assignees()));
  RETURN_IF_ERROR(ParsePairs("--set", "ATTRIBUTE=VALUE", options.set, o.mutable_attributes()));
  RETURN_IF_ERROR(SetTime("--at", options.at, &request, "start_time"));
  return request;
}

// "eve@example.com", "it (role)"; with who stands in.
std::string WhoText(const ob::PlannedTask& task) {
  if (task.owner().person().empty()) return task.role();
  if (!task.stand_in().empty())
    return absl::StrCat(task.owner().person(), " (away: ", task.stand_in(), ")");
  return absl::StrCat(task.owner().person(), task.absence_steps().empty() ? "" : " (away)");
}

// "critical", or the open time that is left.
std::string SlackText(const ob::PlannedTask& task) {
  if (!task.has_planned_start_time()) return "";
  if (task.critical()) return "critical";
  return OpenHours(task.slack());
}

void PrintTable(Session& session, const ob::PlanOnboardingResponse& plan) {
  Table table({"TASK", "~TITLE", "~WHO", "START (UTC)", "END (UTC)", ">OPEN SLACK", "?NEEDED"});
  for (const ob::PlannedTask& task : plan.tasks()) {
    table.Add({task.step(), task.title(), WhoText(task), When(task.planned_start_time()),
               When(task.planned_end_time()), SlackText(task), NeededWord(task)});
  }
  table.Print(session.paper());
}

// Who is on-boarded does their own part whatever records say.
const char* SourceText(const ob::PlanOnboardingResponse& plan, const ob::TaskOwner& owner) {
  switch (owner.source()) {
    case ob::TaskOwner::SOURCE_GIVEN:
      return ", as was said";
    case ob::TaskOwner::SOURCE_RELATIVE:
    case ob::TaskOwner::SOURCE_RECORD:
      return owner.person() == plan.onboarding().person() ? ", as who is on-boarded"
                                                          : ", by records of people";
    default:
      return "";
  }
}

void PrintReasons(Session& session, const ob::PlanOnboardingResponse& plan) {
  for (const ob::PlannedTask& task : plan.tasks()) {
    const auto line = [&](absl::string_view text) { PrintReason(session, text); };
    PrintReasonHead(session, task.step(), task.title());
    const ob::TaskOwner& owner = task.owner();
    line(owner.person().empty() ? absl::StrCat("done by whoever has the role ", task.role())
                                : absl::StrCat("done by ", owner.person(), " for the role ",
                                               task.role(), SourceText(plan, owner)));
    for (const ob::ResolutionStep& step : owner.steps()) line(step.text());
    for (const ob::ResolutionStep& step : task.absence_steps()) line(step.text());
    for (const std::string& reason : task.reasons()) line(reason);
  }
}

absl::Status Plan(Session& session, const Options& options) {
  session.wording().Call({{"onboarding.process", "PROCESS"},
                          {"onboarding.person", "--person"},
                          {"onboarding.day_one", "--day-one"},
                          {"onboarding.time_zone", "--zone"},
                          {"onboarding.calendar", "--calendar"},
                          {"onboarding.assignees", "--assign"},
                          {"onboarding.attributes", "--set"},
                          {"occur_time", "--at"}});
  ASSIGN_OR_RETURN(const ob::PlanOnboardingRequest request, RequestOf(session, options));
  ob::PlanOnboardingResponse plan;
  RETURN_IF_ERROR(session.Call(kPlans, "PlanOnboarding", request, &plan));
  if (session.json()) {
    session.PrintJson(plan);
    return absl::OkStatus();
  }
  const auto say = [&](const std::string& text) {
    session.out() << Wrap(Printable(text), session.paper().width, 2) << '\n';
  };
  say(absl::StrCat(
      session.ShortName(plan.onboarding().process()), " for ", plan.onboarding().person(),
      ": the plan, nothing is started; ends ", When(plan.planned_end_time()), " UTC",
      plan.onboarding().has_target_time()
          ? absl::StrCat(", is to end by ", When(plan.onboarding().target_time()), " UTC")
          : ""));
  PrintTable(session, plan);
  say(absl::StrCat("the end hangs on: ", absl::StrJoin(plan.critical_path(), " -> ")));
  if (plan.open_roles_size() > 0)
    say(absl::StrCat("nobody is named for: ", absl::StrJoin(plan.open_roles(), ", ")));
  PlanNotes(session).Tell(plan.onboarding(), TimesOf(plan, session.clock().Now()));
  TellRisk(session, plan.risk(), "");
  if (options.why) PrintReasons(session, plan);
  return absl::OkStatus();
}

}  // namespace

void AddPlanCommand(args::Command& app, Action* action) {
  auto options = std::make_shared<Options>();
  args::Command* plan = app.add_subcommand(
      "plan", "See what start would start: who does what when, why, and what the end hangs on");
  plan->group("Run");
  plan->add_option("PROCESS", options->process, "Id, or ID@REVISION (default: the latest revision)")
      ->required();
  Takes(plan->add_option("--person", options->person, "Who is to be on-boarded"), "WHO")
      ->required();
  Takes(plan->add_option("--day-one", options->day_one, "First working day, YYYY-MM-DD"), "DATE")
      ->required();
  Takes(plan->add_option("--zone", options->zone,
                         "Time zone of working hours (default: that of the calendar, else that of "
                         "the person's record, else UTC)"),
        "ZONE");
  Takes(plan->add_option("--calendar", options->calendar,
                         "Calendar of the catalog by which due dates count (default: that of the "
                         "person's record, else Monday to Friday, 09:00 to 17:00)"),
        "CALENDAR");
  Takes(plan->add_option("--assign", options->assign,
                         "Who fills a role: a person, or @ and a role that depends on who is "
                         "on-boarded, as in it=@manager.manager (repeatable)"),
        "ROLE=PERSON")
      ->allow_extra_args(false);
  Takes(plan->add_option("--set", options->set, "Value of an attribute (repeatable)"),
        "ATTRIBUTE=VALUE")
      ->allow_extra_args(false);
  Takes(plan->add_option("--at", options->at,
                         "When it would be started: which revision is effective then (default: "
                         "now)"),
        "TIME");
  plan->add_flag("--why", options->why, "Say of every task why it is planned so, and who says who");
  AddExamples(*plan, {{"plumbline plan sales-rep-onboarding --person ada@example.com --day-one "
                       "2027-03-01 --why",
                       "nothing is written"},
                      {"plumbline plan sales-rep-onboarding --person ada@example.com --day-one "
                       "2027-03-01 --assign 'it=@group:it-desk'",
                       "somebody of a group"}});
  plan->callback([=] { *action = [=](Session& s) { return Plan(s, *options); }; });
}

}  // namespace plumbline::cli
