// SPDX-License-Identifier: Apache-2.0
#include "common/sql/sqlite_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "absl/strings/str_cat.h"
#include "common/base/error.h"

namespace plumbline::sql {
namespace {

absl::Status CannotOpen(absl::string_view path, absl::string_view why) {
  return base::Error(base::Reason::ERROR_REASON_DEPENDENCY_UNAVAILABLE,
                     absl::StrCat("the database file '", path, "' cannot be opened: ", why))
      .With("dependency", "database");
}

}  // namespace

absl::StatusOr<std::unique_ptr<SqliteFile>> SqliteFile::Claim(absl::string_view file) {
  std::unique_ptr<SqliteFile> claim(new SqliteFile());
  if (file == ":memory:") {
    const char* parent = getenv("TMPDIR");
    std::string folder = absl::StrCat(parent != nullptr ? parent : "/tmp", "/plumbline-XXXXXX");
    if (mkdtemp(folder.data()) == nullptr) return CannotOpen(folder, strerrordesc_np(errno));
    claim->folder_ = folder;
    claim->path_ = absl::StrCat(folder, "/database");
    return claim;
  }
  claim->path_ = std::string(file);
  claim->lock_ = open(absl::StrCat(file, ".lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (claim->lock_ < 0) return CannotOpen(file, strerrordesc_np(errno));
  if (flock(claim->lock_, LOCK_EX | LOCK_NB) != 0)
    return CannotOpen(file, "another process has it open; stop that one first");
  // Records of people: for nobody else on the machine. SQLite gives its other files the same
  // rights.
  const int database = open(claim->path_.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (database < 0) return CannotOpen(file, strerrordesc_np(errno));
  close(database);
  return claim;
}

SqliteFile::~SqliteFile() {
  if (lock_ >= 0) close(lock_);
  if (!temporary()) return;
  for (absl::string_view suffix : {"", "-wal", "-shm"}) unlink(absl::StrCat(path_, suffix).c_str());
  rmdir(folder_.c_str());
}

}  // namespace plumbline::sql
