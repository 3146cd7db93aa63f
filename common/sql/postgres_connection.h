// SPDX-License-Identifier: Apache-2.0
//
// One connection to PostgreSQL, with its prepared statements.
#ifndef PLUMBLINE_COMMON_SQL_POSTGRES_CONNECTION_H_
#define PLUMBLINE_COMMON_SQL_POSTGRES_CONNECTION_H_

#include <libpq-fe.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "common/sql/database.h"

namespace plumbline::sql {

// Statements that were posted are sent with the next one, all in one message, and answered with it
// (libpq's pipeline): a transaction takes as many journeys as it has questions.
//
// Used by one thread at a time. No call waits past the deadline; one that does not get its answer
// in time closes the connection.
class PostgresConnection {
 public:
  // What an error means for the transaction.
  enum class Fate {
    kFinal,     // its error is the answer
    kConflict,  // deadlock or serialization failure: a repetition may succeed
    kStale,     // a prepared statement no longer fits the schema: Forget() and repeat
    kLost,      // the connection is gone
  };

  static absl::StatusOr<std::unique_ptr<PostgresConnection>> Connect(const std::string& url,
                                                                     absl::string_view schema,
                                                                     absl::Time deadline);

  absl::StatusOr<int64_t> Execute(absl::string_view sql, absl::Span<const Param> params);
  absl::StatusOr<Rows> Query(absl::string_view sql, absl::Span<const Param> params);
  // Sends it with the next statement, whose error its error is.
  absl::Status Post(absl::string_view sql, absl::Span<const Param> params);
  // As Post; its rows are among the Answers.
  absl::Status Ask(absl::string_view sql, absl::Span<const Param> params);
  // Awaits all that was posted. The rows of what was asked, in order.
  absl::StatusOr<std::vector<Rows>> Answers();
  // As Execute, the answer being its tag ("COMMIT").
  absl::StatusOr<std::string> Finish(absl::string_view sql);
  // Statements without parameters and words, in one message. Returns the tag of the last
  // ("COMMIT"). What was posted is forgotten.
  absl::StatusOr<std::string> Run(const std::string& statements);

  void set_deadline(absl::Time deadline) { deadline_ = deadline; }
  // How long a statement of this connection may run, in milliseconds, 0 = as long as it wants, as
  // far as that is known and committed.
  std::optional<int64_t> statement_timeout() const { return statement_timeout_; }
  void set_statement_timeout(std::optional<int64_t> limit) { statement_timeout_ = limit; }
  // What the last error meant.
  Fate fate() const { return fate_; }
  // False: it serves no more.
  bool alive() const { return PQstatus(connection_.get()) == CONNECTION_OK; }
  // Whether the server has no transaction open here.
  bool idle() const { return PQtransactionStatus(connection_.get()) == PQTRANS_IDLE; }
  // Forgets all prepared statements. Not within a transaction.
  absl::Status Forget();

 private:
  struct Deleter {
    void operator()(PGconn* connection) const { PQfinish(connection); }
    void operator()(PGresult* result) const { PQclear(result); }
  };
  using Result = std::unique_ptr<PGresult, Deleter>;
  // The server keeps the plan that it made when the tables were as large as they were then: of two
  // indexes that cost the same on an empty table one may be read to its end when it is full. So
  // plans are made anew, more and more rarely; of tables that the server analyzes, which it begins
  // within about a minute, it does that by itself.
  static constexpr absl::Duration kFirstRenewal = absl::Milliseconds(250);
  static constexpr absl::Duration kLastRenewal = absl::Minutes(1);
  struct Statement {
    std::string name;
    std::vector<std::string> names;       // of its parameters
    absl::Duration life = kFirstRenewal;  // of the plan
    absl::Time end;                       // when it is prepared anew
  };

  explicit PostgresConnection(absl::string_view schema) : schema_(schema) {}
  absl::Status Dial(const std::string& url);
  absl::StatusOr<Result> Run(absl::string_view sql, absl::Span<const Param> params);
  static absl::StatusOr<Rows> ToRows(const PGresult* result);
  absl::Status Post(absl::string_view sql, absl::Span<const Param> params, bool asks);
  // The prepared form of a statement, which lives until the next call.
  absl::StatusOr<const Statement*> Prepared(absl::string_view sql, absl::Span<const Param> params);
  absl::Status Renew(absl::string_view sql, absl::Span<const Param> params, Statement& statement);
  absl::Status Send(const Statement& statement, absl::Span<const Param> params);
  // Awaits the answers to what was posted, and to the statement after it if there is one, whose
  // answer it returns (else nullptr).
  absl::StatusOr<Result> Settle(bool with_another);
  absl::Status Prepare(absl::string_view sql, absl::Span<const Param> params, Statement& statement);
  absl::StatusOr<Result> Receive();
  // Sends what libpq holds back.
  absl::Status Flush();
  // The answers to one statement: the last of them, nullptr if it was not carried out because one
  // before it failed.
  absl::StatusOr<Result> ReceiveOne();
  // The next answer; nullptr: there are no more.
  absl::StatusOr<Result> Next();
  // Waits until the socket can be read, or written if `write`.
  absl::Status Wait(bool write);
  absl::Status Failure(const PGresult* result);
  absl::Status Lost();

  std::unique_ptr<PGconn, Deleter> connection_;
  std::string schema_;
  absl::Time deadline_ = absl::InfiniteFuture();
  Fate fate_ = Fate::kFinal;
  int64_t next_name_ = 0;
  int posted_ = 0;               // statements that were not answered yet: the pipeline is open
  std::vector<bool> asked_;      // which of these are asked
  std::vector<Result> answers_;  // to what was asked, until they are taken
  std::optional<int64_t> statement_timeout_;
  // By the text and the types of the arguments.
  absl::flat_hash_map<std::string, Statement> statements_;
  size_t statement_bytes_ = 0;  // of their texts
};

}  // namespace plumbline::sql

#endif  // PLUMBLINE_COMMON_SQL_POSTGRES_CONNECTION_H_
