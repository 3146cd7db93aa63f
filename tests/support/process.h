// SPDX-License-Identifier: Apache-2.0
//
// Child processes of tests.
#ifndef PLUMBLINE_TESTS_SUPPORT_PROCESS_H_
#define PLUMBLINE_TESTS_SUPPORT_PROCESS_H_

#include <sys/types.h>

#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"

namespace plumbline::testing {

// How long waits last unless told otherwise: long enough for a busy machine, so that only a fault
// reaches it.
inline constexpr absl::Duration kPatience = absl::Seconds(60);

struct ProcessOptions {
  std::vector<std::string> args;  // args[0]: the program, looked up in PATH if it has no "/"
  std::vector<std::pair<std::string, std::string>> env;  // set in addition to this process's own
  std::string user;    // run as this user; only root may name one; "" = as ourselves
  std::string folder;  // working directory; "" = ours
};

// A running program. Thread-safe. Its standard output and error are captured together. It is killed
// by the destructor, and by the kernel should this process die first.
class Process {
 public:
  // Starts it. A program that cannot be executed ends with exit code 127 and says why in its
  // output.
  static std::unique_ptr<Process> Start(ProcessOptions options);
  ~Process();
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;

  pid_t pid() const;
  bool running() const;

  // All output so far.
  std::string Output() const;

  // The first line that contains `text`, as soon as it is complete, among the output after the
  // offset `from`. Error if the process ends or `patience` runs out before; it quotes the output.
  absl::StatusOr<std::string> WaitForLine(absl::string_view text,
                                          absl::Duration patience = kPatience,
                                          size_t from = 0) const;

  // Sends a signal (SIGKILL: to its whole process group); nothing happens if it has ended.
  void Signal(int signal);
  // SIGKILL to it and to what it started in its process group, then waits for the end.
  void Kill();
  // SIGTERM, then Wait.
  absl::StatusOr<int> Terminate(absl::Duration patience = kPatience);

  // Waits for its end: the exit code, or 128 + the signal that ended it. Error if it still runs
  // after `patience`.
  absl::StatusOr<int> Wait(absl::Duration patience = kPatience) const;

 private:
  explicit Process(ProcessOptions options);
  void Run(const ProcessOptions& options);
  void Reap(pid_t pid);

  mutable absl::Mutex mutex_;
  pid_t pid_ ABSL_GUARDED_BY(mutex_) = 0;
  bool ended_ ABSL_GUARDED_BY(mutex_) = false;
  int exit_code_ ABSL_GUARDED_BY(mutex_) = 0;
  std::string output_ ABSL_GUARDED_BY(mutex_);
  // Starts the child, reads its output to the end and reaps it. The child is tied to the life of
  // the thread that started it, so this must not be the caller's.
  std::thread thread_;
};

}  // namespace plumbline::testing

#endif  // PLUMBLINE_TESTS_SUPPORT_PROCESS_H_
