// SPDX-License-Identifier: Apache-2.0
#include "clients/cli/cascade_command.h"

#include <memory>
#include <ostream>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "clients/cli/business_flag.h"
#include "clients/cli/help.h"
#include "clients/cli/selection_flags.h"
#include "clients/cli/zones.h"
#include "common/base/error.h"
#include "common/base/status_macros.h"

namespace plumbline::cli {
namespace {

namespace pb = analytics::v1;

constexpr char kCascade[] = "/plumbline.analytics.v1.CascadeService/";

struct Options {
  std::string log, calendar, from, to, as_of, until;
  std::vector<std::string> down, slower, fewer, surge, servers;
  int runs = 200, cases = 20, steps = 20;
  uint64_t seed = 1;
  double arrivals = -1;
  bool by_role = false;
  SelectionFlags selection;
};

const char* NameOf(DisruptionFlag flag) {
  switch (flag) {
    case DisruptionFlag::kDown:
      return "--down";
    case DisruptionFlag::kSlower:
      return "--slower";
    case DisruptionFlag::kServers:
      return "--fewer";
    case DisruptionFlag::kSurge:
      break;
  }
  return "--surge";
}

void SetTarget(absl::string_view name, pb::Disruption* disruption) {
  if (absl::ConsumePrefix(&name, "utility:")) {
    disruption->set_utility(std::string(name));
  } else if (absl::ConsumePrefix(&name, "role:")) {
    disruption->set_role(std::string(name));
  } else if (absl::ConsumePrefix(&name, "step:")) {
    disruption->set_step(std::string(name));
  } else {
    disruption->set_any(std::string(name));
  }
}

absl::Status SetEffect(DisruptionFlag flag, absl::string_view number, pb::Disruption* disruption) {
  double value = 0;
  if (!absl::SimpleAtod(number, &value)) {
    return base::FieldError(NameOf(flag),
                            absl::StrCat("'", number, "' is no number; write ",
                                         flag == DisruptionFlag::kSurge ? "2" : "legal-queue=2"));
  }
  if (flag == DisruptionFlag::kSlower) disruption->set_time_factor(value);
  if (flag == DisruptionFlag::kSurge) disruption->set_arrival_factor(value);
  if (flag != DisruptionFlag::kServers) return absl::OkStatus();
  int32_t servers = 0;
  if (!absl::SimpleAtoi(number, &servers))
    return base::FieldError(NameOf(flag), absl::StrCat("'", number, "' is no whole number"));
  disruption->set_servers(servers);
  return absl::OkStatus();
}

// Takes "@FROM..TO" off the end, if it is there. Names may hold an "@" too.
absl::Status TakeTimes(DisruptionFlag flag, const absl::TimeZone& zone, absl::string_view* text,
                       pb::Disruption* disruption) {
  const size_t at = text->rfind('@');
  if (at == absl::string_view::npos) return absl::OkStatus();
  const absl::string_view times = text->substr(at + 1);
  const size_t dots = times.find("..");
  if (dots == absl::string_view::npos) return absl::OkStatus();
  *text = text->substr(0, at);
  RETURN_IF_ERROR(SetTimeIn(zone, NameOf(flag), times.substr(0, dots), disruption, "start_time"));
  return SetTimeIn(zone, NameOf(flag), times.substr(dots + 2), disruption, "end_time");
}

absl::Status AddDisruptions(DisruptionFlag flag, const std::vector<std::string>& texts,
                            const Options& options, Session& session,
                            pb::SimulateCascadeRequest* request) {
  const absl::TimeZone zone = ZoneOf("", request->business_time());
  for (const std::string& text : texts) {
    const std::string field = absl::StrCat("disruptions[", request->disruptions_size(), "]");
    pb::Disruption& one = *request->add_disruptions();
    RETURN_IF_ERROR(ParseDisruption(flag, text, &one, zone));
    if (!one.has_start_time())
      RETURN_IF_ERROR(SetTimeIn(zone, "--from", options.from, &one, "start_time"));
    if (!one.has_end_time()) RETURN_IF_ERROR(SetTimeIn(zone, "--to", options.to, &one, "end_time"));
    session.wording().Call({{field, absl::StrCat(NameOf(flag), " ", text)},
                            {absl::StrCat(field, ".start_time"), "--from"},
                            {absl::StrCat(field, ".end_time"), "--to"}});
  }
  return absl::OkStatus();
}

absl::Status AddServers(const Options& options, pb::SimulateCascadeRequest* request) {
  for (const std::string& text : options.servers) {
    const size_t equals = text.rfind('=');
    int32_t servers = 0;
    if (equals == std::string::npos || !absl::SimpleAtoi(text.substr(equals + 1), &servers)) {
      return base::FieldError("--servers",
                              absl::StrCat("'", text, "' is not like \"Legal review=3\""));
    }
    pb::StationServers& one = *request->add_servers();
    one.set_station(text.substr(0, equals));
    one.set_servers(servers);
  }
  return absl::OkStatus();
}

absl::Status Fill(Session& session, const Options& options, pb::SimulateCascadeRequest* request) {
  RETURN_IF_ERROR(SetBusinessTime(session, options.calendar, request));
  session.wording().Call({{"name", "LOG"},
                          {"selection", "LOG"},
                          {"business_time", "--calendar"},
                          {"as_of_time", "--as-of"},
                          {"until_time", "--until"},
                          {"runs", "--runs"},
                          {"arrivals_per_day", "--arrivals"},
                          {"servers", "--servers"},
                          {"end_time", "--to"},
                          {"needs", "the process in the catalog"}});
  request->set_name(session.FullName("eventLogs", options.log));
  const absl::TimeZone zone = ZoneOf("", request->business_time());
  RETURN_IF_ERROR(SetSelection(session, options.selection, request, zone));
  RETURN_IF_ERROR(AddDisruptions(DisruptionFlag::kDown, options.down, options, session, request));
  RETURN_IF_ERROR(
      AddDisruptions(DisruptionFlag::kSlower, options.slower, options, session, request));
  RETURN_IF_ERROR(
      AddDisruptions(DisruptionFlag::kServers, options.fewer, options, session, request));
  RETURN_IF_ERROR(AddDisruptions(DisruptionFlag::kSurge, options.surge, options, session, request));
  if (request->disruptions().empty()) {
    return base::FieldError("--down",
                            "say what happens: --down NAME, --slower NAME=TIMES, --fewer NAME=N or "
                            "--surge TIMES");
  }
  RETURN_IF_ERROR(SetTimeIn(zone, "--as-of", options.as_of, request, "as_of_time"));
  RETURN_IF_ERROR(SetTimeIn(zone, "--until", options.until, request, "until_time"));
  RETURN_IF_ERROR(AddServers(options, request));
  request->set_runs(options.runs);
  request->set_seed(options.seed);
  request->set_max_cases(options.cases);
  request->set_max_steps(options.steps);
  if (options.arrivals >= 0) request->set_arrivals_per_day(options.arrivals);
  if (options.by_role) request->set_pooling(pb::SimulateCascadeRequest::POOLING_ROLE);
  ReadNeeds(session, options.log, request);
  return absl::OkStatus();
}

absl::Status Cascade(Session& session, const Options& options) {
  pb::SimulateCascadeRequest request;
  RETURN_IF_ERROR(Fill(session, options, &request));
  pb::SimulateCascadeResponse response;
  RETURN_IF_ERROR(session.Call(kCascade, "SimulateCascade", request, &response));
  if (session.json()) {
    session.PrintJson(response);
  } else {
    PrintSelection(response.selection(), session.paper());
    PrintCompletion(response.completion(), session);
    PrintCascade(request, response, session.paper());
  }
  return absl::OkStatus();
}

void AddWhat(args::Command& command, Options& options) {
  Takes(command.add_option("--down", options.down,
                           "Nothing that needs it is begun, and what was begun rests: a utility, a "
                           "role or a step (utility:NAME, role:NAME, step:NAME where names clash). "
                           "May be repeated, as the next ones"),
        "NAME");
  Takes(
      command.add_option("--slower", options.slower, "Takes so many times as long: legal-queue=2"),
      "NAME=TIMES");
  Takes(command.add_option("--fewer", options.fewer, "At most so many work at a time: sales-ops=1"),
        "NAME=N");
  Takes(command.add_option("--surge", options.surge, "So many times as many cases come"), "TIMES");
  Takes(command.add_option("--from", options.from,
                           "When that begins (default: at once); another time of one of several: "
                           "crm@2026-03-02..2026-03-04"),
        "TIME");
  Takes(command.add_option("--to", options.to, "Until just before; needed for --down"), "TIME");
}

void AddHow(args::Command& command, Options& options) {
  AddCompletionFlags(command, &options.selection.completion);
  Takes(command.add_option("--as-of", options.as_of,
                           "When the simulation begins (default: the last event of the log)"),
        "TIME");
  Takes(command.add_option("--until", options.until, "Look at backlogs until then"), "TIME");
  Takes(command.add_option("--servers", options.servers,
                           "How many work at a time at a step, or with --by-role a role, where the "
                           "log shows it wrong: \"Legal review=3\""),
        "STEP=N");
  command.add_flag("--by-role", options.by_role, "Steps of one role are done by the same people");
  Takes(command.add_option("--arrivals", options.arrivals,
                           "New cases per day (default: as many as came)"),
        "N")
      ->check(args::Range(0.0, 1e7));
  Takes(command.add_option("--filter", options.selection.filter,
                           "Learn from these cases, and simulate these, only"),
        "FILTER");
  Takes(command.add_option("--cases", options.cases, "Cases to show (default: 20)"), "N")
      ->check(args::Range(1, 10'000));
  Takes(command.add_option("--steps", options.steps, "Steps to show (default: 20)"), "N")
      ->check(args::Range(1, 10'000));
  Takes(command.add_option("--runs", options.runs, "Runs of chance (default: 200)"), "N")
      ->check(args::Range(20, 10'000));
  Takes(command.add_option("--seed", options.seed, "The same seed gives the same answer"), "N");
}

}  // namespace

absl::Status ParseDisruption(DisruptionFlag flag, const std::string& text,
                             pb::Disruption* disruption, const absl::TimeZone& zone) {
  absl::string_view left = text;
  RETURN_IF_ERROR(TakeTimes(flag, zone, &left, disruption));
  if (flag == DisruptionFlag::kSurge) return SetEffect(flag, left, disruption);
  if (flag == DisruptionFlag::kDown) {
    SetTarget(left, disruption);
    disruption->set_down(true);
    return absl::OkStatus();
  }
  const size_t equals = left.rfind('=');
  if (equals == absl::string_view::npos) {
    return base::FieldError(NameOf(flag),
                            absl::StrCat("'", left, "' has no number; write ", left, "=2"));
  }
  SetTarget(left.substr(0, equals), disruption);
  return SetEffect(flag, left.substr(equals + 1), disruption);
}

void AddCascadeCommand(args::Command& app, Action* action) {
  auto options = std::make_shared<Options>();
  args::Command* command = app.add_subcommand(
      "cascade", "Which open cases slip, and by how much, if something is down or slow");
  command->group("Study");
  command->add_option("LOG", options->log, "Id of the event log")->required();
  AddWhat(*command, *options);
  AddCalendarFlag(*command, "Slips", &options->calendar);
  AddHow(*command, *options);
  AddExamples(*command,
              {{"plumbline cascade sales-rep-onboarding --down crm --from 2026-03-02 --to "
                "2026-03-04",
                "the CRM is down from Monday to Wednesday"},
               {"plumbline cascade sales-rep-onboarding --slower legal-queue=2",
                "the queue of legal takes twice as long"},
               {"plumbline cascade deals --fewer step:Won=1 --to 2026-04-01 --completion Won \\\n"
                "      --completion Lost",
                "one closes deals until April"}});
  command->callback([=] { *action = [=](Session& s) { return Cascade(s, *options); }; });
}

}  // namespace plumbline::cli
