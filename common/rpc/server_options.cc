// SPDX-License-Identifier: Apache-2.0
#include "common/rpc/server_options.h"

#include <algorithm>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "common/base/status_macros.h"
#include "common/rpc/authenticator.h"

namespace plumbline::rpc {
namespace {

// Reads fields with their defaults and gathers what is wrong.
class Reader {
 public:
  int Integer(absl::string_view field, int value, int by_default, int least, int most) {
    if (value == 0) return by_default;
    if (value < least || value > most) {
      violations_.push_back(
          {std::string(field), absl::StrCat("is ", value, " and must be ", least, " to ", most)});
    }
    return value;
  }
  absl::Duration Time(absl::string_view field, bool given, const google::protobuf::Duration& value,
                      absl::Duration by_default, absl::Duration least) {
    if (!given) return by_default;
    const absl::Duration time = absl::Seconds(value.seconds()) + absl::Nanoseconds(value.nanos());
    if (time < least || time > absl::Hours(24)) {
      violations_.push_back(
          {std::string(field), absl::StrCat("is ", absl::FormatDuration(time), " and must be ",
                                            absl::FormatDuration(least), " to 24h")});
    }
    return time;
  }
  std::string Address(absl::string_view field, const std::string& value,
                      absl::string_view by_default) {
    if (value.empty()) return std::string(by_default);
    const size_t colon = value.rfind(':');
    int port = -1;
    if (colon == std::string::npos || colon == 0 ||
        !absl::SimpleAtoi(value.substr(colon + 1), &port) || port < 0 || port > 65535) {
      violations_.push_back(
          {std::string(field), absl::StrCat("is '", value, "' and must be host:port, for example ",
                                            by_default, " (port 0 picks a free one)")});
    }
    return value;
  }
  absl::Status status() const { return base::FieldErrors(violations_); }

 private:
  std::vector<base::FieldViolation> violations_;
};

}  // namespace

absl::StatusOr<ServerOptions> ServerOptionsOf(const common::v1::ServerConfig& config) {
  Reader reader;
  ServerOptions options;
  options.listen_address =
      reader.Address("server.listen_address", config.listen_address(), "127.0.0.1:7600");
  options.admin_address =
      reader.Address("server.admin_address", config.admin_address(), "127.0.0.1:0");
  const common::v1::LimitsConfig& limits = config.limits();
  options.executor.threads =
      reader.Integer("server.limits.executor_threads", limits.executor_threads(), 64, 4, 1024);
  options.executor.queue =
      reader.Integer("server.limits.executor_queue", limits.executor_queue(), 1024, 1, 1'000'000);
  options.executor.bulk_concurrency =
      reader.Integer("server.limits.bulk_concurrency", limits.bulk_concurrency(), 2, 1, 1024);
  options.limits.max_request_bytes = static_cast<size_t>(reader.Integer(
      "server.limits.max_request_bytes", limits.max_request_bytes(), 4 << 20, 1 << 10, 64 << 20));
  options.limits.max_deadline =
      reader.Time("server.limits.max_deadline", limits.has_max_deadline(), limits.max_deadline(),
                  absl::Seconds(60), absl::Milliseconds(1));
  options.limits.max_idle = std::min(options.limits.max_idle, options.limits.max_deadline);
  options.drain_timeout =
      reader.Time("server.drain_timeout", config.has_drain_timeout(), config.drain_timeout(),
                  absl::Seconds(10), absl::ZeroDuration());
  options.drain_delay =
      reader.Time("server.drain_delay", config.has_drain_delay(), config.drain_delay(),
                  absl::ZeroDuration(), absl::ZeroDuration());
  options.admin_plaintext = config.admin_plaintext();
  RETURN_IF_ERROR(reader.status());
  RETURN_IF_ERROR(CheckOpenServer(config.auth(), "server.listen_address", options.listen_address));
  RETURN_IF_ERROR(CheckOpenServer(config.auth(), "server.admin_address", options.admin_address));
  if (config.has_tls()) {
    ASSIGN_OR_RETURN(options.tls, LoadTls(config.tls()));
  }
  return options;
}

}  // namespace plumbline::rpc
