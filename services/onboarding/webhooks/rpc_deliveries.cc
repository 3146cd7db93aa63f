// SPDX-License-Identifier: Apache-2.0
//
// The methods of deliveries: list, get, replay.
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "common/base/status_macros.h"
#include "common/listing/request.h"
#include "plumbline/onboarding/v1/webhook_service.pb.h"
#include "services/onboarding/watch/cursor.h"
#include "services/onboarding/webhooks/convert.h"
#include "services/onboarding/webhooks/delivery.h"
#include "services/onboarding/webhooks/rpc.h"
#include "services/onboarding/webhooks/webhook.h"

namespace plumbline::onboarding::webhooks {
namespace {

using rpc::CallContext;
using rpc::WorkClass;

constexpr int kMostReplayed = 1000;
constexpr int kMostLookedAt = 10'000;
constexpr int kReadAtOnce = 500;
constexpr char kReplay[] = "ReplayWebhookDeliveries";

v1::WebhookDelivery Shown(const WebhookKey& key, const StoredDelivery& stored) {
  v1::WebhookDelivery delivery = stored.delivery;
  delivery.set_name(NameOf(key, stored.key.place));
  return delivery;
}

absl::Status List(const Dependencies& on, const CallContext& context,
                  const v1::ListWebhookDeliveriesRequest& request,
                  v1::ListWebhookDeliveriesResponse* response) {
  ASSIGN_OR_RETURN(const WebhookKey key, ToKey("parent", request.parent()));
  ASSIGN_OR_RETURN(
      const listing::Query query,
      listing::ToQuery("ListWebhookDeliveries", request.parent(), request, DeliverySchema()));
  listing::Page<StoredDelivery> page;
  RETURN_IF_ERROR(on.store.Read(context, [&](View& view) -> absl::Status {
    ASSIGN_OR_RETURN(const StoredWebhook webhook, Require(view, key));
    ASSIGN_OR_RETURN(page, view.deliveries().List(webhook.uid, query));
    return absl::OkStatus();
  }));
  for (const StoredDelivery& stored : page.rows) {
    v1::WebhookDelivery* delivery = response->add_deliveries();
    *delivery = Shown(key, stored);
    delivery->clear_attempts();
  }
  response->set_next_page_token(
      listing::NextPageToken("ListWebhookDeliveries", request.parent(), request, page.next));
  return absl::OkStatus();
}

absl::StatusOr<StoredDelivery> RequireDelivery(View& view, const StoredWebhook& webhook,
                                               const FeedCursor& place) {
  ASSIGN_OR_RETURN(std::optional<StoredDelivery> found,
                   view.deliveries().Find({webhook.uid, place}));
  if (!found.has_value()) return base::NotFound("WebhookDelivery", NameOf(webhook.key, place));
  return *std::move(found);
}

absl::Status Get(const Dependencies& on, const CallContext& context,
                 const v1::GetWebhookDeliveryRequest& request,
                 v1::GetWebhookDeliveryResponse* response) {
  ASSIGN_OR_RETURN(const DeliveryName name, ToDelivery("name", request.name()));
  return on.store.Read(context, [&](View& view) -> absl::Status {
    ASSIGN_OR_RETURN(const StoredWebhook webhook, Require(view, name.webhook));
    ASSIGN_OR_RETURN(const StoredDelivery stored, RequireDelivery(view, webhook, name.place));
    *response->mutable_delivery() = Shown(name.webhook, stored);
    response->mutable_delivery()->set_body(stored.body);
    return absl::OkStatus();
  });
}

// What a cursor leads to: entries that the webhook takes, and where to go on.
struct Found {
  std::vector<FeedEntry> entries;
  FeedCursor next;
  bool more = false;
};

absl::StatusOr<Found> FindAfter(const Dependencies& on, const CallContext& context,
                                const StoredWebhook& webhook, const FeedCursor& after) {
  ASSIGN_OR_RETURN(const EntryFilter filter,
                   EntryFilter::Create("filter", webhook.webhook.filter()));
  Found found;
  found.next = after;
  for (int seen = 0; seen < kMostLookedAt;) {
    ASSIGN_OR_RETURN(std::vector<FeedEntry> entries,
                     on.feed.ReadFeed(context, {.workspace = webhook.key.workspace,
                                                .after = found.next,
                                                .limit = kReadAtOnce,
                                                .with_subjects = true}));
    for (FeedEntry& entry : entries) {
      if (found.entries.size() >= static_cast<size_t>(kMostReplayed)) {
        found.more = true;
        return found;
      }
      ++seen;
      found.next = entry.cursor;
      const FilteredEntry filtered(std::move(entry));
      const bool fed = !webhook.webhook.calls_only() && filter.Takes(filtered);
      if (fed || IsCallOf(webhook, filtered.entry())) found.entries.push_back(filtered.entry());
    }
    if (entries.size() < static_cast<size_t>(kReadAtOnce)) return found;
  }
  found.more = true;
  return found;
}

// A replay in its transaction.
struct Replaying {
  View& view;
  const StoredWebhook& webhook;
  const absl::Time now;
  v1::ReplayWebhookDeliveriesResponse* const response;

  absl::Status Again(StoredDelivery stored) {
    Replay(now, &stored);
    response->set_replayed_count(response->replayed_count() + 1);
    return view.deliveries().Put(stored);
  }
  absl::Status operator()(const FeedCursor& place) {
    ASSIGN_OR_RETURN(StoredDelivery stored, RequireDelivery(view, webhook, place));
    return Again(std::move(stored));
  }
  absl::Status operator()(absl::Time failed_since) {
    ASSIGN_OR_RETURN(std::vector<StoredDelivery> failed,
                     view.deliveries().ListFailed(webhook.uid, failed_since, kMostReplayed + 1));
    for (StoredDelivery& stored : failed) {
      if (response->replayed_count() >= kMostReplayed) {
        response->set_more(true);
        break;
      }
      RETURN_IF_ERROR(Again(std::move(stored)));
    }
    return absl::OkStatus();
  }
  absl::Status operator()(const Found& found) {
    for (const FeedEntry& entry : found.entries) {
      // A call that was not put on its way has nobody who waits for it any more.
      ASSIGN_OR_RETURN(const auto known, view.deliveries().Find({webhook.uid, entry.cursor}));
      if (!known.has_value() && IsCallOf(webhook, entry)) continue;
      StoredDelivery stored = DeliveryOf(webhook.uid, entry, now);
      ASSIGN_OR_RETURN(const bool added, view.deliveries().Add(stored));
      if (added) {
        response->set_replayed_count(response->replayed_count() + 1);
        continue;
      }
      ASSIGN_OR_RETURN(stored, RequireDelivery(view, webhook, entry.cursor));
      RETURN_IF_ERROR(Again(std::move(stored)));
    }
    response->set_more(found.more);
    if (found.more)
      response->set_next_cursor(FormatCursor({webhook.key.workspace, ""}, found.next));
    return absl::OkStatus();
  }
};

absl::Status ReplayDeliveries(const Dependencies& on, const CallContext& context,
                              const v1::ReplayWebhookDeliveriesRequest& request,
                              v1::ReplayWebhookDeliveriesResponse* response) {
  ASSIGN_OR_RETURN(const ReplayCommand command, ToCommand(request));
  const std::string& workspace = command.key.workspace;
  StoredWebhook before;
  RETURN_IF_ERROR(on.store.Read(context, [&](View& view) -> absl::Status {
    ASSIGN_OR_RETURN(before, Require(view, command.key));
    return absl::OkStatus();
  }));
  std::variant<FeedCursor, absl::Time, Found> what;
  if (const auto* cursor = std::get_if<std::string>(&command.what)) {
    ASSIGN_OR_RETURN(const FeedCursor after, ParseCursor({workspace, ""}, *cursor));
    ASSIGN_OR_RETURN(what, FindAfter(on, context, before, after));
  } else if (const auto* since = std::get_if<absl::Time>(&command.what)) {
    what = *since;
  } else {
    what = std::get<FeedCursor>(command.what);
  }
  const absl::Time now = on.clock.Now();
  const auto write = [&](View& view) -> absl::StatusOr<std::string> {
    response->Clear();
    RETURN_IF_ERROR(view.Lock(workspace));
    ASSIGN_OR_RETURN(const StoredWebhook webhook, Require(view, command.key));
    RETURN_IF_ERROR(std::visit(Replaying{view, webhook, now, response}, what));
    return response->SerializeAsString();
  };
  ASSIGN_OR_RETURN(const std::string bytes,
                   on.store.Write(context, KeyOf(kReplay, workspace, request), now, write));
  if (!response->ParseFromString(bytes)) return base::Internal("a stored answer is damaged");
  on.wake();
  return absl::OkStatus();
}

template <typename Request, typename Response, typename Handler>
void Add(const Dependencies& on, const char* method, WorkClass work, Handler handler,
         rpc::MethodTable* table) {
  table->Unary<Request, Response>(
      kServiceName, method, kPermission, work,
      [on, handler](const CallContext& context, const Request& request, Response* response) {
        return handler(on, context, request, response);
      });
}

}  // namespace

void RegisterDeliveries(const Dependencies& on, rpc::MethodTable* table) {
  Add<v1::ListWebhookDeliveriesRequest, v1::ListWebhookDeliveriesResponse>(
      on, "ListWebhookDeliveries", WorkClass::kRead, List, table);
  Add<v1::GetWebhookDeliveryRequest, v1::GetWebhookDeliveryResponse>(on, "GetWebhookDelivery",
                                                                     WorkClass::kRead, Get, table);
  Add<v1::ReplayWebhookDeliveriesRequest, v1::ReplayWebhookDeliveriesResponse>(
      on, kReplay, WorkClass::kWrite, ReplayDeliveries, table);
}

}  // namespace plumbline::onboarding::webhooks
