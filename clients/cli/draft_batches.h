// SPDX-License-Identifier: Apache-2.0
//
// Drafts of processes that are sent to the service together.
#ifndef PLUMBLINE_CLIENTS_CLI_DRAFT_BATCHES_H_
#define PLUMBLINE_CLIENTS_CLI_DRAFT_BATCHES_H_

#include <cstddef>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "clients/cli/documents.h"
#include "clients/cli/session.h"
#include "plumbline/catalog/v1/catalog_service.pb.h"

namespace plumbline::cli {

// A process as it is to be: its resource has the etag of what the plan found, or none.
struct DraftToSend {
  const Document* document = nullptr;
  bool publish = false;
};

// Consecutive ones.
struct Batch {
  size_t begin = 0, end = 0;
};

// `drafts` cut into batches that the service takes, and several of which can be under way.
std::vector<Batch> InBatches(const std::vector<DraftToSend>& drafts);

struct BatchOptions {
  bool validate_only = false;
  std::string reason;
};

// What became of a batch: all of it was done, or nothing.
struct BatchAnswer {
  catalog::v1::BatchUpdateProcessesResponse response;
  absl::Status status;  // as if its draft had been sent alone
  size_t refused = 0;   // where `status` is an error: among all drafts, the one that it is about
};

// Sends one of the batches. Thread-safe once the session is connected.
BatchAnswer SendBatch(Session& session, const std::vector<DraftToSend>& drafts, const Batch& batch,
                      const BatchOptions& options);

// Whether the service is of a release that takes no batches.
bool TakesNoBatches(const absl::Status& status);

}  // namespace plumbline::cli

#endif  // PLUMBLINE_CLIENTS_CLI_DRAFT_BATCHES_H_
