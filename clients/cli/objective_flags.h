// SPDX-License-Identifier: Apache-2.0
//
// What `objective create` and `objective set` take, and what it means.
#ifndef PLUMBLINE_CLIENTS_CLI_OBJECTIVE_FLAGS_H_
#define PLUMBLINE_CLIENTS_CLI_OBJECTIVE_FLAGS_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "clients/cli/args.h"
#include "clients/cli/selection_flags.h"
#include "clients/cli/session.h"
#include "google/protobuf/field_mask.pb.h"
#include "plumbline/analytics/v1/objective_service.pb.h"

namespace plumbline::cli {

// The content of an objective.
struct ObjectiveFlags {
  std::string log, title, description, goal, within, until, after, step, condition, calendar,
      period, rules, filter, webhook, secret;
  std::vector<std::string> defects, labels, policy, own_rules;
  bool defective = false, leave_out = false, no_webhook = false, dry_run = false;
  int min_bad = 0, min_events = 0;
  CompletionFlags completion;
};

// Adds them all but the log. `flags` must outlive the command.
void AddObjectiveContent(args::Command& command, ObjectiveFlags& flags);

// Puts the content that the flags say into `objective`; `fields` gets the names of what they do. Of
// the measure and the selection that it has already, what flags do not say stays. FIELD_INVALID (a
// flag), and errors of reading the calendar.
absl::Status FillObjective(Session& session, const ObjectiveFlags& flags,
                           analytics::v1::Objective* objective,
                           google::protobuf::FieldMask* fields);
// Its measure alone, also where no flag says anything of it: of a new one the time of whole cases.
absl::Status FillObjectiveMeasure(Session& session, const ObjectiveFlags& flags,
                                  analytics::v1::ObjectiveMeasure* measure);

// What errors call the fields of an objective.
void NameObjectiveFields(Session& session);

}  // namespace plumbline::cli

#endif  // PLUMBLINE_CLIENTS_CLI_OBJECTIVE_FLAGS_H_
