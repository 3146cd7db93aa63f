// SPDX-License-Identifier: Apache-2.0
//
// The ids of what a service holds: for completion, and for "did you mean".
#ifndef PLUMBLINE_CLIENTS_CLI_IDS_H_
#define PLUMBLINE_CLIENTS_CLI_IDS_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "clients/cli/session.h"

namespace plumbline::cli {

inline constexpr char kCalendarFeeds[] = "/plumbline.onboarding.v1.CalendarFeedService/";

struct Known {
  std::string id;
  std::string title;  // for people; may be empty
};

// Each at most the first 1,000, in the service's order; one call of the session. The errors are
// those of the call.
absl::StatusOr<std::vector<Known>> KnownProcesses(Session& session);
absl::StatusOr<std::vector<Known>> KnownCalendars(Session& session);
// Of one process, latest first; its tags.
absl::StatusOr<std::vector<Known>> KnownRevisions(Session& session, absl::string_view process);
absl::StatusOr<std::vector<Known>> KnownTags(Session& session, absl::string_view process);
absl::StatusOr<std::vector<Known>> KnownUtilities(Session& session);
absl::StatusOr<std::vector<Known>> KnownSteps(Session& session);
absl::StatusOr<std::vector<Known>> KnownOnboardings(Session& session);
absl::StatusOr<std::vector<Known>> KnownLogs(Session& session);
absl::StatusOr<std::vector<Known>> KnownPeople(Session& session);
absl::StatusOr<std::vector<Known>> KnownCalendarFeeds(Session& session);
// Of one on-boarding: all, or those that are ready or in progress.
absl::StatusOr<std::vector<Known>> KnownTasks(Session& session, absl::string_view onboarding);
absl::StatusOr<std::vector<Known>> KnownOpenTasks(Session& session, absl::string_view onboarding);
// The items of the checklist of a task, which is named "ON-BOARDING/TASK".
absl::StatusOr<std::vector<Known>> KnownChecklist(Session& session, absl::string_view task);
// The decisions of one on-boarding that are open; or the options of one of them.
absl::StatusOr<std::vector<Known>> KnownDecisions(Session& session, absl::string_view onboarding);
absl::StatusOr<std::vector<Known>> KnownOptions(Session& session, absl::string_view onboarding,
                                                absl::string_view decision);

// What a person may try after `status` (the error of a call of this session): what the command
// itself knows (Session::SetHint), the nearest id where
// something does not exist, how to begin where nothing answers; "" if there is nothing to say. May
// ask the service once, with a deadline of two seconds.
std::string HintFor(Session& session, const absl::Status& status);

}  // namespace plumbline::cli

#endif  // PLUMBLINE_CLIENTS_CLI_IDS_H_
