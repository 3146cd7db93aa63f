// SPDX-License-Identifier: Apache-2.0
//
// One connection to a SQLite file, with its prepared statements.
#ifndef PLUMBLINE_COMMON_SQL_SQLITE_CONNECTION_H_
#define PLUMBLINE_COMMON_SQL_SQLITE_CONNECTION_H_

#include <sqlite3.h>

#include <memory>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "common/base/call_context.h"
#include "common/sql/database.h"

namespace plumbline::sql {

// Used by one thread at a time.
class SqliteConnection {
 public:
  // Opens `file`; creates it unless `read_only`. `schema` replaces {schema}.
  static absl::StatusOr<std::unique_ptr<SqliteConnection>> Open(const std::string& file,
                                                                bool read_only,
                                                                absl::string_view schema);
  ~SqliteConnection();
  SqliteConnection(const SqliteConnection&) = delete;
  SqliteConnection& operator=(const SqliteConnection&) = delete;

  // As in Transaction. A statement is prepared once and kept.
  absl::StatusOr<int64_t> Execute(absl::string_view sql, absl::Span<const Param> params);
  absl::StatusOr<Rows> Query(absl::string_view sql, absl::Span<const Param> params);

  // Runs statements without parameters and words.
  absl::Status Run(const char* statements);

  // What {position} stands for; {settled} is true of smaller positions.
  void set_position(int64_t position) { position_ = position; }

  // False if there is no transaction, or an error of the disk ended it.
  bool in_transaction() const { return sqlite3_get_autocommit(db_) == 0; }

  // False if a deferred foreign key is broken: COMMIT would fail.
  bool may_commit() const;

  // Breaks off statements when `context` ends; nullptr = never. Only for reads: breaking off a
  // write would undo the whole transaction, and with it those that share the commit.
  void BreakOffWith(const base::CallContext* context);

 private:
  struct Statement {
    sqlite3_stmt* handle = nullptr;
    std::vector<std::string> names;  // of parameter 1, 2, ..., without colon; SQLite frees its own
    std::vector<char> bound;
    ~Statement() { sqlite3_finalize(handle); }
  };

  SqliteConnection(sqlite3* db, absl::string_view schema) : db_(db), schema_(schema) {}
  absl::StatusOr<Statement*> Prepare(absl::string_view sql);
  absl::Status Bind(Statement& statement, absl::Span<const Param> params);
  absl::Status BindOne(Statement& statement, int index, const Value& value);
  absl::StatusOr<int64_t> Step(Statement& statement, absl::Span<const Param> params, Rows* rows);
  absl::Status Failure(int code) const;

  sqlite3* db_;
  std::string schema_;
  int64_t position_ = 0;
  const base::CallContext* context_ = nullptr;
  absl::flat_hash_map<std::string, std::unique_ptr<Statement>> statements_;
};

}  // namespace plumbline::sql

#endif  // PLUMBLINE_COMMON_SQL_SQLITE_CONNECTION_H_
