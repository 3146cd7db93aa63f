// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>
#include <ostream>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "clients/cli/cascade_command.h"
#include "clients/cli/quality_commands.h"
#include "clients/cli/table.h"
#include "clients/cli/units.h"
#include "clients/cli/zones.h"

namespace plumbline::cli {
namespace {

namespace pb = analytics::v1;

// A time in the zone of the calendar.
using Clock = absl::FunctionRef<std::string(const google::protobuf::Timestamp&)>;

std::string TargetOf(const pb::Disruption& one) {
  switch (one.target_case()) {
    case pb::Disruption::kUtility:
      return one.utility();
    case pb::Disruption::kRole:
      return one.role();
    case pb::Disruption::kStep:
      return one.step();
    case pb::Disruption::kAny:
      return one.any();
    case pb::Disruption::TARGET_NOT_SET:
      break;
  }
  return "";
}

// "'crm' is down from 2026-03-02 00:00 to 2026-03-04 00:00".
std::string Words(const pb::Disruption& one, const google::protobuf::Timestamp& as_of, Clock when) {
  const std::string target = absl::StrCat("'", Printable(TargetOf(one)), "'");
  std::string words;
  switch (one.effect_case()) {
    case pb::Disruption::kDown:
      words = absl::StrCat(target, " is down");
      break;
    case pb::Disruption::kTimeFactor:
      words = absl::StrFormat("%s takes %g times as long", target, one.time_factor());
      break;
    case pb::Disruption::kServers:
      words = absl::StrCat(target, " is done by ", Count(one.servers()), " at a time at most");
      break;
    case pb::Disruption::kArrivalFactor:
      words = absl::StrFormat("%g times as many cases come", one.arrival_factor());
      break;
    case pb::Disruption::EFFECT_NOT_SET:
      break;
  }
  absl::StrAppend(&words, " from ", when(one.has_start_time() ? one.start_time() : as_of));
  return one.has_end_time() ? absl::StrCat(words, " to ", when(one.end_time()))
                            : absl::StrCat(words, " on");
}

// "3.2 (± 0.4)", of an error at 95 %.
std::string WithError(const pb::CascadeMean& mean, double unit = 1) {
  const double error = 1.96 * mean.standard_error() / unit;
  return error < 0.05 ? Tenths(mean.mean() / unit)
                      : absl::StrCat(Tenths(mean.mean() / unit), " (± ", Tenths(error), ")");
}

bool IsNone(const pb::CascadeMean& mean, double unit = 1) { return WithError(mean, unit) == "0"; }

// "lose 3.2 (± 0.4) hours", "gain 5.0 working days", "lose nothing".
std::string LostWords(const pb::CascadeMean& seconds, const Paper& paper) {
  constexpr double kHour = 3600;
  if (IsNone(seconds, kHour)) return "lose nothing";
  pb::CascadeMean size = seconds;
  size.set_mean(std::abs(seconds.mean()));
  const bool open = paper.working_day > 0;
  const double day = open ? paper.working_day : 86'400;
  const bool days = size.mean() >= 2 * day;
  return absl::StrCat(
      seconds.mean() < 0 ? "gain " : "lose ", WithError(size, days ? day : kHour),
      days ? (open ? " working days" : " days") : (open ? " open hours" : " hours"));
}

// "1.5 d"; of a calendar "1.5 wd".
std::string Days(double days, const Paper& paper) {
  return absl::StrCat(Tenths(days), paper.working_day > 0 ? " wd" : " d");
}

// How long more somebody waits: a difference that chance makes is none.
std::string ExtraWait(const pb::CascadeMean& seconds) {
  const bool some = std::abs(seconds.mean()) >= std::max(1.0, 1.96 * seconds.standard_error());
  return TimeCell(some ? seconds.mean() : 0);
}

// "45.0 % (38 to 52)".
std::string ShareWords(const pb::CascadeShare& share) {
  return absl::StrCat(
      Percent(share.share()),
      absl::StrFormat(" (%.0f to %.0f)", share.lower_share() * 100, share.upper_share() * 100));
}

// Of open cases, with a space before the next sentence.
std::string OpenWords(const pb::CascadeModel& model, const pb::CascadeTotals& totals,
                      const char* day, const Paper& paper) {
  const int64_t open = model.open_case_count();
  if (open == 0) return "No case is open.";
  if (IsNone(totals.slipping_case_count())) {
    return absl::StrCat(open == 1 ? "The open case does not slip"
                                  : absl::StrCat("None of ", Count(open), " open cases slips"),
                        " by a ", day, " or more. ", open == 1 ? "It would " : "Together they ",
                        LostWords(totals.open_lost_seconds(), paper), ".");
  }
  return absl::StrCat("Of ", Number(open, "open case", "open cases"), ", ",
                      WithError(totals.slipping_case_count()), " slip by a ", day,
                      " or more. Together they ", LostWords(totals.open_lost_seconds(), paper),
                      ".");
}

void PrintHead(const pb::SimulateCascadeRequest& request, const pb::SimulateCascadeResponse& answer,
               const Paper& paper, Clock when, const std::string& zone) {
  std::vector<std::string> words;
  for (const pb::Disruption& one : request.disruptions())
    words.push_back(Words(one, answer.model().as_of_time(), when));
  const pb::CascadeTotals& totals = answer.totals();
  std::string text = absl::StrCat("If ", absl::StrJoin(words, ", and "), " (times of ", zone, "):");
  paper.out << Wrap(text, paper.width, 2) << "\n\n";
  text =
      OpenWords(answer.model(), totals, request.has_business_time() ? "working day" : "day", paper);
  if (totals.new_case_count().mean() > 0) {
    absl::StrAppend(&text, " Cases that come later, ", Tenths(totals.new_case_count().mean()),
                    " by ", when(answer.model().until_time()), ", ",
                    LostWords(totals.new_lost_seconds(), paper), ".");
  }
  if (totals.targeted_case_count() > 0) {
    absl::StrAppend(&text, " Of ", Count(totals.targeted_case_count()), " with a target, ",
                    WithError(totals.disrupted_late_case_count()), " miss it instead of ",
                    WithError(totals.late_case_count()), ".");
  }
  paper.out << Wrap(text, paper.width, 0) << "\n";
}

// When it is back to normal; where nothing ends, how many more there are at last.
std::string RecoveryWords(const pb::CascadeBacklog& backlog, bool lasts, Clock when) {
  const std::string last =
      backlog.points().empty() ? "" : when(backlog.points(backlog.points_size() - 1).time());
  if (lasts) {
    const bool none =
        backlog.points().empty() || IsNone(backlog.points(backlog.points_size() - 1).extra_count());
    return absl::StrCat(
        " What happens does not end, so there is no time at which it is over: ",
        none ? "by "
             : absl::StrCat(WithError(backlog.points(backlog.points_size() - 1).extra_count()),
                            " more are there on "),
        last, none ? " no more than usual are there." : ".");
  }
  std::string text;
  if (backlog.has_recovery_time()) {
    absl::StrAppend(&text, " It is back to normal by ", when(backlog.recovery_time()),
                    " in half of the runs");
    if (backlog.has_p90_recovery_time())
      absl::StrAppend(&text, ", by ", when(backlog.p90_recovery_time()), " in 9 of 10");
    text += ".";
  }
  if (backlog.unrecovered().share() > 0) {
    absl::StrAppend(&text, " In ", Percent(backlog.unrecovered().share()),
                    " of the runs it is not back to normal by ", last,
                    ": look further (--until), or more comes than can be done.");
  }
  return text;
}

void PrintBacklog(const pb::SimulateCascadeRequest& request, const pb::CascadeBacklog& backlog,
                  const Paper& paper, Clock when) {
  if (backlog.piled().share() == 0) {
    paper.out << "Nothing piles up.\n";
    return;
  }
  const bool lasts = std::any_of(request.disruptions().begin(), request.disruptions().end(),
                                 [](const pb::Disruption& one) { return !one.has_end_time(); });
  const std::string most =
      IsNone(backlog.peak_extra_count())
          ? absl::StrCat("In ", Percent(backlog.piled().share()),
                         " of the runs something piles up, on average next to nothing.")
          : absl::StrCat("Up to ", WithError(backlog.peak_extra_count()),
                         " tasks more than usual pile up, on ", when(backlog.peak_time()), ".");
  paper.out << Wrap(absl::StrCat(most, RecoveryWords(backlog, lasts, when)), paper.width, 0)
            << "\n";
}

// Whether anybody need look at the case: what rounds to 0 days in nearly all runs is no slip.
bool Slips(const pb::CascadeCase& one) {
  constexpr double kShown = 0.05;
  return std::max(one.p90_slip_days(), one.median_slip_days()) >= kShown ||
         one.day_slip().share() > 0;
}

// "2026-03-02 09:00"; for what is centuries ahead no date means anything.
std::string EndWords(bool known, const google::protobuf::Timestamp& time, Clock when) {
  return known ? when(time) : "beyond the horizon";
}

void PrintSlips(const pb::SimulateCascadeRequest& request,
                const pb::SimulateCascadeResponse& answer, const Paper& paper) {
  const bool business = request.has_business_time();
  Table table({"case", "~at", ">slips by, median", ">in 9 of 10 by up to",
               business ? ">a working day or more" : ">a day or more"});
  table.BreakLines();
  for (const pb::CascadeCase& one : answer.cases()) {
    if (!Slips(one)) continue;
    table.Add({Printable(one.case_id()), Printable(absl::StrJoin(one.at_steps(), ", ")),
               Days(one.median_slip_days(), paper), Days(one.p90_slip_days(), paper),
               ShareWords(one.day_slip())});
  }
  paper.out << "\nOpen cases that slip most\n";
  table.Print(paper, 0);
}

void PrintEnds(const pb::SimulateCascadeResponse& answer, const Paper& paper, Clock when,
               const std::string& zone) {
  Table table({"case", absl::StrCat("ends (", zone, ")"), "instead of", "?target", "?>misses it",
               "?>instead of"});
  for (const pb::CascadeCase& one : answer.cases()) {
    if (!Slips(one)) continue;
    table.Add({Printable(one.case_id()),
               EndWords(one.has_disrupted_finish_time(), one.disrupted_finish_time(), when),
               EndWords(one.has_finish_time(), one.finish_time(), when), when(one.due_time()),
               one.has_due_time() ? Percent(one.disrupted_late().share()) : "",
               one.has_due_time() ? Percent(one.late().share()) : ""});
  }
  paper.out << "\n"
            << Wrap(
                   "When they end: the median of the runs with it, and instead of that of the runs "
                   "without it. A slip is measured within each run, so that the median slip above "
                   "need not be the difference of these medians.",
                   paper.width, 0)
            << "\n";
  table.Print(paper, 0);
}

void PrintCases(const pb::SimulateCascadeRequest& request,
                const pb::SimulateCascadeResponse& answer, const Paper& paper, Clock when,
                const std::string& zone) {
  const auto slipping = std::count_if(answer.cases().begin(), answer.cases().end(), Slips);
  const int64_t still = answer.cases_size() - slipping;
  if (slipping > 0) {
    PrintSlips(request, answer, paper);
    if (answer.omitted_cases().count() > 0) {
      paper.out << "and " << Number(answer.omitted_cases().count(), "more case", "more cases");
      if (answer.omitted_cases().share() > 0)
        paper.out << " with " << Percent(answer.omitted_cases().share()) << " of what is lost";
      paper.out << "\n";
    }
    if (still > 0) {
      const bool some = std::any_of(
          answer.cases().begin(), answer.cases().end(),
          [](const auto& one) { return !Slips(one) && one.slip().mean_seconds().mean() > 0; });
      paper.out << (some ? Number(still, "other case slips by less",
                                  "other cases slip by less, or not at all")
                         : Number(still, "other case does not slip", "other cases do not slip"))
                << ".\n";
    }
    PrintEnds(answer, paper, when, zone);
  } else if (still > 0) {
    paper.out << "No open case slips in more than a few of the runs.\n";
  }
}

void PrintSteps(const pb::SimulateCascadeResponse& answer, const Paper& paper, Clock when,
                const std::string& zone) {
  Table table({"~step", "-place", "-~by", "->at a time", ">piles up by",
               absl::StrCat("on (", zone, ")"), ":waits", ":longer by"},
              60, 20);
  table.BreakLines();
  bool piles = false;
  for (const pb::CascadeStep& step : answer.steps()) {
    const bool up = step.peak_extra_count().mean() >= 0.05;
    piles |= up;
    if (!up && !step.hit()) continue;
    table.Add({Printable(step.activity()), step.hit() ? "hit" : "behind", Printable(step.role()),
               Count(step.servers()), WithError(step.peak_extra_count()), when(step.peak_time()),
               TimeCell(step.wait_seconds().mean()), ExtraWait(step.extra_wait_seconds())});
  }
  if (!piles) return;  // which is said above
  paper.out << "\nWhere work piles up, in tasks\n";
  table.Print(paper, 0);
  // By enough to be seen.
  const double all = 1.1 * answer.backlog().peak_extra_count().mean();
  const bool more = std::any_of(
      answer.steps().begin(), answer.steps().end(),
      [&](const pb::CascadeStep& step) { return step.peak_extra_count().mean() > all; });
  if (!more) return;
  paper.out << Wrap(
                   "A step can pile up by more than all together: what is held up there is missing "
                   "behind it, where fewer tasks are than usual meanwhile.",
                   paper.width, 0)
            << "\n";
}

// Absent figures that are not told above: a time of recovery, or why there is none, is.
void PrintOtherAbsent(const pb::SimulateCascadeResponse& answer, const Paper& paper) {
  pb::SimulateCascadeResponse others;
  for (const pb::AbsentFigure& absent : answer.absent())
    if (absent.field() != "backlog.recovery_time") *others.add_absent() = absent;
  PrintAbsent(others.absent(), paper);
}

// "0.25", "12.5", "1,240".
std::string RateWords(double rate) { return Digits(rate, 3); }

void PrintModel(const pb::CascadeModel& model, const Paper& paper, Clock when,
                const std::string& zone) {
  const SpanWords span(paper);
  std::string text = absl::StrCat("From ", Count(model.runs()), " runs, with and without, from ",
                                  when(model.as_of_time()), " ", zone, " on. Learned from ",
                                  Number(model.ended_case_count(), "ended case", "ended cases"));
  if (model.arrivals_per_day() > 0)
    absl::StrAppend(&text, "; ", RateWords(model.arrivals_per_day()), " new cases a day");
  text += ".";
  if (model.has_simulated_duration_seconds() && model.has_observed_duration_seconds()) {
    absl::StrAppend(&text, " Check: ended cases took ", span(model.observed_duration_seconds()),
                    " on average, new ones without disruption take ",
                    span(model.simulated_duration_seconds().mean()), " (± ",
                    span(1.96 * model.simulated_duration_seconds().standard_error()), ").");
  }
  paper.out << "\n" << Wrap(text, paper.width, 0) << "\n";
}

}  // namespace

void PrintCascade(const pb::SimulateCascadeRequest& request,
                  const pb::SimulateCascadeResponse& response, const Paper& paper) {
  const absl::TimeZone zone = ZoneOf("", request.business_time());
  const auto when = [&](const google::protobuf::Timestamp& time) { return WhenIn(zone, time); };
  PrintHead(request, response, paper, when, zone.name());
  PrintBacklog(request, response.backlog(), paper, when);
  PrintCases(request, response, paper, when, zone.name());
  PrintSteps(response, paper, when, zone.name());
  PrintModel(response.model(), paper, when, zone.name());
  for (const std::string& note : response.notes())
    paper.out << Wrap(absl::StrCat("Note: ", Printable(note)), paper.width, 2) << "\n";
  PrintOtherAbsent(response, paper);
}

}  // namespace plumbline::cli
