// SPDX-License-Identifier: Apache-2.0
//
// The embedded engine. Invariants:
//   1. Only the writer thread's connection writes and checkpoints; readers are opened read-only.
//   2. The writer runs transactions one after the other, in the order in which they came, each in a
//   savepoint of its own, and
//      commits those that wait as one group: one fsync answers all of them.
//   3. Positions count up by one for each transaction; the table plumbline_position holds the last
//   one committed.
//   4. One process has the file: a lock on FILE.lock keeps others out, and goes with the process.
#ifndef PLUMBLINE_COMMON_SQL_SQLITE_H_
#define PLUMBLINE_COMMON_SQL_SQLITE_H_

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "common/sql/database.h"

namespace plumbline::sql {

// Opens `file`, or ":memory:": a file in a temporary folder, which needs no sync and is removed at
// the end. (SQLite's own databases in memory have no write-ahead log: their readers and writer
// would wait for each other.)
absl::StatusOr<std::unique_ptr<Database>> OpenSqlite(absl::string_view file,
                                                     const OpenOptions& options);

}  // namespace plumbline::sql

#endif  // PLUMBLINE_COMMON_SQL_SQLITE_H_
