// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/report/attainment.h"

#include <gtest/gtest.h>

#include <optional>
#include <tuple>

#include "services/analytics/report/report_testing.h"

namespace plumbline::analytics {
namespace {

struct TargetRow {
  std::string name;
  std::vector<TestRow> rows;
  std::optional<double> target_days;
  std::tuple<int64_t, int64_t, int64_t, int64_t> cases;  // with target, inside, outside, undecided
  double share;
  std::vector<std::string> map_transitions = {};
};

class AttainmentTest : public testing::TestWithParam<TargetRow> {};

TEST_P(AttainmentTest, Counts) {
  std::optional<int64_t> target;
  if (GetParam().target_days) target = Days(*GetParam().target_days);
  const Traces traces(MakeLog(GetParam().rows), {GetParam().map_transitions});
  const TargetAttainment got = MeasureAttainment(traces, target);
  EXPECT_EQ(std::tuple(got.case_count, got.inside_count, got.outside_count, got.undecided_count),
            GetParam().cases);
  EXPECT_DOUBLE_EQ(got.share, GetParam().share);
}

const std::vector<TargetRow> kTargets = {
    {"NoTarget", {On(0, "1", "a"), On(5, "1", "b")}, std::nullopt, {0, 0, 0, 0}, 0},
    {"PlainLogEveryCaseIsFinished",
     {On(0, "1", "a"), On(5, "1", "b"), On(0, "2", "a"), On(6, "2", "b"), On(90, "3", "a")},
     5,
     {3, 2, 1, 0},
     2.0 / 3},
    {"OwnDueTimes",
     {On(0, "1", "Case", "assign", Due(60)), On(60, "1", "Case", "pi_complete", Finished()),
      On(0, "2", "Case", "assign", Due(60)), On(61, "2", "Case", "pi_complete", Finished()),
      On(0, "3", "Case", "assign", Due(60)), On(9, "3", "x", "complete"),
      On(70, "4", "Case", "assign", Due(130)), On(0, "5", "Case", "assign")},
     std::nullopt,
     {4, 1, 2, 1},
     1.0 / 3,
     {"complete"}},
    {"DueTimeOfAStepIsNotTheCases",
     {On(0, "1", "x", "schedule", Due(1)), On(5, "1", "x", "complete")},
     std::nullopt,
     {0, 0, 0, 0},
     0},
    {"DueTimeOnALaterEventIsNotTheCases",
     {On(0, "1", "x"), On(5, "1", "y", "", Due(1))},
     std::nullopt,
     {0, 0, 0, 0},
     0},
    {"TargetOfTheRequestComesFirst",
     {On(0, "1", "Case", "assign", Due(60)), On(10, "1", "x", "complete", Finished()),
      On(0, "2", "Case", "assign", Due(1)), On(4, "2", "x", "complete", Finished())},
     5,
     {2, 1, 1, 0},
     0.5},
    {"CountsFromTheFirstEventWhateverItsTransition",
     {On(0, "1", "Case", "assign"), On(7, "1", "x", "complete"), On(10, "1", "y", "complete"),
      On(0, "2", "x", "schedule"), On(7, "2", "x", "complete")},
     8,
     {2, 1, 1, 0},
     0.5,
     {"complete"}},
    {"CountsFromTheStartOfTheFirstEvent",
     {Lasting(0, 3, "1", "x"), On(4, "1", "y"), Lasting(2, 3, "2", "x"), On(4, "2", "y")},
     2,
     {2, 1, 1, 0},
     0.5},
    {"CountsFromDayOne",
     {On(0, "1", "Case", "assign", DayOne(10)), On(9, "1", "x", "complete"),
      On(15, "1", "y", "complete", Finished()), On(0, "2", "Case", "assign", DayOne(4)),
      On(15, "2", "y", "complete", Finished())},
     5,
     {2, 1, 1, 0},
     0.5,
     {"complete"}},
    {"DayOneMayBeBeforeTheFirstEvent",
     {On(8, "1", "Case", "assign", DayOne(1)), On(9, "1", "x", "complete", Finished())},
     7,
     {1, 0, 1, 0},
     0,
     {"complete"}},
    {"EarliestTimeOfAStepIsNotTheCases",
     {On(0, "1", "x", "schedule", DayOne(10)), On(9, "1", "x", "complete"),
      On(9, "2", "x", "complete"), On(10, "2", "y", "complete", DayOne(9))},
     5,
     {2, 1, 1, 0},
     0.5},
    // Nothing was done yet: the begin is known all the same, and does not move when something is.
    {"OpenCasesCountFromTheSameBegin",
     {On(0, "1", "Case", "assign"), On(0, "2", "Case", "assign"), On(6, "2", "x", "complete"),
      On(3, "3", "Case", "assign"), On(7, "4", "x", "complete", Finished())},
     5,
     {4, 1, 2, 1},
     1.0 / 3,
     {"complete"}},
    {"WhereNoEndIsMarkedACaseEndsWithItsLastEventWhateverItsTransition",
     {On(0, "1", "x", "start"), On(1, "1", "x", "complete"), On(6, "1", "y", "start"),
      On(0, "2", "x", "start")},
     5,
     {2, 1, 1, 0},
     0.5,
     {"complete"}},
    // None has ended yet, and the log says that ends are marked.
    {"OpenUntilTheFirstEnds",
     {On(0, "1", "Case", "assign", {{"due_time", Instant{Days(9)}}, {"case_finished", false}}),
      On(2, "1", "x", "complete")},
     std::nullopt,
     {1, 0, 0, 1},
     0,
     {"complete"}},
    {"EndsWithTheLatestMark",
     {On(0, "1", "x"), On(2, "1", "y", "", Finished()), On(9, "1", "z", "", Finished()),
      On(0, "2", "x"), On(2, "2", "y", "", Finished()), On(9, "2", "note")},
     5,
     {2, 1, 1, 0},
     0.5},
    {"UnfinishedIsUndecided",
     {On(0, "1", "x"), On(2, "1", "y", "", Finished()), On(1, "2", "x"),
      On(1, "3", "x", "", {{"case_finished", false}})},
     5,
     {3, 1, 0, 2},
     1},
};

// What the target of a log is called, and how long it is.
std::pair<std::string, double> NameOf(const std::vector<TestRow>& rows,
                                      std::optional<double> target_days = std::nullopt) {
  std::optional<int64_t> target;
  if (target_days) target = Days(*target_days);
  const TargetAttainment got = MeasureAttainment(Traces(MakeLog(rows), {}), target);
  return {got.target, got.target_seconds / kDaySeconds};
}

TestRow Promised(const std::string& id, double due, const std::string& words) {
  Attributes attributes = Due(due);
  if (!words.empty()) attributes.emplace_back("target", words);
  return On(0, id, "Case", "assign", attributes);
}

TEST(TargetNameTest, SaysWhatTheTargetIs) {
  const std::vector<TestRow> plain = {On(0, "1", "a"), On(5, "1", "b")};
  EXPECT_EQ(NameOf(plain), std::pair(std::string(), 0.0));
  EXPECT_EQ(NameOf(plain, 30),
            std::pair(std::string("30 calendar days from the first event of a case"), 30.0));
  EXPECT_EQ(NameOf({On(0, "1", "a", "assign", DayOne(3))}, 1),
            std::pair(std::string("1 calendar day from day one"), 1.0));
  EXPECT_EQ(NameOf({Promised("1", 80, ""), Promised("2", 90, ""), Promised("3", 84, "")}),
            std::pair(std::string("the cases' own due times, a median of 84.0 days after their "
                                  "begin"),
                      84.0));
  const std::string sixty = "60 business days from day one";
  EXPECT_EQ(NameOf({Promised("1", 80, sixty), Promised("2", 90, sixty)}), std::pair(sixty, 85.0));
  EXPECT_EQ(NameOf({Promised("1", 80, sixty), Promised("2", 90, sixty), Promised("3", 9, "a week")})
                .first,
            sixty + " in 2 of 3 cases, others in the rest");
}

INSTANTIATE_TEST_SUITE_P(Rows, AttainmentTest, testing::ValuesIn(kTargets),
                         [](const auto& param) { return param.param.name; });

}  // namespace
}  // namespace plumbline::analytics
