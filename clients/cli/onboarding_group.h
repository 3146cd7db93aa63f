// SPDX-License-Identifier: Apache-2.0
//
// Subcommands of `onboarding` in files of their own.
#ifndef PLUMBLINE_CLIENTS_CLI_ONBOARDING_GROUP_H_
#define PLUMBLINE_CLIENTS_CLI_ONBOARDING_GROUP_H_

#include "clients/cli/args.h"
#include "clients/cli/session.h"

namespace plumbline::cli {

// onboarding plan: what is still to come of one that is under way, and when (live_plan_command.cc).
void AddLivePlan(args::Command& group, Action* action);
// onboarding reschedule: day one moves (reschedule_command.cc).
void AddReschedule(args::Command& group, Action* action);

}  // namespace plumbline::cli

#endif  // PLUMBLINE_CLIENTS_CLI_ONBOARDING_GROUP_H_
