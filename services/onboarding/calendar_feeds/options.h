// SPDX-License-Identifier: Apache-2.0
#ifndef PLUMBLINE_SERVICES_ONBOARDING_CALENDAR_FEEDS_OPTIONS_H_
#define PLUMBLINE_SERVICES_ONBOARDING_CALENDAR_FEEDS_OPTIONS_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/base/random.h"
#include "common/http/server.h"
#include "plumbline/common/v1/config.pb.h"

namespace plumbline::onboarding::calendar_feeds {

struct FeedOptions {
  http::ServerOptions server;  // listen_address "" = feeds are not served here
  std::string public_url;      // without "/" at its end; "" = where it listens
  absl::Duration refresh = absl::Hours(1);
  base::Chance chance;
  // Nobody asked for that address: if it is taken, feeds are not served, and all else is.
  bool by_default = false;
};

// `otherwise` is where to listen if the configuration does not say. FIELD_INVALID names what is
// wrong with it.
absl::StatusOr<FeedOptions> ToOptions(const common::v1::FeedsConfig& config,
                                      const std::string& otherwise);

// Where the suite serves feeds if it is not told: on 127.0.0.1, ten ports above the API, or on a
// free port where that listens on one.
std::string BesideApi(const std::string& api_address);

}  // namespace plumbline::onboarding::calendar_feeds

#endif  // PLUMBLINE_SERVICES_ONBOARDING_CALENDAR_FEEDS_OPTIONS_H_
