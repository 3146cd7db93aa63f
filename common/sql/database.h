// SPDX-License-Identifier: Apache-2.0
//
// One port, two engines (SQLite and PostgreSQL), one SQL text.
//
// The SQL text: parameters are written :name and bound by name. Types are TEXT, BIGINT and BYTES (a
// column type that becomes BLOB or BYTEA). Times are BIGINT microseconds since 1970. The text may
// use these words, which each engine replaces:
//   {bytes}      the column type of byte strings
//   {text}       the column type of text that is compared and ordered by bytes; the order of TEXT
//   is the database's
//   {serial}     the type of a column that is the primary key and that the engine counts up by
//   itself ("seq {serial},")
//   {schema}     the name of the schema (OpenOptions), as a text literal
//   {short_waits}  inside SELECT: who waits longer than two seconds for a lock in the rest of this
//                transaction gives up, and the transaction is run again as after a conflict
//   {position}   inside INSERT: the position of this transaction (see Position below)
//   {settled}    inside WHERE: true of rows whose column `position` was written by a transaction
//   before which no other is
//                still under way. A feed read in the order (position, serial) with this condition
//                never skips a row.
//   {word_index NAME}         a whole statement: makes the table NAME, an index of words, with the
//                             columns `rowid` (BIGINT, the key) and `words`; the words below write
//                             `words` and ask for it, nothing else does
//   {words :param}            inside INSERT or UPDATE: the value of `words`, from a text of words
//                             with one space between them
//   {has_word NAME :param}    inside WHERE, with NAME in FROM under that name: the row has the word
//   {has_prefix NAME :param}  the same: the row has a word that begins with the parameter
// Words of a word index are 1 to 250 bytes of a-z, 0-9 and characters beyond ASCII.
// LIKE tells letter case apart; with ESCAPE '!' it needs no backslashes. lower() of a {text} column
// changes the letters A to Z only.
// Everything else must be SQL that both engines take (INSERT ... ON CONFLICT, RETURNING, LIMIT,
// CTEs: yes). Columns of results are whole numbers, truth values (0 and 1), text or bytes. Text is
// UTF-8 without zero bytes: a parameter that is not is FIELD_INVALID.
#ifndef PLUMBLINE_COMMON_SQL_DATABASE_H_
#define PLUMBLINE_COMMON_SQL_DATABASE_H_

#include <cstdint>
#include <initializer_list>
#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "common/base/call_context.h"

namespace plumbline::sql {

struct Null {};
// A byte string, as opposed to text.
struct Bytes {
  absl::string_view data;
};
using Value = std::variant<Null, int64_t, absl::string_view, Bytes>;

// `name` without the colon. The views must live until the call returns.
struct Param {
  absl::string_view name;
  Value value;
};

// Rows of a query, all in memory. Columns are read by number, from 0, in the order of SELECT.
class Rows {
 public:
  using Cell = std::variant<Null, int64_t, std::string>;
  explicit Rows(size_t columns = 0) : columns_(columns) {}

  size_t size() const { return columns_ == 0 ? 0 : cells_.size() / columns_; }
  bool empty() const { return cells_.empty(); }
  bool IsNull(size_t row, size_t column) const;
  // 0 if NULL.
  int64_t Int(size_t row, size_t column) const;
  // Text or bytes; "" if NULL. Lives as long as the Rows.
  const std::string& Text(size_t row, size_t column) const;

  // For engines: row by row, column by column.
  template <typename T>
  void Add(T value) {
    cells_.emplace_back(std::move(value));
  }

 private:
  size_t columns_;
  std::vector<Cell> cells_;
};

// What a transaction's body may do. Used by one thread at a time; not valid after the body returns.
class Transaction {
 public:
  virtual ~Transaction() = default;

  // Runs one statement that returns no rows. Returns how many rows it changed. A breach of a
  // uniqueness rule is ALREADY_EXISTS (no reason; stores turn it into their own error); everything
  // else is Internal or DEPENDENCY_UNAVAILABLE, and the body must then return it. After an error
  // the transaction is lost: every further call returns that error, and so does Write or Read if
  // the body returns OK. (To go on after a duplicate, write ON CONFLICT DO NOTHING and look at the
  // count.)
  virtual absl::StatusOr<int64_t> Execute(absl::string_view sql,
                                          absl::Span<const Param> params) = 0;

  // As Execute, where nobody needs the result: an engine across a network sends it together with
  // what comes next, and an error of it, ALREADY_EXISTS too, may be that of a later call or of the
  // commit. Write returns it.
  virtual absl::Status Post(absl::string_view sql, absl::Span<const Param> params) {
    return Execute(sql, params).status();
  }

  // Runs one statement and reads all of its rows.
  virtual absl::StatusOr<Rows> Query(absl::string_view sql, absl::Span<const Param> params) = 0;

  // Waits until no other write transaction holds the lock of this name, and holds it to the end of
  // this one. SQLite has one writer: nothing to do. PostgreSQL: pg_advisory_xact_lock, which takes
  // no transaction id. Take it before the first write, so that the order of positions is the order
  // of effects on what the lock protects.
  virtual absl::Status Lock(absl::string_view name) = 0;
  // As Lock, but sure only for the statements after it, as Post is: what the body knows from
  // elsewhere may be older.
  virtual absl::Status PostLock(absl::string_view name) { return Lock(name); }

  // For a body that goes on to wait for others by what it writes (a unique row that they may be
  // writing too). Where it is committed together with others (WriteAfter) this fails, the body
  // returns that, and is run again in a transaction of its own, where this is OK. Before the first
  // write.
  virtual absl::Status Alone() { return absl::OkStatus(); }

  // Write transactions: this transaction's position, the same as {position}. Read transactions: a
  // position such that every transaction with a smaller one is visible here. Positions of one
  // database only grow, restarts included.
  virtual absl::StatusOr<int64_t> Position() = 0;

  absl::StatusOr<int64_t> Execute(absl::string_view sql, std::initializer_list<Param> params = {}) {
    return Execute(sql, absl::MakeConstSpan(params.begin(), params.size()));
  }
  absl::Status Post(absl::string_view sql, std::initializer_list<Param> params = {}) {
    return Post(sql, absl::MakeConstSpan(params.begin(), params.size()));
  }
  absl::StatusOr<Rows> Query(absl::string_view sql, std::initializer_list<Param> params = {}) {
    return Query(sql, absl::MakeConstSpan(params.begin(), params.size()));
  }
};

// A query that is known before its transaction begins.
struct Question {
  absl::string_view sql;
  std::vector<Param> params;
};

// What a write transaction begins with: it takes the locks, then asks the questions. The locks of
// one call have different names; all calls take kinds of locks in the same order.
struct Opening {
  std::vector<std::string> locks;
  std::vector<Question> questions;
};
// The rows of each question of an opening.
using Answers = std::vector<Rows>;

// A database. Thread-safe. The destructor waits for transactions under way.
class Database {
 public:
  using Body = absl::FunctionRef<absl::Status(Transaction&)>;
  using OpenedBody = absl::FunctionRef<absl::Status(Transaction&, const Answers&)>;
  virtual ~Database() = default;

  // Runs `body` in a write transaction. When it returns OK, the transaction is committed, and Write
  // returns OK only when the commit is on disk; when it returns an error nothing of it remains and
  // Write returns that error. `body` may be run several times (conflicts on PostgreSQL are retried
  // whole, with jitter, within the deadline), on another thread (SQLite's writer), and must not
  // block on anything but the transaction. It must not start another transaction. Errors of its
  // own: DEADLINE_EXCEEDED (not committed), DEPENDENCY_UNAVAILABLE, SHUTTING_DOWN.
  virtual absl::Status Write(const base::CallContext& context, Body body) = 0;

  // As Write, for a transaction that begins with `opening`, whose answers `body` gets. Engines do
  // that in one journey, and commit several such calls that share no lock together, each as if it
  // were alone: an error of one takes no other with it. Their positions are then the same, and what
  // the questions do not have under a lock may be as it was before a neighbour.
  virtual absl::Status WriteAfter(const base::CallContext& context, const Opening& opening,
                                  OpenedBody body);

  // Runs `body` in a read-only transaction over one snapshot that includes every commit that was
  // answered before.
  virtual absl::Status Read(const base::CallContext& context, Body body) = 0;

  // True if no other process may write to it (SQLite): what this process knows of it in memory is
  // the truth.
  virtual bool exclusive() const = 0;
};

// A numbered step of a schema: `version` from 1 without gaps; `sql` one or more statements
// separated by ";\n".
struct Migration {
  int version;
  absl::string_view sql;
};

struct OpenOptions {
  int connections = 8;
  // Tables of different services may share a PostgreSQL database: each has its own schema of this
  // name. On SQLite each has its own file, and the name is kept in its table of migrations.
  std::string schema = "plumbline";
};

// Opens "sqlite:FILE", "sqlite::memory:" (a private database that lives as long as the object) or
// "postgresql://...". Errors: FIELD_INVALID (a URL that is neither), DEPENDENCY_UNAVAILABLE.
absl::StatusOr<std::unique_ptr<Database>> Open(absl::string_view url, const OpenOptions& options);

// Brings the schema to the last of `migrations`, each step in a transaction of its own under a
// lock, so that several replicas may start at once and others may write meanwhile: a step that
// waits two seconds for the lock of a table lets go of all and is run again, 20 times in all. A
// step should lock one table that others write: two, and it waits in a circle with who takes them
// in another order. A schema that is newer than `migrations` is left as it is (N and N+1 share it).
absl::Status Migrate(Database& database, absl::Span<const Migration> migrations);

}  // namespace plumbline::sql

#endif  // PLUMBLINE_COMMON_SQL_DATABASE_H_
