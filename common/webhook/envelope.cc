// SPDX-License-Identifier: Apache-2.0
#include "common/webhook/envelope.h"

#include "common/base/utf8.h"
#include "common/webhook/signature.h"
#include "google/protobuf/util/json_util.h"

namespace plumbline::webhook {

std::string ToJson(const google::protobuf::Message& event) {
  std::string json;
  // Of a message that we made: nothing in it can fail.
  static_cast<void>(google::protobuf::util::MessageToJsonString(event, &json));
  return json;
}

http::Request SignedRequest(const std::string& url, const std::vector<std::string>& secrets,
                            const std::string& event_id, const std::string& body, absl::Time time) {
  return {url,
          {{"content-type", kEventContentType},
           {"webhook-id", event_id},
           {"webhook-timestamp", absl::StrCat(absl::ToUnixSeconds(time))},
           {"webhook-signature", Sign(secrets, event_id, time, body)}},
          body};
}

std::string TextOf(absl::string_view bytes) {
  std::string text;
  while (!bytes.empty()) {
    const size_t valid = base::Utf8Prefix(bytes);
    text.append(bytes.data(), valid);
    bytes.remove_prefix(valid);
    if (bytes.empty()) break;
    text += '?';
    bytes.remove_prefix(1);
  }
  return text;
}

}  // namespace plumbline::webhook
