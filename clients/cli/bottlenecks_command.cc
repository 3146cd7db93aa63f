// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>
#include <memory>
#include <ostream>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "clients/cli/business_flag.h"
#include "clients/cli/help.h"
#include "clients/cli/improvement_analysis.h"
#include "clients/cli/quality_commands.h"
#include "clients/cli/selection_flags.h"
#include "clients/cli/table.h"
#include "clients/cli/units.h"
#include "clients/cli/unknown_waits.h"
#include "clients/cli/zones.h"
#include "common/base/status_macros.h"

namespace plumbline::cli {
namespace {

namespace pb = analytics::v1;

using Request = pb::RankBottlenecksRequest;

struct Options {
  std::string log, calendar, role, utility, period, zone;
  std::vector<std::string> parts;
  int entries = 0;
  double cost = 0;
  SelectionFlags selection;
};

absl::Status Bottlenecks(Session& session, const Options& options) {
  Request request;
  RETURN_IF_ERROR(SetBusinessTime(session, options.calendar, &request));
  session.wording().Call({{"name", "LOG"},
                          {"role_attribute", "--role"},
                          {"utility_attribute", "--utility"},
                          {"period", "--by"},
                          {"time_zone", "--zone"},
                          {"cost_per_hour", "--cost-per-hour"}});
  request.set_name(session.FullName("eventLogs", options.log));
  RETURN_IF_ERROR(SetSelection(session, options.selection, &request,
                               ZoneOf(options.zone, request.business_time())));
  for (const std::string& part : options.parts) {
    request.add_parts(part == "step"   ? Request::PART_STEP
                      : part == "role" ? Request::PART_ROLE
                                       : Request::PART_UTILITY);
  }
  request.set_role_attribute(options.role);
  request.set_utility_attribute(options.utility);
  request.set_period(ToPeriod(options.period));
  request.set_time_zone(options.zone);
  request.set_max_entries(options.entries);
  request.set_cost_per_hour(options.cost);
  pb::RankBottlenecksResponse response;
  RETURN_IF_ERROR(session.Call(kImprovementAnalysis, "RankBottlenecks", request, &response));
  if (session.json()) {
    session.PrintJson(response);
  } else {
    PrintSelection(response.selection(), session.paper());
    PrintCompletion(response.completion(), session);
    PrintBottlenecks(response, session.paper());
  }
  return absl::OkStatus();
}

// "rising, +2.1 h (0.4 to 3.9 h)".
std::string TrendWords(const pb::DelayTrend& trend, const SpanWords& span) {
  if (trend.direction() == pb::DelayTrend::DIRECTION_NONE) return "none";
  if (trend.direction() == pb::DelayTrend::DIRECTION_UNSPECIFIED) return "";
  const bool rising = trend.direction() == pb::DelayTrend::DIRECTION_RISING;
  std::string words = absl::StrCat(rising ? "rising, +" : "falling, ", span(trend.slope_seconds()));
  if (trend.has_slope_lower_seconds()) {
    absl::StrAppend(&words, " (",
                    span.Range(trend.slope_lower_seconds(), trend.slope_upper_seconds()), ")");
  }
  return words;
}

std::string MeanWords(const pb::DelayedPart& part, const SpanWords& span) {
  if (!part.has_mean_delay_seconds()) return "";
  const std::string mean = span(part.mean_delay_seconds());
  // How much one case more would take nobody can tell from one.
  if (!part.has_mean_delay_lower_seconds()) return absl::StrCat(mean, " (of 1 case)");
  return absl::StrCat(mean, " (",
                      span.Range(part.mean_delay_lower_seconds(), part.mean_delay_upper_seconds()),
                      ")");
}

using Parts = google::protobuf::RepeatedPtrField<pb::DelayedPart>;

std::string NameOf(const pb::DelayedPart& part) {
  return part.name().empty() ? "(none)" : Printable(part.name());
}

// What holds cases, and for how long.
void PrintDelays(const Parts& parts, const std::string& title, const Paper& paper) {
  const SpanWords span(paper);
  Table table({"~" + title, ":delay", ">share", "?>cost", ">cases held", "?>each, on average",
               "-:median wait", "-:95 % within"});
  for (const pb::DelayedPart& part : parts) {
    table.Add({NameOf(part), TimeCell(part.path_delay_seconds()), Percent(part.path_delay_share()),
               part.has_path_delay_cost()
                   ? Count(static_cast<int64_t>(std::llround(part.path_delay_cost())))
                   : "",
               Count(part.delayed_case_count()), MeanWords(part, span),
               part.has_waiting() ? TimeCell(Seconds(part.waiting().median())) : "",
               part.has_waiting() ? TimeCell(Seconds(part.waiting().p95())) : ""});
  }
  table.BreakLines();
  table.Print(paper, 0);
}

// How busy they are, and where that goes; nothing where nothing is known of it.
void PrintLoads(const Parts& parts, const std::string& title, const Paper& paper) {
  const SpanWords span(paper);
  Table table({"~" + title, "?>queue", "?>at most", "?>busy", "?~trend", "?>waiting now",
               "?>beside the path"});
  bool known = false;
  for (const pb::DelayedPart& part : parts) {
    std::vector<std::string> cells = {
        NameOf(part),
        part.has_queue() ? Digits(part.queue().average_length(), 3) : "",
        part.has_queue() ? Count(part.queue().max_length()) : "",
        part.utilisation().has_utilisation() ? Percent(part.utilisation().utilisation()) : "",
        TrendWords(part.trend(), span),
        part.open_count() > 0 ? Count(part.open_count()) : "",
        part.off_path_delay_seconds() > 0 ? span(part.off_path_delay_seconds()) : ""};
    known |= std::any_of(cells.begin() + 1, cells.end(),
                         [](const std::string& cell) { return !cell.empty(); });
    table.Add(std::move(cells));
  }
  if (!known) return;
  paper.out << "\n";
  table.BreakLines();
  table.Print(paper, 0);
}

void PrintParts(const Parts& parts, const pb::Omitted& omitted, const std::string& title,
                const Paper& paper) {
  if (parts.empty()) return;
  paper.out << "\n";
  PrintDelays(parts, title, paper);
  if (omitted.count() > 0) {
    paper.out << "and " << Count(omitted.count()) << " more with " << Percent(omitted.share())
              << " of the delay\n";
  }
  PrintLoads(parts, title, paper);
}

void PrintPath(const pb::RankBottlenecksResponse& ranked, const Paper& paper) {
  const SpanWords span(paper);
  const pb::CriticalPathTime& path = ranked.path();
  std::string words = absl::StrCat(Number(ranked.case_count(), "case", "cases"), " ended in ",
                                   span(path.lead_seconds()), " of lead time");
  const auto share = [&](double seconds, const char* what) {
    if (seconds > 0 && path.lead_seconds() > 0)
      absl::StrAppend(&words, ", ", Percent(seconds / path.lead_seconds()), " ", what);
  };
  words += ":";
  const size_t begin = words.size();
  share(path.waiting_seconds(), "waiting");
  share(path.blocked_seconds(), "blocked");
  share(path.planned_seconds(), "planned");
  share(path.working_seconds(), "worked at");
  share(path.outside_seconds(), "outside of steps");
  if (words.size() > begin) words.erase(begin, 1);  // the first comma
  if (words.size() == begin) words += " none of it took any time";
  words += ".";
  if (ranked.open_case_count() > 0) {
    absl::StrAppend(&words, " ", Number(ranked.open_case_count(), "case is", "cases are"),
                    " open.");
  }
  paper.out << Wrap(words, paper.width, 0) << "\n";
}

}  // namespace

void PrintBottlenecks(const pb::RankBottlenecksResponse& ranked, const Paper& paper) {
  if (ranked.case_count() > 0) PrintPath(ranked, paper);
  PrintParts(ranked.steps(), ranked.omitted_steps(), "step", paper);
  PrintParts(ranked.roles(), ranked.omitted_roles(),
             ranked.role_attribute().empty() ? "resource" : Printable(ranked.role_attribute()),
             paper);
  PrintParts(ranked.utilities(), ranked.omitted_utilities(), "utility", paper);
  if (ranked.unknown_step_open_case_count() > 0) paper.out << "\n";
  PrintUnknownWaits(ranked.unknown_step_open_case_count(), ranked.unknown_step_open_delay_seconds(),
                    paper);
  if (!ranked.absent().empty() && (ranked.case_count() > 0 || !ranked.steps().empty()))
    paper.out << "\n";
  PrintAbsent(ranked.absent(), paper);
}

void AddBottlenecksCommand(args::Command& app, Action* action) {
  auto options = std::make_shared<Options>();
  args::Command* command =
      app.add_subcommand("bottlenecks", "Steps, roles and utilities by how long they hold cases");
  command->group("Study");
  command->add_option("LOG", options->log, "Id of the event log")->required();
  AddSelectionFlags(*command, &options->selection);
  AddCalendarFlag(*command, "Delays", &options->calendar);
  Takes(command->add_option("--part", options->parts,
                            "step, role or utility (repeat for several; default: all)"),
        "PART")
      ->check(args::IsMember({"step", "role", "utility"}));
  Takes(command->add_option("--role", options->role,
                            "Attribute of each event that says who does it; case:KEY, which "
                            "imports have, holds for all of its case (default: role or group where "
                            "there is one, else the resource)"),
        "KEY");
  Takes(command->add_option("--utility", options->utility,
                            "Attribute that names a utility (default: utilities, else utility)"),
        "KEY");
  Takes(
      command->add_option("--by", options->period, "Trends by day, week or month (default: month)"),
      "PERIOD")
      ->check(args::IsMember({"day", "week", "month"}));
  Takes(command->add_option(
            "--zone", options->zone,
            "Time zone of periods and of dates (default: that of the calendar, else UTC)"),
        "ZONE");
  Takes(command->add_option("--entries", options->entries, "Of each list (default: 20)"), "N")
      ->check(args::Range(1, 1'000));
  Takes(command->add_option("--cost-per-hour", options->cost, "What an hour of delay costs"),
        "COST");
  AddExamples(*command, {{"plumbline bottlenecks my-events", ""},
                         {"plumbline bottlenecks my-events --part role --role org:group", ""},
                         {"plumbline bottlenecks my-events --cost-per-hour 80 --by week", ""}});
  command->callback([=] { *action = [=](Session& s) { return Bottlenecks(s, *options); }; });
}

}  // namespace plumbline::cli
