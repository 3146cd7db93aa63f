// SPDX-License-Identifier: Apache-2.0
#include "tests/support/redis_server.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace plumbline::testing {

RedisServer::RedisServer(std::vector<std::string> arguments)
    : arguments_(std::move(arguments)), port_(FreePort()) {}

absl::StatusOr<std::unique_ptr<RedisServer>> RedisServer::Start(
    std::vector<std::string> arguments) {
  std::unique_ptr<RedisServer> server(new RedisServer(std::move(arguments)));
  if (absl::Status launched = server->Launch(); !launched.ok()) return launched;
  return server;
}

std::string RedisServer::url() const { return absl::StrCat("redis://127.0.0.1:", port_); }

absl::Status RedisServer::Launch() {
  std::vector<std::string> args = {
      "redis-server", "--port", absl::StrCat(port_), "--bind", "127.0.0.1",
      "--save",       "",       "--appendonly",      "no",     "--dir",
      folder_.path()};
  args.insert(args.end(), arguments_.begin(), arguments_.end());
  server_ = Process::Start({.args = std::move(args)});
  absl::Status ready = server_->WaitForLine("eady to accept connections").status();
  if (!ready.ok()) server_.reset();
  return ready;
}

absl::Status RedisServer::Stop() {
  if (server_ == nullptr) return absl::OkStatus();
  Thaw();
  absl::Status ended = server_->Terminate().status();
  server_.reset();
  return ended;
}

absl::Status RedisServer::Kill() {
  if (server_ == nullptr) return absl::FailedPreconditionError("Redis does not run");
  server_->Kill();
  server_.reset();
  return absl::OkStatus();
}

absl::Status RedisServer::Restart() {
  if (absl::Status stopped = Stop(); !stopped.ok()) return stopped;
  return Launch();
}

void RedisServer::Freeze() {
  if (server_ != nullptr) server_->Signal(SIGSTOP);
}

void RedisServer::Thaw() {
  if (server_ != nullptr) server_->Signal(SIGCONT);
}

absl::StatusOr<std::string> RedisServer::Command(absl::string_view line) {
  const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<uint16_t>(port_));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const std::string request = absl::StrCat(line, "\r\n");
  std::string answer;
  if (connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof(address)) == 0 &&
      send(fd, request.data(), request.size(), MSG_NOSIGNAL) ==
          static_cast<ssize_t>(request.size())) {
    char byte;
    while (recv(fd, &byte, 1, 0) == 1 && byte != '\r') answer.push_back(byte);
  }
  close(fd);
  if (answer.empty()) return absl::UnavailableError("Redis did not answer");
  return answer;
}

absl::Status RedisServer::Flush() {
  absl::StatusOr<std::string> answer = Command("FLUSHALL");
  if (!answer.ok()) return answer.status();
  return *answer == "+OK" ? absl::OkStatus() : absl::InternalError(*answer);
}

}  // namespace plumbline::testing
