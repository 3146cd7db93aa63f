// SPDX-License-Identifier: Apache-2.0
//
// objective: keeps objectives, and shows their alerts.
#include "clients/cli/objective_commands.h"

#include <algorithm>
#include <memory>
#include <ostream>
#include <sstream>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "clients/cli/changes.h"
#include "clients/cli/errors.h"
#include "clients/cli/help.h"
#include "clients/cli/list.h"
#include "clients/cli/objective_flags.h"
#include "clients/cli/onboarding.h"
#include "clients/cli/selection_flags.h"
#include "clients/cli/units.h"
#include "common/base/error.h"
#include "common/base/status_macros.h"

namespace plumbline::cli {
namespace {

namespace pb = analytics::v1;

struct Options {
  std::string id, list_filter, order_by, etag, after_cursor;
  int limit = 1000;
  ObjectiveFlags content;
};

// "fast: 6 times as fast in 1.0 d and 2.0 h, page".
std::string RuleWords(const pb::BurnRateRule& rule) {
  return absl::StrCat(rule.id(), ": ",
                      rule.budget_share() > 0
                          ? absl::StrCat(Percent(rule.budget_share()), " of the budget")
                          : absl::StrFormat("%g times as fast", rule.burn_rate()),
                      " in ", Span(rule.long_window()), " and ", Span(rule.short_window()),
                      rule.severity() == pb::BurnRateRule::SEVERITY_PAGE ? ", page" : ", ticket");
}

// The alerts of a set.
std::string RuleSetWords(pb::Objective::RuleSet set) {
  return set == pb::Objective::RULE_SET_SERVICE   ? "service: for what happens many times a minute"
         : set == pb::Objective::RULE_SET_PROCESS ? "process: for what takes hours to weeks"
                                                  : "process (default)";
}

void ShowObjective(Session& session, const pb::Objective& objective) {
  const Lines lines(session.paper(), 14, /*wraps=*/true);
  lines.Add("objective", IdOf(objective.name()));
  lines.Add("title", objective.title());
  lines.Add("promise", PromiseOf(objective));
  lines.Add("log", IdOf(objective.event_log()));
  lines.Add("cases", objective.selection().filter());
  lines.Add("ended", CompletionText(objective.selection().completion()));
  lines.Add("period",
            objective.has_period() ? Span(objective.period()) : std::string("90 d (default)"));
  std::vector<std::string> rules;
  for (const pb::BurnRateRule& rule : objective.rules()) rules.push_back(RuleWords(rule));
  lines.Add("rules",
            rules.empty() ? RuleSetWords(objective.rule_set()) : absl::StrJoin(rules, "; "));
  lines.Add("alerts to", objective.alert_webhook_url());
  lines.Add("description", objective.description());
  lines.Add("labels", ValuesText(objective.labels()));
  lines.Add("last edited", EditedText(objective.update_time(), objective.author()));
}

template <typename Response>
absl::Status ShowChanged(Session& session, bool dry_run, const Response& response) {
  for (const std::string& note : response.notes()) PrintWarning(note, session.err());
  return Answer(session, response, [&] {
    ShowObjective(session, response.objective());
    ShowDryRun(session, dry_run);
    if (response.alert_webhook_secret().empty()) return;
    session.out() << "secret:       " << response.alert_webhook_secret()
                  << "\n\nThe secret is shown this once: give it to the receiver, which checks "
                     "signatures with it.\n";
  });
}

// Names that the log does not have are nearly always slips of the pen, which an empty budget would
// not tell. The objective is there all the same: it may be made before what it is of.
template <typename Response>
void WarnOfSlips(Session& session, const Response& response) {
  const pb::Objective& objective = response.objective();
  // Of conditions the answer to the change has told it.
  if (objective.measure().kind() == pb::ObjectiveMeasure::KIND_CASES_WITH_CONDITION &&
      !objective.has_selection())
    return;
  pb::GetErrorBudgetRequest request;
  request.set_name(objective.name());
  pb::GetErrorBudgetResponse got;
  if (!session.Call(kObjectives, "GetErrorBudget", request, &got).ok()) return;
  session.out().flush();
  if (got.selection().total_case_count() > 0) {
    for (const std::string& note : got.selection().notes()) PrintWarning(note, session.err());
  }
  if (objective.measure().kind() == pb::ObjectiveMeasure::KIND_CASES_WITH_CONDITION) return;
  for (const std::string& note : got.notes()) {
    const bool slip = absl::StartsWith(note, "The log has no activity") ||
                      absl::StartsWith(note, "No event of ") ||
                      absl::StrContains(note, "is no step here");
    const auto& told = response.notes();  // by ShowChanged
    if (slip && std::find(told.begin(), told.end(), note) == told.end())
      PrintWarning(note, session.err());
  }
}

// A promise by due times of a log that has none is told when it is made, not by an empty budget.
void WarnOfNoDueTimes(Session& session, const pb::Objective& objective) {
  const pb::ObjectiveMeasure& measure = objective.measure();
  const bool timed = measure.kind() != pb::ObjectiveMeasure::KIND_CASES_WITH_DEFECT &&
                     measure.kind() != pb::ObjectiveMeasure::KIND_CASES_WITH_CONDITION;
  if (!timed || measure.has_target() || measure.target_working_days() > 0) return;
  pb::GetErrorBudgetRequest request;
  request.set_name(objective.name());
  pb::GetErrorBudgetResponse got;
  // The objective is there all the same, and so is its log if it comes later.
  if (!session.Call(kObjectives, "GetErrorBudget", request, &got).ok()) return;
  if (got.left_out_count() == 0 ||
      got.budget().event_count() + got.budget().pending_count() + got.budget().overdue_count() > 0)
    return;
  const bool step = measure.kind() == pb::ObjectiveMeasure::KIND_STEP_TIME;
  const std::string name = session.ShortName(objective.name());
  session.out() << Wrap(absl::StrCat("Note: nothing in the log counts for this objective: of ",
                                     step ? Number(got.left_out_count(), "step", "steps")
                                          : Number(got.left_out_count(), "case", "cases"),
                                     " none has a due time. Say how long it may take: plumbline "
                                     "objective set ",
                                     Printable(absl::StripPrefix(name, "objectives/")),
                                     " --within 30d"),
                        session.paper().width, 2)
                << "\n";
}

absl::Status Create(Session& session, const Options& options) {
  NameObjectiveFields(session);
  pb::CreateObjectiveRequest request;
  google::protobuf::FieldMask ignored;
  request.set_parent(session.parent());
  request.set_objective_id(options.id);
  RETURN_IF_ERROR(FillObjective(session, options.content, request.mutable_objective(), &ignored));
  // By itself it is the time of whole cases by their own targets.
  if (!request.objective().has_measure())
    RETURN_IF_ERROR(FillObjectiveMeasure(session, options.content,
                                         request.mutable_objective()->mutable_measure()));
  request.set_alert_webhook_secret(options.content.secret);
  pb::CreateObjectiveResponse response;
  RETURN_IF_ERROR(SendChange(session, kObjectives, "CreateObjective", options.content.dry_run,
                             &request, &response));
  RETURN_IF_ERROR(ShowChanged(session, options.content.dry_run, response));
  if (options.content.dry_run) return absl::OkStatus();
  WarnOfSlips(session, response);
  if (!session.json()) WarnOfNoDueTimes(session, response.objective());
  return absl::OkStatus();
}

// Measure and selection are written as a whole: what is not given of them is as it was, and nobody
// else's change is lost.
absl::Status StartFromPresent(Session& session, const Options& options, const std::string& name,
                              pb::Objective* objective) {
  pb::GetObjectiveRequest request;
  request.set_name(name);
  pb::GetObjectiveResponse present;
  RETURN_IF_ERROR(session.Call(kObjectives, "GetObjective", request, &present));
  objective->set_name(name);
  objective->set_etag(options.etag.empty() ? present.objective().etag() : options.etag);
  if (present.objective().has_measure())
    *objective->mutable_measure() = present.objective().measure();
  if (present.objective().has_selection())
    *objective->mutable_selection() = present.objective().selection();
  objective->set_title(present.objective().title());
  return absl::OkStatus();
}

absl::Status Set(Session& session, const Options& options) {
  NameObjectiveFields(session);
  pb::UpdateObjectiveRequest request;
  pb::Objective& objective = *request.mutable_objective();
  const std::string name = session.FullName("objectives", options.id);
  RETURN_IF_ERROR(StartFromPresent(session, options, name, &objective));
  RETURN_IF_ERROR(
      FillObjective(session, options.content, &objective, request.mutable_update_mask()));
  request.set_alert_webhook_secret(options.content.secret);
  // Without a path the mask would mean every field; a new secret alone changes none.
  if (request.update_mask().paths().empty()) {
    if (options.content.secret.empty()) {
      return base::FieldError("--goal",
                              "is missing, and so is every other option: say what to change; "
                              "plumbline objective show shows the objective");
    }
    request.mutable_update_mask()->add_paths("title");
  }
  pb::UpdateObjectiveResponse response;
  RETURN_IF_ERROR(SendChange(session, kObjectives, "UpdateObjective", options.content.dry_run,
                             &request, &response));
  RETURN_IF_ERROR(ShowChanged(session, options.content.dry_run, response));
  if (!options.content.dry_run) WarnOfSlips(session, response);
  return absl::OkStatus();
}

absl::Status Show(Session& session, const Options& options) {
  NameObjectiveFields(session);
  pb::GetObjectiveRequest request;
  request.set_name(session.FullName("objectives", options.id));
  pb::GetObjectiveResponse response;
  RETURN_IF_ERROR(session.Call(kObjectives, "GetObjective", request, &response));
  return Answer(session, response.objective(),
                [&] { ShowObjective(session, response.objective()); });
}

// How each stands; what cannot be counted is told in its row.
std::vector<std::string> RowOf(Session& session, const pb::Objective& objective) {
  pb::GetErrorBudgetRequest request;
  request.set_name(objective.name());
  pb::GetErrorBudgetResponse got;
  const absl::Status status = session.Call(kObjectives, "GetErrorBudget", request, &got);
  const pb::ErrorBudget& budget = got.budget();
  const bool known = status.ok() && budget.has_consumed_share();
  // The goal has a column of its own.
  const std::string goal = absl::StrFormat("%g %%", objective.goal_share() * 100);
  const std::string said = PromiseOf(objective);
  const std::string promise(absl::StripPrefix(said, absl::StrCat(goal, " of ")));
  return {IdOf(objective.name()),
          status.ok() ? BudgetWord(budget.state()) : "cannot be counted",
          known ? BudgetBar(budget.remaining_share()) : "",
          known ? Percent(budget.good_share()) : "",
          goal,
          objective.title().empty() ? promise : objective.title()};
}

absl::Status List(Session& session, const Options& options) {
  session.wording().Call({{"filter", "--filter"}, {"order_by", "--order-by"}});
  pb::ListObjectivesRequest request;
  request.set_parent(session.parent());
  request.set_filter(options.list_filter);
  request.set_order_by(options.order_by);
  Table table({"OBJECTIVE", "STATE", "BUDGET LEFT", ">GOOD", ">GOAL", "~TITLE"});
  table.BreakLines();
  ASSIGN_OR_RETURN(const bool more, (Pages<pb::ListObjectivesRequest, pb::ListObjectivesResponse>(
                                        session, kObjectives, "ListObjectives", request,
                                        options.limit, [&](const auto& page) {
                                          for (const pb::Objective& objective : page.objectives()) {
                                            if (!session.json())
                                              table.Add(RowOf(session, objective));
                                          }
                                          return page.objectives_size();
                                        })));
  ShowList(session, table,
           "no objectives; make one with: plumbline objective create ID LOG --goal 90% --within "
           "30d",
           more);
  return absl::OkStatus();
}

absl::Status Delete(Session& session, const Options& options) {
  NameObjectiveFields(session);
  pb::DeleteObjectiveRequest request;
  request.set_name(session.FullName("objectives", options.id));
  request.set_etag(options.etag);
  pb::DeleteObjectiveResponse response;
  RETURN_IF_ERROR(SendChange(session, kObjectives, "DeleteObjective", options.content.dry_run,
                             &request, &response));
  return Answer(session, response, [&] {
    ShowDone(session, response.objective().name(), options.content.dry_run, "deleted");
  });
}

std::string DeliveryWords(const pb::ObjectiveAlert& alert) {
  if (!alert.has_delivery()) return "";
  const pb::AlertDelivery& delivery = alert.delivery();
  const std::string state = StateWord(pb::AlertDelivery::State_Name(delivery.state()));
  if (delivery.state() == pb::AlertDelivery::STATE_SUCCEEDED) return state;
  return absl::StrCat(state, " after ", Number(delivery.attempt_count(), "attempt", "attempts"),
                      delivery.response_status() != 0
                          ? absl::StrCat(", it answered ", delivery.response_status())
                          : "",
                      delivery.error().empty() ? "" : ", ", Printable(delivery.error()));
}

}  // namespace

// A line for each, and below it what it says: in a column of a table it would be a narrow strip.
void PrintAlerts(const std::vector<pb::ObjectiveAlert>& alerts, const Paper& paper) {
  if (alerts.empty()) {
    paper.out << "no alerts\n";
    return;
  }
  Table table({"TIME (UTC)", "OBJECTIVE", "RULE", "STATE"});
  for (const pb::ObjectiveAlert& alert : alerts) {
    const std::vector<std::string> parts = absl::StrSplit(alert.name(), '/');
    table.Add({When(alert.time()), parts.size() > 3 ? parts[3] : "", alert.rule(),
               StateWord(pb::ObjectiveAlert::State_Name(alert.state()))});
  }
  std::ostringstream out;
  table.Print(Paper{out, 0});
  const std::vector<std::string> lines = absl::StrSplit(out.str(), '\n');
  paper.out << lines[0] << "\n";
  for (size_t i = 0; i < alerts.size(); ++i) {
    paper.out << lines[i + 1] << "\n"
              << Wrap(absl::StrCat("  ", Printable(alerts[i].message())), paper.width, 2) << "\n";
    const std::string sent = DeliveryWords(alerts[i]);
    if (!sent.empty()) paper.out << Wrap(absl::StrCat("  sent: ", sent), paper.width, 2) << "\n";
  }
}

namespace {

absl::Status Alerts(Session& session, const Options& options) {
  NameObjectiveFields(session);
  session.wording().Call({{"filter", "--filter"}, {"after_cursor", "--after"}});
  pb::ListObjectiveAlertsRequest request;
  request.set_parent(session.FullName("objectives", options.id.empty() ? "-" : options.id));
  request.set_filter(options.list_filter);
  request.set_after_cursor(options.after_cursor);
  std::vector<pb::ObjectiveAlert> alerts;
  const auto add = [&](const pb::ListObjectiveAlertsResponse& page) {
    if (!session.json()) alerts.insert(alerts.end(), page.alerts().begin(), page.alerts().end());
    return page.alerts_size();
  };
  ASSIGN_OR_RETURN(const bool more,
                   (Pages<pb::ListObjectiveAlertsRequest, pb::ListObjectiveAlertsResponse>(
                       session, kObjectives, "ListObjectiveAlerts", request, options.limit, add)));
  if (!session.json()) {
    PrintAlerts(alerts, session.paper());
    // Who reads the feed goes on from here.
    if (!options.after_cursor.empty() && !alerts.empty())
      session.out() << "next: plumbline objective alerts --after " << alerts.back().cursor()
                    << "\n";
  }
  session.out().flush();
  if (more) session.err() << "there is more: raise --limit\n";
  return absl::OkStatus();
}

using Run = absl::Status (*)(Session&, const Options&);

args::Command* AddCommand(args::Command& group, Action* action, std::shared_ptr<Options> options,
                          const char* name, const char* help, Run run) {
  args::Command* command = group.add_subcommand(name, help);
  command->callback([=] { *action = [=](Session& s) { return run(s, *options); }; });
  return command;
}

args::Command* AddOfOne(args::Command& group, Action* action, std::shared_ptr<Options> options,
                        const char* name, const char* help, Run run) {
  args::Command* command = AddCommand(group, action, options, name, help, run);
  command->add_option("OBJECTIVE", options->id, "Its id")->required();
  return command;
}

void AddEtag(args::Command& command, Options& options) {
  Takes(
      command.add_option("--etag", options.etag, "Refuse if it has changed since it had this etag"),
      "ETAG");
}

void AddReading(args::Command& group, Action* action, std::shared_ptr<Options> options) {
  AddOfOne(group, action, options, "show", "Show it; `budget` shows how it stands", Show);
  args::Command* list =
      AddCommand(group, action, options, "list", "All of them, and how they stand", List);
  AddFilterOptions(*list, "name, title, description, event_log, author, create_time, update_time",
                   &options->list_filter, &options->order_by);
  Takes(list->add_option("--limit", options->limit, "Rows at most (default: 1,000)"), "N");
  args::Command* alerts = AddCommand(group, action, options, "alerts",
                                     "Alerts that began and ended, the latest first", Alerts);
  alerts->add_option("OBJECTIVE", options->id, "Its id (default: of all)");
  Takes(alerts->add_option("--filter", options->list_filter,
                           "Only these, as 'state = FIRED AND severity = PAGE'"),
        "EXPRESSION");
  Takes(alerts->add_option("--after", options->after_cursor,
                           "Those recorded after this cursor, the first first ('0-0' = all)"),
        "CURSOR");
  Takes(alerts->add_option("--limit", options->limit, "Rows at most (default: 1,000)"), "N");
}

}  // namespace

void AddObjectiveCommands(args::Command& app, Action* action) {
  auto options = std::make_shared<Options>();
  args::Command* group = app.add_subcommand(
      "objective", "Promises about a process or a step, with an error budget and alerts");
  group->group("Study");
  group->require_subcommand(1);
  args::Command* create =
      AddOfOne(*group, action, options, "create", "Promise something about an event log", Create);
  create->add_option("LOG", options->content.log, "Id of the event log")->required();
  AddObjectiveContent(*create, options->content);
  AddExamples(*create,
              {{"plumbline objective create certified sales-rep-onboarding --goal 90% \\\n"
                "      --until Certified --within 60wd --calendar company",
                ""},
               {"plumbline objective create legal quotes --goal 95% --step 'Legal review' \\\n"
                "      --within 2d",
                ""}});
  args::Command* set =
      AddOfOne(*group, action, options, "set", "Change what is given, leave the rest", Set);
  Takes(set->add_option("--log", options->content.log, "Another event log"), "LOG");
  AddObjectiveContent(*set, options->content);
  set->add_flag("--no-alert-url", options->content.no_webhook, "Send its alerts nowhere");
  AddEtag(*set, *options);
  AddReading(*group, action, options);
  args::Command* remove =
      AddOfOne(*group, action, options, "delete", "Delete it, and its alerts", Delete);
  AddEtag(*remove, *options);
  remove->add_flag("--dry-run", options->content.dry_run, "Check everything, write nothing");
}

}  // namespace plumbline::cli
