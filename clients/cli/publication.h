// SPDX-License-Identifier: Apache-2.0
//
// Which drafts of a plan are to be published, and whether they may.
#ifndef PLUMBLINE_CLIENTS_CLI_PUBLICATION_H_
#define PLUMBLINE_CLIENTS_CLI_PUBLICATION_H_

#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "clients/cli/apply_plan.h"
#include "clients/cli/composition.h"
#include "clients/cli/planned_state.h"

namespace plumbline::cli {

class PublicationPlanner {
 public:
  // Both outlive this.
  PublicationPlanner(Session& session, PlannedState& planned)
      : session_(session), planned_(planned) {}

  // Says in `change`, whose `present` and `write` are known, what is to become of the draft in
  // `document`, and adds its revision to the planned state. `latest`: the latest revision that it
  // has now, nullptr if it has none. Errors as PlanChanges.
  absl::Status Plan(const Document& document, const Message* latest, PlannedChange* change);

 private:
  // The same, once it is known that its content is not published, or calls and uses what is newer.
  absl::Status PlanNews(const Document& document, const Composed& composed, PlannedChange* change);
  // kPublish, or what is to be done before.
  absl::Status PlanApproval(const Composed& composed, PlannedChange* change);
  // What the service says of a draft that is as in the file, and so is all that it names.
  absl::Status AskToPublish(PlannedChange* change);
  absl::Status AskToSubmit(PlannedChange* change);
  absl::StatusOr<bool> NeedsApproval();

  Session& session_;
  PlannedState& planned_;
  std::optional<bool> needs_approval_;
};

// Publishes the draft of a saved process; `validate_only`: only whether that is possible.
absl::StatusOr<Applied> Publish(Session& session, const Message& saved, const std::string& reason,
                                bool validate_only = false);

// Submits it for approval; the same.
absl::StatusOr<Applied> Submit(Session& session, const Message& saved, const std::string& reason,
                               bool validate_only = false);

}  // namespace plumbline::cli

#endif  // PLUMBLINE_CLIENTS_CLI_PUBLICATION_H_
