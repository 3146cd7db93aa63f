// SPDX-License-Identifier: Apache-2.0
//
// What the configuration of a service says of what it sends.
#ifndef PLUMBLINE_COMMON_WEBHOOK_SENDING_H_
#define PLUMBLINE_COMMON_WEBHOOK_SENDING_H_

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/http/client.h"
#include "plumbline/common/v1/config.pb.h"

namespace plumbline::webhook {

struct Sending {
  http::ClientOptions client;  // where requests may go, and how long each may take
  bool allow_plain_http = false;
  absl::Duration give_up_after = absl::Hours(72);  // what nobody takes
};

// FIELD_INVALID names what is wrong with the configuration.
absl::StatusOr<Sending> ReadSending(const common::v1::WebhooksConfig& config);

// Sets `duration` to what `webhooks.field` says, where it is present. FIELD_INVALID beyond the
// bounds.
absl::Status ReadDuration(const char* field, bool present, const google::protobuf::Duration& value,
                          absl::Duration least, absl::Duration most, absl::Duration* duration);

}  // namespace plumbline::webhook

#endif  // PLUMBLINE_COMMON_WEBHOOK_SENDING_H_
