// SPDX-License-Identifier: Apache-2.0
//
// What the service would say of drafts, asked for many at a time.
#ifndef PLUMBLINE_CLIENTS_CLI_DRAFT_CHECKS_H_
#define PLUMBLINE_CLIENTS_CLI_DRAFT_CHECKS_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "clients/cli/documents.h"
#include "clients/cli/kept.h"
#include "clients/cli/session.h"
#include "plumbline/common/v1/types.pb.h"

namespace plumbline::cli {

// Of one document.
struct DraftCheck {
  bool asked = false;   // false: it is no draft, or its content is kept already
  absl::Status status;  // of what follows a refused one nothing need be known
  // Of what stands before a refused one in its batch none are known: nothing will be written.
  std::vector<common::v1::Warning> warnings;
};

// Of each document, whether its draft could be saved with this reason. `kept` is of the documents.
// The session is connected. An error is about no document; the session's wording knows no file
// then.
absl::StatusOr<std::vector<DraftCheck>> CheckDrafts(Session& session,
                                                    const std::vector<Document>& documents,
                                                    const std::vector<Kept>& kept,
                                                    const std::string& reason);

}  // namespace plumbline::cli

#endif  // PLUMBLINE_CLIENTS_CLI_DRAFT_CHECKS_H_
