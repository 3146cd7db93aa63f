// SPDX-License-Identifier: Apache-2.0
//
// What commands that compare a log with a process have in common.
#ifndef PLUMBLINE_CLIENTS_CLI_CHECK_FLAGS_H_
#define PLUMBLINE_CLIENTS_CLI_CHECK_FLAGS_H_

#include <string>

#include "absl/status/statusor.h"
#include "clients/cli/args.h"
#include "clients/cli/session.h"
#include "plumbline/analytics/v1/conformance.pb.h"

namespace plumbline::cli {

// The model of a process of the catalog, "x" or "x@stable", with everything that it calls.
absl::StatusOr<analytics::v1::ModelNode> ModelOfProcess(Session& session,
                                                        const std::string& process);

struct CheckFlags {
  std::string open;    // beginnings, left-out or complete
  double budget = 10;  // seconds
};

// Adds --open and --budget. `flags` must outlive the command.
void AddCheckFlags(args::Command& command, CheckFlags* flags);

// Sets what they say, and what errors call those fields.
template <class Request>
void SetCheckFlags(Session& session, const CheckFlags& flags, Request* request);

// What the template above is made of.
analytics::v1::OpenCases ToOpenCases(const std::string& word);
google::protobuf::Duration ToBudget(double seconds);

template <class Request>
void SetCheckFlags(Session& session, const CheckFlags& flags, Request* request) {
  session.wording().Call({{"time_budget", "--budget"}, {"open_cases", "--open"}});
  request->set_open_cases(ToOpenCases(flags.open));
  *request->mutable_time_budget() = ToBudget(flags.budget);
}

}  // namespace plumbline::cli

#endif  // PLUMBLINE_CLIENTS_CLI_CHECK_FLAGS_H_
