// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "absl/strings/str_cat.h"
#include "common/http/server.h"

namespace plumbline::http {

std::string Incoming::Header(absl::string_view name) const {
  std::string values;
  for (const auto& [key, value] : headers) {
    if (key == name) absl::StrAppend(&values, values.empty() ? "" : ", ", value);
  }
  return values;
}

Response PlainText(int status, absl::string_view text) {
  return {.status = status,
          .headers = {{"Content-Type", "text/plain; charset=utf-8"}, {"Cache-Control", "no-store"}},
          .body = absl::StrCat(text, "\n")};
}

Response MethodNotAllowed() {
  Response response = PlainText(405, "only GET and HEAD are possible here");
  response.headers.emplace_back("Allow", "GET, HEAD");
  return response;
}

Response Overloaded(absl::Duration retry_after) {
  const int64_t seconds =
      std::max<int64_t>(1, absl::ToInt64Seconds(absl::Ceil(retry_after, absl::Seconds(1))));
  Response response =
      PlainText(503, absl::StrCat("too much to do just now; try again in ", seconds, " s"));
  response.headers.emplace_back("Retry-After", absl::StrCat(seconds));
  return response;
}

}  // namespace plumbline::http
