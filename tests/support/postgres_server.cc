// SPDX-License-Identifier: Apache-2.0
#include "tests/support/postgres_server.h"

#include <pwd.h>
#include <signal.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"

namespace plumbline::testing {
namespace {

constexpr char kPackages[] = "/usr/lib/postgresql";

// The folder of the newest version's programs, or "".
std::string FindBinaries() {
  int newest = 0;
  std::error_code ignored;
  for (const auto& entry : std::filesystem::directory_iterator(kPackages, ignored)) {
    int version = 0;
    if (!absl::SimpleAtoi(entry.path().filename().string(), &version)) continue;
    if (version > newest && std::filesystem::exists(entry.path() / "bin" / "initdb"))
      newest = version;
  }
  return newest == 0 ? "" : absl::StrCat(kPackages, "/", newest, "/bin");
}

}  // namespace

PostgresServer::PostgresServer(std::vector<std::string> settings)
    : settings_(std::move(settings)),
      binaries_(FindBinaries()),
      user_(getuid() == 0 ? "postgres" : ""),
      port_(FreePort()) {}

PostgresServer::~PostgresServer() { Stop().IgnoreError(); }

absl::StatusOr<std::unique_ptr<PostgresServer>> PostgresServer::Start(
    std::vector<std::string> settings) {
  std::unique_ptr<PostgresServer> server(new PostgresServer(std::move(settings)));
  if (absl::Status made = server->MakeCluster(); !made.ok()) return made;
  if (absl::Status launched = server->Launch(); !launched.ok()) return launched;
  return server;
}

std::string PostgresServer::url() const {
  return absl::StrCat("postgresql://plumbline@127.0.0.1:", port_, "/postgres");
}

ProcessOptions PostgresServer::Command(std::vector<std::string> args) const {
  args[0] = absl::StrCat(binaries_, "/", args[0]);
  return {.args = std::move(args),
          .env = {{"LC_ALL", "C"}, {"TZ", "UTC"}},
          .user = user_,
          .folder = folder_.path()};
}

absl::Status PostgresServer::MakeCluster() {
  if (binaries_.empty()) {
    return absl::NotFoundError(
        absl::StrCat("no PostgreSQL server under ", kPackages, ": install the package postgresql"));
  }
  if (!user_.empty()) {
    const passwd* entry = getpwnam(user_.c_str());
    if (entry == nullptr || chown(folder_.path().c_str(), entry->pw_uid, entry->pw_gid) != 0) {
      return absl::FailedPreconditionError(
          "running as root needs the user postgres, and there is none");
    }
  }
  // The new cluster itself need not be synced: no test cuts the power.
  auto initdb = Process::Start(
      Command({"initdb", "-D", folder_.Join("data"), "-U", "plumbline", "-A", "trust", "-E", "UTF8",
               "--locale=C", "--no-sync", "--no-instructions"}));
  absl::StatusOr<int> code = initdb->Wait();
  if (code.ok() && *code == 0) return absl::OkStatus();
  return absl::InternalError(absl::StrCat("initdb failed: ", initdb->Output()));
}

absl::Status PostgresServer::Launch() {
  std::vector<std::string> args = {
      "postgres", "-D", folder_.Join("data"), "-p", absl::StrCat(port_), "-k", folder_.path(), "-h",
      "127.0.0.1", "-c", "max_connections=200",
      // After a kill: one sync of the file system instead of one of every file.
      "-c", "recovery_init_sync_method=syncfs", "-c", "timezone=UTC"};
  for (const std::string& setting : settings_) {
    args.push_back("-c");
    args.push_back(setting);
  }
  server_ = Process::Start(Command(std::move(args)));
  absl::Status ready =
      server_->WaitForLine("database system is ready to accept connections").status();
  if (!ready.ok()) server_.reset();
  return ready;
}

absl::Status PostgresServer::Stop() {
  if (server_ == nullptr) return absl::OkStatus();
  server_->Signal(SIGINT);  // "fast": does not wait for clients to leave
  absl::StatusOr<int> code = server_->Wait();
  server_.reset();
  if (!code.ok()) return code.status();
  return *code == 0 ? absl::OkStatus()
                    : absl::InternalError(absl::StrCat("PostgreSQL ended with exit code ", *code));
}

absl::Status PostgresServer::Kill() {
  if (server_ == nullptr) return absl::FailedPreconditionError("PostgreSQL does not run");
  // Its processes notice the death of their parent and end; Kill() returns when the last has closed
  // its output.
  server_->Kill();
  server_.reset();
  return absl::OkStatus();
}

absl::Status PostgresServer::Restart() {
  if (server_ != nullptr) {
    if (absl::Status stopped = Stop(); !stopped.ok()) return stopped;
  }
  return Launch();
}

}  // namespace plumbline::testing
