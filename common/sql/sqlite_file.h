// SPDX-License-Identifier: Apache-2.0
//
// The file of an embedded database: kept from other processes, or temporary.
#ifndef PLUMBLINE_COMMON_SQL_SQLITE_FILE_H_
#define PLUMBLINE_COMMON_SQL_SQLITE_FILE_H_

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace plumbline::sql {

class SqliteFile {
 public:
  // Locks `file`, or makes a temporary one if it is ":memory:". DEPENDENCY_UNAVAILABLE if another
  // process has it, or if the folder cannot be written.
  static absl::StatusOr<std::unique_ptr<SqliteFile>> Claim(absl::string_view file);
  // Gives up the lock; removes a temporary file with its folder.
  ~SqliteFile();
  SqliteFile(const SqliteFile&) = delete;
  SqliteFile& operator=(const SqliteFile&) = delete;

  const std::string& path() const { return path_; }
  bool temporary() const { return !folder_.empty(); }

 private:
  SqliteFile() = default;

  std::string path_;
  std::string folder_;  // "" unless temporary
  int lock_ = -1;
};

}  // namespace plumbline::sql

#endif  // PLUMBLINE_COMMON_SQL_SQLITE_FILE_H_
