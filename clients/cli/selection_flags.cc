// SPDX-License-Identifier: Apache-2.0
#include "clients/cli/selection_flags.h"

#include <ostream>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "clients/cli/help.h"
#include "clients/cli/quality_commands.h"
#include "clients/cli/units.h"
#include "clients/cli/zones.h"
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

void AddCompletionFlags(args::Command& command, CompletionFlags* flags) {
  const char* const kGroup = "Which cases have ended (default: those that the log marks)";
  args::Option* activities =
      Takes(command.add_option("--completion", flags->activities,
                               "Those that had this activity (repeat for several)"),
            "ACTIVITY");
  activities->allow_extra_args(false)->group(kGroup);
  command
      .add_flag("--completion-last", flags->last, "With --completion: only if nothing came after")
      ->needs(activities)
      ->group(kGroup);
  args::Option* idle =
      Takes(command.add_option("--completion-idle", flags->idle,
                               "Those without an event for so long before the end of the log: 30d"),
            "SPAN");
  idle->excludes(activities)->group(kGroup);
  command.add_flag("--completion-all", flags->all, "All, whatever the log marks")
      ->excludes(activities)
      ->excludes(idle)
      ->group(kGroup);
}

absl::Status SetCompletion(Session& session, const CompletionFlags& flags, const std::string& path,
                           pb::Selection* selection) {
  const std::string field = absl::StrCat(path, "completion");
  session.wording().Call({{field, "--completion"},
                          {absl::StrCat(field, ".activities"), "--completion"},
                          {absl::StrCat(field, ".idle_time"), "--completion-idle"}});
  if (!flags.any()) return absl::OkStatus();
  pb::CaseCompletion& completion = *selection->mutable_completion();
  for (const std::string& activity : flags.activities) completion.add_activities(activity);
  completion.set_rule(flags.all             ? pb::CaseCompletion::RULE_ALL
                      : !flags.idle.empty() ? pb::CaseCompletion::RULE_IDLE
                      : flags.last          ? pb::CaseCompletion::RULE_LAST_ACTIVITY
                                            : pb::CaseCompletion::RULE_ACTIVITY);
  if (flags.idle.empty()) return absl::OkStatus();
  return SetSpan("--completion-idle", flags.idle, completion.mutable_idle_time());
}

std::string CompletionText(const pb::CaseCompletion& completion) {
  switch (completion.rule()) {
    case pb::CaseCompletion::RULE_ACTIVITY:
      return absl::StrJoin(completion.activities(), ", ");
    case pb::CaseCompletion::RULE_LAST_ACTIVITY:
      return absl::StrCat(absl::StrJoin(completion.activities(), ", "), ", as the last event");
    case pb::CaseCompletion::RULE_IDLE:
      return absl::StrCat("at rest for ", Span(completion.idle_time()));
    case pb::CaseCompletion::RULE_ALL:
      return "all, with their last events";
    default:
      return "";
  }
}

void PrintTimeLegend(const Paper& paper) {
  if (const std::string legend = SpanWords(paper).Legend(); !legend.empty())
    paper.out << legend << "\n\n";
}

void PrintCompletion(const pb::CompletionSummary& summary, Session& session) {
  const Paper& paper = session.paper();
  PrintTimeLegend(paper);
  if (summary.text().empty()) return;
  // What is not JSON is for people: what they may type, and not the field of the request.
  session.wording().Call({{"selection.completion", "--completion"},
                          {"selection.completion.idle_time", "--completion-idle"}});
  paper.out << Wrap(Printable(session.wording().Sentence(summary.text())), paper.width, 0)
            << "\n\n";
}

void AddSelectionFlags(args::Command& command, SelectionFlags* flags) {
  const char* const kGroup = "Which cases";
  Takes(command.add_option("--filter", flags->filter,
                           "Only cases for which this holds, as 'duration > 90d AND "
                           "follows:\"A > B\"' (see docs/filters.md)"),
        "CONDITION")
      ->group(kGroup);
  args::Option* events =
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
      ->check(args::IsMember({"started", "contained", "intersecting", "ended"}))
      ->group(kGroup);
  AddCompletionFlags(command, &flags->completion);
}

absl::StatusOr<bool> ReadSelection(Session& session, const SelectionFlags& flags,
                                   const absl::TimeZone& zone, pb::Selection* selection) {
  session.wording().Call({{"selection.filter", "--filter"},
                          {"selection.event_filter", "--event-filter"},
                          {"selection.only_matching_events", "--only-events"},
                          {"event_filter", "--event-filter"},
                          {"only_matching_events", "--only-events"},
                          {"selection.window.start_time", "--from"},
                          {"selection.window.end_time", "--to"}});
  selection->set_filter(flags.filter);
  selection->set_event_filter(flags.event_filter);
  selection->set_only_matching_events(flags.only_events);
  if (!flags.from.empty() || !flags.to.empty()) {
    pb::TimeWindow* window = selection->mutable_window();
    window->set_mode(ModeOf(flags.window));
    RETURN_IF_ERROR(SetTimeIn(zone, "--from", flags.from, window, "start_time"));
    RETURN_IF_ERROR(SetTimeIn(zone, "--to", flags.to, window, "end_time"));
  }
  RETURN_IF_ERROR(SetCompletion(session, flags.completion, "selection.", selection));
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
  paper.out << Wrap(text, paper.width, 0) << "\n";
  for (const std::string& note : summary.notes())
    paper.out << Wrap(absl::StrCat("Note: ", Printable(note)), paper.width, 2) << "\n";
  paper.out << "\n";
}

}  // namespace plumbline::cli
