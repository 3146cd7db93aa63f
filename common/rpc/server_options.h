// SPDX-License-Identifier: Apache-2.0
//
// A server's configuration with its defaults filled in and its values checked. Internal to
// common/rpc.
#ifndef PLUMBLINE_COMMON_RPC_SERVER_OPTIONS_H_
#define PLUMBLINE_COMMON_RPC_SERVER_OPTIONS_H_

#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/rpc/dispatcher.h"
#include "common/rpc/executor.h"
#include "common/rpc/tls.h"
#include "plumbline/common/v1/config.pb.h"

namespace plumbline::rpc {

struct ServerOptions {
  std::string listen_address;
  std::string admin_address;
  ExecutorOptions executor;
  DispatcherLimits limits;
  absl::Duration drain_timeout;
  absl::Duration drain_delay;
  std::optional<TlsMaterial> tls;
  bool admin_plaintext = false;
};

// Errors: FIELD_INVALID (all values that are out of range; a server without tokens beyond loopback;
// certificates).
absl::StatusOr<ServerOptions> ServerOptionsOf(const common::v1::ServerConfig& config);

}  // namespace plumbline::rpc

#endif  // PLUMBLINE_COMMON_RPC_SERVER_OPTIONS_H_
