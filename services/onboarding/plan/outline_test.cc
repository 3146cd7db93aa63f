// SPDX-License-Identifier: Apache-2.0
#include "services/onboarding/plan/outline.h"

#include <random>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/flow/test_trees.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/onboarding/engine/schedule.h"
#include "services/onboarding/plan/reasons.h"
#include "services/onboarding/testing/engine.h"

namespace plumbline::onboarding::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

const absl::CivilDay kMonday(2026, 3, 2);

calendar::Calendar Utc() { return *calendar::Calendar::Create("UTC"); }

Hours Office(const calendar::Calendar& calendar) { return {calendar, "the office", {}}; }

flow::Node Timed(const std::string& id, int minutes, int days = 0) {
  flow::Node step = flow::Step(id);
  step.step.target = flow::BusinessDuration{days, minutes};
  return step;
}

flow::Plan PlanOf(const flow::Node& tree) {
  return *flow::Plan::Build(tree, "somebody",
                            [](absl::string_view) { return base::Internal("calls nothing"); });
}

// "exam: kickoff laptop | slack 30" of one step.
std::string Told(const flow::Plan& plan, const OutlinedStep& step) {
  const std::string waits =
      absl::StrJoin(step.waits_for, " ", [&](std::string* out, flow::NodeIndex index) {
        absl::StrAppend(out, plan.node(index).path);
      });
  return absl::StrCat(plan.node(step.step).path, ": ", waits, "| ",
                      absl::ToInt64Minutes(step.slack), step.critical ? " critical" : "",
                      step.may_be_left_out ? " maybe" : "");
}

std::string Told(const flow::Plan& plan, const Outline& outline) {
  return absl::StrJoin(outline.steps, "\n", [&](std::string* out, const OutlinedStep& step) {
    absl::StrAppend(out, Told(plan, step));
  });
}

TEST(Outline, SaysWhatEachStepWaitsForAndHowMuchLaterItMayEnd) {
  const flow::Plan plan = PlanOf(flow::Sequence(
      "all",
      {Timed("begin", 60),
       flow::Parallel("prepare", {flow::Sequence("gear", {Timed("order", 60), Timed("unpack", 30)}),
                                  Timed("read", 20),
                                  flow::Choice("way", {Timed("short", 10), Timed("long", 85)})}),
       flow::Optional(Timed("dinner", 15)), Timed("exam", 60)}));
  const Outline outline = OutlineOf(plan, kMonday, Utc());
  EXPECT_EQ(Told(plan, outline),
            "begin: | 0 critical\n"
            "order: begin| 0 critical\n"
            "unpack: order| 0 critical\n"
            "read: begin| 70\n"
            "short: begin| 80 maybe\n"
            "long: begin| 5 maybe\n"
            "dinner: unpack read short long| 0 critical maybe\n"
            "exam: dinner| 0 critical");
  EXPECT_EQ(*outline.end, At("2026-03-02T12:45:00Z"));
  std::vector<std::string> path;
  for (const flow::NodeIndex index : outline.critical_path) path.push_back(plan.node(index).path);
  EXPECT_THAT(path, ElementsAre("begin", "order", "unpack", "dinner", "exam"));
}

TEST(Outline, AnEarliestDayCutsTheChain) {
  flow::Node late = Timed("late", 60);
  late.step.earliest_day = 3;
  const flow::Plan plan = PlanOf(flow::Sequence("all", {Timed("early", 60), late}));
  const Outline outline = OutlineOf(plan, kMonday, Utc());
  // Three working days without the hour that it takes.
  EXPECT_EQ(Told(plan, outline), "early: | 1380\nlate: early| 0 critical");
  EXPECT_EQ(outline.steps[1].bound, Bound::kEarliestDay);
  EXPECT_EQ(outline.critical_path.size(), 1u);
}

TEST(Outline, WhatIsOnlyRepeatedHasNoTimes) {
  const flow::Plan plan = PlanOf(flow::Sequence(
      "all", {flow::Loop("until", {Timed("try", 60), Timed("study", 60)}), Timed("go", 10)}));
  const Outline outline = OutlineOf(plan, kMonday, Utc());
  EXPECT_EQ(Told(plan, outline), "try: | 0 critical\ngo: try| 0 critical");
  ASSERT_EQ(outline.repeats_only.size(), 1u);
  EXPECT_EQ(plan.node(outline.repeats_only[0]).path, "study");
}

// When the plan ends if one step ends at `end`: the recursion of PlanSchedule, written anew.
class Delayed {
 public:
  Delayed(const flow::Plan& plan, const calendar::Calendar& calendar, flow::NodeIndex step,
          absl::Time end)
      : plan_(plan),
        calendar_(calendar),
        spans_(PlanSchedule(plan, kMonday, calendar)),
        step_(step),
        end_(end) {}
  absl::Time Ends(flow::NodeIndex index, absl::Time turn) const {
    const flow::PlanNode& node = plan_.node(index);
    if (node.kind == flow::NodeKind::kStep) {
      if (index == step_) return end_;
      absl::Time start = turn;
      if (const auto earliest = EarliestTime(node.step, kMonday, calendar_))
        start = std::max(start, *earliest);
      // What nothing comes before no delay moves.
      if (start == absl::InfinitePast()) start = spans_[index]->start;
      if (!node.step.target.has_value()) return start;
      return calendar_.Add(start, node.step.target->days, node.step.target->minutes);
    }
    absl::Time end = turn;
    for (const flow::NodeIndex child : node.children) {
      end = std::max(end, Ends(child, node.kind == flow::NodeKind::kSequence ? end : turn));
      if (node.kind == flow::NodeKind::kLoop) break;
    }
    return end;
  }

 private:
  const flow::Plan& plan_;
  const calendar::Calendar& calendar_;
  const std::vector<std::optional<PlannedSpan>> spans_;
  const flow::NodeIndex step_;
  const absl::Time end_;
};

// Random targets and earliest days for the steps of a tree.
void GiveTimes(std::mt19937* random, flow::Node* node) {
  for (flow::Node& child : node->children) GiveTimes(random, &child);
  if (node->kind != flow::NodeKind::kStep) return;
  const auto below = [&](int most) { return static_cast<int>((*random)() % most); };
  if (below(5) > 0) node->step.target = flow::BusinessDuration{below(4), below(300)};
  if (below(6) == 0) node->step.earliest_day = below(12) - 3;
}

TEST(Outline, OfRandomPlansKeepsItsPromises) {
  std::mt19937 random(7);
  const calendar::Calendar calendar = Utc();
  for (int round = 0; round < 300; ++round) {
    flow::Node tree = flow::RandomTree(&random, 5);
    GiveTimes(&random, &tree);
    const flow::Plan plan = PlanOf(tree);
    const Outline outline = OutlineOf(plan, kMonday, calendar);
    const auto spans = PlanSchedule(plan, kMonday, calendar);
    size_t steps = 0;
    for (flow::NodeIndex i = 0; i < plan.size(); ++i)
      steps += plan.node(i).kind == flow::NodeKind::kStep;
    ASSERT_EQ(outline.steps.size() + outline.repeats_only.size(), steps) << round;
    absl::Time latest = absl::InfinitePast();
    for (const OutlinedStep& step : outline.steps) {
      ASSERT_EQ(step.start, spans[step.step]->start) << round;
      ASSERT_EQ(step.end, spans[step.step]->end) << round;
      latest = std::max(latest, step.end);
      const absl::Time delayed = step.slack == absl::ZeroDuration()
                                     ? step.end
                                     : calendar.Add(step.end, 0, absl::ToInt64Minutes(step.slack));
      EXPECT_LE(Delayed(plan, calendar, step.step, delayed).Ends(0, absl::InfinitePast()),
                *outline.end)
          << round << ": " << Told(plan, step);
      EXPECT_TRUE(!step.critical || step.slack == absl::ZeroDuration());
    }
    EXPECT_EQ(*outline.end, latest);
    ASSERT_FALSE(outline.critical_path.empty());
    EXPECT_EQ(spans[outline.critical_path.back()]->end, latest);
    for (size_t i = 1; i < outline.critical_path.size(); ++i) {
      EXPECT_EQ(spans[outline.critical_path[i]]->start, spans[outline.critical_path[i - 1]]->end)
          << "each begins when the one before ends";
    }
  }
}

TEST(Outline, ClosedDaysAreThoseOnWhichNobodyWorks) {
  const auto days = ClosedDays(Utc(), At("2026-03-06T12:00:00Z"), At("2026-03-10T12:00:00Z"), 9);
  EXPECT_THAT(days, ElementsAre(absl::CivilDay(2026, 3, 7), absl::CivilDay(2026, 3, 8)));
  EXPECT_EQ(ClosedDays(Utc(), At("2026-01-01T00:00:00Z"), At("2026-12-31T00:00:00Z"), 5).size(),
            5u);
}

TEST(Reasons, AreSentences) {
  flow::Node late = Timed("late", 30, 2);
  late.step.earliest_day = 4;
  flow::Node before = Timed("before", 60);
  before.step.earliest_day = -1;
  const flow::Plan plan = PlanOf(flow::Sequence(
      "all",
      {before, flow::Parallel("both", {Timed("a", 60), flow::Step("b")}), Timed("c", 1), late}));
  const calendar::Calendar calendar = Utc();
  const Outline outline = OutlineOf(plan, kMonday, calendar);
  std::string told;
  for (const OutlinedStep& step : outline.steps) {
    const auto skipped = ClosedDays(calendar, step.start, step.end, 60);
    absl::StrAppend(
        &told, plan.node(step.step).path, "\n  ",
        absl::StrJoin(ReasonsOf(plan, step, kMonday, Office(calendar), skipped), "\n  "), "\n");
  }
  EXPECT_EQ(told,
            "before\n"
            "  begins on its earliest day, 1 working day before day one (2026-03-02): Fri "
            "2026-02-27 09:00 UTC\n"
            "  takes 60 open minutes by the office\n"
            "a\n"
            "  begins when 'before' ends: Fri 2026-02-27 10:00 UTC\n"
            "  takes 60 open minutes by the office\n"
            "b\n"
            "  begins when 'before' ends: Fri 2026-02-27 10:00 UTC\n"
            "  has no target: it is planned to take no time\n"
            "c\n"
            "  begins when 'a' ends, the last of 2 that it waits for: Fri 2026-02-27 11:00 UTC\n"
            "  takes 1 open minute by the office\n"
            "late\n"
            "  begins on its earliest day, 4 working days after day one (2026-03-02): Fri "
            "2026-03-06 09:00 UTC\n"
            "  takes 2 working days and 30 open minutes by the office\n"
            "  nobody works on Sat 2026-03-07, Sun 2026-03-08\n");
}

TEST(Reasons, SayThatItIsToBeDoneAtOnce) {
  flow::Node close = Timed("close", 60);
  close.step.earliest_day = flow::kAtOnce;
  const flow::Plan plan = PlanOf(flow::Sequence("all", {Timed("first", 60), close}));
  const Outline outline = OutlineOf(plan, kMonday, Utc());
  const calendar::Calendar calendar = Utc();
  const auto reasons = ReasonsOf(plan, outline.steps[1], kMonday, Office(calendar), {});
  ASSERT_EQ(reasons.size(), 3u);
  EXPECT_THAT(reasons[2], HasSubstr("due by its target from its turn"));
}

TEST(Outline, LeavesOutWhatConditionsWill) {
  const flow::Plan plan = PlanOf(flow::Sequence(
      "all", {Timed("one", 60), flow::Choice("way", {Timed("s", 60), Timed("l", 0, 20)}),
              Timed("two", 60)}));
  Course course;
  course.foreseen.push_back(
      {.node = plan.Find("way"), .option = "s", .reason = "kind = short holds"});
  course.foreseen_out = flow::LeftOutBy(course.foreseen, plan);
  const Outline outline = OutlineOf(plan, kMonday, Utc(), course);
  EXPECT_EQ(Told(plan, outline), "one: | 0 critical\ns: one| 0 critical\ntwo: s| 0 critical");
  EXPECT_THAT(outline.left_out, ElementsAre(plan.Find("l")));
  EXPECT_THAT(ConditionReasons(plan, plan.Find("s"), course),
              ElementsAre("is planned by condition, as things are now: kind = short holds"));
  EXPECT_THAT(ConditionReasons(plan, plan.Find("l"), course),
              ElementsAre("is not planned by condition, as things are now: kind = short holds"));
}

TEST(Reasons, SayThatDayOneIsClosed) {
  const flow::Plan plan = PlanOf(flow::Sequence("all", {Timed("first", 60)}));
  const calendar::Calendar calendar = Utc();
  const auto begins = [&](absl::CivilDay day_one) {
    const Outline outline = OutlineOf(plan, day_one, calendar);
    return ReasonsOf(plan, outline.steps[0], day_one, Office(calendar), {})[0];
  };
  EXPECT_EQ(begins(kMonday),
            "waits for nothing: begins with the opening of day one, Mon 2026-03-02 09:00 UTC");
  EXPECT_EQ(begins(kMonday - 2),
            "waits for nothing: day one, Sat 2026-02-28, is no working day, so that it begins with "
            "the next opening, Mon 2026-03-02 09:00 UTC");
}

}  // namespace
}  // namespace plumbline::onboarding::testing
