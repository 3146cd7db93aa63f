// SPDX-License-Identifier: Apache-2.0
#include "clients/cli/compare_command.h"

#include <algorithm>
#include <cmath>
#include <memory>
#include <ostream>
#include <set>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "clients/cli/business_flag.h"
#include "clients/cli/help.h"
#include "clients/cli/selection_flags.h"
#include "clients/cli/table.h"
#include "clients/cli/units.h"
#include "common/base/status_macros.h"

namespace plumbline::cli {
namespace {

namespace pb = analytics::v1;

constexpr char kSegments[] = "/plumbline.analytics.v1.SegmentService/";

struct Options {
  std::string log, first, second, calendar;
  int edges = 20, variants = 10, activities = 20;
  CompletionFlags completion;
};

absl::Status Compare(Session& session, const Options& options) {
  pb::CompareSegmentsRequest request;
  RETURN_IF_ERROR(SetBusinessTime(session, options.calendar, &request));
  session.wording().Call({{"name", "LOG"},
                          {"first.filter", "--first"},
                          {"second.filter", options.second.empty() ? "--first" : "--second"}});
  request.set_name(session.FullName("eventLogs", options.log));
  request.mutable_first()->set_filter(options.first);
  request.mutable_second()->set_filter(
      options.second.empty() ? absl::StrCat("NOT (", options.first, ")") : options.second);
  // One rule for both parts.
  RETURN_IF_ERROR(SetCompletion(session, options.completion, "first.", request.mutable_first()));
  RETURN_IF_ERROR(SetCompletion(session, options.completion, "second.", request.mutable_second()));
  request.set_max_edges(options.edges);
  request.set_max_variants(options.variants);
  request.set_max_activities(options.activities);
  pb::CompareSegmentsResponse response;
  RETURN_IF_ERROR(session.Call(kSegments, "CompareSegments", request, &response));
  if (session.json()) {
    session.PrintJson(response);
  } else {
    PrintComparison(response, session.paper());
  }
  return absl::OkStatus();
}

// "+12.5" and "-3.0" points of a percentage; "" for no difference.
std::string Points(double difference) {
  if (difference == 0) return "";
  const int64_t tenths = static_cast<int64_t>(std::max(1.0, std::abs(difference) * 1000 + 0.5));
  return absl::StrCat(difference < 0 ? "-" : "+", tenths / 10, ".", tenths % 10);
}

std::string MedianOf(const pb::DurationStatistics& times, const SpanWords& span) {
  return times.count() == 0 ? "" : span(times.median());
}

// "+1.5 d"; "" where a part has no times.
std::string Change(const pb::DurationComparison& times, const SpanWords& span) {
  if (!times.has_median_difference()) return "";
  const double seconds = Seconds(times.median_difference());
  if (seconds == 0) return "same";
  return absl::StrCat(seconds > 0 ? "+" : "", span(seconds));
}

void PrintHead(const pb::CompareSegmentsResponse& comparison, const Paper& paper) {
  const SpanWords span(paper);
  PrintTimeLegend(paper);
  Table table({"", ">first", ">second", ">difference"});
  const pb::DurationComparison& times = comparison.case_duration();
  table.Add({"cases", Count(comparison.first().case_count()),
             Count(comparison.second().case_count()), ""});
  table.Add({"events", Count(comparison.first().event_count()),
             Count(comparison.second().event_count()), ""});
  table.Add({"variants", Count(comparison.first_variant_count()),
             Count(comparison.second_variant_count()),
             absl::StrCat(Count(comparison.common_variant_count()), " common")});
  table.Add({"median duration", MedianOf(times.first(), span), MedianOf(times.second(), span),
             Change(times, span)});
  if (times.has_p95_difference()) {
    table.Add({"95 % within", span(times.first().p95()), span(times.second().p95()), ""});
  }
  table.BreakLines();
  table.Print(paper, 0);
  // Both parts may be about the same name.
  std::set<std::string> notes(comparison.first().notes().begin(), comparison.first().notes().end());
  notes.insert(comparison.second().notes().begin(), comparison.second().notes().end());
  for (const std::string& note : notes)
    paper.out << Wrap(absl::StrCat("Note: ", Printable(note)), paper.width, 2) << "\n";
}

void Heading(const Paper& paper, absl::string_view text) { paper.out << "\n" << text << "\n"; }

void PrintOmitted(int64_t count, absl::string_view what, const Paper& paper) {
  if (count > 0) paper.out << "and " << Count(count) << " more " << what << "\n";
}

void PrintActivities(const pb::CompareSegmentsResponse& comparison, const Paper& paper) {
  Heading(paper, "Activities, by share of cases");
  Table table({"~activity", ">first", ">second", ">points"});
  for (const pb::ActivityComparison& a : comparison.activities()) {
    table.Add({Printable(a.activity()), Percent(a.counts().first_share()),
               Percent(a.counts().second_share()), Points(a.counts().share_difference())});
  }
  table.BreakLines();
  table.Print(paper, 0);
  PrintOmitted(comparison.omitted_activity_count(), "activities", paper);
}

void PrintEdges(const pb::CompareSegmentsResponse& comparison, const Paper& paper) {
  const SpanWords span(paper);
  Heading(paper, "What follows what, by share of cases, with median waits");
  Table table(
      {"~from", "~to", ">first", ">second", ">points", "?>wait", "?>wait then", "?>change"});
  for (const pb::EdgeComparison& e : comparison.edges()) {
    table.Add({Printable(e.from()), Printable(e.to()), Percent(e.counts().first_share()),
               Percent(e.counts().second_share()), Points(e.counts().share_difference()),
               MedianOf(e.wait().first(), span), MedianOf(e.wait().second(), span),
               Change(e.wait(), span)});
  }
  table.BreakLines();
  table.Print(paper, 0);
  PrintOmitted(comparison.omitted_edge_count(), "edges", paper);
}

void PrintVariants(const pb::CompareSegmentsResponse& comparison, const Paper& paper) {
  Heading(paper, "Variants, by share of cases");
  for (const pb::VariantComparison& v : comparison.variants()) {
    std::string text =
        absl::StrCat(Percent(v.counts().first_share()), " and ", Percent(v.counts().second_share()),
                     ": ", absl::StrJoin(v.activities(), " > "));
    const int64_t more = v.activity_count() - v.activities_size();
    if (more > 0) absl::StrAppend(&text, " (", Count(more), " more)");
    paper.out << Wrap(Printable(text), paper.width, 3) << "\n";
  }
  PrintOmitted(comparison.omitted_variant_count(), "variants", paper);
}

}  // namespace

void PrintComparison(const pb::CompareSegmentsResponse& comparison, const Paper& paper) {
  PrintHead(comparison, paper);
  const bool first = comparison.first().case_count() > 0;
  if (!first || comparison.second().case_count() == 0) {
    paper.out << "\nThe " << (first ? "second" : "first")
              << " part has no case: there is nothing to compare.\n";
    return;
  }
  PrintActivities(comparison, paper);
  PrintEdges(comparison, paper);
  PrintVariants(comparison, paper);
}

void AddCompareCommand(args::Command& app, Action* action) {
  auto options = std::make_shared<Options>();
  args::Command* command = app.add_subcommand("compare", "Two parts of a log side by side");
  command->group("Study");
  command->add_option("LOG", options->log, "Id of the event log")->required();
  Takes(command->add_option("--first", options->first,
                            "The one part: cases for which this holds (see docs/filters.md)"),
        "CONDITION")
      ->required();
  Takes(command->add_option("--second", options->second,
                            "The other part (default: all that are not in the first)"),
        "CONDITION");
  Takes(
      command->add_option("--activities", options->activities, "Activities to show (default: 20)"),
      "N")
      ->check(args::Range(1, 10'000));
  Takes(command->add_option("--edges", options->edges, "Edges to show (default: 20)"), "N")
      ->check(args::Range(1, 10'000));
  Takes(command->add_option("--variants", options->variants, "Variants to show (default: 10)"), "N")
      ->check(args::Range(1, 1'000));
  AddCalendarFlag(*command, "Durations, waits and times of steps", &options->calendar);
  AddCompletionFlags(*command, &options->completion);
  AddExamples(*command, {{"plumbline compare my-events --first 'resources:ada'", ""},
                         {"plumbline compare my-events --first 'start_time < 2026-01-01' \\\n"
                          "      --second 'start_time >= 2026-01-01'",
                          ""}});
  command->callback([=] { *action = [=](Session& s) { return Compare(s, *options); }; });
}

}  // namespace plumbline::cli
