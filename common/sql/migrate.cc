// SPDX-License-Identifier: Apache-2.0
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "common/base/error.h"
#include "common/base/status_macros.h"
#include "common/sql/database.h"

namespace plumbline::sql {
namespace {

constexpr char kLock[] = "migrations";

absl::Status RunStatements(Transaction& transaction, absl::string_view sql) {
  for (absl::string_view statement : absl::StrSplit(sql, ";\n")) {
    statement = absl::StripAsciiWhitespace(statement);
    if (statement.empty()) continue;
    RETURN_IF_ERROR(transaction.Execute(statement).status());
  }
  return absl::OkStatus();
}

// The version that the schema has. Makes the table of migrations if there is none; refuses another
// service's.
absl::StatusOr<int64_t> CurrentVersion(Transaction& transaction) {
  RETURN_IF_ERROR(transaction.Lock(kLock));
  RETURN_IF_ERROR(transaction
                      .Execute("CREATE TABLE IF NOT EXISTS migrations ("
                               "version BIGINT PRIMARY KEY, schema_name TEXT NOT NULL)")
                      .status());
  ASSIGN_OR_RETURN(Rows others,
                   transaction.Query(
                       "SELECT schema_name FROM migrations WHERE schema_name <> {schema} LIMIT 1"));
  if (!others.empty()) {
    return base::FieldError("database.url",
                            absl::StrCat("the database holds the tables of '", others.Text(0, 0),
                                         "'; give each service a file of its own"));
  }
  ASSIGN_OR_RETURN(Rows rows, transaction.Query("SELECT MAX(version) FROM migrations"));
  return rows.Int(0, 0);
}

absl::Status RunStep(Transaction& transaction, const Migration& migration) {
  ASSIGN_OR_RETURN(int64_t version, CurrentVersion(transaction));
  if (version >= migration.version) return absl::OkStatus();
  // Who waits for the lock of a table holds up everybody who asks for it after: better to go and
  // come again.
  RETURN_IF_ERROR(transaction.Query("SELECT {short_waits}").status());
  RETURN_IF_ERROR(RunStatements(transaction, migration.sql));
  return transaction
      .Execute("INSERT INTO migrations (version, schema_name) VALUES (:version, {schema})",
               {{"version", migration.version}})
      .status();
}

}  // namespace

absl::Status Migrate(Database& database, absl::Span<const Migration> migrations) {
  for (size_t i = 0; i < migrations.size(); ++i) {
    if (migrations[i].version != static_cast<int>(i) + 1) {
      return base::Internal(
          absl::StrCat("migration ", i + 1, " has version ", migrations[i].version));
    }
    RETURN_IF_ERROR(database.Write(base::CallContext(), [&](Transaction& transaction) {
      return RunStep(transaction, migrations[i]);
    }));
  }
  return absl::OkStatus();
}

}  // namespace plumbline::sql
