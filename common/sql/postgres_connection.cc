// SPDX-License-Identifier: Apache-2.0
#include "common/sql/postgres_connection.h"

#include <errno.h>
#include <poll.h>

#include <algorithm>
#include <cstdlib>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/base/clock.h"
#include "common/base/error.h"
#include "common/base/status_macros.h"
#include "common/sql/errors.h"
#include "common/sql/postgres_text.h"
#include "common/sql/postgres_value.h"

namespace plumbline::sql {
namespace {

constexpr size_t kMostStatements = 512;
constexpr size_t kMostStatementBytes = 256 << 10;
constexpr int kMostPosted = 100;

// A process that is frozen or cut off in the middle of a transaction holds its locks and stops all
// feeds, which wait for the oldest transaction: the server ends it.
constexpr char kLetGo[] =
    "; SET idle_in_transaction_session_timeout = '30s'; SET tcp_keepalives_idle = 10"
    "; SET tcp_keepalives_interval = 5; SET tcp_keepalives_count = 3";

// Distinguishes the prepared forms of one text: the server fixes the types of parameters when it
// prepares.
std::string KeyOf(absl::string_view sql, absl::Span<const Param> params) {
  std::string key(sql);
  key.push_back('\0');
  for (const Param& param : params)
    absl::StrAppend(&key, param.name, static_cast<int>(param.value.index()));
  return key;
}

}  // namespace

absl::StatusOr<std::unique_ptr<PostgresConnection>> PostgresConnection::Connect(
    const std::string& url, absl::string_view schema, absl::Time deadline) {
  std::unique_ptr<PostgresConnection> connection(new PostgresConnection(schema));
  connection->deadline_ = deadline;
  RETURN_IF_ERROR(connection->Dial(url));
  RETURN_IF_ERROR(connection
                      ->Run(absl::StrCat("SET search_path = ", schema,
                                         "; SET client_encoding = 'UTF8'", kLetGo))
                      .status());
  return connection;
}

absl::Status PostgresConnection::Dial(const std::string& url) {
  // The URL comes last, so that it may override; a peer that vanished is noticed within half a
  // minute.
  const char* const keywords[] = {"application_name", "keepalives_idle", "keepalives_interval",
                                  "keepalives_count", "dbname",          nullptr};
  const char* const values[] = {"plumbline", "10", "5", "3", url.c_str(), nullptr};
  connection_.reset(PQconnectStartParams(keywords, values, /*expand_dbname=*/1));
  if (connection_ == nullptr || PQstatus(connection_.get()) == CONNECTION_BAD) return Unavailable();
  PostgresPollingStatusType step = PGRES_POLLING_WRITING;
  while (step != PGRES_POLLING_OK) {
    if (step == PGRES_POLLING_FAILED) return Unavailable();
    RETURN_IF_ERROR(Wait(step == PGRES_POLLING_WRITING));
    step = PQconnectPoll(connection_.get());
  }
  // The server's notices are of no use to anybody here, and libpq would print them.
  PQsetNoticeReceiver(
      connection_.get(), +[](void*, const PGresult*) {}, nullptr);
  return PQsetnonblocking(connection_.get(), 1) == 0 ? absl::OkStatus() : Lost();
}

absl::StatusOr<int64_t> PostgresConnection::Execute(absl::string_view sql,
                                                    absl::Span<const Param> params) {
  ASSIGN_OR_RETURN(Result result, Run(sql, params));
  return strtoll(PQcmdTuples(result.get()), nullptr, 10);
}

absl::StatusOr<Rows> PostgresConnection::Query(absl::string_view sql,
                                               absl::Span<const Param> params) {
  ASSIGN_OR_RETURN(Result result, Run(sql, params));
  return ToRows(result.get());
}

absl::StatusOr<Rows> PostgresConnection::ToRows(const PGresult* result) {
  const int columns = PQnfields(result);
  Rows rows(static_cast<size_t>(columns));
  for (int row = 0; row < PQntuples(result); ++row) {
    for (int column = 0; column < columns; ++column) {
      if (PQgetisnull(result, row, column)) {
        rows.Add(Null{});
        continue;
      }
      const auto size = static_cast<size_t>(PQgetlength(result, row, column));
      const absl::string_view data(PQgetvalue(result, row, column), size);
      RETURN_IF_ERROR(AddCell(PQftype(result, column), data, rows));
    }
  }
  return rows;
}

absl::Status PostgresConnection::Post(absl::string_view sql, absl::Span<const Param> params) {
  return Post(sql, params, /*asks=*/false);
}

absl::Status PostgresConnection::Ask(absl::string_view sql, absl::Span<const Param> params) {
  return Post(sql, params, /*asks=*/true);
}

absl::StatusOr<std::vector<Rows>> PostgresConnection::Answers() {
  if (posted_ > 0) RETURN_IF_ERROR(Settle(/*with_another=*/false).status());
  std::vector<Rows> all;
  all.reserve(answers_.size());
  for (const Result& answer : answers_) {
    ASSIGN_OR_RETURN(Rows rows, ToRows(answer.get()));
    all.push_back(std::move(rows));
  }
  answers_.clear();
  return all;
}

absl::Status PostgresConnection::Post(absl::string_view sql, absl::Span<const Param> params,
                                      bool asks) {
  ASSIGN_OR_RETURN(const Statement* statement, Prepared(sql, params));
  if (posted_ == 0 && PQenterPipelineMode(connection_.get()) == 0) return Lost();
  RETURN_IF_ERROR(Send(*statement, params));
  asked_.push_back(asks);
  // The server's answers must not fill the socket's buffers while nobody reads them.
  return ++posted_ < kMostPosted ? absl::OkStatus() : Settle(/*with_another=*/false).status();
}

absl::StatusOr<std::string> PostgresConnection::Finish(absl::string_view sql) {
  ASSIGN_OR_RETURN(Result result, Run(sql, {}));
  return std::string(PQcmdStatus(result.get()));
}

absl::StatusOr<std::string> PostgresConnection::Run(const std::string& statements) {
  if (posted_ > 0) Settle(/*with_another=*/false).IgnoreError();
  if (!alive()) return Lost();
  fate_ = Fate::kFinal;
  if (PQsendQuery(connection_.get(), statements.c_str()) == 0) return Lost();
  ASSIGN_OR_RETURN(Result result, Receive());
  return std::string(PQcmdStatus(result.get()));
}

absl::Status PostgresConnection::Forget() {
  statements_.clear();
  return Run("DEALLOCATE ALL").status();
}

absl::StatusOr<const PostgresConnection::Statement*> PostgresConnection::Prepared(
    absl::string_view sql, absl::Span<const Param> params) {
  fate_ = Fate::kFinal;
  RETURN_IF_ERROR(CheckTexts(params));
  const std::string key = KeyOf(sql, params);
  auto found = statements_.find(key);
  if (found != statements_.end()) {
    Statement& known = found->second;
    if (base::SystemClock().Now() >= known.end) RETURN_IF_ERROR(Renew(sql, params, known));
    return &known;
  }
  if (posted_ > 0) RETURN_IF_ERROR(Settle(/*with_another=*/false).status());
  statement_bytes_ += key.size();
  if (statements_.size() >= kMostStatements || statement_bytes_ > kMostStatementBytes) {
    RETURN_IF_ERROR(Forget());
    statement_bytes_ = key.size();
  }
  Statement statement;
  RETURN_IF_ERROR(Prepare(sql, params, statement));
  return &statements_.emplace(key, std::move(statement)).first->second;
}

absl::Status PostgresConnection::Renew(absl::string_view sql, absl::Span<const Param> params,
                                       Statement& statement) {
  constexpr int kMoreRarely = 2;
  if (posted_ > 0) RETURN_IF_ERROR(Settle(/*with_another=*/false).status());
  Statement renewed;
  renewed.life = std::min(statement.life * kMoreRarely, kLastRenewal);
  RETURN_IF_ERROR(Prepare(sql, params, renewed));
  RETURN_IF_ERROR(Run(absl::StrCat("DEALLOCATE ", statement.name)).status());
  statement = std::move(renewed);
  return absl::OkStatus();
}

absl::Status PostgresConnection::Send(const Statement& statement, absl::Span<const Param> params) {
  PostgresArguments arguments(statement.names.size());
  for (size_t i = 0; i < statement.names.size(); ++i) {
    const auto named = [&](const Param& param) { return param.name == statement.names[i]; };
    arguments.Set(i, std::find_if(params.begin(), params.end(), named)
                         ->value);  // Prepare() saw that it is there
  }
  const bool sent = PQsendQueryPrepared(connection_.get(), statement.name.c_str(),
                                        arguments.count(), arguments.data(), arguments.sizes(),
                                        arguments.formats(), /*resultFormat=*/1) != 0;
  return sent ? absl::OkStatus() : Lost();
}

absl::StatusOr<PostgresConnection::Result> PostgresConnection::Run(absl::string_view sql,
                                                                   absl::Span<const Param> params) {
  ASSIGN_OR_RETURN(const Statement* statement, Prepared(sql, params));
  RETURN_IF_ERROR(Send(*statement, params));
  return posted_ > 0 ? Settle(/*with_another=*/true) : Receive();
}

absl::StatusOr<PostgresConnection::Result> PostgresConnection::Settle(bool with_another) {
  if (PQpipelineSync(connection_.get()) == 0) return Lost();
  RETURN_IF_ERROR(Flush());
  const int statements = posted_ + (with_another ? 1 : 0);
  absl::Status failure;
  Result last;
  for (int i = 0; i < statements; ++i) {
    absl::StatusOr<Result> answer = ReceiveOne();
    if (connection_ == nullptr) return answer.status();
    // What came after a failure was not carried out, and says nothing.
    if (failure.ok()) failure = answer.status();
    if (!answer.ok()) continue;
    if (i < posted_ && asked_[static_cast<size_t>(i)]) {
      answers_.push_back(*std::move(answer));
    } else {
      last = *std::move(answer);
    }
  }
  ASSIGN_OR_RETURN(const Result sync, Next());
  if (sync == nullptr || PQresultStatus(sync.get()) != PGRES_PIPELINE_SYNC ||
      PQexitPipelineMode(connection_.get()) == 0) {
    return Lost();
  }
  posted_ = 0;
  asked_.clear();
  if (!failure.ok()) {
    answers_.clear();
    return failure;
  }
  if (with_another && last == nullptr) return Lost();
  if (!with_another) last.reset();
  return last;
}

absl::Status PostgresConnection::Prepare(absl::string_view sql, absl::Span<const Param> params,
                                         Statement& statement) {
  PostgresText text = ToPostgres(sql, schema_);
  PostgresArguments arguments(text.names.size());
  for (const Param& param : params) {
    const auto name = std::find(text.names.begin(), text.names.end(), param.name);
    if (name == text.names.end())
      return base::Internal(absl::StrCat("SQL: no parameter :", param.name));
    arguments.Set(static_cast<size_t>(name - text.names.begin()), param.value);
  }
  for (const std::string& name : text.names) {
    const auto named = [&](const Param& param) { return param.name == name; };
    if (std::none_of(params.begin(), params.end(), named))
      return base::Internal(absl::StrCat("SQL: no value for :", name));
  }
  statement.name = absl::StrCat("s", next_name_++);
  statement.names = std::move(text.names);
  statement.end = base::SystemClock().Now() + statement.life;
  if (PQsendPrepare(connection_.get(), statement.name.c_str(), text.sql.c_str(), arguments.count(),
                    arguments.types()) == 0) {
    return Lost();
  }
  return Receive().status();
}

absl::Status PostgresConnection::Flush() {
  PGconn* const connection = connection_.get();
  for (int unsent; (unsent = PQflush(connection)) != 0;) {
    if (unsent < 0) return Lost();
    RETURN_IF_ERROR(Wait(/*write=*/true));
    if (PQconsumeInput(connection) == 0)
      return Lost();  // the server may have to be read before it reads on
  }
  return absl::OkStatus();
}

absl::StatusOr<PostgresConnection::Result> PostgresConnection::Next() {
  while (PQisBusy(connection_.get())) {
    RETURN_IF_ERROR(Wait(/*write=*/false));
    if (PQconsumeInput(connection_.get()) == 0) return Lost();
  }
  return Result(PQgetResult(connection_.get()));
}

absl::StatusOr<PostgresConnection::Result> PostgresConnection::ReceiveOne() {
  Result last;
  absl::Status status;
  while (true) {
    ASSIGN_OR_RETURN(Result result, Next());
    if (result == nullptr) break;
    const ExecStatusType kind = PQresultStatus(result.get());
    if (kind == PGRES_PIPELINE_ABORTED) continue;
    if (kind != PGRES_COMMAND_OK && kind != PGRES_TUPLES_OK && status.ok())
      status = Failure(result.get());
    last = std::move(result);
  }
  if (!status.ok()) return status;
  return last;
}

absl::StatusOr<PostgresConnection::Result> PostgresConnection::Receive() {
  RETURN_IF_ERROR(Flush());
  ASSIGN_OR_RETURN(Result result, ReceiveOne());
  if (result == nullptr) return Lost();
  return result;
}

absl::Status PostgresConnection::Wait(bool write) {
  while (true) {
    int patience = -1;
    if (deadline_ != absl::InfiniteFuture()) {
      const absl::Duration left = deadline_ - base::SystemClock().Now();
      patience =
          static_cast<int>(std::clamp<int64_t>(absl::ToInt64Milliseconds(left) + 1, 0, 1'000'000));
    }
    pollfd socket = {.fd = PQsocket(connection_.get()),
                     .events = static_cast<short>(write ? POLLIN | POLLOUT : POLLIN)};
    const int ready = patience == 0 ? 0 : poll(&socket, 1, patience);
    if (ready > 0) return absl::OkStatus();
    if (ready < 0 && errno == EINTR) continue;
    if (ready == 0 && base::SystemClock().Now() < deadline_) continue;
    if (ready < 0) return Lost();
    Lost()
        .IgnoreError();  // its answer may still come: it must not be taken for the next statement's
    return DeadlineExceeded();
  }
}

absl::Status PostgresConnection::Lost() {
  fate_ = Fate::kLost;
  connection_.reset();
  posted_ = 0;
  asked_.clear();
  answers_.clear();
  return Unavailable();
}

absl::Status PostgresConnection::Failure(const PGresult* result) {
  const char* field = PQresultErrorField(result, PG_DIAG_SQLSTATE);
  const absl::string_view state = field == nullptr ? "" : field;
  fate_ = Fate::kFinal;
  if (state == "23505") return Duplicate();
  // statement_timeout, or an operator who cancels.
  if (state == "57014")
    return deadline_ == absl::InfiniteFuture() ? Unavailable() : DeadlineExceeded();
  // 55P03: lock_timeout.
  if (state == "40001" || state == "40P01" || state == "55P03") {
    fate_ = Fate::kConflict;
    return Unavailable();
  }
  if (state == "0A000" || state == "26000") fate_ = Fate::kStale;
  // No state: libpq's own report of a broken connection. 08: connection; 57P: the server stops;
  // 25006: it became a standby.
  if (state.empty() || absl::StartsWith(state, "08") || absl::StartsWith(state, "57P") ||
      state == "25P03") {
    fate_ = Fate::kLost;
    return Unavailable();
  }
  // 53: out of disk, memory, connections. 58: input and output.
  if (absl::StartsWith(state, "53") || absl::StartsWith(state, "58")) return Unavailable();
  return base::Internal(
      absl::StrCat("PostgreSQL: ", PQresultErrorMessage(result), " (", state, ")"));
}

}  // namespace plumbline::sql
