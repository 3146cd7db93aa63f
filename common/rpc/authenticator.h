// SPDX-License-Identifier: Apache-2.0
//
// Who calls, and whether they may.
#ifndef PLUMBLINE_COMMON_RPC_AUTHENTICATOR_H_
#define PLUMBLINE_COMMON_RPC_AUTHENTICATOR_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "common/base/call_context.h"
#include "plumbline/common/v1/config.pb.h"

namespace plumbline::rpc {

// Immutable, thread-safe.
class Authenticator {
 public:
  // Without tokens everybody is "anonymous" with every permission. Errors: FIELD_INVALID (every
  // token that is wrong).
  static absl::StatusOr<Authenticator> Create(const common::v1::AuthConfig& config);

  // Whether callers need no token.
  bool open() const { return tokens_.empty(); }

  // The identity of the value of an authorization header ("Bearer ..."); lives as long as the
  // authenticator. Takes the same time whichever token matches. Errors: CREDENTIALS_INVALID.
  // O(length + tokens).
  absl::StatusOr<const base::Identity*> Identify(absl::string_view authorization) const;

 private:
  struct Token {
    std::string sha256;
    base::Identity identity;
  };
  std::vector<Token> tokens_;
  base::Identity anonymous_ = base::Identity::Everything("anonymous");
};

// OK, or PERMISSION_DENIED that names the permission and the workspace. Serve checks the permission
// of a method itself; handlers ask for those beyond it ("onboarding.backdate").
absl::Status Authorize(const base::CallContext& context, absl::string_view permission,
                       absl::string_view workspace);

// Whether host:port (or unix:path) can be reached from this machine only.
bool IsLoopback(absl::string_view address);

// FIELD_INVALID if a server without tokens would listen beyond loopback. `field` is the address's
// own.
absl::Status CheckOpenServer(const common::v1::AuthConfig& config, absl::string_view field,
                             absl::string_view address);

}  // namespace plumbline::rpc

#endif  // PLUMBLINE_COMMON_RPC_AUTHENTICATOR_H_
