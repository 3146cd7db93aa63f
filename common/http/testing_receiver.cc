// SPDX-License-Identifier: Apache-2.0
#include "common/http/testing_receiver.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdlib>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

namespace plumbline::http::testing {
namespace {

void Must(bool done) {
  if (!done) std::abort();  // no port, no test
}

// Reads up to `length` bytes, or to the end of the headers where it is 0. False: it is closed.
bool Read(int connection, size_t length, std::string* text) {
  char bytes[4096];
  while (length == 0 ? text->find("\r\n\r\n") == std::string::npos : text->size() < length) {
    const ssize_t count = ::recv(connection, bytes, sizeof(bytes), 0);
    if (count <= 0) return false;
    text->append(bytes, static_cast<size_t>(count));
  }
  return true;
}

void Send(int connection, const std::string& text) {
  for (size_t sent = 0; sent < text.size();) {
    const ssize_t count = ::send(connection, text.data() + sent, text.size() - sent, MSG_NOSIGNAL);
    if (count <= 0) return;
    sent += static_cast<size_t>(count);
  }
}

Received ParseHead(const std::string& head) {
  Received received;
  const std::vector<std::string> lines = absl::StrSplit(head, "\r\n");
  const std::vector<std::string> first = absl::StrSplit(lines[0], ' ');
  received.method = first[0];
  if (first.size() > 1) received.path = first[1];
  for (size_t i = 1; i < lines.size(); ++i) {
    const std::pair<std::string, std::string> header =
        absl::StrSplit(lines[i], absl::MaxSplits(": ", 1));
    received.headers[absl::AsciiStrToLower(header.first)] = header.second;
  }
  return received;
}

std::string TextOf(const Reply& reply) {
  std::string text = absl::StrCat("HTTP/1.1 ", reply.status, " x\r\nConnection: close\r\n",
                                  "Content-Length: ", reply.body.size(), "\r\n");
  for (const auto& [key, value] : reply.headers) absl::StrAppend(&text, key, ": ", value, "\r\n");
  return absl::StrCat(text, "\r\n", reply.body);
}

}  // namespace

Receiver::Receiver() {
  Answer(Reply{});
  socket_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  Must(socket_ >= 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t length = sizeof(address);
  Must(::bind(socket_, reinterpret_cast<sockaddr*>(&address), length) == 0);
  Must(::listen(socket_, 64) == 0);
  Must(::getsockname(socket_, reinterpret_cast<sockaddr*>(&address), &length) == 0);
  port_ = ntohs(address.sin_port);
  thread_ = std::thread([this] { Accept(); });
}

Receiver::~Receiver() {
  ::shutdown(socket_, SHUT_RDWR);
  thread_.join();
  ::close(socket_);
  std::vector<std::thread> connections;
  {
    absl::MutexLock lock(&mutex_);
    connections = std::move(connections_);
  }
  for (std::thread& connection : connections) connection.join();
}

std::string Receiver::Url(const std::string& path) const {
  return absl::StrCat("http://127.0.0.1:", port_, path);
}

void Receiver::Answer(Handler handler) {
  absl::MutexLock lock(&mutex_);
  handler_ = std::move(handler);
}

void Receiver::Answer(const Reply& reply) {
  Answer([reply](const Received&) { return reply; });
}

std::vector<Received> Receiver::received() const {
  absl::MutexLock lock(&mutex_);
  return received_;
}

void Receiver::Accept() {
  while (true) {
    const int connection = ::accept(socket_, nullptr, nullptr);
    if (connection < 0) return;
    absl::MutexLock lock(&mutex_);
    connections_.emplace_back([this, connection] {
      Serve(connection);
      ::close(connection);
    });
  }
}

void Receiver::Serve(int connection) {
  std::string text;
  if (!Read(connection, 0, &text)) return;
  const size_t end = text.find("\r\n\r\n");
  Received received = ParseHead(text.substr(0, end));
  received.body = text.substr(end + 4);
  size_t length = 0;
  if (absl::SimpleAtoi(received.headers["content-length"], &length) && length > 0 &&
      !Read(connection, length, &received.body)) {
    return;
  }
  Handler handler;
  {
    absl::MutexLock lock(&mutex_);
    received_.push_back(received);
    handler = handler_;
  }
  const Reply reply = handler(received);
  if (!reply.hang_up) Send(connection, TextOf(reply));
}

}  // namespace plumbline::http::testing
