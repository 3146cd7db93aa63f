// SPDX-License-Identifier: Apache-2.0
//
// The command group `plumbline calendar`.
#ifndef PLUMBLINE_CLIENTS_CLI_CALENDAR_GROUP_H_
#define PLUMBLINE_CLIENTS_CLI_CALENDAR_GROUP_H_

#include <memory>
#include <string>
#include <vector>

#include "CLI/CLI.hpp"
#include "absl/status/status.h"
#include "clients/cli/session.h"

namespace plumbline::cli {

struct CalendarOptions {
  std::string name, file, etag, output = "yaml", time, from, to, date;
  std::vector<std::string> files;
  bool dry_run = false, force = false, skip_unsupported = false;
  int limit = 1000, days = 0, minutes = 0, first_year = 0, last_year = 0;
};

// The subcommands, which share their options: only one of them runs.
class CalendarGroup {
 public:
  using Command = absl::Status (*)(Session&, const CalendarOptions&);

  CalendarGroup(CLI::App& app, Action* action) : action_(action) {
    group_ = app.add_subcommand("calendar", "Working hours, holidays and business time");
    group_->require_subcommand(1);
  }

  // Adds `plumbline calendar NAME`, which takes a CALENDAR first where it is `named`.
  CLI::App* Add(const char* name, const char* purpose, Command command, bool named = true) {
    CLI::App* sub = group_->add_subcommand(name, purpose);
    if (named) sub->add_option("CALENDAR", options_->name, "Its id")->required();
    sub->callback([action = action_, options = options_, command] {
      *action = [options, command](Session& session) { return command(session, *options); };
    });
    return sub;
  }

  CalendarOptions& options() { return *options_; }

 private:
  Action* const action_;
  CLI::App* group_;
  std::shared_ptr<CalendarOptions> options_ = std::make_shared<CalendarOptions>();
};

// "workspaces/{w}/calendars/{id}" of the calendar that was named.
inline std::string CalendarName(const Session& session, const CalendarOptions& options) {
  return session.FullName("calendars", options.name);
}

// days, add, between, open, workday.
void AddCalendarQuestions(CalendarGroup& group);

}  // namespace plumbline::cli

#endif  // PLUMBLINE_CLIENTS_CLI_CALENDAR_GROUP_H_
