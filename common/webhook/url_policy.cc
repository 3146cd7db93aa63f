// SPDX-License-Identifier: Apache-2.0
#include "common/webhook/url_policy.h"

#include <optional>

#include "absl/strings/str_cat.h"
#include "common/http/url.h"

namespace plumbline::webhook {
namespace {

constexpr size_t kMostUrl = 2000;

}  // namespace

std::string UrlFault(const std::string& text, const UrlPolicy& policy) {
  if (text.empty()) return "is missing; give the https:// URL of the receiver";
  if (text.size() > kMostUrl)
    return absl::StrCat("has ", text.size(), " characters; shorten it to ", kMostUrl);
  const std::optional<http::Url> url = http::ParseUrl(text);
  if (!url.has_value()) return "is no URL of the form https://HOST/PATH";
  if (url->user)
    return "has a user name or password; leave them out, events are signed with the secret";
  if (url->fragment) return "has a fragment (#...), which no receiver gets; leave it out";
  const bool loopback = http::NamesLoopback(*url);
  if (url->scheme == "http" && !loopback && !policy.allow_plain_http) {
    return "begins with http://, which only loopback addresses may; use https://, or let the "
           "service's configuration take it (webhooks.allow_plain_http)";
  }
  std::optional<http::Address> address = http::ParseAddress(url->host);
  if (!address.has_value() && loopback) address = http::ParseAddress("127.0.0.1");
  if (address.has_value() && !policy.destinations.Allow(*address)) {
    return absl::StrCat("names '", url->host,
                        "', which is loopback, private or special; use a "
                        "public address, or let the service's configuration allow its network "
                        "(webhooks.allowed_networks)");
  }
  return "";
}

}  // namespace plumbline::webhook
