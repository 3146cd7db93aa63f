// SPDX-License-Identifier: Apache-2.0
//
// Which machines a request may go to. A service that sends where its users tell it must not become
// their way into its own network (server-side request forgery).
#ifndef PLUMBLINE_COMMON_HTTP_ADDRESS_H_
#define PLUMBLINE_COMMON_HTTP_ADDRESS_H_

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace plumbline::http {

// An IPv6 address; an IPv4 address is the one that is mapped to it (::ffff:a.b.c.d), so that both
// spellings are the same.
struct Address {
  std::array<uint8_t, 16> bytes{};
  bool operator==(const Address&) const = default;
};

// "10.0.0.1", "::1", "[::1]"; nullopt for anything else, host names too.
std::optional<Address> ParseAddress(absl::string_view text);

// Addresses that begin with the same bits.
struct Network {
  Address first;
  int bits = 128;  // of the 128
  bool Contains(const Address& address) const;
};

// Whether it belongs to the public internet: no address that the registries of special purposes
// (RFC 6890 with its successors) keep for loopback, private networks, links, carriers,
// documentation, benchmarks, multicast, translation of addresses (whose inner address could be any
// of these) or nobody.
bool IsPublic(const Address& address);
bool IsLoopback(const Address& address);

// What may be reached: what is public, and the networks that a configuration allows beside.
// Immutable.
class Destinations {
 public:
  Destinations() = default;
  // "10.0.0.0/8, ::1/128", "" = none. FIELD_INVALID of `field` names the part that is no network.
  static absl::StatusOr<Destinations> Create(absl::string_view field, absl::string_view networks);

  bool Allow(const Address& address) const;

 private:
  std::vector<Network> networks_;
};

}  // namespace plumbline::http

#endif  // PLUMBLINE_COMMON_HTTP_ADDRESS_H_
