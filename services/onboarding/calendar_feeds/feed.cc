// SPDX-License-Identifier: Apache-2.0
#include "services/onboarding/calendar_feeds/feed.h"

#include <optional>
#include <utility>

#include "absl/strings/escaping.h"
#include "common/base/error.h"
#include "common/base/ids.h"
#include "common/base/status_macros.h"
#include "services/onboarding/engine/codec.h"

namespace plumbline::onboarding::calendar_feeds {
namespace {

constexpr size_t kSecretBytes = 24;  // a multiple of three: no padding
constexpr size_t kIdBytes = 6;

// Feeds are never changed: who wants another of this id deletes the one that is there.
absl::Status IsTaken(const FeedKey& key) {
  return base::Error(base::Reason::ERROR_REASON_RESOURCE_ALREADY_EXISTS,
                     absl::StrCat("CalendarFeed '", NameOf(key),
                                  "' exists already; choose another id, or delete it first"))
      .Resource("CalendarFeed", NameOf(key));
}

}  // namespace

std::string NewSecret(const base::Chance& chance) {
  return absl::WebSafeBase64Escape(chance.bytes(kSecretBytes));
}

std::string HashOf(absl::string_view secret) { return base::Sha256Hex(secret); }

std::string NewFeedId(const base::Chance& chance) {
  return absl::StrCat("feed-", absl::BytesToHexString(chance.bytes(kIdBytes)));
}

absl::StatusOr<v1::CalendarFeed> Require(FeedRows& rows, const FeedKey& key) {
  ASSIGN_OR_RETURN(std::optional<v1::CalendarFeed> found, rows.Find(key));
  if (!found.has_value()) return base::NotFound("CalendarFeed", NameOf(key));
  return *std::move(found);
}

absl::StatusOr<v1::CalendarFeed> Create(FeedRows& rows, const CreateCommand& command,
                                        const Change& change) {
  ASSIGN_OR_RETURN(const std::optional<v1::CalendarFeed> present, rows.Find(command.key));
  if (present.has_value()) return IsTaken(command.key);
  const std::string& person = command.content.person();
  ASSIGN_OR_RETURN(const int64_t count, rows.Count(command.key.workspace, person));
  if (count >= kMostOfPerson) {
    return base::FieldError(
        "calendar_feed.person",
        absl::StrCat("is '", person, "', who has ", count, " calendar feeds; at most ",
                     kMostOfPerson, ": delete one that is no longer read"));
  }
  v1::CalendarFeed feed;
  feed.set_name(NameOf(command.key));
  feed.set_person(person);
  feed.set_display_name(command.content.display_name());
  const bool todo = command.content.component() == v1::ExportTaskCalendarRequest::COMPONENT_TODO;
  feed.set_component(todo ? v1::ExportTaskCalendarRequest::COMPONENT_TODO
                          : v1::ExportTaskCalendarRequest::COMPONENT_EVENT);
  *feed.mutable_create_time() = ToTimestamp(change.time);
  feed.set_author(change.subject);
  return feed;
}

bool IsNews(const v1::CalendarFeed& feed, absl::Time now) {
  return !feed.has_last_read_time() || now - FromTimestamp(feed.last_read_time()) >= kReadTimeStep;
}

}  // namespace plumbline::onboarding::calendar_feeds
