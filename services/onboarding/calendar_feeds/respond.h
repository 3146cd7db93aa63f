// SPDX-License-Identifier: Apache-2.0
//
// Calendar feeds over HTTP, without a socket: whoever serves HTTP, this program or a gateway, asks
// it what to answer.
#ifndef PLUMBLINE_SERVICES_ONBOARDING_CALENDAR_FEEDS_RESPOND_H_
#define PLUMBLINE_SERVICES_ONBOARDING_CALENDAR_FEEDS_RESPOND_H_

#include <functional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "common/http/server.h"
#include "plumbline/onboarding/v1/calendar_feed_service.pb.h"

namespace plumbline::onboarding::calendar_feeds {

// "/calendars/{secret}.ics"
std::string PathOf(absl::string_view secret);

// CalendarFeedService.ReadCalendarFeed, with its errors.
using Reader =
    std::function<absl::StatusOr<v1::ReadCalendarFeedResponse>(const std::string& secret)>;

// GET and HEAD of a feed: 200 with the calendar and its ETag, or 304 for who has it already
// (If-None-Match). 404 for every other path, and alike for a secret that never was or that leads
// nowhere any more; 405 for other methods; 503 with Retry-After when it can be read later; 500.
// A pure function of its arguments, but for what `read` does. O(size of the calendar).
http::Response Respond(const http::Incoming& request, const Reader& read);

}  // namespace plumbline::onboarding::calendar_feeds

#endif  // PLUMBLINE_SERVICES_ONBOARDING_CALENDAR_FEEDS_RESPOND_H_
