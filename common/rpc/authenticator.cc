// SPDX-License-Identifier: Apache-2.0
#include "common/rpc/authenticator.h"

#include <algorithm>
#include <array>
#include <memory>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"
#include "common/base/error.h"
#include "common/base/ids.h"
#include "common/base/status_macros.h"

namespace plumbline::rpc {
namespace {

using base::Error;
using base::FieldViolation;
using base::Reason;

constexpr std::array kPermissions = {"*",
                                     "catalog.read",
                                     "catalog.write",
                                     "catalog.approve",
                                     "catalog.admin",
                                     "catalog.use",
                                     "onboarding.read",
                                     "onboarding.write",
                                     "onboarding.backdate",
                                     "onboarding.webhooks",
                                     "onboarding.feeds",
                                     "people.read",
                                     "people.write",
                                     "analytics.read",
                                     "analytics.write",
                                     "admin.read"};

bool IsSha256(absl::string_view text) {
  return text.size() == 64 && std::all_of(text.begin(), text.end(), absl::ascii_isxdigit);
}

void CheckToken(const common::v1::AccessToken& token, int index,
                std::vector<FieldViolation>* violations) {
  const std::string path = absl::StrCat("server.auth.tokens[", index, "].");
  if (!IsSha256(token.token_sha256())) {
    violations->push_back(
        {path + "token_sha256",
         absl::StrCat("has ", token.token_sha256().size(),
                      " characters and must be the SHA-256 of the token in 64 hexadecimal digits "
                      "(printf %s TOKEN | sha256sum)")});
  }
  if (token.subject().empty())
    violations->push_back({path + "subject", "is empty; say who presents the token"});
  if (token.workspaces().empty()) {
    violations->push_back({path + "workspaces", "is empty; list workspace ids, or \"*\" for all"});
  }
  for (const std::string& workspace : token.workspaces()) {
    if (workspace == "*" || base::IsValidId(workspace)) continue;
    violations->push_back({path + "workspaces",
                           absl::StrCat("holds '", workspace,
                                        "', which is neither \"*\" nor an id: ", base::kIdRule)});
  }
  for (const std::string& permission : token.permissions()) {
    if (std::find(kPermissions.begin(), kPermissions.end(), permission) != kPermissions.end())
      continue;
    violations->push_back(
        {path + "permissions", absl::StrCat("holds '", permission, "', which is none of ",
                                            absl::StrJoin(kPermissions, ", "))});
  }
  if (token.permissions().empty()) {
    violations->push_back({path + "permissions", "is empty; list permissions, or \"*\" for all"});
  }
}

// Equality of two texts of one length in a time that does not depend on what they hold.
bool EqualInConstantTime(absl::string_view a, absl::string_view b) {
  if (a.size() != b.size()) return false;
  unsigned difference = 0;
  for (size_t i = 0; i < a.size(); ++i) difference |= static_cast<unsigned char>(a[i] ^ b[i]);
  return difference == 0;
}

}  // namespace

absl::StatusOr<Authenticator> Authenticator::Create(const common::v1::AuthConfig& config) {
  std::vector<FieldViolation> violations;
  for (int i = 0; i < config.tokens_size(); ++i) CheckToken(config.tokens(i), i, &violations);
  RETURN_IF_ERROR(base::FieldErrors(violations));
  Authenticator authenticator;
  for (const common::v1::AccessToken& token : config.tokens()) {
    auto grants = std::make_shared<base::Identity::Grants>();
    grants->workspaces.insert(token.workspaces().begin(), token.workspaces().end());
    grants->permissions.insert(token.permissions().begin(), token.permissions().end());
    authenticator.tokens_.push_back(
        {absl::AsciiStrToLower(token.token_sha256()), {token.subject(), std::move(grants)}});
  }
  return authenticator;
}

absl::StatusOr<const base::Identity*> Authenticator::Identify(
    absl::string_view authorization) const {
  if (tokens_.empty()) return &anonymous_;
  constexpr absl::string_view kScheme = "bearer ";
  if (!absl::StartsWithIgnoreCase(authorization, kScheme)) {
    return Error(
        Reason::ERROR_REASON_CREDENTIALS_INVALID,
        "the call carries no bearer token; send the metadata 'authorization: Bearer TOKEN'");
  }
  const std::string sha256 =
      base::Sha256Hex(absl::StripAsciiWhitespace(authorization.substr(kScheme.size())));
  const base::Identity* identity = nullptr;
  for (const Token& token : tokens_) {
    if (EqualInConstantTime(token.sha256, sha256)) identity = &token.identity;
  }
  if (identity != nullptr) return identity;
  return Error(
      Reason::ERROR_REASON_CREDENTIALS_INVALID,
      "the bearer token is not known here; use one whose SHA-256 is listed in server.auth.tokens");
}

absl::Status Authorize(const base::CallContext& context, absl::string_view permission,
                       absl::string_view workspace) {
  if (context.identity.May(permission, workspace)) return absl::OkStatus();
  const std::string where =
      workspace.empty() ? "all workspaces" : absl::StrCat("workspace '", workspace, "'");
  return Error(Reason::ERROR_REASON_PERMISSION_DENIED,
               absl::StrCat("'", context.identity.subject, "' lacks the permission '", permission,
                            "' in ", where, "; ask whoever configures server.auth to grant it"))
      .With("permission", permission)
      .With("workspace", workspace);
}

bool IsLoopback(absl::string_view address) {
  if (absl::StartsWith(address, "unix:")) return true;
  const absl::string_view host = address.substr(0, std::min(address.rfind(':'), address.size()));
  if (host == "localhost" || host == "[::1]") return true;
  if (!absl::StartsWith(host, "127.")) return false;
  // A name may begin with "127." too and mean anything.
  return std::all_of(host.begin(), host.end(),
                     [](char c) { return c == '.' || absl::ascii_isdigit(c); });
}

absl::Status CheckOpenServer(const common::v1::AuthConfig& config, absl::string_view field,
                             absl::string_view address) {
  if (!config.tokens().empty() || config.allow_anonymous() || IsLoopback(address))
    return absl::OkStatus();
  return base::FieldError(
      field,
      absl::StrCat("is '", address,
                   "', beyond loopback, and server.auth.tokens is empty, so anybody could do "
                   "anything; add tokens, or set server.auth.allow_anonymous where something "
                   "in front decides who may call"));
}

}  // namespace plumbline::rpc
