// SPDX-License-Identifier: Apache-2.0
#include "clients/cli/cohorts_command.h"

#include <algorithm>
#include <memory>
#include <ostream>
#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/strip.h"
#include "clients/cli/attribute_key.h"
#include "clients/cli/business_flag.h"
#include "clients/cli/help.h"
#include "clients/cli/selection_flags.h"
#include "clients/cli/table.h"
#include "clients/cli/units.h"
#include "clients/cli/zones.h"
#include "common/base/error.h"
#include "common/base/status_macros.h"

namespace plumbline::cli {
namespace {

namespace pb = analytics::v1;

constexpr char kCohorts[] = "/plumbline.analytics.v1.CohortService/";

struct Options {
  std::string log, after, until, reference, calendar;
  CohortFlags by;
  double confidence = 0.95;
  int groups = 20, steps = 20;
  bool curves = false;
  SelectionFlags selection;
};

void ShowSplits(const absl::TimeZone& zone, pb::CompareCohortsResponse* response) {
  for (pb::CohortTimes& group : *response->mutable_groups())
    group.set_title(SplitTitle(group.title(), zone));
  response->set_reference(SplitTitle(response->reference(), zone));
}

absl::Status Cohorts(Session& session, const Options& options) {
  pb::CompareCohortsRequest request;
  RETURN_IF_ERROR(SetBusinessTime(session, options.calendar, &request));
  session.wording().Call({{"name", "LOG"},
                          {"from_activity", "--after"},
                          {"until_activity", "--until"},
                          {"confidence", "--confidence"},
                          {"max_groups", "--groups"},
                          {"reference", "--reference"}});
  request.set_name(session.FullName("eventLogs", options.log));
  const absl::TimeZone zone = ZoneOf(options.by.zone, request.business_time());
  CohortFlags by = options.by;
  if (request.has_business_time() && by.zone.empty()) by.zone = zone.name();
  RETURN_IF_ERROR(SetSelection(session, options.selection, &request, zone));
  request.set_from_activity(options.after);
  request.set_until_activity(options.until);
  RETURN_IF_ERROR(SetGrouping(session, by, request.mutable_grouping()));
  request.set_confidence(options.confidence);
  const bool split = !by.splits.empty();
  request.set_reference(split ? SplitName(options.reference, zone) : options.reference);
  request.set_max_groups(options.groups);
  request.set_max_steps(options.steps);
  pb::CompareCohortsResponse response;
  RETURN_IF_ERROR(session.Call(kCohorts, "CompareCohorts", request, &response));
  if (session.json()) {
    session.PrintJson(response);
  } else {
    PrintSelection(response.selection(), session.paper());
    PrintCompletion(response.completion(), session);
    if (split) ShowSplits(zone, &response);
    PrintCohorts(response, options.curves, session.paper());
  }
  return absl::OkStatus();
}

std::string TitleOf(const std::string& title) {
  return title.empty() ? "(none)" : Printable(title);
}

std::string Ends(const pb::CohortQuantile& quantile, const SpanWords& span) {
  if (!quantile.has_time()) return "";
  if (!quantile.has_lower() && !quantile.has_upper()) return "cannot be told";
  if (!quantile.has_lower()) return absl::StrCat("up to ", span(quantile.upper()));
  if (!quantile.has_upper()) return absl::StrCat(span(quantile.lower()), " or more");
  return span.Range(Seconds(quantile.lower()), Seconds(quantile.upper()));
}

std::string Time(const pb::CohortQuantile& quantile) {
  return quantile.has_time() ? TimeCell(Seconds(quantile.time())) : "not yet";
}

// "< 0.001", "0.043".
std::string Chance(double p) { return p < 0.001 ? "< 0.001" : absl::StrFormat("%.3f", p); }

void PrintTest(absl::string_view name, const pb::CohortTest& test, const Paper& paper) {
  paper.out << absl::StrFormat("%s: chi-square %.2f, %d %s of freedom, p %s\n", name,
                               test.chi_square(), test.degrees_of_freedom(),
                               test.degrees_of_freedom() == 1 ? "degree" : "degrees",
                               Chance(test.p_value()));
}

// Means count each time up to the horizon, which the group that is seen for least time sets: where
// half of most groups is not there by then, they say little of what the groups are like.
bool MeansTell(const pb::CompareCohortsResponse& response) {
  int beyond = 0;
  for (const pb::CohortTimes& group : response.groups()) {
    const pb::CohortQuantile& median = group.median();
    if (median.has_time()) beyond += Seconds(median.time()) > Seconds(response.horizon()) ? 1 : 0;
  }
  return 2 * beyond <= response.groups_size();
}

void PrintGroups(const pb::CompareCohortsResponse& response, const Paper& paper) {
  const SpanWords span(paper);
  const bool means = MeansTell(response);
  if (!means) {
    paper.out << Wrap(absl::StrCat("No means: they would count times up to ",
                                   span(response.horizon()),
                                   " only, since one group is seen for no longer, and in most "
                                   "groups half take longer. Leave the youngest out (--to) for "
                                   "them."),
                      paper.width, 0)
              << "\n\n";
  }
  Table table({"~group", ">cases", ">happened", "=to 50 %", "95 % from .. to", "-=to 25 %",
               "-=to 75 %", "-=mean", "?>hazard", "-from .. to", "?>p"});
  table.BreakLines();
  for (const pb::CohortTimes& group : response.groups()) {
    std::string ratio, ends, p;
    if (group.has_hazard()) {
      const pb::CohortHazard& hazard = group.hazard();
      ratio = absl::StrFormat("%.2f", hazard.ratio());
      ends = absl::StrFormat("%.2f to %.2f", hazard.lower(), hazard.upper());
      p = Chance(hazard.adjusted_p_value());
    }
    table.Add(
        {TitleOf(group.title()), Count(group.case_count()), Count(group.happened_count()),
         Time(group.median()), Ends(group.median(), span), Time(group.first_quartile()),
         Time(group.third_quartile()),
         means && group.has_restricted_mean() ? TimeCell(Seconds(group.restricted_mean())) : "",
         ratio, ends, p});
  }
  table.Print(paper, 0);
}

void PrintCurves(const pb::CompareCohortsResponse& response, const Paper& paper) {
  const SpanWords span(paper);
  for (const pb::CohortTimes& group : response.groups()) {
    paper.out << "\n" << TitleOf(group.title()) << "\n";
    Table table({">after", ">observed", ">share", "from .. to"});
    for (const pb::CohortStep& step : group.steps()) {
      table.Add({span(step.time()), Count(step.at_risk_count()), Percent(step.share()),
                 step.has_lower_share() ? absl::StrCat(Percent(step.lower_share()), " to ",
                                                       Percent(step.upper_share()))
                                        : ""});
    }
    table.Print(paper, 2);
  }
}

}  // namespace

void PrintCohorts(const pb::CompareCohortsResponse& response, bool curves, const Paper& paper) {
  const SpanWords span(paper);
  if (!response.groups().empty()) {
    PrintGroups(response, paper);
    std::string words;
    if (MeansTell(response) && Seconds(response.horizon()) > 0)
      words = absl::StrCat("Means count each time up to ", span(response.horizon()), ". ");
    if (response.groups_size() > 1) {
      absl::StrAppend(&words, "A hazard above 1: it happens sooner than in '",
                      TitleOf(response.reference()),
                      "'; its p is corrected for as many comparisons.");
    }
    if (!words.empty())
      paper.out << "\n" << Wrap(absl::StripTrailingAsciiWhitespace(words), paper.width, 0) << "\n";
  }
  if (response.has_log_rank()) PrintTest("Log-rank", response.log_rank(), paper);
  if (response.has_peto()) PrintTest("Peto (early differences)", response.peto(), paper);
  if (response.omitted_group_count() > 0) {
    paper.out << Number(response.omitted_group_count(), "smaller group", "smaller groups")
              << " with " << Number(response.omitted_case_count(), "case", "cases")
              << " not shown (--groups).\n";
  }
  for (const std::string& note : response.notes())
    paper.out << Wrap(absl::StrCat("Note: ", Printable(note)), paper.width, 2) << "\n";
  if (curves) PrintCurves(response, paper);
}

std::string SplitTitle(const std::string& title, const absl::TimeZone& zone) {
  const size_t space = title.find(' ');
  absl::Time time;
  if (space == std::string::npos ||
      !absl::ParseTime(absl::RFC3339_full, title.substr(space + 1), &time, nullptr))
    return title;
  const std::string text = absl::FormatTime("%Y-%m-%d %H:%M:%S", time, zone);
  return absl::StrCat(title.substr(0, space), " ",
                      absl::StripSuffix(absl::StripSuffix(text, ":00"), " 00:00"),
                      zone == absl::UTCTimeZone() ? "" : absl::StrCat(" ", zone.name()));
}

std::string SplitName(const std::string& title, const absl::TimeZone& zone) {
  const size_t space = title.find(' ');
  if (space == std::string::npos) return title;
  std::string text(absl::StripSuffix(title.substr(space + 1), absl::StrCat(" ", zone.name())));
  std::replace(text.begin(), text.end(), ' ', 'T');
  pb::TimeWindow window;
  if (!SetTimeIn(zone, "--reference", text, &window, "start_time").ok()) return title;
  return absl::StrCat(
      title.substr(0, space), " ",
      absl::FormatTime("%Y-%m-%d%ET%H:%M:%SZ", absl::FromUnixSeconds(window.start_time().seconds()),
                       absl::UTCTimeZone()));
}

absl::Status SetGrouping(Session& session, const CohortFlags& options,
                         pb::CohortGrouping* grouping) {
  session.wording().Call({{"grouping.attribute", "--by"},
                          {"grouping.start_period.period", "--by"},
                          {"grouping.start_period.time_zone", "--zone"},
                          {"grouping.splits.times", "--split"},
                          {"period", "--by"}});
  if (!options.splits.empty()) {
    ASSIGN_OR_RETURN(const absl::TimeZone zone, NamedZone(options.zone, {}));
    for (const std::string& split : options.splits) {
      pb::TimeWindow time;
      RETURN_IF_ERROR(SetTimeIn(zone, "--split", split, &time, "start_time"));
      *grouping->mutable_splits()->add_times() = time.start_time();
    }
    return absl::OkStatus();
  }
  const std::string& by = options.by;
  if (by == "day" || by == "week" || by == "month") {
    pb::CohortGrouping::StartPeriod& period = *grouping->mutable_start_period();
    period.set_period(ToPeriod(by));
    period.set_time_zone(options.zone);
  } else if (by == "resource") {
    grouping->set_resource(true);
  } else if (!by.empty()) {
    grouping->set_attribute(AttributeKeyOf(by));
  }
  return absl::OkStatus();
}

void AddCohortFlags(args::Command& command, const std::string& zone, CohortFlags* flags) {
  args::Option* by =
      Takes(command.add_option("--by", flags->by,
                               "Groups: day, week or month in which cases began, resource, or "
                               "an attribute, as region or attributes.region (default: one group)"),
            "WHAT");
  Takes(command.add_option("--split", flags->splits,
                           "Groups: cases that began before and from this time; may be repeated"),
        "TIME")
      ->excludes(by);
  Takes(command.add_option("--zone", flags->zone,
                           absl::StrCat("Time zone of --by day, week or month, and of dates "
                                        "(default: ",
                                        zone, ")")),
        "ZONE");
}

void AddCohortsCommand(args::Command& app, Action* action) {
  auto options = std::make_shared<Options>();
  args::Command* command = app.add_subcommand(
      "cohorts", "How long it takes until something happens, in groups, and whether they differ");
  command->group("Study");
  command->add_option("LOG", options->log, "Id of the event log")->required();
  Takes(command->add_option("--until", options->until,
                            "It has happened at the first event of this activity (default: at the "
                            "end of the case)"),
        "ACTIVITY");
  Takes(command->add_option("--after", options->after,
                            "The clock starts at the first event of this activity (default: at the "
                            "begin of the case)"),
        "ACTIVITY");
  AddCohortFlags(*command, "that of the calendar, else UTC", &options->by);
  Takes(command->add_option("--reference", options->reference,
                            "Group with which the others are compared (default: the largest)"),
        "GROUP");
  Takes(command->add_option("--confidence", options->confidence, "Of intervals (default: 0.95)"),
        "SHARE");
  Takes(command->add_option("--groups", options->groups, "The largest so many (default: 20)"), "N")
      ->check(args::Range(1, 100));
  command->add_flag("--curves", options->curves, "The curve of each group too");
  Takes(command->add_option("--steps", options->steps, "Of each curve, so many (default: 20)"), "N")
      ->check(args::Range(2, 1000));
  AddSelectionFlags(*command, &options->selection);
  AddCalendarFlag(*command, "Times", &options->calendar);
  AddExamples(*command,
              {{"plumbline cohorts deals --until Won --by attributes.region",
                "how long a deal takes, by region"},
               {"plumbline cohorts sales-rep-onboarding --until Certified --by month",
                "time to certified, by month of hire"},
               {"plumbline cohorts quotes --split 2026-05-01", "did the change of 1 May help?"}});
  command->callback([=] { *action = [=](Session& s) { return Cohorts(s, *options); }; });
}

}  // namespace plumbline::cli
