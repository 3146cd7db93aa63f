// SPDX-License-Identifier: Apache-2.0
#ifndef PLUMBLINE_CLIENTS_CLI_DOCUMENT_ORDER_H_
#define PLUMBLINE_CLIENTS_CLI_DOCUMENT_ORDER_H_

#include <vector>

#include "absl/status/statusor.h"
#include "clients/cli/documents.h"
#include "clients/cli/session.h"

namespace plumbline::cli {

// Documents in the order in which they are applied: by kind, and what is named before what names
// it. Documents that name one another in a circle are refused with the chain (PROCESS_CYCLE,
// CALENDAR_CYCLE). O(documents and what they name).
absl::StatusOr<std::vector<Document>> InOrder(Session& session, std::vector<Document> documents);

}  // namespace plumbline::cli

#endif  // PLUMBLINE_CLIENTS_CLI_DOCUMENT_ORDER_H_
