// SPDX-License-Identifier: Apache-2.0
#include "common/sql/requests.h"

#include <vector>

#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "common/base/ids.h"
#include "common/base/status_macros.h"

namespace plumbline::sql {

const char kRequestsSchema[] =
    "CREATE TABLE requests ("
    "workspace TEXT NOT NULL, method TEXT NOT NULL, request_id TEXT NOT NULL, "
    "body_hash TEXT NOT NULL, response {bytes} NOT NULL, create_micros BIGINT NOT NULL, "
    "PRIMARY KEY (workspace, method, request_id));\n"
    "CREATE INDEX requests_by_time ON requests (create_micros);\n";

namespace {

constexpr char kFind[] =
    "SELECT body_hash, response FROM requests "
    "WHERE workspace = :workspace AND method = :method AND request_id = :request_id";

std::vector<Param> Find(const RequestKey& key) {
  return {{"workspace", key.workspace}, {"method", key.method}, {"request_id", key.request_id}};
}

std::string LockOf(const RequestKey& key) {
  return absl::StrCat("request:", key.workspace, "/", key.method, "/", key.request_id);
}

// The stored answer in `response` and true, or false if the key is new. `rows` is what was found.
absl::StatusOr<bool> Take(const Rows& rows, const RequestKey& key, absl::string_view hash,
                          std::string& response) {
  if (rows.empty()) return false;
  if (rows.Text(0, 0) != hash) {
    return base::Error(base::Reason::ERROR_REASON_REQUEST_ID_REUSED,
                       absl::StrCat("request_id '", key.request_id,
                                    "' was used before with another request; repeat that request "
                                    "unchanged, or take a new id"))
        .With("request_id", key.request_id);
  }
  response = rows.Text(0, 1);
  return true;
}

absl::Status Store(Transaction& transaction, const RequestKey& key, absl::string_view hash,
                   absl::Time now, absl::string_view response) {
  return transaction.Post(
      "INSERT INTO requests (workspace, method, request_id, body_hash, response, create_micros) "
      "VALUES (:workspace, :method, :request_id, :hash, :response, :now)",
      {{"workspace", key.workspace},
       {"method", key.method},
       {"request_id", key.request_id},
       {"hash", hash},
       {"response", Bytes{response}},
       {"now", absl::ToUnixMicros(now)}});
}

}  // namespace

absl::StatusOr<std::string> Once(
    Database& database, const base::CallContext& context, const RequestKey& key, absl::Time now,
    absl::FunctionRef<absl::StatusOr<std::string>(Transaction&)> effect, bool* replayed) {
  const std::string hash = key.request_id.empty() ? "" : base::Sha256Hex(key.body);
  std::string response;
  bool known = false;
  RETURN_IF_ERROR(database.Write(context, [&](Transaction& transaction) -> absl::Status {
    known = false;
    if (!key.request_id.empty()) {
      RETURN_IF_ERROR(transaction.PostLock(LockOf(key)));
      ASSIGN_OR_RETURN(const Rows rows, transaction.Query(kFind, absl::MakeConstSpan(Find(key))));
      ASSIGN_OR_RETURN(known, Take(rows, key, hash, response));
      if (known) return absl::OkStatus();
    }
    ASSIGN_OR_RETURN(response, effect(transaction));
    return key.request_id.empty() ? absl::OkStatus() : Store(transaction, key, hash, now, response);
  }));
  if (replayed != nullptr) *replayed = known;
  return response;
}

absl::StatusOr<std::string> OnceAfter(
    Database& database, const base::CallContext& context, const RequestKey& key, absl::Time now,
    Opening opening,
    absl::FunctionRef<absl::StatusOr<std::string>(Transaction&, const Answers&)> effect,
    bool* replayed) {
  const bool keeps = !key.request_id.empty();
  const std::string hash = keeps ? base::Sha256Hex(key.body) : "";
  if (keeps) {
    opening.locks.insert(opening.locks.begin(), LockOf(key));
    opening.questions.push_back({kFind, Find(key)});
  }
  std::string response;
  bool known = false;
  const auto body = [&](Transaction& transaction, const Answers& answers) -> absl::Status {
    known = false;
    if (keeps) {
      ASSIGN_OR_RETURN(known, Take(answers.back(), key, hash, response));
      if (known) return absl::OkStatus();
    }
    ASSIGN_OR_RETURN(response, effect(transaction, answers));
    return keeps ? Store(transaction, key, hash, now, response) : absl::OkStatus();
  };
  RETURN_IF_ERROR(database.WriteAfter(context, opening, body));
  if (replayed != nullptr) *replayed = known;
  return response;
}

absl::StatusOr<int64_t> ForgetOldRequests(Database& database, const base::CallContext& context,
                                          absl::Time now, int limit) {
  int64_t forgotten = 0;
  RETURN_IF_ERROR(database.Write(context, [&](Transaction& transaction) -> absl::Status {
    ASSIGN_OR_RETURN(
        forgotten, transaction.Execute(
                       "DELETE FROM requests WHERE (workspace, method, request_id) IN ("
                       "SELECT workspace, method, request_id FROM requests "
                       "WHERE create_micros < :before ORDER BY create_micros LIMIT :limit)",
                       {{"before", absl::ToUnixMicros(now - kRequestIdWindow)}, {"limit", limit}}));
    return absl::OkStatus();
  }));
  return forgotten;
}

}  // namespace plumbline::sql
