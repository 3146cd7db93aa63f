// SPDX-License-Identifier: Apache-2.0
//
// The whole way from a commit to a receiver in this process, with failures at every point.
#include "services/onboarding/webhooks/dispatcher.h"

#include <algorithm>
#include <set>

#include "absl/strings/str_split.h"
#include "common/webhook/signature.h"
#include "gmock/gmock.h"
#include "services/onboarding/webhooks/store_sql.h"
#include "services/onboarding/webhooks/testing.h"

namespace plumbline::onboarding::webhooks::testing {
namespace {

using http::testing::Received;
using http::testing::Reply;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class DispatcherTest : public WebhookTest {};

TEST_F(DispatcherTest, SendsWhatHappensAsSignedEvents) {
  ASSERT_TRUE(service_.Start("before").ok());
  Create();
  ASSERT_TRUE(service_.Start("ada").ok());
  Drain();
  // Several are under way at once: they may arrive in another order.
  const std::vector<std::string> came = Came();
  EXPECT_THAT(came, ::testing::UnorderedElementsAre("ada/1", "ada/2"))
      << "not what was there before it";
  const Received first = receiver_.received()[came[0] == "ada/1" ? 0 : 1];
  EXPECT_EQ(first.headers.at("content-type"), "application/cloudevents+json; charset=utf-8");
  const v1::WebhookEvent event = EventIn(first);
  EXPECT_EQ(event.type(), "plumbline.onboarding.v1.onboarding.started");
  EXPECT_EQ(event.person(), "ada@example.com");
  EXPECT_EQ(first.headers.at("webhook-id"), event.id());
  EXPECT_EQ(first.headers.at("webhook-timestamp"),
            absl::StrCat(absl::ToUnixSeconds(service_.clock().Now())));
  EXPECT_EQ(first.headers.at("webhook-signature"),
            webhook::Sign({kSecret}, event.id(), service_.clock().Now(), first.body));
  const auto deliveries = Deliveries();
  ASSERT_EQ(deliveries.size(), 2u);
  EXPECT_EQ(deliveries[0].state(), v1::WebhookDelivery::STATE_SUCCEEDED);
  EXPECT_EQ(deliveries[0].body(), first.body);
  EXPECT_EQ(deliveries[0].attempts(0).response_status(), 200);
}

TEST_F(DispatcherTest, NothingComesTwiceWhereAllGoesWell) {
  Create();
  for (int i = 0; i < 30; ++i) ASSERT_TRUE(service_.Start(absl::StrCat("o", i)).ok());
  Drain();
  Drain();
  std::vector<std::string> came = Came();
  EXPECT_EQ(came.size(), 60u);
  EXPECT_EQ(std::set<std::string>(came.begin(), came.end()).size(), 60u);
}

// One at a time, arrivals show the order in which requests were begun.
class OneAtATimeTest : public WebhookTest {
 protected:
  static OnboardingOptions One() {
    OnboardingOptions options = Options();
    options.webhooks.dispatcher.under_way_each = 1;
    options.webhooks.dispatcher.batch = 7;
    return options;
  }
  OneAtATimeTest() : WebhookTest(One()) {}
};

TEST_F(OneAtATimeTest, TheOrderIsThatOfTheFeed) {
  Create("crm");
  Create("hr", "kind = TASK_READY");
  for (int i = 0; i < 20; ++i) ASSERT_TRUE(service_.Start(absl::StrCat("o", i)).ok());
  Drain();
  std::vector<std::string> all, ready;
  const auto entries = service_.app().store().ReadFeed({}, {.workspace = "acme", .limit = 1000});
  for (const FeedEntry& entry : *entries) {
    const std::string name = absl::StrCat(entry.onboarding, "/", entry.entry.sequence);
    all.push_back(name);
    if (entry.entry.kind == EntryKind::kTaskReady) ready.push_back(name);
  }
  EXPECT_EQ(Came("/crm"), all);
  EXPECT_EQ(Came("/hr"), ready);
}

TEST_F(DispatcherTest, FiltersAreOfEachWebhook) {
  Create("crm", "kind = TASK_READY AND person:ada");
  Create("hr", "labels.region = emea");
  ASSERT_TRUE(service_.Start("ada").ok());
  Drain();
  EXPECT_THAT(Came("/crm"), ElementsAre("ada/2"));
  EXPECT_THAT(Came("/hr"), IsEmpty());
}

TEST_F(DispatcherTest, AnotherWorkspaceGetsNothing) {
  v1::CreateWebhookRequest request = CreateRequest();
  request.set_parent("workspaces/other");
  ASSERT_TRUE(Call<v1::CreateWebhookResponse>("CreateWebhook", request).ok());
  ASSERT_TRUE(service_.Start("ada").ok());
  Drain();
  EXPECT_THAT(Came(), IsEmpty());
}

TEST_F(DispatcherTest, AFailureIsTriedAgainLater) {
  Create("crm", "kind = STARTED");
  receiver_.Answer({.status = 500, .body = "out of order"});
  ASSERT_TRUE(service_.Start("ada").ok());
  Drain();
  ASSERT_EQ(Deliveries("state = PENDING AND response_status = 500").size(), 1u);
  EXPECT_TRUE(Get().has_failing_since_time());
  service_.clock().Advance(absl::Seconds(4));
  Drain();
  EXPECT_EQ(Came().size(), 1u) << "its time has not come";
  service_.clock().Advance(absl::Seconds(2));
  receiver_.Answer(Reply{});
  Drain();
  EXPECT_THAT(Came(), ElementsAre("ada/1", "ada/1"));
  const auto received = receiver_.received();
  EXPECT_EQ(received[0].headers.at("webhook-id"), received[1].headers.at("webhook-id"));
  EXPECT_EQ(received[0].body, received[1].body);
  EXPECT_NE(received[0].headers.at("webhook-timestamp"),
            received[1].headers.at("webhook-timestamp"));
  const auto deliveries = Deliveries();
  ASSERT_EQ(deliveries[0].attempts_size(), 2);
  EXPECT_EQ(deliveries[0].attempts(0).response_body(), "out of order");
  EXPECT_EQ(deliveries[0].state(), v1::WebhookDelivery::STATE_SUCCEEDED);
  EXPECT_FALSE(Get().has_failing_since_time());
}

TEST_F(DispatcherTest, AReceiverThatIsDownHoldsUpNoOther) {
  Create("crm");
  Create("hr");
  receiver_.Answer([](const Received& received) {
    return Reply{.status = 200, .hang_up = received.path == "/crm"};
  });
  for (int i = 0; i < 10; ++i) ASSERT_TRUE(service_.Start(absl::StrCat("o", i)).ok());
  Drain();
  EXPECT_EQ(Deliveries("state = PENDING").size(), 20u);
  EXPECT_EQ(Deliveries("state = SUCCEEDED", "workspaces/acme/webhooks/hr").size(), 20u);
  EXPECT_THAT(Deliveries("state = PENDING")[0].attempts(0).error(), HasSubstr("without an answer"));
}

TEST_F(DispatcherTest, GoneDisables) {
  Create();
  ASSERT_TRUE(service_.Start("ada").ok());
  receiver_.Answer({.status = 410});
  Drain();
  EXPECT_EQ(Get().state(), v1::Webhook::STATE_DISABLED);
  EXPECT_THAT(Get().disable_reason(), HasSubstr("410"));
  const size_t came = Came().size();
  ASSERT_TRUE(service_.Start("bob").ok());
  service_.clock().Advance(absl::Hours(24));
  Drain();
  EXPECT_EQ(Came().size(), came) << "it is left alone";
}

TEST_F(DispatcherTest, WhatHappensWhileItIsDisabledIsNotSent) {
  Create("crm", "kind = STARTED");
  v1::UpdateWebhookRequest update;
  update.mutable_webhook()->set_name(kHook);
  update.mutable_webhook()->set_state(v1::Webhook::STATE_DISABLED);
  update.mutable_update_mask()->add_paths("state");
  update.set_reason("moving house");
  ASSERT_TRUE(Call<v1::UpdateWebhookResponse>("UpdateWebhook", update).ok());
  EXPECT_EQ(Get().disable_reason(), "moving house");
  ASSERT_TRUE(service_.Start("ada").ok());
  Drain();
  update.mutable_webhook()->set_state(v1::Webhook::STATE_ENABLED);
  ASSERT_TRUE(Call<v1::UpdateWebhookResponse>("UpdateWebhook", update).ok());
  EXPECT_EQ(Get().disable_reason(), "");
  ASSERT_TRUE(service_.Start("bob").ok());
  Drain();
  EXPECT_THAT(Came(), ElementsAre("bob/1"));
}

TEST_F(DispatcherTest, TwoSecretsSignWhileTheyAreRotated) {
  Create("crm", "kind = STARTED");
  v1::RotateWebhookSecretRequest rotate;
  rotate.set_name(kHook);
  rotate.mutable_keep_old()->set_seconds(3600);
  const auto rotated = Call<v1::RotateWebhookSecretResponse>("RotateWebhookSecret", rotate);
  ASSERT_TRUE(rotated.ok()) << rotated.status();
  const std::string fresh = rotated->secret();
  EXPECT_TRUE(webhook::CheckSecret("secret", fresh).ok());
  ASSERT_TRUE(service_.Start("ada").ok());
  Drain();
  service_.clock().Advance(absl::Hours(1));
  ASSERT_TRUE(service_.Start("bob").ok());
  Drain();
  const auto received = receiver_.received();
  ASSERT_EQ(received.size(), 2u);
  const auto signature = [&](const Received& one, const std::vector<std::string>& secrets) {
    int64_t seconds = 0;
    EXPECT_TRUE(absl::SimpleAtoi(one.headers.at("webhook-timestamp"), &seconds));
    return webhook::Sign(secrets, one.headers.at("webhook-id"), absl::FromUnixSeconds(seconds),
                         one.body);
  };
  EXPECT_EQ(received[0].headers.at("webhook-signature"), signature(received[0], {fresh, kSecret}));
  EXPECT_EQ(received[1].headers.at("webhook-signature"), signature(received[1], {fresh}));
}

// A store whose writes fail, before or after they took effect.
class FailingStore final : public WebhookStore {
 public:
  explicit FailingStore(WebhookStore& real) : real_(real) {}
  absl::Status Read(const base::CallContext& context,
                    absl::FunctionRef<absl::Status(View&)> body) override {
    return real_.Read(context, body);
  }
  absl::StatusOr<std::string> Write(
      const base::CallContext& context, const RequestKey& request, absl::Time now,
      absl::FunctionRef<absl::StatusOr<std::string>(View&)> body) override {
    if (fail == kBefore) return absl::UnavailableError("not stored");
    const auto done = real_.Write(context, request, now, body);
    if (fail == kAfter) return absl::UnavailableError("stored, but nobody knows");
    return done;
  }
  absl::StatusOr<bool> TakeLease(const base::CallContext& context, absl::string_view holder,
                                 absl::Time now, absl::Duration term) override {
    return real_.TakeLease(context, holder, now, term);
  }

  enum { kNever, kBefore, kAfter } fail = kNever;

 private:
  WebhookStore& real_;
};

class KillTest : public DispatcherTest {
 protected:
  KillTest() : logger_(service_.clock(), base::LogLevel::kError, [](absl::string_view) {}) {}
  // A replica that has just begun; the lease of the one before is over.
  std::unique_ptr<Dispatcher> Fresh() {
    service_.clock().Advance(absl::Minutes(1));
    DispatcherOptions options = options_.webhooks.dispatcher;
    options.batch = 3;
    return std::make_unique<Dispatcher>(service_.app().store(), store_, service_.app().calls(),
                                        http::NewCurlClient(options_.webhooks.client),
                                        service_.clock(), options_.webhooks.chance, logger_,
                                        options);
  }

  base::Logger logger_;
  FailingStore store_{service_.app().webhook_store()};
};

TEST_F(KillTest, BetweenSendingAndNotingItIsSentAgainWithTheSameId) {
  Create("crm", "kind = STARTED");
  ASSERT_TRUE(service_.Start("ada").ok());
  {
    const auto dispatcher = Fresh();
    ASSERT_TRUE(dispatcher->RunOnce({}, service_.clock().Now()).ok());  // enlists, and sends
    store_.fail = FailingStore::kBefore;
    for (int i = 0; i < 100 && dispatcher->under_way() > 0; ++i) {
      EXPECT_FALSE(dispatcher->RunOnce({}, service_.clock().Now()).ok());
    }
    store_.fail = FailingStore::kNever;
  }
  ASSERT_EQ(Came().size(), 1u);
  EXPECT_EQ(Deliveries()[0].state(), v1::WebhookDelivery::STATE_PENDING);
  Drain(*Fresh());
  EXPECT_THAT(Came(), ElementsAre("ada/1", "ada/1"));
  const auto received = receiver_.received();
  EXPECT_EQ(received[0].headers.at("webhook-id"), received[1].headers.at("webhook-id"));
  EXPECT_EQ(Deliveries()[0].state(), v1::WebhookDelivery::STATE_SUCCEEDED);
}

// Killed after every round, with the store failing at random before or after it wrote.
TEST_F(KillTest, NothingIsLostWhereverItDies) {
  Create();
  uint64_t chance = 1;
  const auto next = [&] { return (chance = chance * 6364136223846793005u + 1) >> 60; };
  for (int i = 0; i < 12; ++i) {
    ASSERT_TRUE(service_.Start(absl::StrCat("o", i)).ok());
    const auto dispatcher = Fresh();
    for (uint64_t rounds = next() % 4; rounds > 0; --rounds) {
      store_.fail = next() < 5   ? FailingStore::kBefore
                    : next() < 5 ? FailingStore::kAfter
                                 : FailingStore::kNever;
      static_cast<void>(dispatcher->RunOnce({}, service_.clock().Now()));
    }
  }
  store_.fail = FailingStore::kNever;
  Drain(*Fresh());
  const std::vector<std::string> came = Came();
  EXPECT_EQ(std::set<std::string>(came.begin(), came.end()).size(), 24u);
  EXPECT_EQ(Deliveries("state = SUCCEEDED").size(), 24u);
  EXPECT_EQ(Deliveries().size(), 24u);
}

TEST_F(KillTest, OneReplicaAtATime) {
  Create();
  ASSERT_TRUE(service_.Start("ada").ok());
  const auto one = Fresh();
  const auto two = Fresh();
  ASSERT_TRUE(one->RunOnce({}, service_.clock().Now()).ok());
  EXPECT_EQ(*two->RunOnce({}, service_.clock().Now()), 0);
  Drain(*one);
  EXPECT_EQ(Came().size(), 2u);
}

TEST_F(DispatcherTest, OldDeliveriesAreForgotten) {
  Create();
  ASSERT_TRUE(service_.Start("ada").ok());
  Drain();
  const absl::Time sent = service_.clock().Now();
  service_.clock().Set(sent + options_.webhooks.dispatcher.keep - absl::Seconds(1));
  ASSERT_TRUE(service_.app().ForgetOldRequests().ok());
  EXPECT_EQ(Deliveries().size(), 2u);
  service_.clock().Set(sent + options_.webhooks.dispatcher.keep + absl::Seconds(1));
  EXPECT_EQ(*service_.app().dispatcher().ForgetOld({}, service_.clock().Now(), 1), 1);
  EXPECT_EQ(Deliveries().size(), 1u);
  ASSERT_TRUE(service_.app().ForgetOldRequests().ok());
  EXPECT_THAT(Deliveries(), IsEmpty());
}

TEST_F(DispatcherTest, AWebhookThatIsMadeAgainHasNothingOfTheOldOne) {
  Create();
  receiver_.Answer({.status = 500});
  ASSERT_TRUE(service_.Start("ada").ok());
  Drain();
  v1::DeleteWebhookRequest request;
  request.set_name(kHook);
  ASSERT_TRUE(Call<v1::DeleteWebhookResponse>("DeleteWebhook", request).ok());
  Create();
  receiver_.Answer(Reply{});
  service_.clock().Advance(absl::Hours(1));
  const size_t came = Came().size();
  Drain();
  EXPECT_EQ(Came().size(), came);
  EXPECT_THAT(Deliveries(), IsEmpty());
  // What is left of it goes by and by.
  EXPECT_EQ(*service_.app().dispatcher().ForgetOld({}, service_.clock().Now(), 1000), 2);
  EXPECT_EQ(*service_.app().dispatcher().ForgetOld({}, service_.clock().Now(), 1000), 0);
}

// The loop itself, woken by the commit.
TEST_F(DispatcherTest, TheLoopSends) {
  Create();
  service_.app().Start();
  ASSERT_TRUE(service_.Start("ada").ok());
  while (receiver_.received().size() < 2) absl::SleepFor(absl::Milliseconds(1));
  service_.app().Stop();
  const std::vector<std::string> came = Came();
  EXPECT_EQ(std::set<std::string>(came.begin(), came.end()).size(), 2u);
}

}  // namespace
}  // namespace plumbline::onboarding::webhooks::testing
