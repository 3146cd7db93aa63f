// SPDX-License-Identifier: Apache-2.0
#ifndef PLUMBLINE_CLIENTS_CLI_CHECK_MODEL_H_
#define PLUMBLINE_CLIENTS_CLI_CHECK_MODEL_H_

#include <functional>
#include <string>

#include "absl/status/statusor.h"
#include "plumbline/analytics/v1/conformance.pb.h"
#include "plumbline/catalog/v1/process.pb.h"

namespace plumbline::cli {

// The process of a name as calls give it: "processes/x@3".
using CalledProcess = std::function<absl::StatusOr<catalog::v1::Process>(const std::string& name)>;

// What a process allows to happen, as logs of on-boarding tell it: steps are activities named by
// their titles, calls are what they call, what is optional may be left out, a loop may be repeated.
// Errors: those of `called`; INVALID_ARGUMENT where the process becomes deeper than the service
// takes.
absl::StatusOr<analytics::v1::ModelNode> ModelOf(const catalog::v1::Process& process,
                                                 const CalledProcess& called);

}  // namespace plumbline::cli

#endif  // PLUMBLINE_CLIENTS_CLI_CHECK_MODEL_H_
