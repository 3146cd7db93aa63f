// SPDX-License-Identifier: Apache-2.0
#include "services/onboarding/people/reporting.h"

#include <map>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/onboarding/people/testing.h"

namespace plumbline::onboarding::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::string Chain(Directory& people, absl::string_view person, int limit = 100) {
  return absl::StrJoin(*ReportingChain(people, person, limit), " ");
}

TEST(Reporting, TheChainGoesUpwards) {
  MapDirectory people;
  people["ada"].set_manager("eve");
  people["eve"].set_manager("grace");
  people["grace"].set_manager("root");
  EXPECT_EQ(Chain(people, "ada"), "eve grace root");  // of root there is no record
  EXPECT_EQ(Chain(people, "ada", 2), "eve grace");
  EXPECT_EQ(Chain(people, "root"), "");
  people["root"].set_manager("eve");
  EXPECT_EQ(Chain(people, "ada"), "eve grace root") << "a circle ends it";
}

TEST(Reporting, NobodyReportsToThemselves) {
  MapDirectory people;
  people["ada"].set_manager("eve");
  people["eve"].set_manager("grace");
  people["grace"];
  EXPECT_TRUE(CheckReporting(people, "grace", "").ok());
  EXPECT_TRUE(CheckReporting(people, "grace", "nobody").ok());
  EXPECT_TRUE(CheckReporting(people, "ada", "grace").ok());
  const absl::Status refused = CheckReporting(people, "grace", "ada");
  EXPECT_EQ(ReasonWord(refused), "REPORTING_CYCLE");
  EXPECT_EQ(base::MetadataOf(refused, "chain"), "grace -> ada -> eve -> grace");
  EXPECT_THAT(std::string(refused.message()), HasSubstr("name another manager"));
}

TEST(Reporting, ACircleFurtherUpIsNotThisWrites) {
  MapDirectory people;
  people["a"].set_manager("b");
  people["b"].set_manager("a");
  EXPECT_TRUE(CheckReporting(people, "new", "a").ok());
}

TEST(Reporting, EveryCircleIsFoundOnce) {
  const std::map<std::string, std::string> managers = {
      {"a", "b"}, {"b", "c"}, {"c", "a"}, {"d", "a"}, {"e", "e"}, {"f", "g"}, {"g", ""}};
  int asked = 0;
  const auto manager_of = [&](const std::string& person) -> absl::StatusOr<std::string> {
    ++asked;
    return managers.at(person);
  };
  const std::vector<std::string> people = {"d", "a", "b", "c", "e", "f", "g"};
  EXPECT_THAT(*FindCircles(people, manager_of),
              ElementsAre(ElementsAre("a", "b", "c"), ElementsAre("e")));
  EXPECT_EQ(asked, 7) << "each once";
}

TEST(Reporting, ALongCircleIsShortened) {
  std::vector<std::string> circle;
  for (int i = 0; i < 40; ++i) circle.push_back(absl::StrCat("p", i));
  EXPECT_EQ(CircleText({"a", "b"}, "b"), "b -> a -> b");
  EXPECT_EQ(CircleText(circle, "p39"),
            "p39 -> p0 -> p1 -> p2 -> p3 -> p4 -> p5 -> p6 -> p7 -> p8 -> p9 -> p10 -> "
            "(28 more) -> p39");
}

}  // namespace
}  // namespace plumbline::onboarding::testing
