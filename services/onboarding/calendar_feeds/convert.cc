// SPDX-License-Identifier: Apache-2.0
#include "services/onboarding/calendar_feeds/convert.h"

#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "common/base/ids.h"
#include "common/base/status_macros.h"
#include "services/onboarding/runs/rpc_calendar.h"
#include "services/onboarding/webhooks/rules.h"

namespace plumbline::onboarding::calendar_feeds {
namespace {

constexpr size_t kMostRequestId = 128;
constexpr size_t kMostDisplayName = 200;

absl::Status AtMost(absl::string_view field, absl::string_view text, size_t most) {
  const size_t length = webhooks::Characters(text);
  if (length <= most) return absl::OkStatus();
  return base::FieldError(field, absl::StrCat("has ", length, " characters; shorten it to ", most));
}

// These messages have no maps: the same request always gives the same bytes.
template <typename Request>
RequestKey KeyOfRequest(const char* method, const std::string& workspace, const Request& request) {
  RequestKey key{workspace, absl::StrCat(kServiceName, "/", method), request.request_id(), ""};
  if (key.request_id.empty()) return key;
  Request rest = request;
  rest.clear_request_id();
  key.body = rest.SerializeAsString();
  return key;
}

}  // namespace

absl::StatusOr<FeedKey> ToKey(absl::string_view field, absl::string_view name) {
  ASSIGN_OR_RETURN(auto parts, base::ParseName(field, name, "workspaces/*/calendarFeeds/*"));
  return FeedKey{std::move(parts[0]), std::move(parts[1])};
}

absl::StatusOr<CreateCommand> ToCommand(const v1::CreateCalendarFeedRequest& request,
                                        const base::Chance& chance) {
  RETURN_IF_ERROR(AtMost("request_id", request.request_id(), kMostRequestId));
  ASSIGN_OR_RETURN(auto parts, base::ParseName("parent", request.parent(), "workspaces/*"));
  CreateCommand command;
  command.key = {parts[0], request.calendar_feed_id()};
  if (command.key.feed.empty()) command.key.feed = NewFeedId(chance);
  RETURN_IF_ERROR(base::CheckId("calendar_feed_id", command.key.feed));
  if (!request.has_calendar_feed())
    return base::FieldError("calendar_feed",
                            "is missing; give the feed to create, with its person");
  const v1::CalendarFeed& feed = request.calendar_feed();
  const std::string name = NameOf(command.key);
  if (!feed.name().empty() && feed.name() != name) {
    return base::FieldError(
        "calendar_feed.name",
        absl::StrCat("is '", feed.name().substr(0, 200), "', but parent and calendar_feed_id say '",
                     name, "'; leave it empty or make them agree"));
  }
  RETURN_IF_ERROR(CheckAssignee("calendar_feed.person", feed.person()));
  RETURN_IF_ERROR(AtMost("calendar_feed.display_name", feed.display_name(), kMostDisplayName));
  RETURN_IF_ERROR(ToComponent("calendar_feed.component", feed.component()).status());
  command.content = feed;
  return command;
}

absl::StatusOr<FeedKey> ToCommand(const v1::DeleteCalendarFeedRequest& request) {
  RETURN_IF_ERROR(AtMost("request_id", request.request_id(), kMostRequestId));
  return ToKey("name", request.name());
}

RequestKey KeyOf(const std::string& workspace, const v1::CreateCalendarFeedRequest& request) {
  return KeyOfRequest("CreateCalendarFeed", workspace, request);
}
RequestKey KeyOf(const std::string& workspace, const v1::DeleteCalendarFeedRequest& request) {
  return KeyOfRequest("DeleteCalendarFeed", workspace, request);
}

}  // namespace plumbline::onboarding::calendar_feeds
