// SPDX-License-Identifier: Apache-2.0
//
// URLs as the client reads them: what is checked is what is asked.
#ifndef PLUMBLINE_COMMON_HTTP_URL_H_
#define PLUMBLINE_COMMON_HTTP_URL_H_

#include <optional>
#include <string>

#include "absl/strings/string_view.h"

namespace plumbline::http {

struct Url {
  std::string scheme;  // in small letters
  std::string host;    // a name in small letters, or an address; IPv6 in brackets
  int port = 0;        // that of the scheme, if none is written
  bool user = false;   // has a user name or a password
  bool fragment = false;
};

// nullopt if the client would not take it, or if it is not of the schemes http and https. Other
// spellings of IPv4 addresses ("0x7f.1", "2130706433") give the usual one. O(length).
std::optional<Url> ParseUrl(absl::string_view text);

// Whether the host says by itself that it is this machine: "localhost", names below it, loopback
// addresses.
bool NamesLoopback(const Url& url);

}  // namespace plumbline::http

#endif  // PLUMBLINE_COMMON_HTTP_URL_H_
