// SPDX-License-Identifier: Apache-2.0
//
// What another default means for running instances.
#include <string>
#include <vector>

#include "common/flow/diff.h"
#include "common/flow/test_trees.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace plumbline::flow {
namespace {

struct DefaultRow {
  std::string name;
  flow::Attribute before, after;
  Verdict verdict;
  std::string why;
};

flow::Attribute Number(bool required, const std::string& default_value) {
  return {.id = "n",
          .title = "N",
          .type = expr::Type::kNumber,
          .required = required,
          .default_value = default_value};
}

class DefaultTest : public testing::TestWithParam<DefaultRow> {};

// A run keeps what it was given, not the default that counted for it.
TEST_P(DefaultTest, CountsForInstancesThatWereGivenNothing) {
  ProcessContent before, after;
  before.root = after.root = Step("a");
  before.attributes.push_back(GetParam().before);
  after.attributes.push_back(GetParam().after);
  const ProcessDiff diff = Diff(before, after);
  ASSERT_EQ(diff.differences.size(), 1u);
  EXPECT_EQ(diff.verdict, GetParam().verdict);
  EXPECT_THAT(diff.differences[0].why, testing::HasSubstr(GetParam().why));
}

INSTANTIATE_TEST_SUITE_P(Rows, DefaultTest,
                         testing::ValuesIn(std::vector<DefaultRow>{
                             {"RequiredInsteadOfADefault", Number(false, "0"), Number(true, ""),
                              Verdict::kNeedsMigration, "may have been given no value"},
                             {"DefaultOfARequiredOneDropped", Number(true, "0"), Number(true, ""),
                              Verdict::kNeedsMigration, "may have been given no value"},
                             {"RequiredFromNowOn", Number(false, ""), Number(true, ""),
                              Verdict::kNeedsMigration, "may have been given no value"},
                             {"DefaultDropped", Number(false, "0"), Number(false, ""),
                              Verdict::kCompatible, "they have none, and people decide"},
                             {"AnotherDefault", Number(false, "0"), Number(false, "1"),
                              Verdict::kCompatible, "by the new default"},
                             {"ADefaultFromNowOn", Number(false, ""), Number(true, "1"),
                              Verdict::kCompatible, "by the new default"},
                             {"ADefaultThatNoInstanceNeeds", Number(true, ""), Number(true, "1"),
                              Verdict::kCompatible, "takes the values that running instances have"},
                             {"NotRequiredAnyMore", Number(true, ""), Number(false, ""),
                              Verdict::kCompatible, "takes the values that running instances have"},
                         }),
                         [](const auto& row) { return row.param.name; });

}  // namespace
}  // namespace plumbline::flow
