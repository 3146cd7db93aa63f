// SPDX-License-Identifier: Apache-2.0
#include <memory>
#include <ostream>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "clients/cli/business_flag.h"
#include "clients/cli/cascade_command.h"
#include "clients/cli/cases_command.h"
#include "clients/cli/check_command.h"
#include "clients/cli/cohorts_command.h"
#include "clients/cli/commands.h"
#include "clients/cli/compare_command.h"
#include "clients/cli/deviations_command.h"
#include "clients/cli/discover_command.h"
#include "clients/cli/errors.h"
#include "clients/cli/footprints_command.h"
#include "clients/cli/forecast_command.h"
#include "clients/cli/help.h"
#include "clients/cli/improvement_analysis.h"
#include "clients/cli/improvement_commands.h"
#include "clients/cli/objective_commands.h"
#include "clients/cli/organization_command.h"
#include "clients/cli/quality_commands.h"
#include "clients/cli/report_command.h"
#include "clients/cli/report_view.h"
#include "clients/cli/selection_flags.h"
#include "clients/cli/temporal_command.h"
#include "clients/cli/units.h"
#include "clients/cli/zones.h"
#include "common/base/status_macros.h"
#include "plumbline/analytics/v1/analytics_service.pb.h"

namespace plumbline::cli {
namespace {

namespace pb = analytics::v1;

struct Options {
  std::string log;
  int edges = 0, activities = 0, steps = 0;  // 0 = the default of the service
  int variants = 10;
  double activity_coverage = 0, edge_coverage = 0;
  bool eventually = false;
  std::string calendar;
  SelectionFlags selection;
};

// The name of the log, which errors then call LOG.
std::string NameOf(Session& session, const Options& options) {
  session.wording().Call({{"name", "LOG"}});
  return session.FullName("eventLogs", options.log);
}

// Why nothing is in a map, and what may be done.
absl::Status ExplainEmptyMap(Session& session, const Options& options,
                             const pb::GetProcessMapResponse& map) {
  pb::GetEventLogRequest request;
  request.set_name(NameOf(session, options));
  pb::GetEventLogResponse response;
  RETURN_IF_ERROR(session.Call(kAnalytics, "GetEventLog", request, &response));
  const pb::EventLog& log = response.event_log();
  std::string why;
  if (log.event_count() == 0) {
    why = absl::StrCat("The log has no events yet. Send some with 'plumbline events send ",
                       options.log,
                       " FILE --producer NAME', or bring a file with 'plumbline import "
                       "FILE --log ",
                       options.log, " --append'.");
  } else if (map.has_selection() && map.selection().event_count() == 0) {
    why = "The selection keeps no event; see 'plumbline cases' for what the log has.";
  } else {
    const bool done = log.map_transitions_size() == 1 &&
                      absl::EqualsIgnoreCase(log.map_transitions(0), "complete");
    why = absl::StrCat(
        "Only events of the life-cycle transition ", absl::StrJoin(log.map_transitions(), ", "),
        " make up the map, and none of these events is of it",
        done ? ": no step is done yet, as far as the log tells" : "",
        ". A log that on-boarding keeps has a map once a step is done; a file can be imported "
        "again with --replace and another --map-transition, or with none.");
  }
  session.out() << Wrap(why, session.paper().width, 0) << "\n";
  return absl::OkStatus();
}

absl::Status Map(Session& session, const Options& options) {
  pb::GetProcessMapRequest request;
  RETURN_IF_ERROR(SetBusinessTime(session, options.calendar, &request));
  request.set_name(NameOf(session, options));
  session.wording().Call(
      {{"activity_coverage", "--activity-coverage"}, {"edge_coverage", "--edge-coverage"}});
  RETURN_IF_ERROR(
      SetSelection(session, options.selection, &request, ZoneOf("", request.business_time())));
  request.set_max_edges(options.edges);
  request.set_max_activities(options.activities);
  request.set_activity_coverage(options.activity_coverage);
  request.set_edge_coverage(options.edge_coverage);
  if (options.eventually) {
    request.set_relation(pb::GetProcessMapRequest::RELATION_EVENTUALLY_FOLLOWS);
  }
  pb::GetProcessMapResponse response;
  RETURN_IF_ERROR(session.Call(kAnalytics, "GetProcessMap", request, &response));
  if (session.json()) {
    session.PrintJson(response.process_map());
  } else {
    PrintSelection(response.selection(), session.paper());
    PrintTimeLegend(session.paper());
    PrintMap(response.process_map(), session.paper());
    if (response.process_map().activities().empty())
      return ExplainEmptyMap(session, options, response);
  }
  return absl::OkStatus();
}

absl::Status Variants(Session& session, const Options& options) {
  pb::ListVariantsRequest request;
  request.set_name(NameOf(session, options));
  RETURN_IF_ERROR(SetSelection(session, options.selection, &request));
  request.set_page_size(std::min(options.variants, 1000));
  pb::ListVariantsResponse all, page;
  do {
    RETURN_IF_ERROR(session.Call(kAnalytics, "ListVariants", request, &page));
    all.MergeFrom(page);
    request.set_page_token(page.next_page_token());
    request.set_page_size(std::min(options.variants - all.variants_size(), 1000));
  } while (!page.next_page_token().empty() && all.variants_size() < options.variants);
  if (session.json()) {
    all.clear_next_page_token();
    if (page.has_selection()) *all.mutable_selection() = page.selection();  // merged notes repeat
    session.PrintJson(all);
  } else {
    PrintSelection(page.selection(), session.paper());
    PrintVariants(all.variants(), all.total_count(), session.paper());
  }
  return absl::OkStatus();
}

absl::Status Durations(Session& session, const Options& options) {
  pb::GetDurationsRequest request;
  RETURN_IF_ERROR(SetBusinessTime(session, options.calendar, &request));
  request.set_name(NameOf(session, options));
  RETURN_IF_ERROR(
      SetSelection(session, options.selection, &request, ZoneOf("", request.business_time())));
  request.set_max_steps(options.steps);
  pb::GetDurationsResponse response;
  RETURN_IF_ERROR(session.Call(kAnalytics, "GetDurations", request, &response));
  if (session.json()) {
    session.PrintJson(response);
    return absl::OkStatus();
  }
  PrintSelection(response.selection(), session.paper());
  PrintCompletion(response.completion(), session);
  PrintLine(absl::StrCat("Case duration: ",
                         CaseSummary(response.case_duration(), response.open_case_count(),
                                     SpanWords(session.paper()))),
            session.paper());
  session.out() << "\n";
  PrintSteps(response.steps(), response.omitted_steps(), session.paper());
  return absl::OkStatus();
}

// How many entries of a list are shown; `most`: what the service gives at most.
void AddLimit(args::Command& command, const char* flag, int& value, const char* help, int most) {
  Takes(command.add_option(flag, value, help), "N")->check(args::Range(1, most));
}

void AddMapShape(args::Command& map, Options& options) {
  const auto share = [&](const char* flag, double& value, const char* help) {
    Takes(map.add_option(flag, value, help), "SHARE")->check(args::Range(0.000001, 1.0));
  };
  share("--activity-coverage", options.activity_coverage,
        "Only the most frequent activities that have this share of the events, as 0.9");
  share("--edge-coverage", options.edge_coverage,
        "Only the most frequent edges that have this share of their occurrences, as 0.8");
  args::Option* eventually = map.add_flag("--eventually", options.eventually,
                                          "What comes after what at any distance, not only next");
  AddCalendarFlag(map, "Waits and service times", &options.calendar)->excludes(eventually);
}

}  // namespace

void AddAnalyticsCommands(args::Command& app, Action* action) {
  auto options = std::make_shared<Options>();
  const auto add = [&](const char* name, const char* help,
                       absl::Status (*run)(Session&, const Options&)) {
    args::Command* command = app.add_subcommand(name, help);
    command->group("Study");
    command->add_option("LOG", options->log, "Id of the event log")->required();
    AddSelectionFlags(*command, &options->selection);
    command->callback([=] { *action = [=](Session& s) { return run(s, *options); }; });
    return command;
  };
  AddReportCommand(app, action);
  args::Command& map =
      *add("map", "Process map: which step follows which, how often, with what wait", Map);
  AddLimit(map, "--edges", options->edges, "Only the most frequent edges (default: 10,000)",
           100'000);
  AddLimit(map, "--activities", options->activities,
           "Only the most frequent activities and the edges between them (default: 10,000)",
           100'000);
  AddMapShape(map, *options);
  args::Command* variants =
      add("variants", "Sequences of steps that cases have in common", Variants);
  Takes(variants->add_option("--limit", options->variants, "At most so many (default: 10)"), "N")
      ->check(args::Range(1, 1'000'000));
  args::Command& durations =
      *add("durations", "How long cases take, and where the time of each step goes", Durations);
  AddLimit(durations, "--steps", options->steps, "Steps to show (default: 1,000)", 100'000);
  AddCalendarFlag(durations, "Durations of cases and times of steps", &options->calendar);
  AddFlowCommand(app, action);
  AddYieldCommand(app, action);
  AddChartCommand(app, action);
  AddCapabilityCommand(app, action);
  AddParetoCommand(app, action);
  AddCausesCommand(app, action);
  AddBottlenecksCommand(app, action);
  AddCasesCommand(app, action);
  AddCompareCommand(app, action);
  AddCohortsCommand(app, action);
  AddRampCurveCommand(app, action);
  AddForecastCommand(app, action);
  AddObjectiveCommands(app, action);
  AddBudgetCommand(app, action);
  AddCascadeCommand(app, action);
  AddImprovementCommands(app, action);
  AddCheckCommand(app, action);
  AddDeviationsCommand(app, action);
  AddFootprintsCommand(app, action);
  AddDiscoverCommand(app, action);
  AddOrganizationCommands(app, action);
  AddTemporalCommands(app, action);
}

}  // namespace plumbline::cli
