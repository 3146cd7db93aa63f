// SPDX-License-Identifier: Apache-2.0
//
// The relay against the real analytics service: what becomes of a log that is deleted while
// on-boarding feeds it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <string>

#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"
#include "services/analytics/serving/testing.h"
#include "services/onboarding/relay/relay.h"
#include "services/onboarding/testing/service.h"

namespace plumbline {
namespace {

using analytics::ReasonText;
using analytics::TestAnalytics;
using onboarding::Relay;
using onboarding::testing::TestOnboarding;

// Passes calls on, but for those that a test lets fail.
class Gate final : public onboarding::testing::FakeChannel {
 public:
  explicit Gate(rpc::Channel& real) : real_(real) {}
  absl::Status Call(const rpc::CallContext& context, absl::string_view path,
                    const rpc::Message& request, rpc::Message* response) override {
    if (before) RETURN_IF_ERROR(before(path.substr(path.rfind('/') + 1)));
    return real_.Call(context, path, request, response);
  }

  std::function<absl::Status(absl::string_view method)> before;

 private:
  rpc::Channel& real_;
};

class RefillTest : public ::testing::Test {
 protected:
  // Rounds of a relay that has just begun, until nothing is left. Few entries at once, so that
  // filling a log takes several calls.
  void Drain() {
    for (int i = 0; i < 200; ++i) {
      onboarding_.clock().Advance(absl::Minutes(1));
      Relay relay(onboarding_.app().store(), onboarding_.app().store(), gate_, onboarding_.clock(),
                  logger_, {.batch = 5, .write_bytes = 400});
      const auto sent = relay.RunOnce({}, onboarding_.clock().Now());
      if (!sent.ok()) {
        ++failures_;
        continue;
      }
      if (*sent == 0) return;
    }
    FAIL() << "it never ends";
  }

  void StartSome(int from, int to) {
    for (int i = from; i < to; ++i) {
      ASSERT_TRUE(onboarding_.Start(absl::StrCat("s", i)).ok());
      ASSERT_TRUE(onboarding_.Complete(absl::StrCat("s", i), "paperwork").ok());
    }
  }

  // Entries of the history of the process and of its on-boardings.
  int64_t History() {
    auto entries = onboarding_.app().store().ReadFeed(
        {}, {.workspace = "acme", .process = "sales-rep", .limit = 100'000});
    EXPECT_TRUE(entries.ok()) << entries.status();
    return static_cast<int64_t>(entries->size());
  }

  void ExpectWhole(int cases) {
    const auto log = analytics_.Get("sales-rep");
    ASSERT_TRUE(log.ok()) << log.status();
    EXPECT_EQ(log->event_count(), History());
    EXPECT_EQ(log->case_count(), cases);
    EXPECT_EQ(log->title(), "On-boarding of a sales rep");
    // One completed paperwork each: nothing is there twice.
    const auto map = analytics_.Map("sales-rep");
    ASSERT_TRUE(map.ok()) << map.status();
    EXPECT_EQ(map->event_count(), cases);
  }

  TestOnboarding onboarding_;
  TestAnalytics analytics_;
  Gate gate_{analytics_.channel()};
  base::Logger logger_{onboarding_.clock(), base::LogLevel::kError, [](absl::string_view) {}};
  int failures_ = 0;
};

TEST_F(RefillTest, TheLogOfAProcessIsNotDeletedUnlessItMayComeBack) {
  StartSome(0, 4);
  Drain();
  ExpectWhole(4);
  const auto refused = analytics_.Delete("sales-rep");
  EXPECT_EQ(ReasonText(refused), "EVENT_LOG_KEPT");
  EXPECT_THAT(base::MetadataOf(refused.status(), "producer"),
              ::testing::StartsWith("onboarding-relay/"));
  ExpectWhole(4);
}

TEST_F(RefillTest, ADeletedLogComesBackWholeWithTheNextEntry) {
  StartSome(0, 4);
  Drain();
  ASSERT_TRUE(analytics_.Delete("sales-rep", true).ok());
  Drain();
  EXPECT_EQ(ReasonText(analytics_.Get("sales-rep")), "RESOURCE_NOT_FOUND") << "nothing was new";
  StartSome(4, 5);
  Drain();
  ExpectWhole(5);
  EXPECT_EQ(ReasonText(analytics_.Delete("sales-rep")), "EVENT_LOG_KEPT");
  EXPECT_EQ(failures_, 0);
}

TEST_F(RefillTest, WhatOthersAddedDoesNotComeBack) {
  StartSome(0, 2);
  Drain();
  ASSERT_TRUE(analytics_.Import("sales-rep", analytics::SimpleCsv(0, 3), "", true).ok());
  EXPECT_EQ(analytics_.Get("sales-rep")->case_count(), 5);
  ASSERT_TRUE(analytics_.Delete("sales-rep", true).ok());
  StartSome(2, 3);
  Drain();
  ExpectWhole(3);
}

// Analytics is gone after every third call, and the log is deleted once more while it is filled.
TEST_F(RefillTest, ARefillThatIsBrokenOffGoesOn) {
  StartSome(0, 8);
  Drain();
  ASSERT_TRUE(analytics_.Delete("sales-rep", true).ok());
  StartSome(8, 9);
  int calls = 0;
  gate_.before = [&](absl::string_view) {
    ++calls;
    if (calls == 11) {
      EXPECT_TRUE(analytics_.Delete("sales-rep", true).ok());
    }
    return calls % 3 == 0 ? absl::UnavailableError("gone") : absl::OkStatus();
  };
  Drain();
  EXPECT_GT(calls, 20);
  EXPECT_GT(failures_, 3);
  ExpectWhole(9);
}

TEST_F(RefillTest, ALogOfTheSameNameThatAnotherMadeMeanwhileIsFilledToo) {
  StartSome(0, 3);
  Drain();
  ASSERT_TRUE(analytics_.Delete("sales-rep", true).ok());
  ASSERT_TRUE(analytics_.Create("sales-rep").ok());
  StartSome(3, 4);
  Drain();
  const auto log = analytics_.Get("sales-rep");
  ASSERT_TRUE(log.ok()) << log.status();
  EXPECT_EQ(log->event_count(), History());
}

}  // namespace
}  // namespace plumbline
