// SPDX-License-Identifier: Apache-2.0
// Bidirectional calls over both channels.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <thread>

#include "absl/synchronization/notification.h"
#include "common/base/error.h"
#include "common/rpc/channel.h"
#include "common/rpc/echo_service.h"

namespace plumbline::rpc {
namespace {

using analytics::v1::StreamEventsRequest;
using analytics::v1::StreamEventsResponse;
using base::Reason;
using base::ReasonOf;

StreamEventsRequest Open(const std::string& name = "workspaces/acme/eventLogs/sales") {
  StreamEventsRequest request;
  request.mutable_open()->set_name(name);
  return request;
}

StreamEventsRequest Batch(int events, int64_t first = 0) {
  StreamEventsRequest request;
  request.mutable_batch()->set_first_sequence(first);
  for (int i = 0; i < events; ++i) request.mutable_batch()->add_events()->set_case_id("c");
  return request;
}

class ConversationTest : public ::testing::TestWithParam<Way> {
 protected:
  std::unique_ptr<Exchange> Begin() {
    channel_ = backend_.Connect();
    return *channel_->OpenExchange(context_, kStreamEvents);
  }
  // "opened 4", "2", "end", or a reason.
  std::string Next(Exchange& exchange) {
    StreamEventsResponse response;
    const absl::StatusOr<bool> more = exchange.Read(&response);
    if (!more.ok()) return common::v1::ErrorReason_Name(ReasonOf(more.status()));
    if (!*more) return "end";
    if (response.has_opened()) return absl::StrCat("opened ", response.opened().last_sequence());
    return absl::StrCat(response.acknowledgement().accepted_count());
  }

  EchoBackend backend_{GetParam(), AnyPort()};
  const CallContext context_ = backend_.Context();
  std::unique_ptr<Channel> channel_;
};

INSTANTIATE_TEST_SUITE_P(Ways, ConversationTest, ::testing::Values(Way::kInProcess, Way::kRemote),
                         [](const auto& row) {
                           return row.param == Way::kRemote ? "Remote" : "InProcess";
                         });

TEST_P(ConversationTest, EachMessageIsAnsweredInOrder) {
  const auto exchange = Begin();
  ASSERT_TRUE(exchange->Write(Open()));
  EXPECT_EQ(Next(*exchange), "opened 4");
  for (int i = 1; i <= 20; ++i) ASSERT_TRUE(exchange->Write(Batch(i)));
  for (int i = 1; i <= 20; ++i) EXPECT_EQ(Next(*exchange), absl::StrCat(i));
  ASSERT_TRUE(exchange->Write(Batch(3)));
  exchange->EndWrites();
  EXPECT_EQ(Next(*exchange), "3");
  EXPECT_EQ(Next(*exchange), "end");
  EXPECT_EQ(Next(*exchange), "end");
  EXPECT_FALSE(exchange->Write(Batch(1)));
}

TEST_P(ConversationTest, AnErrorComesAfterTheAnswersBeforeIt) {
  const auto exchange = Begin();
  for (const auto& message : {Open(), Batch(2), Batch(0), Batch(5)}) exchange->Write(message);
  EXPECT_EQ(Next(*exchange), "opened 4");
  EXPECT_EQ(Next(*exchange), "2");
  EXPECT_EQ(Next(*exchange), "ERROR_REASON_FIELD_INVALID");
  EXPECT_EQ(Next(*exchange), "ERROR_REASON_FIELD_INVALID");
}

TEST_P(ConversationTest, TheFirstMessageIsChecked) {
  const auto exchange = Begin();
  exchange->Write(Open("nowhere"));
  EXPECT_EQ(Next(*exchange), "ERROR_REASON_FIELD_INVALID");
}

TEST_P(ConversationTest, EndedBeforeTheFirstMessage) {
  const auto exchange = Begin();
  exchange->EndWrites();
  EXPECT_EQ(Next(*exchange), "ERROR_REASON_REQUEST_MALFORMED");
}

TEST_P(ConversationTest, ADrainEndsIt) {
  const auto exchange = Begin();
  exchange->Write(Open());
  EXPECT_EQ(Next(*exchange), "opened 4");
  std::thread server([this] { backend_.Stop(); });
  EXPECT_EQ(Next(*exchange), "ERROR_REASON_SHUTTING_DOWN");
  server.join();
}

TEST_P(ConversationTest, DroppingItStopsTheHandler) {
  auto exchange = Begin();
  exchange->Write(Open());
  exchange->Write(Batch(1, 7));
  backend_.service().AwaitBlocked(1);
  exchange = nullptr;
  EXPECT_TRUE(backend_.log().Await("StreamEvents\",\"code\""));
}

// What the handler has not taken stays with the sender.
TEST_P(ConversationTest, ABusyHandlerHoldsTheSenderBack) {
  auto exchange = Begin();
  exchange->Write(Open());
  EXPECT_EQ(Next(*exchange), "opened 4");
  StreamEventsRequest large = Batch(1, 7);
  large.mutable_batch()->mutable_events(0)->set_activity(std::string(1 << 20, 'x'));
  absl::Notification sent;
  constexpr int kMessages = 40;
  std::thread sender([&] {
    for (int i = 0; i < kMessages; ++i) exchange->Write(large);
    sent.Notify();
  });
  backend_.service().AwaitBlocked(1);
  EXPECT_FALSE(sent.WaitForNotificationWithTimeout(absl::Milliseconds(200)));
  backend_.service().Open();
  sender.join();
  for (int i = 0; i < kMessages; ++i) EXPECT_EQ(Next(*exchange), "1");
}

}  // namespace
}  // namespace plumbline::rpc
