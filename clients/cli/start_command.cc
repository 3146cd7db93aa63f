// SPDX-License-Identifier: Apache-2.0
//
// start: begin an on-boarding, or look at its plan.
#include <map>
#include <memory>
#include <ostream>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "clients/cli/commands.h"
#include "clients/cli/help.h"
#include "clients/cli/list.h"
#include "clients/cli/onboarding.h"
#include "clients/cli/plan_notes.h"
#include "clients/cli/plan_reasons.h"
#include "clients/cli/start_roster.h"
#include "clients/cli/table.h"
#include "clients/cli/units.h"
#include "clients/cli/unknown_names.h"
#include "common/base/error.h"
#include "common/base/status_macros.h"
#include "plumbline/onboarding/v1/plan_service.pb.h"

namespace plumbline::cli {
namespace {

namespace ob = onboarding::v1;

struct Options {
  std::string process, id, person, display_name, day_one, zone, calendar;
  std::vector<std::string> assign, labels, set;
  ChangeOptions change;
  std::string roster, ahead, every;
  bool allow_existing = false;
};

// A roster says for each line what these options say of one on-boarding.
absl::Status RefuseOptionsOfOne(const Options& options) {
  struct OfOne {
    const char* flag;
    bool given;
    const char* heading;
  };
  for (const OfOne& one : {OfOne{"--id", !options.id.empty(), "id"},
                           OfOne{"--person", !options.person.empty(), "person"},
                           OfOne{"--day-one", !options.day_one.empty(), "day-one"},
                           OfOne{"--name", !options.display_name.empty(), "name"},
                           OfOne{"--zone", !options.zone.empty(), "zone"},
                           OfOne{"--calendar", !options.calendar.empty(), "calendar"},
                           OfOne{"--assign", !options.assign.empty(), "assignees"},
                           OfOne{"--set", !options.set.empty(), "attributes"}}) {
    if (!one.given) continue;
    return base::FieldError(
        one.flag, absl::StrCat("is of one on-boarding, and --roster starts many; leave it out, and "
                               "say it in the file under the heading '",
                               one.heading, "'"));
  }
  return absl::OkStatus();
}

// What of the options is about a file.
absl::StatusOr<RosterOptions> RosterOptionsOf(const Options& options) {
  RETURN_IF_ERROR(RefuseOptionsOfOne(options));
  RosterOptions roster{.file = options.roster,
                       .process = options.process,
                       .allow_existing = options.allow_existing,
                       .dry_run = options.change.dry_run,
                       .change = options.change};
  RETURN_IF_ERROR(ParsePairs("--label", "KEY=VALUE", options.labels, &roster.labels));
  if (!options.ahead.empty()) {
    ASSIGN_OR_RETURN(roster.ahead_days, ParseAhead(options.ahead));
  }
  if (!options.every.empty()) {
    ASSIGN_OR_RETURN(roster.every, ParseEvery(options.every));
  }
  // What runs on a schedule meets again what it has started.
  if (!options.ahead.empty() || !options.every.empty()) roster.allow_existing = true;
  if (options.every.empty()) return roster;
  if (options.roster == "-") {
    return base::FieldError("--every",
                            "reads the file again and again, which standard input cannot be; name "
                            "a file with --roster");
  }
  if (options.change.dry_run || !options.change.at.empty() || !options.change.request_id.empty()) {
    return base::FieldError(
        "--every", "starts things as they come; leave --dry-run, --at and --request-id out");
  }
  return roster;
}

absl::StatusOr<ob::StartOnboardingRequest> RequestOf(const Session& session,
                                                     const Options& options) {
  ob::StartOnboardingRequest request;
  request.set_parent(session.parent());
  request.set_onboarding_id(options.id);
  ob::Onboarding& o = *request.mutable_onboarding();
  o.set_process(session.FullName("processes", options.process));
  o.set_person(options.person);
  o.set_display_name(options.display_name);
  o.set_day_one(options.day_one);
  o.set_time_zone(options.zone);
  if (!options.calendar.empty()) o.set_calendar(session.FullName("calendars", options.calendar));
  RETURN_IF_ERROR(ParsePairs("--assign", "ROLE=PERSON", options.assign, o.mutable_assignees()));
  RETURN_IF_ERROR(ParsePairs("--label", "KEY=VALUE", options.labels, o.mutable_labels()));
  RETURN_IF_ERROR(ParsePairs("--set", "ATTRIBUTE=VALUE", options.set, o.mutable_attributes()));
  RETURN_IF_ERROR(Prepare(options.change, &request));
  if (options.allow_existing)
    request.set_conflict_policy(ob::StartOnboardingRequest::CONFLICT_POLICY_RETURN_EXISTING);
  return request;
}

// What `plan` says of each step, by its path: whether it is needed.
using Needs = std::map<std::string, std::string>;

// Whom it is about, and whom it names; the service takes who has no record to be there.
void WarnOfUnknownNames(Session& session, const ob::Onboarding& onboarding) {
  std::vector<std::string> named = {onboarding.person()};
  for (const auto& [role, person] : onboarding.assignees()) named.push_back(person);
  WarnOfUnknownPeople(session, named);
}

template <typename Plan>
Needs NeedsOf(const Plan& plan) {
  Needs needs;
  for (const auto& task : plan.tasks()) needs[task.step()] = NeededWord(task);
  return needs;
}

// Of what would be started, as `plan` says it; empty where that cannot be read.
Needs NeedsOf(Session& session, const ob::StartOnboardingRequest& request) {
  ob::PlanOnboardingRequest ask;
  ask.set_parent(request.parent());
  *ask.mutable_onboarding() = request.onboarding();
  if (request.has_occur_time()) *ask.mutable_start_time() = request.occur_time();
  ob::PlanOnboardingResponse plan;
  if (!session.Call(kPlans, "PlanOnboarding", ask, &plan).ok()) return {};
  return NeedsOf(plan);
}

void PrintPlan(Session& session, const ob::StartOnboardingResponse& response, const Needs& needs) {
  Table table({"TASK", "~TITLE", "~WHO", "?STATE", "PLANNED START", "PLANNED END", "?NEEDED"});
  for (const ob::Task& task : response.tasks()) {
    const auto needed = needs.find(task.step());
    table.Add({task.name().substr(task.name().rfind('/') + 1), task.title(),
               task.assignee().empty() ? task.role() : task.assignee(),
               StateWord(ob::Task::State_Name(task.state())), When(task.planned_start_time()),
               When(task.planned_end_time()), needed == needs.end() ? "" : needed->second});
  }
  table.Print(session.paper());
}

// What `plan` says of the steps of what was started; nothing where it cannot be read.
Needs LiveNeedsOf(Session& session, const std::string& name) {
  ob::GetPlanRequest request;
  request.set_name(name);
  request.set_view(ob::GetPlanRequest::VIEW_BASIC);
  ob::GetPlanResponse plan;
  if (!session.Call(kPlans, "GetPlan", request, &plan).ok()) return {};
  return NeedsOf(plan);
}

absl::Status Start(Session& session, const Options& options) {
  if (!options.roster.empty()) {
    ASSIGN_OR_RETURN(const RosterOptions roster, RosterOptionsOf(options));
    return StartRoster(session, roster);
  }
  session.wording().Call({{"onboarding_id", "--id"},
                          {"onboarding.process", "PROCESS"},
                          {"onboarding.person", "--person"},
                          {"onboarding.display_name", "--name"},
                          {"onboarding.day_one", "--day-one"},
                          {"onboarding.time_zone", "--zone"},
                          {"onboarding.calendar", "--calendar"},
                          {"onboarding.assignees", "--assign"},
                          {"onboarding.labels", "--label"},
                          {"onboarding.attributes", "--set"}});
  ASSIGN_OR_RETURN(const ob::StartOnboardingRequest request, RequestOf(session, options));
  ob::StartOnboardingResponse response;
  const absl::Status done = session.Call(kOnboarding, "StartOnboarding", request, &response);
  HintAtExisting(session, done);
  RETURN_IF_ERROR(done);
  WarnOfUnknownNames(session, request.onboarding());
  if (session.json()) {
    session.PrintJson(response);
    return absl::OkStatus();
  }
  const ob::Onboarding& started = response.onboarding();
  session.out() << session.ShortName(started.name()) << " on "
                << session.ShortName(started.process())
                << (!response.created()      ? ": there already"
                    : options.change.dry_run ? ": the plan, nothing is started"
                                             : ": started");
  if (started.has_target_time()) session.out() << ", to end by " << When(started.target_time());
  session.out() << " (times are UTC)\n";
  const bool dry = options.change.dry_run;
  PrintPlan(session, response,
            dry ? NeedsOf(session, request) : LiveNeedsOf(session, started.name()));
  if (response.created()) {
    PlanNotes(session).Tell(started, TimesOf(response, session.clock().Now()));
    TellRisk(session, response.risk(), dry ? "" : "plumbline onboarding plan " + options.id);
  }
  PrintDecisions(session, started);
  if (!dry) session.out() << "  next: plumbline list tasks " << options.id << " --state ready\n";
  return absl::OkStatus();
}

}  // namespace

void AddStartCommand(args::Command& app, Action* action) {
  auto options = std::make_shared<Options>();
  args::Command* start = app.add_subcommand("start", "Start an on-boarding: freeze its plan");
  start->group("Run");
  start
      ->add_option("PROCESS", options->process, "Id, or ID@REVISION (default: the latest revision)")
      ->required();
  std::vector<args::Option*> of_one = {
      Takes(start->add_option("--id", options->id, "Id of the on-boarding: a-z, 0-9 and '-'"),
            "ID"),
      Takes(start->add_option("--person", options->person,
                              "Who is on-boarded, for example an e-mail address"),
            "WHO"),
      Takes(start->add_option("--day-one", options->day_one, "First working day, YYYY-MM-DD"),
            "DATE")};
  for (args::Option* option : of_one) option->required();
  Takes(start->add_option("--name", options->display_name, "Their name"), "NAME");
  Takes(start->add_option("--zone", options->zone,
                          "Time zone of working hours, for example Europe/Berlin (default: that "
                          "of the calendar, else that of the person's record, else UTC)"),
        "ZONE");
  Takes(start->add_option("--calendar", options->calendar,
                          "Calendar of the catalog by which due dates count (default: that of the "
                          "person's record, else Monday to Friday, 09:00 to 17:00)"),
        "CALENDAR");
  Takes(start->add_option("--assign", options->assign,
                          "Who fills a role of the process: a person, or @ and a role that depends "
                          "on who is on-boarded, as in it=@manager.manager (repeatable)"),
        "ROLE=PERSON")
      ->allow_extra_args(false);
  Takes(start->add_option("--label", options->labels,
                          "Label to find it by; of a roster: of every line (repeatable)"),
        "KEY=VALUE")
      ->allow_extra_args(false);
  Takes(start->add_option("--set", options->set,
                          "Value of an attribute of the process (repeatable): conditions decide by "
                          "it"),
        "ATTRIBUTE=VALUE")
      ->allow_extra_args(false);
  AddChangeOptions(*start, options->change);
  start->add_flag("--allow-existing", options->allow_existing,
                  "Leave an on-boarding of this id that there is already as it is: no error");
  // A file says for each line what else options say.
  const auto take_roster = [=](const std::string& file) {
    options->roster = file;
    for (args::Option* option : of_one) option->required(false);
  };
  Takes(start->add_option_function(
            "--roster", take_roster,
            "Start many: a CSV file ('-': standard input) with the headings person and day-one, "
            "and id, name, process, zone, calendar, assignees, labels, attributes (KEY=VALUE; "
            "KEY=VALUE) as needed; separated by , ; or tabs"),
        "FILE")
      ->trigger_on_parse();
  args::Option* roster = start->get_option("--roster");
  Takes(
      start->add_option("--ahead", options->ahead,
                        "Of a roster: leave for later whose day one is further away, such as 14d; "
                        "what is started already stays as it is"),
      "DAYS")
      ->needs(roster);
  Takes(start->add_option("--every", options->every,
                          "Of a roster: go on, and read the file again every so often, such as 1h, "
                          "until Ctrl-C"),
        "TIME")
      ->needs(roster);
  AddExamples(
      *start,
      {{"plumbline start sales-rep-onboarding --id ada --person ada@example.com \\\n"
        "      --day-one 2027-01-04 --assign manager=grace@example.com",
        ""},
       {"plumbline start quote-to-order --id q-7 --person ada@example.com --day-one 2027-01-04 \\\n"
        "      --set 'amount=20000 EUR' --set discount=8 --dry-run",
        "only the plan"},
       {"plumbline start sales-rep-onboarding --roster january.csv --allow-existing",
        "a cohort; again after lines were added: only these"},
       {"plumbline start sales-rep-onboarding --roster hires.csv --ahead 14d --every 1h",
        "whoever begins within two weeks, as the file grows"}});
  start->callback([=] { *action = [=](Session& s) { return Start(s, *options); }; });
}

}  // namespace plumbline::cli
