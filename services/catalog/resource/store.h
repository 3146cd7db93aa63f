// SPDX-License-Identifier: Apache-2.0
//
// What the stores of the catalog have in common: reads in one snapshot, writes that are answered
// once.
#ifndef PLUMBLINE_SERVICES_CATALOG_RESOURCE_STORE_H_
#define PLUMBLINE_SERVICES_CATALOG_RESOURCE_STORE_H_

#include <string>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/base/call_context.h"

namespace plumbline::catalog {

// Which request a write answers. The same id with the same body gets the stored answer again.
struct WriteRequest {
  std::string workspace;
  std::string method;
  std::string request_id;  // "" = not remembered
  std::string body;        // without the request_id
};

// What a write answers.
struct Answer {
  std::string bytes;
  bool replayed = false;  // the request was seen before: nothing was written now
};

// A store whose snapshots are `SnapshotT`, and those that can be changed `ChangesT`. Thread-safe.
template <typename SnapshotT, typename ChangesT>
class ResourceStore {
 public:
  using Snapshot = SnapshotT;
  using Changes = ChangesT;
  virtual ~ResourceStore() = default;

  virtual absl::Status Read(const base::CallContext& context,
                            absl::FunctionRef<absl::Status(Snapshot&)> body) = 0;

  // Runs `body` in a transaction and returns its answer once that is on disk; nothing remains of a
  // body that fails. Writes of one workspace, whatever store of the catalog they go through, run
  // one after the other: what the body reads cannot be changed by another before it commits. `body`
  // may run several times, on another thread, and may have run though the answer is replayed.
  // REQUEST_ID_REUSED for another body under the same id. Requests are forgotten by
  // Store::ForgetOldRequests.
  virtual absl::StatusOr<Answer> Write(
      const base::CallContext& context, const WriteRequest& request, absl::Time now,
      absl::FunctionRef<absl::StatusOr<std::string>(Changes&)> body) = 0;
};

}  // namespace plumbline::catalog

#endif  // PLUMBLINE_SERVICES_CATALOG_RESOURCE_STORE_H_
