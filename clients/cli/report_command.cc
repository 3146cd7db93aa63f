// SPDX-License-Identifier: Apache-2.0
#include "clients/cli/report_command.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <memory>
#include <ostream>
#include <string>

#include "absl/strings/str_cat.h"
#include "clients/cli/business_flag.h"
#include "clients/cli/help.h"
#include "clients/cli/report_view.h"
#include "clients/cli/review_view.h"
#include "clients/cli/selection_flags.h"
#include "clients/cli/zones.h"
#include "common/base/error.h"
#include "common/base/status_macros.h"
#include "plumbline/analytics/v1/analytics_service.pb.h"

namespace plumbline::cli {
namespace {

namespace pb = analytics::v1;

struct Options {
  std::string log;
  int edges = 0, activities = 0, steps = 0, causes = 0;  // 0 = the default of the service
  int variants = 10;
  double target_days = 0;
  std::string by, end, zone, calendar, html;
  int periods = 0, fixes = 0;
  double confidence = 0;
  uint64_t seed = 0;
  bool details = false;
  SelectionFlags selection;
};

void NameFields(Session& session) {
  session.wording().Call({{"name", "LOG"},
                          {"target", "--target-days"},
                          {"review.period", "--by"},
                          {"review.period_count", "--periods"},
                          {"review.end_time", "--end"},
                          {"review.time_zone", "--zone"},
                          {"review.business_time", "--calendar"},
                          {"review.max_fixes", "--fixes"},
                          {"review.confidence", "--confidence"}});
}

// The zone in which months begin and dates are. Of a name that is none the service says so.
absl::StatusOr<absl::TimeZone> SetZone(Session& session, const Options& options,
                                       pb::ReviewSpec* review) {
  RETURN_IF_ERROR(SetBusinessTime(session, options.calendar, review));
  const absl::TimeZone zone = ZoneOf(options.zone, review->business_time());
  if (!options.zone.empty()) {
    review->set_time_zone(options.zone);
  } else if (zone != absl::UTCTimeZone()) {
    review->set_time_zone(zone.name());
  }
  return zone;
}

absl::Status SetReview(const Options& options, const absl::TimeZone& zone, pb::ReviewSpec* review) {
  review->set_period(ToPeriod(options.by));
  review->set_period_count(options.periods);
  RETURN_IF_ERROR(SetTimeIn(zone, "--end", options.end, review, "end_time"));
  review->set_max_fixes(options.fixes);
  review->set_confidence(options.confidence);
  review->set_seed(options.seed);
  review->set_html(!options.html.empty());
  return absl::OkStatus();
}

// The page replaces what was there once it is whole.
absl::Status WritePage(const std::string& path, const std::string& html) {
  const std::string part = absl::StrCat(path, ".part");
  std::ofstream file(part, std::ios::binary | std::ios::trunc);
  file << html << std::flush;
  std::error_code error;
  if (file.good()) std::filesystem::rename(part, path, error);
  if (file.good() && !error) return absl::OkStatus();
  std::filesystem::remove(part, error);
  return base::FieldError("--html",
                          absl::StrCat("'", path,
                                       "' cannot be written; name a file in a folder that "
                                       "you may write to"));
}

void PrintDetails(Session& session, const pb::Report& report) {
  session.out() << '\n';
  PrintReport(report, session.paper());
}

void PrintPage(Session& session, const Options& options, const absl::TimeZone& zone,
               const pb::GetReportResponse& response) {
  PrintSelection(response.selection(), session.paper());
  PrintCompletion(response.completion(), session);
  PrintReview(response.report(), session.paper(), zone);
  if (options.details) {
    PrintDetails(session, response.report());
  } else if (response.report().review().has_end_time()) {
    session.out() << "Tables of steps, causes, the map and variants: add --details\n";
  }
}

absl::Status Report(Session& session, const Options& options) {
  pb::GetReportRequest request;
  ASSIGN_OR_RETURN(const absl::TimeZone zone, SetZone(session, options, request.mutable_review()));
  NameFields(session);
  request.set_name(session.FullName("eventLogs", options.log));
  RETURN_IF_ERROR(SetSelection(session, options.selection, &request, zone));
  request.set_max_edges(options.edges);
  request.set_max_variants(options.variants);
  request.set_max_activities(options.activities);
  request.set_max_steps(options.steps);
  request.set_max_impediments(options.causes);
  if (options.target_days > 0) {
    request.mutable_target()->set_seconds(static_cast<int64_t>(options.target_days * 86'400));
  }
  RETURN_IF_ERROR(SetReview(options, zone, request.mutable_review()));
  pb::GetReportResponse response;
  RETURN_IF_ERROR(session.Call(kAnalytics, "GetReport", request, &response));
  if (!options.html.empty()) {
    RETURN_IF_ERROR(WritePage(options.html, response.html()));
    if (!session.json()) {
      session.out() << "The report is in " << options.html
                    << ": open it in a browser, or print it.\n";
      if (options.details) PrintDetails(session, response.report());
      return absl::OkStatus();
    }
  }
  if (session.json()) {
    session.PrintJson(response.report());
    return absl::OkStatus();
  }
  PrintPage(session, options, zone, response);
  return absl::OkStatus();
}

void AddPage(args::Command& report, Options& options) {
  Takes(report.add_option("--by", options.by, "The period is of weeks or months (default: month)"),
        "PERIOD")
      ->check(args::IsMember({"week", "month"}));
  Takes(report.add_option("--periods", options.periods, "So many of them (default: 1)"), "N")
      ->check(args::Range(1, 52));
  Takes(report.add_option("--end", options.end,
                          "The period ends just before it (default: after the last event)"),
        "TIME");
  Takes(report.add_option("--zone", options.zone,
                          "Time zone of months and of dates (default: that of the calendar, else "
                          "UTC)"),
        "ZONE");
  AddCalendarFlag(report, "Times and hours", &options.calendar);
  Takes(report.add_option("--fixes", options.fixes, "Fixes to tell (default: 3)"), "N")
      ->check(args::Range(1, 10));
  Takes(report.add_option("--confidence", options.confidence, "Of intervals (default: 0.95)"),
        "SHARE")
      ->check(args::Range(0.5, 0.999999));
  Takes(report.add_option("--seed", options.seed,
                          "Of the draws of cases; the same gives the same intervals (default: 1)"),
        "N");
  Takes(report.add_option("--html", options.html,
                          "Write the page as HTML with charts, one file for screen and paper"),
        "FILE");
  Takes(report.add_option(
            "--target-days", options.target_days,
            "Target of a case in calendar days, from day one of an on-boarding, else from its "
            "first event (default: the cases' own due times)"),
        "DAYS")
      ->check(args::Range(0.001, 36'525.0));  // a century
}

void AddDetails(args::Command& report, Options& options) {
  const char* const kGroup = "Details";
  const auto limit = [&](const char* flag, int& value, const char* help, int most) {
    Takes(report.add_option(flag, value, help), "N")->check(args::Range(1, most))->group(kGroup);
  };
  report
      .add_flag("--details", options.details,
                "Also tables of the log, by the wall clock: steps, causes, map, variants; with "
                "--html they are printed, and are not in FILE")
      ->group(kGroup);
  limit("--edges", options.edges, "Edges of the map to show (default: 20)", 10'000);
  limit("--activities", options.activities,
        "Only edges between the most frequent activities (default: 100)", 10'000);
  limit("--steps", options.steps, "Steps to show (default: 100)", 10'000);
  limit("--causes", options.causes, "Causes of impediments to show (default: 100)", 10'000);
  limit("--variants", options.variants, "Variants to show (default: 10)", 1'000);
}

}  // namespace

void AddReportCommand(args::Command& app, Action* action) {
  auto options = std::make_shared<Options>();
  args::Command* report = app.add_subcommand(
      "report",
      "One page: how objectives stand, what changed and whether it is chance, what to fix");
  report->group("Study");
  report->add_option("LOG", options->log, "Id of the event log")->required();
  AddPage(*report, *options);
  AddDetails(*report, *options);
  AddSelectionFlags(*report, &options->selection);
  AddExamples(*report, {{"plumbline report my-events --html report.html", "to print, or to send"},
                        {"plumbline report my-events --by week --periods 4 --target-days 30", ""},
                        {"plumbline report my-events --details", "with the tables behind it"},
                        {"plumbline report my-events --json | jq -r '.review.fixes[].title'", ""},
                        {"plumbline report my-events --json \\\n"
                         "      | jq '.impediments[] | {causeText, days: (.lostSeconds / 86400)}'",
                         ""}});
  report->callback([=] { *action = [=](Session& s) { return Report(s, *options); }; });
}

}  // namespace plumbline::cli
