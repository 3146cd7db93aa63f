// SPDX-License-Identifier: Apache-2.0
//
// What analytics keeps of improvement projects. Invariants, which the domain upholds and the store
// relies on:
//  1. Everything belongs to a workspace; no call crosses into another.
//  2. A project has at most one row; its `version` grows by one with every change of the row.
//  3. Every change of a row comes with one entry of its history. Entries count from 1 without gaps,
//     also across a deletion, and never change.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_IMPROVEMENT_SERVICE_STORE_H_
#define PLUMBLINE_SERVICES_ANALYTICS_IMPROVEMENT_SERVICE_STORE_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "common/base/call_context.h"
#include "common/listing/query.h"
#include "plumbline/analytics/stored/v1/improvement.pb.h"
#include "plumbline/analytics/v1/improvement.pb.h"
#include "services/analytics/storage/store.h"

namespace plumbline::analytics {

struct ImprovementKey {
  std::string workspace;
  std::string improvement;
};
std::string NameOf(const ImprovementKey& key);

struct StoredImprovement {
  v1::Improvement improvement;  // as it is answered
  int64_t version = 0;          // of the row, from 1
  std::string uid;              // no other project ever has it
  // Present from STATE_MEASURE on. The store reads it where a single project is found.
  std::optional<stored::v1::StoredBaseline> baseline;
};

// The fields that lists filter and order by.
const expr::Schema& ImprovementSchema();

// What can be read within one snapshot. Used by one thread, within the body that got it. Errors of
// all methods: DEPENDENCY_UNAVAILABLE, DEADLINE_EXCEEDED, INTERNAL; what is not there is an empty
// result, not an error.
class ImprovementReads {
 public:
  virtual ~ImprovementReads() = default;
  virtual absl::StatusOr<std::optional<StoredImprovement>> Find(const ImprovementKey& key) = 0;
  virtual absl::StatusOr<int64_t> Count(absl::string_view workspace) = 0;
  // A page; the query is of ImprovementSchema(). PAGE_TOKEN_INVALID for a position of another
  // order.
  virtual absl::StatusOr<listing::Page<v1::Improvement>> List(absl::string_view workspace,
                                                              const listing::Query& query) = 0;
  // Entries with sequences below `before`, the newest first; at most `limit`.
  virtual absl::StatusOr<std::vector<v1::ImprovementHistoryEntry>> History(
      const ImprovementKey& key, int64_t before, int limit) = 0;
};

// A snapshot that can be changed. Reads see the writes before them.
class ImprovementChanges : public ImprovementReads {
 public:
  // Inserts (version 1) or replaces. `entry`, without its name and sequence: for the history.
  virtual absl::Status Put(const ImprovementKey& key, const StoredImprovement& stored,
                           v1::ImprovementHistoryEntry entry) = 0;
  virtual absl::Status Remove(const ImprovementKey& key, v1::ImprovementHistoryEntry entry) = 0;
};

// Thread-safe.
class ImprovementStore {
 public:
  virtual ~ImprovementStore() = default;

  virtual absl::Status Read(const base::CallContext& context,
                            absl::FunctionRef<absl::Status(ImprovementReads&)> body) = 0;

  // Runs `body` in a transaction and returns its answer once that is on disk; nothing remains of a
  // body that fails. Writes of projects of one workspace run one after the other: what the body
  // reads cannot be changed by another before it commits. `body` may run several times, on another
  // thread, and may have run though the answer is a stored one. REQUEST_ID_REUSED for another body
  // under the same id. Requests are forgotten by Store::ForgetOldRequests.
  virtual absl::StatusOr<std::string> Write(
      const base::CallContext& context, const WriteRequest& request, absl::Time now,
      absl::FunctionRef<absl::StatusOr<std::string>(ImprovementChanges&)> body) = 0;
};

}  // namespace plumbline::analytics

#endif  // PLUMBLINE_SERVICES_ANALYTICS_IMPROVEMENT_SERVICE_STORE_H_
