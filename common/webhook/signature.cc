// SPDX-License-Identifier: Apache-2.0
#include "common/webhook/signature.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <optional>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/base/error.h"

namespace plumbline::webhook {
namespace {

constexpr absl::string_view kPrefix = "whsec_";
constexpr size_t kNewBytes = 32;
constexpr size_t kLeastBytes = 24;
constexpr size_t kMostBytes = 64;

std::optional<std::string> KeyOf(absl::string_view secret) {
  std::string key;
  if (!absl::StartsWith(secret, kPrefix) ||
      !absl::Base64Unescape(secret.substr(kPrefix.size()), &key) || key.size() < kLeastBytes ||
      key.size() > kMostBytes) {
    return std::nullopt;
  }
  return key;
}

std::string Hmac(absl::string_view key, absl::string_view text) {
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned int length = 0;
  HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()),
       reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest, &length);
  return std::string(reinterpret_cast<const char*>(digest), length);
}

}  // namespace

std::string NewSecret(const base::Chance& chance) {
  return absl::StrCat(kPrefix, absl::Base64Escape(chance.bytes(kNewBytes)));
}

absl::Status CheckSecret(absl::string_view field, absl::string_view secret) {
  if (KeyOf(secret).has_value()) return absl::OkStatus();
  return base::FieldError(
      field, absl::StrCat("is no secret of a webhook: give 'whsec_' and base64 "
                          "of ",
                          kLeastBytes, " to ", kMostBytes, " bytes, or nothing, and one is made"));
}

std::string Sign(const std::vector<std::string>& secrets, absl::string_view id, absl::Time time,
                 absl::string_view body) {
  const std::string text = absl::StrCat(id, ".", absl::ToUnixSeconds(time), ".", body);
  return absl::StrJoin(secrets, " ", [&](std::string* out, const std::string& secret) {
    const std::string key = KeyOf(secret).value_or("");
    absl::StrAppend(out, "v1,", absl::Base64Escape(Hmac(key, text)));
  });
}

}  // namespace plumbline::webhook
