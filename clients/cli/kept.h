// SPDX-License-Identifier: Apache-2.0
//
// What the service keeps of the documents of a plan, asked for side by side.
#ifndef PLUMBLINE_CLIENTS_CLI_KEPT_H_
#define PLUMBLINE_CLIENTS_CLI_KEPT_H_

#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "clients/cli/documents.h"
#include "clients/cli/resource_kind.h"
#include "clients/cli/session.h"

namespace plumbline::cli {

// Of one document.
struct Kept {
  absl::StatusOr<MessagePtr> present = MessagePtr();  // nullptr: nothing
  bool same = false;                                  // its content is that of the document
  absl::StatusOr<MessagePtr> latest = MessagePtr();   // of a process: its latest revision
};

// Of each document. `revisions`: the latest revisions of processes, too. Gives the resources of the
// documents the etags that they are to be saved with. The session is connected.
std::vector<Kept> AskForKept(Session& session, std::vector<Document>& documents, bool revisions);

}  // namespace plumbline::cli

#endif  // PLUMBLINE_CLIENTS_CLI_KEPT_H_
