// SPDX-License-Identifier: Apache-2.0
#ifndef PLUMBLINE_TESTS_FAULT_MORTAL_SUITE_H_
#define PLUMBLINE_TESTS_FAULT_MORTAL_SUITE_H_

#include <cstdlib>
#include <memory>
#include <sstream>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "clients/cli/apply_plan.h"
#include "clients/cli/session.h"
#include "common/base/clock.h"
#include "common/rpc/channel.h"
#include "google/protobuf/message.h"
#include "tests/support/files.h"
#include "tests/support/process.h"

namespace plumbline::fault {

inline constexpr char kParent[] = "workspaces/default";

// A suite that dies and comes back at the same address.
class MortalSuite {
 public:
  explicit MortalSuite(std::string database_url)
      : database_url_(std::move(database_url)), port_(testing::FreePort()) {
    auto channel = rpc::NewRemoteChannel({.address = address()});
    channel_ = *std::move(channel);
  }

  std::string address() const { return absl::StrCat("127.0.0.1:", port_); }
  rpc::Channel& channel() { return *channel_; }

  void Start() {
    const char* bin = std::getenv("PLUMBLINE_BIN_DIR");
    testing::ProcessOptions options;
    options.args = {absl::StrCat(bin == nullptr ? "build/dev/bin" : bin, "/plumbline-suite"),
                    absl::StrCat("--server.listen_address=", address()),
                    "--server.admin_address=127.0.0.1:0",
                    absl::StrCat("--data_directory=", folder_.path())};
    if (!database_url_.empty())
      options.args.push_back(absl::StrCat("--database_url=", database_url_));
    process_ = testing::Process::Start(options);
  }
  void Kill() { process_->Kill(); }
  std::string Output() const { return process_->Output(); }
  bool running() const { return process_->running(); }

  // One attempt.
  absl::Status Try(const char* service, const char* method,
                   const google::protobuf::Message& request, google::protobuf::Message* response) {
    rpc::CallContext context;
    context.deadline = absl::Now() + absl::Seconds(5);
    return channel_->Call(context, absl::StrCat(service, method), request, response);
  }

  // Repeats the very same request until it is answered; only what a dying server may say is
  // repeated.
  absl::Status Insist(const char* service, const char* method,
                      const google::protobuf::Message& request,
                      google::protobuf::Message* response) {
    const absl::Time patience = absl::Now() + absl::Seconds(60);
    for (;;) {
      const absl::Status status = Try(service, method, request, response);
      const bool again = absl::IsUnavailable(status) || absl::IsDeadlineExceeded(status) ||
                         absl::IsCancelled(status) || absl::IsResourceExhausted(status);
      if (!again || absl::Now() > patience) return status;
      absl::SleepFor(absl::Milliseconds(5));
    }
  }

 private:
  const std::string database_url_;
  const int port_;
  testing::TempDir folder_;
  std::unique_ptr<rpc::Channel> channel_;
  std::unique_ptr<testing::Process> process_;
};

// Kills of each engine.
inline int Rounds() {
  const char* kills = std::getenv("PLUMBLINE_KILLS");
  if (kills != nullptr) return std::atoi(kills);
  return std::getenv("PLUMBLINE_NIGHTLY") != nullptr ? 200 : 10;
}

// Waits for a suite that starts, and publishes what is shipped.
inline absl::Status PublishProcesses(MortalSuite& suite) {
  base::SystemClock clock;
  std::ostringstream out, err;
  cli::GlobalOptions options;
  options.address = suite.address();
  cli::Session session(options, clock, {out}, err);
  absl::Status status;
  for (int i = 0; i < 600; ++i) {
    status = cli::ApplyFiles(session, {"processes"}, {.publish = true}).status();
    if (!absl::IsUnavailable(status)) break;
    absl::SleepFor(absl::Milliseconds(50));
  }
  return status;
}

}  // namespace plumbline::fault

#endif  // PLUMBLINE_TESTS_FAULT_MORTAL_SUITE_H_
