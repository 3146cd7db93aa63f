// SPDX-License-Identifier: Apache-2.0
//
// ramp: milestones of an on-boarding, how it stands, and how cohorts compare.
#include <memory>
#include <ostream>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "clients/cli/commands.h"
#include "clients/cli/help.h"
#include "clients/cli/list.h"
#include "clients/cli/onboarding.h"
#include "clients/cli/ramp_list.h"
#include "clients/cli/ramp_view.h"
#include "clients/cli/table.h"
#include "clients/cli/terminal.h"
#include "clients/cli/units.h"
#include "common/base/status_macros.h"
#include "plumbline/onboarding/v1/ramp_service.pb.h"

namespace plumbline::cli {
namespace {

namespace ob = onboarding::v1;

struct Options {
  std::string onboarding, milestone, at, source, reason, etag, request_id;
  std::string filter, group_by, level;
  std::vector<std::string> milestones;
  bool dry_run = false;
};

// "2.5 d", or "" where there is none.
std::string DaysOf(const ob::MilestoneStatus& milestone) {
  return milestone.has_business_days() ? Days(milestone.business_days()) : "";
}

template <typename Request>
Request ChangeOf(Session& session, const Options& options) {
  session.wording().Call({{"name", "ON-BOARDING"},
                          {"milestone", "MILESTONE"},
                          {"reach_time", "--at"},
                          {"source", "--source"},
                          {"reason", "--reason"},
                          {"etag", "--etag"}});
  Request request;
  request.set_name(session.FullName("onboardings", options.onboarding));
  request.set_milestone(options.milestone);
  request.set_reason(options.reason);
  request.set_etag(options.etag);
  request.set_request_id(options.request_id.empty() ? base::NewUuid() : options.request_id);
  request.set_validate_only(options.dry_run);
  return request;
}

// "ada: First deal, reached 2027-03-12 09:00 (41.2 working days after day one)".
template <typename Response>
void PrintChanged(Session& session, const Options& options, const Response& response) {
  if (session.json()) {
    session.PrintJson(response);
    return;
  }
  NoteDryRun(session, {.dry_run = options.dry_run});
  const ob::MilestoneStatus& milestone = response.milestone();
  session.out() << IdOf(response.onboarding().name()) << ": " << Printable(milestone.title())
                << ", " << StateWord(ob::MilestoneStatus::State_Name(milestone.state()));
  if (milestone.has_reach_time()) {
    session.out() << ' ' << When(milestone.reach_time()) << " UTC ("
                  << (milestone.has_business_days()
                          ? absl::StrFormat("%.1f working days after day one",
                                            milestone.business_days())
                          : "before day one: it counts as reached, in no time")
                  << ')';
  }
  session.out() << '\n';
}

absl::Status Report(Session& session, const Options& options) {
  auto request = ChangeOf<ob::ReportMilestoneRequest>(session, options);
  request.set_source(options.source);
  RETURN_IF_ERROR(SetTime("--at", options.at, &request, "reach_time"));
  ob::ReportMilestoneResponse response;
  RETURN_IF_ERROR(session.Call(kRamp, "ReportMilestone", request, &response));
  PrintChanged(session, options, response);
  return absl::OkStatus();
}

absl::Status Withdraw(Session& session, const Options& options) {
  const auto request = ChangeOf<ob::WithdrawMilestoneRequest>(session, options);
  ob::WithdrawMilestoneResponse response;
  RETURN_IF_ERROR(session.Call(kRamp, "WithdrawMilestone", request, &response));
  PrintChanged(session, options, response);
  return absl::OkStatus();
}

// Paths of the steps of an on-boarding; empty where it has none, or does not say.
std::set<std::string> StepsOf(Session& session, const std::string& name) {
  std::set<std::string> steps;
  ob::ListTasksRequest request;
  request.set_parent(name);
  request.set_page_size(1000);
  do {
    ob::ListTasksResponse page;
    if (!session.Call(kOnboarding, "ListTasks", request, &page).ok()) return {};
    for (const ob::Task& task : page.tasks()) steps.insert(task.step());
    request.set_page_token(page.next_page_token());
  } while (!request.page_token().empty());
  return steps;
}

// "task exam", "part equipment": a milestone may be the end of several tasks, as of a loop.
std::string RiskWord(const ob::MilestoneStatus& milestone) {
  if (!milestone.at_risk()) return "";
  return milestone.state() == ob::MilestoneStatus::STATE_OVERDUE ? "is missed" : "will be missed";
}

std::string ReachedBy(const ob::MilestoneStatus& milestone, const std::set<std::string>& steps) {
  if (milestone.node().empty()) return milestone.source();
  return absl::StrCat(steps.contains(milestone.node()) ? "task " : "part ", milestone.node());
}

absl::Status ListOf(Session& session, const Options& options) {
  session.wording().Call({{"parent", "ON-BOARDING"}});
  ob::ListMilestonesRequest request;
  request.set_parent(session.FullName("onboardings", options.onboarding));
  ob::ListMilestonesResponse response;
  RETURN_IF_ERROR(session.Call(kRamp, "ListMilestones", request, &response));
  if (session.json()) {
    session.PrintJson(response);
    return absl::OkStatus();
  }
  Table table({"MILESTONE", "~TITLE", "STATE", "?TARGET (UTC)", "?EXPECTED (UTC)", "?RISK",
               "?REACHED (UTC)", "?>WORKING DAYS", "?>DAYS", "?BY", "?|REASON"});
  const std::set<std::string> steps = StepsOf(session, request.parent());
  for (const ob::MilestoneStatus& m : response.milestones()) {
    table.Add({m.milestone(), m.title(), StateWord(ob::MilestoneStatus::State_Name(m.state())),
               When(m.target_time()), When(m.expected_time()), RiskWord(m), When(m.reach_time()),
               DaysOf(m), m.has_wall_days() ? Days(m.wall_days()) : "", ReachedBy(m, steps),
               m.reason()});
  }
  ShowList(session, table, "no milestones: its process names none", false);
  return absl::OkStatus();
}

absl::Status Readiness(Session& session, const Options& options) {
  session.wording().Call({{"name", "ON-BOARDING"}});
  ob::GetReadinessRequest request;
  request.set_name(session.FullName("onboardings", options.onboarding));
  ob::GetReadinessResponse response;
  RETURN_IF_ERROR(session.Call(kRamp, "GetReadiness", request, &response));
  if (session.json()) {
    session.PrintJson(response);
    return absl::OkStatus();
  }
  const ob::Readiness& readiness = response.readiness();
  session.out() << options.onboarding << ": " << LevelWord(readiness.level()) << '\n';
  for (const ob::ReadinessReason& reason : readiness.reasons()) {
    const bool note = reason.level() == ob::Readiness::LEVEL_UNSPECIFIED;
    session.out() << Wrap(absl::StrCat("  ", note ? "note" : LevelWord(reason.level()), ": ",
                                       Printable(reason.sentence())),
                          session.paper().width, 4)
                  << '\n';
  }
  const int more = readiness.reason_count() - readiness.reasons_size();
  if (more > 0) session.out() << "  and " << Number(more, "more reason", "more reasons") << '\n';
  return absl::OkStatus();
}

absl::Status ByReadiness(Session& session, const Options& options) {
  return ListByReadiness(session, options.filter, options.level);
}

absl::Status Cohorts(Session& session, const Options& options) {
  session.wording().Call(
      {{"filter", "--filter"}, {"group_by", "--by"}, {"milestones", "--milestone"}});
  ob::SummarizeCohortsRequest request;
  request.set_parent(session.parent());
  request.set_filter(options.filter);
  request.set_group_by(options.group_by);
  for (const std::string& milestone : options.milestones) request.add_milestones(milestone);
  ob::SummarizeCohortsResponse response;
  RETURN_IF_ERROR(session.Call(kRamp, "SummarizeCohorts", request, &response));
  if (session.json()) {
    session.PrintJson(response);
  } else {
    PrintCohorts(session, response);
  }
  return absl::OkStatus();
}

args::Command* Add(args::Command& group, Action* action, std::shared_ptr<Options> options,
                   const char* name, const char* help,
                   absl::Status (*run)(Session&, const Options&)) {
  args::Command* command = group.add_subcommand(name, help);
  command->callback([=] { *action = [=](Session& s) { return run(s, *options); }; });
  return command;
}

// A command about one on-boarding.
args::Command* AddOfOne(args::Command& group, Action* action, std::shared_ptr<Options> options,
                        const char* name, const char* help,
                        absl::Status (*run)(Session&, const Options&)) {
  args::Command* command = Add(group, action, options, name, help, run);
  command->add_option("ON-BOARDING", options->onboarding, "Its id")->required();
  return command;
}

void AddChanges(args::Command& group, Action* action, std::shared_ptr<Options> options) {
  args::Command* report = AddOfOne(group, action, options, "report",
                                   "Tell that a milestone was reached that no task tells", Report);
  args::Command* withdraw = AddOfOne(group, action, options, "withdraw",
                                     "Take back what was reported by mistake", Withdraw);
  for (args::Command* command : {report, withdraw}) {
    command
        ->add_option("MILESTONE", options->milestone,
                     "Its id, as 'plumbline ramp milestones ID' shows it")
        ->required();
    Takes(command->add_option("--reason", options->reason, "Why, or what is to be said of it"),
          "TEXT")
        ->required(command == withdraw);
    Takes(command->add_option("--etag", options->etag, "Refuse if the on-boarding changed since"),
          "ETAG");
    Takes(command->add_option("--request-id", options->request_id,
                              "Makes a repeated call take effect once (default: a new one)"),
          "ID");
    command->add_flag("--dry-run", options->dry_run, "Show what would be, change nothing");
  }
  Takes(report->add_option("--at", options->at,
                           "When it was reached: 2026-01-31, 2026-01-31T09:00 (UTC) or "
                           "2026-01-31T09:00:00+01:00 (default: now)"),
        "TIME");
  Takes(report->add_option("--source", options->source,
                           "Who or what knows, for example crm (default: the caller)"),
        "WHO");
  AddExamples(*report, {{"plumbline ramp report ada first-deal --at 2027-03-12T16:30 --source crm "
                         "\\\n      --reason 'Opportunity 4711, closed won'",
                         ""}});
}

void AddByReadiness(args::Command& group, Action* action, std::shared_ptr<Options> options) {
  args::Command* list = Add(group, action, options, "list",
                            "On-boardings under way, those that stand worst first", ByReadiness);
  Takes(list->add_option("--filter", options->filter,
                         "Which on-boardings, as in 'list onboardings' (default: all; at most "
                         "20,000)"),
        "FILTER");
  Takes(list->add_option("--level", options->level, "Only those: red, yellow or green"), "LEVEL")
      ->check(args::IsMember({"red", "yellow", "green"}));
  AddExamples(*list, {{"plumbline ramp list --level red --filter 'labels.cohort = 2027-q1'", ""}});
}

void AddCohorts(args::Command& group, Action* action, std::shared_ptr<Options> options) {
  args::Command* cohorts =
      Add(group, action, options, "cohorts",
          "Compare on-boardings: how they stand, how soon they came to each milestone", Cohorts);
  Takes(cohorts->add_option("--by", options->group_by,
                            "month (of day one), process, manager, group, or a label: "
                            "labels.region (default: month)"),
        "FIELD");
  Takes(cohorts->add_option("--filter", options->filter,
                            "Which on-boardings, as in 'list onboardings' (default: all; at most "
                            "20,000)"),
        "FILTER");
  Takes(cohorts->add_option("--milestone", options->milestones,
                            "Only this milestone (repeatable; default: all)"),
        "ID")
      ->allow_extra_args(false);
  AddExamples(*cohorts, {{"plumbline ramp cohorts --by labels.region --filter 'process = "
                          "sales-rep-onboarding AND day_one >= 2027-01-01'",
                          ""},
                         {"plumbline ramp cohorts --by manager --milestone first-deal", ""}});
}

}  // namespace

std::string LevelWord(ob::Readiness::Level level) {
  switch (level) {
    case ob::Readiness::LEVEL_GREEN:
      return "green";
    case ob::Readiness::LEVEL_YELLOW:
      return "yellow";
    case ob::Readiness::LEVEL_RED:
      return "red";
    default:
      return "not evaluated";
  }
}

void AddRampCommands(args::Command& app, Action* action) {
  auto options = std::make_shared<Options>();
  args::Command* group =
      app.add_subcommand("ramp", "How far people are: milestones, readiness, how cohorts compare");
  group->group("Run");
  group->require_subcommand(1);
  AddOfOne(*group, action, options, "milestones", "The milestones of an on-boarding", ListOf);
  AddOfOne(*group, action, options, "readiness", "How an on-boarding stands, and why", Readiness);
  AddByReadiness(*group, action, options);
  AddChanges(*group, action, options);
  AddCohorts(*group, action, options);
  AddExamples(*group, {{"plumbline ramp milestones ada", ""},
                       {"plumbline ramp readiness ada", "green, yellow or red, with the reasons"},
                       {"plumbline ramp list --level red", "who stands worst"},
                       {"plumbline ramp cohorts --by labels.region", ""}});
}

}  // namespace plumbline::cli
