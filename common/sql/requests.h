// SPDX-License-Identifier: Apache-2.0
//
// Idempotency: the key of a request, the hash of its body and its answer are rows of the same
// transaction as its effect.
#ifndef PLUMBLINE_COMMON_SQL_REQUESTS_H_
#define PLUMBLINE_COMMON_SQL_REQUESTS_H_

#include <string>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/base/call_context.h"
#include "common/sql/database.h"

namespace plumbline::sql {

// How long a request_id is remembered at least.
inline constexpr absl::Duration kRequestIdWindow = absl::Hours(24 * 7);

// The migration step every service with mutations has; its table is `requests`.
extern const char kRequestsSchema[];

// What makes two requests the same.
struct RequestKey {
  std::string workspace;
  std::string method;      // full name of the method
  std::string request_id;  // "" = none: the effect just runs
  std::string body;        // the serialised request with request_id cleared; hashed, not stored
};

// Runs `effect` and returns its answer (serialised). If the key was used before: with the same
// body, returns the stored answer and runs nothing; with another, REQUEST_ID_REUSED. All within one
// write transaction. Errors of `effect` are not remembered. `now` stamps the row.
//
// `effect` may run several times, and may have run though the answer is a stored one: an attempt
// that was not committed, overtaken by the same request. So not a trace that it left tells which it
// was, but `replayed` (if given): true if the answer is a stored one.
absl::StatusOr<std::string> Once(
    Database& database, const base::CallContext& context, const RequestKey& key, absl::Time now,
    absl::FunctionRef<absl::StatusOr<std::string>(Transaction&)> effect, bool* replayed = nullptr);

// As Once, for an effect that begins with `opening` (WriteAfter), whose answers it gets.
absl::StatusOr<std::string> OnceAfter(
    Database& database, const base::CallContext& context, const RequestKey& key, absl::Time now,
    Opening opening,
    absl::FunctionRef<absl::StatusOr<std::string>(Transaction&, const Answers&)> effect,
    bool* replayed = nullptr);

// Forgets requests older than the window, at most `limit` of them; returns how many. Background
// work.
absl::StatusOr<int64_t> ForgetOldRequests(Database& database, const base::CallContext& context,
                                          absl::Time now, int limit);

}  // namespace plumbline::sql

#endif  // PLUMBLINE_COMMON_SQL_REQUESTS_H_
