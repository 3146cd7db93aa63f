// SPDX-License-Identifier: Apache-2.0
#include "common/http/listen.h"

#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <memory>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "common/base/error.h"

namespace plumbline::http {
namespace {

constexpr int kBacklog = 128;
constexpr int kMaxPort = 65'535;

struct FreeAddresses {
  void operator()(addrinfo* found) const { freeaddrinfo(found); }
};

int PortOf(const sockaddr_storage& bound) {
  return ntohs(bound.ss_family == AF_INET6 ? reinterpret_cast<const sockaddr_in6&>(bound).sin6_port
                                           : reinterpret_cast<const sockaddr_in&>(bound).sin_port);
}

// -1 if it cannot.
int Bind(const addrinfo& at) {
  const int bound = ::socket(at.ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (bound < 0) return -1;
  const int on = 1;
  // A port whose last connections are still fading away may be used again at once.
  ::setsockopt(bound, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
  if (::bind(bound, at.ai_addr, at.ai_addrlen) == 0 && ::listen(bound, kBacklog) == 0) return bound;
  ::close(bound);
  return -1;
}

}  // namespace

absl::StatusOr<Listening> Listen(absl::string_view field, const std::string& address) {
  const size_t colon = address.rfind(':');
  int port = -1;
  if (colon == std::string::npos || colon == 0 ||
      !absl::SimpleAtoi(address.substr(colon + 1), &port) || port < 0 || port > kMaxPort) {
    return base::FieldError(field, absl::StrCat("is '", address.substr(0, 200),
                                                "'; give host:port, for example 127.0.0.1:7610, "
                                                "with a port of 0 to 65535"));
  }
  const std::string written = address.substr(0, colon);
  std::string host = written;
  if (absl::StartsWith(host, "[") && absl::EndsWith(host, "]"))
    host = host.substr(1, host.size() - 2);
  addrinfo hints{};
  hints.ai_family = AF_UNSPEC;
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_PASSIVE | AI_NUMERICSERV;
  addrinfo* found = nullptr;
  const int failed = getaddrinfo(host.c_str(), absl::StrCat(port).c_str(), &hints, &found);
  const std::unique_ptr<addrinfo, FreeAddresses> addresses(failed == 0 ? found : nullptr);
  for (const addrinfo* at = addresses.get(); at != nullptr; at = at->ai_next) {
    const int bound = Bind(*at);
    if (bound < 0) continue;
    sockaddr_storage name{};
    socklen_t length = sizeof(name);
    ::getsockname(bound, reinterpret_cast<sockaddr*>(&name), &length);
    return Listening{bound, absl::StrCat(written, ":", PortOf(name))};
  }
  return base::FieldError(
      field, absl::StrCat("cannot listen on '", address.substr(0, 200),
                          "': another program uses the port, or the host is not one of this "
                          "machine; choose another address, or stop the other program"));
}

}  // namespace plumbline::http
