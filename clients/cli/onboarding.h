// SPDX-License-Identifier: Apache-2.0
//
// What the commands that run an on-boarding share.
#ifndef PLUMBLINE_CLIENTS_CLI_ONBOARDING_H_
#define PLUMBLINE_CLIENTS_CLI_ONBOARDING_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "clients/cli/args.h"
#include "clients/cli/session.h"
#include "common/base/ids.h"
#include "plumbline/onboarding/v1/onboarding_service.pb.h"

namespace plumbline::cli {

// "green", "yellow", "red"; "not evaluated" of a level that is not set.
std::string LevelWord(onboarding::v1::Readiness::Level level);

// When a change happened, the id under which it takes effect once, and whether it only would be.
struct ChangeOptions {
  std::string at, request_id;
  bool dry_run = false;
};
void AddChangeOptions(args::Command& command, ChangeOptions& options);

// Says that what follows only would be, if so, to who does not read JSON.
void NoteDryRun(Session& session, const ChangeOptions& options);

// FIELD_INVALID for a time that is none.
template <typename Request>
absl::Status Prepare(const ChangeOptions& options, Request* request) {
  request->set_request_id(options.request_id.empty() ? base::NewUuid() : options.request_id);
  request->set_validate_only(options.dry_run);
  return SetTime("--at", options.at, request, "occur_time");
}

// "KEY=VALUE" into `out`; what has no "=", no key, or a key that was there is FIELD_INVALID. `flag`
// and `form` are what was typed: "--label", "KEY=VALUE".
absl::Status ParsePairs(const char* flag, const char* form, const std::vector<std::string>& pairs,
                        google::protobuf::Map<std::string, std::string>* out);

// Values of attributes by their ids: "amount=5 EUR, discount=12".
std::string ValuesText(const google::protobuf::Map<std::string, std::string>& values);

// Tasks are named "ON-BOARDING/TASK" or by their full name. FIELD_INVALID for what is neither.
absl::StatusOr<std::string> TaskName(const Session& session, const std::string& name);
// "workspaces/w/onboardings/ada/tasks/exam" -> "ada/exam", as it is typed.
std::string TypedTask(const onboarding::v1::Task& task);

// The decisions of `onboarding` that wait for a person, each with the command that answers it.
void PrintDecisions(Session& session, const onboarding::v1::Onboarding& onboarding);

// What a change made possible: tasks that are ready now, decisions, the end.
template <typename Response>
void PrintNext(Session& session, const Response& response);

extern template void PrintNext(Session&, const onboarding::v1::CompleteTaskResponse&);
extern template void PrintNext(Session&, const onboarding::v1::SkipTaskResponse&);
extern template void PrintNext(Session&, const onboarding::v1::DecideResponse&);
extern template void PrintNext(Session&, const onboarding::v1::SetAttributesResponse&);
extern template void PrintNext(Session&, const onboarding::v1::VerifyTaskResponse&);
extern template void PrintNext(Session&, const onboarding::v1::ApproveWaiverResponse&);
extern template void PrintNext(Session&, const onboarding::v1::MigrateOnboardingResponse&);
extern template void PrintNext(Session&, const onboarding::v1::AddTaskResponse&);
extern template void PrintNext(Session&, const onboarding::v1::MoveTaskResponse&);

}  // namespace plumbline::cli

#endif  // PLUMBLINE_CLIENTS_CLI_ONBOARDING_H_
