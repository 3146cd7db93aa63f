// SPDX-License-Identifier: Apache-2.0
#ifndef PLUMBLINE_CLIENTS_CLI_PROGRESS_LINE_H_
#define PLUMBLINE_CLIENTS_CLI_PROGRESS_LINE_H_

#include <unistd.h>

#include <ostream>

#include "absl/strings/string_view.h"

namespace plumbline::cli {

// One line that is written over, on a terminal only: a file or a pipe gets nothing.
class ProgressLine {
 public:
  explicit ProgressLine(std::ostream& out) : out_(out), on_(::isatty(STDERR_FILENO) == 1) {}
  ~ProgressLine() { Clear(); }
  void Show(absl::string_view text) {
    if (!on_) return;
    out_ << "\r\033[K" << text << std::flush;
    shown_ = true;
  }
  void Clear() {
    if (shown_) out_ << "\r\033[K" << std::flush;
    shown_ = false;
  }

 private:
  std::ostream& out_;
  const bool on_;
  bool shown_ = false;
};

}  // namespace plumbline::cli

#endif  // PLUMBLINE_CLIENTS_CLI_PROGRESS_LINE_H_
