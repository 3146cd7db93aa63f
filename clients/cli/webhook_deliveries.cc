// SPDX-License-Identifier: Apache-2.0
//
// webhook deliveries, delivery and replay: what was sent, and sending it again.
#include <memory>
#include <ostream>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "clients/cli/commands.h"
#include "clients/cli/help.h"
#include "clients/cli/list.h"
#include "clients/cli/units.h"
#include "clients/cli/webhooks.h"
#include "common/base/error.h"
#include "common/base/ids.h"
#include "common/base/status_macros.h"
#include "plumbline/onboarding/v1/webhook_service.pb.h"

namespace plumbline::cli {

namespace ob = onboarding::v1;

void ShowAttempt(Session& session, const ob::WebhookAttempt& attempt) {
  session.out() << When(attempt.time()) << "  "
                << (attempt.response_status() == 0 ? Printable(attempt.error())
                                                   : absl::StrCat(attempt.response_status()))
                << "  in " << Span(attempt.latency()) << '\n';
  for (const ob::WebhookHeader& header : attempt.request_headers())
    session.out() << "  > " << Printable(absl::StrCat(header.key(), ": ", header.value())) << '\n';
  for (const absl::string_view line :
       absl::StrSplit(attempt.response_body(), '\n', absl::SkipEmpty()))
    session.out() << "  < " << Printable(std::string(line)) << '\n';
}

namespace {

struct Options {
  std::string webhook, delivery, filter, order_by, failed_since, cursor;
  int limit = 1000;
};

// "order-laptop of ada": what is told of, in short.
std::string AboutOf(const ob::WebhookDelivery& delivery) {
  const std::vector<std::string> parts = absl::StrSplit(delivery.entry(), '/');
  return parts.size() > 5 ? absl::StrCat(parts[3], "/", parts[5]) : delivery.entry();
}

// "plumbline.onboarding.v1.task.ready" -> "task.ready".
std::string ShortType(const std::string& type) {
  const size_t version = type.find(".v1.");
  return version == std::string::npos ? type : type.substr(version + 4);
}

absl::Status List(Session& session, const Options& options) {
  session.wording().Call(
      {{"parent", "WEBHOOK"}, {"filter", "--filter"}, {"order_by", "--order-by"}});
  ob::ListWebhookDeliveriesRequest request;
  request.set_parent(session.FullName("webhooks", options.webhook));
  request.set_filter(options.filter);
  request.set_order_by(options.order_by);
  Table table(
      {"DELIVERY", "EVENT", "ENTRY", "STATE", ">TRIES", "?>ANSWER", "?NEXT (UTC)", "?SINCE (UTC)"});
  ASSIGN_OR_RETURN(
      const bool more,
      (Pages<ob::ListWebhookDeliveriesRequest, ob::ListWebhookDeliveriesResponse>(
          session, kWebhooks, "ListWebhookDeliveries", request, options.limit,
          [&](const auto& page) {
            for (const ob::WebhookDelivery& d : page.deliveries()) {
              table.Add({IdOf(d.name()), ShortType(d.event_type()), AboutOf(d),
                         StateWord(ob::WebhookDelivery::State_Name(d.state())),
                         absl::StrCat(d.attempt_count()),
                         d.response_status() == 0 ? "" : absl::StrCat(d.response_status()),
                         When(d.next_attempt_time()), When(d.create_time())});
            }
            return page.deliveries_size();
          })));
  ShowList(session, table, "no deliveries", more);
  return absl::OkStatus();
}

std::string DeliveryName(const Session& session, const Options& options) {
  if (absl::StartsWith(options.delivery, "workspaces/")) return options.delivery;
  return absl::StrCat(session.FullName("webhooks", options.webhook), "/deliveries/",
                      options.delivery);
}

absl::Status Get(Session& session, const Options& options) {
  session.wording().Call({{"name", "DELIVERY"}});
  ob::GetWebhookDeliveryRequest request;
  request.set_name(DeliveryName(session, options));
  ob::GetWebhookDeliveryResponse response;
  RETURN_IF_ERROR(session.Call(kWebhooks, "GetWebhookDelivery", request, &response));
  const ob::WebhookDelivery& delivery = response.delivery();
  if (session.json()) {
    session.PrintJson(delivery);
    return absl::OkStatus();
  }
  session.out() << ShortType(delivery.event_type()) << " of " << AboutOf(delivery) << ": "
                << StateWord(ob::WebhookDelivery::State_Name(delivery.state())) << '\n'
                << Printable(delivery.body()) << '\n';
  for (const ob::WebhookAttempt& attempt : delivery.attempts()) ShowAttempt(session, attempt);
  return absl::OkStatus();
}

absl::Status Replay(Session& session, const Options& options) {
  session.wording().Call({{"name", "WEBHOOK"},
                          {"delivery", "DELIVERY"},
                          {"failed_since_time", "--failed-since"},
                          {"cursor", "--cursor"}});
  const int given =
      !options.delivery.empty() + !options.failed_since.empty() + !options.cursor.empty();
  if (given != 1) {
    return base::FieldError("DELIVERY",
                            absl::StrCat(given == 0 ? "is missing" : "is not the only one given",
                                         "; say what is sent again by exactly one of DELIVERY, "
                                         "--failed-since TIME and --cursor CURSOR"));
  }
  ob::ReplayWebhookDeliveriesRequest request;
  request.set_name(session.FullName("webhooks", options.webhook));
  if (!options.delivery.empty()) request.set_delivery(DeliveryName(session, options));
  request.set_cursor(options.cursor);
  RETURN_IF_ERROR(SetTime("--failed-since", options.failed_since, &request, "failed_since_time"));
  int64_t count = 0;
  ob::ReplayWebhookDeliveriesResponse response;
  do {
    request.set_request_id(base::NewUuid());
    RETURN_IF_ERROR(session.Call(kWebhooks, "ReplayWebhookDeliveries", request, &response));
    if (session.json()) session.PrintJsonLine(response);
    count += response.replayed_count();
    if (response.more() && !response.next_cursor().empty())
      request.set_cursor(response.next_cursor());
  } while (response.more());
  if (!session.json())
    session.out() << Number(count, "event is", "events are") << " on the way again\n";
  return absl::OkStatus();
}

}  // namespace

void AddWebhookDeliveries(args::Command& webhook, Action* action) {
  auto options = std::make_shared<Options>();
  args::Command* list = webhook.add_subcommand("deliveries", "What was and will be sent to it");
  list->add_option("WEBHOOK", options->webhook, "Its id")->required();
  AddFilterOptions(*list,
                   "state, kind, onboarding, event_id, attempt_count, response_status, create_time",
                   &options->filter, &options->order_by);
  Takes(list->add_option("--limit", options->limit, "Rows at most (default: 1,000)"), "N");
  list->callback([=] { *action = [=](Session& s) { return List(s, *options); }; });

  args::Command* one =
      webhook.add_subcommand("delivery", "One of them, with its event and all attempts");
  one->add_option("WEBHOOK", options->webhook, "Its id")->required();
  one->add_option("DELIVERY", options->delivery, "As 'webhook deliveries' shows it")->required();
  one->callback([=] { *action = [=](Session& s) { return Get(s, *options); }; });

  args::Command* replay = webhook.add_subcommand(
      "replay", "Send again: one delivery, what failed since a time, or all after a cursor");
  replay->add_option("WEBHOOK", options->webhook, "Its id")->required();
  replay->add_option("DELIVERY", options->delivery, "Only this one");
  Takes(replay->add_option("--failed-since", options->failed_since,
                           "All that failed and were put on their way since then"),
        "TIME");
  Takes(replay->add_option("--cursor", options->cursor,
                           "Everything after a cursor of 'plumbline watch', sent before or not"),
        "CURSOR");
  AddExamples(*replay, {{"plumbline webhook replay crm --failed-since 2026-11-01", ""}});
  replay->callback([=] { *action = [=](Session& s) { return Replay(s, *options); }; });
}

}  // namespace plumbline::cli
