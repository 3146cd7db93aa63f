// SPDX-License-Identifier: Apache-2.0
//
// What event logs hold, as data: files, retention, erasure.
#ifndef PLUMBLINE_CLIENTS_CLI_EVENT_DATA_H_
#define PLUMBLINE_CLIENTS_CLI_EVENT_DATA_H_

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "clients/cli/args.h"
#include "clients/cli/session.h"
#include "google/protobuf/duration.pb.h"

namespace plumbline::cli {

inline constexpr char kEventData[] = "/plumbline.analytics.v1.EventDataService/";

// "36h", "30d", "6w", "2y" (of 365 days). FIELD_INVALID of `flag`.
absl::StatusOr<google::protobuf::Duration> ParseAge(absl::string_view flag, absl::string_view text);
// The other way: "30 d", "36 h".
std::string AgeWords(const google::protobuf::Duration& age);

void AddExportLog(args::Command& command, Action* action);      // export log
void AddEventDataCommands(args::Command& app, Action* action);  // retention, erase
void AddEventsCommand(args::Command& app, Action* action);      // events
void AddEventsCreate(args::Command& events, Action* action);    // events create

}  // namespace plumbline::cli

#endif  // PLUMBLINE_CLIENTS_CLI_EVENT_DATA_H_
