// SPDX-License-Identifier: Apache-2.0
#include "clients/cli/check_flags.h"

#include <cmath>

#include "clients/cli/check_model.h"
#include "clients/cli/current_process.h"
#include "clients/cli/help.h"
#include "common/base/status_macros.h"

namespace plumbline::cli {

namespace pb = analytics::v1;

absl::StatusOr<pb::ModelNode> ModelOfProcess(Session& session, const std::string& process) {
  ASSIGN_OR_RETURN(const catalog::v1::Process root,
                   CurrentProcess(session, session.FullName("processes", process)));
  return ModelOf(root, [&](const std::string& name) { return CurrentProcess(session, name); });
}

void AddCheckFlags(args::Command& command, CheckFlags* flags) {
  Takes(command.add_option("--open", flags->open,
                           "Cases that have not ended: beginnings (default; they fit so far where "
                           "nothing is wrong yet), left-out, or complete (as if they had ended)"),
        "HOW")
      ->check(args::IsMember({"beginnings", "left-out", "complete"}));
  Takes(command.add_option("--budget", flags->budget, "Time that it may take (default: 10)"),
        "SECONDS")
      ->check(args::Range(0.01, 120.0));
}

pb::OpenCases ToOpenCases(const std::string& word) {
  return word == "beginnings" ? pb::OPEN_CASES_BEGINNINGS
         : word == "left-out" ? pb::OPEN_CASES_LEFT_OUT
         : word == "complete" ? pb::OPEN_CASES_COMPLETE
                              : pb::OPEN_CASES_UNSPECIFIED;
}

google::protobuf::Duration ToBudget(double seconds) {
  google::protobuf::Duration budget;
  const double whole = std::floor(seconds);
  budget.set_seconds(static_cast<int64_t>(whole));
  budget.set_nanos(static_cast<int32_t>((seconds - whole) * 1e9));
  return budget;
}

}  // namespace plumbline::cli
