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
#include "plumbline/catalog/v1/catalog_service.pb.h"
#include "services/catalog/processes/command.h"
#include "services/catalog/processes/store.h"
#include "services/catalog/resource/change.h"

namespace plumbline::catalog {

// The most updates of one batch: what others write waits for less than a second.
inline constexpr int kMostUpdates = 500;

// CheckAhead of each. Errors name the place in the batch, as those of UpdateAll do.
absl::Status CheckAhead(BatchCommand* command);

// Puts a change where the updates after it see it.
using PutChange = absl::FunctionRef<absl::Status(const ProcessKey&, const Change&)>;

// Works out every update on the snapshot in which those before it were put, and what is to be
// answered. CheckAhead came before. Errors: those of Update, of the first that is refused; it names
// fields as "requests[17].process.root", and has the place in its metadata `request`.
absl::StatusOr<std::vector<v1::UpdatedProcess>> UpdateAll(Snapshot& snapshot,
                                                          const BatchCommand& command,
                                                          const Author& author, PutChange put);

// A snapshot as it would be if changes were carried out: for looking at a batch that is not to be
// written. Lists are those of the snapshot itself.
class SupposedSnapshot final : public Snapshot {
 public:
  // `snapshot` must outlive it.
  explicit SupposedSnapshot(Snapshot& snapshot) : snapshot_(snapshot) {}

  // From now on the change was carried out.
  void Suppose(const ProcessKey& key, const Change& change);

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
