// SPDX-License-Identifier: Apache-2.0
#include "common/flow/aims.h"

#include <functional>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/flow/test_trees.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace plumbline::flow {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

// s[ a, c{x|y} ], with a milestone of "c" and a ladder of three levels.
ProcessContent Good() {
  ProcessContent content;
  content.root = Sequence("s", {Step("a"), Choice("c", {Step("x"), Step("y")})});
  content.milestones = {{.id = "able",
                         .title = "Able",
                         .node = "c",
                         .target = BusinessDuration{.days = 3660, .minutes = 1'000'000}},
                        {.id = "first-deal", .title = std::string(200, 't')}};
  content.escalations = {{.id = "late",
                          .trigger = EscalationTrigger::kOverdue,
                          .steps = {"a", "y"},
                          .levels = {{.notify = {"@assignee", "sales ops"}},
                                     {.after = {.minutes = 1}, .notify = {"@assignee.manager"}},
                                     {.after = {.days = 1}, .notify = {"@group:help", "@buddy"}}}},
                         {.id = "soon",
                          .trigger = EscalationTrigger::kDueSoon,
                          .levels = {{.after = {.days = 2}, .notify = {"@manager.manager"}},
                                     {.after = {.days = 1, .minutes = 5}, .notify = {"@manager"}},
                                     {.notify = {"@assignee"}}}}};
  return content;
}

std::vector<base::FieldViolation> FaultsOf(const ProcessContent& content) {
  std::vector<base::FieldViolation> faults;
  ValidateAims(content, "process", &faults);
  return faults;
}

TEST(AimsTest, WhatIsRightPasses) { EXPECT_THAT(FaultsOf(Good()), IsEmpty()); }

struct Row {
  std::string name;
  std::function<void(ProcessContent&)> spoil;
  std::string field;
  std::string part;
};

class AimsFaultTest : public testing::TestWithParam<Row> {};

TEST_P(AimsFaultTest, NamesTheFieldAndTheRemedy) {
  ProcessContent content = Good();
  GetParam().spoil(content);
  const std::vector<base::FieldViolation> faults = FaultsOf(content);
  ASSERT_EQ(faults.size(), 1u);
  EXPECT_EQ(faults[0].field, GetParam().field);
  EXPECT_THAT(faults[0].description, HasSubstr(GetParam().part));
}

using C = ProcessContent;
INSTANTIATE_TEST_SUITE_P(
    Milestones, AimsFaultTest,
    testing::ValuesIn(std::vector<Row>{
        {"NoId", [](C& c) { c.milestones[0].id = "First Deal"; }, "process.milestones[0].id",
         "is not an id"},
        {"IdTwice", [](C& c) { c.milestones[1].id = "able"; }, "process.milestones[1].id",
         "stands twice"},
        {"NoTitle", [](C& c) { c.milestones[1].title = ""; }, "process.milestones[1].title",
         "required"},
        {"LongDescription", [](C& c) { c.milestones[1].description = std::string(2001, 'x'); },
         "process.milestones[1].description", "2001"},
        {"NoNode", [](C& c) { c.milestones[0].node = "z"; }, "process.milestones[0].node",
         "'z' is no node of this process"},
        {"LongTarget", [](C& c) { c.milestones[0].target->days = 3661; },
         "process.milestones[0].target.days", "3661"},
        {"TooMany",
         [](C& c) {
           for (int i = 2; i < 33; ++i)
             c.milestones.push_back({.id = absl::StrCat("m", i), .title = "M"});
         },
         "process.milestones", "has 33 entries; it takes up to 32"},
    }),
    [](const auto& row) { return row.param.name; });

INSTANTIATE_TEST_SUITE_P(
    Escalations, AimsFaultTest,
    testing::ValuesIn(std::vector<Row>{
        {"IdTwice", [](C& c) { c.escalations[1].id = "late"; }, "process.escalations[1].id",
         "stands twice"},
        {"NoTrigger", [](C& c) { c.escalations[0].trigger = EscalationTrigger::kUnset; },
         "process.escalations[0].trigger", "TRIGGER_OVERDUE"},
        {"NoStep", [](C& c) { c.escalations[0].steps[1] = "c"; }, "process.escalations[0].steps[1]",
         "'c' is no step of this process"},
        {"StepTwice", [](C& c) { c.escalations[0].steps[1] = "a"; },
         "process.escalations[0].steps[1]", "stands twice"},
        {"NoLevel", [](C& c) { c.escalations[0].levels.clear(); }, "process.escalations[0].levels",
         "is empty; it takes 1 to 10"},
        {"ElevenLevels",
         [](C& c) {
           for (int i = 3; i < 11; ++i)
             c.escalations[0].levels.push_back({.after = {.days = i}, .notify = {"@manager"}});
         },
         "process.escalations[0].levels", "has 11 entries; it takes up to 10"},
        {"NotLater", [](C& c) { c.escalations[0].levels[1].after = {}; },
         "process.escalations[0].levels[1].after", "is not longer"},
        {"DueSoonNotShorter", [](C& c) { c.escalations[1].levels[1].after = {.days = 2}; },
         "process.escalations[1].levels[1].after", "is not shorter"},
        {"NegativeSpan", [](C& c) { c.escalations[0].levels[0].after = {.minutes = -1}; },
         "process.escalations[0].levels[0].after.minutes", "-1"},
        {"NobodyIsTold", [](C& c) { c.escalations[0].levels[0].notify.clear(); },
         "process.escalations[0].levels[0].notify", "is empty"},
        {"ToldTwice", [](C& c) { c.escalations[0].levels[0].notify[1] = "@assignee"; },
         "process.escalations[0].levels[0].notify[1]", "stands twice"},
        {"NoRelation", [](C& c) { c.escalations[0].levels[0].notify[0] = "@assignee..manager"; },
         "process.escalations[0].levels[0].notify[0]", "'@assignee.manager'"},
        {"TooManyRelations",
         [](C& c) { c.escalations[0].levels[0].notify[0] = "@a.b.c.d.e.f.g.h.i.j.k"; },
         "process.escalations[0].levels[0].notify[0]", "up to 10"},
        {"NoGroup", [](C& c) { c.escalations[0].levels[0].notify[0] = "@group:"; },
         "process.escalations[0].levels[0].notify[0]", "'@group:' and the id of a group"},
        {"LongRole", [](C& c) { c.escalations[0].levels[0].notify[0] = std::string(201, 'r'); },
         "process.escalations[0].levels[0].notify[0]", "201"},
        {"TooManyRules",
         [](C& c) {
           const EscalationRule rule = c.escalations[0];
           for (int i = 2; i < 21; ++i) {
             c.escalations.push_back(rule);
             c.escalations.back().id = absl::StrCat("r", i);
           }
         },
         "process.escalations", "has 21 entries; it takes up to 20"},
    }),
    [](const auto& row) { return row.param.name; });

TEST(AimsTest, AssigneeAndTenRelationsAreTaken) {
  EXPECT_EQ(CheckNotify("@assignee.a.b.c.d.e.f.g.h.i.j"), "");
  EXPECT_NE(CheckNotify("@assignee.a.b.c.d.e.f.g.h.i.j.k"), "");
  EXPECT_NE(CheckNotify("@"), "");
  EXPECT_NE(CheckNotify(""), "");
}

}  // namespace
}  // namespace plumbline::flow
