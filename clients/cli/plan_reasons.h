// SPDX-License-Identifier: Apache-2.0
//
// How plans are shown, before anything exists and while they go on: whether a task is needed, and
// why it is planned so.
#ifndef PLUMBLINE_CLIENTS_CLI_PLAN_REASONS_H_
#define PLUMBLINE_CLIENTS_CLI_PLAN_REASONS_H_

#include <string>

#include "absl/strings/string_view.h"
#include "clients/cli/session.h"
#include "plumbline/onboarding/v1/plan.pb.h"

namespace plumbline::cli {

// "maybe", "if repeated"; "no, by condition" of what is left out as things are now, "no" where that
// is decided; "" of what is needed.
std::string NeededWord(const onboarding::v1::PlannedTask& task);
std::string NeededWord(const onboarding::v1::LivePlanTask& task);

// "laptop (Order the laptop)", on a paragraph of its own.
void PrintReasonHead(Session& session, absl::string_view id, absl::string_view title);
// A sentence below it, in lines that are read well.
void PrintReason(Session& session, absl::string_view text);

}  // namespace plumbline::cli

#endif  // PLUMBLINE_CLIENTS_CLI_PLAN_REASONS_H_
