// SPDX-License-Identifier: Apache-2.0
#include "clients/cli/suite_process.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <fstream>
#include <sstream>

#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "google/protobuf/struct.pb.h"
#include "google/protobuf/util/json_util.h"

namespace plumbline::cli {
namespace {

constexpr absl::Duration kReadyWithin = absl::Seconds(20);

void PauseBriefly() {
  const timespec pause{0, 10'000'000};
  ::nanosleep(&pause, nullptr);
}

// Reads {"address": ..., "adminAddress": ...}, which the suite writes when it is ready.
bool ReadEndpoints(const std::string& path, std::string* address, std::string* admin_address) {
  std::ifstream file(path);
  if (!file) return false;
  std::ostringstream text;
  text << file.rdbuf();
  google::protobuf::Struct endpoints;
  if (!google::protobuf::util::JsonStringToMessage(text.str(), &endpoints).ok()) return false;
  *address =
      endpoints.fields().count("address") ? endpoints.fields().at("address").string_value() : "";
  *admin_address = endpoints.fields().count("adminAddress")
                       ? endpoints.fields().at("adminAddress").string_value()
                       : "";
  return !address->empty();
}

[[noreturn]] void Exec(const std::string& program, const std::string& folder, bool may_outlive) {
  const int log = ::open(absl::StrCat(folder, "/suite.log").c_str(),
                         O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
  if (log >= 0) {
    ::dup2(log, STDOUT_FILENO);
    ::dup2(log, STDERR_FILENO);
  }
  // A group of its own, so that Ctrl-C ends the demonstration and not a suite that is to be kept;
  // one that is not to be kept ends with its parent, however that ends.
  ::setpgid(0, 0);
  if (!may_outlive) ::prctl(PR_SET_PDEATHSIG, SIGTERM);
  const std::string data = absl::StrCat("--data_directory=", folder);
  const char* arguments[] = {program.c_str(), data.c_str(), "--server.listen_address=127.0.0.1:0",
                             "--server.admin_address=127.0.0.1:0", nullptr};
  ::execvp(program.c_str(), const_cast<char**>(arguments));
  ::_exit(127);
}

}  // namespace

absl::StatusOr<std::unique_ptr<SuiteProcess>> SuiteProcess::Start(const std::string& program,
                                                                  const std::string& folder,
                                                                  const base::Clock& clock,
                                                                  bool may_outlive) {
  const pid_t pid = ::fork();
  if (pid < 0) return base::Internal("fork failed");
  if (pid == 0) Exec(program, folder, may_outlive);
  std::unique_ptr<SuiteProcess> suite(new SuiteProcess(pid));
  const absl::Time patience = clock.Now() + kReadyWithin;
  while (!ReadEndpoints(absl::StrCat(folder, "/endpoints.json"), &suite->address_,
                        &suite->admin_address_)) {
    int state = 0;
    if (::waitpid(pid, &state, WNOHANG) == pid) {
      suite->kept_ = true;
      if (WIFEXITED(state) && WEXITSTATUS(state) == 127) {
        return base::FieldError(
            "--suite",
            absl::StrCat("'", program, "' cannot be started; name the program plumbline-suite"));
      }
      return base::Error(
          common::v1::ERROR_REASON_DEPENDENCY_UNAVAILABLE,
          absl::StrCat("the suite ended before it was ready; ", folder, "/suite.log says why"));
    }
    if (clock.Now() > patience) {
      return base::Error(
          common::v1::ERROR_REASON_DEPENDENCY_UNAVAILABLE,
          absl::StrCat("the suite was not ready within 20 s; ", folder, "/suite.log says why"));
    }
    PauseBriefly();
  }
  return suite;
}

SuiteProcess::~SuiteProcess() {
  if (kept_) return;
  ::kill(pid_, SIGTERM);
  ::waitpid(pid_, nullptr, 0);
}

}  // namespace plumbline::cli
