// SPDX-License-Identifier: Apache-2.0
//
// Several updates of one workspace that are carried out together: all of them, or nothing.
#ifndef PLUMBLINE_SERVICES_CATALOG_PROCESSES_BATCH_H_
#define PLUMBLINE_SERVICES_CATALOG_PROCESSES_BATCH_H_

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "common/base/call_context.h"
#include "plumbline/catalog/v1/catalog_service.pb.h"
#include "services/catalog/processes/command.h"
#include "services/catalog/processes/store.h"
#include "services/catalog/resource/change.h"

namespace plumbline::catalog {

// What one batch may cost those who wait to write.
struct BatchLimits {
  // Of the processes as they will be, each with all that it calls: a call counts as often as the
  // plan of an on-boarding has it. A hundred processes always fit (flow::kMaxNodes).
  int64_t nodes = 200'000;
  // Of the drafts and revisions that are read for the updates, and of the drafts they make.
  int64_t bytes = 64 << 20;
};
inline constexpr int kMostUpdates = 500;

// `status` of the request at `place`, which names the process `name` ("": not known, or not worth
// saying), as the error of the batch: it names fields as "requests[17].process.root", and has the
// place in its metadata `request`. What tells nothing of a request, as that the database cannot be
// reached, stays as it is.
absl::Status OfRequest(const absl::Status& status, size_t place, const std::string& name);

// CheckAhead of each: the commands keep what it says.
void CheckAhead(BatchCommand* command);

// The first that CheckAhead found, or OK.
absl::Status FoundAhead(const BatchCommand& command);

// Puts a change where the updates after it see it.
using PutChange = absl::FunctionRef<absl::Status(const ProcessKey&, Change)>;

// Works out every update on the snapshot in which those before it were put, and what is to be
// answered. CheckAhead came before. Errors: those of Update, of the first that is refused
// (OfRequest); FIELD_INVALID where together they exceed the limits; CANCELLED and
// DEADLINE_EXCEEDED, which are looked for before each.
absl::StatusOr<std::vector<v1::UpdatedProcess>> UpdateAll(const base::CallContext& context,
                                                          Snapshot& snapshot,
                                                          const BatchCommand& command,
                                                          const Author& author, PutChange put,
                                                          const BatchLimits& limits = {});

// A snapshot as it would be if changes were carried out: for looking at a batch that is not to be
// written. Lists are those of the snapshot itself. Of the drafts it keeps what they say of their
// revisions, not their trees: no process is updated twice in a batch, and whoever calls one asks
// for its revisions.
class SupposedSnapshot final : public Snapshot {
 public:
  // `snapshot` must outlive it.
  explicit SupposedSnapshot(Snapshot& snapshot) : snapshot_(snapshot) {}

  // From now on the change was carried out.
  void Suppose(const ProcessKey& key, Change change);

  absl::StatusOr<std::optional<Head>> FindHead(const ProcessKey& key) override;
  absl::StatusOr<std::optional<v1::Process>> FindRevision(const ProcessKey& key,
                                                          int64_t revision) override;
  absl::StatusOr<listing::Page<v1::Process>> ListHeads(absl::string_view workspace,
                                                       const listing::Query& query) override {
    return snapshot_.ListHeads(workspace, query);
  }
  absl::StatusOr<listing::Page<v1::Process>> ListRevisions(const ProcessKey& key,
                                                           const listing::Query& query) override {
    return snapshot_.ListRevisions(key, query);
  }
  absl::StatusOr<int64_t> Position() override { return snapshot_.Position(); }
  absl::StatusOr<std::vector<std::string>> UtilityIds(
      absl::string_view workspace, absl::Span<const std::string> among) override {
    return snapshot_.UtilityIds(workspace, among);
  }
  Rest rest() override { return snapshot_.rest(); }

 private:
  Snapshot& snapshot_;
  std::map<std::string, Head> heads_;  // by their names
  std::map<std::string, v1::Process> revisions_;
};

}  // namespace plumbline::catalog

#endif  // PLUMBLINE_SERVICES_CATALOG_PROCESSES_BATCH_H_
