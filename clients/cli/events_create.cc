// SPDX-License-Identifier: Apache-2.0
//
// events create: a log to which events can be sent.
#include <memory>
#include <ostream>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "clients/cli/event_data.h"
#include "clients/cli/help.h"
#include "common/base/error.h"
#include "common/base/ids.h"
#include "common/base/status_macros.h"
#include "plumbline/analytics/v1/analytics_service.pb.h"

namespace plumbline::cli {
namespace {

namespace pb = analytics::v1;

struct Options {
  std::string log, title;
  std::vector<std::string> transitions;
};

absl::Status Create(Session& session, const Options& options) {
  session.wording().Call({{"event_log_id", "LOG"},
                          {"event_log.title", "--title"},
                          {"event_log.map_transitions", "--map-transition"}});
  pb::CreateEventLogRequest request;
  request.set_parent(session.parent());
  request.set_event_log_id(options.log);
  request.mutable_event_log()->set_title(options.title);
  for (const std::string& transition : options.transitions)
    request.mutable_event_log()->add_map_transitions(transition);
  request.set_request_id(base::NewUuid());
  pb::CreateEventLogResponse response;
  const absl::Status status = session.Call(kAnalytics, "CreateEventLog", request, &response);
  if (base::ReasonOf(status) == base::Reason::ERROR_REASON_RESOURCE_ALREADY_EXISTS) {
    session.SetHint(absl::StrCat("give another id, or send to it: plumbline events send ",
                                 options.log, " FILE --producer NAME"));
  }
  RETURN_IF_ERROR(status);
  if (session.json()) {
    session.PrintJson(response);
    return absl::OkStatus();
  }
  session.out() << "Event log " << options.log
                << " is there, without events\n  next: plumbline events send " << options.log
                << " FILE --producer NAME\n";
  return absl::OkStatus();
}

}  // namespace

void AddEventsCreate(args::Command& events, Action* action) {
  auto options = std::make_shared<Options>();
  args::Command* command =
      events.add_subcommand("create", "Make an empty log, to send events to as they happen");
  command->add_option("LOG", options->log, "Id of the log; none has it yet")->required();
  Takes(command->add_option("--title", options->title, "What people call it"), "TEXT");
  Takes(command->add_option("--map-transition", options->transitions,
                            "Only events of this life-cycle transition make the map and the "
                            "variants, for example complete (repeatable)"),
        "NAME")
      ->allow_extra_args(false);
  AddExamples(*command, {{"plumbline events create deals --title 'Deals of the CRM'", ""}});
  command->callback([=] { *action = [=](Session& s) { return Create(s, *options); }; });
}

}  // namespace plumbline::cli
