// SPDX-License-Identifier: Apache-2.0
//
// Certificates, read and checked before a server starts with them. Internal to common/rpc.
#ifndef PLUMBLINE_COMMON_RPC_TLS_H_
#define PLUMBLINE_COMMON_RPC_TLS_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "plumbline/common/v1/config.pb.h"

namespace plumbline::rpc {

struct TlsMaterial {
  std::string certificate;  // PEM, the whole chain
  std::string key;          // PEM
  std::string client_ca;    // PEM, "" = clients need no certificate
};

// Errors: FIELD_INVALID (a file that cannot be read, is not PEM, or a key that does not belong to
// the certificate: gRPC would start with such a pair and break every handshake).
absl::StatusOr<TlsMaterial> LoadTls(const common::v1::TlsConfig& config);

// The contents of a file. FIELD_INVALID names `field`.
absl::StatusOr<std::string> ReadFile(absl::string_view field, const std::string& path);

}  // namespace plumbline::rpc

#endif  // PLUMBLINE_COMMON_RPC_TLS_H_
