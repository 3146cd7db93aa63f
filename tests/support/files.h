// SPDX-License-Identifier: Apache-2.0
//
// Folders and ports that belong to one test.
#ifndef PLUMBLINE_TESTS_SUPPORT_FILES_H_
#define PLUMBLINE_TESTS_SUPPORT_FILES_H_

#include <string>

#include "absl/strings/string_view.h"

namespace plumbline::testing {

// A new empty folder under $TMPDIR or /tmp, removed with all that is in it by the destructor.
// Aborts if it cannot be made.
class TempDir {
 public:
  TempDir();
  ~TempDir();
  TempDir(const TempDir&) = delete;
  TempDir& operator=(const TempDir&) = delete;

  const std::string& path() const { return path_; }
  // path() + "/" + name.
  std::string Join(absl::string_view name) const;

 private:
  std::string path_;
};

// A TCP port of 127.0.0.1 that nothing listens on, below the range from which the system gives out
// ports of its own: a client that reconnects to a server that is down can then not be connected to
// itself. Different at every call of a process.
int FreePort();

}  // namespace plumbline::testing

#endif  // PLUMBLINE_TESTS_SUPPORT_FILES_H_
