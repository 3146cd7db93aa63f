// SPDX-License-Identifier: Apache-2.0
//
// What a stream of events acknowledged survives SIGKILL, once, while small blocks are merged, old
// events deleted and a person erased beside it; and the producer goes on where it was told.
#include <atomic>
#include <random>
#include <string>
#include <thread>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "clients/cli/event_data.h"
#include "gtest/gtest.h"
#include "plumbline/analytics/v1/analytics_service.pb.h"
#include "plumbline/analytics/v1/event_data_service.pb.h"
#include "tests/fault/mortal_suite.h"

namespace plumbline::fault {
namespace {

namespace pb = analytics::v1;

constexpr char kLog[] = "workspaces/default/eventLogs/stream";

class StreamKill : public ::testing::Test {
 protected:
  // Sends until the suite dies, and notes what was acknowledged.
  void Stream() {
    rpc::CallContext context;
    auto stream =
        suite_.channel().OpenExchange(context, absl::StrCat(cli::kEventData, "StreamEvents"));
    if (!stream.ok()) return;
    pb::StreamEventsRequest request;
    request.mutable_open()->set_name(kLog);
    request.mutable_open()->set_producer("crm");
    (*stream)->Write(request);
    pb::StreamEventsResponse response;
    if (!(*stream)->Read(&response).value_or(false)) return;
    // Nothing that was acknowledged is gone.
    EXPECT_GE(response.opened().last_sequence(), acknowledged_);
    int64_t next = response.opened().last_sequence() + 1;
    for (int ahead = 0;;) {
      request.Clear();
      request.mutable_batch()->set_first_sequence(next);
      for (int i = 0; i < 50; ++i, ++next) {
        pb::Event& event = *request.mutable_batch()->add_events();
        event.set_case_id(absl::StrCat("case-", next / 10));
        event.set_activity(absl::StrCat("step-", next % 10));
        event.set_resource(next % 3 == 0 ? "Ada" : "Bob");
        event.mutable_time()->set_seconds(1'700'000'000 + next);
      }
      if (!(*stream)->Write(request)) return;
      if (++ahead < 3) continue;
      if (!(*stream)->Read(&response).value_or(false)) return;
      --ahead;
      acknowledged_ = response.acknowledgement().last_sequence();
    }
  }
  // A rewriting of the log, of which the suite may die.
  void Erase() {
    pb::ErasePersonRequest request;
    request.set_name(kLog);
    request.add_texts("Ada");
    pb::ErasePersonResponse response;
    suite_.Try(cli::kEventData, "ErasePerson", request, &response).IgnoreError();
  }
  pb::EventLog Log() {
    pb::GetEventLogRequest request;
    request.set_name(kLog);
    pb::GetEventLogResponse response;
    const absl::Status status = suite_.Insist(cli::kAnalytics, "GetEventLog", request, &response);
    EXPECT_TRUE(status.ok()) << status;
    return response.event_log();
  }

  MortalSuite suite_{""};
  std::atomic<int64_t> acknowledged_{0};
};

TEST_F(StreamKill, WhatWasAcknowledgedIsThereOnce) {
  std::mt19937 random(3);
  suite_.Start();
  pb::CreateEventLogRequest create;
  create.set_parent(kParent);
  create.set_event_log_id("stream");
  create.set_request_id("create");
  pb::CreateEventLogResponse created;
  ASSERT_TRUE(suite_.Insist(cli::kAnalytics, "CreateEventLog", create, &created).ok());
  for (int round = 0; round < Rounds(); ++round) {
    SCOPED_TRACE(round);
    const int64_t before = acknowledged_;
    std::thread producer([this] { Stream(); });
    const absl::Time patience = absl::Now() + absl::Seconds(20);
    while (acknowledged_ < before + 200 && absl::Now() < patience)
      absl::SleepFor(absl::Milliseconds(2));
    std::thread eraser([this] { Erase(); });
    absl::SleepFor(absl::Milliseconds(random() % 60));
    suite_.Kill();
    producer.join();
    eraser.join();
    EXPECT_GT(acknowledged_, before);
    suite_.Start();
    const pb::EventLog log = Log();
    EXPECT_GE(log.event_count(), acknowledged_);
    // What was on its way at most: three batches.
    EXPECT_LE(log.event_count(), acknowledged_ + 3 * 50 + 50 * 5);
    EXPECT_EQ(log.case_count(), log.event_count() / 10 + 1);
  }
}

}  // namespace
}  // namespace plumbline::fault
