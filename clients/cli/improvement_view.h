// SPDX-License-Identifier: Apache-2.0
//
// Improvement projects as people read them.
#ifndef PLUMBLINE_CLIENTS_CLI_IMPROVEMENT_VIEW_H_
#define PLUMBLINE_CLIENTS_CLI_IMPROVEMENT_VIEW_H_

#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "clients/cli/terminal.h"
#include "plumbline/analytics/v1/improvement.pb.h"

namespace plumbline::cli {

// "2d" is a time, "5%" a share, "0.3" a count per case. `working_day`: as of SetSpan. FIELD_INVALID
// of `flag`.
absl::Status SetAmount(absl::string_view flag, absl::string_view text,
                       analytics::v1::ImprovementAmount* amount, double working_day = 0);

// "control": of STATE_CONTROL.
std::string StateOf(const analytics::v1::Improvement& improvement);
// "improved", "too early"; "" where there is none.
std::string VerdictWord(const analytics::v1::ImprovementComparison& comparison);

// All of it, and what to do next.
void PrintImprovement(const analytics::v1::Improvement& improvement, const Paper& paper);
// The same, but of the warnings of its baseline that `before` had only how many there are.
analytics::v1::Improvement WithNewWarnings(const analytics::v1::Improvement& before,
                                           analytics::v1::Improvement improvement);
// The verdict, both sides, and what to mind. `improvement`: the project that it is of.
void PrintComparison(const analytics::v1::ImprovementComparison& comparison,
                     const analytics::v1::Improvement& improvement, const Paper& paper);

}  // namespace plumbline::cli

#endif  // PLUMBLINE_CLIENTS_CLI_IMPROVEMENT_VIEW_H_
