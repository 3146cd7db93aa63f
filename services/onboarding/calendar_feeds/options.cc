// SPDX-License-Identifier: Apache-2.0
#include "services/onboarding/calendar_feeds/options.h"

#include <optional>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "common/base/status_macros.h"
#include "common/http/url.h"

namespace plumbline::onboarding::calendar_feeds {
namespace {

constexpr absl::Duration kLeastRefresh = absl::Minutes(5);
constexpr absl::Duration kMostRefresh = absl::Hours(7 * 24);
constexpr int kLeastConnections = 8;
constexpr int kMostConnections = 10'000;
constexpr size_t kMostUrl = 1000;
constexpr int kDefaultApiPort = 7600;
constexpr int kPortsAboveApi = 10;
constexpr int kMostPort = 65'535;

absl::Status CheckUrl(const std::string& text) {
  constexpr char kField[] = "feeds.public_url";
  const std::string shown = absl::StrCat("is '", text.substr(0, 200), "', ");
  if (text.size() > kMostUrl)
    return base::FieldError(
        kField, absl::StrCat("has ", text.size(), " characters; shorten it to ", kMostUrl));
  const std::optional<http::Url> url = http::ParseUrl(text);
  if (!url.has_value() || url->user || url->fragment || absl::StrContains(text, "?")) {
    return base::FieldError(kField, absl::StrCat(shown,
                                                 "which is not of the form https://HOST or "
                                                 "https://HOST/PATH; leave out users, ? and #"));
  }
  if (url->scheme != "https" && !http::NamesLoopback(*url)) {
    return base::FieldError(kField, absl::StrCat(shown,
                                                 "but whoever sees the URL of a feed can read it: "
                                                 "use https:// beyond this machine"));
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<FeedOptions> ToOptions(const common::v1::FeedsConfig& config,
                                      const std::string& otherwise) {
  FeedOptions options;
  options.by_default = !config.has_listen_address();
  options.server.listen_address = options.by_default ? otherwise : config.listen_address();
  options.public_url = config.public_url();
  if (!options.public_url.empty()) RETURN_IF_ERROR(CheckUrl(options.public_url));
  while (absl::EndsWith(options.public_url, "/")) options.public_url.pop_back();
  if (config.has_refresh_interval()) {
    options.refresh = absl::Seconds(config.refresh_interval().seconds()) +
                      absl::Nanoseconds(config.refresh_interval().nanos());
    if (options.refresh < kLeastRefresh || options.refresh > kMostRefresh) {
      return base::FieldError(
          "feeds.refresh_interval",
          absl::StrCat("is ", absl::FormatDuration(options.refresh), "; give 300s to 604800s"));
    }
  }
  if (config.max_connections() != 0) {
    options.server.max_connections = config.max_connections();
    if (config.max_connections() < kLeastConnections ||
        config.max_connections() > kMostConnections) {
      return base::FieldError("feeds.max_connections",
                              absl::StrCat("is ", config.max_connections(), "; give ",
                                           kLeastConnections, " to ", kMostConnections));
    }
  }
  return options;
}

std::string BesideApi(const std::string& api_address) {
  int port = kDefaultApiPort;
  const size_t colon = api_address.rfind(':');
  // What cannot be read is refused by the API itself.
  if (colon != std::string::npos && !absl::SimpleAtoi(api_address.substr(colon + 1), &port))
    port = 0;
  if (port != 0) port += kPortsAboveApi;
  if (port > kMostPort) port = 0;
  return absl::StrCat("127.0.0.1:", port);
}

}  // namespace plumbline::onboarding::calendar_feeds
