// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/mining/case_due.h"

#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/analytics/log/test_rows.h"
#include "services/analytics/mining/occurrences.h"

namespace plumbline::analytics {
namespace {

using ::testing::ElementsAre;

TestRow Event(const std::string& activity, int64_t time, int64_t due = kNoTime,
              const std::string& transition = "", const std::string& key = "due_time") {
  TestRow row{"1", activity, time, transition};
  if (due != kNoTime) row.attributes.emplace_back(key, Instant{due});
  return row;
}

struct Dues {
  int64_t of_case;
  std::vector<int64_t> of_steps;
};
Dues Read(const std::vector<TestRow>& rows) {
  const auto log = MakeLog(rows);
  size_t next = 0;
  Dues dues{CaseDue(*log).DueOf(TakeAttributes(*log, log->case_begin[1], &next), 0), {}};
  ReadOccurrences(*log, {},
                  {.occurrence = [&](const Occurrence& o) { dues.of_steps.push_back(o.due); },
                   .impediment = {}});
  return dues;
}

TEST(CaseDue, OfAnEventOnlyTheFirstSaysIsTheCases) {
  const Dues dues = Read({Event("a", 1, 90), Event("b", 2)});
  EXPECT_EQ(dues.of_case, 90);
  EXPECT_THAT(dues.of_steps, ElementsAre(kNoTime, kNoTime));
}

TEST(CaseDue, IsEachStepsWhereLaterOnesHaveOneToo) {
  const Dues dues = Read({Event("a", 1, 90), Event("b", 2, 20), Event("c", 3)});
  EXPECT_EQ(dues.of_case, kNoTime);
  EXPECT_THAT(dues.of_steps, ElementsAre(90, 20, kNoTime));
}

TEST(CaseDue, OfTheCaseByName) {
  const Dues dues =
      Read({Event("a", 1, 90), Event("b", 2, 20), Event("c", 3, 77, "", "case:due_time")});
  EXPECT_EQ(dues.of_case, 77);
  EXPECT_THAT(dues.of_steps, ElementsAre(90, 20, kNoTime));
}

TEST(CaseDue, OfAnOnboardingIsThatOfTheEventAboutTheCase) {
  const Dues dues = Read({Event("Case", 1, 90, "assign"), Event("a", 2, 20, "schedule"),
                          Event("a", 3, kNoTime, "complete"), Event("b", 4, 50, "complete")});
  EXPECT_EQ(dues.of_case, 90);
  EXPECT_THAT(dues.of_steps, ElementsAre(20, 50));
}

TEST(CaseDue, OfAScheduleIsItsSteps) {
  const Dues dues = Read({Event("a", 1, 20, "schedule"), Event("a", 3, 99, "complete")});
  EXPECT_EQ(dues.of_case, kNoTime);
  EXPECT_THAT(dues.of_steps, ElementsAre(20)) << "what was promised first";
}

TEST(CaseDue, OfAStartIsItsSteps) {
  const Dues dues =
      Read({Event("a", 1), Event("b", 2, 30, "start"), Event("b", 5, 40, "complete")});
  EXPECT_EQ(dues.of_case, kNoTime);
  EXPECT_THAT(dues.of_steps, ElementsAre(kNoTime, 30));
}

}  // namespace
}  // namespace plumbline::analytics
