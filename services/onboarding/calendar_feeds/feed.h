// SPDX-License-Identifier: Apache-2.0
//
// What a mutation makes of a calendar feed, as a function of what it was: nothing here writes, so
// that validate_only runs the same rules. And the secrets of feeds.
#ifndef PLUMBLINE_SERVICES_ONBOARDING_CALENDAR_FEEDS_FEED_H_
#define PLUMBLINE_SERVICES_ONBOARDING_CALENDAR_FEEDS_FEED_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "common/base/random.h"
#include "services/onboarding/calendar_feeds/store.h"

namespace plumbline::onboarding::calendar_feeds {

inline constexpr int64_t kMostOfPerson = 20;  // feeds
// How exactly it is known when a feed was read last: writing it down costs a transaction.
inline constexpr absl::Duration kReadTimeStep = absl::Hours(1);

// "workspaces/{w}/calendarFeeds/{f}"
inline std::string NameOf(const FeedKey& key) {
  return absl::StrCat("workspaces/", key.workspace, "/calendarFeeds/", key.feed);
}

// 192 bits that nobody can guess, as 32 characters that stand in a URL as they are.
std::string NewSecret(const base::Chance& chance);
// Under which it is stored.
std::string HashOf(absl::string_view secret);
// An id for who names none: "feed-" and 12 hexadecimal digits.
std::string NewFeedId(const base::Chance& chance);

struct CreateCommand {
  FeedKey key;
  v1::CalendarFeed content;
};

// Who changes something, and when.
struct Change {
  std::string subject;
  absl::Time time;
};

// The feed, or RESOURCE_NOT_FOUND.
absl::StatusOr<v1::CalendarFeed> Require(FeedRows& rows, const FeedKey& key);

// Errors: FIELD_INVALID, RESOURCE_ALREADY_EXISTS.
absl::StatusOr<v1::CalendarFeed> Create(FeedRows& rows, const CreateCommand& command,
                                        const Change& change);

// Whether a reading at `now` is to be written down.
bool IsNews(const v1::CalendarFeed& feed, absl::Time now);

}  // namespace plumbline::onboarding::calendar_feeds

#endif  // PLUMBLINE_SERVICES_ONBOARDING_CALENDAR_FEEDS_FEED_H_
