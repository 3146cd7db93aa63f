// SPDX-License-Identifier: Apache-2.0
#include "common/http/url.h"

#include <curl/curl.h>

#include <memory>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "common/http/address.h"

namespace plumbline::http {
namespace {

struct Cleanup {
  void operator()(CURLU* url) const { curl_url_cleanup(url); }
};

// "" if the URL has no such part.
std::string Part(CURLU* url, CURLUPart part, unsigned flags = 0) {
  char* text = nullptr;
  if (curl_url_get(url, part, &text, flags) != CURLUE_OK) return "";
  std::string copy(text);
  curl_free(text);
  return copy;
}

}  // namespace

std::optional<Url> ParseUrl(absl::string_view text) {
  for (const char c : text) {
    if (absl::ascii_iscntrl(static_cast<unsigned char>(c)) || c == ' ') return std::nullopt;
  }
  const std::unique_ptr<CURLU, Cleanup> parsed(curl_url());
  const std::string copy(text);
  if (parsed == nullptr || curl_url_set(parsed.get(), CURLUPART_URL, copy.c_str(), 0) != CURLUE_OK)
    return std::nullopt;
  Url url;
  url.scheme = absl::AsciiStrToLower(Part(parsed.get(), CURLUPART_SCHEME));
  url.host = absl::AsciiStrToLower(Part(parsed.get(), CURLUPART_HOST));
  if ((url.scheme != "https" && url.scheme != "http") || url.host.empty()) return std::nullopt;
  if (!absl::SimpleAtoi(Part(parsed.get(), CURLUPART_PORT, CURLU_DEFAULT_PORT), &url.port))
    return std::nullopt;
  url.user = !Part(parsed.get(), CURLUPART_USER).empty() ||
             !Part(parsed.get(), CURLUPART_PASSWORD).empty();
  url.fragment = absl::StrContains(text, '#');
  return url;
}

bool NamesLoopback(const Url& url) {
  absl::string_view host = url.host;
  if (absl::EndsWith(host, ".")) host.remove_suffix(1);
  if (host == "localhost" || absl::EndsWith(host, ".localhost")) return true;
  const std::optional<Address> address = ParseAddress(host);
  return address.has_value() && IsLoopback(*address);
}

}  // namespace plumbline::http
