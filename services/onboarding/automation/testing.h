// SPDX-License-Identifier: Apache-2.0
//
// For tests: the service with a program on this machine that does its tasks.
#ifndef PLUMBLINE_SERVICES_ONBOARDING_AUTOMATION_TESTING_H_
#define PLUMBLINE_SERVICES_ONBOARDING_AUTOMATION_TESTING_H_

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "google/protobuf/util/json_util.h"
#include "plumbline/onboarding/v1/automation_service.pb.h"
#include "services/onboarding/testing/engine.h"
#include "services/onboarding/webhooks/testing.h"

namespace plumbline::onboarding::automation::testing {

using http::testing::Received;
using http::testing::Reply;
using onboarding::testing::ReasonText;

inline constexpr char kCrm[] = "workspaces/acme/onboardings/ada/tasks/crm";
inline constexpr char kDone[] =
    R"({"state": "done", "outputs": {"login": "ada"}, "ticked": ["mfa"]})";

class AutomationTest : public webhooks::testing::WebhookTest {
 protected:
  AutomationTest() { service_.catalog().Publish(onboarding::testing::Setup()); }

  // A webhook that gets calls only.
  void CreateProgram(const std::string& id = "provision-crm", bool calls_only = true) {
    v1::CreateWebhookRequest request = CreateRequest(id);
    request.mutable_webhook()->set_calls_only(calls_only);
    const auto created = Call<v1::CreateWebhookResponse>("CreateWebhook", request);
    ASSERT_TRUE(created.ok()) << created.status();
  }

  // Starts "ada" and completes `order`, so that the turn of crm and mail comes.
  void Order() {
    const auto started = service_.Start("ada", "setup@1");
    ASSERT_TRUE(started.ok()) << started.status();
    const auto done = service_.Complete("ada", "order");
    ASSERT_TRUE(done.ok()) << done.status();
  }

  // Rounds of the caller and the dispatcher until nothing is to be done at this time.
  void Work() {
    for (int i = 0; i < 100; ++i) {
      const auto called = service_.app().caller().RunOnce({}, service_.clock().Now());
      ASSERT_TRUE(called.ok()) << called.status();
      Drain();
      if (*called == 0) return;
    }
    FAIL() << "it never ends";
  }

  v1::Task Task(const std::string& name = kCrm) {
    v1::GetTaskRequest request;
    request.set_name(name);
    const auto got = service_.Call<v1::GetTaskResponse>("GetTask", request);
    EXPECT_TRUE(got.ok()) << got.status();
    return got.ok() ? got->task() : v1::Task();
  }

  // The history of "ada": "KIND_AUTOMATION_CALLED webhook:provision-crm", from some entry on.
  std::vector<std::string> History(size_t from = 0) {
    v1::ListHistoryRequest request;
    request.set_parent("workspaces/acme/onboardings/ada");
    request.set_page_size(1000);
    const auto list = service_.Call<v1::ListHistoryResponse>("ListHistory", request);
    EXPECT_TRUE(list.ok()) << list.status();
    std::vector<std::string> told;
    for (const v1::HistoryEntry& entry : list->entries()) {
      if (entry.task() != "crm") continue;
      told.push_back(
          absl::StrCat(v1::HistoryEntry::Kind_Name(entry.kind()).substr(5), " ", entry.actor()));
    }
    told.erase(told.begin(), told.begin() + static_cast<long>(std::min(from, told.size())));
    return told;
  }
  // The impediments that are open on the task.
  std::vector<v1::Impediment> Impediments() {
    v1::ListImpedimentsRequest request;
    request.set_parent("workspaces/acme/onboardings/ada");
    request.set_open_only(true);
    const auto list = service_.Call<v1::ListImpedimentsResponse>("ListImpediments", request);
    EXPECT_TRUE(list.ok()) << list.status();
    std::vector<v1::Impediment> found;
    for (const v1::Impediment& one : list->impediments())
      if (one.task() == kCrm) found.push_back(one);
    return found;
  }

  static v1::AutomationEvent CallIn(const Received& received) {
    v1::AutomationEvent event;
    EXPECT_TRUE(google::protobuf::util::JsonStringToMessage(received.body, &event).ok())
        << received.body;
    return event;
  }
  // The id of the last call that came.
  std::string LastCall() { return CallIn(receiver_.received().back()).data().call_id(); }

  absl::StatusOr<v1::AnswerTaskResponse> Answer(const v1::AnswerTaskRequest& request) {
    v1::AnswerTaskResponse response;
    absl::Status status = service_.channel().Call(
        service_.context(), "/plumbline.onboarding.v1.AutomationService/AnswerTask", request,
        &response);
    if (!status.ok()) return status;
    return response;
  }
  static v1::AnswerTaskRequest AnswerOf(const std::string& call, const std::string& json = kDone) {
    v1::AnswerTaskRequest request;
    request.set_name(kCrm);
    request.set_call_id(call);
    EXPECT_TRUE(google::protobuf::util::JsonStringToMessage(json, request.mutable_answer()).ok());
    return request;
  }
};

}  // namespace plumbline::onboarding::automation::testing

#endif  // PLUMBLINE_SERVICES_ONBOARDING_AUTOMATION_TESTING_H_
