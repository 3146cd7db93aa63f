// SPDX-License-Identifier: Apache-2.0
#include "clients/cli/organization_command.h"

#include <memory>
#include <string>

#include "clients/cli/business_flag.h"
#include "clients/cli/help.h"
#include "clients/cli/selection_flags.h"
#include "clients/cli/zones.h"
#include "common/base/status_macros.h"

namespace plumbline::cli {
namespace {

namespace pb = analytics::v1;

constexpr char kOrganization[] = "/plumbline.analytics.v1.OrganizationService/";

struct Options {
  std::string log, group_by, period, zone, calendar;
  bool together = false, kept = false, steady = false;
  int limit = 20, least = 0, batches = 10;
  double gap_minutes = 15, horizon_hours = 24;
  SelectionFlags selection;
};

template <class Request>
absl::Status Begin(Session& session, const Options& options, Request* request) {
  session.wording().Call({{"name", "LOG"},
                          {"group_by", "--by"},
                          {"period", "--period"},
                          {"time_zone", "--zone"},
                          {"gap", "--gap-minutes"},
                          {"load_horizon", "--load-hours"},
                          {"min_case_count", "--least"}});
  request->set_name(session.FullName("eventLogs", options.log));
  request->set_group_by(options.group_by);
  return SetSelection(session, options.selection, request, ZoneOf(options.zone, {}));
}

template <class Request, class Response, class Print>
absl::Status Ask(Session& session, const char* method, const Request& request, Response* response,
                 const Print& print) {
  RETURN_IF_ERROR(session.Call(kOrganization, method, request, response));
  if (session.json()) {
    session.PrintJson(*response);
  } else {
    PrintSelection(response->selection(), session.paper());
    PrintTimeLegend(session.paper());
    print(*response, session.paper());
  }
  return absl::OkStatus();
}

void SetSeconds(double seconds, google::protobuf::Duration* duration) {
  duration->set_seconds(static_cast<int64_t>(seconds));
}

absl::Status Handovers(Session& session, const Options& options) {
  pb::GetHandoversRequest request;
  RETURN_IF_ERROR(Begin(session, options, &request));
  if (options.together) {
    request.set_relation(pb::GetHandoversRequest::RELATION_WORKING_TOGETHER);
  }
  request.set_include_kept(options.kept);
  RETURN_IF_ERROR(SetBusinessTime(session, options.calendar, &request));
  request.set_max_pairs(options.limit);
  request.set_max_performers(options.limit);
  pb::GetHandoversResponse response;
  return Ask(session, "GetHandovers", request, &response, PrintHandovers);
}

absl::Status Workload(Session& session, const Options& options) {
  pb::GetWorkloadRequest request;
  RETURN_IF_ERROR(Begin(session, options, &request));
  request.set_time_zone(options.zone);
  RETURN_IF_ERROR(SetBusinessTime(session, options.calendar, &request));
  request.set_period(ToPeriod(options.period));
  SetSeconds(options.horizon_hours * 3600, request.mutable_load_horizon());
  request.set_max_performers(options.limit);
  pb::GetWorkloadResponse response;
  const absl::TimeZone zone = ZoneOf(options.zone, {});
  return Ask(
      session, "GetWorkload", request, &response,
      [&](const auto& workload, const Paper& paper) { PrintWorkload(workload, paper, zone); });
}

absl::Status Batches(Session& session, const Options& options) {
  pb::GetBatchesRequest request;
  RETURN_IF_ERROR(Begin(session, options, &request));
  SetSeconds(options.gap_minutes * 60, request.mutable_gap());
  request.set_min_case_count(options.least);
  request.set_include_steady_work(options.steady);
  request.set_max_entries(options.limit);
  request.set_max_batches(options.batches);
  pb::GetBatchesResponse response;
  return Ask(session, "GetBatches", request, &response, PrintBatches);
}

void AddHandovers(args::Command& command, Options& options) {
  args::Option* together =
      command.add_flag("--together", options.together, "Who works on the same cases instead");
  command.add_flag("--kept", options.kept, "Also what goes on with the same person or team")
      ->excludes(together);
  AddCalendarFlag(command, "Waits", &options.calendar)->excludes(together);
  AddExamples(command, {{"plumbline handovers my-events", "between people"},
                        {"plumbline handovers my-events --by org:group", "between teams"}});
}

void AddWorkload(args::Command& command, Options& options) {
  AddCalendarFlag(command, "Busy time", &options.calendar);
  Takes(
      command.add_option("--period", options.period, "Also the work of all by day, week or month"),
      "PERIOD")
      ->check(args::IsMember({"day", "week", "month"}));
  Takes(command.add_option("--zone", options.zone, "Time zone of days and of dates (default: UTC)"),
        "ZONE");
  Takes(command.add_option("--load-hours", options.horizon_hours,
                           "What was begun in so many hours before is the load of an item "
                           "(default: 24)"),
        "HOURS")
      ->check(args::Range(0.02, 8784.0));
  AddExamples(command,
              {{"plumbline workload my-events --period month", ""},
               {"plumbline workload my-events --event-filter 'resource = ada' --only-events",
                "of one person"}});
}

void AddBatches(args::Command& command, Options& options) {
  Takes(command.add_option("--gap-minutes", options.gap_minutes,
                           "Longest pause within a batch (default: 15)"),
        "MINUTES")
      ->check(args::Range(0.0, 527'040.0));
  Takes(command.add_option("--least", options.least, "Least cases of a batch (default: 2)"), "N")
      ->check(args::Range(2, 1'000'000));
  Takes(command.add_option("--batches", options.batches, "Largest batches to show (default: 10)"),
        "N")
      ->check(args::Range(1, 1'000));
  command.add_flag("--steady", options.steady,
                   "Also what came up while the batch was being worked on");
  AddExamples(command, {{"plumbline batches my-events --gap-minutes 5", ""}});
}

}  // namespace

void AddOrganizationCommands(args::Command& app, Action* action) {
  const auto add = [&](const char* name, const char* help,
                       absl::Status (*run)(Session&, const Options&),
                       void (*add_options)(args::Command&, Options&)) {
    auto options = std::make_shared<Options>();
    args::Command* command = app.add_subcommand(name, help);
    command->group("Study");
    command->add_option("LOG", options->log, "Id of the event log")->required();
    Takes(command->add_option("--by", options->group_by,
                              "Who does it: an attribute, as org:group (default: the resource)"),
          "ATTRIBUTE");
    Takes(command->add_option("--limit", options->limit, "Rows to show (default: 20)"), "N")
        ->check(args::Range(1, 10'000));
    add_options(*command, *options);
    AddSelectionFlags(*command, &options->selection);
    command->callback([=] { *action = [=](Session& s) { return run(s, *options); }; });
  };
  add("handovers", "How work goes from one person or team to another, and how long it waits",
      Handovers, AddHandovers);
  add("workload", "How much people or teams do, and whether more of it makes them slower", Workload,
      AddWorkload);
  add("batches", "What is collected and then done in one go, and what that costs", Batches,
      AddBatches);
}

}  // namespace plumbline::cli
