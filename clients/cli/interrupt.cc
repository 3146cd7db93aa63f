// SPDX-License-Identifier: Apache-2.0
#include "clients/cli/interrupt.h"

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>

namespace plumbline::cli {
namespace {

// What a signal handler writes to; it cannot be given it in another way.
std::atomic<int> write_end{-1};

// Any thread may run it: a byte in a pipe wakes the one that waits, whichever that is.
void OnSignal(int) {
  const int saved = errno;
  const char byte = 0;
  if (::write(write_end.load(), &byte, 1) < 0) {
    // The pipe is full of signals that nobody has read: it has happened already.
  }
  errno = saved;
}

}  // namespace

Interrupt::Interrupt() {
  int ends[2] = {-1, -1};
  if (::pipe2(ends, O_CLOEXEC | O_NONBLOCK) != 0) return;  // signals end the program as before
  read_end_ = ends[0];
  write_end = ends[1];
  struct sigaction action {};
  action.sa_handler = OnSignal;
  action.sa_flags = SA_RESTART;
  ::sigaction(SIGINT, &action, &before_interrupt_);
  ::sigaction(SIGTERM, &action, &before_terminate_);
}

Interrupt::~Interrupt() {
  if (read_end_ < 0) return;
  ::sigaction(SIGINT, &before_interrupt_, nullptr);
  ::sigaction(SIGTERM, &before_terminate_, nullptr);
  ::close(write_end.exchange(-1));
  ::close(read_end_);
}

bool Interrupt::happened() const { return WaitFor(absl::ZeroDuration()); }

bool Interrupt::WaitFor(absl::Duration length) const {
  pollfd waits{read_end_, POLLIN, 0};  // a negative one is passed over: it only waits
  const int64_t most = absl::ToInt64Milliseconds(length);
  return ::poll(&waits, 1, static_cast<int>(std::min<int64_t>(most, 1'000'000'000))) > 0;
}

}  // namespace plumbline::cli
