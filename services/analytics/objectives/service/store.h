// SPDX-License-Identifier: Apache-2.0
//
// Objectives and their alerts, as they are kept. Invariants, which the domain upholds and the store
// relies on:
//  1. An objective has a uid that no other ever has; its alerts, and what alerts now, are under it.
//  2. An alert never changes but for its delivery. Its place among all alerts is given to it when
//  it
//     is stored, and places that are read in their order are never passed over.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_OBJECTIVES_SERVICE_STORE_H_
#define PLUMBLINE_SERVICES_ANALYTICS_OBJECTIVES_SERVICE_STORE_H_

#include <compare>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "common/base/call_context.h"
#include "common/expr/schema.h"
#include "common/listing/query.h"
#include "common/sql/database.h"
#include "plumbline/analytics/v1/objective.pb.h"
#include "services/analytics/objectives/alerts.h"
#include "services/analytics/storage/store.h"

namespace plumbline::analytics {

struct ObjectiveKey {
  std::string workspace;
  std::string objective;
};
// "workspaces/{w}/objectives/{o}"
std::string NameOf(const ObjectiveKey& key);

struct StoredObjective {
  ObjectiveKey key;
  std::string uid;
  int64_t version = 0;  // grows with every write
  std::string secret;   // "" where alerts are not sent
  v1::Objective objective;
};

// Where an alert stands among all.
struct AlertPlace {
  int64_t position = 0;
  int64_t serial = 0;
  auto operator<=>(const AlertPlace&) const = default;
};

struct StoredAlert {
  ObjectiveKey key;
  std::string uid;  // of the objective
  AlertPlace place;
  v1::ObjectiveAlert alert;  // without name, cursor and delivery
  // On its way since; absent where it is not sent.
  std::optional<v1::AlertDelivery> delivery;
  absl::Time since = absl::UnixEpoch();
};

// The rows of objectives within one transaction. What is not there is an empty result, not an
// error.
class ObjectiveRows {
 public:
  virtual ~ObjectiveRows() = default;
  virtual absl::StatusOr<std::optional<StoredObjective>> Find(const ObjectiveKey& key) = 0;
  virtual absl::StatusOr<int64_t> Count(absl::string_view workspace) = 0;
  // A page; the query is of ObjectiveSchema(). PAGE_TOKEN_INVALID for a position of another order.
  virtual absl::StatusOr<listing::Page<StoredObjective>> List(absl::string_view workspace,
                                                              const listing::Query& query) = 0;
  // Of all workspaces, in the order of their uids, after `after` ("" = all).
  virtual absl::StatusOr<std::vector<StoredObjective>> ListAll(absl::string_view after,
                                                               int limit) = 0;
  virtual absl::Status Put(const StoredObjective& objective) = 0;
  // And its alerts.
  virtual absl::Status Remove(const StoredObjective& objective) = 0;
};

// The same of alerts.
class AlertRows {
 public:
  virtual ~AlertRows() = default;
  // What alerts now.
  virtual absl::StatusOr<objectives::AlertKeys> Alerting(absl::string_view uid) = 0;
  // Stores an alert, whose place is given here, and that it begins or ends.
  virtual absl::Status Append(const StoredAlert& alert) = 0;
  // A page; the query is of AlertSchema(). Of all objectives of the workspace where the key names
  // none. PAGE_TOKEN_INVALID as above.
  virtual absl::StatusOr<listing::Page<StoredAlert>> List(const ObjectiveKey& key,
                                                          const listing::Query& query) = 0;
  // After a place, in their order; only what no transaction can come before any more.
  virtual absl::StatusOr<std::vector<StoredAlert>> ReadAfter(const ObjectiveKey& key,
                                                             const AlertPlace& place,
                                                             int limit) = 0;
  // Of all workspaces: those that are to be sent now, the longest due first.
  virtual absl::StatusOr<std::vector<StoredAlert>> FindDue(absl::Time now, int limit) = 0;
  // Replaces its delivery, if that was tried `attempts` times. Whether it was.
  virtual absl::StatusOr<bool> PutDelivery(const StoredAlert& alert, int attempts) = 0;
  // Forgets up to `limit` that were recorded before; returns how many.
  virtual absl::StatusOr<int64_t> Forget(absl::Time before, int limit) = 0;
};

// One transaction. Used by one thread, within the body that got it.
class ObjectiveView {
 public:
  virtual ~ObjectiveView() = default;
  virtual ObjectiveRows& objectives() = 0;
  virtual AlertRows& alerts() = 0;
  // Writes of one objective run one after the other.
  virtual absl::Status Lock(const ObjectiveKey& key) = 0;
};

// Thread-safe. Errors of all methods also: DEPENDENCY_UNAVAILABLE, DEADLINE_EXCEEDED, INTERNAL.
class ObjectiveStore {
 public:
  virtual ~ObjectiveStore() = default;
  // In one snapshot; `body` changes nothing.
  virtual absl::Status Read(const base::CallContext& context,
                            absl::FunctionRef<absl::Status(ObjectiveView&)> body) = 0;
  // As Store::Write, without the lock of a log.
  virtual absl::StatusOr<std::string> Write(
      const base::CallContext& context, const WriteRequest& request, absl::Time now,
      absl::FunctionRef<absl::StatusOr<std::string>(ObjectiveView&)> body) = 0;
  // True if `holder` may look at all objectives until now + term.
  virtual absl::StatusOr<bool> TakeLease(const base::CallContext& context, absl::string_view holder,
                                         absl::Time now, absl::Duration term) = 0;
};

// What lists may filter and order by.
const expr::Schema& ObjectiveSchema();
const expr::Schema& AlertSchema();

// The step of the schema that makes the tables.
const std::string& ObjectivesSchema();
// Over `database`, which must outlive it and whose schema is up to date.
std::unique_ptr<ObjectiveStore> NewObjectiveStore(sql::Database& database);

}  // namespace plumbline::analytics

#endif  // PLUMBLINE_SERVICES_ANALYTICS_OBJECTIVES_SERVICE_STORE_H_
