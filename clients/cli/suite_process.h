// SPDX-License-Identifier: Apache-2.0
//
// A plumbline-suite that this program starts and ends.
#ifndef PLUMBLINE_CLIENTS_CLI_SUITE_PROCESS_H_
#define PLUMBLINE_CLIENTS_CLI_SUITE_PROCESS_H_

#include <sys/types.h>

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "common/base/clock.h"

namespace plumbline::cli {

// Used by one thread. The destructor stops the suite (SIGTERM, and waits), unless Keep was called.
class SuiteProcess {
 public:
  // Starts `program` on free loopback ports with its rows in `folder` and its log lines in
  // `folder`/suite.log, and waits until it is ready. FIELD_INVALID if it cannot be started;
  // DEPENDENCY_UNAVAILABLE if it ends or is not ready in 20 s.
  // `may_outlive`: it is not ended by the system when this program is killed.
  static absl::StatusOr<std::unique_ptr<SuiteProcess>> Start(const std::string& program,
                                                             const std::string& folder,
                                                             const base::Clock& clock,
                                                             bool may_outlive = false);
  ~SuiteProcess();

  const std::string& address() const { return address_; }
  const std::string& admin_address() const { return admin_address_; }
  pid_t pid() const { return pid_; }
  // Leaves it running when this program ends.
  void Keep() { kept_ = true; }

 private:
  explicit SuiteProcess(pid_t pid) : pid_(pid) {}
  pid_t pid_;
  bool kept_ = false;
  std::string address_, admin_address_;
};

}  // namespace plumbline::cli

#endif  // PLUMBLINE_CLIENTS_CLI_SUITE_PROCESS_H_
