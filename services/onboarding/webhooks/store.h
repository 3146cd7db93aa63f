// SPDX-License-Identifier: Apache-2.0
//
// What is kept of webhooks. Invariants, which the domain upholds and the store relies on:
//  1. Everything belongs to a workspace; no call crosses into another.
//  2. A webhook has at most one row; its `version` grows by one with every change that its etag
//  shows. Its `uid` is new for each that is created, so that one that was deleted leaves nothing to
//  the next under its id.
//  3. A webhook has at most one delivery of an entry of the feed.
//  4. Who changes a webhook or its deliveries holds the lock of its workspace.
#ifndef PLUMBLINE_SERVICES_ONBOARDING_WEBHOOKS_STORE_H_
#define PLUMBLINE_SERVICES_ONBOARDING_WEBHOOKS_STORE_H_

#include <cstdint>
#include <map>
#include <optional>
#include <set>
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
#include "plumbline/onboarding/v1/webhook.pb.h"
#include "services/onboarding/runs/store.h"

namespace plumbline::onboarding::webhooks {

struct WebhookKey {
  std::string workspace;
  std::string webhook;
  bool operator==(const WebhookKey&) const = default;
};

struct StoredWebhook {
  WebhookKey key;
  std::string uid;
  int64_t version = 0;  // from 1
  v1::Webhook webhook;  // without what the following say
  std::string secret;
  std::string old_secret;  // "" = none
  absl::Time old_secret_expire_time = absl::InfinitePast();
  // Entries of this and earlier transactions are not for it.
  int64_t start_position = 0;
  std::optional<absl::Time> failing_since;
};

struct DeliveryKey {
  std::string uid;  // of the webhook
  FeedCursor place;
  auto operator<=>(const DeliveryKey&) const = default;
};

struct StoredDelivery {
  DeliveryKey key;
  std::string kind;              // of the entry: "KIND_STARTED"
  std::string onboarding;        // id
  absl::Time since;              // from when its time of attempts counts: the last replay
  std::string body;              // what is sent
  v1::WebhookDelivery delivery;  // without `name` and `body`
};

// Which deliveries are to be sent now.
struct DueQuery {
  struct Room {
    int count = 0;                   // that may be begun
    std::set<FeedCursor> under_way;  // are left out
  };
  absl::Time now;
  std::map<std::string, Room> rooms;  // by uid; none = it is not sent to
  std::string after;                  // uid with which it began last: others come first
  int limit = 0;                      // of all of them
};

// How far the feed was read for webhooks.
struct FeedPlace {
  int64_t version = 0;  // counts what was stored; 0 = nothing yet
  FeedCursor cursor;
  absl::Time time = absl::UnixEpoch();  // of the last deliveries that were put on their way
};

// The rows of webhooks within one transaction. What is not there is an empty result, not an error.
class WebhookRows {
 public:
  virtual ~WebhookRows() = default;
  virtual absl::StatusOr<std::optional<StoredWebhook>> Find(const WebhookKey& key) = 0;
  virtual absl::StatusOr<std::optional<StoredWebhook>> FindByUid(const std::string& uid) = 0;
  virtual absl::StatusOr<int64_t> Count(absl::string_view workspace) = 0;
  // A page; the query is of WebhookSchema(). PAGE_TOKEN_INVALID for a position of another order.
  virtual absl::StatusOr<listing::Page<StoredWebhook>> List(absl::string_view workspace,
                                                            const listing::Query& query) = 0;
  // Of all workspaces. O(answer).
  virtual absl::StatusOr<std::vector<StoredWebhook>> ListEnabled() = 0;
  virtual absl::Status Put(const StoredWebhook& webhook) = 0;
  // Its deliveries are forgotten later.
  virtual absl::Status Remove(const StoredWebhook& webhook) = 0;
};

// The same of deliveries.
class DeliveryRows {
 public:
  virtual ~DeliveryRows() = default;
  virtual absl::StatusOr<std::optional<StoredDelivery>> Find(const DeliveryKey& key) = 0;
  // A page; the query is of DeliverySchema(). PAGE_TOKEN_INVALID as above.
  virtual absl::StatusOr<listing::Page<StoredDelivery>> List(const std::string& uid,
                                                             const listing::Query& query) = 0;
  // Those whose time has come, of each webhook in the order in which they became due, at one time
  // in the order of the feed. O(webhooks with deliveries that wait + answer).
  virtual absl::StatusOr<std::vector<StoredDelivery>> FindDue(const DueQuery& query) = 0;
  // The first `limit` that failed and were put on their way at `since` or later.
  virtual absl::StatusOr<std::vector<StoredDelivery>> ListFailed(const std::string& uid,
                                                                 absl::Time since, int limit) = 0;
  // Whether it was not there and is now; one that is there stays as it is.
  virtual absl::StatusOr<bool> Add(const StoredDelivery& delivery) = 0;
  // Replaces it.
  virtual absl::Status Put(const StoredDelivery& delivery) = 0;
  // Forgets up to `limit` that were put on their way before, or whose webhooks are gone. Returns
  // how many.
  virtual absl::StatusOr<int64_t> Forget(absl::Time before, int limit) = 0;
};

// One transaction. Used by one thread, within the body that got it.
class View {
 public:
  virtual ~View() = default;
  virtual WebhookRows& webhooks() = 0;
  virtual DeliveryRows& deliveries() = 0;
  // See sql::Transaction::Lock and Position.
  virtual absl::Status Lock(absl::string_view workspace) = 0;
  virtual absl::StatusOr<int64_t> Position() = 0;
  virtual absl::StatusOr<FeedPlace> LoadPlace() = 0;
  // Stores it as version + 1, if nothing was stored since `place.version` was loaded; else
  // ETAG_MISMATCH (ABORTED).
  virtual absl::Status SavePlace(const FeedPlace& place) = 0;
};

// Thread-safe; may block until context.deadline. Fails also with DEPENDENCY_UNAVAILABLE,
// DEADLINE_EXCEEDED, SHUTTING_DOWN and INTERNAL.
class WebhookStore {
 public:
  virtual ~WebhookStore() = default;
  // In one snapshot; `body` changes nothing.
  virtual absl::Status Read(const base::CallContext& context,
                            absl::FunctionRef<absl::Status(View&)> body) = 0;
  // Runs `body` in a transaction and returns its answer once that is on disk, or the answer that
  // the same request got before; nothing remains of a body that fails. `body` may run several
  // times, on another thread. REQUEST_ID_REUSED.
  virtual absl::StatusOr<std::string> Write(
      const base::CallContext& context, const RequestKey& request, absl::Time now,
      absl::FunctionRef<absl::StatusOr<std::string>(View&)> body) = 0;
  // True if `holder` may send until now + term.
  virtual absl::StatusOr<bool> TakeLease(const base::CallContext& context, absl::string_view holder,
                                         absl::Time now, absl::Duration term) = 0;
};

// What lists may filter and order by.
const expr::Schema& WebhookSchema();
const expr::Schema& DeliverySchema();

}  // namespace plumbline::onboarding::webhooks

#endif  // PLUMBLINE_SERVICES_ONBOARDING_WEBHOOKS_STORE_H_
