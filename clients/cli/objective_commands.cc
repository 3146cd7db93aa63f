// SPDX-License-Identifier: Apache-2.0
//
// objective: keeps objectives, and shows their alerts.
#include "clients/cli/objective_commands.h"

#include <memory>
#include <ostream>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "clients/cli/business_flag.h"
#include "clients/cli/help.h"
#include "clients/cli/list.h"
#include "clients/cli/onboarding.h"
#include "clients/cli/quality_commands.h"
#include "clients/cli/units.h"
#include "common/base/error.h"
#include "common/base/ids.h"
#include "common/base/status_macros.h"

namespace plumbline::cli {
namespace {

namespace pb = analytics::v1;

struct Options {
  std::string id, log, title, description, goal, within, until, after, step, condition, calendar,
      period, rules, filter, list_filter, order_by, webhook, secret, etag, after_cursor;
  std::vector<std::string> defects, labels, policy;
  bool defective = false, leave_out = false, no_webhook = false, dry_run = false;
  int min_bad = 0, min_events = 0, limit = 1000;
};

// "90 %", "0.9".
absl::Status SetGoal(const std::string& text, pb::Objective* objective) {
  absl::string_view number = absl::StripAsciiWhitespace(text);
  const bool percent = absl::ConsumeSuffix(&number, "%");
  double goal = 0;
  if (!absl::SimpleAtod(absl::StripAsciiWhitespace(number), &goal)) {
    return base::FieldError(
        "--goal", absl::StrCat("is '", text.substr(0, 40), "'; give a share, as 90% or 0.9"));
  }
  objective->set_goal_share(percent ? goal / 100 : goal);
  return absl::OkStatus();
}

// "30d", "36h", or in working days of the calendar "30wd".
absl::Status SetWithin(const std::string& text, pb::ObjectiveMeasure* measure) {
  absl::string_view number = text;
  int days = 0;
  if (absl::ConsumeSuffix(&number, "wd") && absl::SimpleAtoi(number, &days)) {
    measure->set_target_working_days(days);
    return absl::OkStatus();
  }
  return SetSpan("--within", text, measure->mutable_target());
}

// "warn=0.75:What to do".
absl::Status SetPolicy(const std::vector<std::string>& levels, pb::Objective* objective) {
  for (const std::string& text : levels) {
    const std::vector<std::string> parts = absl::StrSplit(text, absl::MaxSplits(':', 1));
    const std::vector<std::string> level = absl::StrSplit(parts[0], '=');
    double share = 0;
    if (parts.size() != 2 || level.size() != 2 || !absl::SimpleAtod(level[1], &share)) {
      return base::FieldError("--policy",
                              absl::StrCat("is '", text.substr(0, 100),
                                           "'; give ID=SHARE:ACTION, as 'warn=0.75:Look at it'"));
    }
    pb::BudgetPolicyLevel& one = *objective->add_policy();
    one.set_id(level[0]);
    one.set_consumed_share(share);
    one.set_action(parts[1]);
  }
  return absl::OkStatus();
}

bool SaysMeasure(const Options& o) {
  return o.defective || !o.within.empty() || !o.until.empty() || !o.after.empty() ||
         !o.step.empty() || !o.condition.empty() || !o.calendar.empty() || !o.defects.empty() ||
         o.leave_out;
}

absl::Status FillMeasure(Session& session, const Options& options, pb::ObjectiveMeasure* measure) {
  if (options.defective || !options.defects.empty()) {
    measure->set_kind(pb::ObjectiveMeasure::KIND_CASES_WITH_DEFECT);
    for (const std::string& defect : options.defects) measure->add_sources(DefectSourceOf(defect));
  } else if (!options.condition.empty()) {
    measure->set_kind(pb::ObjectiveMeasure::KIND_CASES_WITH_CONDITION);
    measure->set_condition(options.condition);
  } else {
    measure->set_kind(options.step.empty() ? pb::ObjectiveMeasure::KIND_CASE_TIME
                                           : pb::ObjectiveMeasure::KIND_STEP_TIME);
  }
  measure->set_activity(options.step.empty() ? options.until : options.step);
  measure->set_from_activity(options.after);
  measure->set_leave_out_ended_without(options.leave_out);
  if (!options.within.empty()) RETURN_IF_ERROR(SetWithin(options.within, measure));
  return SetBusinessTime(session, options.calendar, measure);
}

// The content that the flags say; `fields` gets the names of what they do.
absl::Status Fill(Session& session, const Options& options, pb::Objective* objective,
                  google::protobuf::FieldMask* fields) {
  const auto says = [&](const char* field, bool given) {
    if (given) fields->add_paths(field);
    return given;
  };
  if (says("title", !options.title.empty())) objective->set_title(options.title);
  if (says("description", !options.description.empty()))
    objective->set_description(options.description);
  if (says("event_log", !options.log.empty()))
    objective->set_event_log(session.FullName("eventLogs", options.log));
  if (says("selection", !options.filter.empty()))
    objective->mutable_selection()->set_filter(options.filter);
  if (says("measure", SaysMeasure(options)))
    RETURN_IF_ERROR(FillMeasure(session, options, objective->mutable_measure()));
  if (says("goal_share", !options.goal.empty())) RETURN_IF_ERROR(SetGoal(options.goal, objective));
  if (says("period", !options.period.empty()))
    RETURN_IF_ERROR(SetSpan("--period", options.period, objective->mutable_period()));
  if (says("rule_set", !options.rules.empty())) {
    objective->set_rule_set(options.rules == "service" ? pb::Objective::RULE_SET_SERVICE
                                                       : pb::Objective::RULE_SET_PROCESS);
  }
  if (says("min_bad_count", options.min_bad != 0)) objective->set_min_bad_count(options.min_bad);
  if (says("min_event_count", options.min_events != 0))
    objective->set_min_event_count(options.min_events);
  if (says("policy", !options.policy.empty()))
    RETURN_IF_ERROR(SetPolicy(options.policy, objective));
  if (says("alert_webhook_url", !options.webhook.empty() || options.no_webhook))
    objective->set_alert_webhook_url(options.webhook);
  if (!says("labels", !options.labels.empty())) return absl::OkStatus();
  return ParsePairs("--label", "KEY=VALUE", options.labels, objective->mutable_labels());
}

void NameFields(Session& session) {
  session.wording().Call({{"objective.event_log", "LOG"},
                          {"objective.selection.filter", "--filter"},
                          {"objective.goal_share", "--goal"},
                          {"objective.period", "--period"},
                          {"objective.measure.kind", "--within"},
                          {"objective.measure.target", "--within"},
                          {"objective.measure.target_working_days", "--within"},
                          {"objective.measure.activity", "--until"},
                          {"objective.measure.from_activity", "--after"},
                          {"objective.measure.condition", "--condition"},
                          {"objective.measure.sources", "--defect"},
                          {"objective.measure.business_time", "--calendar"},
                          {"objective.measure.leave_out_ended_without", "--leave-out-ended"},
                          {"objective.policy", "--policy"},
                          {"objective.alert_webhook_url", "--alert-url"},
                          {"objective.title", "--title"},
                          {"objective.description", "--description"},
                          {"objective.labels", "--label"},
                          {"objective.min_bad_count", "--min-bad"},
                          {"objective.min_event_count", "--min-events"},
                          {"alert_webhook_secret", "--secret"},
                          {"objective_id", "OBJECTIVE"},
                          {"objective.name", "OBJECTIVE"},
                          {"objective.etag", "--etag"},
                          {"etag", "--etag"},
                          {"name", "OBJECTIVE"},
                          {"parent", "OBJECTIVE"}});
}

void ShowObjective(Session& session, const pb::Objective& objective) {
  const auto line = [&](const char* name, const std::string& text) {
    if (!text.empty()) session.out() << Printable(absl::StrCat(name, text)) << '\n';
  };
  line("objective:    ", IdOf(objective.name()));
  line("title:        ", objective.title());
  line("promise:      ", PromiseOf(objective));
  line("log:          ", IdOf(objective.event_log()));
  line("cases:        ", objective.selection().filter());
  line("period:       ",
       objective.has_period() ? Span(objective.period()) : std::string("90 d (default)"));
  line("alerts to:    ", objective.alert_webhook_url());
  line("description:  ", objective.description());
  line("labels:       ", ValuesText(objective.labels()));
  line("changed:      ", absl::StrCat(When(objective.update_time()), " by ", objective.author()));
}

template <typename Response>
void ShowChanged(Session& session, const Response& response) {
  if (session.json()) return session.PrintJson(response);
  ShowObjective(session, response.objective());
  if (response.alert_webhook_secret().empty()) return;
  session.out() << "secret:       " << response.alert_webhook_secret()
                << "\n\nThe secret is shown this once: give it to the receiver, which checks "
                   "signatures with it.\n";
}

absl::Status Create(Session& session, const Options& options) {
  NameFields(session);
  pb::CreateObjectiveRequest request;
  google::protobuf::FieldMask ignored;
  request.set_parent(session.parent());
  request.set_objective_id(options.id);
  RETURN_IF_ERROR(Fill(session, options, request.mutable_objective(), &ignored));
  // By itself it is the time of whole cases by their own targets.
  if (!request.objective().has_measure())
    RETURN_IF_ERROR(FillMeasure(session, options, request.mutable_objective()->mutable_measure()));
  request.set_alert_webhook_secret(options.secret);
  request.set_validate_only(options.dry_run);
  request.set_request_id(base::NewUuid());
  pb::CreateObjectiveResponse response;
  RETURN_IF_ERROR(session.Call(kObjectives, "CreateObjective", request, &response));
  ShowChanged(session, response);
  return absl::OkStatus();
}

absl::Status Set(Session& session, const Options& options) {
  NameFields(session);
  pb::UpdateObjectiveRequest request;
  pb::Objective& objective = *request.mutable_objective();
  objective.set_name(session.FullName("objectives", options.id));
  objective.set_etag(options.etag);
  RETURN_IF_ERROR(Fill(session, options, &objective, request.mutable_update_mask()));
  request.set_alert_webhook_secret(options.secret);
  // Without a path the mask would mean every field; a new secret alone changes none.
  if (request.update_mask().paths().empty()) {
    if (options.secret.empty()) {
      return base::FieldError("--goal",
                              "is missing, and so is every other option: say what to change; "
                              "plumbline objective show shows the objective");
    }
    pb::GetObjectiveRequest get;
    pb::GetObjectiveResponse present;
    get.set_name(objective.name());
    RETURN_IF_ERROR(session.Call(kObjectives, "GetObjective", get, &present));
    objective.set_title(present.objective().title());
    request.mutable_update_mask()->add_paths("title");
  }
  request.set_validate_only(options.dry_run);
  request.set_request_id(base::NewUuid());
  pb::UpdateObjectiveResponse response;
  RETURN_IF_ERROR(session.Call(kObjectives, "UpdateObjective", request, &response));
  ShowChanged(session, response);
  return absl::OkStatus();
}

absl::Status Show(Session& session, const Options& options) {
  NameFields(session);
  pb::GetObjectiveRequest request;
  request.set_name(session.FullName("objectives", options.id));
  pb::GetObjectiveResponse response;
  RETURN_IF_ERROR(session.Call(kObjectives, "GetObjective", request, &response));
  if (session.json()) {
    session.PrintJson(response.objective());
  } else {
    ShowObjective(session, response.objective());
  }
  return absl::OkStatus();
}

// How each stands; what cannot be counted is told in its row.
std::vector<std::string> RowOf(Session& session, const pb::Objective& objective) {
  pb::GetErrorBudgetRequest request;
  request.set_name(objective.name());
  pb::GetErrorBudgetResponse got;
  const absl::Status status = session.Call(kObjectives, "GetErrorBudget", request, &got);
  const pb::ErrorBudget& budget = got.budget();
  const bool known = status.ok() && budget.has_consumed_share();
  return {IdOf(objective.name()),
          status.ok() ? BudgetWord(budget.state()) : "cannot be counted",
          known ? BudgetBar(budget.remaining_share()) : "",
          known ? Percent(budget.good_share()) : "",
          absl::StrFormat("%g %%", objective.goal_share() * 100),
          objective.title().empty() ? PromiseOf(objective) : objective.title()};
}

absl::Status List(Session& session, const Options& options) {
  session.wording().Call({{"filter", "--filter"}, {"order_by", "--order-by"}});
  pb::ListObjectivesRequest request;
  request.set_parent(session.parent());
  request.set_filter(options.list_filter);
  request.set_order_by(options.order_by);
  Table table({"OBJECTIVE", "STATE", "BUDGET LEFT", ">GOOD", ">GOAL", "~TITLE"});
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
  NameFields(session);
  pb::DeleteObjectiveRequest request;
  request.set_name(session.FullName("objectives", options.id));
  request.set_etag(options.etag);
  request.set_validate_only(options.dry_run);
  request.set_request_id(base::NewUuid());
  pb::DeleteObjectiveResponse response;
  RETURN_IF_ERROR(session.Call(kObjectives, "DeleteObjective", request, &response));
  if (session.json()) {
    session.PrintJson(response);
  } else {
    session.out() << IdOf(response.objective().name())
                  << (options.dry_run ? ": would be deleted\n" : ": deleted\n");
  }
  return absl::OkStatus();
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

absl::Status Alerts(Session& session, const Options& options) {
  NameFields(session);
  session.wording().Call({{"filter", "--filter"}, {"after_cursor", "--after"}});
  pb::ListObjectiveAlertsRequest request;
  request.set_parent(session.FullName("objectives", options.id.empty() ? "-" : options.id));
  request.set_filter(options.list_filter);
  request.set_after_cursor(options.after_cursor);
  Table table({"TIME (UTC)", "OBJECTIVE", "RULE", "STATE", "?SENT", "CURSOR", "|MESSAGE"});
  const auto add = [&](const pb::ListObjectiveAlertsResponse& page) {
    for (const pb::ObjectiveAlert& alert : page.alerts()) {
      const std::vector<std::string> parts = absl::StrSplit(alert.name(), '/');
      table.Add({When(alert.time()), parts.size() > 3 ? parts[3] : "", alert.rule(),
                 StateWord(pb::ObjectiveAlert::State_Name(alert.state())), DeliveryWords(alert),
                 alert.cursor(), alert.message()});
    }
    return page.alerts_size();
  };
  ASSIGN_OR_RETURN(const bool more,
                   (Pages<pb::ListObjectiveAlertsRequest, pb::ListObjectiveAlertsResponse>(
                       session, kObjectives, "ListObjectiveAlerts", request, options.limit, add)));
  ShowList(session, table, "no alerts", more);
  return absl::OkStatus();
}

using Run = absl::Status (*)(Session&, const Options&);

CLI::App* AddCommand(CLI::App& group, Action* action, std::shared_ptr<Options> options,
                     const char* name, const char* help, Run run) {
  CLI::App* command = group.add_subcommand(name, help);
  command->callback([=] { *action = [=](Session& s) { return run(s, *options); }; });
  return command;
}

CLI::App* AddOfOne(CLI::App& group, Action* action, std::shared_ptr<Options> options,
                   const char* name, const char* help, Run run) {
  CLI::App* command = AddCommand(group, action, options, name, help, run);
  command->add_option("OBJECTIVE", options->id, "Its id")->required();
  return command;
}

void AddMeasure(CLI::App& command, Options& options) {
  const char* const kGroup = "What is promised";
  const auto text = [&](const char* flag, std::string& value, const char* help, const char* word) {
    Takes(command.add_option(flag, value, help), word)->group(kGroup);
  };
  text("--goal", options.goal, "The share that is to be good, as 90%", "SHARE");
  text("--within", options.within,
       "How long it may take: 2d, 36h, or 30wd working days of the --calendar (default: its own "
       "due time)",
       "SPAN");
  text("--until", options.until,
       "Until the first event of this activity (default: the end of the case)", "ACTIVITY");
  text("--after", options.after,
       "Since the first event of this activity (default: the begin of the case, or day one)",
       "ACTIVITY");
  text("--step", options.step, "Of each doing of this step instead, from ready to done", "STEP");
  text("--condition", options.condition, "Instead: bad is a case that fulfils this", "CONDITION");
  command.add_flag("--defective", options.defective, "Instead: bad is a case with a defect")
      ->group(kGroup);
  AddDefectFlag(command, &options.defects);
  AddCalendarFlag(command, "--within", &options.calendar)->group(kGroup);
  command
      .add_flag("--leave-out-ended", options.leave_out,
                "With --until: cases that end without it are left out, not bad")
      ->group(kGroup);
  text("--filter", options.filter, "Only these cases (docs/filters.md)", "CONDITION");
  text("--period", options.period, "The budget is counted over so long (default: 90d)", "SPAN");
}

void AddContent(CLI::App& command, Options& options) {
  AddMeasure(command, options);
  Takes(command.add_option("--title", options.title, "The promise in words"), "TEXT");
  Takes(command.add_option("--description", options.description, "Why, and to whom"), "TEXT");
  Takes(command.add_option("--rules", options.rules,
                           "Alerts for what takes hours to weeks (process, default) or happens "
                           "many times a minute (service)"),
        "SET")
      ->check(CLI::IsMember({"process", "service"}));
  Takes(command.add_option("--min-bad", options.min_bad, "An alert needs so many (default: 3)"),
        "N");
  Takes(command.add_option("--min-events", options.min_events,
                           "Below so many nothing is said (default: 10)"),
        "N");
  Takes(command.add_option("--policy", options.policy,
                           "What is done from a share of the budget on (repeatable), as "
                           "'freeze=1:Change nothing'"),
        "ID=SHARE:ACTION")
      ->allow_extra_args(false);
  Takes(command.add_option("--alert-url", options.webhook, "Where alerts are sent, https://..."),
        "URL");
  Takes(command.add_option("--secret", options.secret,
                           "The secret that signs them, 'whsec_...' (default: one is made)"),
        "SECRET");
  Takes(command.add_option("--label", options.labels, "A label (repeatable)"), "KEY=VALUE")
      ->allow_extra_args(false);
  command.add_flag("--dry-run", options.dry_run, "Check everything, write nothing");
}

void AddEtag(CLI::App& command, Options& options) {
  Takes(
      command.add_option("--etag", options.etag, "Refuse if it has changed since it had this etag"),
      "ETAG");
}

void AddReading(CLI::App& group, Action* action, std::shared_ptr<Options> options) {
  AddOfOne(group, action, options, "show", "Show it; `budget` shows how it stands", Show);
  CLI::App* list =
      AddCommand(group, action, options, "list", "All of them, and how they stand", List);
  AddFilterOptions(*list, "name, title, description, event_log, author, create_time, update_time",
                   &options->list_filter, &options->order_by);
  Takes(list->add_option("--limit", options->limit, "Rows at most (default: 1,000)"), "N");
  CLI::App* alerts = AddCommand(group, action, options, "alerts",
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

void AddObjectiveCommands(CLI::App& app, Action* action) {
  auto options = std::make_shared<Options>();
  CLI::App* group = app.add_subcommand(
      "objective", "Promises about a process or a step, with an error budget and alerts");
  group->group("Study");
  group->require_subcommand(1);
  CLI::App* create =
      AddOfOne(*group, action, options, "create", "Promise something about an event log", Create);
  create->add_option("LOG", options->log, "Id of the event log")->required();
  AddContent(*create, *options);
  AddExamples(*create,
              {{"plumbline objective create certified onboarding --goal 90% --until Certified \\\n"
                "      --within 30wd --calendar head-office",
                ""},
               {"plumbline objective create legal quotes --goal 95% --step 'Legal review' "
                "--within 2d",
                ""}});
  CLI::App* set = AddOfOne(*group, action, options, "set", "Change it", Set);
  Takes(set->add_option("--log", options->log, "Another event log"), "LOG");
  AddContent(*set, *options);
  set->add_flag("--no-alert-url", options->no_webhook, "Send its alerts nowhere");
  AddEtag(*set, *options);
  AddReading(*group, action, options);
  CLI::App* remove =
      AddOfOne(*group, action, options, "delete", "Delete it, and its alerts", Delete);
  AddEtag(*remove, *options);
  remove->add_flag("--dry-run", options->dry_run, "Check everything, write nothing");
}

}  // namespace plumbline::cli
