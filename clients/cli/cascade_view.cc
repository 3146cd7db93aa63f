// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>
#include <ostream>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "clients/cli/cascade_command.h"
#include "clients/cli/quality_commands.h"
#include "clients/cli/table.h"
#include "clients/cli/units.h"

namespace plumbline::cli {
namespace {

namespace pb = analytics::v1;

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

// "crm is down from 2026-03-02 00:00 to 2026-03-04 00:00".
std::string Words(const pb::Disruption& one, const google::protobuf::Timestamp& as_of) {
  const std::string target = Printable(TargetOf(one));
  std::string words;
  switch (one.effect_case()) {
    case pb::Disruption::kDown:
      words = absl::StrCat(target, " is down");
      break;
    case pb::Disruption::kTimeFactor:
      words = absl::StrFormat("%s takes %g times as long", target, one.time_factor());
      break;
    case pb::Disruption::kServers:
      words = absl::StrCat(target, " is done by ", one.servers(), " at a time at most");
      break;
    case pb::Disruption::kArrivalFactor:
      words = absl::StrFormat("%g times as many cases come", one.arrival_factor());
      break;
    case pb::Disruption::EFFECT_NOT_SET:
      break;
  }
  absl::StrAppend(&words, " from ", When(one.has_start_time() ? one.start_time() : as_of));
  return one.has_end_time() ? absl::StrCat(words, " to ", When(one.end_time()))
                            : absl::StrCat(words, " on");
}

std::string Figure(double value) {
  return std::abs(value) < 0.05 ? "0" : absl::StrFormat("%.1f", value);
}

// "3.2 (± 0.4)", of an error at 95 %.
std::string WithError(const pb::CascadeMean& mean, double unit = 1) {
  const double error = 1.96 * mean.standard_error() / unit;
  return error < 0.05 ? Figure(mean.mean() / unit)
                      : absl::StrFormat("%s (± %.1f)", Figure(mean.mean() / unit), error);
}

// "1.5 days".
std::string Days(double days) {
  return absl::StrCat(Figure(days), std::abs(days - 1) < 0.05 ? " day" : " days");
}

void PrintHead(const pb::SimulateCascadeRequest& request, const pb::SimulateCascadeResponse& answer,
               const Paper& paper) {
  std::vector<std::string> words;
  for (const pb::Disruption& one : request.disruptions())
    words.push_back(Words(one, answer.model().as_of_time()));
  const pb::CascadeTotals& totals = answer.totals();
  const char* day = request.has_business_time() ? "business day" : "day";
  std::string text = absl::StrCat("If ", absl::StrJoin(words, ", and "), ":");
  paper.out << Wrap(text, paper.width, 2) << "\n\n";
  text = absl::StrCat("Of ", Number(answer.model().open_case_count(), "open case", "open cases"),
                      ", ", WithError(totals.slipping_case_count()), " slip by a ", day,
                      " or more. Together they lose ", WithError(totals.open_lost_seconds(), 3600),
                      " hours.");
  if (totals.new_case_count().mean() > 0) {
    absl::StrAppend(&text, " Cases that come later, ", Figure(totals.new_case_count().mean()),
                    " by ", When(answer.model().until_time()), ", lose ",
                    WithError(totals.new_lost_seconds(), 3600), " hours more.");
  }
  if (totals.targeted_case_count() > 0) {
    absl::StrAppend(&text, " Of ", Count(totals.targeted_case_count()), " with a target, ",
                    WithError(totals.disrupted_late_case_count()), " miss it instead of ",
                    WithError(totals.late_case_count()), ".");
  }
  paper.out << Wrap(text, paper.width, 0) << "\n";
}

void PrintBacklog(const pb::CascadeBacklog& backlog, const Paper& paper) {
  if (backlog.piled().share() == 0) {
    paper.out << "Nothing piles up.\n";
    return;
  }
  std::string text =
      absl::StrCat("Up to ", WithError(backlog.peak_extra_count()),
                   " tasks more than usual pile up, on ", When(backlog.peak_time()), ".");
  if (backlog.has_recovery_time()) {
    absl::StrAppend(&text, " It is back to normal by ", When(backlog.recovery_time()),
                    " in half of the runs");
    if (backlog.has_p90_recovery_time())
      absl::StrAppend(&text, ", by ", When(backlog.p90_recovery_time()), " in 9 of 10");
    text += ".";
  }
  if (backlog.unrecovered().share() > 0) {
    absl::StrAppend(&text, " In ", Percent(backlog.unrecovered().share()),
                    " of the runs it is not by ",
                    When(backlog.points(backlog.points_size() - 1).time()), ".");
  }
  paper.out << Wrap(text, paper.width, 0) << "\n";
}

void PrintCases(const pb::SimulateCascadeRequest& request,
                const pb::SimulateCascadeResponse& answer, const Paper& paper) {
  const bool business = request.has_business_time();
  Table table({"case", "~at", ">slips by", ">9 of 10 by at most",
               business ? ">a business day or more" : ">a day or more", ">or", "ends", "instead of",
               "?target", "?>misses it", "?>instead of"});
  int64_t still = 0;
  for (const pb::CascadeCase& one : answer.cases()) {
    const pb::CascadeQuantile& high = one.slip().p90_seconds();
    if (high.value() <= 0 && one.slip().mean_seconds().mean() <= 0) {
      ++still;
      continue;
    }
    const pb::CascadeShare& share = one.day_slip();
    table.Add({Printable(one.case_id()), Printable(absl::StrJoin(one.at_steps(), ", ")),
               Days(one.median_slip_days()), Days(one.p90_slip_days()), Percent(share.share()),
               absl::StrCat(Percent(share.lower_share()), " to ", Percent(share.upper_share())),
               When(one.disrupted_finish_time()), When(one.finish_time()), When(one.due_time()),
               one.has_due_time() ? Percent(one.disrupted_late().share()) : "",
               one.has_due_time() ? Percent(one.late().share()) : ""});
  }
  if (!table.empty()) {
    paper.out << "\nOpen cases that slip most";
    paper.out << (business ? ", in business days\n" : "\n");
    table.Print(paper, 0);
  }
  if (still > 0) paper.out << Number(still, "more case does", "more cases do") << " not slip.\n";
  if (answer.omitted_cases().count() > 0) {
    paper.out << "and " << Number(answer.omitted_cases().count(), "more case", "more cases")
              << " with " << Percent(answer.omitted_cases().share()) << " of what is lost\n";
  }
}

void PrintSteps(const pb::SimulateCascadeResponse& answer, const Paper& paper) {
  Table table({"~step", "?", "?~by", ">at a time", ">piles up by", "on", ">waits", ">longer by"});
  for (const pb::CascadeStep& step : answer.steps()) {
    if (step.peak_extra_count().mean() < 0.05 && !step.hit()) continue;
    table.Add({Printable(step.activity()), step.hit() ? "hit" : "behind", Printable(step.role()),
               Count(step.servers()), WithError(step.peak_extra_count()), When(step.peak_time()),
               Span(step.wait_seconds().mean()), Span(step.extra_wait_seconds().mean())});
  }
  if (table.empty()) return;
  paper.out << "\nWhere work piles up, in tasks\n";
  table.Print(paper, 0);
}

void PrintModel(const pb::CascadeModel& model, const Paper& paper) {
  std::string text = absl::StrCat("From ", Count(model.runs()), " runs, with and without, from ",
                                  When(model.as_of_time()), " UTC on. Learned from ",
                                  Number(model.ended_case_count(), "ended case", "ended cases"));
  if (model.arrivals_per_day() > 0)
    absl::StrAppend(&text, absl::StrFormat("; %.3g new cases a day", model.arrivals_per_day()));
  text += ".";
  if (model.has_simulated_duration_seconds() && model.has_observed_duration_seconds()) {
    absl::StrAppend(&text, " Check: ended cases took ", Span(model.observed_duration_seconds()),
                    " on average, new ones without disruption take ",
                    Span(model.simulated_duration_seconds().mean()), " (± ",
                    Span(1.96 * model.simulated_duration_seconds().standard_error()), ").");
  }
  paper.out << "\n" << Wrap(text, paper.width, 0) << "\n";
}

}  // namespace

void PrintCascade(const pb::SimulateCascadeRequest& request,
                  const pb::SimulateCascadeResponse& response, const Paper& paper) {
  PrintHead(request, response, paper);
  PrintBacklog(response.backlog(), paper);
  PrintCases(request, response, paper);
  PrintSteps(response, paper);
  PrintModel(response.model(), paper);
  for (const std::string& note : response.notes())
    paper.out << Wrap(absl::StrCat("Note: ", Printable(note)), paper.width, 2) << "\n";
  PrintAbsent(response.absent(), paper);
}

}  // namespace plumbline::cli
