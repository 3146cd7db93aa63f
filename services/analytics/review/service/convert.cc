// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/review/service/convert.h"

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"
#include "common/base/error.h"
#include "common/base/status_macros.h"
#include "common/calendar/working_days.h"
#include "services/analytics/cohorts/service/convert.h"
#include "services/analytics/defects/drill_down.h"
#include "services/analytics/review/words.h"
#include "services/analytics/serving/answers.h"
#include "services/analytics/serving/convert.h"
#include "services/analytics/serving/request_checks.h"
#include "services/analytics/serving/selection_convert.h"

namespace plumbline::analytics {
namespace {

using review::Change;
using review::Fix;
using review::FixKind;
using review::MeasureKind;
using Proto = v1::ReviewChange;

constexpr double kConfidence = 0.95, kLeastConfidence = 0.5;
constexpr int64_t kMostFixes = 10;

absl::StatusOr<PeriodLength> ToPeriod(v1::Period period) {
  ASSIGN_OR_RETURN(const std::optional<PeriodLength> length,
                   ToPeriodLength("review.period", period));
  if (length == PeriodLength::kDay) {
    return base::FieldError(
        "review.period",
        "is PERIOD_DAY, in which too little happens to tell anything; it must be "
        "PERIOD_WEEK or PERIOD_MONTH");
  }
  return length.value_or(PeriodLength::kMonth);
}

absl::StatusOr<double> ToConfidence(double confidence) {
  if (confidence == 0) return kConfidence;
  if (confidence >= kLeastConfidence && confidence < 1) return confidence;
  return base::FieldError("review.confidence",
                          absl::StrCat("is ", confidence, "; it must be 0.5 or more, below 1"));
}

Proto::Measure MeasureOf(MeasureKind kind) {
  switch (kind) {
    case MeasureKind::kLeadTime:
      return Proto::MEASURE_LEAD_TIME;
    case MeasureKind::kInTime:
      return Proto::MEASURE_IN_TIME;
    case MeasureKind::kThroughput:
      return Proto::MEASURE_THROUGHPUT;
    case MeasureKind::kArrivals:
      return Proto::MEASURE_ARRIVALS;
    case MeasureKind::kWorkInProgress:
      return Proto::MEASURE_WORK_IN_PROGRESS;
    case MeasureKind::kRightFirstTime:
      return Proto::MEASURE_RIGHT_FIRST_TIME;
    case MeasureKind::kDefects:
      return Proto::MEASURE_DEFECTS;
    case MeasureKind::kStepWaiting:
      return Proto::MEASURE_STEP_WAITING;
  }
  return Proto::MEASURE_UNSPECIFIED;
}

const char* UnitOf(MeasureKind kind, bool business) {
  switch (kind) {
    case MeasureKind::kLeadTime:
    case MeasureKind::kStepWaiting:
      return business ? "open seconds" : "seconds";
    case MeasureKind::kInTime:
    case MeasureKind::kRightFirstTime:
      return "share of cases";
    case MeasureKind::kThroughput:
    case MeasureKind::kArrivals:
      return "cases a day";
    case MeasureKind::kWorkInProgress:
      return "cases";
    case MeasureKind::kDefects:
      return "defects per case";
  }
  return "";
}

Proto::Verdict VerdictOf(review::Verdict verdict) {
  switch (verdict) {
    case review::Verdict::kBetter:
      return Proto::VERDICT_BETTER;
    case review::Verdict::kWorse:
      return Proto::VERDICT_WORSE;
    case review::Verdict::kDifferent:
      return Proto::VERDICT_DIFFERENT;
    case review::Verdict::kNoise:
      return Proto::VERDICT_NOISE;
    case review::Verdict::kCannotTell:
      return Proto::VERDICT_CANNOT_TELL;
  }
  return Proto::VERDICT_UNSPECIFIED;
}

v1::ReviewFix::Kind KindOf(FixKind kind) {
  switch (kind) {
    case FixKind::kWait:
      return v1::ReviewFix::KIND_WAIT;
    case FixKind::kLevel:
      return v1::ReviewFix::KIND_GROUP;
    case FixKind::kBest:
      return v1::ReviewFix::KIND_BEST_GROUP;
    case FixKind::kRework:
      return v1::ReviewFix::KIND_REWORK;
    case FixKind::kImpediment:
      return v1::ReviewFix::KIND_IMPEDIMENT;
  }
  return v1::ReviewFix::KIND_UNSPECIFIED;
}

void AddPoint(const review::ChartPoint& point, v1::ReviewPoint* answer) {
  *answer->mutable_start_time() = ToTimestamp(point.begin);
  *answer->mutable_end_time() = ToTimestamp(point.end);
  answer->set_count(static_cast<int64_t>(point.count));
  if (point.value.has_value()) answer->set_value(*point.value);
  answer->set_beyond(point.beyond());
  if (!point.limits.has_value()) return;
  answer->set_center(point.limits->center);
  answer->set_lower_limit(point.limits->lower);
  answer->set_upper_limit(point.limits->upper);
}

void AddChange(const Change& change, const LogSnapshot& log, const review::WordOptions& words,
               size_t measures, Proto* answer) {
  answer->set_measure(MeasureOf(change.kind));
  if (change.activity != kNoText) answer->set_activity(log.activities[change.activity]);
  answer->set_title(NameOf(change, log));
  answer->set_unit(UnitOf(change.kind, words.business));
  answer->set_verdict(VerdictOf(change.verdict));
  answer->set_sentence(SentenceOf(change, log, words, measures));
  if (change.now.has_value()) answer->set_value(*change.now);
  if (change.before.has_value()) answer->set_previous_value(*change.before);
  answer->set_count(static_cast<int64_t>(change.now_count));
  answer->set_previous_count(static_cast<int64_t>(change.before_count));
  answer->set_problem(change.why_not);
  for (const review::ChartPoint& point : change.chart) AddPoint(point, answer->add_points());
  if (!change.judged.has_value()) return;
  answer->set_difference(change.judged->difference);
  answer->set_lower(change.judged->lower);
  answer->set_upper(change.judged->upper);
  answer->set_p_value(change.judged->p_value);
  answer->set_adjusted_p_value(change.adjusted);
  answer->set_dispersion_factor(change.judged->factor);
}

void ToProto(const review::Gain& gain, v1::ReviewGain* answer) {
  answer->set_value(gain.value);
  answer->set_lower(gain.lower);
  answer->set_upper(gain.upper);
}

void AddProof(const review::Proof& proof, const review::FixWords& words, bool business,
              v1::ReviewProof* answer) {
  const bool times = proof.measure == review::Proof::Measure::kTimesOfStep;
  answer->set_measure(words.measure);
  answer->set_unit(times ? "times a case" : business ? "open seconds" : "seconds");
  answer->set_value(proof.before);
  answer->set_expected_value(proof.after);
  if (proof.cases.has_value()) answer->set_wanted_case_count(*proof.cases);
  answer->set_cases_per_week(proof.cases_per_week);
  if (proof.weeks.has_value()) answer->set_weeks(*proof.weeks);
  answer->set_sentence(words.proof);
  answer->set_command(words.command);
}

// Where cases began or ended, as a condition on them.
std::string ConditionOf(const v1::TimeWindow& window) {
  std::string from, to;
  if (window.has_start_time()) from = TimeText(ToMicros("", window.start_time()).value_or(0));
  if (window.has_end_time()) to = TimeText(ToMicros("", window.end_time()).value_or(0));
  const char *first = "start_time", *last = "start_time";
  if (window.mode() == v1::TimeWindow::MODE_ENDED) first = last = "end_time";
  if (window.mode() == v1::TimeWindow::MODE_CONTAINED) last = "end_time";
  if (window.mode() == v1::TimeWindow::MODE_INTERSECTING) first = "end_time";
  std::vector<std::string> parts;
  if (!from.empty()) parts.push_back(absl::StrCat(first, " >= ", from));
  if (!to.empty()) parts.push_back(absl::StrCat(last, " < ", to));
  return absl::StrJoin(parts, " AND ");
}

// Which cases have ended, as the command line takes it.
std::string FlagsOf(const CompletionText& completion) {
  std::string flags;
  for (const std::string& activity : completion.activities)
    absl::StrAppend(&flags, " --completion ", review::ShellWord(activity));
  if (completion.rule == EndRule::kLastActivity) absl::StrAppend(&flags, " --completion-last");
  if (completion.rule == EndRule::kAll) absl::StrAppend(&flags, " --completion-all");
  if (completion.rule == EndRule::kIdle) {
    absl::StrAppend(&flags, " --completion-idle ",
                    review::SpanFlag(static_cast<double>(completion.idle) / 1e6));
  }
  return flags;
}

review::WordOptions WordsOf(const ReviewCommand& command) {
  review::WordOptions words;
  words.log = command.key.log;
  const std::string window = ConditionOf(command.asked.window());
  words.filter = command.asked.filter();
  if (!window.empty())
    words.filter =
        words.filter.empty() ? window : absl::StrCat("(", words.filter, ") AND ", window);
  if (!command.asked.event_filter().empty())
    words.flags = absl::StrCat(" --event-filter ", review::ShellWord(command.asked.event_filter()));
  words.event_filter = command.asked.event_filter();
  words.only_events = command.asked.only_matching_events();
  if (words.only_events) {
    words.flags += " --only-events";
    words.no_project =
        "No project can prove it: projects are of whole cases, and this page is of "
        "some of their events only (--only-events).";
  }
  absl::StrAppend(&words.flags, FlagsOf(command.selection.completion()));
  words.confidence = command.options.fixes.confidence;
  words.business = static_cast<bool>(command.options.fixes.between);
  if (!command.calendar.empty())
    words.calendar = absl::StrCat(" --calendar ", review::ShellWord(command.calendar));
  if (!command.zone.empty()) words.zone = absl::StrCat(" --zone ", review::ShellWord(command.zone));
  if (words.business && command.calendar.empty() && words.no_project.empty()) {
    words.no_project =
        "No command is told that begins a project: the calendar of this page has no name.";
  }
  return words;
}

void AddFix(const Fix& fix, const review::Review& review, const LogSnapshot& log,
            const review::WordOptions& options, v1::ReviewFix* answer) {
  const review::Candidate& candidate = fix.candidate;
  answer->set_kind(KindOf(candidate.kind));
  if (candidate.kind == FixKind::kImpediment) {
    answer->set_cause(CauseName(review.facts.causes[candidate.remedy.cause].cause));
  } else {
    answer->set_activity(log.activities[candidate.remedy.activity]);
  }
  if (candidate.level.has_value()) {
    answer->set_attribute(candidate.level->attribute);
    answer->set_attribute_value(candidate.level->value);
  }
  const review::FixWords words = WordsOf(fix, log, review.facts, review.windows, options);
  answer->set_title(words.title);
  for (const std::string& sentence : words.evidence) answer->add_evidence(sentence);
  answer->set_show_command(words.look);
  ToProto(fix.hours, answer->mutable_hours());
  answer->set_hours_alone(fix.hours_alone);
  if (fix.in_time.has_value()) ToProto(*fix.in_time, answer->mutable_cases_in_time());
  ToProto(fix.work_hours, answer->mutable_work_hours());
  answer->set_case_count(
      std::llround(static_cast<double>(candidate.touched) * review.facts.weight()));
  for (const uint32_t number : fix.examples)
    answer->add_example_cases(std::string(review.facts.log->cases[number]));
  AddProof(fix.proof, words, options.business, answer->mutable_proof());
}

// As commands of its workspace take it: its id, else its name.
std::string CalendarOf(const v1::BusinessTime& time, absl::string_view workspace) {
  if (time.calendars().empty()) return "";
  absl::string_view name = time.calendars(0).name();
  absl::ConsumePrefix(&name, absl::StrCat("workspaces/", workspace, "/calendars/"));
  return std::string(name);
}

// That of days, where a command with the calendar would take another by itself.
std::string ZoneFlagOf(const v1::ReviewSpec& spec) {
  std::string usual = "UTC";
  for (const auto& calendar : spec.business_time().calendars()) {
    if (calendar.time_zone().empty()) continue;
    usual = calendar.time_zone();
    break;
  }
  return spec.time_zone() == usual ? "" : spec.time_zone();
}

}  // namespace

double WorkingDayOf(const v1::BusinessTime& time, absl::Time end) {
  const absl::StatusOr<calendar::Calendar> open = ToCalendar("review.business_time", time);
  if (!open.ok()) return 0;
  return absl::ToDoubleSeconds(
      calendar::MeanWorkingDay(*open, absl::ToCivilDay(end, open->zone())));
}

absl::StatusOr<ReviewCommand> ToReviewCommand(const v1::GetReportRequest& request) {
  const v1::ReviewSpec& spec = request.review();
  ReviewCommand command;
  ASSIGN_OR_RETURN(ReportCommand report, ToCommand(request));
  command.key = std::move(report.key);
  command.selection = std::move(report.selection);
  command.asked = request.selection();
  command.html = spec.html();
  review::ReviewOptions& options = command.options;
  options.target = report.options.target_micros;
  ASSIGN_OR_RETURN(options.period, ToPeriod(spec.period()));
  ASSIGN_OR_RETURN(const int64_t count, NumberOr("review.period_count", spec.period_count(), 1, 1,
                                                 review::kMostPeriods));
  options.count = static_cast<int>(count);
  ASSIGN_OR_RETURN(options.zone, ToZone("review.time_zone", spec.time_zone()));
  if (spec.has_end_time()) {
    ASSIGN_OR_RETURN(options.end, ToMicros("review.end_time", spec.end_time()));
  }
  options.told = command.selection.completion().asked();
  if (command.selection.completion().rule == EndRule::kIdle)
    options.idle = command.selection.completion().idle;
  ASSIGN_OR_RETURN(const int64_t fixes,
                   NumberOr("review.max_fixes", spec.max_fixes(), 3, 1, kMostFixes));
  options.fixes.most = static_cast<int>(fixes);
  ASSIGN_OR_RETURN(options.fixes.confidence, ToConfidence(spec.confidence()));
  if (spec.seed() != 0) options.fixes.seed = spec.seed();
  if (spec.has_business_time()) {
    ASSIGN_OR_RETURN(options.fixes.between,
                     ToTimeBetween("review.business_time", spec.business_time()));
  }
  command.business_time = spec.business_time();
  command.calendar = CalendarOf(spec.business_time(), command.key.workspace);
  command.zone = ZoneFlagOf(spec);
  return command;
}

void ToProto(const review::Review& review, const LogSnapshot& log, const ReviewCommand& command,
             v1::Review* answer) {
  for (const std::string& note : review.notes) answer->add_notes(note);
  answer->set_confidence(command.options.fixes.confidence);
  answer->set_in_business_time(static_cast<bool>(command.options.fixes.between));
  if (review.facts.log == nullptr) return;  // of no events
  const review::Windows& windows = review.windows;
  *answer->mutable_start_time() = ToTimestamp(windows.begin(review::kThis));
  *answer->mutable_end_time() = ToTimestamp(windows.end(review::kThis));
  if (windows.size() > review::kBefore)
    *answer->mutable_previous_start_time() = ToTimestamp(windows.begin(review::kBefore));
  answer->set_ended_case_count(review.facts.ended);
  answer->set_open_case_count(review.open);
  review::WordOptions words = WordsOf(command);
  words.some_open = review.open > 0;
  words.working_day =
      WorkingDayOf(command.business_time, absl::FromUnixMicros(windows.end(review::kThis)));
  const auto told = std::count_if(review.changes.begin(), review.changes.end(),
                                  [](const Change& one) { return one.judged.has_value(); });
  for (const Change& change : review.changes)
    AddChange(change, log, words, static_cast<size_t>(told), answer->add_changes());
  for (const Fix& fix : review.fixes.fixes) {
    AddFix(fix, review, log, words, answer->add_fixes());
    answer->mutable_fixes()->rbegin()->set_rank(answer->fixes_size());
  }
  if (review.fixes.fixes.empty()) {
    answer->add_summary(NoFixText(review.fixes, review.facts, windows, command.options.count));
    return;
  }
  ToProto(review.fixes.hours, answer->mutable_total_hours());
  if (review.fixes.in_time.has_value())
    ToProto(*review.fixes.in_time, answer->mutable_total_cases_in_time());
}

}  // namespace plumbline::analytics
