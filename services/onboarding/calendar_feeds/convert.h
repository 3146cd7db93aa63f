// SPDX-License-Identifier: Apache-2.0
//
// The shape of requests: what a field may look like, whatever it means.
#ifndef PLUMBLINE_SERVICES_ONBOARDING_CALENDAR_FEEDS_CONVERT_H_
#define PLUMBLINE_SERVICES_ONBOARDING_CALENDAR_FEEDS_CONVERT_H_

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "common/base/random.h"
#include "plumbline/onboarding/v1/calendar_feed_service.pb.h"
#include "services/onboarding/calendar_feeds/feed.h"

namespace plumbline::onboarding::calendar_feeds {

absl::StatusOr<FeedKey> ToKey(absl::string_view field, absl::string_view name);

// An id is made of `chance` where none is given.
absl::StatusOr<CreateCommand> ToCommand(const v1::CreateCalendarFeedRequest& request,
                                        const base::Chance& chance);
absl::StatusOr<FeedKey> ToCommand(const v1::DeleteCalendarFeedRequest& request);

// What makes a request the same as another; "" where it has no request_id.
RequestKey KeyOf(const std::string& workspace, const v1::CreateCalendarFeedRequest& request);
RequestKey KeyOf(const std::string& workspace, const v1::DeleteCalendarFeedRequest& request);

inline constexpr char kServiceName[] = "plumbline.onboarding.v1.CalendarFeedService";

}  // namespace plumbline::onboarding::calendar_feeds

#endif  // PLUMBLINE_SERVICES_ONBOARDING_CALENDAR_FEEDS_CONVERT_H_
