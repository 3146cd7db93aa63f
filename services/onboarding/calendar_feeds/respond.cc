// SPDX-License-Identifier: Apache-2.0
#include "services/onboarding/calendar_feeds/respond.h"

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "common/base/ids.h"

namespace plumbline::onboarding::calendar_feeds {
namespace {

constexpr absl::string_view kFolder = "/calendars/";
constexpr absl::string_view kSuffix = ".ics";
constexpr size_t kMostSecret = 128;
constexpr size_t kEtagDigits = 32;
constexpr absl::Duration kRetryAfter = absl::Seconds(30);

bool IsOfSecret(char c) {
  return absl::ascii_isalnum(static_cast<unsigned char>(c)) || c == '-' || c == '_';
}

// "" if it is the path of no feed.
std::string SecretIn(absl::string_view path) {
  if (!absl::ConsumePrefix(&path, kFolder) || !absl::ConsumeSuffix(&path, kSuffix)) return "";
  if (path.size() > kMostSecret || !std::all_of(path.begin(), path.end(), IsOfSecret)) return "";
  return std::string(path);
}

// Of the content: who has the same, has this.
std::string EtagOf(const std::string& content) {
  return absl::StrCat("\"", base::Sha256Hex(content).substr(0, kEtagDigits), "\"");
}

// RFC 9110, section 13.1.2: compared weakly. Our tags hold no commas.
bool Has(absl::string_view if_none_match, absl::string_view etag) {
  for (absl::string_view one : absl::StrSplit(if_none_match, ',')) {
    one = absl::StripAsciiWhitespace(one);
    absl::ConsumePrefix(&one, "W/");
    if (one == "*" || one == etag) return true;
  }
  return false;
}

http::Response NoSuchCalendar() { return http::PlainText(404, "there is no such calendar"); }

http::Response OfError(const absl::Status& status) {
  switch (status.code()) {
    case absl::StatusCode::kNotFound:
      return NoSuchCalendar();
    case absl::StatusCode::kUnavailable:
    case absl::StatusCode::kResourceExhausted:
    case absl::StatusCode::kDeadlineExceeded:
      return http::Overloaded(kRetryAfter);
    default:
      return http::PlainText(500, "the calendar cannot be read; the service's log says why");
  }
}

http::Response OfContent(const http::Incoming& request, v1::ReadCalendarFeedResponse content) {
  const std::string etag = EtagOf(content.icalendar());
  http::Response response{
      .status = Has(request.Header("if-none-match"), etag) ? 304 : 200,
      // Nobody in between may keep it, and the program asks each time whether it has changed.
      .headers = {{"ETag", etag}, {"Cache-Control", "private, no-cache"}},
      .about = content.name()};
  // With 304 its length is told and the server sends none of it (RFC 9110, section 8.6).
  response.body = std::move(*content.mutable_icalendar());
  if (response.status == 304) return response;
  response.headers.insert(response.headers.end(),
                          {{"Content-Type", "text/calendar; charset=utf-8"},
                           {"Content-Disposition", "inline; filename=\"tasks.ics\""},
                           {"X-Content-Type-Options", "nosniff"},
                           // The address is a secret: it is neither told on nor found by searching.
                           {"Referrer-Policy", "no-referrer"},
                           {"X-Robots-Tag", "noindex"}});
  return response;
}

}  // namespace

std::string PathOf(absl::string_view secret) { return absl::StrCat(kFolder, secret, kSuffix); }

http::Response Respond(const http::Incoming& request, const Reader& read) {
  if (request.method != "GET" && request.method != "HEAD") return http::MethodNotAllowed();
  const std::string secret = SecretIn(request.path);
  if (secret.empty()) return NoSuchCalendar();
  absl::StatusOr<v1::ReadCalendarFeedResponse> content = read(secret);
  if (!content.ok()) return OfError(content.status());
  return OfContent(request, *std::move(content));
}

}  // namespace plumbline::onboarding::calendar_feeds
