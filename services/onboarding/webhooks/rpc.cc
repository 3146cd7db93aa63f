// SPDX-License-Identifier: Apache-2.0
//
// The methods of webhooks themselves.
#include "services/onboarding/webhooks/rpc.h"

#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "common/base/ids.h"
#include "common/base/status_macros.h"
#include "common/listing/request.h"
#include "plumbline/onboarding/v1/webhook_service.pb.h"
#include "services/onboarding/webhooks/convert.h"
#include "services/onboarding/webhooks/event.h"
#include "services/onboarding/webhooks/webhook.h"

namespace plumbline::onboarding::webhooks {
namespace {

using rpc::CallContext;
using rpc::WorkClass;

// One transaction's change of a webhook. Each rule gives the webhook as it is then, and is followed
// by what stores it.
struct Rules {
  const Dependencies& on;

  absl::StatusOr<StoredWebhook> operator()(View& view, const CreateCommand& command,
                                           const Change& change) const {
    return Create(view, command, on.urls, change);
  }
  absl::StatusOr<StoredWebhook> operator()(View& view, const UpdateCommand& command,
                                           const Change& change) const {
    return Update(view, command, on.urls, change);
  }
  absl::StatusOr<StoredWebhook> operator()(View& view, const RotateCommand& command,
                                           const Change& change) const {
    return Rotate(view, command, change);
  }
  absl::StatusOr<StoredWebhook> operator()(View& view, const DeleteCommand& command,
                                           const Change&) const {
    return Delete(view, command);
  }
};

absl::Status Save(View& view, const StoredWebhook& stored, const DeleteCommand&) {
  return view.webhooks().Remove(stored);
}
template <typename Command>
absl::Status Save(View& view, const StoredWebhook& stored, const Command&) {
  return view.webhooks().Put(stored);
}

// A mutation; the secret is answered only where it was made here.
template <typename Request, typename Response>
absl::Status Mutate(const Dependencies& on, const std::string& method, const CallContext& context,
                    const Request& request, Response* response) {
  ASSIGN_OR_RETURN(const auto command, ToCommand(request, on.chance));
  const std::string& workspace = command.key.workspace;
  Change change{context.identity.subject, on.clock.Now(), 0};
  const auto answer = [&](const StoredWebhook& stored) {
    *response->mutable_webhook() = Shown(stored, change.time);
    if constexpr (requires { response->mutable_secret(); }) {
      if (request.secret().empty() && !request.validate_only())
        response->set_secret(command.secret);
    }
  };
  RETURN_IF_ERROR(on.store.Read(context, [&](View& view) -> absl::Status {
    ASSIGN_OR_RETURN(const int64_t position, view.Position());
    change.position = position - 1;
    if (!request.validate_only()) return absl::OkStatus();
    ASSIGN_OR_RETURN(const StoredWebhook stored, Rules{on}(view, command, change));
    answer(stored);
    return absl::OkStatus();
  }));
  if (request.validate_only()) return absl::OkStatus();
  const auto write = [&](View& view) -> absl::StatusOr<std::string> {
    response->Clear();
    RETURN_IF_ERROR(view.Lock(workspace));
    ASSIGN_OR_RETURN(const StoredWebhook stored, Rules{on}(view, command, change));
    RETURN_IF_ERROR(Save(view, stored, command));
    answer(stored);
    ASSIGN_OR_RETURN(const int64_t position, view.Position());
    response->set_freshness_token(absl::StrCat(position));
    return response->SerializeAsString();
  };
  ASSIGN_OR_RETURN(const std::string bytes,
                   on.store.Write(context, KeyOf(method, workspace, request), change.time, write));
  if (!response->ParseFromString(bytes)) return base::Internal("a stored answer is damaged");
  on.wake();
  return absl::OkStatus();
}

absl::Status Get(const Dependencies& on, const CallContext& context,
                 const v1::GetWebhookRequest& request, v1::GetWebhookResponse* response) {
  ASSIGN_OR_RETURN(const WebhookKey key, ToKey("name", request.name()));
  return on.store.Read(context, [&](View& view) -> absl::Status {
    ASSIGN_OR_RETURN(const StoredWebhook stored, Require(view, key));
    *response->mutable_webhook() = Shown(stored, on.clock.Now());
    return absl::OkStatus();
  });
}

absl::Status List(const Dependencies& on, const CallContext& context,
                  const v1::ListWebhooksRequest& request, v1::ListWebhooksResponse* response) {
  ASSIGN_OR_RETURN(const auto parts, base::ParseName("parent", request.parent(), "workspaces/*"));
  ASSIGN_OR_RETURN(const listing::Query query,
                   listing::ToQuery("ListWebhooks", request.parent(), request, WebhookSchema()));
  listing::Page<StoredWebhook> page;
  RETURN_IF_ERROR(on.store.Read(context, [&](View& view) -> absl::Status {
    ASSIGN_OR_RETURN(page, view.webhooks().List(parts[0], query));
    return absl::OkStatus();
  }));
  for (const StoredWebhook& stored : page.rows)
    *response->add_webhooks() = Shown(stored, on.clock.Now());
  response->set_next_page_token(
      listing::NextPageToken("ListWebhooks", request.parent(), request, page.next));
  return absl::OkStatus();
}

absl::Status Test(const Dependencies& on, const CallContext& context,
                  const v1::TestWebhookRequest& request, v1::TestWebhookResponse* response) {
  ASSIGN_OR_RETURN(const WebhookKey key, ToKey("name", request.name()));
  StoredWebhook stored;
  RETURN_IF_ERROR(on.store.Read(context, [&](View& view) -> absl::Status {
    ASSIGN_OR_RETURN(stored, Require(view, key));
    return absl::OkStatus();
  }));
  const absl::Time now = on.clock.Now();
  const std::string id = absl::StrCat("ping_", base::NewUuid());
  response->set_body(ToJson(PingOf(key.workspace, key.webhook, id, now)));
  const http::Request sent = RequestOf(stored, id, response->body(), now);
  const http::Answer answer = http::Post(*http::NewCurlClient(on.client), sent);
  *response->mutable_attempt() = AttemptOf(sent, now, answer);
  response->set_succeeded(answer.status >= 200 && answer.status < 300);
  return absl::OkStatus();
}

template <typename Request, typename Response>
void AddMutation(const Dependencies& on, const char* method, rpc::MethodTable* table) {
  table->Unary<Request, Response>(
      kServiceName, method, kPermission, WorkClass::kWrite,
      [on, name = std::string(method)](const CallContext& context, const Request& request,
                                       Response* response) {
        return Mutate(on, name, context, request, response);
      });
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

void RegisterWebhookService(const Dependencies& on, rpc::MethodTable* table) {
  AddMutation<v1::CreateWebhookRequest, v1::CreateWebhookResponse>(on, "CreateWebhook", table);
  AddMutation<v1::UpdateWebhookRequest, v1::UpdateWebhookResponse>(on, "UpdateWebhook", table);
  AddMutation<v1::DeleteWebhookRequest, v1::DeleteWebhookResponse>(on, "DeleteWebhook", table);
  AddMutation<v1::RotateWebhookSecretRequest, v1::RotateWebhookSecretResponse>(
      on, "RotateWebhookSecret", table);
  Add<v1::GetWebhookRequest, v1::GetWebhookResponse>(on, "GetWebhook", WorkClass::kRead, Get,
                                                     table);
  Add<v1::ListWebhooksRequest, v1::ListWebhooksResponse>(on, "ListWebhooks", WorkClass::kRead, List,
                                                         table);
  // It holds a thread for as long as the receiver takes.
  Add<v1::TestWebhookRequest, v1::TestWebhookResponse>(on, "TestWebhook", WorkClass::kBulk, Test,
                                                       table);
  RegisterDeliveries(on, table);
}

}  // namespace plumbline::onboarding::webhooks
