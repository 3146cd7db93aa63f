// SPDX-License-Identifier: Apache-2.0
#include "common/rpc/page_token.h"

#include <algorithm>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "common/base/ids.h"

namespace plumbline::rpc {
namespace {

// Hexadecimal digits of the digest that stand before the position: 64 bits, against mistakes, not
// against malice.
constexpr size_t kDigestLength = 16;

std::string Digest(absl::string_view method, absl::string_view scope, absl::string_view position) {
  // Lengths keep ("ab", "c") and ("a", "bc") apart.
  return base::Sha256Hex(
             absl::StrCat(method.size(), ":", method, scope.size(), ":", scope, position))
      .substr(0, kDigestLength);
}

}  // namespace

std::string EncodePageToken(absl::string_view method, absl::string_view scope,
                            absl::string_view position) {
  return absl::WebSafeBase64Escape(absl::StrCat(Digest(method, scope, position), position));
}

absl::StatusOr<std::string> DecodePageToken(absl::string_view method, absl::string_view scope,
                                            absl::string_view token) {
  if (token.empty()) return std::string();
  std::string plain;
  if (absl::WebSafeBase64Unescape(token, &plain) && plain.size() > kDigestLength) {
    std::string position = plain.substr(kDigestLength);
    // Encoding again refuses every other spelling of the same token as well.
    if (EncodePageToken(method, scope, position) == token) return position;
  }
  return base::Error(base::Reason::ERROR_REASON_PAGE_TOKEN_INVALID,
                     absl::StrCat("page_token was not made by ", method,
                                  " for this parent, filter and order, or an older release made "
                                  "it; pass next_page_token of the page before unchanged, or "
                                  "start again without page_token"))
      .Field("page_token", "not a token of this list");
}

absl::StatusOr<int> PageSize(int32_t requested) {
  if (requested < 0) {
    return base::FieldError("page_size",
                            absl::StrCat("is ", requested, "; it must be 1 to ", kMaxPageSize,
                                         ", or 0 for ", kDefaultPageSize));
  }
  if (requested == 0) return kDefaultPageSize;
  return std::min<int>(requested, kMaxPageSize);
}

}  // namespace plumbline::rpc
