// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "common/base/error.h"
#include "common/sql/database.h"
#include "common/sql/postgres.h"
#include "common/sql/sqlite.h"

namespace plumbline::sql {
namespace {

// The name becomes part of SQL texts, unquoted.
bool IsSchemaName(absl::string_view name) {
  const auto allowed = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
  };
  return !name.empty() && name.size() <= 63 && name[0] >= 'a' && name[0] <= 'z' &&
         std::all_of(name.begin(), name.end(), allowed);
}

}  // namespace

absl::StatusOr<std::unique_ptr<Database>> Open(absl::string_view url, const OpenOptions& options) {
  if (!IsSchemaName(options.schema)) {
    return base::FieldError("database.schema",
                            absl::StrCat("'", options.schema,
                                         "' is not a schema name: 1 to 63 characters, a-z, "
                                         "0-9 and '_', beginning with a letter"));
  }
  if (options.connections < 1 || options.connections > 1000) {
    return base::FieldError("database.connections",
                            absl::StrCat(options.connections, " is not between 1 and 1000"));
  }
  absl::string_view file = url;
  if (absl::ConsumePrefix(&file, "sqlite:") && !file.empty()) return OpenSqlite(file, options);
  if (absl::StartsWith(url, "postgresql://") || absl::StartsWith(url, "postgres://"))
    return OpenPostgres(url, options);
  // The URL may hold a password: it is not quoted.
  return base::FieldError(
      "database.url",
      "is none of \"sqlite:FILE\", \"sqlite::memory:\" and \"postgresql://HOST/DATABASE\"");
}

}  // namespace plumbline::sql
