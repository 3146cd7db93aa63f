// SPDX-License-Identifier: Apache-2.0
//
// The HTTP server of the feeds, over a channel to CalendarFeedService: what is read is admitted,
// counted and bounded as every call is.
#ifndef PLUMBLINE_SERVICES_ONBOARDING_CALENDAR_FEEDS_RPC_SERVER_H_
#define PLUMBLINE_SERVICES_ONBOARDING_CALENDAR_FEEDS_RPC_SERVER_H_

#include <memory>

#include "absl/status/statusor.h"
#include "common/base/clock.h"
#include "common/base/log.h"
#include "common/http/server.h"
#include "common/rpc/channel.h"
#include "services/onboarding/calendar_feeds/options.h"
#include "services/onboarding/calendar_feeds/respond.h"

namespace plumbline::onboarding::calendar_feeds {

// Reads through `channel`, which must outlive it.
Reader ReaderOver(rpc::Channel& channel, const base::Clock& clock);

// Serves feeds, and logs where; nullptr where nobody asked for that: no address is configured, or
// the default one is taken, which is logged. All that is given must outlive it. Errors:
// FIELD_INVALID.
absl::StatusOr<std::unique_ptr<http::Server>> ServeFeeds(const FeedOptions& options,
                                                         rpc::Channel& channel,
                                                         const base::Clock& clock,
                                                         const base::Logger& logger);

}  // namespace plumbline::onboarding::calendar_feeds

#endif  // PLUMBLINE_SERVICES_ONBOARDING_CALENDAR_FEEDS_RPC_SERVER_H_
