// SPDX-License-Identifier: Apache-2.0
//
// escalation: tasks that do not go on, who was told, and who sees to it.
#include <memory>
#include <ostream>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "clients/cli/commands.h"
#include "clients/cli/help.h"
#include "clients/cli/list.h"
#include "clients/cli/onboarding.h"
#include "clients/cli/plan_notes.h"
#include "clients/cli/units.h"
#include "common/base/error.h"
#include "common/base/status_macros.h"
#include "plumbline/catalog/v1/catalog_service.pb.h"
#include "plumbline/onboarding/v1/escalation_service.pb.h"
#include "plumbline/onboarding/v1/onboarding_service.pb.h"

namespace plumbline::cli {
namespace {

namespace ob = onboarding::v1;

// Seconds after which a level that was reached was told late: the worker looks every few.
constexpr double kWaited = 60;

struct Options {
  std::string escalation, onboarding, recipient, filter, order_by, note;
  bool all = false;
  int limit = 1000;
  ChangeOptions change;
};

// Escalations are named "ON-BOARDING/NUMBER" or by their full name.
absl::StatusOr<std::string> NameOf(const Session& session, const std::string& name) {
  if (absl::StartsWith(name, "workspaces/")) return name;
  const std::vector<std::string> parts = absl::StrSplit(name, '/');
  if (parts.size() != 2 || parts[0].empty() || parts[1].empty()) {
    return base::FieldError("ESCALATION",
                            absl::StrCat("'", name,
                                         "' is not ON-BOARDING/NUMBER, for example ada/17; "
                                         "plumbline escalation list shows them"));
  }
  return absl::StrCat(session.FullName("onboardings", parts[0]), "/escalations/", parts[1]);
}

// "workspaces/w/onboardings/ada/escalations/17" -> "ada/17".
std::string TypedName(const std::string& name) {
  const std::vector<std::string> parts = absl::StrSplit(name, '/');
  if (parts.size() == 4) return parts[3];
  return parts.size() == 6 ? absl::StrCat(parts[3], "/", parts[5]) : name;
}

std::string TriggerWord(ob::EscalationTrigger trigger) {
  std::string name = ob::EscalationTrigger_Name(trigger);
  constexpr absl::string_view kPrefix = "ESCALATION_TRIGGER_";
  if (absl::StartsWith(name, kPrefix)) name = name.substr(kPrefix.size());
  return StateWord(absl::StrCat("STATE_", name));
}

std::string WhoWasTold(const ob::Escalation& escalation) {
  return escalation.recipients().empty() ? "nobody" : absl::StrJoin(escalation.recipients(), ", ");
}

std::string TaskIdOf(const ob::Escalation& escalation) {
  return escalation.task().substr(escalation.task().rfind('/') + 1);
}

// "2027-01-08 08:00 UTC, 9.5 h after it was reached: ...": a level waits while those whom it tells
// have quiet hours, and while nobody looks.
std::string ToldAt(const ob::Escalation& escalation) {
  const double late =
      static_cast<double>(escalation.tell_time().seconds() - escalation.reach_time().seconds());
  const std::string told = absl::StrCat(When(escalation.tell_time()), " UTC");
  if (late < kWaited) return told;
  return absl::StrCat(told, ", ", Span(late),
                      " after it was reached: whom it tells had quiet hours, or the history was "
                      "told late");
}

void Show(Session& session, const ob::Escalation& escalation) {
  const auto line = [&](const char* name, const std::string& text) {
    const std::string whole = Printable(absl::StrCat(name, text));
    if (!text.empty()) session.out() << Folded(session.paper(), whole, 13) << '\n';
  };
  const std::string typed = TypedName(escalation.name());
  line("escalation:  ", typed);
  line("task:        ", absl::StrCat(typed.substr(0, typed.find('/')), "/", TaskIdOf(escalation),
                                     " (", escalation.title(), ")"));
  line("rule:        ", absl::StrCat(escalation.rule(), ", level ", escalation.level(), " (",
                                     TriggerWord(escalation.trigger()), ")"));
  line("told:        ", WhoWasTold(escalation));
  line("note:        ", escalation.note());
  line("since:       ", absl::StrCat(When(escalation.since_time()), " UTC"));
  line("reached:     ", absl::StrCat(When(escalation.reach_time()), " UTC"));
  line("told at:     ", ToldAt(escalation));
  line("state:       ", StateWord(ob::Escalation::State_Name(escalation.state())));
  if (!escalation.has_acknowledge_time()) return;
  line("taken on by: ",
       absl::StrCat(escalation.acknowledger(), ", ", When(escalation.acknowledge_time()), " UTC"));
  line("they say:    ", escalation.acknowledge_note());
}

// What there is none of, as it was asked for.
std::string NothingOf(const Options& options) {
  std::string text = "no escalations";
  if (!options.onboarding.empty()) absl::StrAppend(&text, " of ", options.onboarding);
  if (!options.recipient.empty()) absl::StrAppend(&text, " that ", options.recipient, " was told");
  if (!options.filter.empty()) return absl::StrCat(text, " that fit --filter");
  if (options.all) return text;
  return absl::StrCat(text, " that are not over; --all shows those that are");
}

absl::StatusOr<ob::Onboarding> Find(Session& session, const std::string& onboarding) {
  session.wording().Call({{"name", "ON-BOARDING"}});
  ob::GetOnboardingRequest request;
  request.set_name(session.FullName("onboardings", onboarding));
  ob::GetOnboardingResponse response;
  RETURN_IF_ERROR(session.Call(kOnboarding, "GetOnboarding", request, &response));
  return response.onboarding();
}

// When the next level of any of its tasks comes, or since when it waits.
void ShowNext(Session& session, const ob::Onboarding& onboarding) {
  if (!onboarding.has_next_escalation_time()) return;
  const bool waits =
      onboarding.next_escalation_time().seconds() < absl::ToUnixSeconds(session.clock().Now());
  const std::string time = absl::StrCat(When(onboarding.next_escalation_time()), " UTC");
  const std::string line =
      absl::StrCat("next level:  ",
                   waits ? absl::StrCat("reached since ", time,
                                        "; it waits until whom it tells has no quiet hours")
                         : absl::StrCat("not before ", time),
                   ", of any task of ", IdOf(onboarding.name()));
  session.out() << Folded(session.paper(), line, 13) << '\n';
}

// How many levels the rule of an escalation has; 0 where that is not known.
int LevelsOf(Session& session, const ob::Onboarding& onboarding, const std::string& rule) {
  catalog::v1::GetProcessRequest request;
  request.set_name(onboarding.process());
  catalog::v1::GetProcessResponse response;
  if (!session.Call(kCatalog, "GetProcess", request, &response).ok()) return 0;
  for (const auto& one : response.process().escalations())
    if (one.id() == rule) return one.levels_size();
  return 0;
}

// Why no further level of its ladder comes; "" where one may.
std::string WhyNoNext(Session& session, const ob::Onboarding& onboarding,
                      const ob::Escalation& escalation) {
  if (escalation.state() == ob::Escalation::STATE_ACKNOWLEDGED)
    return absl::StrCat("none: ", escalation.acknowledger(), " sees to it");
  ob::GetTaskRequest request;
  request.set_name(escalation.task());
  ob::GetTaskResponse response;
  if (!session.Call(kOnboarding, "GetTask", request, &response).ok()) return "";
  for (const ob::LadderState& ladder : response.task().ladders()) {
    const bool its = ladder.rule() == escalation.rule() &&
                     ladder.since_time().seconds() == escalation.since_time().seconds();
    if (its && ladder.level() == LevelsOf(session, onboarding, ladder.rule()))
      return absl::StrCat("none: ", ladder.level() == 1 ? "the only level" : "the last level",
                          " of this ladder was told");
  }
  return "";
}

absl::Status List(Session& session, const Options& options) {
  session.wording().Call({{"parent", "ON-BOARDING"},
                          {"recipient", "--recipient"},
                          {"filter", "--filter"},
                          {"order_by", "--order-by"}});
  ob::ListEscalationsRequest request;
  const bool one = !options.onboarding.empty();
  request.set_parent(session.FullName("onboardings", one ? options.onboarding : "-"));
  request.set_recipient(options.recipient);
  request.set_order_by(options.order_by);
  request.set_filter(options.filter);
  // What is over is of interest to who asks for it.
  if (!options.all && options.filter.empty()) request.set_filter("NOT state = OVER");
  Table table({"ESCALATION", "TASK", "~TITLE", "RULE", ">LEVEL", "~TOLD", "STATE", "TOLD AT (UTC)",
               "?SINCE (UTC)", "?TAKEN ON BY", "?|NOTE"});
  ASSIGN_OR_RETURN(
      const bool more,
      (Pages<ob::ListEscalationsRequest, ob::ListEscalationsResponse>(
          session, kEscalation, "ListEscalations", request, options.limit, [&](const auto& page) {
            for (const ob::Escalation& e : page.escalations()) {
              table.Add({TypedName(e.name()), TaskIdOf(e), e.title(), e.rule(),
                         absl::StrCat(e.level()), WhoWasTold(e),
                         StateWord(ob::Escalation::State_Name(e.state())), When(e.tell_time()),
                         When(e.since_time()), e.acknowledger(), e.note()});
            }
            return page.escalations_size();
          })));
  // An on-boarding without escalations is one; a name that was mistyped is none.
  if (table.empty() && one) RETURN_IF_ERROR(Find(session, options.onboarding).status());
  ShowList(session, table, NothingOf(options), more);
  return absl::OkStatus();
}

absl::Status ShowOne(Session& session, const Options& options) {
  session.wording().Call({{"name", "ESCALATION"}});
  ob::GetEscalationRequest request;
  ASSIGN_OR_RETURN(*request.mutable_name(), NameOf(session, options.escalation));
  ob::GetEscalationResponse response;
  RETURN_IF_ERROR(session.Call(kEscalation, "GetEscalation", request, &response));
  if (session.json()) {
    session.PrintJson(response.escalation());
    return absl::OkStatus();
  }
  Show(session, response.escalation());
  if (response.escalation().state() == ob::Escalation::STATE_OVER) return absl::OkStatus();
  const std::string typed = TypedName(response.escalation().name());
  ASSIGN_OR_RETURN(const ob::Onboarding onboarding,
                   Find(session, typed.substr(0, typed.find('/'))));
  const std::string none = WhyNoNext(session, onboarding, response.escalation());
  if (none.empty()) {
    ShowNext(session, onboarding);
  } else {
    const std::string line = Printable(absl::StrCat("next level:  ", none));
    session.out() << Folded(session.paper(), line, 13) << '\n';
  }
  return absl::OkStatus();
}

bool IsAcknowledged(Session& session, const std::string& name) {
  if (session.json()) return false;
  ob::GetEscalationRequest request;
  request.set_name(name);
  ob::GetEscalationResponse response;
  return session.Call(kEscalation, "GetEscalation", request, &response).ok() &&
         response.escalation().state() == ob::Escalation::STATE_ACKNOWLEDGED;
}

// Of one that somebody has taken on: the first stays.
std::string TakenOnText(const ob::Escalation& escalation) {
  const std::string& note = escalation.acknowledge_note();
  return absl::StrCat("was acknowledged already, by ", escalation.acknowledger(), " at ",
                      When(escalation.acknowledge_time()), " UTC",
                      note.empty() ? "" : absl::StrCat(" ('", note, "')"), "; nothing changes");
}

absl::Status Acknowledge(Session& session, const Options& options) {
  session.wording().Call({{"name", "ESCALATION"}, {"note", "--note"}});
  ob::AcknowledgeEscalationRequest request;
  ASSIGN_OR_RETURN(*request.mutable_name(), NameOf(session, options.escalation));
  request.set_note(options.note);
  RETURN_IF_ERROR(Prepare(options.change, &request));
  const bool before = IsAcknowledged(session, request.name());
  ob::AcknowledgeEscalationResponse response;
  RETURN_IF_ERROR(session.Call(kEscalation, "AcknowledgeEscalation", request, &response));
  if (session.json()) {
    session.PrintJson(response);
    return absl::OkStatus();
  }
  const ob::Escalation& escalation = response.escalation();
  if (!before) NoteDryRun(session, options.change);
  const std::string line = absl::StrCat(
      TypedName(escalation.name()), ": ",
      before ? TakenOnText(escalation)
             : absl::StrCat(escalation.acknowledger(), " sees to '", escalation.title(),
                            "'; no further level of '", escalation.rule(), "' is told"));
  session.out() << Folded(session.paper(), Printable(line), 2) << '\n';
  return absl::OkStatus();
}

// "ada/contract, late, level 2: reached 2027-01-08 17:00 UTC, waits until 2027-01-11 08:00 UTC:
// ..."; of an on-boarding that cannot be read "ada: waits until 2027-01-11 08:00 UTC: ...".
std::string RestingText(const ob::RestingEscalation& resting) {
  if (resting.level() == 0)
    return absl::StrCat(TypedName(resting.task()), ": waits until ", When(resting.until_time()),
                        " UTC: ", resting.reason());
  ob::Task task;
  task.set_name(resting.task());
  return absl::StrCat(TypedTask(task), ", ", resting.rule(), ", level ", resting.level(),
                      ": reached ", When(resting.reach_time()), " UTC, waits until ",
                      When(resting.until_time()), " UTC: ", resting.reason());
}

void ShowResting(Session& session, const ob::RunEscalationsResponse& response) {
  const auto line = [&](const std::string& text) {
    session.out() << Folded(session.paper(), Printable("  " + text), 4) << '\n';
  };
  for (const ob::RestingEscalation& one : response.resting()) line(RestingText(one));
  if (response.resting_count() > response.resting_size())
    line(absl::StrCat("and ", response.resting_count() - response.resting_size(),
                      " more that wait"));
}

absl::Status RunNow(Session& session, const Options&) {
  ob::RunEscalationsResponse response;
  RETURN_IF_ERROR(
      session.Call(kEscalation, "RunEscalations", ob::RunEscalationsRequest(), &response));
  if (session.json()) {
    session.PrintJson(response);
    return absl::OkStatus();
  }
  session.out() << Number(response.told_count(), "level", "levels") << " told, "
                << Number(response.delegated_count(), "task", "tasks") << " handed over\n";
  if (response.busy()) session.out() << "another replica is at it\n";
  ShowResting(session, response);
  return absl::OkStatus();
}

using Run = absl::Status (*)(Session&, const Options&);

args::Command* AddCommand(args::Command& group, Action* action, std::shared_ptr<Options> options,
                          const char* name, const char* help, Run run) {
  args::Command* command = group.add_subcommand(name, help);
  command->callback([=] { *action = [=](Session& s) { return run(s, *options); }; });
  return command;
}

void AddOne(args::Command& command, std::shared_ptr<Options> options) {
  command.add_option("ESCALATION", options->escalation, "ON-BOARDING/NUMBER: ada/17")->required();
}

}  // namespace

void AddEscalationCommands(args::Command& app, Action* action) {
  auto options = std::make_shared<Options>();
  args::Command* group =
      app.add_subcommand("escalation", "Tasks that do not go on: who was told, and who sees to it");
  group->group("Run");
  group->require_subcommand(1);
  args::Command* list = AddCommand(*group, action, options, "list", "Show what is not over", List);
  list->add_option("ON-BOARDING", options->onboarding,
                   "Only of this one (default: the whole workspace)");
  Takes(list->add_option("--recipient", options->recipient, "Only what they were told"), "WHO");
  list->add_flag("--all", options->all, "Also what is over");
  AddFilterOptions(*list,
                   "onboarding, task, step, title, rule, trigger, level, state, acknowledger, "
                   "since_time, reach_time, tell_time, sequence",
                   &options->filter, &options->order_by);
  Takes(list->add_option("--limit", options->limit, "Rows at most (default: 1,000)"), "N");
  AddOne(*AddCommand(*group, action, options, "show", "Show it", ShowOne), options);
  args::Command* acknowledge =
      AddCommand(*group, action, options, "acknowledge",
                 "See to it: no further level is told until the matter changes", Acknowledge);
  AddOne(*acknowledge, options);
  Takes(acknowledge->add_option("--note", options->note, "What is done about it"), "TEXT");
  AddChangeOptions(*acknowledge, options->change);
  AddCommand(*group, action, options, "run",
             "Let the service look now for what is due, as it does all the time", RunNow);
  AddExamples(*group, {{"plumbline escalation list --recipient eve@example.com", ""},
                       {"plumbline escalation list --filter 'trigger = OVERDUE AND level > 1'", ""},
                       {"plumbline escalation acknowledge ada/17 --note 'I call them'", ""}});
}

}  // namespace plumbline::cli
