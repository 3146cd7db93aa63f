// SPDX-License-Identifier: Apache-2.0
#include "services/onboarding/calendar_feeds/respond.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace plumbline::onboarding::calendar_feeds {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

constexpr char kContent[] = "BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n";

class RespondTest : public ::testing::Test {
 protected:
  http::Response Ask(const http::Incoming& request) {
    return Respond(
        request, [this](const std::string& secret) -> absl::StatusOr<v1::ReadCalendarFeedResponse> {
          asked_.push_back(secret);
          if (!status_.ok()) return status_;
          v1::ReadCalendarFeedResponse response;
          response.set_name("workspaces/acme/calendarFeeds/ada");
          response.set_icalendar(content_);
          return response;
        });
  }
  http::Response Get(const std::string& path, const http::Headers& headers = {}) {
    return Ask({.method = "GET", .path = path, .headers = headers});
  }
  static std::string Header(const http::Response& response, const std::string& name) {
    for (const auto& [key, value] : response.headers)
      if (key == name) return value;
    return "";
  }

  std::string content_ = kContent;
  absl::Status status_;
  std::vector<std::string> asked_;
};

TEST_F(RespondTest, GivesTheCalendar) {
  const http::Response got = Get("/calendars/s3cret-_A.ics");
  EXPECT_EQ(got.status, 200);
  EXPECT_EQ(got.body, kContent);
  EXPECT_THAT(asked_, ElementsAre("s3cret-_A"));
  EXPECT_EQ(Header(got, "Content-Type"), "text/calendar; charset=utf-8");
  EXPECT_EQ(Header(got, "Cache-Control"), "private, no-cache");
  EXPECT_EQ(Header(got, "Referrer-Policy"), "no-referrer");
  EXPECT_THAT(Header(got, "ETag"), SizeIs(34));
  EXPECT_EQ(got.about, "workspaces/acme/calendarFeeds/ada");
}

TEST_F(RespondTest, HeadIsAsGet) {
  const http::Response got = Ask({.method = "HEAD", .path = "/calendars/x.ics"});
  EXPECT_EQ(got.status, 200);
  EXPECT_EQ(got.body, kContent) << "the server leaves it out and tells its length";
}

TEST_F(RespondTest, TheSameContentHasTheSameTagAndAnotherHasAnother) {
  const std::string etag = Header(Get("/calendars/x.ics"), "ETag");
  EXPECT_EQ(Header(Get("/calendars/y.ics"), "ETag"), etag);
  content_ += "X";
  EXPECT_NE(Header(Get("/calendars/x.ics"), "ETag"), etag);
}

TEST_F(RespondTest, WhoHasItAlreadyIsToldSo) {
  const std::string etag = Header(Get("/calendars/x.ics"), "ETag");
  for (const std::string& given :
       {etag, absl::StrCat("W/", etag), absl::StrCat("\"other\" ,  ", etag), std::string("*")}) {
    const http::Response got = Get("/calendars/x.ics", {{"if-none-match", given}});
    EXPECT_EQ(got.status, 304) << given;
    EXPECT_EQ(Header(got, "ETag"), etag);
    EXPECT_EQ(Header(got, "Cache-Control"), "private, no-cache");
    EXPECT_EQ(got.body, kContent) << "the server leaves it out and tells its length";
  }
  for (const std::string& given :
       {std::string("\"other\""), etag.substr(1, 32), std::string(), std::string(",,,")})
    EXPECT_EQ(Get("/calendars/x.ics", {{"if-none-match", given}}).status, 200) << given;
  content_ += "X";
  EXPECT_EQ(Get("/calendars/x.ics", {{"if-none-match", etag}}).status, 200);
}

TEST_F(RespondTest, OtherPathsLeadNowhere) {
  for (const std::string& path :
       {std::string(), std::string("/"), std::string("/calendars"), std::string("/calendars/"),
        std::string("/calendars/.ics"), std::string("/calendars/x"), std::string("/x.ics"),
        std::string("/calendars/a/b.ics"), std::string("/calendars/../x.ics"),
        std::string("/calendars/a%20b.ics"), std::string("/calendars/a.ics.ics"),
        std::string("/CALENDARS/a.ics"), std::string("calendars/a.ics"),
        std::string("/calendars/\xff.ics"), std::string("/calendars/a\0b.ics", 18),
        absl::StrCat("/calendars/", std::string(129, 'x'), ".ics")}) {
    const http::Response got = Get(path);
    EXPECT_EQ(got.status, 404) << path;
    EXPECT_EQ(got.about, "");
  }
  EXPECT_THAT(asked_, IsEmpty()) << "what cannot be a secret is not looked for";
}

TEST_F(RespondTest, UnknownSecretsAndOtherPathsAreAnsweredAlike) {
  status_ = base::NotFound("CalendarFeed", "workspaces/-/calendarFeeds/-");
  const http::Response unknown = Get("/calendars/x.ics");
  const http::Response elsewhere = Get("/");
  EXPECT_EQ(unknown.status, 404);
  EXPECT_EQ(unknown.body, elsewhere.body);
  EXPECT_EQ(unknown.headers, elsewhere.headers);
}

TEST_F(RespondTest, OtherMethodsAreNotAllowed) {
  for (const char* method : {"POST", "PUT", "DELETE", "OPTIONS", "PROPFIND", "get", ""}) {
    const http::Response got = Ask({.method = method, .path = "/calendars/x.ics"});
    EXPECT_EQ(got.status, 405) << method;
    EXPECT_EQ(Header(got, "Allow"), "GET, HEAD");
  }
  EXPECT_THAT(asked_, IsEmpty());
}

TEST_F(RespondTest, WhatMayBeTriedAgainSaysWhen) {
  for (const absl::Status& status : {absl::UnavailableError("x"), absl::ResourceExhaustedError("x"),
                                     absl::DeadlineExceededError("x")}) {
    status_ = status;
    const http::Response got = Get("/calendars/x.ics");
    EXPECT_EQ(got.status, 503) << status;
    EXPECT_EQ(Header(got, "Retry-After"), "30");
  }
}

TEST_F(RespondTest, FaultsOfOursTellNothing) {
  status_ = base::Internal("SELECT broke");
  const http::Response got = Get("/calendars/x.ics");
  EXPECT_EQ(got.status, 500);
  EXPECT_THAT(got.body, Not(HasSubstr("SELECT")));
}

}  // namespace
}  // namespace plumbline::onboarding::calendar_feeds
