// SPDX-License-Identifier: Apache-2.0
//
// The relay against an analytics service that refuses gaps and counts numbers once, with failures
// at every point.
#include "services/onboarding/relay/relay.h"

#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/onboarding/engine/codec.h"
#include "services/onboarding/relay/events.h"
#include "services/onboarding/testing/engine.h"
#include "services/onboarding/testing/service.h"

namespace plumbline::onboarding::testing {
namespace {

using ::testing::ElementsAre;

constexpr char kSales[] = "workspaces/acme/eventLogs/sales-rep";
constexpr char kPair[] = "workspaces/acme/eventLogs/pair";

// The store with a relay place that can be made to fail, before or after it was stored.
class FailingRelayStore final : public RelayStore {
 public:
  explicit FailingRelayStore(RelayStore& real) : real_(real) {}
  absl::StatusOr<RelayState> LoadRelay(const base::CallContext& context) override {
    return real_.LoadRelay(context);
  }
  absl::Status SaveRelay(const base::CallContext& context, const RelayState& state) override {
    if (fail == kBefore) return absl::UnavailableError("not stored");
    absl::Status status = real_.SaveRelay(context, state);
    return fail == kAfter ? absl::UnavailableError("stored, but nobody knows") : status;
  }
  absl::StatusOr<bool> TakeRelayLease(const base::CallContext& context, absl::string_view holder,
                                      absl::Time now, absl::Duration term) override {
    return real_.TakeRelayLease(context, holder, now, term);
  }

  enum { kNever, kBefore, kAfter } fail = kNever;

 private:
  RelayStore& real_;
};

class RelayTest : public ::testing::Test {
 protected:
  RelayTest()
      : logger_(service_.clock(), base::LogLevel::kError,
                [this](absl::string_view line) { errors_.emplace_back(line); }),
        store_(service_.app().store()) {}

  std::unique_ptr<Relay> NewRelay(int batch = 7) {
    return std::make_unique<Relay>(service_.app().store(), store_, service_.analytics(),
                                   service_.clock(), logger_, RelayOptions{.batch = batch});
  }

  // A relay of a process that has just begun; the lease of the one before is over.
  absl::StatusOr<int64_t> FreshRound(int batch = 7) {
    service_.clock().Advance(absl::Minutes(1));
    return NewRelay(batch)->RunOnce({}, service_.clock().Now());
  }

  // Rounds until nothing is left.
  void Drain() {
    for (int i = 0; i < 1000; ++i) {
      absl::StatusOr<int64_t> sent = FreshRound();
      ASSERT_TRUE(sent.ok()) << sent.status();
      if (*sent == 0) return;
    }
    FAIL() << "it never ends";
  }

  // What the log must hold: the events of the feed, in its order.
  std::vector<std::string> Expected(const std::string& process) {
    auto entries = service_.app().store().ReadFeed({}, {.workspace = "acme",
                                                        .process = process,
                                                        .limit = 100'000,
                                                        .with_subjects_of_starts = true});
    EXPECT_TRUE(entries.ok());
    std::vector<std::string> events;
    for (const FeedEntry& entry : *entries) events.push_back(ToEvent(entry).SerializeAsString());
    return events;
  }
  std::vector<std::string> Got(const std::string& log) {
    std::vector<std::string> events;
    for (const auto& event : service_.analytics().Events(log)) {
      events.push_back(event.SerializeAsString());
    }
    return events;
  }
  void ExpectAllOnce() {
    EXPECT_EQ(Got(kSales), Expected("sales-rep"));
    EXPECT_EQ(Got(kPair), Expected("pair"));
    EXPECT_FALSE(Got(kSales).empty());
    EXPECT_FALSE(Got(kPair).empty());
  }
  void StartSome(int from, int to) {
    for (int i = from; i < to; ++i) {
      ASSERT_TRUE(service_.Start(absl::StrCat("s", i)).ok());
      ASSERT_TRUE(service_.Start(absl::StrCat("p", i), "pair").ok());
      ASSERT_TRUE(service_.Complete(absl::StrCat("s", i), "paperwork").ok());
    }
  }

  TestOnboarding service_;
  std::vector<std::string> errors_;
  base::Logger logger_;
  FailingRelayStore store_;
};

TEST_F(RelayTest, SendsEveryEntryOnceToTheLogOfItsProcess) {
  StartSome(0, 5);
  Drain();
  ExpectAllOnce();
  EXPECT_EQ(service_.analytics().Log(kSales).title(), "On-boarding of a sales rep");
  EXPECT_THAT(service_.analytics().Log(kSales).map_transitions(), ElementsAre("complete"));
  StartSome(5, 8);
  Drain();
  ExpectAllOnce();
  EXPECT_THAT(service_.analytics().LogNames(), ElementsAre(kPair, kSales));
}

// From the request to the log; the relay reads them beside the entries that it sends.
TEST_F(RelayTest, StartsHaveTheLabelsThatTheyWereGiven) {
  StartSome(0, 2);
  for (const char* region : {"north", "south"}) {
    v1::StartOnboardingRequest request = service_.StartRequest(region);
    (*request.mutable_onboarding()->mutable_labels())["region"] = region;
    ASSERT_TRUE(service_.Call<v1::StartOnboardingResponse>("StartOnboarding", request).ok());
  }
  StartSome(2, 4);
  Drain();
  ExpectAllOnce();
  std::vector<std::string> labels;
  for (const auto& event : service_.analytics().Events(kSales)) {
    for (const auto& one : event.attributes()) {
      if (absl::StartsWith(one.key(), "label."))
        labels.push_back(absl::StrCat(event.case_id(), " ", one.key(), "=", one.string_value()));
    }
  }
  EXPECT_THAT(labels, ElementsAre("north label.region=north", "south label.region=south"));
}

TEST_F(RelayTest, AnAnswerThatIsLostChangesNothing) {
  StartSome(0, 4);
  int calls = 0;
  service_.analytics().after = [&](absl::string_view) {
    return ++calls % 3 != 0 ? absl::UnavailableError("lost") : absl::OkStatus();
  };
  int failures = 0;
  for (int i = 0; i < 200; ++i) {
    if (i == 10) StartSome(4, 6);  // the next batch is longer than the one that was tried
    failures += !FreshRound(i % 2 == 0 ? 7 : 30).ok();
  }
  EXPECT_GT(failures, 3);
  service_.analytics().after = nullptr;
  Drain();
  ExpectAllOnce();
}

TEST_F(RelayTest, ACallThatFailsLosesNothing) {
  StartSome(0, 4);
  int calls = 0;
  service_.analytics().before = [&](absl::string_view) {
    return ++calls % 2 != 0 ? absl::UnavailableError("down") : absl::OkStatus();
  };
  for (int i = 0; i < 50; ++i) FreshRound().IgnoreError();
  service_.analytics().before = nullptr;
  Drain();
  ExpectAllOnce();
}

TEST_F(RelayTest, APlaceThatIsNotStoredIsSentAgain) {
  StartSome(0, 4);
  store_.fail = FailingRelayStore::kBefore;
  for (int i = 0; i < 5; ++i) EXPECT_FALSE(FreshRound().ok());
  store_.fail = FailingRelayStore::kAfter;
  for (int i = 0; i < 5; ++i) {
    EXPECT_FALSE(FreshRound().ok());
    StartSome(10 + i, 11 + i);
  }
  store_.fail = FailingRelayStore::kNever;
  Drain();
  ExpectAllOnce();
}

TEST_F(RelayTest, WhatAnalyticsLostIsSentAgain) {
  StartSome(0, 6);
  Drain();
  service_.analytics().Truncate(kSales, 3);
  service_.analytics().Delete(kPair);
  StartSome(6, 7);
  Drain();
  ExpectAllOnce();
}

TEST_F(RelayTest, ARelayThatWasOvertakenWhileItHungSendsNothingTwice) {
  StartSome(0, 6);
  auto hung = NewRelay(3);
  auto other = NewRelay(3);
  int calls = 0;
  service_.analytics().before = [&](absl::string_view) {
    if (++calls != 1) return absl::OkStatus();
    for (int i = 0; i < 3; ++i) {
      service_.clock().Advance(absl::Minutes(1));
      auto sent = other->RunOnce({}, service_.clock().Now());
      EXPECT_TRUE(sent.ok()) << sent.status();
      EXPECT_GT(*sent, 0);
    }
    return absl::OkStatus();
  };
  EXPECT_EQ(hung->RunOnce({}, service_.clock().Now()).status().code(), absl::StatusCode::kAborted);
  service_.analytics().before = nullptr;
  Drain();
  ExpectAllOnce();
  EXPECT_THAT(errors_, ElementsAre());
}

TEST_F(RelayTest, CallsAreOfASizeThatAnalyticsTakes) {
  StartSome(0, 6);
  int calls = 0;
  service_.analytics().check = [&](const analytics::v1::WriteEventsRequest& write) {
    ++calls;
    EXPECT_LE(write.ByteSizeLong(), 700u);
    return absl::OkStatus();
  };
  Relay relay(service_.app().store(), store_, service_.analytics(), service_.clock(), logger_,
              RelayOptions{.write_bytes = 500});
  ASSERT_TRUE(relay.RunOnce({}, service_.clock().Now()).ok());
  EXPECT_GT(calls, 4);
  ExpectAllOnce();
}

TEST_F(RelayTest, ALogThatRefusesDoesNotStopTheOthers) {
  StartSome(0, 4);
  auto relay = NewRelay(5);
  auto run_until_idle = [&] {
    for (int i = 0; i < 100; ++i) {
      auto sent = relay->RunOnce({}, service_.clock().Now());
      ASSERT_TRUE(sent.ok()) << sent.status();
      if (*sent == 0) return;
    }
    FAIL() << "it never ends";
  };
  service_.analytics().check = [](const analytics::v1::WriteEventsRequest& write) -> absl::Status {
    if (write.name() != kSales) return absl::OkStatus();
    return base::Error(base::Reason::ERROR_REASON_PERMISSION_DENIED, "not here");
  };
  run_until_idle();
  EXPECT_EQ(Got(kPair), Expected("pair"));
  EXPECT_THAT(Got(kSales), ElementsAre());
  EXPECT_EQ(errors_.size(), 1u);
  service_.clock().Advance(absl::Minutes(2));
  StartSome(4, 5);
  run_until_idle();
  EXPECT_EQ(Got(kPair), Expected("pair"));
  EXPECT_EQ(errors_.size(), 2u) << "it is tried again now and then";

  service_.analytics().check = nullptr;
  service_.clock().Advance(absl::Minutes(2));
  StartSome(5, 6);
  run_until_idle();
  ExpectAllOnce();
  StartSome(6, 7);
  run_until_idle();
  ExpectAllOnce();
  EXPECT_EQ(errors_.size(), 2u);
}

TEST_F(RelayTest, NobodyElseTakesTheNumbersOfItsEvents) {
  std::string producer;
  service_.analytics().check = [&](const analytics::v1::WriteEventsRequest& write) {
    EXPECT_TRUE(producer.empty() || producer == write.producer()) << "stable over restarts";
    producer = write.producer();
    return absl::OkStatus();
  };
  StartSome(0, 2);
  Drain();
  EXPECT_EQ(producer.rfind("onboarding-relay/", 0), 0u);
  EXPECT_GT(producer.size(), 40u);

  auto relay = NewRelay();
  service_.clock().Advance(absl::Minutes(1));
  StartSome(2, 3);
  ASSERT_TRUE(relay->RunOnce({}, service_.clock().Now()).ok());
  EXPECT_THAT(errors_, ElementsAre());
  // Who knows the name all the same is found out.
  analytics::v1::WriteEventsRequest forged;
  forged.set_name(kSales);
  forged.set_producer(producer);
  forged.set_first_sequence(static_cast<int64_t>(Got(kSales).size()) + 1);
  forged.add_events()->set_activity("forged");
  analytics::v1::WriteEventsResponse response;
  ASSERT_TRUE(service_.analytics().Call({}, "/WriteEvents", forged, &response).ok());
  StartSome(3, 4);
  ASSERT_TRUE(relay->RunOnce({}, service_.clock().Now()).ok());
  ASSERT_EQ(errors_.size(), 1u);
  EXPECT_NE(errors_[0].find("duplicates"), std::string::npos) << errors_[0];
}

TEST_F(RelayTest, StopWaitsForNoCallThatHangs) {
  StartSome(0, 1);
  absl::Notification hung;
  service_.analytics().hung = &hung;
  auto relay = NewRelay();
  relay->Start();
  hung.WaitForNotification();
  relay->Stop();
  EXPECT_THAT(service_.analytics().LogNames(), ElementsAre());
}

TEST_F(RelayTest, OneReplicaAtATime) {
  StartSome(0, 1);
  auto first = NewRelay(3);
  auto second = NewRelay(3);
  EXPECT_GT(*first->RunOnce({}, service_.clock().Now()), 0);
  EXPECT_EQ(*second->RunOnce({}, service_.clock().Now()), 0);
  service_.clock().Advance(absl::Minutes(1));
  EXPECT_GT(*second->RunOnce({}, service_.clock().Now()), 0);
}

}  // namespace
}  // namespace plumbline::onboarding::testing
