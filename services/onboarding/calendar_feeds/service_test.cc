// SPDX-License-Identifier: Apache-2.0
//
// CalendarFeedService over the in-process channel, on both engines, and its HTTP server.
#include "services/onboarding/testing/service.h"

#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "common/base/ids.h"
#include "common/http/raw_client.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "plumbline/onboarding/v1/calendar_feed_service.pb.h"
#include "services/onboarding/calendar_feeds/feed.h"
#include "services/onboarding/calendar_feeds/rpc_server.h"
#include "services/onboarding/testing/engine.h"
#include "tests/support/postgres_server.h"

namespace plumbline::onboarding::calendar_feeds {
namespace {

using onboarding::testing::ReasonText;
using onboarding::testing::TestOnboarding;
using ::testing::AllOf;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

constexpr char kService[] = "/plumbline.onboarding.v1.CalendarFeedService/";
constexpr char kFeed[] = "workspaces/acme/calendarFeeds/ada";

plumbline::testing::PostgresServer& SharedPostgres() {
  static auto& server = *new auto(plumbline::testing::PostgresServer::Start());
  if (!server.ok()) {
    std::fprintf(stderr, "%s\n", server.status().ToString().c_str());
    std::abort();
  }
  return **server;
}

OnboardingOptions Options() {
  OnboardingOptions options;
  options.feeds.server.listen_address = "127.0.0.1:0";
  return options;
}

class CalendarFeedTest : public ::testing::TestWithParam<bool> {
 protected:
  void SetUp() override {
    static int next = 0;
    if (GetParam()) {
      auto opened =
          sql::Open(SharedPostgres().url(), {.schema = absl::StrCat("feed_service_", next++)});
      ASSERT_TRUE(opened.ok()) << opened.status();
      postgres_ = *std::move(opened);
    }
    service_ =
        std::make_unique<TestOnboarding>(postgres_.get(), common::v1::AuthConfig(), Options());
  }

  template <typename Response, typename Request>
  absl::StatusOr<Response> Call(const std::string& method, const Request& request) {
    Response response;
    const absl::Status status = service_->channel().Call(
        service_->context(), absl::StrCat(kService, method), request, &response);
    if (!status.ok()) return status;
    return response;
  }
  static v1::CreateCalendarFeedRequest CreateRequest(
      const std::string& id = "ada", const std::string& person = "ada@example.com") {
    v1::CreateCalendarFeedRequest request;
    request.set_parent("workspaces/acme");
    request.set_calendar_feed_id(id);
    request.mutable_calendar_feed()->set_person(person);
    return request;
  }
  absl::StatusOr<v1::CreateCalendarFeedResponse> Create(
      const v1::CreateCalendarFeedRequest& request = CreateRequest()) {
    return Call<v1::CreateCalendarFeedResponse>("CreateCalendarFeed", request);
  }
  absl::StatusOr<v1::DeleteCalendarFeedResponse> Delete(const std::string& request_id = "") {
    v1::DeleteCalendarFeedRequest request;
    request.set_name(kFeed);
    request.set_request_id(request_id);
    return Call<v1::DeleteCalendarFeedResponse>("DeleteCalendarFeed", request);
  }
  absl::StatusOr<v1::ReadCalendarFeedResponse> Read(const std::string& secret) {
    v1::ReadCalendarFeedRequest request;
    request.set_secret(secret);
    return Call<v1::ReadCalendarFeedResponse>("ReadCalendarFeed", request);
  }
  v1::ListCalendarFeedsResponse List(const std::string& filter = "") {
    v1::ListCalendarFeedsRequest request;
    request.set_parent("workspaces/acme");
    request.set_filter(filter);
    const auto list = Call<v1::ListCalendarFeedsResponse>("ListCalendarFeeds", request);
    EXPECT_TRUE(list.ok()) << list.status();
    return list.ok() ? *list : v1::ListCalendarFeedsResponse();
  }
  static std::string SecretIn(absl::string_view path) {
    EXPECT_TRUE(absl::ConsumePrefix(&path, "/calendars/")) << path;
    EXPECT_TRUE(absl::ConsumeSuffix(&path, ".ics")) << path;
    return std::string(path);
  }
  // Whoever does the first task of the on-boarding.
  std::string DoerOf(const std::string& onboarding) {
    v1::ListTasksRequest request;
    request.set_parent(absl::StrCat("workspaces/acme/onboardings/", onboarding));
    request.set_state(v1::Task::STATE_READY);
    const auto list = service_->Call<v1::ListTasksResponse>("ListTasks", request);
    EXPECT_TRUE(list.ok()) << list.status();
    const v1::Task& task = list->tasks(0);
    return task.assignee().empty() ? task.role() : task.assignee();
  }

  std::unique_ptr<sql::Database> postgres_;
  std::unique_ptr<TestOnboarding> service_;
};

INSTANTIATE_TEST_SUITE_P(Engines, CalendarFeedTest, ::testing::Bool(),
                         [](const auto& test) { return test.param ? "Postgres" : "Sqlite"; });

TEST_P(CalendarFeedTest, GivesWhatTheFileGives) {
  ASSERT_TRUE(service_->Start("ada").ok());
  const std::string doer = DoerOf("ada");
  v1::CreateCalendarFeedRequest request = CreateRequest("doer", doer);
  const auto created = Create(request);
  ASSERT_TRUE(created.ok()) << created.status();
  const auto read = Read(SecretIn(created->path()));
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_EQ(read->name(), "workspaces/acme/calendarFeeds/doer");
  EXPECT_EQ(read->refresh_interval().seconds(), 3600);
  v1::ExportTaskCalendarRequest exported;
  exported.set_parent("workspaces/acme");
  exported.set_assignee(doer);
  std::string file =
      service_->Call<v1::ExportTaskCalendarResponse>("ExportTaskCalendar", exported)->icalendar();
  EXPECT_THAT(file, HasSubstr("UID:paperwork@ada.acme.plumbline\r\n"));
  const std::string refresh = "REFRESH-INTERVAL;VALUE=DURATION:PT60M\r\nX-PUBLISHED-TTL:PT60M\r\n";
  EXPECT_THAT(read->icalendar(), HasSubstr(refresh));
  file.insert(file.find("BEGIN:VEVENT"), refresh);
  EXPECT_EQ(read->icalendar(), file);
  // The same until something happens.
  service_->clock().Advance(absl::Hours(5));
  EXPECT_EQ(Read(SecretIn(created->path()))->icalendar(), file);
  ASSERT_TRUE(service_->Complete("ada", "paperwork").ok());
  EXPECT_THAT(Read(SecretIn(created->path()))->icalendar(), Not(HasSubstr("paperwork@")));
}

TEST_P(CalendarFeedTest, HasTheTitleAndTheComponentThatWereAskedFor) {
  ASSERT_TRUE(service_->Start("ada").ok());
  v1::CreateCalendarFeedRequest request = CreateRequest("doer", DoerOf("ada"));
  request.mutable_calendar_feed()->set_display_name("New colleagues");
  request.mutable_calendar_feed()->set_component(v1::ExportTaskCalendarRequest::COMPONENT_TODO);
  const auto created = Create(request);
  ASSERT_TRUE(created.ok()) << created.status();
  EXPECT_THAT(Read(SecretIn(created->path()))->icalendar(),
              AllOf(HasSubstr("X-WR-CALNAME:New colleagues\r\n"), HasSubstr("BEGIN:VTODO"),
                    Not(HasSubstr("BEGIN:VEVENT"))));
}

TEST_P(CalendarFeedTest, TheSecretIsToldOnceAndNotStored) {
  const auto created = Create();
  ASSERT_TRUE(created.ok()) << created.status();
  const std::string secret = SecretIn(created->path());
  EXPECT_EQ(secret.size(), 32u);
  EXPECT_EQ(created->calendar_feed().name(), kFeed);
  EXPECT_EQ(created->calendar_feed().author(), "anonymous");
  EXPECT_THAT(List().ShortDebugString(),
              AllOf(HasSubstr("ada@example.com"), Not(HasSubstr(secret))));
  // Nowhere in the database, the answers of requests included; but its hash is.
  v1::CreateCalendarFeedRequest request = CreateRequest("two");
  request.set_request_id("r1");
  const std::string second = SecretIn(Create(request)->path());
  const auto read = [&](sql::Transaction& tx) -> absl::Status {
    for (const char* rows :
         {"SELECT response FROM requests", "SELECT sha256 FROM calendar_feed_secrets"}) {
      const auto found = tx.Query(rows);
      if (!found.ok()) return found.status();
      EXPECT_FALSE(found->empty()) << rows;
      for (size_t i = 0; i < found->size(); ++i) {
        EXPECT_THAT(found->Text(i, 0), Not(HasSubstr(secret)));
        EXPECT_THAT(found->Text(i, 0), Not(HasSubstr(second)));
      }
    }
    const auto hashes = tx.Query("SELECT 1 FROM calendar_feed_secrets WHERE sha256 = :hash",
                                 {{"hash", base::Sha256Hex(secret)}});
    EXPECT_EQ(hashes->size(), 1u);
    return absl::OkStatus();
  };
  const absl::Status looked = service_->database().Read({}, read);
  EXPECT_TRUE(looked.ok()) << looked;
}

TEST_P(CalendarFeedTest, ARepeatedRequestMakesOneFeedAndEveryAnswerLeadsToIt) {
  v1::CreateCalendarFeedRequest request = CreateRequest("");
  request.set_request_id("r1");
  const auto first = Create(request);
  ASSERT_TRUE(first.ok()) << first.status();
  EXPECT_THAT(first->calendar_feed().name(), StartsWith("workspaces/acme/calendarFeeds/feed-"));
  const auto again = Create(request);
  ASSERT_TRUE(again.ok()) << again.status();
  EXPECT_EQ(List().calendar_feeds_size(), 1);
  EXPECT_EQ(again->calendar_feed().name(), first->calendar_feed().name());
  EXPECT_EQ(again->freshness_token(), first->freshness_token());
  EXPECT_NE(again->path(), first->path());
  for (const auto& answer : {first, again}) {
    const auto read = Read(SecretIn(answer->path()));
    ASSERT_TRUE(read.ok()) << read.status();
    EXPECT_EQ(read->name(), first->calendar_feed().name());
  }
  request.mutable_calendar_feed()->set_person("eve@example.com");
  EXPECT_EQ(ReasonText(Create(request)), "REQUEST_ID_REUSED");
}

TEST_P(CalendarFeedTest, ARepeatedRequestOpensNothingThatWasDeleted) {
  v1::CreateCalendarFeedRequest request = CreateRequest();
  request.set_request_id("r1");
  ASSERT_TRUE(Create(request).ok());
  ASSERT_TRUE(Delete().ok());
  EXPECT_EQ(Create(request)->path(), "");
  // Another feed under its name is not what it asked for.
  service_->clock().Advance(absl::Seconds(1));
  const auto other = Create(CreateRequest("ada", "bob@example.com"));
  ASSERT_TRUE(other.ok()) << other.status();
  EXPECT_EQ(Create(request)->path(), "");
  EXPECT_TRUE(Read(SecretIn(other->path())).ok());
}

TEST_P(CalendarFeedTest, DeletingRevokesAtOnce) {
  v1::CreateCalendarFeedRequest request = CreateRequest();
  request.set_request_id("r1");
  const std::string first = SecretIn(Create(request)->path());
  const std::string second = SecretIn(Create(request)->path());
  ASSERT_TRUE(Read(first).ok());
  const auto deleted = Delete("d1");
  ASSERT_TRUE(deleted.ok()) << deleted.status();
  EXPECT_EQ(deleted->calendar_feed().name(), kFeed);
  for (const std::string& secret :
       {first, second, std::string(32, 'x'), std::string(), std::string(1'000'000, 'x')}) {
    const auto read = Read(secret);
    EXPECT_EQ(ReasonText(read), "RESOURCE_NOT_FOUND");
    EXPECT_EQ(read.status().message(), Read("another").status().message());
  }
  EXPECT_EQ(List().calendar_feeds_size(), 0);
  // The same request again is answered as before; a new one finds nothing.
  EXPECT_EQ(Delete("d1")->SerializeAsString(), deleted->SerializeAsString());
  EXPECT_EQ(ReasonText(Delete()), "RESOURCE_NOT_FOUND");
}

TEST_P(CalendarFeedTest, ValidateOnlyWritesNothing) {
  v1::CreateCalendarFeedRequest request = CreateRequest();
  request.set_validate_only(true);
  const auto looked = Create(request);
  ASSERT_TRUE(looked.ok()) << looked.status();
  EXPECT_EQ(looked->calendar_feed().name(), kFeed);
  EXPECT_EQ(looked->path(), "");
  EXPECT_EQ(List().calendar_feeds_size(), 0);
  ASSERT_TRUE(Create().ok());
  v1::DeleteCalendarFeedRequest remove;
  remove.set_name(kFeed);
  remove.set_validate_only(true);
  ASSERT_TRUE(Call<v1::DeleteCalendarFeedResponse>("DeleteCalendarFeed", remove).ok());
  EXPECT_EQ(List().calendar_feeds_size(), 1);
}

TEST_P(CalendarFeedTest, RefusesWhatItCannotTake) {
  ASSERT_TRUE(Create().ok());
  EXPECT_EQ(ReasonText(Create()), "RESOURCE_ALREADY_EXISTS");
  EXPECT_EQ(ReasonText(Create(CreateRequest("Not An Id"))), "FIELD_INVALID");
  EXPECT_EQ(ReasonText(Create(CreateRequest("two", ""))), "FIELD_INVALID");
  EXPECT_EQ(ReasonText(Create(CreateRequest("two", std::string(201, 'x')))), "FIELD_INVALID");
  v1::CreateCalendarFeedRequest request = CreateRequest("two");
  request.mutable_calendar_feed()->set_display_name(std::string(201, 'x'));
  EXPECT_EQ(ReasonText(Create(request)), "FIELD_INVALID");
  request = CreateRequest("two");
  request.mutable_calendar_feed()->set_name("workspaces/acme/calendarFeeds/three");
  EXPECT_EQ(ReasonText(Create(request)), "FIELD_INVALID");
  request = CreateRequest("two");
  request.mutable_calendar_feed()->set_component(
      static_cast<v1::ExportTaskCalendarRequest::Component>(9));
  EXPECT_EQ(ReasonText(Create(request)), "FIELD_INVALID");
  request.clear_calendar_feed();
  EXPECT_EQ(ReasonText(Create(request)), "FIELD_INVALID");
  request = CreateRequest("two");
  request.set_request_id(std::string(129, 'x'));
  EXPECT_EQ(ReasonText(Create(request)), "FIELD_INVALID");
}

TEST_P(CalendarFeedTest, APersonHasTwentyAtMost) {
  for (int64_t i = 0; i < kMostOfPerson; ++i)
    ASSERT_TRUE(Create(CreateRequest(absl::StrCat("f", i))).ok());
  const auto more = Create(CreateRequest("more"));
  EXPECT_EQ(ReasonText(more), "FIELD_INVALID");
  EXPECT_THAT(std::string(more.status().message()), HasSubstr("at most 20"));
  EXPECT_TRUE(Create(CreateRequest("more", "bob@example.com")).ok());
  EXPECT_EQ(List("person = \"bob@example.com\"").calendar_feeds_size(), 1);
}

TEST_P(CalendarFeedTest, SaysWhenItWasReadToTheHour) {
  const std::string secret = SecretIn(Create()->path());
  EXPECT_FALSE(List().calendar_feeds(0).has_last_read_time());
  const absl::Time first = service_->clock().Now();
  ASSERT_TRUE(Read(secret).ok());
  const auto read_at = [&] { return List().calendar_feeds(0).last_read_time().seconds(); };
  EXPECT_EQ(read_at(), absl::ToUnixSeconds(first));
  service_->clock().Advance(absl::Minutes(59));
  ASSERT_TRUE(Read(secret).ok());
  EXPECT_EQ(read_at(), absl::ToUnixSeconds(first));
  service_->clock().Advance(absl::Minutes(1));
  ASSERT_TRUE(Read(secret).ok());
  EXPECT_EQ(read_at(), absl::ToUnixSeconds(first + absl::Hours(1)));
}

TEST_P(CalendarFeedTest, SubscribesOverHttp) {
  ASSERT_TRUE(service_->Start("ada").ok());
  auto server = service_->app().ServeFeeds(service_->channel());
  ASSERT_TRUE(server.ok()) << server.status();
  const auto created = Create(CreateRequest("doer", DoerOf("ada")));
  ASSERT_TRUE(created.ok()) << created.status();
  EXPECT_EQ(created->url(), absl::StrCat("http://", (*server)->address(), created->path()));
  const auto get = [&](const std::string& headers) {
    return http::testing::Ask(
        (*server)->address(),
        absl::StrCat("GET ", created->path(), " HTTP/1.1\r\nHost: x\r\n", headers, "\r\n"));
  };
  const std::string got = get("");
  EXPECT_THAT(got, AllOf(StartsWith("HTTP/1.1 200 "), HasSubstr("paperwork@ada"),
                         EndsWith("END:VCALENDAR\r\n")));
  const std::string etag = got.substr(got.find("ETag: ") + 6, 34);
  EXPECT_THAT(get(absl::StrCat("If-None-Match: ", etag, "\r\n")), StartsWith("HTTP/1.1 304 "));
  ASSERT_TRUE(service_->Complete("ada", "paperwork").ok());
  EXPECT_THAT(get(absl::StrCat("If-None-Match: ", etag, "\r\n")),
              AllOf(StartsWith("HTTP/1.1 200 "), Not(HasSubstr("paperwork@ada"))));
  v1::DeleteCalendarFeedRequest remove;
  remove.set_name("workspaces/acme/calendarFeeds/doer");
  ASSERT_TRUE(Call<v1::DeleteCalendarFeedResponse>("DeleteCalendarFeed", remove).ok());
  EXPECT_THAT(get(absl::StrCat("If-None-Match: ", etag, "\r\n")), StartsWith("HTTP/1.1 404 "));
}

TEST(CalendarFeedPermissionTest, NeedsAPermissionOfItsOwnAndTheSecretIsOne) {
  common::v1::AuthConfig auth;
  for (const std::string permission : {"onboarding.feeds", "onboarding.write"}) {
    common::v1::AccessToken* token = auth.add_tokens();
    token->set_token_sha256(base::Sha256Hex(permission));
    token->set_subject("someone");
    token->add_workspaces("acme");
    token->add_permissions(permission);
  }
  TestOnboarding service(nullptr, auth, Options());
  const auto create = [&](const std::string& token, v1::CreateCalendarFeedResponse* response) {
    v1::CreateCalendarFeedRequest request;
    request.set_parent("workspaces/acme");
    request.mutable_calendar_feed()->set_person("ada@example.com");
    return service.ChannelOf(token).Call(
        service.context(), absl::StrCat(kService, "CreateCalendarFeed"), request, response);
  };
  v1::CreateCalendarFeedResponse response;
  EXPECT_EQ(ReasonText(create("onboarding.write", &response)), "PERMISSION_DENIED");
  const absl::Status created = create("onboarding.feeds", &response);
  ASSERT_TRUE(created.ok()) << created;
  EXPECT_EQ(response.calendar_feed().author(), "someone");
  EXPECT_EQ(response.url(), "") << "nothing serves it yet";
  const auto read = ReaderOver(service.ChannelOf(""), service.clock());
  const std::string path = response.path();
  EXPECT_TRUE(read(path.substr(11, 32)).ok()) << "without a token";
  EXPECT_EQ(ReasonText(read("x")), "RESOURCE_NOT_FOUND");
}

TEST(CalendarFeedServingTest, ADefaultAddressThatIsTakenIsNoError) {
  OnboardingOptions options = Options();
  TestOnboarding first(nullptr, {}, options);
  auto server = first.app().ServeFeeds(first.channel());
  ASSERT_TRUE(server.ok()) << server.status();
  options.feeds.server.listen_address = (*server)->address();
  TestOnboarding second(nullptr, {}, options);
  EXPECT_EQ(ReasonText(second.app().ServeFeeds(second.channel())), "FIELD_INVALID");
  options.feeds.by_default = true;
  TestOnboarding third(nullptr, {}, options);
  const auto none = third.app().ServeFeeds(third.channel());
  ASSERT_TRUE(none.ok()) << none.status();
  EXPECT_EQ(*none, nullptr);
  options.feeds.server.listen_address = "";
  options.feeds.public_url = "https://plumbline.example.com";
  TestOnboarding fourth(nullptr, {}, options);
  EXPECT_EQ(*fourth.app().ServeFeeds(fourth.channel()), nullptr);
}

}  // namespace
}  // namespace plumbline::onboarding::calendar_feeds
