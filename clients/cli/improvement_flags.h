// SPDX-License-Identifier: Apache-2.0
//
// What `improvement create` and `improvement set` take, and what it means.
#ifndef PLUMBLINE_CLIENTS_CLI_IMPROVEMENT_FLAGS_H_
#define PLUMBLINE_CLIENTS_CLI_IMPROVEMENT_FLAGS_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "clients/cli/args.h"
#include "clients/cli/quality_commands.h"
#include "clients/cli/selection_flags.h"
#include "clients/cli/session.h"
#include "plumbline/analytics/v1/improvement_service.pb.h"

namespace plumbline::cli {

// The content of a project, but for its causes.
struct ImprovementFlags {
  std::string title, problem, owner, log, filter, event_filter, better, goal, smallest;
  std::string baseline_from, baseline_to, counted_by, center, changed, revision, change_note;
  std::vector<std::string> watch;
  MeasureFlags measure;
  CompletionFlags completion;
  double confidence = 0, power = 0;
  // Of the measure flags that have defaults.
  args::Option* of = nullptr;
};

// Adds them all. `flags` must outlive the command.
void AddImprovementContent(args::Command& command, ImprovementFlags& flags);

// Changes what flags say in `improvement`, and leaves the rest as it is. FIELD_INVALID (a flag), and errors of reading a calendar.
absl::Status FillImprovement(Session& session, const ImprovementFlags& flags,
                             analytics::v1::Improvement* improvement);

// What errors call the fields of a project, and of what is done with it.
void NameImprovementFields(Session& session);

}  // namespace plumbline::cli

#endif  // PLUMBLINE_CLIENTS_CLI_IMPROVEMENT_FLAGS_H_
