// SPDX-License-Identifier: Apache-2.0
#include "services/onboarding/calendar_feeds/rpc.h"

#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "common/base/ids.h"
#include "common/base/status_macros.h"
#include "common/listing/request.h"
#include "google/protobuf/util/message_differencer.h"
#include "plumbline/onboarding/v1/calendar_feed_service.pb.h"
#include "services/onboarding/calendar_feeds/convert.h"
#include "services/onboarding/calendar_feeds/feed.h"
#include "services/onboarding/calendar_feeds/respond.h"
#include "services/onboarding/engine/codec.h"
#include "services/onboarding/runs/rpc_calendar.h"

namespace plumbline::onboarding::calendar_feeds {
namespace {

using rpc::CallContext;
using rpc::WorkClass;

// No secret of ours is longer; longer ones are not looked for.
constexpr size_t kMostSecret = 128;

// Gives the feed of a repeated request a further secret: the first answer may have been lost, and
// was stored without its own. "" if the feed is gone, or another is under its name.
absl::StatusOr<std::string> AddSecret(const FeedDependencies& on, const CallContext& context,
                                      const FeedKey& key, const v1::CalendarFeed& answered) {
  const std::string secret = NewSecret(on.chance);
  const absl::Time now = on.runs.clock.Now();
  const auto write = [&](View& view) -> absl::StatusOr<std::string> {
    RETURN_IF_ERROR(view.Lock(key.workspace));
    ASSIGN_OR_RETURN(const std::optional<v1::CalendarFeed> present, view.feeds().Find(key));
    using google::protobuf::util::MessageDifferencer;
    if (!present.has_value() ||
        !MessageDifferencer::Equals(present->create_time(), answered.create_time()))
      return "";
    RETURN_IF_ERROR(view.feeds().AddHash(key, HashOf(secret), now));
    return secret;
  };
  return on.store.Write(context, {}, now, write, nullptr);
}

absl::Status CreateFeed(const FeedDependencies& on, const CallContext& context,
                        const v1::CreateCalendarFeedRequest& request,
                        v1::CreateCalendarFeedResponse* response) {
  ASSIGN_OR_RETURN(const CreateCommand command, ToCommand(request, on.chance));
  const Change change{context.identity.subject, on.runs.clock.Now()};
  if (request.validate_only()) {
    return on.store.Read(context, [&](View& view) -> absl::Status {
      ASSIGN_OR_RETURN(*response->mutable_calendar_feed(), Create(view.feeds(), command, change));
      return absl::OkStatus();
    });
  }
  std::string secret = NewSecret(on.chance);
  const auto write = [&](View& view) -> absl::StatusOr<std::string> {
    response->Clear();
    RETURN_IF_ERROR(view.Lock(command.key.workspace));
    ASSIGN_OR_RETURN(const v1::CalendarFeed feed, Create(view.feeds(), command, change));
    RETURN_IF_ERROR(view.feeds().Put(command.key, feed));
    RETURN_IF_ERROR(view.feeds().AddHash(command.key, HashOf(secret), change.time));
    *response->mutable_calendar_feed() = feed;
    ASSIGN_OR_RETURN(const int64_t position, view.Position());
    response->set_freshness_token(absl::StrCat(position));
    return response->SerializeAsString();  // without the secret: it is stored
  };
  bool replayed = false;
  ASSIGN_OR_RETURN(const std::string bytes,
                   on.store.Write(context, KeyOf(command.key.workspace, request), change.time,
                                  write, &replayed));
  if (!response->ParseFromString(bytes)) return base::Internal("a stored answer is damaged");
  if (replayed) {
    const v1::CalendarFeed& feed = response->calendar_feed();
    ASSIGN_OR_RETURN(const FeedKey key, ToKey("name", feed.name()));
    ASSIGN_OR_RETURN(secret, AddSecret(on, context, key, feed));
  }
  if (secret.empty()) return absl::OkStatus();
  response->set_path(PathOf(secret));
  const std::string prefix = on.prefix();
  if (!prefix.empty()) response->set_url(absl::StrCat(prefix, response->path()));
  return absl::OkStatus();
}

absl::Status ListFeeds(const FeedDependencies& on, const CallContext& context,
                       const v1::ListCalendarFeedsRequest& request,
                       v1::ListCalendarFeedsResponse* response) {
  ASSIGN_OR_RETURN(const auto parts, base::ParseName("parent", request.parent(), "workspaces/*"));
  ASSIGN_OR_RETURN(const listing::Query query,
                   listing::ToQuery("ListCalendarFeeds", request.parent(), request, FeedSchema()));
  listing::Page<v1::CalendarFeed> page;
  RETURN_IF_ERROR(on.store.Read(context, [&](View& view) -> absl::Status {
    ASSIGN_OR_RETURN(page, view.feeds().List(parts[0], query));
    return absl::OkStatus();
  }));
  for (v1::CalendarFeed& feed : page.rows) *response->add_calendar_feeds() = std::move(feed);
  response->set_next_page_token(
      listing::NextPageToken("ListCalendarFeeds", request.parent(), request, page.next));
  return absl::OkStatus();
}

absl::Status DeleteFeed(const FeedDependencies& on, const CallContext& context,
                        const v1::DeleteCalendarFeedRequest& request,
                        v1::DeleteCalendarFeedResponse* response) {
  ASSIGN_OR_RETURN(const FeedKey key, ToCommand(request));
  if (request.validate_only()) {
    return on.store.Read(context, [&](View& view) -> absl::Status {
      ASSIGN_OR_RETURN(*response->mutable_calendar_feed(), Require(view.feeds(), key));
      return absl::OkStatus();
    });
  }
  const auto write = [&](View& view) -> absl::StatusOr<std::string> {
    response->Clear();
    RETURN_IF_ERROR(view.Lock(key.workspace));
    ASSIGN_OR_RETURN(*response->mutable_calendar_feed(), Require(view.feeds(), key));
    RETURN_IF_ERROR(view.feeds().Remove(key));
    ASSIGN_OR_RETURN(const int64_t position, view.Position());
    response->set_freshness_token(absl::StrCat(position));
    return response->SerializeAsString();
  };
  ASSIGN_OR_RETURN(const std::string bytes, on.store.Write(context, KeyOf(key.workspace, request),
                                                           on.runs.clock.Now(), write, nullptr));
  if (!response->ParseFromString(bytes)) return base::Internal("a stored answer is damaged");
  return absl::OkStatus();
}

absl::Status NoSuchFeed() {
  return base::Error(base::Reason::ERROR_REASON_RESOURCE_NOT_FOUND,
                     "no calendar feed has this secret: it was deleted, or never was; "
                     "CreateCalendarFeed makes one")
      .Resource("CalendarFeed", "workspaces/-/calendarFeeds/-");
}

absl::StatusOr<v1::CalendarFeed> FindFeed(View& view, const std::string& hash) {
  ASSIGN_OR_RETURN(std::optional<v1::CalendarFeed> found, view.feeds().FindByHash(hash));
  if (!found.has_value()) return NoSuchFeed();
  return *std::move(found);
}

// Writes down that it was read.
absl::Status NoteReading(const FeedDependencies& on, const CallContext& context, const FeedKey& key,
                         const std::string& hash) {
  const absl::Time now = on.runs.clock.Now();
  const auto write = [&](View& view) -> absl::StatusOr<std::string> {
    RETURN_IF_ERROR(view.Lock(key.workspace));
    ASSIGN_OR_RETURN(v1::CalendarFeed feed, FindFeed(view, hash));
    if (!IsNews(feed, now)) return "";
    *feed.mutable_last_read_time() = ToTimestamp(now);
    RETURN_IF_ERROR(view.feeds().Put(key, feed));
    return "";
  };
  return on.store.Write(context, {}, now, write, nullptr).status();
}

absl::Status ReadFeed(const FeedDependencies& on, const CallContext& context,
                      const v1::ReadCalendarFeedRequest& request,
                      v1::ReadCalendarFeedResponse* response) {
  if (request.secret().size() > kMostSecret) return NoSuchFeed();
  // It is looked for by its hash: how long that takes tells nothing of a secret that is like it.
  const std::string hash = HashOf(request.secret());
  v1::CalendarFeed feed;
  RETURN_IF_ERROR(on.store.Read(context, [&](View& view) -> absl::Status {
    ASSIGN_OR_RETURN(feed, FindFeed(view, hash));
    return absl::OkStatus();
  }));
  ASSIGN_OR_RETURN(const FeedKey key, ToKey("name", feed.name()));
  ASSIGN_OR_RETURN(const calendar::DueComponent component,
                   ToComponent("component", feed.component()));
  ASSIGN_OR_RETURN(TaskCalendar written, WriteTaskCalendar(on.runs, context,
                                                           {.workspace = key.workspace,
                                                            .assignee = feed.person(),
                                                            .title = feed.display_name(),
                                                            .component = component,
                                                            .refresh = on.refresh}));
  response->set_name(feed.name());
  response->set_icalendar(std::move(written.icalendar));
  response->mutable_refresh_interval()->set_seconds(absl::ToInt64Seconds(on.refresh));
  // Who reads gets an answer, even if nothing can be written just now; but not if the feed was
  // deleted meanwhile.
  if (!IsNews(feed, on.runs.clock.Now())) return absl::OkStatus();
  const absl::Status noted = NoteReading(on, context, key, hash);
  return absl::IsNotFound(noted) ? noted : absl::OkStatus();
}

template <typename Request, typename Response, typename Handler>
void Add(const FeedDependencies& on, const char* method, const char* permission, WorkClass work,
         Handler handler, rpc::MethodTable* table) {
  table->Unary<Request, Response>(
      kServiceName, method, permission, work,
      [on, handler](const CallContext& context, const Request& request, Response* response) {
        return handler(on, context, request, response);
      });
}

}  // namespace

void RegisterCalendarFeedService(const FeedDependencies& on, rpc::MethodTable* table) {
  Add<v1::CreateCalendarFeedRequest, v1::CreateCalendarFeedResponse>(
      on, "CreateCalendarFeed", kPermission, WorkClass::kWrite, CreateFeed, table);
  Add<v1::ListCalendarFeedsRequest, v1::ListCalendarFeedsResponse>(
      on, "ListCalendarFeeds", kPermission, WorkClass::kRead, ListFeeds, table);
  Add<v1::DeleteCalendarFeedRequest, v1::DeleteCalendarFeedResponse>(
      on, "DeleteCalendarFeed", kPermission, WorkClass::kWrite, DeleteFeed, table);
  Add<v1::ReadCalendarFeedRequest, v1::ReadCalendarFeedResponse>(on, "ReadCalendarFeed", "",
                                                                 WorkClass::kRead, ReadFeed, table);
}

}  // namespace plumbline::onboarding::calendar_feeds
