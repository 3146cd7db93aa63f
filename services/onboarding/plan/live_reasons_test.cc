// SPDX-License-Identifier: Apache-2.0
#include "services/onboarding/plan/live_reasons.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/onboarding/engine/frozen_calendar.h"
#include "services/onboarding/forecast/basis.h"
#include "services/onboarding/testing/engine.h"

namespace plumbline::onboarding::testing {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::StartsWith;

const absl::Time kMonday = At("2026-03-02T09:00:00Z");
const char kLength[] = " by Monday to Friday, 09:00 to 17:00 in UTC";

// What is said of one step of a run; it must have one.
class Why {
 public:
  Why(const onboarding::Run& run, absl::Time now)
      : run_(run),
        calendar_(*CalendarOf(run.spec)),
        views_(PresentRounds(run)),
        first_(run, calendar_),
        live_(LivePlanOf(run, calendar_, now)),
        reasons_(run, views_, first_, live_, calendar_, now) {}

  std::vector<std::string> operator()(const std::string& step) const {
    return reasons_.Of(ViewOf(step));
  }
  const TimedStep* StepOf(const std::string& step) const {
    return reasons_.StepOf(ViewOf(step).step);
  }
  std::vector<std::string> WaitsFor(const std::string& step) const {
    std::vector<std::string> paths;
    for (const flow::NodeIndex one : StepOf(step)->waits_for)
      paths.push_back(run_.plan->plan.node(one).path);
    return paths;
  }
  bool MayBeLeftOut(const std::string& step) const {
    return reasons_.MayBeLeftOut(ViewOf(step).step);
  }
  bool RepeatsOnly(const std::string& step) const { return reasons_.RepeatsOnly(ViewOf(step)); }

 private:
  const TaskView& ViewOf(const std::string& step) const {
    for (const TaskView& view : views_)
      if (run_.plan->plan.node(view.step).path == step) return view;
    ADD_FAILURE() << "no " << step;
    return views_[0];
  }

  const onboarding::Run& run_;
  const calendar::Calendar calendar_;
  const std::vector<TaskView> views_;
  const FirstTimes first_;
  const LivePlan live_;
  const LiveReasons reasons_;
};

void Done(onboarding::Run& run, const std::string& task, absl::Time time) {
  MustChange(CompleteTask(run, task, {.tick_all = true}, When(time)));
}

TEST(LiveReasons, OfWhatIsOpenAndToCome) {
  const onboarding::Run run = AdaRun();
  const Why why(run, kMonday);
  EXPECT_THAT(why("paperwork"), ElementsAre("its turn came on Mon 2026-03-02 09:00 UTC",
                                            std::string("takes 1 working day") + kLength));
  EXPECT_THAT(why("laptop"),
              ElementsAre("begins when 'paperwork' ends: Tue 2026-03-03 09:00 UTC",
                          std::string("takes 3 working days") + kLength,
                          "'paperwork' is open, and due on Tue 2026-03-03 09:00 UTC",
                          "begins 5 working days later than planned, Tue 2026-02-24 09:00 UTC"));
  EXPECT_THAT(why("field"),
              ElementsAre("begins when 'laptop' ends, the last of 2 that it waits for: Fri "
                          "2026-03-06 09:00 UTC",
                          std::string("takes 2 working days") + kLength,
                          "nobody works on Sat 2026-03-07, Sun 2026-03-08",
                          "in the end it hangs on 'paperwork', which is open, and due on Tue "
                          "2026-03-03 09:00 UTC",
                          "begins 3.8 working days later than planned, Mon 2026-03-02 11:00 UTC"));
  EXPECT_THAT(why.WaitsFor("field"), ElementsAre("laptop", "accounts"));
  EXPECT_TRUE(why.MayBeLeftOut("field"));
  EXPECT_FALSE(why.MayBeLeftOut("laptop"));
  EXPECT_TRUE(why.RepeatsOnly("study"));
  EXPECT_THAT(why("study"), ElementsAre("is done only if a loop is repeated, and is not planned"));
}

TEST(LiveReasons, SayWhatIsLateAndWhatWasDoneLater) {
  onboarding::Run run = AdaRun();
  const absl::Time late = At("2026-03-04T12:00:00Z");
  EXPECT_THAT(
      Why(run, late)("laptop"),
      Contains("'paperwork' was due on Tue 2026-03-03 09:00 UTC, and is late by 1.4 working "
               "days"));
  Done(run, "paperwork", late);
  const Why why(run, late);
  EXPECT_THAT(why("paperwork"), IsEmpty()) << "what ended needs no reasons";
  EXPECT_EQ(why.StepOf("paperwork"), nullptr);
  EXPECT_THAT(why("laptop"),
              ElementsAre("its turn came on Wed 2026-03-04 12:00 UTC, when 'paperwork' ended",
                          std::string("takes 3 working days") + kLength,
                          "nobody works on Sat 2026-03-07, Sun 2026-03-08"));
  Done(run, "laptop", At("2026-03-05T12:00:00Z"));
  Done(run, "accounts", At("2026-03-05T13:00:00Z"));
  const Why decided(run, At("2026-03-05T14:00:00Z"));
  EXPECT_EQ(decided.StepOf("field")->bound, Bound::kDecision);
  EXPECT_THAT(decided("field")[0],
              "begins once a decision is made, which is open: now at the earliest, Thu 2026-03-05 "
              "14:00 UTC");
  EXPECT_THAT(decided("field"),
              Contains("decision 'route' is open since Thu 2026-03-05 13:00 UTC"));
  EXPECT_THAT(decided("exam"), Contains("in the end it hangs on 'field', which waits for decision "
                                        "'route', open since Thu 2026-03-05 13:00 UTC"));
}

TEST(LiveReasons, SayWhatIsBlockedOrPausedAndWhatThatMoved) {
  onboarding::Run run = AdaRun();
  MustChange(
      BlockTask(run, "paperwork", {.description = "no form"}, When(kMonday + absl::Hours(1))));
  const absl::Time noon = kMonday + absl::Hours(3);
  EXPECT_THAT(Why(run, noon)("paperwork"),
              Contains("is blocked since Mon 2026-03-02 10:00 UTC (no form): its clock stands"));
  EXPECT_THAT(Why(run, noon)("laptop"),
              Contains("'paperwork' is blocked since Mon 2026-03-02 10:00 UTC (no form): its clock "
                       "stands"));
  MustChange(UnblockTask(run, "paperwork", "", "found", When(noon)));
  EXPECT_THAT(Why(run, noon)("paperwork"),
              Contains("is due on Tue 2026-03-03 11:00 UTC, 2 h 0 min of open time later than by "
                       "its target: it was blocked for 2 h 0 min of open time"));
  MustChange(Pause(run, "rest", When(noon)));
  EXPECT_THAT(Why(run, noon)("laptop"),
              Contains("'paperwork' rests with the on-boarding since Mon 2026-03-02 12:00 UTC: its "
                       "clock stands"));
  MustChange(Resume(run, "on", When(noon + absl::Hours(1))));
  EXPECT_THAT(Why(run, noon + absl::Hours(1))("paperwork"),
              Contains("is due on Tue 2026-03-03 12:00 UTC, 3 h 0 min of open time later than by "
                       "its target: it was blocked for 2 h 0 min of open time, and the on-boarding "
                       "was paused for 1 h 0 min of open time"));
  // Once it is done it keeps that, whatever is paused later.
  Done(run, "paperwork", noon + absl::Hours(2));
  MustChange(Pause(run, "rest", When(noon + absl::Hours(3))));
  MustChange(Resume(run, "on", When(noon + absl::Hours(4))));
  Done(run, "accounts", noon + absl::Hours(5));
  Done(run, "laptop", noon + absl::Hours(5));
  MustChange(Decide(run, "route", "field", "", When(noon + absl::Hours(5))));
  Done(run, "field", noon + absl::Hours(5));
  const Why why(run, noon + absl::Hours(5));
  EXPECT_THAT(why("inside"), ElementsAre("is not needed: at 'route' 'field' is taken"));
  EXPECT_THAT(why("exam"),
              Contains("'dinner' begins as planned, Wed 2026-03-04 11:00 UTC, and waits for "
                       "decision 'dinner', open since Mon 2026-03-02 17:00 UTC"));
}

// A loop that is repeated: its body waits for what is done before it again.
TEST(LiveReasons, OfALoopThatIsRepeated) {
  onboarding::Run run = AdaRun();
  for (const char* task : {"paperwork", "laptop", "accounts"}) Done(run, task, kMonday);
  MustChange(Decide(run, "route", "field", "", When(kMonday)));
  Done(run, "field", kMonday);
  MustChange(Decide(run, "dinner", flow::kLeaveOut, "", When(kMonday)));
  Done(run, "exam", kMonday);
  const Why asked(run, kMonday + absl::Hours(24 * 7));
  EXPECT_EQ(asked.StepOf("deal-desk.review")->bound, Bound::kDecision);
  EXPECT_THAT(asked("dinner"), ElementsAre("is not needed: it was decided to leave it out"));
  MustChange(Decide(run, "certification", flow::kAgain, "", When(kMonday)));
  const Why again(run, kMonday);
  EXPECT_THAT(again.WaitsFor("exam"), ElementsAre("study"));
  EXPECT_THAT(again.WaitsFor("study"), ElementsAre("field"));
  EXPECT_FALSE(again.RepeatsOnly("study"));
  EXPECT_THAT(again("deal-desk.review"),
              Contains("in the end it hangs on 'study', which is open, and due on Mon 2026-03-09 "
                       "11:00 UTC"));
}

TEST(LiveReasons, OfALoopThatWasLeftSaysThatItIsNotRepeated) {
  onboarding::Run run = AdaRun();
  for (const char* task : {"paperwork", "laptop", "accounts"}) Done(run, task, kMonday);
  MustChange(Decide(run, "route", "field", "", When(kMonday)));
  Done(run, "field", kMonday);
  MustChange(Decide(run, "dinner", flow::kLeaveOut, "", When(kMonday)));
  Done(run, "exam", kMonday);
  MustChange(Decide(run, "certification", flow::kLeave, "", When(kMonday)));
  const Why why(run, kMonday);
  EXPECT_THAT(why("study"), ElementsAre("is not needed: 'certification' is not repeated"));
  EXPECT_THAT(why("dinner"), ElementsAre("is not needed: it was decided to leave it out"));
  EXPECT_THAT(why("inside"), ElementsAre("is not needed: at 'route' 'field' is taken"));
}

TEST(LiveReasons, OfAMomentOfRestSaysNothing) {
  onboarding::Run run = AdaRun();
  MustChange(Pause(run, "oops", When(kMonday)));
  MustChange(Resume(run, "on", When(kMonday + absl::Milliseconds(300))));
  for (const std::string& reason : Why(run, kMonday + absl::Hours(1))("paperwork")) {
    EXPECT_THAT(reason, Not(HasSubstr("paused")));
    EXPECT_THAT(reason, Not(HasSubstr("later than by its target")));
  }
  MustChange(Pause(run, "rest", When(kMonday + absl::Hours(1))));
  MustChange(Resume(run, "on", When(kMonday + absl::Hours(2))));
  EXPECT_THAT(Why(run, kMonday + absl::Hours(3))("paperwork"),
              Contains(HasSubstr("the on-boarding was paused for 1 h 1 min of open time")));
}

// A pause gives back nothing of the time for which a task was blocked before: what is late is so.
TEST(LiveReasons, OfWhatWaitsForATaskThatIsBlockedAndLate) {
  onboarding::Run run = AdaRun();
  Done(run, "paperwork", kMonday);
  const absl::Time blocked = kMonday + absl::Hours(24 * 8);  // accounts: 120 minutes, long over
  MustChange(BlockTask(run, "accounts", {"", Category::kAccess, "", "x"}, When(blocked)));
  MustChange(Pause(run, "leave", When(blocked + absl::Hours(1))));
  const auto late = [&](absl::Time now) { return Why(run, now)("field"); };
  EXPECT_THAT(late(blocked + absl::Hours(24 * 20)),
              Contains(StartsWith("'accounts' is blocked since")));
}

TEST(LiveReasons, WhatIsToBeLeftOutSaysWhoSaidSo) {
  onboarding::Run run = AdaRun();
  MustChange(SkipTask(run, "accounts", "has them", When(kMonday, "ann")));
  const Why why(run, kMonday);
  EXPECT_THAT(why("accounts"), ElementsAre("is left out when its turn comes, as ann said: has "
                                           "them"));
  EXPECT_THAT(why.WaitsFor("field"), ElementsAre("laptop"));
}

TEST(LiveReasons, WhatIsEarlyWaitsForThePlan) {
  Spec spec = AdaSpec();
  spec.day_one = absl::CivilDay(2026, 3, 16);
  onboarding::Run run = Start(spec, SalesRepPlan(), When(kMonday))->run;
  Done(run, "paperwork", kMonday);
  const Why why(run, kMonday);
  EXPECT_THAT(
      why("laptop"),
      Contains("its turn came on Mon 2026-03-02 09:00 UTC, when 'paperwork' ended; its time "
               "counts from when the plan foresees it, Tue 2026-03-10 09:00 UTC"));
  EXPECT_EQ(why.StepOf("laptop")->bound, Bound::kPlannedStart);
  EXPECT_THAT(why("accounts")[0],
              "its turn came on Mon 2026-03-02 09:00 UTC, when 'paperwork' ended; its time counts "
              "from its earliest day, Mon 2026-03-16 09:00 UTC");
  Done(run, "laptop", kMonday);
  Done(run, "accounts", kMonday);
  MustChange(Decide(run, "route", "field", "", When(kMonday)));
  EXPECT_THAT(Why(run, kMonday)("exam")[0], "begins when 'dinner' ends: Wed 2026-03-18 11:00 UTC");
}

// Nine steps beside each other, each for a day, and one after them.
PlanPointer ManyPlan() {
  std::string nodes;
  for (int i = 1; i <= 9; ++i) {
    absl::StrAppend(&nodes, "nodes { id: 'a", i, "' title: 'A", i,
                    "' step { role: 'it' target { days: 1 } } } ");
  }
  return *Freeze({ProcessFromText(absl::StrCat(
      "name: 'workspaces/acme/processes/many@1' title: 'Many' owner: 'ops' state: STATE_PUBLISHED "
      "revision: 1 root { id: 'all' sequence { nodes { id: 'many' parallel { ",
      nodes, "} } nodes { id: 'then' title: 'Then' step { role: 'it' } } } }"))});
}

TEST(LiveReasons, AmongManyThatAreLateTheOneThatSetsTheStartIsTold) {
  onboarding::Run run = AdaRun(ManyPlan());
  const absl::Time late = At("2026-03-04T12:00:00Z");
  for (int i = 1; i < 9; ++i) Done(run, absl::StrCat("a", i), late);
  const std::vector<std::string> why = Why(run, At("2026-03-05T12:00:00Z"))("then");
  EXPECT_THAT(why, Contains(StartsWith("'a9' was due on Tue 2026-03-03 09:00 UTC")));
  EXPECT_THAT(why, Contains("and 3 more of them are late"));
  EXPECT_THAT(why, Contains(StartsWith("'a5' was done on")));
  EXPECT_THAT(why, Not(Contains(StartsWith("'a6'"))));
}

}  // namespace
}  // namespace plumbline::onboarding::testing
