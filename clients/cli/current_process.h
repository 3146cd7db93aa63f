// SPDX-License-Identifier: Apache-2.0
#ifndef PLUMBLINE_CLIENTS_CLI_CURRENT_PROCESS_H_
#define PLUMBLINE_CLIENTS_CLI_CURRENT_PROCESS_H_

#include <string>

#include "absl/status/statusor.h"
#include "clients/cli/session.h"
#include "plumbline/catalog/v1/process.pb.h"

namespace plumbline::cli {

// A head or a revision ("processes/x", "processes/x@stable", or full) as it is now, whatever
// replica answers. Errors as of GetProcess.
absl::StatusOr<catalog::v1::Process> CurrentProcess(Session& session, const std::string& name);

}  // namespace plumbline::cli

#endif  // PLUMBLINE_CLIENTS_CLI_CURRENT_PROCESS_H_
