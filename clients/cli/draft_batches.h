// SPDX-License-Identifier: Apache-2.0
//
// Drafts of processes that are sent to the service together.
#ifndef PLUMBLINE_CLIENTS_CLI_DRAFT_BATCHES_H_
#define PLUMBLINE_CLIENTS_CLI_DRAFT_BATCHES_H_

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
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
  Batch batch;
  catalog::v1::BatchUpdateProcessesResponse response;
  absl::Status status;  // as if its draft had been sent alone
  // Where `status` is an error: among all drafts, the one that it is about. Nothing: it is about
  // none of them (the service is overloaded, the deadline passed, the reason is too long).
  std::optional<size_t> refused;
};

// Sends all drafts, `at_once` batches at a time; what the service finds too much together it gets
// in halves. `answered` is called with each answer as it comes: on any thread, one at a time. After
// an error no further batch is begun. The session is connected.
void SendInBatches(Session& session, const std::vector<DraftToSend>& drafts,
                   const BatchOptions& options, size_t at_once,
                   absl::FunctionRef<void(const BatchAnswer&)> answered);

// Whether the error is about the reason that was given for all, not about a file.
bool IsAboutReason(const absl::Status& status);

// Whether the service is of a release that takes no batches.
bool TakesNoBatches(const absl::Status& status);

}  // namespace plumbline::cli

#endif  // PLUMBLINE_CLIENTS_CLI_DRAFT_BATCHES_H_
