// SPDX-License-Identifier: Apache-2.0
//
// What is kept of calendar feeds. Invariants, which the domain upholds and the store relies on:
//  1. Everything belongs to a workspace; no call crosses into another, but for who knows a secret.
//  2. Of a secret only its hash is stored. A feed has one for each answer that told one, and the
//     latest kMostSecrets of them lead to it.
//  3. Who changes a feed holds the lock of its workspace.
#ifndef PLUMBLINE_SERVICES_ONBOARDING_CALENDAR_FEEDS_STORE_H_
#define PLUMBLINE_SERVICES_ONBOARDING_CALENDAR_FEEDS_STORE_H_

#include <cstdint>
#include <optional>
#include <string>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "common/base/call_context.h"
#include "common/expr/schema.h"
#include "common/listing/query.h"
#include "plumbline/onboarding/v1/calendar_feed_service.pb.h"
#include "services/onboarding/runs/store.h"

namespace plumbline::onboarding::calendar_feeds {

struct FeedKey {
  std::string workspace;
  std::string feed;
  bool operator==(const FeedKey&) const = default;
};

inline constexpr int kMostSecrets = 8;  // of a feed

// The rows of feeds within one transaction. What is not there is an empty result, not an error.
class FeedRows {
 public:
  virtual ~FeedRows() = default;
  virtual absl::StatusOr<std::optional<v1::CalendarFeed>> Find(const FeedKey& key) = 0;
  // Of any workspace, by the hash of a secret of it.
  virtual absl::StatusOr<std::optional<v1::CalendarFeed>> FindByHash(absl::string_view hash) = 0;
  virtual absl::StatusOr<int64_t> Count(absl::string_view workspace, absl::string_view person) = 0;
  // A page; the query is of FeedSchema(). PAGE_TOKEN_INVALID for a position of another order.
  virtual absl::StatusOr<listing::Page<v1::CalendarFeed>> List(absl::string_view workspace,
                                                               const listing::Query& query) = 0;
  // Writes it, whether it is there or not.
  virtual absl::Status Put(const FeedKey& key, const v1::CalendarFeed& feed) = 0;
  // With all of its secrets.
  virtual absl::Status Remove(const FeedKey& key) = 0;
  // From now on the secret with this hash leads to the feed, and its oldest no longer, if there are
  // more than kMostSecrets.
  virtual absl::Status AddHash(const FeedKey& key, absl::string_view hash, absl::Time now) = 0;
};

// One transaction. Used by one thread, within the body that got it.
class View {
 public:
  virtual ~View() = default;
  virtual FeedRows& feeds() = 0;
  // See sql::Transaction::Lock and Position.
  virtual absl::Status Lock(absl::string_view workspace) = 0;
  virtual absl::StatusOr<int64_t> Position() = 0;
};

// Thread-safe; may block until context.deadline. Fails also with DEPENDENCY_UNAVAILABLE,
// DEADLINE_EXCEEDED, SHUTTING_DOWN and INTERNAL.
class CalendarFeedStore {
 public:
  virtual ~CalendarFeedStore() = default;
  // In one snapshot; `body` changes nothing.
  virtual absl::Status Read(const base::CallContext& context,
                            absl::FunctionRef<absl::Status(View&)> body) = 0;
  // Runs `body` in a transaction and returns its answer once that is on disk, or the answer that
  // the same request got before, and `replayed` is true then; nothing remains of a body that fails.
  // `body` may run several times, on another thread. REQUEST_ID_REUSED.
  virtual absl::StatusOr<std::string> Write(
      const base::CallContext& context, const RequestKey& request, absl::Time now,
      absl::FunctionRef<absl::StatusOr<std::string>(View&)> body, bool* replayed) = 0;
};

// What lists may filter and order by.
const expr::Schema& FeedSchema();

}  // namespace plumbline::onboarding::calendar_feeds

#endif  // PLUMBLINE_SERVICES_ONBOARDING_CALENDAR_FEEDS_STORE_H_
