// SPDX-License-Identifier: Apache-2.0
//
// Which cases a question about a log is about: flags of every such command.
#ifndef PLUMBLINE_CLIENTS_CLI_SELECTION_FLAGS_H_
#define PLUMBLINE_CLIENTS_CLI_SELECTION_FLAGS_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "clients/cli/args.h"
#include "clients/cli/session.h"
#include "plumbline/analytics/v1/selection.pb.h"

namespace plumbline::cli {

// Which cases have ended.
struct CompletionFlags {
  std::vector<std::string> activities;
  std::string idle;
  bool last = false, all = false;

  bool any() const { return !activities.empty() || !idle.empty() || all; }
};

// Adds --completion, --completion-last, --completion-idle and --completion-all. `flags` must
// outlive the command.
void AddCompletionFlags(args::Command& command, CompletionFlags* flags);

// Sets what a flag asks for, and what errors call its fields, which are below `path`
// ("selection."). FIELD_INVALID for a span that is none.
absl::Status SetCompletion(Session& session, const CompletionFlags& flags, const std::string& path,
                           analytics::v1::Selection* selection);

// "Won, Lost", "at rest for 30 d"; "" where nothing is said.
std::string CompletionText(const analytics::v1::CaseCompletion& completion);

// In which time figures are said, where that is not the wall clock.
void PrintTimeLegend(const Paper& paper);

// What figures stand on: in which time they are said, where that is not the wall clock; how many
// cases count as ended, by what, and how many are open; where the log does not say, with the
// remedy.
void PrintCompletion(const analytics::v1::CompletionSummary& summary, Session& session);

struct SelectionFlags {
  std::string filter, event_filter, from, to, window;
  bool only_events = false;
  CompletionFlags completion;
};

// Adds --filter, --event-filter, --only-events, --from, --to, --window, and those of
// AddCompletionFlags. `flags` must outlive the command.
void AddSelectionFlags(args::Command& command, SelectionFlags* flags);

// Sets the selection of a request where a flag asks for one, and what errors call its fields. Dates
// are of `zone`: that of the question (ZoneOf). FIELD_INVALID for times that are none.
template <class Request>
absl::Status SetSelection(Session& session, const SelectionFlags& flags, Request* request,
                          const absl::TimeZone& zone = absl::UTCTimeZone());

// day, week or month as a request says it; not said for anything else.
analytics::v1::Period ToPeriod(absl::string_view word);

// "312 of 13,087 cases (2.4 %) are selected ...", and notes. Nothing of a whole log.
void PrintSelection(const analytics::v1::SelectionSummary& summary, const Paper& paper);

// What the template above is made of. Whether there is a selection.
absl::StatusOr<bool> ReadSelection(Session& session, const SelectionFlags& flags,
                                   const absl::TimeZone& zone, analytics::v1::Selection* selection);

template <class Request>
absl::Status SetSelection(Session& session, const SelectionFlags& flags, Request* request,
                          const absl::TimeZone& zone) {
  analytics::v1::Selection selection;
  absl::StatusOr<bool> any = ReadSelection(session, flags, zone, &selection);
  if (any.ok() && *any) *request->mutable_selection() = std::move(selection);
  return any.status();
}

}  // namespace plumbline::cli

#endif  // PLUMBLINE_CLIENTS_CLI_SELECTION_FLAGS_H_
