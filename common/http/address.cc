// SPDX-License-Identifier: Apache-2.0
#include "common/http/address.h"

#include <arpa/inet.h>

#include <algorithm>
#include <cstring>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "common/base/error.h"

namespace plumbline::http {
namespace {

constexpr int kMappedBits = 96;  // of ::ffff:0:0/96

Address Mapped(const in_addr& four) {
  Address address;
  address.bytes[10] = address.bytes[11] = 0xff;
  std::memcpy(&address.bytes[12], &four, 4);
  return address;
}

std::optional<Network> ParseNetwork(absl::string_view text) {
  const std::vector<absl::string_view> parts = absl::StrSplit(text, '/');
  if (parts.size() > 2) return std::nullopt;
  const std::optional<Address> first = ParseAddress(parts[0]);
  if (!first.has_value()) return std::nullopt;
  const bool four = !absl::StrContains(parts[0], ':');
  int bits = four ? 32 : 128;
  if (parts.size() == 2) {
    const int most = bits;
    if (!absl::SimpleAtoi(parts[1], &bits) || bits < 0 || bits > most) return std::nullopt;
  }
  return Network{*first, four ? bits + kMappedBits : bits};
}

// The registries of special-purpose addresses. Of IPv4 by mapping; ::ffff:0:0/96 itself is not
// among them, because what is mapped is looked at as IPv4.
const std::vector<Network>& Special() {
  static const auto& networks = *[] {
    auto* list = new std::vector<Network>();
    for (const char* text :
         {"0.0.0.0/8",     "10.0.0.0/8",      "100.64.0.0/10",  "127.0.0.0/8",    "169.254.0.0/16",
          "172.16.0.0/12", "192.0.0.0/24",    "192.0.2.0/24",   "192.88.99.0/24", "192.168.0.0/16",
          "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4",    "240.0.0.0/4",
          "::/96",         "64:ff9b::/96",    "64:ff9b:1::/48", "100::/64",       "2001::/23",
          "2001:db8::/32", "2002::/16",       "3fff::/20",      "5f00::/16",      "fc00::/7",
          "fe80::/9",      "ff00::/8"}) {
      list->push_back(*ParseNetwork(text));
    }
    return list;
  }();
  return networks;
}

}  // namespace

std::optional<Address> ParseAddress(absl::string_view text) {
  if (text.size() > 2 && text.front() == '[' && text.back() == ']') {
    text = text.substr(1, text.size() - 2);
    if (!absl::StrContains(text, ':')) return std::nullopt;
  }
  const std::string copy(text);
  in_addr four;
  if (::inet_pton(AF_INET, copy.c_str(), &four) == 1) return Mapped(four);
  Address six;
  if (::inet_pton(AF_INET6, copy.c_str(), six.bytes.data()) == 1) return six;
  return std::nullopt;
}

bool Network::Contains(const Address& address) const {
  const size_t whole = static_cast<size_t>(bits) / 8;
  if (std::memcmp(first.bytes.data(), address.bytes.data(), whole) != 0) return false;
  const int rest = bits % 8;
  if (rest == 0) return true;
  const int mask = 0xff << (8 - rest);
  return ((first.bytes[whole] ^ address.bytes[whole]) & mask) == 0;
}

bool IsPublic(const Address& address) {
  return std::none_of(Special().begin(), Special().end(),
                      [&](const Network& network) { return network.Contains(address); });
}

bool IsLoopback(const Address& address) {
  static const auto& loopback =
      *new std::vector<Network>{*ParseNetwork("127.0.0.0/8"), *ParseNetwork("::1")};
  return std::any_of(loopback.begin(), loopback.end(),
                     [&](const Network& network) { return network.Contains(address); });
}

absl::StatusOr<Destinations> Destinations::Create(absl::string_view field,
                                                  absl::string_view networks) {
  Destinations destinations;
  for (absl::string_view part : absl::StrSplit(networks, ',')) {
    part = absl::StripAsciiWhitespace(part);
    if (part.empty()) continue;
    const std::optional<Network> network = ParseNetwork(part);
    if (!network.has_value()) {
      return base::FieldError(
          field, absl::StrCat("'", part,
                              "' is no network; write addresses and the number of "
                              "their leading bits, with commas between: 10.0.0.0/8,::1/128"));
    }
    destinations.networks_.push_back(*network);
  }
  return destinations;
}

bool Destinations::Allow(const Address& address) const {
  return IsPublic(address) ||
         std::any_of(networks_.begin(), networks_.end(),
                     [&](const Network& network) { return network.Contains(address); });
}

}  // namespace plumbline::http
