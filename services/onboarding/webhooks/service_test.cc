// SPDX-License-Identifier: Apache-2.0
//
// WebhookService over the in-process channel.
#include <string>

#include "common/base/ids.h"
#include "common/webhook/signature.h"
#include "gmock/gmock.h"
#include "services/onboarding/watch/cursor.h"
#include "services/onboarding/webhooks/testing.h"

namespace plumbline::onboarding::webhooks::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::UnorderedElementsAre;

class ServiceTest : public WebhookTest {
 protected:
  absl::StatusOr<v1::UpdateWebhookResponse> Update(const v1::UpdateWebhookRequest& request) {
    return Call<v1::UpdateWebhookResponse>("UpdateWebhook", request);
  }
  absl::StatusOr<v1::ReplayWebhookDeliveriesResponse> Replay(
      const v1::ReplayWebhookDeliveriesRequest& request) {
    return Call<v1::ReplayWebhookDeliveriesResponse>("ReplayWebhookDeliveries", request);
  }
  static v1::ReplayWebhookDeliveriesRequest ReplayRequest() {
    v1::ReplayWebhookDeliveriesRequest request;
    request.set_name(kHook);
    return request;
  }
};

TEST_F(ServiceTest, ASecretThatIsMadeIsShownOnce) {
  v1::CreateWebhookRequest request = CreateRequest();
  request.clear_secret();
  request.set_request_id("one");
  const auto created = Call<v1::CreateWebhookResponse>("CreateWebhook", request);
  ASSERT_TRUE(created.ok()) << created.status();
  EXPECT_TRUE(webhook::CheckSecret("secret", created->secret()).ok());
  EXPECT_EQ(created->webhook().state(), v1::Webhook::STATE_ENABLED);
  EXPECT_NE(created->webhook().etag(), "");
  EXPECT_THAT(Get().ShortDebugString(), Not(HasSubstr(created->secret())));
  // The same request again is the same answer; what signs is what was shown.
  const auto again = Call<v1::CreateWebhookResponse>("CreateWebhook", request);
  ASSERT_TRUE(again.ok()) << again.status();
  EXPECT_EQ(again->SerializeAsString(), created->SerializeAsString());
  request.mutable_webhook()->set_description("other");
  EXPECT_EQ(ReasonText(Call<v1::CreateWebhookResponse>("CreateWebhook", request)),
            "REQUEST_ID_REUSED");
}

TEST_F(ServiceTest, ASecretThatIsGivenIsNotAnswered) {
  const auto created = Call<v1::CreateWebhookResponse>("CreateWebhook", CreateRequest());
  ASSERT_TRUE(created.ok());
  EXPECT_EQ(created->secret(), "");
}

TEST_F(ServiceTest, ValidateOnlyWritesNothing) {
  v1::CreateWebhookRequest request = CreateRequest();
  request.set_validate_only(true);
  const auto looked = Call<v1::CreateWebhookResponse>("CreateWebhook", request);
  ASSERT_TRUE(looked.ok()) << looked.status();
  EXPECT_EQ(looked->webhook().name(), kHook);
  v1::GetWebhookRequest get;
  get.set_name(kHook);
  EXPECT_EQ(ReasonText(Call<v1::GetWebhookResponse>("GetWebhook", get)), "RESOURCE_NOT_FOUND");
  request.mutable_webhook()->set_url("");
  EXPECT_EQ(ReasonText(Call<v1::CreateWebhookResponse>("CreateWebhook", request)), "FIELD_INVALID");
}

TEST_F(ServiceTest, RefusesWhatItCannotTake) {
  Create();
  EXPECT_EQ(ReasonText(Call<v1::CreateWebhookResponse>("CreateWebhook", CreateRequest())),
            "RESOURCE_ALREADY_EXISTS");
  v1::CreateWebhookRequest request = CreateRequest("two");
  request.set_secret("whsec_short");
  EXPECT_EQ(ReasonText(Call<v1::CreateWebhookResponse>("CreateWebhook", request)), "FIELD_INVALID");
  request = CreateRequest("two");
  request.mutable_webhook()->set_name("workspaces/acme/webhooks/three");
  EXPECT_EQ(ReasonText(Call<v1::CreateWebhookResponse>("CreateWebhook", request)), "FIELD_INVALID");
  request = CreateRequest("Not An Id");
  EXPECT_EQ(ReasonText(Call<v1::CreateWebhookResponse>("CreateWebhook", request)), "FIELD_INVALID");
}

TEST_F(ServiceTest, AWorkspaceHasAHundredAtMost) {
  for (int64_t i = 0; i < kMaxWebhooks; ++i) Create(absl::StrCat("h", i));
  const auto more = Call<v1::CreateWebhookResponse>("CreateWebhook", CreateRequest("more"));
  EXPECT_EQ(ReasonText(more), "FIELD_INVALID");
  EXPECT_THAT(std::string(more.status().message()), HasSubstr("at most 100"));
}

TEST_F(ServiceTest, UpdatesTheFieldsThatAreNamed) {
  Create("crm", "kind = STARTED");
  const std::string etag = Get().etag();
  v1::UpdateWebhookRequest request;
  request.mutable_webhook()->set_name(kHook);
  request.mutable_webhook()->set_description("for the CRM");
  request.mutable_update_mask()->add_paths("description");
  const auto updated = Update(request);
  ASSERT_TRUE(updated.ok()) << updated.status();
  EXPECT_EQ(updated->webhook().filter(), "kind = STARTED");
  EXPECT_EQ(updated->webhook().description(), "for the CRM");
  EXPECT_NE(updated->webhook().etag(), etag);
  // Nothing differs: nothing is written.
  EXPECT_EQ(Update(request)->webhook().etag(), updated->webhook().etag());
  request.mutable_webhook()->set_etag(etag);
  EXPECT_EQ(ReasonText(Update(request)), "ETAG_MISMATCH");
  request.mutable_webhook()->clear_etag();
  request.mutable_update_mask()->add_paths("secret");
  EXPECT_EQ(ReasonText(Update(request)), "FIELD_INVALID");
  request.clear_update_mask();  // all of them, and there is no URL
  EXPECT_EQ(ReasonText(Update(request)), "FIELD_INVALID");
  request.mutable_webhook()->set_name("workspaces/acme/webhooks/none");
  EXPECT_EQ(ReasonText(Update(request)), "RESOURCE_NOT_FOUND");
}

TEST_F(ServiceTest, ListsWithAFilterAndPages) {
  for (const char* id : {"c", "a", "b"}) Create(id);
  v1::ListWebhooksRequest request;
  request.set_parent("workspaces/acme");
  request.set_page_size(2);
  std::vector<std::string> names;
  do {
    const auto page = Call<v1::ListWebhooksResponse>("ListWebhooks", request);
    ASSERT_TRUE(page.ok()) << page.status();
    for (const auto& one : page->webhooks())
      names.push_back(one.name().substr(one.name().rfind('/') + 1));
    request.set_page_token(page->next_page_token());
  } while (!request.page_token().empty());
  EXPECT_THAT(names, ElementsAre("a", "b", "c"));
  request.set_filter("state = DISABLED");
  EXPECT_EQ(Call<v1::ListWebhooksResponse>("ListWebhooks", request)->webhooks_size(), 0);
  request.set_filter("url:/b");
  request.set_order_by("create_time desc");
  EXPECT_EQ(Call<v1::ListWebhooksResponse>("ListWebhooks", request)->webhooks_size(), 1);
  request.set_parent("workspaces/other");
  EXPECT_EQ(Call<v1::ListWebhooksResponse>("ListWebhooks", request)->webhooks_size(), 0);
}

TEST_F(ServiceTest, NeedsAPermissionOfItsOwn) {
  common::v1::AuthConfig auth;
  common::v1::AccessToken* token = auth.add_tokens();
  token->set_token_sha256(base::Sha256Hex("secret"));
  token->set_subject("someone");
  token->add_workspaces("acme");
  token->add_permissions("onboarding.read");
  token->add_permissions("onboarding.write");
  TestOnboarding service(nullptr, auth);
  v1::ListWebhooksRequest request;
  request.set_parent("workspaces/acme");
  v1::ListWebhooksResponse response;
  EXPECT_EQ(ReasonText(service.ChannelOf("secret").Call(
                service.context(), "/plumbline.onboarding.v1.WebhookService/ListWebhooks", request,
                &response)),
            "PERMISSION_DENIED");
}

TEST_F(ServiceTest, ATestTellsWhatTheReceiverSaid) {
  Create();
  receiver_.Answer({.status = 418, .body = "I am a teapot"});
  v1::TestWebhookRequest request;
  request.set_name(kHook);
  auto tested = Call<v1::TestWebhookResponse>("TestWebhook", request);
  ASSERT_TRUE(tested.ok()) << tested.status();
  EXPECT_FALSE(tested->succeeded());
  EXPECT_EQ(tested->attempt().response_status(), 418);
  EXPECT_EQ(tested->attempt().response_body(), "I am a teapot");
  const v1::WebhookEvent event = EventIn(receiver_.received()[0]);
  EXPECT_EQ(event.type(), "plumbline.onboarding.v1.webhook.ping");
  EXPECT_EQ(receiver_.received()[0].body, tested->body());
  receiver_.Answer(http::testing::Reply{});
  EXPECT_TRUE(Call<v1::TestWebhookResponse>("TestWebhook", request)->succeeded());
  EXPECT_NE(receiver_.received()[0].headers.at("webhook-id"),
            receiver_.received()[1].headers.at("webhook-id"));
  EXPECT_THAT(Deliveries(), IsEmpty());
}

// The address was allowed when the webhook was written, and is not any more.
TEST_F(ServiceTest, TheAddressIsCheckedWhenItIsConnectedTo) {
  auto database = *sql::Open("sqlite::memory:", {.schema = "onboarding"});
  v1::CreateWebhookResponse created;
  const std::string path = "/plumbline.onboarding.v1.WebhookService/";
  {
    TestOnboarding before(database.get(), {}, Options());
    ASSERT_TRUE(before.channel()
                    .Call(before.context(), path + "CreateWebhook", CreateRequest(), &created)
                    .ok());
  }
  TestOnboarding after(database.get());
  v1::TestWebhookRequest request;
  request.set_name(kHook);
  v1::TestWebhookResponse tested;
  ASSERT_TRUE(after.channel().Call(after.context(), path + "TestWebhook", request, &tested).ok());
  EXPECT_FALSE(tested.succeeded());
  EXPECT_THAT(tested.attempt().error(), HasSubstr("allowed_networks"));
  EXPECT_TRUE(receiver_.received().empty());
}

TEST_F(ServiceTest, DeliveriesAreListedByStateKindAndTime) {
  Create();
  ASSERT_TRUE(service_.Start("ada").ok());
  Drain();
  service_.clock().Advance(absl::Hours(1));
  receiver_.Answer({.status = 500});
  ASSERT_TRUE(service_.Complete("ada", "paperwork").ok());
  Drain();
  EXPECT_EQ(Deliveries().size(), 5u);
  EXPECT_EQ(Deliveries("state = SUCCEEDED").size(), 2u);
  EXPECT_EQ(Deliveries("kind = TASK_COMPLETED").size(), 1u);
  EXPECT_EQ(Deliveries("create_time > 2031-03-03T09:30:00Z").size(), 3u);
  EXPECT_EQ(Deliveries("onboarding = bob").size(), 0u);
  EXPECT_EQ(Deliveries("response_status >= 500 AND attempt_count = 1").size(), 3u);
  const auto first = Deliveries()[0];
  EXPECT_EQ(first.entry(), "workspaces/acme/onboardings/ada/history/1");
  EXPECT_EQ(first.event_type(), "plumbline.onboarding.v1.onboarding.started");
}

TEST_F(ServiceTest, PagesOfDeliveriesAreInTheOrderOfTheFeed) {
  Create();
  for (int i = 0; i < 6; ++i) ASSERT_TRUE(service_.Start(absl::StrCat("o", i)).ok());
  Drain();
  v1::ListWebhookDeliveriesRequest request;
  request.set_parent(kHook);
  request.set_page_size(5);
  std::vector<std::string> paged, all;
  do {
    const auto page = Call<v1::ListWebhookDeliveriesResponse>("ListWebhookDeliveries", request);
    ASSERT_TRUE(page.ok()) << page.status();
    for (const auto& one : page->deliveries()) {
      paged.push_back(one.entry());
      EXPECT_EQ(one.attempts_size(), 0);
    }
    request.set_page_token(page->next_page_token());
  } while (!request.page_token().empty());
  const auto entries = service_.app().store().ReadFeed({}, {.workspace = "acme", .limit = 100});
  for (const FeedEntry& entry : *entries) {
    all.push_back(absl::StrCat("workspaces/acme/onboardings/", entry.onboarding, "/history/",
                               entry.entry.sequence));
  }
  EXPECT_EQ(paged, all);
}

TEST_F(ServiceTest, ReplaysOneDelivery) {
  Create();
  ASSERT_TRUE(service_.Start("ada").ok());
  Drain();
  v1::ReplayWebhookDeliveriesRequest request = ReplayRequest();
  request.set_delivery(Deliveries()[1].name());
  request.set_request_id("again");
  const auto replayed = Replay(request);
  ASSERT_TRUE(replayed.ok()) << replayed.status();
  EXPECT_EQ(replayed->replayed_count(), 1);
  Drain();
  ASSERT_TRUE(Replay(request).ok());  // a repeated request: once
  Drain();
  // Requests of one webhook are begun in order and may arrive in another.
  EXPECT_THAT(Came(), UnorderedElementsAre("ada/1", "ada/2", "ada/2"));
  request.set_request_id("");
  request.set_delivery(std::string(kHook) + "/deliveries/1-999");
  EXPECT_EQ(ReasonText(Replay(request)), "RESOURCE_NOT_FOUND");
  request.set_delivery("workspaces/acme/webhooks/hr/deliveries/1-1");
  EXPECT_EQ(ReasonText(Replay(request)), "FIELD_INVALID");
}

TEST_F(ServiceTest, ReplaysWhatFailedSince) {
  Create("crm", "kind = STARTED");
  receiver_.Answer({.status = 500});
  ASSERT_TRUE(service_.Start("ada").ok());
  for (int i = 0; i < 40 && Deliveries("state = FAILED").empty(); ++i) {
    Drain();
    service_.clock().Advance(absl::Hours(7));
  }
  ASSERT_EQ(Deliveries("state = FAILED").size(), 1u);
  receiver_.Answer(http::testing::Reply{});
  v1::ReplayWebhookDeliveriesRequest request = ReplayRequest();
  request.mutable_failed_since_time()->set_seconds(absl::ToUnixSeconds(service_.clock().Now()));
  EXPECT_EQ(Replay(request)->replayed_count(), 0) << "it was put on its way before";
  request.mutable_failed_since_time()->set_seconds(0);
  EXPECT_EQ(Replay(request)->replayed_count(), 1);
  Drain();
  EXPECT_EQ(Deliveries("state = SUCCEEDED").size(), 1u);
}

TEST_F(ServiceTest, ReplaysFromACursorWhatWasNeverSentToo) {
  ASSERT_TRUE(service_.Start("before").ok());
  ASSERT_TRUE(service_.Start("ada").ok());
  Create("crm", "kind = STARTED");
  ASSERT_TRUE(service_.Start("bob").ok());
  Drain();
  EXPECT_THAT(Came(), ElementsAre("bob/1"));
  const auto entries = service_.app().store().ReadFeed({}, {.workspace = "acme", .limit = 2});
  v1::ReplayWebhookDeliveriesRequest request = ReplayRequest();
  request.set_cursor(FormatCursor({"acme", ""}, entries->back().cursor));
  const auto replayed = Replay(request);
  ASSERT_TRUE(replayed.ok()) << replayed.status();
  EXPECT_EQ(replayed->replayed_count(), 2);
  EXPECT_FALSE(replayed->more());
  Drain();
  std::vector<std::string> came = Came();
  std::sort(came.begin(), came.end());
  EXPECT_THAT(came, ElementsAre("ada/1", "bob/1", "bob/1"));
  request.set_cursor(FormatCursor({"other", ""}, entries->back().cursor));
  EXPECT_EQ(ReasonText(Replay(request)), "CURSOR_INVALID");
}

TEST_F(ServiceTest, AReplayIsOfExactlyOneKind) {
  Create();
  v1::ReplayWebhookDeliveriesRequest request = ReplayRequest();
  EXPECT_EQ(ReasonText(Replay(request)), "FIELD_INVALID");
  request.mutable_failed_since_time();
  request.set_cursor("x");
  EXPECT_EQ(ReasonText(Replay(request)), "FIELD_INVALID");
}

TEST_F(ServiceTest, RotationRefusesOddTimes) {
  Create();
  v1::RotateWebhookSecretRequest request;
  request.set_name(kHook);
  request.mutable_keep_old()->set_seconds(-1);
  EXPECT_EQ(ReasonText(Call<v1::RotateWebhookSecretResponse>("RotateWebhookSecret", request)),
            "FIELD_INVALID");
  request.mutable_keep_old()->set_seconds(31 * 24 * 3600);
  EXPECT_EQ(ReasonText(Call<v1::RotateWebhookSecretResponse>("RotateWebhookSecret", request)),
            "FIELD_INVALID");
  request.mutable_keep_old()->set_seconds(3600);
  const auto rotated = Call<v1::RotateWebhookSecretResponse>("RotateWebhookSecret", request);
  ASSERT_TRUE(rotated.ok()) << rotated.status();
  EXPECT_TRUE(rotated->webhook().has_old_secret_expire_time());
  service_.clock().Advance(absl::Hours(1));
  EXPECT_FALSE(Get().has_old_secret_expire_time());
}

}  // namespace
}  // namespace plumbline::onboarding::webhooks::testing
