// SPDX-License-Identifier: Apache-2.0
//
// The engine for production: PostgreSQL through libpq. Writes are READ COMMITTED and begin with the
// locks that they need; reads are snapshots. Whole transactions are repeated after a deadlock, a
// serialization failure, or when the connection is lost before the commit was sent.
#ifndef PLUMBLINE_COMMON_SQL_POSTGRES_H_
#define PLUMBLINE_COMMON_SQL_POSTGRES_H_

#include <memory>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "common/sql/database.h"

namespace plumbline::sql {

// Connects, and makes the schema if there is none. Connections beyond the first are made when they
// are needed.
absl::StatusOr<std::unique_ptr<Database>> OpenPostgres(absl::string_view url,
                                                       const OpenOptions& options);

}  // namespace plumbline::sql

#endif  // PLUMBLINE_COMMON_SQL_POSTGRES_H_
