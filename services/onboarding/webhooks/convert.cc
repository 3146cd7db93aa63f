// SPDX-License-Identifier: Apache-2.0
#include "services/onboarding/webhooks/convert.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "common/base/error.h"
#include "common/base/ids.h"
#include "common/base/status_macros.h"
#include "common/webhook/signature.h"
#include "google/protobuf/io/coded_stream.h"
#include "google/protobuf/io/zero_copy_stream_impl_lite.h"
#include "services/onboarding/engine/codec.h"

namespace plumbline::onboarding::webhooks {
namespace {

constexpr size_t kMostReason = 1000;
constexpr size_t kMostRequestId = 128;
constexpr absl::Duration kKeepOld = absl::Hours(24);
constexpr absl::Duration kMostKeepOld = absl::Hours(24 * 30);
constexpr int64_t kYear10000 = 253'402'300'800;

absl::Status AtMost(absl::string_view field, absl::string_view text, size_t most) {
  const size_t length = Characters(text);
  if (length <= most) return absl::OkStatus();
  return base::FieldError(field, absl::StrCat("has ", length, " characters; shorten it to ", most));
}

// OK where the mutation is asked for in a known shape.
template <typename Request>
absl::Status CheckMutation(const Request& request) {
  RETURN_IF_ERROR(AtMost("request_id", request.request_id(), kMostRequestId));
  if constexpr (requires { request.reason(); })
    RETURN_IF_ERROR(AtMost("reason", request.reason(), kMostReason));
  return absl::OkStatus();
}

absl::StatusOr<std::string> SecretOf(const std::string& given, const base::Chance& chance) {
  if (given.empty()) return webhook::NewSecret(chance);
  RETURN_IF_ERROR(webhook::CheckSecret("secret", given));
  return given;
}

absl::StatusOr<std::vector<std::string>> ToFields(const google::protobuf::FieldMask& mask) {
  const auto known = ContentFields();
  std::vector<std::string> fields(mask.paths().begin(), mask.paths().end());
  std::vector<base::FieldViolation> violations;
  for (const std::string& field : fields) {
    if (std::find(known.begin(), known.end(), field) != known.end()) continue;
    violations.push_back({"update_mask", absl::StrCat("'", field.substr(0, 80),
                                                      "' cannot be replaced; possible "
                                                      "are ",
                                                      absl::StrJoin(known, ", "))});
  }
  RETURN_IF_ERROR(base::FieldErrors(violations));
  if (fields.empty())
    for (const absl::string_view field : known) fields.emplace_back(field);
  std::sort(fields.begin(), fields.end());
  fields.erase(std::unique(fields.begin(), fields.end()), fields.end());
  return fields;
}

}  // namespace

absl::StatusOr<WebhookKey> ToKey(absl::string_view field, absl::string_view name) {
  ASSIGN_OR_RETURN(auto parts, base::ParseName(field, name, "workspaces/*/webhooks/*"));
  return WebhookKey{std::move(parts[0]), std::move(parts[1])};
}

absl::StatusOr<CreateCommand> ToCommand(const v1::CreateWebhookRequest& request,
                                        const base::Chance& chance) {
  RETURN_IF_ERROR(CheckMutation(request));
  ASSIGN_OR_RETURN(auto parts, base::ParseName("parent", request.parent(), "workspaces/*"));
  RETURN_IF_ERROR(base::CheckId("webhook_id", request.webhook_id()));
  if (!request.has_webhook())
    return base::FieldError("webhook", "is missing; give the webhook to create");
  CreateCommand command;
  command.key = {parts[0], request.webhook_id()};
  const std::string name = NameOf(command.key);
  if (!request.webhook().name().empty() && request.webhook().name() != name) {
    return base::FieldError("webhook.name",
                            absl::StrCat("is '", request.webhook().name().substr(0, 200),
                                         "', but parent and webhook_id say '", name,
                                         "'; leave it empty or make them agree"));
  }
  command.content = request.webhook();
  ASSIGN_OR_RETURN(command.secret, SecretOf(request.secret(), chance));
  command.uid = base::NewUuid();
  command.reason = request.reason();
  return command;
}

absl::StatusOr<UpdateCommand> ToCommand(const v1::UpdateWebhookRequest& request,
                                        const base::Chance&) {
  RETURN_IF_ERROR(CheckMutation(request));
  if (!request.has_webhook())
    return base::FieldError("webhook", "is missing; give the webhook to update");
  UpdateCommand command;
  ASSIGN_OR_RETURN(command.key, ToKey("webhook.name", request.webhook().name()));
  ASSIGN_OR_RETURN(command.fields, ToFields(request.update_mask()));
  command.content = request.webhook();
  command.etag = request.webhook().etag();
  command.reason = request.reason();
  return command;
}

absl::StatusOr<DeleteCommand> ToCommand(const v1::DeleteWebhookRequest& request,
                                        const base::Chance&) {
  RETURN_IF_ERROR(CheckMutation(request));
  ASSIGN_OR_RETURN(WebhookKey key, ToKey("name", request.name()));
  return DeleteCommand{std::move(key), request.etag()};
}

absl::StatusOr<RotateCommand> ToCommand(const v1::RotateWebhookSecretRequest& request,
                                        const base::Chance& chance) {
  RETURN_IF_ERROR(CheckMutation(request));
  RotateCommand command;
  ASSIGN_OR_RETURN(command.key, ToKey("name", request.name()));
  ASSIGN_OR_RETURN(command.secret, SecretOf(request.secret(), chance));
  command.keep_old = kKeepOld;
  if (request.has_keep_old()) {
    command.keep_old =
        absl::Seconds(request.keep_old().seconds()) + absl::Nanoseconds(request.keep_old().nanos());
  }
  if (command.keep_old < absl::ZeroDuration() || command.keep_old > kMostKeepOld) {
    return base::FieldError("keep_old", absl::StrCat("is ", absl::FormatDuration(command.keep_old),
                                                     "; give 0 s to 720 h"));
  }
  command.etag = request.etag();
  return command;
}

absl::StatusOr<DeliveryName> ToDelivery(absl::string_view field, absl::string_view name) {
  ASSIGN_OR_RETURN(auto parts,
                   base::ParseName(field, name, "workspaces/*/webhooks/*/deliveries/**"));
  DeliveryName delivery{{parts[0], parts[1]}, {}};
  const std::vector<std::string> numbers = absl::StrSplit(parts[2], '-');
  if (numbers.size() != 2 || !absl::SimpleAtoi(numbers[0], &delivery.place.position) ||
      !absl::SimpleAtoi(numbers[1], &delivery.place.serial)) {
    return base::FieldError(field, absl::StrCat("'", parts[2].substr(0, 80),
                                                "' is no delivery; give a name that "
                                                "ListWebhookDeliveries gave"));
  }
  return delivery;
}

absl::StatusOr<ReplayCommand> ToCommand(const v1::ReplayWebhookDeliveriesRequest& request) {
  RETURN_IF_ERROR(CheckMutation(request));
  ReplayCommand command;
  ASSIGN_OR_RETURN(command.key, ToKey("name", request.name()));
  const int given =
      !request.delivery().empty() + request.has_failed_since_time() + !request.cursor().empty();
  if (given != 1) {
    return base::FieldError("delivery", absl::StrCat("is one of three ways to say what is sent "
                                                     "again; give exactly one of delivery, "
                                                     "failed_since_time and cursor, not ",
                                                     given));
  }
  if (!request.delivery().empty()) {
    ASSIGN_OR_RETURN(const DeliveryName delivery, ToDelivery("delivery", request.delivery()));
    if (delivery.webhook != command.key)
      return base::FieldError("delivery", "is not of the webhook that `name` names");
    command.what = delivery.place;
  } else if (request.has_failed_since_time()) {
    const int64_t seconds = request.failed_since_time().seconds();
    if (seconds < 0 || seconds >= kYear10000)
      return base::FieldError("failed_since_time", "is no time between the years 1970 and 9999");
    command.what = FromTimestamp(request.failed_since_time());
  } else {
    command.what = request.cursor();
  }
  return command;
}

template <typename Request>
RequestKey KeyOf(absl::string_view method, const std::string& workspace, const Request& request) {
  RequestKey key{workspace, absl::StrCat(kServiceName, "/", method), request.request_id(), ""};
  if (key.request_id.empty()) return key;
  Request rest = request;
  rest.clear_request_id();
  google::protobuf::io::StringOutputStream stream(&key.body);
  google::protobuf::io::CodedOutputStream output(&stream);
  // The same request always gives the same bytes, maps included.
  output.SetSerializationDeterministic(true);
  rest.SerializeToCodedStream(&output);
  return key;
}

template RequestKey KeyOf(absl::string_view, const std::string&, const v1::CreateWebhookRequest&);
template RequestKey KeyOf(absl::string_view, const std::string&, const v1::UpdateWebhookRequest&);
template RequestKey KeyOf(absl::string_view, const std::string&, const v1::DeleteWebhookRequest&);
template RequestKey KeyOf(absl::string_view, const std::string&,
                          const v1::RotateWebhookSecretRequest&);
template RequestKey KeyOf(absl::string_view, const std::string&,
                          const v1::ReplayWebhookDeliveriesRequest&);

}  // namespace plumbline::onboarding::webhooks
