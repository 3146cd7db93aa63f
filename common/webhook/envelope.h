// SPDX-License-Identifier: Apache-2.0
//
// Events on their way to receivers: the attributes of CloudEvents 1.0 in a message of the caller's,
// and the request that sends it, signed.
#ifndef PLUMBLINE_COMMON_WEBHOOK_ENVELOPE_H_
#define PLUMBLINE_COMMON_WEBHOOK_ENVELOPE_H_

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "common/http/client.h"
#include "google/protobuf/message.h"

namespace plumbline::webhook {

inline constexpr char kEventContentType[] = "application/cloudevents+json; charset=utf-8";

// What differs from event to event. `package` ends with a dot: "plumbline.onboarding.v1.".
struct Attributes {
  absl::string_view workspace;
  absl::string_view id;
  absl::string_view package;
  absl::string_view type;       // without the package: "task.completed"
  absl::string_view subject;    // within the workspace
  absl::string_view data_type;  // name of a message of the package
  absl::Time time;
};

// Sets the attributes of an event, a message with these fields, and makes its `data` present.
template <typename Event>
void SetAttributes(const Attributes& attributes, Event* event) {
  event->set_specversion("1.0");
  event->set_id(std::string(attributes.id));
  event->set_source(absl::StrCat("workspaces/", attributes.workspace));
  event->set_type(absl::StrCat(attributes.package, attributes.type));
  event->set_subject(std::string(attributes.subject));
  const int64_t micros = absl::ToUnixMicros(attributes.time);
  const int64_t rest = ((micros % 1'000'000) + 1'000'000) % 1'000'000;
  event->mutable_time()->set_seconds((micros - rest) / 1'000'000);
  event->mutable_time()->set_nanos(static_cast<int32_t>(rest * 1000));
  event->set_datacontenttype("application/json");
  event->set_dataschema(
      absl::StrCat("urn:plumbline:proto:", attributes.package, attributes.data_type));
  event->mutable_data();
}

// As it is sent: proto3 JSON, what is not set left out.
std::string ToJson(const google::protobuf::Message& event);

// The request that sends an event at `time`, signed by each of `secrets`, which CheckSecret takes.
http::Request SignedRequest(const std::string& url, const std::vector<std::string>& secrets,
                            const std::string& event_id, const std::string& body, absl::Time time);

// The longest beginning of an answer that is text; other bytes are shown as "?".
std::string TextOf(absl::string_view bytes);

}  // namespace plumbline::webhook

#endif  // PLUMBLINE_COMMON_WEBHOOK_ENVELOPE_H_
