// SPDX-License-Identifier: Apache-2.0
#include "clients/cli/selection_flags.h"

#include <ostream>
#include <utility>

#include "absl/strings/str_cat.h"
#include "clients/cli/help.h"
#include "clients/cli/units.h"
#include "common/base/status_macros.h"

namespace plumbline::cli {
namespace {

namespace pb = analytics::v1;

pb::TimeWindow::Mode ModeOf(const std::string& window) {
  return window == "contained"      ? pb::TimeWindow::MODE_CONTAINED
         : window == "intersecting" ? pb::TimeWindow::MODE_INTERSECTING
         : window == "ended"        ? pb::TimeWindow::MODE_ENDED
                                    : pb::TimeWindow::MODE_STARTED;
}

double ShareOf(int64_t part, int64_t whole) {
  return whole == 0 ? 0 : static_cast<double>(part) / static_cast<double>(whole);
}

}  // namespace

void AddSelectionFlags(CLI::App& command, SelectionFlags* flags) {
  const char* const kGroup = "Which cases";
  Takes(command.add_option("--filter", flags->filter,
                           "Only cases for which this holds, as 'duration > 90d AND "
                           "follows:\"A > B\"' (see docs/filters.md)"),
        "CONDITION")
      ->group(kGroup);
  CLI::Option* events =
      Takes(command.add_option("--event-filter", flags->event_filter,
                               "Only cases with an event for which this holds, as 'activity = A "
                               "AND resource = ada'"),
            "CONDITION")
          ->group(kGroup);
  command
      .add_flag("--only-events", flags->only_events, "Of these cases, only the events themselves")
      ->needs(events)
      ->group(kGroup);
  Takes(command.add_option("--from", flags->from, "Only cases that began then or later"), "TIME")
      ->group(kGroup);
  Takes(command.add_option("--to", flags->to, "Only cases that began before"), "TIME")
      ->group(kGroup);
  Takes(command.add_option("--window", flags->window,
                           "How cases lie between --from and --to: started (default), contained, "
                           "intersecting or ended"),
        "HOW")
      ->check(CLI::IsMember({"started", "contained", "intersecting", "ended"}))
      ->group(kGroup);
}

absl::StatusOr<bool> ReadSelection(Session& session, const SelectionFlags& flags,
                                   pb::Selection* selection) {
  session.wording().Call({{"selection.filter", "--filter"},
                          {"selection.event_filter", "--event-filter"},
                          {"selection.only_matching_events", "--only-events"},
                          {"selection.window.start_time", "--from"},
                          {"selection.window.end_time", "--to"}});
  selection->set_filter(flags.filter);
  selection->set_event_filter(flags.event_filter);
  selection->set_only_matching_events(flags.only_events);
  if (!flags.from.empty() || !flags.to.empty()) {
    pb::TimeWindow* window = selection->mutable_window();
    window->set_mode(ModeOf(flags.window));
    RETURN_IF_ERROR(SetTime("--from", flags.from, window, "start_time"));
    RETURN_IF_ERROR(SetTime("--to", flags.to, window, "end_time"));
  }
  return selection->ByteSizeLong() > 0;
}

pb::Period ToPeriod(absl::string_view word) {
  return word == "day"     ? pb::PERIOD_DAY
         : word == "week"  ? pb::PERIOD_WEEK
         : word == "month" ? pb::PERIOD_MONTH
                           : pb::PERIOD_UNSPECIFIED;
}

void PrintSelection(const pb::SelectionSummary& summary, const Paper& paper) {
  if (summary.total_case_count() == 0) return;
  std::string text = absl::StrCat(
      Count(summary.case_count()), " of ", Number(summary.total_case_count(), "case", "cases"),
      " (", Percent(ShareOf(summary.case_count(), summary.total_case_count())), "), ",
      Count(summary.event_count()), " of ", Number(summary.total_event_count(), "event", "events"),
      " are selected.");
  for (const std::string& note : summary.notes()) {
    absl::StrAppend(&text, "\nNote: ", Printable(note));
  }
  paper.out << text << "\n\n";
}

}  // namespace plumbline::cli
