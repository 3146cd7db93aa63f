// SPDX-License-Identifier: Apache-2.0
//
// Sockets that listen. Internal to common/http.
#ifndef PLUMBLINE_COMMON_HTTP_LISTEN_H_
#define PLUMBLINE_COMMON_HTTP_LISTEN_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace plumbline::http {

// A socket that the owner closes, or gives away.
struct Listening {
  int socket = -1;
  std::string address;  // host:port as bound
};

// Listens on "host:port" ("[::1]:80" for IPv6). Errors: FIELD_INVALID of `field`.
absl::StatusOr<Listening> Listen(absl::string_view field, const std::string& address);

}  // namespace plumbline::http

#endif  // PLUMBLINE_COMMON_HTTP_LISTEN_H_
