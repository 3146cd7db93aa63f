// SPDX-License-Identifier: Apache-2.0
//
// What becomes of a delivery after each answer, and when it is tried again.
#include "services/onboarding/webhooks/delivery.h"

#include <string>

#include "gtest/gtest.h"
#include "services/onboarding/engine/codec.h"
#include "services/onboarding/testing/engine.h"

namespace plumbline::onboarding::webhooks {
namespace {

const absl::Time kStart = onboarding::testing::At("2031-03-03T09:00:00Z");

class ConcludeTest : public ::testing::Test {
 protected:
  ConcludeTest() {
    webhook_.webhook.set_state(v1::Webhook::STATE_ENABLED);
    webhook_.version = 1;
    Replay(kStart, &delivery_);
  }
  // An attempt at this time that is answered with this status.
  bool Try(absl::Time time, int status, std::optional<absl::Duration> retry_after = {},
           Outcome outcome = Outcome::kByStatus) {
    const http::Answer answer{.status = status,
                              .error = status == 0 ? "the connection was refused" : "",
                              .body = "why",
                              .retry_after = retry_after};
    return Conclude(
        AttemptOf({"https://example.com", {{"webhook-id", "evt_1"}}, "{}"}, time, answer), answer,
        outcome, time, 0.5, rules_, &delivery_, &webhook_);
  }
  v1::WebhookDelivery::State state() const { return delivery_.delivery.state(); }
  absl::Duration Next() const {
    return FromTimestamp(delivery_.delivery.next_attempt_time()) - kStart;
  }

  DeliveryRules rules_;
  StoredDelivery delivery_;
  StoredWebhook webhook_;
};

TEST_F(ConcludeTest, TwoHundredsSucceed) {
  EXPECT_FALSE(Try(kStart, 204));
  EXPECT_EQ(state(), v1::WebhookDelivery::STATE_SUCCEEDED);
  EXPECT_FALSE(delivery_.delivery.has_next_attempt_time());
  EXPECT_EQ(delivery_.delivery.attempt_count(), 1);
  ASSERT_EQ(delivery_.delivery.attempts_size(), 1);
  EXPECT_EQ(delivery_.delivery.attempts(0).request_headers(0).key(), "webhook-id");
  EXPECT_EQ(delivery_.delivery.attempts(0).response_body(), "why");
}

TEST_F(ConcludeTest, ACallThatIsRefusedIsNotTriedAgain) {
  EXPECT_FALSE(Try(kStart, 403, std::nullopt, Outcome::kRefused));
  EXPECT_EQ(state(), v1::WebhookDelivery::STATE_FAILED);
  EXPECT_FALSE(webhook_.failing_since.has_value()) << "it answered";
}

TEST_F(ConcludeTest, AnAnswerThatCannotBeTakenIsAskedForAgain) {
  EXPECT_FALSE(Try(kStart, 200, std::nullopt, Outcome::kLater));
  EXPECT_EQ(state(), v1::WebhookDelivery::STATE_PENDING);
  EXPECT_EQ(Next(), absl::Seconds(5));
  EXPECT_FALSE(webhook_.failing_since.has_value());
}

TEST_F(ConcludeTest, WhoAnswersFailsNoMore) {
  for (const auto& [status, outcome] : std::vector<std::pair<int, Outcome>>{
           {200, Outcome::kLater}, {403, Outcome::kLater}, {403, Outcome::kRefused}}) {
    webhook_.failing_since = kStart - absl::Hours(100);
    Replay(kStart, &delivery_);
    EXPECT_TRUE(Try(kStart, status, std::nullopt, outcome)) << "it is another webhook now";
    EXPECT_FALSE(webhook_.failing_since.has_value()) << status;
  }
  webhook_.failing_since = kStart;
  EXPECT_FALSE(Try(kStart, 503, std::nullopt, Outcome::kLater));
  EXPECT_TRUE(webhook_.failing_since.has_value());
}

TEST_F(ConcludeTest, WhatRestsIsNotGivenUp) {
  for (int i = 1; i < 100; ++i) Rest(kStart + i * absl::Hours(1), &delivery_);
  EXPECT_EQ(Next(), absl::Hours(99) + kRest);
  Try(kStart + absl::Hours(99), 503);
  EXPECT_EQ(state(), v1::WebhookDelivery::STATE_PENDING);
}

TEST_F(ConcludeTest, EverythingElseIsTriedAgain) {
  for (const int status : {0, 302, 400, 404, 429, 500}) {
    StoredDelivery before = delivery_;
    Try(kStart, status);
    EXPECT_EQ(state(), v1::WebhookDelivery::STATE_PENDING) << status;
    EXPECT_EQ(delivery_.delivery.response_status(), status);
    EXPECT_GT(Next(), absl::Seconds(4)) << status;
    delivery_ = before;
  }
}

TEST_F(ConcludeTest, IsGivenUpAfterTheWholeTime) {
  absl::Time now = kStart;
  int attempts = 0;
  while (state() == v1::WebhookDelivery::STATE_PENDING && attempts < 1000) {
    now = FromTimestamp(delivery_.delivery.next_attempt_time());
    Try(now, 500);
    ++attempts;
  }
  EXPECT_EQ(state(), v1::WebhookDelivery::STATE_FAILED);
  EXPECT_LE(now - kStart, rules_.give_up_after);
  EXPECT_GT(now - kStart, rules_.give_up_after - absl::Hours(8));
  EXPECT_EQ(attempts, 20);
  // Sent again by a person: the full time, and the short pauses at first.
  const absl::Time later = now + absl::Hours(24);
  Replay(later, &delivery_);
  EXPECT_EQ(state(), v1::WebhookDelivery::STATE_PENDING);
  Try(later, 500);
  EXPECT_EQ(state(), v1::WebhookDelivery::STATE_PENDING);
  EXPECT_EQ(FromTimestamp(delivery_.delivery.next_attempt_time()), later + absl::Seconds(5));
  EXPECT_EQ(delivery_.delivery.attempt_count(), 21);
}

TEST_F(ConcludeTest, KeepsTheLastAttempts) {
  for (int i = 0; i < kMaxAttemptsKept + 5; ++i) Try(kStart + absl::Seconds(i), 500);
  EXPECT_EQ(delivery_.delivery.attempts_size(), kMaxAttemptsKept);
  EXPECT_EQ(FromTimestamp(delivery_.delivery.attempts(0).time()), kStart + absl::Seconds(5));
  EXPECT_EQ(delivery_.delivery.attempt_count(), kMaxAttemptsKept + 5);
}

TEST_F(ConcludeTest, RetryAfterIsHonoured) {
  Try(kStart, 503, absl::Minutes(10));
  EXPECT_EQ(Next(), absl::Minutes(10));
}

TEST_F(ConcludeTest, GoneDisables) {
  EXPECT_TRUE(Try(kStart, kGone));
  EXPECT_EQ(state(), v1::WebhookDelivery::STATE_FAILED);
  EXPECT_EQ(webhook_.webhook.state(), v1::Webhook::STATE_DISABLED);
  EXPECT_EQ(webhook_.webhook.disable_reason(), "the receiver answered 410 Gone");
  EXPECT_EQ(webhook_.webhook.author(), kService);
  EXPECT_EQ(webhook_.version, 2);
}

TEST_F(ConcludeTest, DaysOfFailuresDisableUnlessOneSucceeds) {
  EXPECT_TRUE(Try(kStart, 500)) << "it begins to fail";
  EXPECT_EQ(webhook_.failing_since, kStart);
  EXPECT_FALSE(Try(kStart + absl::Hours(100), 500));
  EXPECT_TRUE(Try(kStart + absl::Hours(110), 200)) << "it ceases to fail";
  EXPECT_FALSE(webhook_.failing_since.has_value());
  EXPECT_TRUE(Try(kStart + absl::Hours(120), 0));
  EXPECT_FALSE(Try(kStart + absl::Hours(239), 0));
  EXPECT_EQ(webhook_.webhook.state(), v1::Webhook::STATE_ENABLED);
  EXPECT_TRUE(Try(kStart + absl::Hours(240), 0));
  EXPECT_EQ(webhook_.webhook.state(), v1::Webhook::STATE_DISABLED);
  EXPECT_EQ(webhook_.webhook.disable_reason(),
            "every attempt has failed since 2031-03-08T09:00:00+00:00; at the last one the "
            "connection was refused");
}

TEST_F(ConcludeTest, AnswersThatAreNoTextAreShownAllTheSame) {
  const http::Answer answer{.status = 500, .body = "caf\xe9 \xff!"};
  EXPECT_EQ(AttemptOf({}, kStart, answer).response_body(), "caf? ?!");
}

}  // namespace
}  // namespace plumbline::onboarding::webhooks
