// SPDX-License-Identifier: Apache-2.0
//
// For tests: a connection over which anything can be sent, as no HTTP client would.
#ifndef PLUMBLINE_COMMON_HTTP_RAW_CLIENT_H_
#define PLUMBLINE_COMMON_HTTP_RAW_CLIENT_H_

#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <string>

#include "absl/strings/numbers.h"
#include "absl/strings/string_view.h"

namespace plumbline::http::testing {

// To a port of 127.0.0.1.
class RawClient {
 public:
  // `address`: "127.0.0.1:7610".
  explicit RawClient(const std::string& address)
      : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    int port = 0;
    const timeval patience{.tv_sec = 20, .tv_usec = 0};  // a test that hangs fails
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (!absl::SimpleAtoi(address.substr(address.rfind(':') + 1), &port)) std::abort();
    to.sin_port = htons(static_cast<uint16_t>(port));
    ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
    connected_ = ::connect(socket_, reinterpret_cast<sockaddr*>(&to), sizeof(to)) == 0;
  }
  ~RawClient() { ::close(socket_); }
  RawClient(const RawClient&) = delete;
  RawClient& operator=(const RawClient&) = delete;

  bool connected() const { return connected_; }

  // False: the other end is gone.
  bool Send(absl::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent <= 0) return false;
      bytes.remove_prefix(static_cast<size_t>(sent));
    }
    return true;
  }

  // All that comes until the other end closes the connection, or cuts it; "(silence)" behind it if
  // it does neither.
  std::string ReadAll() {
    std::string all;
    char bytes[4096];
    while (true) {
      const ssize_t count = ::recv(socket_, bytes, sizeof(bytes), 0);
      if (count < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) return all + "(silence)";
      if (count <= 0) return all;
      all.append(bytes, static_cast<size_t>(count));
    }
  }

 private:
  const int socket_;
  bool connected_ = false;
};

// Sends it over a connection of its own, and gives all that comes back.
inline std::string Ask(const std::string& address, absl::string_view bytes) {
  RawClient client(address);
  client.Send(bytes);
  return client.ReadAll();
}

}  // namespace plumbline::http::testing

#endif  // PLUMBLINE_COMMON_HTTP_RAW_CLIENT_H_
