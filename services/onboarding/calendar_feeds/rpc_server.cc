// SPDX-License-Identifier: Apache-2.0
#include "services/onboarding/calendar_feeds/rpc_server.h"

#include <string>
#include <utility>

#include "common/base/status_macros.h"

namespace plumbline::onboarding::calendar_feeds {
namespace {

constexpr char kReadMethod[] = "/plumbline.onboarding.v1.CalendarFeedService/ReadCalendarFeed";
// Calendar programs wait some 30 s, and what takes that long is better tried again later.
constexpr absl::Duration kDeadline = absl::Seconds(15);

}  // namespace

Reader ReaderOver(rpc::Channel& channel, const base::Clock& clock) {
  return [&](const std::string& secret) -> absl::StatusOr<v1::ReadCalendarFeedResponse> {
    v1::ReadCalendarFeedRequest request;
    request.set_secret(secret);
    v1::ReadCalendarFeedResponse response;
    base::CallContext context;
    context.deadline = clock.Now() + kDeadline;
    RETURN_IF_ERROR(channel.Call(context, kReadMethod, request, &response));
    return response;
  };
}

absl::StatusOr<std::unique_ptr<http::Server>> ServeFeeds(const FeedOptions& options,
                                                         rpc::Channel& channel,
                                                         const base::Clock& clock,
                                                         const base::Logger& logger) {
  if (options.server.listen_address.empty()) return nullptr;
  const auto answer = [read = ReaderOver(channel, clock)](const http::Incoming& request) {
    return Respond(request, read);
  };
  auto server = http::Server::Start("feeds.listen_address", options.server, answer, clock, logger);
  if (!server.ok() && options.by_default) {
    logger.Warning("calendar feeds are not served: their default address is taken",
                   {{"address", options.server.listen_address},
                    {"remedy", "give another one with --feeds.listen_address, or \"\" for none"}});
    return nullptr;
  }
  RETURN_IF_ERROR(server.status());
  const std::string address = (*server)->address();
  logger.Info("calendar feeds", {{"feeds_address", address}});
  return server;
}

}  // namespace plumbline::onboarding::calendar_feeds
