// SPDX-License-Identifier: Apache-2.0
//
// The command group `plumbline calendar`.
#ifndef PLUMBLINE_CLIENTS_CLI_CALENDAR_GROUP_H_
#define PLUMBLINE_CLIENTS_CLI_CALENDAR_GROUP_H_

#include <memory>
#include <ostream>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "clients/cli/args.h"
#include "clients/cli/session.h"
#include "common/base/status_macros.h"

namespace plumbline::cli {

struct CalendarOptions {
  std::string name, file, etag, reason, time, from, to, date, filter, order_by;
  bool dry_run = false, skip_unsupported = false;
  int days = 0, minutes = 0, first_year = 0, last_year = 0, limit = 1000;
};

// The subcommands, which share their options: only one of them runs.
class CalendarGroup {
 public:
  using Command = absl::Status (*)(Session&, const CalendarOptions&);

  CalendarGroup(args::Command& app, Action* action) : action_(action) {
    group_ = app.add_subcommand("calendar", "Working hours, holidays, and business time by them");
    group_->group("Draw");
    group_->require_subcommand(1);
  }

  // Adds `plumbline calendar NAME`, which takes a CALENDAR first where it is `named`.
  args::Command* Add(const char* name, const char* purpose, Command command, bool named = true) {
    args::Command* sub = group_->add_subcommand(name, purpose);
    if (named) sub->add_option("CALENDAR", options_->name, "Id of the calendar")->required();
    sub->callback([action = action_, options = options_, command] {
      *action = [options, command](Session& session) { return command(session, *options); };
    });
    return sub;
  }

  args::Command& app() { return *group_; }
  CalendarOptions& options() { return *options_; }

 private:
  Action* const action_;
  args::Command* group_;
  std::shared_ptr<CalendarOptions> options_ = std::make_shared<CalendarOptions>();
};

// A call about the calendar that was named, whose request has its other fields already. With --json
// its answer is printed here; `show` prints it for people.
template <typename Request, typename Response, typename Show>
absl::Status CallCalendar(Session& session, const CalendarOptions& options, const char* method,
                          Request request, const Show& show) {
  session.wording().Call({{"name", "CALENDAR"}});
  request.set_name(session.FullName("calendars", options.name));
  Response response;
  RETURN_IF_ERROR(session.Call(kCalendars, method, request, &response));
  if (session.json()) {
    session.PrintJson(response);
  } else {
    show(response);
  }
  return absl::OkStatus();
}

// days, add, between, open, workday.
void AddCalendarQuestions(CalendarGroup& group);

}  // namespace plumbline::cli

#endif  // PLUMBLINE_CLIENTS_CLI_CALENDAR_GROUP_H_
