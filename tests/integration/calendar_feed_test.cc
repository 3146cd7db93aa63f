// SPDX-License-Identifier: Apache-2.0
//
// calendar-feed on the command line, and a calendar program (libcurl) that subscribes to what a
// real suite serves.
#include <curl/curl.h>

#include <csignal>
#include <cstdlib>
#include <deque>
#include <fstream>
#include <iterator>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "common/http/raw_client.h"
#include "gmock/gmock.h"
#include "google/protobuf/struct.pb.h"
#include "google/protobuf/util/json_util.h"
#include "gtest/gtest.h"
#include "tests/support/files.h"
#include "tests/support/process.h"

namespace plumbline {
namespace {

using http::testing::RawClient;
using ::testing::AllOf;
using ::testing::AnyOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::StartsWith;

// What libcurl got.
struct Got {
  long status = 0;                             // NOLINT: libcurl's type
  std::map<std::string, std::string> headers;  // names in small letters
  std::string body;
};

size_t KeepBody(char* bytes, size_t size, size_t count, void* got) {
  static_cast<Got*>(got)->body.append(bytes, size * count);
  return size * count;
}
size_t KeepHeader(char* bytes, size_t size, size_t count, void* got) {
  const std::string line(bytes, size * count);
  if (const size_t colon = line.find(": "); colon != std::string::npos) {
    static_cast<Got*>(got)->headers[absl::AsciiStrToLower(line.substr(0, colon))] =
        std::string(absl::StripAsciiWhitespace(line.substr(colon + 2)));
  }
  return size * count;
}

// As a calendar program reads a subscription.
Got Curl(const std::string& url, const std::string& etag = "", const char* method = nullptr) {
  Got got;
  CURL* const easy = curl_easy_init();
  curl_easy_setopt(easy, CURLOPT_URL, url.c_str());
  curl_easy_setopt(easy, CURLOPT_TIMEOUT, 60L);
  curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, &KeepBody);
  curl_easy_setopt(easy, CURLOPT_WRITEDATA, &got);
  curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, &KeepHeader);
  curl_easy_setopt(easy, CURLOPT_HEADERDATA, &got);
  curl_slist* headers = nullptr;
  if (!etag.empty()) headers = curl_slist_append(nullptr, ("If-None-Match: " + etag).c_str());
  curl_easy_setopt(easy, CURLOPT_HTTPHEADER, headers);
  if (method != nullptr && std::string(method) == "HEAD") {
    curl_easy_setopt(easy, CURLOPT_NOBODY, 1L);
  } else if (method != nullptr) {
    curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, method);
  }
  const CURLcode done = curl_easy_perform(easy);
  EXPECT_EQ(done, CURLE_OK) << curl_easy_strerror(done);
  curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &got.status);
  curl_slist_free_all(headers);
  curl_easy_cleanup(easy);
  return got;
}

std::string Bin(const std::string& program) {
  return absl::StrCat(std::getenv("PLUMBLINE_BIN_DIR"), "/", program);
}

struct Ended {
  int code;
  std::string output;
};

class CalendarFeed : public ::testing::Test {
 protected:
  // A suite over the data of this test.
  void Begin(const std::vector<std::string>& flags = {}) {
    std::vector<std::string> args = {Bin("plumbline-suite"), "--server.listen_address=127.0.0.1:0",
                                     absl::StrCat("--data_directory=", folder_.Join("data"))};
    args.insert(args.end(), flags.begin(), flags.end());
    suite_ = testing::Process::Start({.args = args});
    auto ready = suite_->WaitForLine("\"ready\"");
    ASSERT_TRUE(ready.ok()) << ready.status();
    google::protobuf::Struct line;
    ASSERT_TRUE(google::protobuf::util::JsonStringToMessage(*ready, &line).ok());
    address_ = line.fields().at("address").string_value();
  }
  void TearDown() override { EXPECT_EQ(*suite_->Terminate(), 0) << suite_->Output(); }

  // Where feeds are served, as scripts find out.
  std::string FeedsAddress() const {
    std::ifstream file(folder_.Join("data/endpoints.json"));
    const std::string text{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
    google::protobuf::Struct object;
    EXPECT_TRUE(google::protobuf::util::JsonStringToMessage(text, &object).ok()) << text;
    return object.fields().contains("feedsAddress")
               ? object.fields().at("feedsAddress").string_value()
               : "";
  }

  Ended Run(std::vector<std::string> arguments) const {
    arguments.insert(arguments.begin(), {Bin("plumbline"), "--address", address_});
    auto process = testing::Process::Start({.args = arguments});
    auto code = process->Wait();
    return {code.ok() ? *code : -1, process->Output()};
  }
  std::string Expect(const std::vector<std::string>& arguments, int code,
                     const std::vector<std::string>& says) const {
    const Ended ended = Run(arguments);
    EXPECT_EQ(ended.code, code) << ended.output;
    for (const std::string& text : says) EXPECT_THAT(ended.output, HasSubstr(text));
    return ended.output;
  }

  // Starts an on-boarding and says who does its first task, and which it is ("ada/sign-contract").
  void StartAda(std::string* doer, std::string* task) const {
    const std::string source = std::getenv("PLUMBLINE_SOURCE_DIR");
    Expect({"apply", "-f", source + "/utilities", "-f", source + "/processes"}, 0, {});
    Expect({"start", "sales-rep-onboarding", "--id", "ada", "--person", "ada@example.com",
            "--day-one", "2031-03-03"},
           0, {});
    const std::string rows =
        Expect({"export", "tasks", "ada", "--state", "ready"}, 0, {"\r\nada,"});
    const std::vector<std::string> lines = absl::StrSplit(rows, "\r\n");
    const std::vector<std::string> cells = absl::StrSplit(lines[1], ',');
    ASSERT_GE(cells.size(), 7u) << rows;
    *doer = cells[6].empty() ? cells[5] : cells[6];
    *task = absl::StrCat("ada/", cells[1]);
  }
  // The value behind "url:" of what `calendar-feed create` prints.
  static std::string UrlIn(const std::string& output) {
    const size_t begin = output.find("http://");
    return begin == std::string::npos ? "" : output.substr(begin, output.find('\n', begin) - begin);
  }

  testing::TempDir folder_;
  std::unique_ptr<testing::Process> suite_;
  std::string address_;
};

TEST_F(CalendarFeed, FromSubscribingToRevoking) {
  Begin();
  std::string doer, task;
  StartAda(&doer, &task);
  const std::string created =
      Expect({"calendar-feed", "create", "--person", doer, "--id", "first", "--title", "My work"},
             0, {"feed:     first", "shown this once", "Subscribe from web"});
  const std::string url = UrlIn(created);
  EXPECT_THAT(url, StartsWith(absl::StrCat("http://", FeedsAddress(), "/calendars/")));

  const Got first = Curl(url);
  EXPECT_EQ(first.status, 200);
  EXPECT_EQ(first.headers.at("content-type"), "text/calendar; charset=utf-8");
  EXPECT_EQ(first.headers.at("cache-control"), "private, no-cache");
  EXPECT_THAT(first.body,
              AllOf(StartsWith("BEGIN:VCALENDAR\r\n"), HasSubstr("X-WR-CALNAME:My work"),
                    HasSubstr("X-PUBLISHED-TTL:PT60M\r\n"),
                    HasSubstr(task.substr(4) + "@ada.default.plumbline")));
  const std::string etag = first.headers.at("etag");
  const Got second = Curl(url, etag);
  EXPECT_EQ(second.status, 304);
  EXPECT_EQ(second.body, "");
  const Got head = Curl(url, "", "HEAD");
  EXPECT_EQ(head.status, 200);
  EXPECT_EQ(head.headers.at("content-length"), absl::StrCat(first.body.size()));
  EXPECT_EQ(Curl(url, "", "DELETE").headers.at("allow"), "GET, HEAD");
  // It lists neither secrets nor itself as unread.
  EXPECT_THAT(Expect({"calendar-feed", "list"}, 0, {"first", doer, "My work"}),
              AllOf(Not(HasSubstr("never")), Not(HasSubstr(url.substr(url.rfind('/') + 1)))));

  Expect({"task", "start", task}, 0, {});
  Expect({"task", "done", task, "--tick-all"}, 0, {});
  const Got third = Curl(url, etag);
  EXPECT_EQ(third.status, 200);
  EXPECT_THAT(third.body, Not(HasSubstr(task.substr(4) + "@ada.default.plumbline")));
  EXPECT_NE(third.headers.at("etag"), etag);

  Expect({"calendar-feed", "delete", "first"}, 0, {"first: deleted", "leads nowhere"});
  const Got revoked = Curl(url, third.headers.at("etag"));
  EXPECT_EQ(revoked.status, 404);
  const Got unknown = Curl(absl::StrCat("http://", FeedsAddress(), "/calendars/unknown.ics"));
  EXPECT_EQ(unknown.status, 404);
  EXPECT_EQ(unknown.body, revoked.body);
  // What was logged tells of it without the secret.
  EXPECT_THAT(suite_->Output(), AllOf(HasSubstr("calendarFeeds/first"),
                                      Not(HasSubstr(url.substr(url.rfind('/') + 1, 32)))));
}

TEST_F(CalendarFeed, ASubscriptionOutlivesAKilledSuite) {
  Begin();
  const std::string json =
      Expect({"calendar-feed", "create", "--person", "ada@example.com", "--json"}, 0, {"\"path\""});
  google::protobuf::Struct answer;
  ASSERT_TRUE(google::protobuf::util::JsonStringToMessage(json, &answer).ok()) << json;
  const std::string path = answer.fields().at("path").string_value();
  suite_->Kill();
  Begin();
  EXPECT_EQ(Curl(absl::StrCat("http://", FeedsAddress(), path)).status, 200);
}

TEST_F(CalendarFeed, StrangersHarmNobody) {
  Begin({"--feeds.max_connections=64"});
  const std::string url =
      UrlIn(Expect({"calendar-feed", "create", "--person", "ada@example.com"}, 0, {}));
  const std::string address = FeedsAddress();
  // Many who say nothing, or a little now and then.
  std::deque<RawClient> idle;
  for (int i = 0; i < 55; ++i) {
    idle.emplace_back(address);
    if (i % 2 == 0) idle.back().Send("GET /calendars/");
  }
  EXPECT_EQ(Curl(url).status, 200);
  std::mt19937 random(11);  // NOLINT: the same junk each time
  for (int i = 0; i < 200; ++i) {
    std::string junk(random() % 2000, ' ');
    for (char& c : junk) c = static_cast<char>(random());
    RawClient(address).Send(i % 2 == 0 ? junk : "GET /calendars/" + junk);
  }
  EXPECT_THAT(http::testing::Ask(address, absl::StrCat("GET /", std::string(1 << 20, 'x'),
                                                       " HTTP/1.1\r\nHost: x\r\n\r\n")),
              AnyOf(StartsWith("HTTP/1.1 414 "), IsEmpty()));
  EXPECT_EQ(Curl(url, "", "POST").status, 405);
  EXPECT_EQ(Curl(absl::StrCat(url, "?x=", std::string(1000, 'y'))).status, 200);
  // More than may be: who comes then waits until the first of them are cut, which is soon enough.
  for (int i = 0; i < 60; ++i) {
    idle.emplace_back(address);
    idle.back().Send("GET /");
  }
  EXPECT_EQ(Curl(url).status, 200);
  EXPECT_THAT(idle.front().ReadAll(), Not(HasSubstr("(silence)"))) << "it was cut";
  // It ends while strangers are still connected.
}

TEST_F(CalendarFeed, CanBeOffAndElsewhere) {
  Begin({"--feeds.listen_address="});
  EXPECT_EQ(FeedsAddress(), "");
  Expect({"calendar-feed", "create", "--person", "ada"}, 0,
         {"path:     /calendars/", "--feeds.listen_address", "--feeds.public_url"});
  EXPECT_EQ(*suite_->Terminate(), 0);
  Begin({"--feeds.public_url=https://plumbline.example.com/"});
  Expect({"calendar-feed", "create", "--person", "ada"}, 0,
         {"url:      https://plumbline.example.com/calendars/"});
}

TEST_F(CalendarFeed, SaysWhatIsWrong) {
  Begin();
  Expect({"calendar-feed", "create"}, 2, {"--person"});
  Expect({"calendar-feed", "create", "--person", ""}, 3, {"--person"});
  Expect({"calendar-feed", "create", "--person", "ada", "--id", "Not an id"}, 3, {"--id"});
  Expect({"calendar-feed", "create", "--person", "ada", "--id", "first", "--dry-run"}, 0,
         {"would be created"});
  Expect({"calendar-feed", "list"}, 0, {"no calendar feeds"});
  Expect({"calendar-feed", "create", "--person", "ada", "--id", "first"}, 0, {});
  Expect({"calendar-feed", "create", "--person", "ada", "--id", "first"}, 5,
         {"RESOURCE_ALREADY_EXISTS"});
  Expect({"calendar-feed", "list", "--person", "eve"}, 0, {"no calendar feeds"});
  Expect({"calendar-feed", "list", "--person", "a\"da"}, 0, {"no calendar feeds"});
  Expect({"calendar-feed", "list", "--filter", "knd = 1"}, 3, {"--filter", "last_read_time"});
  Expect({"calendar-feed", "delete", "frst"}, 4, {"RESOURCE_NOT_FOUND", "first"});
  Expect({"calendar-feed", "create", "--help"}, 0, {"--title TEXT", "jq -r .url"});
}

}  // namespace
}  // namespace plumbline
