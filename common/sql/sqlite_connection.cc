// SPDX-License-Identifier: Apache-2.0
#include "common/sql/sqlite_connection.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "common/base/status_macros.h"
#include "common/sql/errors.h"
#include "common/sql/words.h"

namespace plumbline::sql {
namespace {

// More than the statements of any service; who builds texts without end only loses speed.
constexpr size_t kMostStatements = 512;
constexpr size_t kMostStatementBytes = 256 << 10;
constexpr int kMostSavepointBytes = 4 << 20;
constexpr char kPosition[] = "plumbline_position";
// Virtual machine steps between two looks at the clock.
constexpr int kStepsBetweenChecks = 10'000;

// FTS5 keeps only which row has which word. Words are put into quotes, in which FTS5 knows no
// operators.
std::string ToSqlite(absl::string_view sql, absl::string_view schema) {
  const Word words[] = {
      {"bytes", "BLOB"},
      {"text", "TEXT"},
      {"serial", "INTEGER PRIMARY KEY"},
      {"short_waits", "1"},  // its one writer waits for nobody
      {"position", absl::StrCat(":", kPosition)},
      {"settled", absl::StrCat("(position < :", kPosition, ")")},
      {"schema", absl::StrCat("'", schema, "'")},
      {"spare_room", "SELECT 1"},  // it writes rows where they are
      {"word_index",
       "CREATE VIRTUAL TABLE %1 USING fts5 (words, tokenize = 'ascii', detail = none)"},
      {"words", "%1"},
      {"has_word", R"(%1 MATCH '"' || replace(%2, '"', '""') || '"')"},
      {"has_prefix", R"(%1 MATCH '"' || replace(%2, '"', '""') || '" *')"}};
  return ReplaceWords(sql, words);
}

// Never OK: the clock may have stepped back since the statement was broken off.
absl::Status Interrupted(const base::CallContext* context) {
  const absl::Status status = context == nullptr ? absl::OkStatus() : CheckNow(*context);
  return status.ok() ? DeadlineExceeded() : status;
}

}  // namespace

absl::StatusOr<std::unique_ptr<SqliteConnection>> SqliteConnection::Open(const std::string& file,
                                                                         bool read_only,
                                                                         absl::string_view schema) {
  // Nobody asks how much memory it uses, which it would count under one lock for all threads.
  [[maybe_unused]] static const int configured = sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
  // What a savepoint would take back stays in memory: each of a group has one, and would write it
  // to a file of its own.
  [[maybe_unused]] static const int kept =
      sqlite3_config(SQLITE_CONFIG_STMTJRNL_SPILL, kMostSavepointBytes);
  const int access = read_only ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
  sqlite3* db = nullptr;
  const int code = sqlite3_open_v2(file.c_str(), &db,
                                   access | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, nullptr);
  std::unique_ptr<SqliteConnection> connection(new SqliteConnection(db, schema));
  if (code != SQLITE_OK) return Unavailable();
  sqlite3_busy_timeout(db, 10'000);
  RETURN_IF_ERROR(connection->Run("PRAGMA case_sensitive_like = ON"));
  return connection;
}

SqliteConnection::~SqliteConnection() {
  statements_.clear();
  sqlite3_close(db_);
}

absl::StatusOr<int64_t> SqliteConnection::Execute(absl::string_view sql,
                                                  absl::Span<const Param> params) {
  ASSIGN_OR_RETURN(Statement * statement, Prepare(sql));
  return Step(*statement, params, nullptr);
}

absl::StatusOr<Rows> SqliteConnection::Query(absl::string_view sql,
                                             absl::Span<const Param> params) {
  ASSIGN_OR_RETURN(Statement * statement, Prepare(sql));
  Rows rows(static_cast<size_t>(sqlite3_column_count(statement->handle)));
  RETURN_IF_ERROR(Step(*statement, params, &rows).status());
  return rows;
}

absl::Status SqliteConnection::Run(const char* statements) {
  const int code = sqlite3_exec(db_, statements, nullptr, nullptr, nullptr);
  return code == SQLITE_OK ? absl::OkStatus() : Failure(code);
}

void SqliteConnection::BreakOffWith(const base::CallContext* context) {
  context_ = context;
  const auto check = +[](void* self) {
    const auto* connection = static_cast<SqliteConnection*>(self);
    return CheckNow(*connection->context_).ok() ? 0 : 1;
  };
  if (context == nullptr) {
    sqlite3_progress_handler(db_, 0, nullptr, nullptr);
  } else {
    sqlite3_progress_handler(db_, kStepsBetweenChecks, check, this);
  }
}

bool SqliteConnection::may_commit() const {
  int broken = 0, unused = 0;
  sqlite3_db_status(db_, SQLITE_DBSTATUS_DEFERRED_FKS, &broken, &unused, /*resetFlg=*/0);
  return broken == 0;
}

absl::StatusOr<SqliteConnection::Statement*> SqliteConnection::Prepare(absl::string_view sql) {
  if (auto found = statements_.find(sql); found != statements_.end()) return found->second.get();
  const std::string text = ToSqlite(sql, schema_);
  auto statement = std::make_unique<Statement>();
  const char* tail = nullptr;
  const int code = sqlite3_prepare_v3(db_, text.c_str(), static_cast<int>(text.size()) + 1,
                                      SQLITE_PREPARE_PERSISTENT, &statement->handle, &tail);
  if (code != SQLITE_OK) return Failure(code);
  if (statement->handle == nullptr ||
      !absl::StripLeadingAsciiWhitespace(absl::string_view(tail)).empty()) {
    return base::Internal(absl::StrCat("SQL: not exactly one statement: ", sql));
  }
  const int count = sqlite3_bind_parameter_count(statement->handle);
  for (int i = 1; i <= count; ++i) {
    const char* name = sqlite3_bind_parameter_name(statement->handle, i);
    if (name == nullptr || *name != ':')
      return base::Internal(absl::StrCat("SQL: parameters are written :name: ", sql));
    statement->names.push_back(name + 1);
  }
  statement_bytes_ += sql.size();
  if (statements_.size() >= kMostStatements || statement_bytes_ > kMostStatementBytes) {
    statements_.clear();
    statement_bytes_ = sql.size();
  }
  Statement* result = statement.get();
  statements_.emplace(sql, std::move(statement));
  return result;
}

absl::Status SqliteConnection::Bind(Statement& statement, absl::Span<const Param> params) {
  RETURN_IF_ERROR(CheckTexts(params));
  statement.bound.assign(statement.names.size(), false);
  for (const Param& param : params) {
    const auto name = std::find(statement.names.begin(), statement.names.end(), param.name);
    if (name == statement.names.end())
      return base::Internal(absl::StrCat("SQL: no parameter :", param.name));
    const size_t index = static_cast<size_t>(name - statement.names.begin());
    RETURN_IF_ERROR(BindOne(statement, static_cast<int>(index) + 1, param.value));
    statement.bound[index] = true;
  }
  for (size_t i = 0; i < statement.names.size(); ++i) {
    if (statement.bound[i]) continue;
    if (statement.names[i] != kPosition)
      return base::Internal(absl::StrCat("SQL: no value for :", statement.names[i]));
    RETURN_IF_ERROR(BindOne(statement, static_cast<int>(i) + 1, position_));
  }
  return absl::OkStatus();
}

absl::Status SqliteConnection::BindOne(Statement& statement, int index, const Value& value) {
  // A null pointer would be bound as NULL; the views outlive the statement's run, so nothing is
  // copied.
  const auto data = [](absl::string_view view) {
    return view.data() == nullptr ? "" : view.data();
  };
  int code;
  if (const auto* number = std::get_if<int64_t>(&value)) {
    code = sqlite3_bind_int64(statement.handle, index, *number);
  } else if (const auto* text = std::get_if<absl::string_view>(&value)) {
    code = sqlite3_bind_text64(statement.handle, index, data(*text), text->size(), SQLITE_STATIC,
                               SQLITE_UTF8);
  } else if (const auto* bytes = std::get_if<Bytes>(&value)) {
    code = sqlite3_bind_blob64(statement.handle, index, data(bytes->data), bytes->data.size(),
                               SQLITE_STATIC);
  } else {
    code = sqlite3_bind_null(statement.handle, index);
  }
  return code == SQLITE_OK ? absl::OkStatus() : Failure(code);
}

absl::StatusOr<int64_t> SqliteConnection::Step(Statement& statement, absl::Span<const Param> params,
                                               Rows* rows) {
  RETURN_IF_ERROR(Bind(statement, params));
  sqlite3_stmt* handle = statement.handle;
  const sqlite3_int64 changes_before = sqlite3_total_changes64(db_);
  absl::Status status;
  int code;
  while ((code = sqlite3_step(handle)) == SQLITE_ROW && status.ok()) {
    for (int i = 0; rows != nullptr && i < sqlite3_column_count(handle); ++i) {
      switch (sqlite3_column_type(handle, i)) {
        case SQLITE_INTEGER:
          rows->Add(static_cast<int64_t>(sqlite3_column_int64(handle, i)));
          break;
        case SQLITE_TEXT:
        case SQLITE_BLOB: {
          const auto* data = static_cast<const char*>(sqlite3_column_blob(handle, i));
          const auto size = static_cast<size_t>(sqlite3_column_bytes(handle, i));
          rows->Add(size == 0 ? std::string() : std::string(data, size));
          break;
        }
        case SQLITE_NULL:
          rows->Add(Null{});
          break;
        default:
          rows->Add(Null{});
          status = base::Internal("SQL: a column is neither text, bytes nor a whole number");
      }
    }
  }
  if (status.ok() && code != SQLITE_DONE) status = Failure(code);
  sqlite3_reset(handle);
  if (!status.ok()) return status;
  // sqlite3_changes() alone would repeat the count of an earlier statement after one that changes
  // nothing.
  return sqlite3_total_changes64(db_) == changes_before ? 0 : sqlite3_changes64(db_);
}

absl::Status SqliteConnection::Failure(int code) const {
  switch (code) {
    case SQLITE_CONSTRAINT_UNIQUE:
    case SQLITE_CONSTRAINT_PRIMARYKEY:
    case SQLITE_CONSTRAINT_ROWID:
      return Duplicate();
    default:
      break;
  }
  switch (code & 0xFF) {
    case SQLITE_INTERRUPT:
      return Interrupted(context_);
    case SQLITE_BUSY:
    case SQLITE_FULL:
    case SQLITE_IOERR:
    case SQLITE_CANTOPEN:
    case SQLITE_NOMEM:
      return Unavailable();
    default:
      return base::Internal(absl::StrCat("SQLite: ", sqlite3_errmsg(db_), " (", code, ")"));
  }
}

}  // namespace plumbline::sql
