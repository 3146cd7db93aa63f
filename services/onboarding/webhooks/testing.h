// SPDX-License-Identifier: Apache-2.0
//
// For tests: the service with a receiver on this machine.
#ifndef PLUMBLINE_SERVICES_ONBOARDING_WEBHOOKS_TESTING_H_
#define PLUMBLINE_SERVICES_ONBOARDING_WEBHOOKS_TESTING_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/http/testing_receiver.h"
#include "google/protobuf/util/json_util.h"
#include "gtest/gtest.h"
#include "plumbline/onboarding/v1/webhook_service.pb.h"
#include "services/onboarding/testing/service.h"
#include "services/onboarding/webhooks/dispatcher.h"

namespace plumbline::onboarding::webhooks::testing {

using onboarding::testing::ReasonText;
using onboarding::testing::TestOnboarding;

// "whsec_" and base64 of the bytes 0 to 31.
inline constexpr char kSecret[] = "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
inline constexpr char kHook[] = "workspaces/acme/webhooks/crm";

// Loopback is allowed, and chance is none.
inline OnboardingOptions Options() {
  OnboardingOptions options;
  options.webhooks.client.destinations = *http::Destinations::Create("networks", "127.0.0.0/8");
  options.webhooks.chance.fraction = [] { return 0.5; };
  options.webhooks.dispatcher.answers = absl::Seconds(30);  // tests wait for answers, not for time
  return options;
}

class WebhookTest : public ::testing::Test {
 protected:
  explicit WebhookTest(const OnboardingOptions& options = Options())
      : options_(options), service_(nullptr, {}, options) {}

  template <typename Response, typename Request>
  absl::StatusOr<Response> Call(const std::string& method, const Request& request) {
    Response response;
    absl::Status status = service_.channel().Call(
        service_.context(), absl::StrCat("/plumbline.onboarding.v1.WebhookService/", method),
        request, &response);
    if (!status.ok()) return status;
    return response;
  }

  v1::CreateWebhookRequest CreateRequest(const std::string& id = "crm",
                                         const std::string& filter = "") {
    v1::CreateWebhookRequest request;
    request.set_parent("workspaces/acme");
    request.set_webhook_id(id);
    request.mutable_webhook()->set_url(receiver_.Url("/" + id));
    request.mutable_webhook()->set_filter(filter);
    request.set_secret(kSecret);
    return request;
  }
  void Create(const std::string& id = "crm", const std::string& filter = "") {
    const auto created =
        Call<v1::CreateWebhookResponse>("CreateWebhook", CreateRequest(id, filter));
    ASSERT_TRUE(created.ok()) << created.status();
  }
  v1::Webhook Get(const std::string& name = kHook) {
    v1::GetWebhookRequest request;
    request.set_name(name);
    const auto got = Call<v1::GetWebhookResponse>("GetWebhook", request);
    EXPECT_TRUE(got.ok()) << got.status();
    return got.ok() ? got->webhook() : v1::Webhook();
  }

  // Rounds until nothing is to be done at this time.
  void Drain(Dispatcher& dispatcher) {
    for (int i = 0; i < 10'000; ++i) {
      const auto done = dispatcher.RunOnce({}, service_.clock().Now());
      ASSERT_TRUE(done.ok()) << done.status();
      if (*done == 0 && dispatcher.under_way() == 0) return;
    }
    FAIL() << "it never ends";
  }
  void Drain() { Drain(service_.app().dispatcher()); }

  // The deliveries of a webhook that the filter takes, with all that is known of them.
  std::vector<v1::WebhookDelivery> Deliveries(const std::string& filter = "",
                                              const std::string& webhook = kHook) {
    v1::ListWebhookDeliveriesRequest request;
    request.set_parent(webhook);
    request.set_filter(filter);
    request.set_page_size(1000);
    const auto list = Call<v1::ListWebhookDeliveriesResponse>("ListWebhookDeliveries", request);
    EXPECT_TRUE(list.ok()) << list.status();
    std::vector<v1::WebhookDelivery> deliveries;
    if (!list.ok()) return deliveries;
    for (const v1::WebhookDelivery& one : list->deliveries()) {
      v1::GetWebhookDeliveryRequest get;
      get.set_name(one.name());
      const auto got = Call<v1::GetWebhookDeliveryResponse>("GetWebhookDelivery", get);
      EXPECT_TRUE(got.ok()) << got.status();
      if (got.ok()) deliveries.push_back(got->delivery());
    }
    return deliveries;
  }

  // What came to the receiver: "ada/3", in the order of arrival.
  std::vector<std::string> Came(const std::string& path = "") {
    std::vector<std::string> names;
    for (const http::testing::Received& received : receiver_.received()) {
      if (path.empty() || received.path == path) names.push_back(EntryOf(received));
    }
    return names;
  }
  static v1::WebhookEvent EventIn(const http::testing::Received& received) {
    v1::WebhookEvent event;
    EXPECT_TRUE(google::protobuf::util::JsonStringToMessage(received.body, &event).ok())
        << received.body;
    return event;
  }
  static std::string EntryOf(const http::testing::Received& received) {
    const std::string name = EventIn(received).data().name();
    const size_t begin = name.find("/onboardings/") + 13;
    return name.substr(begin, name.find('/', begin) - begin) + name.substr(name.rfind('/'));
  }

  http::testing::Receiver receiver_;
  const OnboardingOptions options_;
  TestOnboarding service_;
};

}  // namespace plumbline::onboarding::webhooks::testing

#endif  // PLUMBLINE_SERVICES_ONBOARDING_WEBHOOKS_TESTING_H_
