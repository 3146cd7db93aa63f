// SPDX-License-Identifier: Apache-2.0
//
// Which revision a start gets, and which it is refused.
#include <functional>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/onboarding/testing/engine.h"
#include "services/onboarding/testing/service.h"

namespace plumbline::onboarding::testing {
namespace {

using catalog::v1::Process;
using ::testing::HasSubstr;

constexpr char kPair[] = "workspaces/acme/processes/pair";

Process PairRevision(int64_t revision, Process::State state = Process::STATE_PUBLISHED) {
  Process process = Pair();
  process.set_name(absl::StrCat(kPair, "@", revision));
  process.set_state(state);
  if (state != Process::STATE_PUBLISHED) {
    process.mutable_retirement()->set_reason("too slow");
    process.mutable_retirement()->set_replacement("processes/sales-rep");
  }
  return process;
}

TEST(Start, ByTagGetsTheRevisionThatItNames) {
  TestOnboarding service;
  service.catalog().Answer(absl::StrCat(kPair, "@stable"), PairRevision(1));
  auto started = service.Start("ada", "pair@stable");
  ASSERT_TRUE(started.ok()) << started.status();
  EXPECT_EQ(started->onboarding().process(), absl::StrCat(kPair, "@1"));
  EXPECT_EQ(service.catalog().last_get().min_freshness(), "now")
      << "who has just moved the tag gets what it names";
  service.catalog().Publish(PairRevision(2));
  service.catalog().Answer(absl::StrCat(kPair, "@stable"), PairRevision(2));
  EXPECT_EQ(service.Start("ben", "pair@stable")->onboarding().process(), absl::StrCat(kPair, "@2"));
  EXPECT_EQ(ReasonText(service.Start("cyn", "pair@unknown")), "RESOURCE_NOT_FOUND");
}

TEST(Start, LatestIsTheSameAsNone) {
  TestOnboarding service;
  EXPECT_EQ(service.Start("ada", "pair@latest")->onboarding().process(),
            service.Start("ben", "pair")->onboarding().process());
}

TEST(Start, AsksForWhatIsEffectiveWhenItOccurs) {
  TestOnboarding service;
  ASSERT_TRUE(service.Start("ada", "pair").ok());
  EXPECT_EQ(service.catalog().last_get().effective_time().seconds(),
            absl::ToUnixSeconds(service.clock().Now()));
  v1::StartOnboardingRequest request = TestOnboarding::StartRequest("ben");
  request.mutable_onboarding()->set_process(kPair);
  request.mutable_onboarding()->clear_assignees();  // roles are another process's
  request.mutable_occur_time()->set_seconds(1'900'000'000);
  ASSERT_EQ(ReasonText(service.Call<v1::StartOnboardingResponse>("StartOnboarding", request)),
            "OK");
  EXPECT_EQ(service.catalog().last_get().effective_time().seconds(), 1'900'000'000);
  request.set_onboarding_id("cyn");
  request.mutable_occur_time()->set_seconds(-1'000);
  ASSERT_EQ(ReasonText(service.Call<v1::StartOnboardingResponse>("StartOnboarding", request)),
            "OK");
  EXPECT_EQ(service.catalog().last_get().effective_time().seconds(), 0)
      << "the catalog knows no time before 1970";
}

TEST(Start, RefusesWhatIsRetired) {
  struct Row {
    std::string name;
    Process::State state;
    std::string bare, tag, number;
  };
  for (const Row& row :
       std::vector<Row>{{"published", Process::STATE_PUBLISHED, "OK", "OK", "OK"},
                        {"deprecated", Process::STATE_DEPRECATED, "PROCESS_RETIRED", "OK", "OK"},
                        {"archived", Process::STATE_ARCHIVED, "PROCESS_RETIRED", "PROCESS_RETIRED",
                         "PROCESS_RETIRED"}}) {
    TestOnboarding service;
    service.catalog().Publish(PairRevision(1, row.state));
    service.catalog().Answer(absl::StrCat(kPair, "@latest"), PairRevision(1, row.state));
    service.catalog().Answer(absl::StrCat(kPair, "@stable"), PairRevision(1, row.state));
    EXPECT_EQ(ReasonText(service.Start("a", "pair")), row.bare) << row.name;
    EXPECT_EQ(ReasonText(service.Start("b", "pair@stable")), row.tag) << row.name;
    EXPECT_EQ(ReasonText(service.Start("c", "pair@1")), row.number) << row.name;
  }
}

TEST(Start, TheRefusalSaysWhyAndWhatInstead) {
  TestOnboarding service;
  service.catalog().Answer(absl::StrCat(kPair, "@latest"),
                           PairRevision(1, Process::STATE_DEPRECATED));
  const absl::Status refused = service.Start("ada", "pair").status();
  EXPECT_EQ(refused.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(base::MetadataOf(refused, "state"), "DEPRECATED");
  EXPECT_EQ(base::MetadataOf(refused, "reason"), "too slow");
  EXPECT_EQ(base::MetadataOf(refused, "replacement"), "processes/sales-rep");
  EXPECT_THAT(std::string(refused.message()),
              HasSubstr("is deprecated (too slow): start 'processes/sales-rep', or name this "
                        "revision or a tag"));
}

TEST(Start, WhatTheCatalogRefusesIsToldAsItIs) {
  TestOnboarding service;
  service.catalog().Refuse(
      absl::StrCat(kPair, "@latest"),
      base::Error(base::Reason::ERROR_REASON_REVISION_NOT_EFFECTIVE, "not before March")
          .With("effective_from", "2032-03-01T00:00:00Z"));
  const absl::Status refused = service.Start("ada", "pair").status();
  EXPECT_EQ(ReasonText(refused), "REVISION_NOT_EFFECTIVE");
  EXPECT_EQ(base::MetadataOf(refused, "effective_from"), "2032-03-01T00:00:00Z");
  service.catalog().Refuse(absl::StrCat(kPair, "@latest"),
                           base::Error(base::Reason::ERROR_REASON_PROCESS_RETIRED, "all archived"));
  EXPECT_EQ(ReasonText(service.Start("ada", "pair")), "PROCESS_RETIRED");
}

TEST(Start, ARevisionInMemoryIsAskedForOnceASecond) {
  TestOnboarding service;
  ASSERT_TRUE(service.Start("a", "pair@1").ok());
  const int calls = service.catalog().calls();
  service.catalog().Publish(PairRevision(1, Process::STATE_ARCHIVED));
  service.clock().Advance(absl::Seconds(1));
  EXPECT_TRUE(service.Start("b", "pair@1").ok()) << "within the bound it may be older";
  EXPECT_EQ(service.catalog().calls(), calls);
  service.clock().Advance(absl::Microseconds(1));
  EXPECT_EQ(ReasonText(service.Start("c", "pair@1")), "PROCESS_RETIRED");
  EXPECT_EQ(service.catalog().calls(), calls + 1);
}

TEST(Start, ARevisionInMemoryIsStartedWhileTheCatalogIsGone) {
  TestOnboarding service;
  ASSERT_TRUE(service.Start("a", "pair@1").ok());
  service.clock().Advance(absl::Hours(1));
  service.catalog().FailWith(absl::UnavailableError("down"));
  EXPECT_TRUE(service.Start("b", "pair@1").ok());
  EXPECT_EQ(ReasonText(service.Start("c", "pair")), "DEPENDENCY_UNAVAILABLE")
      << "what is latest nobody knows";
}

TEST(Start, RefusesNamesThatAreNone) {
  TestOnboarding service;
  for (const std::string process : {"pair@0", "pair@01", "pair@-1", "pair@", "pair@Stable",
                                    "pair@a b", "pair@1@2", "pair@99999999999999999999"}) {
    EXPECT_EQ(ReasonText(service.Start("ada", process)), "FIELD_INVALID") << process;
  }
}

}  // namespace
}  // namespace plumbline::onboarding::testing
