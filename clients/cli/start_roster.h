// SPDX-License-Identifier: Apache-2.0
#ifndef PLUMBLINE_CLIENTS_CLI_START_ROSTER_H_
#define PLUMBLINE_CLIENTS_CLI_START_ROSTER_H_

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "clients/cli/onboarding.h"
#include "clients/cli/plan_notes.h"
#include "clients/cli/roster.h"
#include "clients/cli/session.h"

namespace plumbline::cli {

// How the on-boardings of a roster are started.
struct RosterOptions {
  std::string file;  // "-" = standard input
  std::string process;
  bool allow_existing = false;
  bool dry_run = false;
  ChangeOptions change;
  // Of every line that says no other value of the key.
  google::protobuf::Map<std::string, std::string> labels;
  // Leaves lines for later whose day one is further away, in days of the calendar.
  std::optional<int> ahead_days;
  // Goes on, and begins again every so often, until it is interrupted; zero = once.
  absl::Duration every = absl::ZeroDuration();
};

// "14d" or "2w", 0 to 3,660 days; FIELD_INVALID for anything else.
absl::StatusOr<int> ParseAhead(const std::string& text);
// "90s", "30m", "1h", "1d", from a second to seven days; FIELD_INVALID for anything else.
absl::StatusOr<absl::Duration> ParseEvery(const std::string& text);

// What became of the lines of a roster.
struct RosterCounts {
  int started = 0;
  int existing = 0;
  int later = 0;
  int failed = 0;
  int first_failed = 0;  // its line
};

// Starts the lines of a roster, round by round. Used by one thread.
class RosterStarter {
 public:
  // Both must outlive it.
  RosterStarter(Session& session, const RosterOptions& options)
      : session_(session), options_(options) {}

  // Starts the lines whose time has come, up to 1,000 at a time, and prints one for each; from the
  // second round on only those that were started, or failed for another reason than before. What an
  // earlier round found started is not asked for again. Errors: those of calls; of lines see
  // failure().
  absl::StatusOr<RosterCounts> Round(const std::vector<RosterRow>& rows);
  // The error of the last round: that of the first line that failed, with how many did. For people
  // its message is the whole of it.
  const absl::Status& failure() const { return failure_; }

 private:
  struct Outcome;
  void Fail(const RosterRow& row, const onboarding::v1::StartedOnboarding& result,
            Outcome* outcome);
  // What has to be known of one that was started; "" = nothing.
  std::string NoteOf(const onboarding::v1::StartedOnboarding& result);
  // Tells the others.
  std::vector<const RosterRow*> WhoseTimeHasCome(const std::vector<RosterRow>& rows,
                                                 Outcome* outcome);
  // Of lines for later: those that are there already.
  void TellLater(const std::vector<const RosterRow*>& rows, Outcome* outcome);
  // Adds to settled_ which lines are there already; none where the service does not say.
  void FindStarted(const std::vector<const RosterRow*>& rows);
  absl::StatusOr<onboarding::v1::BatchStartOnboardingsRequest> RequestOf(
      const std::vector<const RosterRow*>& rows, size_t begin, size_t end) const;
  absl::Status StartSome(const std::vector<const RosterRow*>& rows, size_t begin, size_t end,
                         const std::string& request_id, Outcome* outcome);

  Session& session_;
  const RosterOptions& options_;
  std::set<std::string> settled_;              // ids of those that are started
  std::map<std::string, std::string> failed_;  // why those failed that did, by id
  bool first_ = true;
  PlanNotes notes_{session_};
  absl::Status failure_;
};

// "2 started, 1 there already"; of what is only checked: "2 would be started, 1 there already".
std::string InWords(const RosterCounts& counts, bool dry_run);

// Says what may be tried where an on-boarding of the id is there already.
void HintAtExisting(Session& session, const absl::Status& status);

// Starts what a file lists and prints a line for each. Once: where some fail, the error is that of
// the first, and says how many. Again and again (roster_schedule.cc): until it is interrupted,
// which is no error; what fails is told and tried again.
absl::Status StartRoster(Session& session, const RosterOptions& options);

}  // namespace plumbline::cli

#endif  // PLUMBLINE_CLIENTS_CLI_START_ROSTER_H_
