// SPDX-License-Identifier: Apache-2.0
//
// What the catalog is told of what is run.
#include "services/onboarding/relay/uses.h"

#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/onboarding/testing/engine.h"
#include "services/onboarding/testing/service.h"

namespace plumbline::onboarding::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class UseRelayTest : public ::testing::Test {
 protected:
  int64_t Round() {
    auto sent = service_.app().uses().RunOnce(service_.context(), service_.clock().Now());
    EXPECT_TRUE(sent.ok()) << sent.status();
    return sent.ok() ? *sent : -1;
  }
  // The last report: "sales-rep@3 x2 onboardings/ada onboardings/ben".
  std::vector<std::string> Reported() {
    std::vector<std::string> texts;
    const auto reports = service_.catalog().reports();
    for (const catalog::v1::ProcessUse& use : reports.back().uses()) {
      std::string& text = texts.emplace_back(
          absl::StrCat(use.process().substr(use.process().rfind('/') + 1), " x", use.count()));
      for (const std::string& example : use.examples()) absl::StrAppend(&text, " ", example);
    }
    return texts;
  }

  TestOnboarding service_;
  base::Logger logger_{service_.clock(), base::LogLevel::kError, base::Logger::StandardError()};
};

TEST_F(UseRelayTest, TellsWhatIsRunWithAllThatItCalls) {
  EXPECT_EQ(Round(), 0) << "nothing is run, and nobody says otherwise";
  ASSERT_TRUE(service_.Start("ben").ok());
  ASSERT_TRUE(service_.Start("ada").ok());
  ASSERT_TRUE(service_.Start("cyn", "pair").ok());
  EXPECT_EQ(Round(), 1);
  const auto report = service_.catalog().reports().back();
  EXPECT_EQ(report.parent(), "workspaces/acme");
  EXPECT_EQ(report.system(), "onboarding");
  EXPECT_EQ(report.ttl().seconds(), 24 * 3600);
  EXPECT_THAT(Reported(), ElementsAre("deal-desk@2 x2 onboardings/ada onboardings/ben",
                                      "pair@1 x1 onboardings/cyn",
                                      "sales-rep@3 x2 onboardings/ada onboardings/ben"));
}

TEST_F(UseRelayTest, CountsRunsWithPlansOfTheirOwnWithoutALookIntoThem) {
  for (const std::string id : {"ben", "ada", "cyn", "dan", "eva", "fay", "gus"}) {
    ASSERT_TRUE(service_.Start(id).ok());
    if (id == "dan") continue;
    v1::AddTaskRequest request;
    request.set_parent(absl::StrCat("workspaces/acme/onboardings/", id));
    request.set_task_id(absl::StrCat("lunch-", id));
    request.set_title("Lunch");
    request.mutable_step()->set_role("manager");
    request.mutable_place()->set_beside("laptop");
    request.set_reason("everybody is hungry");
    const auto added = service_.Call<v1::AddTaskResponse>("AddTask", request);
    ASSERT_TRUE(added.ok()) << added.status();
  }
  const std::vector<std::string> expected = {
      "deal-desk@2 x7 onboardings/ada onboardings/ben onboardings/cyn onboardings/dan "
      "onboardings/eva",
      "sales-rep@3 x7 onboardings/ada onboardings/ben onboardings/cyn onboardings/dan "
      "onboardings/eva"};
  const auto count = [&](const std::string& before) {
    const auto change = [&](sql::Transaction& tx) { return tx.Post(before); };
    EXPECT_TRUE(service_.database().Write({}, change).ok());
    PlanCache cold;
    SqlStore store(service_.database(), cold, [] {});
    EXPECT_TRUE(store.FillIndex({}, [](const auto&, const auto&) {}).ok());
    UseRelay relay(store, service_.catalog(), service_.clock(), logger_, {});
    service_.clock().Advance(absl::Hours(7));
    EXPECT_TRUE(relay.RunOnce(service_.context(), service_.clock().Now()).ok());
    return Reported();
  };
  EXPECT_EQ(count("DELETE FROM plan_revisions"), expected) << "as an older release leaves them";
  EXPECT_EQ(count("UPDATE plans SET content = ''"), expected);
}

TEST_F(UseRelayTest, SaysNothingTwiceUntilItMustBeRenewed) {
  ASSERT_TRUE(service_.Start("ada").ok());
  EXPECT_EQ(Round(), 1);
  EXPECT_EQ(Round(), 0);
  service_.clock().Advance(absl::Hours(6) - absl::Microseconds(1));
  EXPECT_EQ(Round(), 0);
  service_.clock().Advance(absl::Microseconds(1));
  EXPECT_EQ(Round(), 1) << "long before the catalog ends to believe it";
  EXPECT_EQ(service_.catalog().reports().size(), 2u);
}

TEST_F(UseRelayTest, SaysWhenNothingIsRunAnyMore) {
  ASSERT_TRUE(service_.Start("cyn", "pair").ok());
  EXPECT_EQ(Round(), 1);
  for (const std::string task : {"a", "b"}) ASSERT_TRUE(service_.Complete("cyn", task).ok());
  EXPECT_EQ(Round(), 1);
  EXPECT_THAT(Reported(), IsEmpty());
  EXPECT_EQ(Round(), 0);
}

TEST_F(UseRelayTest, AnotherReplicaKnowsWhatWasSaid) {
  ASSERT_TRUE(service_.Start("ada").ok());
  EXPECT_EQ(Round(), 1);
  TestOnboarding other(&service_.database());
  other.clock().Set(service_.clock().Now());
  auto sent = other.app().uses().RunOnce(other.context(), other.clock().Now());
  ASSERT_TRUE(sent.ok()) << sent.status();
  EXPECT_EQ(*sent, 0);
}

TEST_F(UseRelayTest, ACatalogThatRefusesIsToldLater) {
  ASSERT_TRUE(service_.Start("ada").ok());
  service_.catalog().FailWith(absl::UnavailableError("down"));
  auto failed = service_.app().uses().RunOnce(service_.context(), service_.clock().Now());
  EXPECT_EQ(ReasonText(failed), "DEPENDENCY_UNAVAILABLE");
  service_.catalog().FailWith(absl::OkStatus());
  EXPECT_EQ(Round(), 1);
}

TEST_F(UseRelayTest, TheLoopIsWokenByAStartAndStops) {
  service_.app().Start();
  ASSERT_TRUE(service_.Start("ada").ok());
  service_.catalog().AwaitReport();
  EXPECT_THAT(Reported(),
              ElementsAre("deal-desk@2 x1 onboardings/ada", "sales-rep@3 x1 onboardings/ada"));
  service_.app().Stop();
}

}  // namespace
}  // namespace plumbline::onboarding::testing
