// SPDX-License-Identifier: Apache-2.0
//
// What the commands of quality have in common.
#include <algorithm>
#include <cmath>
#include <ostream>
#include <string>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/strip.h"
#include "clients/cli/business_flag.h"
#include "clients/cli/help.h"
#include "clients/cli/quality_commands.h"
#include "common/base/error.h"
#include "common/base/status_macros.h"

namespace plumbline::cli {
namespace {

namespace pb = analytics::v1;

using Kind = pb::QualityMeasure;

struct MeasureName {
  const char* name;
  Kind::Kind kind;
};
constexpr MeasureName kMeasures[] = {{"duration", Kind::KIND_CASE_DURATION},
                                     {"waiting", Kind::KIND_STEP_WAITING},
                                     {"working", Kind::KIND_STEP_WORKING},
                                     {"condition", Kind::KIND_CASES_WITH_CONDITION},
                                     {"activity", Kind::KIND_CASES_WITH_ACTIVITY},
                                     {"defective", Kind::KIND_CASES_WITH_DEFECT},
                                     {"late", Kind::KIND_CASES_LATE},
                                     {"defects", Kind::KIND_DEFECT_COUNT},
                                     {"times", Kind::KIND_ACTIVITY_COUNT},
                                     {"arrivals", Kind::KIND_ARRIVALS},
                                     {"departures", Kind::KIND_DEPARTURES}};
constexpr int kTimes = 3;  // the first of them are times

std::vector<std::string> Names(bool counts) {
  std::vector<std::string> names;
  for (const MeasureName& measure : kMeasures) {
    if (counts || names.size() < kTimes) names.push_back(measure.name);
  }
  return names;
}

const std::vector<std::string>& DefectNames() {
  static const auto& names = *new std::vector<std::string>{"rework", "failed-verification",
                                                           "waived", "missed-target", "reported"};
  return names;
}

// Seconds of a unit; 0 for none.
double UnitOf(char unit) {
  switch (unit) {
    case 's':
      return 1;
    case 'm':
      return 60;
    case 'h':
      return 3600;
    case 'd':
      return 86'400;
    case 'w':
      return 7 * 86'400;
    default:
      return 0;
  }
}

}  // namespace

absl::Status SetSpan(absl::string_view flag, absl::string_view text,
                     google::protobuf::Duration* span, double working_day) {
  constexpr double kMostSeconds = 100.0 * 366 * 86'400;
  double seconds = 0;
  absl::string_view rest = text;
  bool good = !rest.empty();
  while (good && !rest.empty()) {
    const size_t digits = std::min(rest.find_first_not_of("0123456789."), rest.size());
    double number = 0;
    const bool working = absl::StartsWith(rest.substr(digits), "wd");
    if (working && working_day <= 0) {
      return base::FieldError(flag, absl::StrCat("is '", text.substr(0, 100),
                                                 "': working days (wd) are those of a --calendar; "
                                                 "give one, or a time like 36h or 2d"));
    }
    const double unit = working ? working_day : digits < rest.size() ? UnitOf(rest[digits]) : 0;
    good = unit > 0 && absl::SimpleAtod(rest.substr(0, digits), &number);
    if (good) {
      seconds += number * unit;
      rest.remove_prefix(digits + (working ? 2 : 1));
    }
  }
  if (!good || seconds > kMostSeconds) {
    return base::FieldError(flag, absl::StrCat("is '", text.substr(0, 100),
                                               "'; it must be like 90m, 36h, 2d or 1w2d, up to 100 "
                                               "years (a day has 24 hours",
                                               working_day > 0 ? "; 2wd are working days)" : ")"));
  }
  const double whole = std::floor(seconds);
  span->set_seconds(static_cast<int64_t>(whole));
  span->set_nanos(static_cast<int32_t>((seconds - whole) * 1e9));
  return absl::OkStatus();
}

void AddDefectFlag(args::Command& command, std::vector<std::string>* defects) {
  Takes(command.add_option("--defect", *defects,
                           "What counts as a defect (repeat for several): rework, "
                           "failed-verification, waived, missed-target, reported (default: all "
                           "that the log tells of)"),
        "SOURCE")
      ->check(args::IsMember(DefectNames()));
}

pb::DefectSource DefectSourceOf(const std::string& name) {
  const auto found = std::find(DefectNames().begin(), DefectNames().end(), name);
  return static_cast<pb::DefectSource>(found - DefectNames().begin() + 1);
}

std::string DefectWords(pb::DefectSource source) {
  const auto i = static_cast<size_t>(source) - 1;
  if (i >= DefectNames().size()) return "unknown";
  return absl::StrReplaceAll(DefectNames()[i], {{"-", " "}});
}

void AddMeasureFlags(args::Command& command, bool counts, MeasureFlags* flags) {
  const char* const kGroup = "What is measured";
  Takes(command.add_option(
            "--of", flags->of,
            counts ? "duration of cases (default); waiting or working time of a --step; shares of "
                     "cases: condition, activity, defective, late; counts: defects, times (of a "
                     "step), arrivals, departures"
                   : "duration of cases (default), or waiting or working time of a --step"),
        "MEASURE")
      ->check(args::IsMember(Names(counts)))
      ->group(kGroup);
  Takes(command.add_option("--step", flags->step, "The step, or activity, that it is about"),
        "STEP")
      ->group(kGroup);
  AddCalendarFlag(command, "Times", &flags->calendar)->group(kGroup);
  if (!counts) return;
  Takes(command.add_option("--condition", flags->condition,
                           "With --of condition: what such a case is like, as 'duration > 30d' "
                           "(see docs/filters.md)"),
        "CONDITION")
      ->group(kGroup);
  Takes(command.add_option("--target", flags->target,
                           "With --of late: how long a case may take, as 2d (default: each case's "
                           "own target)"),
        "SPAN")
      ->group(kGroup);
  AddDefectFlag(command, &flags->defects);
}

absl::Status SetMeasure(Session& session, const MeasureFlags& flags, pb::QualityMeasure* measure) {
  session.wording().Call({{"measure.kind", "--of"},
                          {"measure.activity", "--step"},
                          {"measure.condition", "--condition"},
                          {"measure.target", "--target"},
                          {"measure.sources", "--defect"},
                          {"measure.business_time", "--calendar"}});
  for (const MeasureName& one : kMeasures) {
    if (flags.of == one.name) measure->set_kind(one.kind);
  }
  measure->set_activity(flags.step);
  measure->set_condition(flags.condition);
  RETURN_IF_ERROR(SetBusinessTime(session, flags.calendar, measure));
  if (!flags.target.empty()) {
    RETURN_IF_ERROR(SetOpenSpan(session, "--target", flags.target,
                                WorkingDayOf(session, measure->business_time()),
                                measure->mutable_target()));
  }
  for (const std::string& defect : flags.defects) measure->add_sources(DefectSourceOf(defect));
  return absl::OkStatus();
}

void PrintNotes(const google::protobuf::RepeatedPtrField<std::string>& notes, const Paper& paper) {
  for (const std::string& note : notes) {
    const absl::string_view sentence = absl::StripSuffix(note, ".");
    const char* end = absl::EndsWith(sentence, "?") ? "" : ".";
    paper.out << Wrap(absl::StrCat("Note: ", Printable(sentence), end), paper.width, 2) << "\n";
  }
}

namespace {

// What the field that is absent is called where people read of it.
std::string AbsentWords(absl::string_view field) {
  static constexpr std::pair<absl::string_view, absl::string_view> kWords[] = {
      {"work_in_progress.average", "average in progress"},
      {"times.lead", "lead time"},
      {"times.touch", "touch time"},
      {"path.working_seconds", "time worked at"},
      {"littles_law.difference", "check of Little's law"},
      {"times.median_with_open_seconds", "median lead time with the open cases"},
      {"arrivals_per_day", "rates of arrival and throughput"},
      {"mean_arrival_gap_seconds", "mean time between arrivals"},
      {"hidden_factory.working_seconds", "hours of rework"},
      {"hidden_factory.working_share", "share of rework in all work"},
      {"start_time", "figures"},
      {"rates", "rates of defects"},
      {"right_case_count", "cases that came through"},
      {"top_three_share", "share of the top three"},
      {"overall", "capability"},
      {"overall.both", "Pp and Cp"},
      {"overall.least", "Ppk and Cpk"},
      {"overall.target", "Cpm"},
      {"quantile_least", "Ppk by quantiles"},
      {"mean_seconds", "mean"},
      {"model.simulated_duration_seconds", "time that new cases take"},
      {"cases.finish_time", "ends without it"},
      {"cases.disrupted_finish_time", "ends with it"}};
  for (const auto& [name, words] : kWords) {
    if (field == name) return std::string(words);
  }
  const size_t dot = field.rfind('.');
  return absl::StrReplaceAll(field.substr(dot == absl::string_view::npos ? 0 : dot + 1),
                             {{"_", " "}});
}

}  // namespace

void PrintAbsent(const google::protobuf::RepeatedPtrField<pb::AbsentFigure>& absent,
                 const Paper& paper) {
  for (const pb::AbsentFigure& figure : absent) {
    paper.out << Wrap(absl::StrCat("No ", AbsentWords(figure.field()), ": ",
                                   Printable(figure.reason()), "."),
                      paper.width, 2)
              << "\n";
  }
}

}  // namespace plumbline::cli
