// SPDX-License-Identifier: Apache-2.0
#include "common/webhook/envelope.h"

#include <string>

#include "common/webhook/signature.h"
#include "gtest/gtest.h"
#include "plumbline/onboarding/v1/webhook.pb.h"

namespace plumbline::webhook {
namespace {

constexpr char kSecret[] = "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";

TEST(Envelope, HasTheAttributesOfCloudEvents) {
  onboarding::v1::WebhookEvent event;
  SetAttributes({.workspace = "acme",
                 .id = "evt_1",
                 .package = "plumbline.onboarding.v1.",
                 .type = "task.ready",
                 .subject = "onboardings/ada",
                 .data_type = "HistoryEntry",
                 .time = absl::FromUnixMicros(1'500'000)},
                &event);
  EXPECT_EQ(ToJson(event),
            R"({"specversion":"1.0","id":"evt_1","source":"workspaces/acme",)"
            R"("type":"plumbline.onboarding.v1.task.ready","subject":"onboardings/ada",)"
            R"("time":"1970-01-01T00:00:01.500Z","datacontenttype":"application/json",)"
            R"("dataschema":"urn:plumbline:proto:plumbline.onboarding.v1.HistoryEntry",)"
            R"("data":{}})");
}

TEST(Envelope, TimesBefore1970AreTimesToo) {
  onboarding::v1::WebhookEvent event;
  SetAttributes({.time = absl::FromUnixMicros(-1)}, &event);
  EXPECT_EQ(event.time().seconds(), -1);
  EXPECT_EQ(event.time().nanos(), 999'999'000);
}

TEST(SignedRequest, CarriesIdTimeAndASignatureOfEachSecret) {
  const absl::Time time = absl::FromUnixSeconds(1'700'000'000);
  const http::Request request =
      SignedRequest("https://example.com/", {kSecret, kSecret}, "evt_1", "{}", time);
  EXPECT_EQ(request.url, "https://example.com/");
  EXPECT_EQ(request.body, "{}");
  ASSERT_EQ(request.headers.size(), 4U);
  EXPECT_EQ(request.headers[0].second, kEventContentType);
  EXPECT_EQ(request.headers[1].second, "evt_1");
  EXPECT_EQ(request.headers[2].second, "1700000000");
  EXPECT_EQ(request.headers[3].second, Sign({kSecret, kSecret}, "evt_1", time, "{}"));
}

TEST(TextOf, BytesThatAreNoTextAreShownAsQuestionMarks) {
  EXPECT_EQ(TextOf("caf\xC3\xA9"), "caf\xC3\xA9");
  EXPECT_EQ(TextOf("a\xFF\xFE z\xC3"), "a?? z?");
}

}  // namespace
}  // namespace plumbline::webhook
