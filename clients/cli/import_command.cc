// SPDX-License-Identifier: Apache-2.0
//
// import: an event log from a file.
#include <memory>
#include <ostream>
#include <string>
#include <vector>

#include "clients/cli/commands.h"
#include "clients/cli/help.h"
#include "clients/cli/importing.h"
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
};

absl::Status Import(Session& session, const Options& options) {
  session.wording().Call({{"header.event_log_id", "--log"},
                          {"header.event_log.title", "--title"},
                          {"header.event_log.map_transitions", "--map-transition"},
                          {"header.csv.case_column", "--case-column"},
                          {"header.csv.activity_column", "--activity-column"},
                          {"header.csv.time_column", "--time-column"},
                          {"header.csv.start_time_column", "--start-column"},
                          {"header.csv.resource_column", "--resource-column"},
                          {"header.csv.transition_column", "--transition-column"},
                          {"header.csv.delimiter", "--delimiter"},
                          {"header.csv.time_zone", "--time-zone"},
                          {"header.csv.time_format", "--time-format"},
                          {"header.csv.date_order", "--date-order"},
                          {"csv.case_column", "--case-column"},
                          {"csv.activity_column", "--activity-column"},
                          {"csv.time_column", "--time-column"},
                          {"csv.start_time_column", "--start-column"},
                          {"csv.resource_column", "--resource-column"},
                          {"csv.transition_column", "--transition-column"},
                          {"csv.delimiter", "--delimiter"},
                          {"csv.time_zone", "--time-zone"},
                          {"csv.time_format", "--time-format"},
                          {"csv.date_order", "--date-order"}});
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

// A flag, the field of the mapping that it sets, what it takes, and its help.
struct CsvFlag {
  const char* flag;
  std::string* (pb::CsvMapping::*field)();
  const char* takes;
  const char* help;
};

constexpr CsvFlag kCsvFlags[] = {
    {"--case-column", &pb::CsvMapping::mutable_case_column, "NAME",
     "Column of the case (default: found by name)"},
    {"--activity-column", &pb::CsvMapping::mutable_activity_column, "NAME",
     "Column of the activity (default: found by name)"},
    {"--time-column", &pb::CsvMapping::mutable_time_column, "NAME",
     "Column of the time (default: found by name)"},
    {"--start-column", &pb::CsvMapping::mutable_start_time_column, "NAME",
     "Column of the start time; - = none (default: found by name)"},
    {"--resource-column", &pb::CsvMapping::mutable_resource_column, "NAME",
     "Column of who did it; - = none (default: found by name)"},
    {"--transition-column", &pb::CsvMapping::mutable_transition_column, "NAME",
     "Column of the life-cycle transition; - = none (default: found by name)"},
    {"--delimiter", &pb::CsvMapping::mutable_delimiter, "CHARACTER",
     "Between columns (default: found by looking)"},
    {"--time-zone", &pb::CsvMapping::mutable_time_zone, "ZONE",
     "Zone of times that name none, for example Europe/Berlin (default: UTC)"},
    {"--time-format", &pb::CsvMapping::mutable_time_format, "FORMAT",
     "Such as '%d.%m.%y %H:%M' (default: found by looking)"},
};

void AddCsvFlags(CLI::App& command, std::shared_ptr<Options> options) {
  for (const CsvFlag& flag : kCsvFlags) {
    const auto set = [options, field = flag.field](const std::string& value) {
      *(options->csv.*field)() = value;
    };
    Takes(command.add_option_function<std::string>(flag.flag, set, flag.help), flag.takes)
        ->group("CSV");
  }
  const auto set = [options](const std::string& word) {
    options->csv.set_date_order(word == kDayFirst ? pb::CsvMapping::DATE_ORDER_DAY_FIRST
                                                  : pb::CsvMapping::DATE_ORDER_MONTH_FIRST);
  };
  Takes(command.add_option_function<std::string>(
            "--date-order", set,
            "What 03/04/2026 begins with: day-first or month-first (default: found by looking)"),
        "ORDER")
      ->check(CLI::IsMember({kDayFirst, kMonthFirst}))
      ->group("CSV");
}

}  // namespace

void AddImportCommand(CLI::App& app, Action* action) {
  auto options = std::make_shared<Options>();
  CLI::App* command =
      app.add_subcommand("import", "Import an event log: CSV or XES, either gzipped");
  command->group("Study");
  command->add_option("FILE", options->file, "The file; - is standard input")->required();
  Takes(command->add_option("--log", options->log, "Id of the log (default: from the file's name)"),
        "ID");
  Takes(command->add_option("--title", options->title, "What people call it"), "TEXT");
  command->add_flag("--append", options->append, "Add to the log if it exists");
  Takes(command->add_option("--map-transition", options->transitions,
                            "Only events of this life-cycle transition make the map, for example "
                            "complete (repeatable)"),
        "NAME")
      ->allow_extra_args(false);
  AddCsvFlags(*command, options);
  AddExamples(*command,
              {{"plumbline import deals.csv", "columns, delimiter and times are found by looking"},
               {"plumbline import crm.csv --case-column deal_id --activity-column stage \\\n"
                "      --time-column changed_at --time-zone Europe/Berlin",
                ""},
               {"plumbline import log.xes.gz --log claims --map-transition complete", ""}});
  command->callback([=] { *action = [=](Session& s) { return Import(s, *options); }; });
}

}  // namespace plumbline::cli
