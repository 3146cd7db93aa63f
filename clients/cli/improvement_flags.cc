// SPDX-License-Identifier: Apache-2.0
#include "clients/cli/improvement_flags.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "clients/cli/attribute_key.h"
#include "clients/cli/business_flag.h"
#include "clients/cli/help.h"
#include "clients/cli/improvement_view.h"
#include "clients/cli/kept_times.h"
#include "common/base/status_macros.h"

namespace plumbline::cli {
namespace {

namespace pb = analytics::v1;

bool OfGiven(const ImprovementFlags& options) {
  return options.of != nullptr && options.of->count() > 0;
}

bool MeasureGiven(const ImprovementFlags& options) {
  const MeasureFlags& flags = options.measure;
  return OfGiven(options) || !flags.step.empty() || !flags.condition.empty() ||
         !flags.target.empty() || !flags.calendar.empty() || !flags.defects.empty();
}

// Changes what is given of what is measured. Another kind of measure takes over nothing but the
// calendar; a case's own targets, which are points in time, not even that.
absl::Status ChangeMeasure(Session& session, const ImprovementFlags& options,
                           pb::QualityMeasure* measure) {
  const MeasureFlags& flags = options.measure;
  pb::QualityMeasure given;
  // Times are given in the working days of the calendar that it has.
  if (flags.calendar.empty() && measure->has_business_time())
    *given.mutable_business_time() = measure->business_time();
  RETURN_IF_ERROR(SetMeasure(session, flags, &given));
  const bool same = measure->kind() != pb::QualityMeasure::KIND_UNSPECIFIED &&
                    (!OfGiven(options) || given.kind() == measure->kind());
  if (!same) {
    const bool own_targets =
        given.kind() == pb::QualityMeasure::KIND_CASES_LATE && !given.has_target();
    if (own_targets && flags.calendar.empty()) given.clear_business_time();
    *measure = std::move(given);
    return absl::OkStatus();
  }
  if (!flags.step.empty()) measure->set_activity(given.activity());
  if (!flags.condition.empty()) measure->set_condition(given.condition());
  if (!flags.target.empty()) *measure->mutable_target() = given.target();
  if (!flags.defects.empty()) *measure->mutable_sources() = given.sources();
  if (!flags.calendar.empty()) *measure->mutable_business_time() = given.business_time();
  return absl::OkStatus();
}

// Of the times that are not given, where `before` counted them: what they are now.
void TellKept(Session& session, const ImprovementFlags& options, const pb::BusinessTime& before,
              const pb::Improvement& improvement) {
  if (options.measure.calendar.empty()) return;
  const auto tell = [&](const char* flag, const google::protobuf::Duration& span) {
    TellKeptTime(session, flag, span, before, improvement.measure().business_time());
  };
  if (options.measure.target.empty() && improvement.measure().has_target())
    tell("--target", improvement.measure().target());
  if (options.goal.empty() && improvement.goal().has_time())
    tell("--goal", improvement.goal().time());
  if (options.smallest.empty() && improvement.smallest_effect().has_time())
    tell("--smallest-effect", improvement.smallest_effect().time());
}

// Of times that become a share or a count, which has one centre only: nobody asked for another.
void LeaveCenter(const ImprovementFlags& options, pb::Improvement* improvement) {
  if (!improvement->has_measure() || !options.center.empty()) return;
  const auto kind = improvement->measure().kind();
  const bool times = kind == pb::QualityMeasure::KIND_CASE_DURATION ||
                     kind == pb::QualityMeasure::KIND_STEP_WAITING ||
                     kind == pb::QualityMeasure::KIND_STEP_WORKING;
  if (!times) improvement->clear_center();
}

absl::Status SetTimes(const ImprovementFlags& options, pb::Improvement* improvement) {
  // The rest of what is there stays.
  pb::ChartWindow window = improvement->baseline_window();
  RETURN_IF_ERROR(SetTime("--baseline-from", options.baseline_from, &window, "start_time"));
  RETURN_IF_ERROR(SetTime("--baseline-to", options.baseline_to, &window, "end_time"));
  if (window.ByteSizeLong() > 0) *improvement->mutable_baseline_window() = window;
  pb::ImprovementChange change = improvement->change();
  RETURN_IF_ERROR(SetTime("--changed", options.changed, &change, "time"));
  if (!options.revision.empty()) change.set_process_revision(options.revision);
  if (!options.change_note.empty()) change.set_note(options.change_note);
  if (change.ByteSizeLong() > 0) *improvement->mutable_change() = change;
  return absl::OkStatus();
}

void AddDefinition(args::Command& command, ImprovementFlags& options) {
  const char* const kGroup = "The problem";
  const auto text = [&](const char* flag, std::string& value, const char* help, const char* takes) {
    return Takes(command.add_option(flag, value, help), takes)->group(kGroup);
  };
  text("--title", options.title, "What it is called", "TEXT");
  text("--problem", options.problem, "What is wrong, for whom, since when, what it costs", "TEXT");
  text("--owner", options.owner, "Who leads it", "WHO");
  text("--log", options.log, "Id of the event log in which it is measured", "LOG");
  text("--filter", options.filter, "Only cases for which this holds (see docs/filters.md)",
       "CONDITION");
  text("--event-filter", options.event_filter, "Only cases with an event for which this holds",
       "CONDITION");
  text("--better", options.better, "Which way is better: lower or higher", "WAY")
      ->check(args::IsMember({"lower", "higher"}));
  text("--goal", options.goal, "What it should come to, as 15d, 5% or 0.3 (a case)", "AMOUNT");
  text("--smallest-effect", options.smallest, "The smallest difference that would be worth it",
       "AMOUNT");
  AddMeasureFlags(command, true, &options.measure);
  AddCompletionFlags(command, &options.completion);
  options.of = command.get_option("--of");
}

void AddWhen(args::Command& command, ImprovementFlags& options) {
  const auto text = [&](const char* flag, std::string& value, const char* help, const char* takes,
                        const char* group) -> args::Option* {
    return Takes(command.add_option(flag, value, help), takes)->group(group);
  };
  const char* const kBaseline = "Before and after";
  text("--baseline-from", options.baseline_from,
       "The baseline: cases that began (--counted-by) then or later (default: all before)", "TIME",
       kBaseline);
  text("--baseline-to", options.baseline_to, "and before then", "TIME", kBaseline);
  text("--counted-by", options.counted_by,
       "What of a case says whether it is before or after: its begin (default), or its end, as "
       "report counts",
       "WHAT", kBaseline)
      ->check(args::IsMember({"begin", "end"}));
  text("--center", options.center,
       "Of times compare the median (default), or the mean, as report does", "WHICH", kBaseline)
      ->check(args::IsMember({"median", "mean"}));
  text("--changed", options.changed, "When the change took effect", "TIME", kBaseline);
  text("--revision", options.revision,
       "Or: the revision of a process that is the change, as "
       "workspaces/W/processes/P@3; its first case says when",
       "NAME", kBaseline);
  text("--change-note", options.change_note, "What was changed", "TEXT", kBaseline);
  Takes(command.add_option("--watch", options.watch,
                           "Attribute whose mix is watched; may be repeated (default: those that "
                           "say which kind of case it is)"),
        "KEY")
      ->group(kBaseline);
  Takes(command.add_option("--confidence", options.confidence, "Of intervals (default: 0.95)"),
        "SHARE")
      ->group(kBaseline);
  Takes(command.add_option("--power", options.power,
                           "How likely the smallest effect is to be seen (default: 0.8)"),
        "SHARE")
      ->group(kBaseline);
}

}  // namespace

void NameImprovementFields(Session& session) {
  session.wording().Call({{"improvement_id", "ID"},
                          {"name", "ID"},
                          {"improvement.name", "ID"},
                          {"improvement.title", "--title"},
                          {"improvement.problem", "--problem"},
                          {"improvement.owner", "--owner"},
                          {"improvement.event_log", "--log"},
                          {"improvement.selection.filter", "--filter"},
                          {"improvement.selection.event_filter", "--event-filter"},
                          {"improvement.measure", "--of"},
                          {"improvement.measure.kind", "--of"},
                          {"improvement.measure.activity", "--step"},
                          {"improvement.measure.condition", "--condition"},
                          {"improvement.measure.target", "--target"},
                          {"improvement.measure.sources", "--defect"},
                          {"improvement.measure.business_time", "--calendar"},
                          {"improvement.direction", "--better"},
                          {"improvement.goal", "--goal"},
                          {"improvement.smallest_effect", "--smallest-effect"},
                          {"time", "a time (36h, 2d)"},
                          {"share", "a share (5%)"},
                          {"per_case", "a count per case (0.3)"},
                          {"improvement.baseline_window", "--baseline-to"},
                          {"improvement.baseline_window.start_time", "--baseline-from"},
                          {"improvement.baseline_window.end_time", "--baseline-to"},
                          {"improvement.mix_attributes", "--watch"},
                          {"improvement.counted_by", "--counted-by"},
                          {"improvement.center", "--center"},
                          {"improvement.confidence", "--confidence"},
                          {"improvement.power", "--power"},
                          {"improvement.causes", "plumbline improvement cause"},
                          {"improvement.change", "--changed"},
                          {"improvement.change.time", "--changed"},
                          {"improvement.change.process_revision", "--revision"},
                          {"improvement.change.note", "--change-note"},
                          {"measure.sources", "--defect"},
                          {"change", "--changed"},
                          {"event_log", "--log"},
                          {"smallest_effect", "--smallest-effect"},
                          {"baseline_window", "--baseline-to"},
                          {"mix_attributes", "--watch"},
                          {"selection.filter", "--filter"},
                          {"selection.event_filter", "--event-filter"},
                          {"selection.completion", "--completion"},
                          {"selection.completion.activities", "--completion"},
                          {"selection.completion.idle_time", "--completion-idle"},
                          {"change.time", "--changed"},
                          {"process_revision", "--revision"},
                          {"allow_too_early", "--too-early"},
                          {"to_state", "--to"},
                          {"reason", "--reason"},
                          {"note", "--note"},
                          {"etag", "--etag"}});
}

absl::Status FillImprovement(Session& session, const ImprovementFlags& options,
                             pb::Improvement* improvement) {
  if (!options.title.empty()) improvement->set_title(options.title);
  if (!options.problem.empty()) improvement->set_problem(options.problem);
  if (!options.owner.empty()) improvement->set_owner(options.owner);
  if (!options.log.empty()) improvement->set_event_log(session.FullName("eventLogs", options.log));
  if (!options.filter.empty()) improvement->mutable_selection()->set_filter(options.filter);
  if (!options.event_filter.empty())
    improvement->mutable_selection()->set_event_filter(options.event_filter);
  if (options.completion.any()) {
    pb::Selection* selection = improvement->mutable_selection();
    selection->clear_completion();
    RETURN_IF_ERROR(
        SetCompletion(session, options.completion, "improvement.selection.", selection));
  }
  // Where a log is named, the default is the duration of its cases.
  const bool first = !options.log.empty() && !improvement->has_measure();
  const pb::BusinessTime before = improvement->measure().business_time();
  if (MeasureGiven(options) || first)
    RETURN_IF_ERROR(ChangeMeasure(session, options, improvement->mutable_measure()));
  LeaveCenter(options, improvement);
  if (!options.better.empty()) {
    improvement->set_direction(options.better == "lower" ? pb::Improvement::DIRECTION_LOWER
                                                         : pb::Improvement::DIRECTION_HIGHER);
  }
  if (!options.counted_by.empty()) {
    improvement->set_counted_by(options.counted_by == "end" ? pb::Improvement::COUNTED_BY_END
                                                            : pb::Improvement::COUNTED_BY_BEGIN);
  }
  if (!options.center.empty()) {
    improvement->set_center(options.center == "mean" ? pb::Improvement::CENTER_MEAN
                                                     : pb::Improvement::CENTER_MEDIAN);
  }
  const double working_day = WorkingDayOf(session, improvement->measure().business_time());
  const auto set = [&](const char* flag, const std::string& text, pb::ImprovementAmount* amount) {
    absl::Status status = SetAmount(flag, text, amount, working_day);
    if (!status.ok() || !amount->has_time()) return status;
    return SetOpenSpan(session, flag, text, working_day, amount->mutable_time());
  };
  if (!options.goal.empty())
    RETURN_IF_ERROR(set("--goal", options.goal, improvement->mutable_goal()));
  if (!options.smallest.empty()) {
    RETURN_IF_ERROR(
        set("--smallest-effect", options.smallest, improvement->mutable_smallest_effect()));
  }
  TellKept(session, options, before, *improvement);
  if (!options.watch.empty()) {
    improvement->clear_mix_attributes();
    for (const std::string& key : options.watch)
      improvement->add_mix_attributes(AttributeKeyOf(key));
  }
  if (options.confidence != 0) improvement->set_confidence(options.confidence);
  if (options.power != 0) improvement->set_power(options.power);
  return SetTimes(options, improvement);
}

void AddImprovementContent(args::Command& command, ImprovementFlags& flags) {
  AddDefinition(command, flags);
  AddWhen(command, flags);
}

}  // namespace plumbline::cli
