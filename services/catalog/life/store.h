// SPDX-License-Identifier: Apache-2.0
//
// What the catalog keeps beside heads and revisions: the history, who uses what, the policy of a
// workspace. Reached through Snapshot and Changes (store.h), so that it is written in the
// transaction of what it is about; errors and threads as there. Invariants:
//  1. The history of a process counts 1, 2, 3, ... and is only ever appended to, also when the
//     process is deleted and made anew. The policy's is kept under the process id "".
//  2. The calls of drafts and revisions follow from what PutHead and AddRevision store.
#ifndef PLUMBLINE_SERVICES_CATALOG_LIFE_STORE_H_
#define PLUMBLINE_SERVICES_CATALOG_LIFE_STORE_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "common/listing/query.h"
#include "plumbline/catalog/v1/history.pb.h"
#include "plumbline/catalog/v1/policy.pb.h"
#include "plumbline/catalog/v1/process_life.pb.h"

namespace plumbline::catalog {

// A process within the store.
struct ProcessKey {
  std::string workspace;
  std::string process;
  bool operator==(const ProcessKey&) const = default;
};

// A call, from the side of what is called.
struct Caller {
  std::string process;   // the id of the process that calls
  int64_t revision = 0;  // of it; 0 = its draft
  std::string called;    // as it is written there: "processes/{p}@stable"
  auto operator<=>(const Caller&) const = default;
};

// What a system said that it runs.
struct RunnerUse {
  std::string system;
  v1::ProcessUse use;
  absl::Time report_time;
};

struct StoredPolicy {
  v1::CatalogPolicy policy;
  int64_t version = 0;  // of the row, from 1
};

class LifeReader {
 public:
  virtual ~LifeReader() = default;
  // Calls of any form of this process, each once, in order. O(answer), and O(trees) of those that
  // an earlier release wrote and IndexCalls has not come to yet.
  virtual absl::StatusOr<std::vector<Caller>> ListCallers(const ProcessKey& called) = 0;
  // What runs of this process at `now`, by system and revision.
  virtual absl::StatusOr<std::vector<RunnerUse>> ListUses(const ProcessKey& key,
                                                          absl::Time now) = 0;
  // Entries that a query of HistorySchema() selects, from the first on if it does not say
  // otherwise. Error of its own: PAGE_TOKEN_INVALID.
  virtual absl::StatusOr<listing::Page<v1::CatalogHistoryEntry>> ListHistory(
      const ProcessKey& key, const listing::Query& query) = 0;
  // nullopt = it was never changed.
  virtual absl::StatusOr<std::optional<StoredPolicy>> FindPolicy(absl::string_view workspace) = 0;
};

class LifeWriter {
 public:
  virtual ~LifeWriter() = default;
  // Removes a head that has no revisions, with the calls of its draft.
  virtual absl::Status DeleteHead(const ProcessKey& key) = 0;
  // Appends the entry under the next sequence, with its name.
  virtual absl::Status AppendHistory(const ProcessKey& key, v1::CatalogHistoryEntry entry) = 0;
  // Replaces all that the system said before; believed until `expire_time`.
  virtual absl::Status ReplaceUses(absl::string_view workspace, absl::string_view system,
                                   const std::vector<v1::ProcessUse>& uses, absl::Time now,
                                   absl::Time expire_time) = 0;
  // Inserts (version 1) or replaces it.
  virtual absl::Status PutPolicy(absl::string_view workspace, const StoredPolicy& policy) = 0;
};

}  // namespace plumbline::catalog

#endif  // PLUMBLINE_SERVICES_CATALOG_LIFE_STORE_H_
