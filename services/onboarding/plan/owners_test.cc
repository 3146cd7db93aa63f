// SPDX-License-Identifier: Apache-2.0
#include "services/onboarding/plan/owners.h"

#include <map>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/onboarding/people/testing.h"

namespace plumbline::onboarding::testing {
namespace {

using ::testing::HasSubstr;
using v1::TaskOwner;

const absl::Time kDayOne = TimeAt("2031-03-03T09:00:00Z");
const std::vector<std::string> kRoles = {"IT desk", "buddy", "manager", "manager.manager",
                                         "mentor"};

class OwnersTest : public ::testing::Test {
 protected:
  OwnersTest() {
    people_["ada"].set_manager("eve");
    (*people_["ada"].mutable_relations())["buddy"] = "bob";
    people_["eve"].set_manager("grace");
    people_["grace"].add_groups("it");
    people_["heidi"].add_groups("it");
    people_["bob"];
  }
  absl::StatusOr<Owners> Resolve(const std::map<std::string, std::string>& assignees) {
    return ResolveOwners(people_, kRoles, "ada", assignees, kDayOne);
  }
  // "role=person/SOURCE", those without a person left out.
  std::string Told(const std::map<std::string, std::string>& assignees) {
    const auto owners = Resolve(assignees);
    if (!owners.ok()) return std::string(owners.status().message());
    std::string told;
    for (const auto& [role, owner] : *owners) {
      if (owner.person().empty()) continue;
      absl::StrAppend(&told, role, "=", owner.person(), "/",
                      TaskOwner::Source_Name(owner.source()).substr(sizeof("SOURCE_") - 1), " ");
    }
    return told;
  }
  MapDirectory people_;
};

TEST_F(OwnersTest, RolesThatAreRelationsAreFilledFromTheRecord) {
  EXPECT_EQ(Told({}), "buddy=bob/RECORD manager=eve/RECORD manager.manager=grace/RECORD ");
  EXPECT_EQ(TextsOf(Resolve({})->at("manager.manager").steps()),
            "the manager of ada is eve\nthe manager of eve is grace");
  EXPECT_EQ(ResolveOwners(people_, kRoles, "stranger", {}, kDayOne)->at("manager").person(), "");
  people_["eve"].set_state(v1::Person::STATE_LEFT);
  EXPECT_EQ(Told({}), "buddy=bob/RECORD manager.manager=grace/RECORD ")
      << "to who left no work goes";
}

TEST_F(OwnersTest, WhoeverIsNamedGoesFirst) {
  EXPECT_EQ(Told({{"manager", "zoe"}, {"IT desk", "@group:it"}, {"mentor", "@manager.manager"}}),
            "IT desk=grace/RELATIVE buddy=bob/RECORD manager=zoe/GIVEN "
            "manager.manager=grace/RECORD mentor=grace/RELATIVE ");
}

TEST_F(OwnersTest, WhoIsAwayKeepsTheRoleButOfAGroupItIsWhoIsThere) {
  *people_["eve"].add_absences() = Away("2031-03-03", "2031-03-07", "bob");
  *people_["grace"].add_absences() = Away("2031-03-03", "2031-03-07", "bob");
  EXPECT_EQ(Told({{"IT desk", "@group:it"}}),
            "IT desk=heidi/RELATIVE buddy=bob/RECORD manager=eve/RECORD "
            "manager.manager=grace/RECORD ");
  EXPECT_EQ(TextsOf(Resolve({})->at("manager").steps()), "the manager of ada is eve");
}

TEST_F(OwnersTest, WhatLeadsToNobodyIsRefusedWithTheChain) {
  EXPECT_THAT(Told({{"mentor", "@mentor"}}),
              HasSubstr("onboarding.assignees[mentor]: is '@mentor', which leads to nobody for "
                        "'ada': the record of ada names no mentor; name a person"));
  EXPECT_THAT(Told({{"IT desk", "@group:legal"}}), HasSubstr("nobody belongs to the group"));
  EXPECT_THAT(Told({{"IT desk", "@Manager"}}),
              HasSubstr("onboarding.assignees[IT desk]: is 'Manager'; write 'manager'"));
  people_["eve"].set_state(v1::Person::STATE_LEFT);
  EXPECT_THAT(Told({{"mentor", "@manager"}}), HasSubstr("the manager of ada is eve, eve left"));
  const auto both = Resolve({{"mentor", "@mentor"}, {"IT desk", "@coach"}});
  EXPECT_EQ(base::FieldViolationsOf(both.status()).size(), 2u) << "all of them at once";
}

TEST_F(OwnersTest, WhoLeftIsRefused) {
  people_["zoe"].set_state(v1::Person::STATE_LEFT);
  EXPECT_THAT(Told({{"IT desk", "zoe"}}),
              HasSubstr("onboarding.assignees[IT desk]: is 'zoe', who left, as their record says, "
                        "and to whom no work goes; name another person"));
  EXPECT_EQ(
      base::FieldViolationsOf(Resolve({{"IT desk", "zoe"}, {"buddy", "zoe"}}).status()).size(), 2u)
      << "all of them at once";
  EXPECT_TRUE(Resolve({{"IT desk", "typo"}}).ok()) << "who has no record is taken to be there";
  people_["ada"].set_state(v1::Person::STATE_LEFT);
  EXPECT_THAT(Told({}), HasSubstr("onboarding.person: is 'ada', who left"));
}

TEST_F(OwnersTest, AssigneesAreThePeopleThatWereFound) {
  const auto assignees = AssigneesOf(*Resolve({{"IT desk", "it@example.com"}}));
  EXPECT_EQ(assignees, (std::map<std::string, std::string>{{"IT desk", "it@example.com"},
                                                           {"buddy", "bob"},
                                                           {"manager", "eve"},
                                                           {"manager.manager", "grace"}}));
}

TEST_F(OwnersTest, AProcessMayNameRelativeRolesItself) {
  const auto owners =
      ResolveOwners(people_, {"@person", "@manager", "@group:it", "@coach"}, "ada", {}, kDayOne);
  ASSERT_TRUE(owners.ok()) << owners.status();
  EXPECT_EQ(owners->at("@person").person(), "ada");
  EXPECT_EQ(owners->at("@manager").person(), "eve");
  EXPECT_EQ(owners->at("@group:it").person(), "grace");
  EXPECT_EQ(owners->at("@coach").person(), "") << "the record names none: it belongs to the role";
  EXPECT_EQ(Told({{"mentor", "@person"}}).find("mentor=ada/RELATIVE") == std::string::npos, false);
}

}  // namespace
}  // namespace plumbline::onboarding::testing
