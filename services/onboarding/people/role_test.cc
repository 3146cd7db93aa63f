// SPDX-License-Identifier: Apache-2.0
#include "services/onboarding/people/role.h"

#include <string>

#include "absl/strings/str_join.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/onboarding/people/testing.h"

namespace plumbline::onboarding::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

const absl::Time kNoon = TimeAt("2031-03-05T12:00:00Z");

// Ada reports to Eve, who reports to Grace; Bob is Ada's buddy.
class RoleTest : public ::testing::Test {
 protected:
  RoleTest() {
    people_["ada"].set_manager("eve");
    (*people_["ada"].mutable_relations())["buddy"] = "bob";
    people_["eve"].set_manager("grace");
    people_["grace"];
    people_["bob"].set_manager("eve");
  }
  Resolution Do(const char* role, const char* person = "ada") {
    return *WhoDoes(people_, person, *ParseRole("role", role), kNoon);
  }
  MapDirectory people_;
};

TEST(Role, IsReadOrRefused) {
  EXPECT_THAT(ParseRole("role", "manager.buddy")->relations, ElementsAre("manager", "buddy"));
  EXPECT_EQ(ParseRole("role", "group:sales-ops")->group, "sales-ops");
  for (const char* wrong :
       {"", ".", "manager.", ".manager", "Manager", "group:", "group:Sales", "group:a.manager",
        "manager.group:a", "my manager", "a.b.c.d.e.f.g.h.i.j.k"}) {
    const auto role = ParseRole("assignees[x]", wrong);
    EXPECT_EQ(ReasonWord(role), "FIELD_INVALID") << wrong;
    EXPECT_THAT(std::string(role.status().message()), HasSubstr("assignees[x]: is '"));
  }
}

TEST_F(RoleTest, FollowsRelations) {
  EXPECT_EQ(Do("manager").person, "eve");
  EXPECT_EQ(Do("buddy").person, "bob");
  EXPECT_EQ(Do("buddy.manager.manager").person, "grace");
  const Resolution found = Do("manager.manager");
  EXPECT_EQ(found.person, "grace");
  EXPECT_EQ(found.appointed, "grace");
  EXPECT_EQ(found.outcome, v1::OUTCOME_FOUND);
  EXPECT_EQ(TextsOf(found.steps), "the manager of ada is eve\nthe manager of eve is grace");
}

TEST_F(RoleTest, OnlyTheLastIsStoodInFor) {
  *people_["eve"].add_absences() = Away("2031-03-05", "2031-03-09", "bob");
  EXPECT_EQ(Do("manager.manager").person, "grace") << "who is away still reports to somebody";
  const Resolution found = Do("manager");
  EXPECT_EQ(found.person, "bob");
  EXPECT_EQ(found.appointed, "eve");
  EXPECT_EQ(TextsOf(found.steps),
            "the manager of ada is eve\n"
            "eve is away from 2031-03-05 to 2031-03-09: bob stands in");
}

TEST_F(RoleTest, ItIsToldWhereTheChainEnds) {
  EXPECT_EQ(Do("mentor").outcome, v1::OUTCOME_NOBODY);
  EXPECT_EQ(TextsOf(Do("manager.mentor").steps),
            "the manager of ada is eve\nthe record of eve names no mentor");
  EXPECT_EQ(TextsOf(Do("manager", "stranger").steps), "there is no record of stranger");
  people_["grace"].set_state(v1::Person::STATE_LEFT);
  EXPECT_EQ(Do("manager.manager").outcome, v1::OUTCOME_LEFT);
  EXPECT_EQ(Do("manager.manager").person, "grace");
}

TEST_F(RoleTest, OfAGroupItIsTheFirstWhoIsThere) {
  EXPECT_EQ(Do("group:legal").outcome, v1::OUTCOME_NOBODY);
  for (const char* member : {"bob", "eve", "grace"}) people_[member].add_groups("legal");
  *people_["bob"].add_absences() = Away("2031-03-05", "2031-03-05", "ada");
  const Resolution found = Do("group:legal");
  EXPECT_EQ(found.person, "eve");
  EXPECT_THAT(found.members, ElementsAre("bob", "eve", "grace"));
  EXPECT_EQ(TextsOf(found.steps), "eve belongs to the group legal");
  for (const char* member : {"eve", "grace"})
    *people_[member].add_absences() = Away("2031-03-05", "2031-03-05");
  EXPECT_EQ(Do("group:legal").person, "ada") << "who stands in, as no member is there";
  people_["ada"].set_state(v1::Person::STATE_LEFT);
  EXPECT_EQ(Do("group:legal").outcome, v1::OUTCOME_AWAY);
  EXPECT_EQ(Do("group:legal").person, "");
}

TEST_F(RoleTest, ThePersonIsWhoItIsAbout) {
  EXPECT_EQ(Do("person").person, "ada");
  EXPECT_EQ(Do("person").appointed, "ada");
  EXPECT_EQ(Do("person", "nobody-knows").person, "nobody-knows");
  EXPECT_EQ(Do("person.manager").person, "eve");
}

}  // namespace
}  // namespace plumbline::onboarding::testing
