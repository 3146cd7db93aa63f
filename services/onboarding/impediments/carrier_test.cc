// SPDX-License-Identifier: Apache-2.0
//
// How on-boardings come to follow impediments: at once, later, after a crash, and when two are at
// it.
#include "services/onboarding/impediments/carrier.h"

#include <string>
#include <thread>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/onboarding/impediments/testing.h"

namespace plumbline::onboarding::testing {
namespace {

using ::testing::ElementsAre;

// Both engines: service_test.cc says so for all tests of this fixture.

// An on-boarding that cannot be read, until it is mended.
class Unreadable {
 public:
  Unreadable(sql::Database* database, const std::string& onboarding)
      : database_(database), onboarding_(onboarding) {
    const auto read = [&](sql::Transaction& tx) -> absl::Status {
      const auto rows = tx.Query("SELECT body FROM onboardings WHERE onboarding = :onboarding",
                                 {{"onboarding", onboarding_}});
      if (rows.ok()) body_ = rows->Text(0, 0);
      return rows.status();
    };
    EXPECT_TRUE(database_->Read({}, read).ok());
    Put("\xff\xff\xff");
  }
  void Mend() { Put(body_); }

 private:
  void Put(const std::string& body) {
    const auto write = [&](sql::Transaction& tx) {
      return tx
          .Execute("UPDATE onboardings SET body = :body WHERE onboarding = :onboarding",
                   {{"body", sql::Bytes{body}}, {"onboarding", onboarding_}})
          .status();
    };
    EXPECT_TRUE(database_->Write({}, write).ok());
  }

  sql::Database* const database_;
  const std::string onboarding_;
  std::string body_;
};

TEST_P(ImpedimentTest, TwoWhoUnblockItsLastTasksAtOnceResolveIt) {
  for (int round = 0; round < 10; ++round) {
    const std::string id = absl::StrCat("round-", round);
    ASSERT_TRUE(Open(id, {"ada/paperwork", "bob/paperwork"}).ok());
    std::thread other([&] { EXPECT_TRUE(Unblock("ada/paperwork").ok()); });
    EXPECT_TRUE(Unblock("bob/paperwork").ok());
    other.join();
    EXPECT_EQ(Get(id).state(), v1::ImpedimentRecord::STATE_RESOLVED) << id;
    EXPECT_THAT(History(id), ElementsAre("OPENED", "RESOLVED"));
  }
}

TEST_P(ImpedimentTest, WhoAddsATaskWhileItIsResolvedBlocksNothingForGood) {
  for (int round = 0; round < 10; ++round) {
    const std::string id = absl::StrCat("round-", round);
    ASSERT_TRUE(Open(id, {"ada/paperwork"}).ok());
    std::thread other([&] {
      v1::AddImpedimentTasksRequest add;
      add.set_name("workspaces/acme/impediments/" + id);
      add.add_tasks(TaskOf("bob/paperwork"));
      const auto added = Call<v1::AddImpedimentTasksResponse>("AddImpedimentTasks", add);
      EXPECT_TRUE(added.ok() || ReasonText(added) == "IMPEDIMENT_STATE") << added.status();
    });
    EXPECT_TRUE(Resolve(id).ok());
    other.join();
    Round();
    EXPECT_FALSE(Get(id).pending()) << id;
    EXPECT_FALSE(Blocked("ada/paperwork"));
    EXPECT_FALSE(Blocked("bob/paperwork"));
  }
}

TEST_P(ImpedimentTest, OfAUtilityBlocksItsUsersAlsoThoseWhoseTurnComesLater) {
  ASSERT_TRUE(service_->Complete("cyn", "paperwork").ok());
  const auto opened = OpenForAll("signature-down");
  ASSERT_TRUE(opened.ok()) << opened.status();
  EXPECT_EQ(opened->impediment().open_task_count(), 2);
  Round();
  ASSERT_TRUE(service_->Start("dan").ok());
  EXPECT_FALSE(Blocked("dan/paperwork"));
  EXPECT_EQ(Round(), 1);
  EXPECT_TRUE(Blocked("dan/paperwork"));
  ASSERT_TRUE(Unblock("ada/paperwork").ok());
  EXPECT_EQ(Round(), 0);
  EXPECT_FALSE(Blocked("ada/paperwork")) << "somebody found another way";
  ASSERT_TRUE(Resolve("signature-down").ok());
  EXPECT_FALSE(Blocked("bob/paperwork"));
  EXPECT_FALSE(Blocked("dan/paperwork"));
  ASSERT_TRUE(service_->Start("eve").ok());
  EXPECT_EQ(Round(), 0);
  EXPECT_FALSE(Blocked("eve/paperwork"));
}

TEST_P(ImpedimentTest, AReplicaThatComesLaterFindsTheUsersThatTheFirstMissed) {
  ASSERT_TRUE(OpenForAll("signature-down").ok());
  ASSERT_TRUE(service_->Start("dan").ok());
  TestOnboarding other(database_.get());
  auto carried = other.app().carrier().RunOnce(other.context(), other.clock().Now());
  ASSERT_TRUE(carried.ok()) << carried.status();
  EXPECT_TRUE(Blocked("dan/paperwork"));
}

TEST_P(ImpedimentTest, WhatACrashCutOffIsDoneByTheNextRound) {
  StoredRecord stored{.key = {"acme", "no-badge"}};
  stored.record.set_category(v1::Impediment::CATEGORY_ACCESS);
  stored.record.set_description("no badge");
  const RecordChange change =
      OpenRecord(stored, {{"ada", "paperwork"}, {"bob", "paperwork"}, {"bob", "exam"}},
                 {"hans", service_->clock().Now()});
  ImpedimentStore& store = service_->app().impediment_store();
  ASSERT_TRUE(store
                  .Open(service_->context(), {"acme", "Open", "", ""}, service_->clock().Now(),
                        absl::OkStatus(), stored, change)
                  .ok());
  EXPECT_TRUE(Get("no-badge").pending());
  EXPECT_FALSE(Blocked("ada/paperwork"));
  EXPECT_EQ(Round(), 2);
  EXPECT_TRUE(Blocked("ada/paperwork"));
  EXPECT_TRUE(Blocked("bob/paperwork"));
  EXPECT_FALSE(Get("no-badge").pending());
  EXPECT_EQ(Get("no-badge").open_task_count(), 2) << "what was not ready any more is passed over";
  EXPECT_EQ(Round(), 0);
}

TEST_P(ImpedimentTest, ACallWaitsForSomeAndTheWorkerDoesTheOthers) {
  OnboardingOptions options;
  options.impediments.at_once = 2;
  service_ = std::make_unique<TestOnboarding>(database_.get(), common::v1::AuthConfig(), options);
  auto opened = Open("no-badge", {"ada/paperwork", "bob/paperwork", "cyn/paperwork"});
  ASSERT_TRUE(opened.ok()) << opened.status();
  EXPECT_TRUE(opened->impediment().pending());
  EXPECT_EQ(opened->impediment().open_task_count(), 2);
  Round();
  EXPECT_FALSE(Get("no-badge").pending());
  EXPECT_TRUE(Blocked("cyn/paperwork"));
  opened = Open("no-key", {"ada/paperwork", "bob/paperwork"});
  ASSERT_TRUE(opened.ok()) << opened.status();
  EXPECT_FALSE(opened->impediment().pending()) << "exactly as many as it waits for";
}

TEST_P(ImpedimentTest, OneOnboardingThatCannotBeReadHoldsUpNoOther) {
  OnboardingOptions options;
  options.impediments.at_once = 0;
  options.impediments.page = 1;
  service_ = std::make_unique<TestOnboarding>(database_.get(), common::v1::AuthConfig(), options);
  Carrier& carrier = service_->app().carrier();
  const auto round = [&] { return carrier.RunOnce(service_->context(), service_->clock().Now()); };
  ASSERT_TRUE(Open("no-badge", {"ada/paperwork", "bob/paperwork", "cyn/paperwork"}).ok());
  Unreadable ada(database_.get(), "ada");
  EXPECT_FALSE(round().ok());
  EXPECT_TRUE(Blocked("bob/paperwork"));
  EXPECT_TRUE(Blocked("cyn/paperwork"));
  EXPECT_TRUE(Get("no-badge").pending());
  EXPECT_TRUE(round().ok()) << "it is not tried again at once";
  service_->clock().Advance(options.impediments.retry);
  EXPECT_FALSE(round().ok());
  service_->clock().Advance(options.impediments.retry);
  EXPECT_TRUE(round().ok()) << "it waits for longer each time";
  ada.Mend();
  service_->clock().Advance(options.impediments.retry_most);
  EXPECT_TRUE(round().ok());
  EXPECT_TRUE(Blocked("ada/paperwork"));
  EXPECT_FALSE(Get("no-badge").pending());
}

TEST_P(ImpedimentTest, UsersAreFoundBesideAnOnboardingThatCannotBeRead) {
  OnboardingOptions options;
  options.impediments.at_once = 0;
  options.impediments.page = 1;
  service_ = std::make_unique<TestOnboarding>(database_.get(), common::v1::AuthConfig(), options);
  Carrier& carrier = service_->app().carrier();
  const auto round = [&] { return carrier.RunOnce(service_->context(), service_->clock().Now()); };
  ASSERT_TRUE(OpenForAll("signature-down").ok());
  Unreadable ada(database_.get(), "ada");
  EXPECT_FALSE(round().ok());
  EXPECT_TRUE(Blocked("bob/paperwork"));
  EXPECT_TRUE(Blocked("cyn/paperwork"));
  EXPECT_TRUE(round().ok()) << "all users are not looked for again at once";
  ASSERT_TRUE(service_->Start("dan").ok());
  EXPECT_TRUE(round().ok());
  EXPECT_TRUE(Blocked("dan/paperwork")) << "the feed is followed meanwhile";
  ada.Mend();
  service_->clock().Advance(options.impediments.retry_most);
  EXPECT_TRUE(round().ok());
  EXPECT_TRUE(Blocked("ada/paperwork"));
  EXPECT_FALSE(Get("signature-down").pending());
}

}  // namespace
}  // namespace plumbline::onboarding::testing
