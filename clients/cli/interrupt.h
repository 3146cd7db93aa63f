// SPDX-License-Identifier: Apache-2.0
#ifndef PLUMBLINE_CLIENTS_CLI_INTERRUPT_H_
#define PLUMBLINE_CLIENTS_CLI_INTERRUPT_H_

#include <signal.h>

#include "absl/time/time.h"

namespace plumbline::cli {

// While it lives, Ctrl-C and SIGTERM do not end the program but are told by it, so that what was
// begun is finished first. One at a time.
class Interrupt {
 public:
  Interrupt();
  ~Interrupt();
  Interrupt(const Interrupt&) = delete;
  Interrupt& operator=(const Interrupt&) = delete;

  bool happened() const;
  // Waits until it happens, or for so long; whether it happened.
  bool WaitFor(absl::Duration length) const;

 private:
  int read_end_ = -1;
  struct sigaction before_interrupt_ {};
  struct sigaction before_terminate_ {};
};

}  // namespace plumbline::cli

#endif  // PLUMBLINE_CLIENTS_CLI_INTERRUPT_H_
