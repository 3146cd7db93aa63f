// SPDX-License-Identifier: Apache-2.0
#include "common/cache/redis_url.h"

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "common/base/error.h"

namespace plumbline::cache {
namespace {

constexpr int kMaxPort = 65535;
constexpr int kMaxDatabase = 9999;

absl::Status Invalid(absl::string_view what) {
  return base::FieldError(
      "cache.redis_url",
      absl::StrCat(what,
                   "; write redis://[:password@]host:port/db, like redis://localhost:6379/0"));
}

// A number from `least` to `most`, digits only.
bool ReadNumber(absl::string_view text, int least, int most, int* number) {
  return text.find_first_not_of("0123456789") == absl::string_view::npos &&
         absl::SimpleAtoi(text, number) && *number >= least && *number <= most;
}

// Splits "host:port", "host", "[::1]:port" or "[::1]".
absl::Status ReadHost(absl::string_view text, RedisAddress* address) {
  absl::string_view port;
  if (absl::ConsumePrefix(&text, "[")) {
    const size_t end = text.find(']');
    if (end == absl::string_view::npos) return Invalid("the '[' of the host is not closed");
    port = text.substr(end + 1);
    text = text.substr(0, end);
  } else if (const size_t colon = text.find(':'); colon != absl::string_view::npos) {
    port = text.substr(colon);
    text = text.substr(0, colon);
  }
  if (text.empty()) return Invalid("has no host");
  address->host = std::string(text);
  if (port.empty()) return absl::OkStatus();
  if (!absl::ConsumePrefix(&port, ":") || !ReadNumber(port, 1, kMaxPort, &address->port)) {
    return Invalid("the port is not a number from 1 to 65535");
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<RedisAddress> ParseRedisUrl(absl::string_view url) {
  if (absl::StartsWith(url, "rediss://")) {
    return Invalid("TLS to Redis (rediss://) is not supported");
  }
  if (!absl::ConsumePrefix(&url, "redis://")) return Invalid("does not begin with redis://");
  RedisAddress address;
  const size_t at = url.rfind('@');
  if (at != absl::string_view::npos) {
    absl::string_view password = url.substr(0, at);
    if (!absl::ConsumePrefix(&password, ":")) return Invalid("user names are not supported");
    address.password = std::string(password);
    url.remove_prefix(at + 1);
  }
  const size_t slash = url.find('/');
  if (slash != absl::string_view::npos) {
    const absl::string_view database = url.substr(slash + 1);
    if (!database.empty() && !ReadNumber(database, 0, kMaxDatabase, &address.database)) {
      return Invalid("the database is not a number from 0 to 9999");
    }
    url = url.substr(0, slash);
  }
  if (absl::Status status = ReadHost(url, &address); !status.ok()) return status;
  return address;
}

}  // namespace plumbline::cache
