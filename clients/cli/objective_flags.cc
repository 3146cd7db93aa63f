// SPDX-License-Identifier: Apache-2.0
#include "clients/cli/objective_flags.h"

#include <cmath>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "clients/cli/business_flag.h"
#include "clients/cli/help.h"
#include "clients/cli/kept_times.h"
#include "clients/cli/onboarding.h"
#include "clients/cli/quality_commands.h"
#include "clients/cli/units.h"
#include "common/base/error.h"
#include "common/base/status_macros.h"

namespace plumbline::cli {
namespace {

namespace pb = analytics::v1;

// "90 %", "0.9".
absl::Status SetGoal(const std::string& text, pb::Objective* objective) {
  absl::string_view number = absl::StripAsciiWhitespace(text);
  const bool percent = absl::ConsumeSuffix(&number, "%");
  double goal = 0;
  if (!absl::SimpleAtod(absl::StripAsciiWhitespace(number), &goal)) {
    return base::FieldError(
        "--goal", absl::StrCat("is '", text.substr(0, 40), "'; give a share, as 90% or 0.9"));
  }
  if (percent) goal /= 100;
  // Of all of them the service says why that cannot be promised.
  if (!(goal > 0 && goal <= 1)) {
    return base::FieldError("--goal", absl::StrCat("is '", text.substr(0, 40),
                                                   "'; it must be above 0% and below 100%, as "
                                                   "90% or 0.9"));
  }
  objective->set_goal_share(goal);
  return absl::OkStatus();
}

// "30d", "36h", or in working days of the calendar "30wd".
absl::Status SetWithin(Session& session, const std::string& text, pb::ObjectiveMeasure* measure) {
  absl::string_view number = text;
  int days = 0;
  if (absl::ConsumeSuffix(&number, "wd") && absl::SimpleAtoi(number, &days)) {
    measure->set_target_working_days(days);
    return absl::OkStatus();
  }
  google::protobuf::Duration& target = *measure->mutable_target();
  RETURN_IF_ERROR(SetOpenSpan(session, "--within", text,
                              WorkingDayOf(session, measure->business_time()), &target));
  // A part of a mean working day ends between two minutes, and calendars count whole ones.
  if (absl::StrContains(text, "wd")) {
    target.set_seconds(std::llround(Seconds(target) / 60) * 60);
    target.clear_nanos();
  }
  return absl::OkStatus();
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

// "fast=6:1d/2h:page", "slow=10%:1w/12h".
absl::Status SetRule(const std::string& text, pb::BurnRateRule* rule) {
  const auto wrong = [&] {
    return base::FieldError("--rule", absl::StrCat("is '", text.substr(0, 100),
                                                   "'; give ID=RATE:LONG/SHORT, and :page where "
                                                   "somebody is to be called, as "
                                                   "'fast=6:1d/2h:page' or 'slow=10%:1w/12h'"));
  };
  const std::vector<std::string> named = absl::StrSplit(text, absl::MaxSplits('=', 1));
  if (named.size() != 2) return wrong();
  const std::vector<std::string> parts = absl::StrSplit(named[1], ':');
  if (parts.size() < 2 || parts.size() > 3) return wrong();
  const std::vector<std::string> windows = absl::StrSplit(parts[1], '/');
  absl::string_view number = parts[0];
  const bool share = absl::ConsumeSuffix(&number, "%");
  double rate = 0;
  if (windows.size() != 2 || !absl::SimpleAtod(number, &rate)) return wrong();
  rule->set_id(named[0]);
  if (share) {
    rule->set_budget_share(rate / 100);
  } else {
    rule->set_burn_rate(rate);
  }
  RETURN_IF_ERROR(SetSpan("--rule", windows[0], rule->mutable_long_window()));
  RETURN_IF_ERROR(SetSpan("--rule", windows[1], rule->mutable_short_window()));
  if (parts.size() == 2) return absl::OkStatus();
  if (parts[2] != "page" && parts[2] != "ticket") return wrong();
  rule->set_severity(parts[2] == "page" ? pb::BurnRateRule::SEVERITY_PAGE
                                        : pb::BurnRateRule::SEVERITY_TICKET);
  return absl::OkStatus();
}

absl::Status SetRules(const std::vector<std::string>& texts, pb::Objective* objective) {
  for (const std::string& text : texts) RETURN_IF_ERROR(SetRule(text, objective->add_rules()));
  return absl::OkStatus();
}

bool SaysMeasure(const ObjectiveFlags& o) {
  return o.defective || !o.within.empty() || !o.until.empty() || !o.after.empty() ||
         !o.step.empty() || !o.condition.empty() || !o.calendar.empty() || !o.defects.empty() ||
         o.leave_out;
}

bool IsTime(pb::ObjectiveMeasure::Kind kind) {
  return kind == pb::ObjectiveMeasure::KIND_CASE_TIME ||
         kind == pb::ObjectiveMeasure::KIND_STEP_TIME;
}

// What is promised by the flags, of an objective that promises `present` (unspecified: of a new
// one). How long something may take is said of cases and of steps.
pb::ObjectiveMeasure::Kind KindOf(const ObjectiveFlags& options,
                                  pb::ObjectiveMeasure::Kind present) {
  if (options.defective || !options.defects.empty())
    return pb::ObjectiveMeasure::KIND_CASES_WITH_DEFECT;
  if (!options.condition.empty()) return pb::ObjectiveMeasure::KIND_CASES_WITH_CONDITION;
  if (!options.step.empty()) return pb::ObjectiveMeasure::KIND_STEP_TIME;
  const bool of_cases = !options.until.empty() || !options.after.empty() || options.leave_out;
  return of_cases || !IsTime(present) ? pb::ObjectiveMeasure::KIND_CASE_TIME : present;
}

void AddMeasure(args::Command& command, ObjectiveFlags& options) {
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
  AddCompletionFlags(command, &options.completion);
  text("--period", options.period, "The budget is counted over so long (default: 90d)", "SPAN");
}

}  // namespace

absl::Status FillObjectiveMeasure(Session& session, const ObjectiveFlags& options,
                                  pb::ObjectiveMeasure* measure) {
  const pb::BusinessTime before = measure->business_time();
  const auto kind = KindOf(options, measure->kind());
  if (kind != measure->kind()) {
    // Between times, how long it may take is a matter of either.
    pb::ObjectiveMeasure other;
    other.set_kind(kind);
    if (IsTime(kind) && IsTime(measure->kind())) {
      if (measure->has_target()) *other.mutable_target() = measure->target();
      other.set_target_working_days(measure->target_working_days());
      if (measure->has_business_time()) *other.mutable_business_time() = measure->business_time();
    }
    *measure = std::move(other);
  }
  if (!options.defects.empty()) measure->clear_sources();
  for (const std::string& defect : options.defects) measure->add_sources(DefectSourceOf(defect));
  if (!options.condition.empty()) measure->set_condition(options.condition);
  const std::string& activity = options.step.empty() ? options.until : options.step;
  if (!activity.empty()) measure->set_activity(activity);
  if (!options.after.empty()) measure->set_from_activity(options.after);
  if (options.leave_out) measure->set_leave_out_ended_without(true);
  if (!options.calendar.empty()) measure->clear_business_time();
  RETURN_IF_ERROR(SetBusinessTime(session, options.calendar, measure));
  if (options.within.empty()) {
    if (!options.calendar.empty() && measure->has_target())
      TellKeptTime(session, "--within", measure->target(), before, measure->business_time());
    return absl::OkStatus();
  }
  measure->clear_target();
  measure->clear_target_working_days();
  return SetWithin(session, options.within, measure);
}

absl::Status FillObjective(Session& session, const ObjectiveFlags& options,
                           pb::Objective* objective, google::protobuf::FieldMask* fields) {
  const auto says = [&](const char* field, bool given) {
    if (given) fields->add_paths(field);
    return given;
  };
  if (says("title", !options.title.empty())) objective->set_title(options.title);
  if (says("description", !options.description.empty()))
    objective->set_description(options.description);
  if (says("event_log", !options.log.empty()))
    objective->set_event_log(session.FullName("eventLogs", options.log));
  if (says("selection", !options.filter.empty() || options.completion.any())) {
    if (!options.filter.empty()) objective->mutable_selection()->set_filter(options.filter);
    if (options.completion.any()) objective->mutable_selection()->clear_completion();
    RETURN_IF_ERROR(SetCompletion(session, options.completion, "objective.selection.",
                                  objective->mutable_selection()));
  }
  if (says("measure", SaysMeasure(options)))
    RETURN_IF_ERROR(FillObjectiveMeasure(session, options, objective->mutable_measure()));
  if (says("goal_share", !options.goal.empty())) RETURN_IF_ERROR(SetGoal(options.goal, objective));
  if (says("period", !options.period.empty()))
    RETURN_IF_ERROR(SetSpan("--period", options.period, objective->mutable_period()));
  if (says("rule_set", !options.rules.empty())) {
    objective->set_rule_set(options.rules == "service" ? pb::Objective::RULE_SET_SERVICE
                                                       : pb::Objective::RULE_SET_PROCESS);
  }
  // Those of a set come back where one is named; rules of its own take their place.
  if (says("rules", !options.own_rules.empty() || !options.rules.empty()))
    RETURN_IF_ERROR(SetRules(options.own_rules, objective));
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

void NameObjectiveFields(Session& session) {
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
                          {"objective.rules", "--rule"},
                          {"objective.rule_set", "--rules"},
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

void AddObjectiveContent(args::Command& command, ObjectiveFlags& options) {
  AddMeasure(command, options);
  Takes(command.add_option("--title", options.title, "The promise in words"), "TEXT");
  Takes(command.add_option("--description", options.description, "Why, and to whom"), "TEXT");
  args::Option* set = Takes(
      command.add_option("--rules", options.rules,
                         "Alerts for what takes hours to weeks (process, default) or happens many "
                         "times a minute (service)"),
      "SET");
  set->check(args::IsMember({"process", "service"}));
  Takes(command.add_option("--rule", options.own_rules,
                           "An alert of its own (repeatable): it speaks while the budget is spent "
                           "RATE times as fast as it lasts, or so that RATE% of it are gone, in "
                           "the LONG window and in the SHORT one; page or ticket (default), as "
                           "'fast=6:1d/2h:page' or 'slow=10%:1w/12h'"),
        "ID=RATE:LONG/SHORT[:HOW]")
      ->allow_extra_args(false)
      ->excludes(set);
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

}  // namespace plumbline::cli
