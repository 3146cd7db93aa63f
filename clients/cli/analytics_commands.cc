// SPDX-License-Identifier: Apache-2.0
#include <memory>
#include <ostream>
#include <string>

#include "absl/strings/str_cat.h"
#include "clients/cli/commands.h"
#include "clients/cli/importing.h"
#include "clients/cli/report_view.h"
#include "clients/cli/units.h"
#include "common/base/status_macros.h"
#include "plumbline/analytics/v1/analytics_service.pb.h"

namespace plumbline::cli {
namespace {

namespace pb = analytics::v1;

struct Options {
  std::string file, log, title;
  pb::CsvMapping csv;
  std::vector<std::string> transitions;
  bool append = false;
  int edges = 0, variants = 10;
  double target_days = 0;
};

absl::Status Import(Session& session, const Options& options) {
  pb::ImportHeader header;
  header.set_parent(session.parent());
  header.set_event_log_id(options.log.empty() ? LogIdOf(options.file) : options.log);
  header.mutable_event_log()->set_title(options.title);
  for (const std::string& t : options.transitions)
    header.mutable_event_log()->add_map_transitions(t);
  *header.mutable_csv() = options.csv;
  header.set_append(options.append);
  pb::ImportEventLogResponse response;
  RETURN_IF_ERROR(ImportFile(session, options.file, header, &response));
  if (session.json()) {
    session.PrintJson(response);
    return absl::OkStatus();
  }
  PrintImport(session, response);
  session.out() << "  next: plumbline report " << header.event_log_id() << '\n';
  return absl::OkStatus();
}

absl::Status Map(Session& session, const Options& options) {
  pb::GetProcessMapRequest request;
  request.set_name(session.FullName("eventLogs", options.log));
  request.set_max_edges(options.edges);
  pb::GetProcessMapResponse response;
  RETURN_IF_ERROR(session.Call(kAnalytics, "GetProcessMap", request, &response));
  if (session.json()) {
    session.PrintJson(response.process_map());
  } else {
    PrintMap(response.process_map(), session.out());
  }
  return absl::OkStatus();
}

absl::Status Variants(Session& session, const Options& options) {
  pb::ListVariantsRequest request;
  request.set_name(session.FullName("eventLogs", options.log));
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
    session.PrintJson(all);
  } else {
    PrintVariants(all.variants(), all.total_count(), session.out());
  }
  return absl::OkStatus();
}

absl::Status Durations(Session& session, const Options& options) {
  pb::GetDurationsRequest request;
  request.set_name(session.FullName("eventLogs", options.log));
  pb::GetDurationsResponse response;
  RETURN_IF_ERROR(session.Call(kAnalytics, "GetDurations", request, &response));
  if (session.json()) {
    session.PrintJson(response);
    return absl::OkStatus();
  }
  session.out() << "Case duration: "
                << CaseSummary(response.case_duration(), response.open_case_count()) << "\n\n";
  PrintSteps(response.steps(), session.out());
  return absl::OkStatus();
}

absl::Status Pareto(Session& session, const Options& options) {
  pb::GetImpedimentParetoRequest request;
  request.set_name(session.FullName("eventLogs", options.log));
  pb::GetImpedimentParetoResponse response;
  RETURN_IF_ERROR(session.Call(kAnalytics, "GetImpedimentPareto", request, &response));
  if (session.json()) {
    session.PrintJson(response);
  } else {
    PrintPareto(response.bars(), session.out());
  }
  return absl::OkStatus();
}

absl::Status Report(Session& session, const Options& options) {
  pb::GetReportRequest request;
  request.set_name(session.FullName("eventLogs", options.log));
  request.set_max_edges(options.edges);
  request.set_max_variants(options.variants);
  if (options.target_days > 0) {
    request.mutable_target()->set_seconds(static_cast<int64_t>(options.target_days * 86'400));
  }
  pb::GetReportResponse response;
  RETURN_IF_ERROR(session.Call(kAnalytics, "GetReport", request, &response));
  if (session.json()) {
    session.PrintJson(response.report());
  } else {
    PrintReport(response.report(), session.out());
  }
  return absl::OkStatus();
}

void AddImport(CLI::App& app, Action* action, std::shared_ptr<Options> options) {
  CLI::App* import =
      app.add_subcommand("import", "Import an event log: CSV or XES, either gzipped");
  import->add_option("FILE", options->file, "The file; - is standard input")->required();
  import->add_option("--log", options->log, "Id of the log (default: from the file's name)");
  import->add_option("--title", options->title, "What people call it");
  import->add_flag("--append", options->append, "Add to the log if it exists");
  import->add_option(
      "--map-transition", options->transitions,
      "Only events of this life-cycle transition make the map, for example complete (repeatable)");
  pb::CsvMapping* csv = &options->csv;
  const auto text = [&](const char* flag, const char* help, auto setter) {
    import->add_option_function<std::string>(flag, [csv, setter](const std::string& value) { setter(csv, value); }, help);
};
text("--case-column", "CSV column of the case (default: found by name)",
     [](auto* c, const std::string& v) { c->set_case_column(v); });
text("--activity-column", "CSV column of the activity",
     [](auto* c, const std::string& v) { c->set_activity_column(v); });
text("--time-column", "CSV column of the time",
     [](auto* c, const std::string& v) { c->set_time_column(v); });
text("--start-column", "CSV column of the start time; - = none",
     [](auto* c, const std::string& v) { c->set_start_time_column(v); });
text("--resource-column", "CSV column of who did it; - = none",
     [](auto* c, const std::string& v) { c->set_resource_column(v); });
text("--transition-column", "CSV column of the life-cycle transition; - = none",
     [](auto* c, const std::string& v) { c->set_transition_column(v); });
text("--delimiter", "CSV delimiter (default: found by looking)",
     [](auto* c, const std::string& v) { c->set_delimiter(v); });
text("--time-zone", "Zone of times that name none (default: UTC)",
     [](auto* c, const std::string& v) { c->set_time_zone(v); });
text("--time-format", "For example '%d.%m.%y %H:%M' (default: found by looking)",
     [](auto* c, const std::string& v) { c->set_time_format(v); });
  import->callback([=] { *action = [=](Session& s) { return Import(s, *options);
  };
  });
  }

  }  // namespace

  void AddAnalyticsCommands(CLI::App& app, Action* action) {
    auto options = std::make_shared<Options>();
    AddImport(app, action, options);
    const auto add = [&](const char* name, const char* help,
                         absl::Status (*run)(Session&, const Options&)) {
      CLI::App* command = app.add_subcommand(name, help);
      command->add_option("LOG", options->log, "Id of the event log")->required();
      command->callback([=] { *action = [=](Session& s) { return run(s, *options); }; });
      return command;
    };
    CLI::App* map =
        add("map", "Process map: which step follows which, how often, with what wait", Map);
    map->add_option("--edges", options->edges, "Only the most frequent edges (default: all)")
        ->check(CLI::Range(0, 1'000'000));
    CLI::App* variants = add("variants", "Sequences of steps that cases have in common", Variants);
    variants->add_option("--limit", options->variants, "At most so many (default: 10)")
        ->check(CLI::Range(1, 1'000'000));
    add("durations", "How long cases take, and where the time of each step goes", Durations);
    add("pareto", "Impediments by days lost", Pareto);
    CLI::App* report = add("report", "All of it on one page, and what to fix first", Report);
    report->add_option("--edges", options->edges, "Edges to show (default: 20)")
        ->check(CLI::Range(0, 10'000));
    report->add_option("--variants", options->variants, "Variants to show (default: 10)")
        ->check(CLI::Range(1, 1000));
    report
        ->add_option("--target-days", options->target_days,
                     "Target of a case in calendar days (default: the cases' own due times)")
        ->check(CLI::NonNegativeNumber);
  }

  }  // namespace plumbline::cli
