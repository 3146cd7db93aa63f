// SPDX-License-Identifier: Apache-2.0
#include "clients/cli/ramp_list.h"

#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace plumbline::cli {
namespace {

namespace ob = onboarding::v1;
using ::testing::ElementsAre;

ob::Onboarding Of(const std::string& name, ob::Readiness::Level level, int64_t end) {
  ob::Onboarding one;
  one.set_name(name);
  one.set_readiness(level);
  one.mutable_expected_finish_time()->set_seconds(end);
  return one;
}

std::vector<std::string> Sorted(const std::string& level) {
  std::vector<ob::Onboarding> all = {
      Of("a", ob::Readiness::LEVEL_GREEN, 1), Of("b", ob::Readiness::LEVEL_RED, 9),
      Of("c", ob::Readiness::LEVEL_YELLOW, 2), Of("d", ob::Readiness::LEVEL_RED, 3),
      Of("e", ob::Readiness::LEVEL_UNSPECIFIED, 0), Of("0", ob::Readiness::LEVEL_RED, 9)};
  SortByReadiness(level, &all);
  std::vector<std::string> names;
  for (const ob::Onboarding& one : all) names.push_back(one.name());
  return names;
}

TEST(RampList, TheWorstComesFirst) {
  EXPECT_THAT(Sorted(""), ElementsAre("d", "0", "b", "c", "a"));
  EXPECT_THAT(Sorted("red"), ElementsAre("d", "0", "b"));
  EXPECT_THAT(Sorted("yellow"), ElementsAre("c"));
}

}  // namespace
}  // namespace plumbline::cli
