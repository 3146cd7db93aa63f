// SPDX-License-Identifier: Apache-2.0
#include "clients/cli/improvement_view.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <sstream>
#include <string>

#include "common/base/error.h"

namespace plumbline::cli {
namespace {

namespace pb = analytics::v1;

using testing::HasSubstr;
using testing::Not;

pb::Improvement Quotes() {
  pb::Improvement improvement;
  improvement.set_name("workspaces/acme/improvements/slow-quotes");
  improvement.set_title("Quotes take too long");
  improvement.set_problem("Half of them wait three weeks.");
  improvement.set_state(pb::Improvement::STATE_CONTROL);
  improvement.mutable_measure()->set_kind(pb::QualityMeasure::KIND_STEP_WAITING);
  improvement.mutable_measure()->set_activity("Legal");
  improvement.set_direction(pb::Improvement::DIRECTION_LOWER);
  improvement.mutable_goal()->mutable_time()->set_seconds(5 * 86'400);
  pb::ImprovementBaseline& baseline = *improvement.mutable_baseline();
  baseline.mutable_figures()->set_case_count(1'200);
  baseline.mutable_figures()->set_center(10 * 86'400);
  baseline.set_stable(false);
  baseline.set_wanted_case_count(60);
  baseline.add_warnings("the baseline is not stable");
  improvement.add_causes()->set_text("One reader");
  return improvement;
}

std::string Printed(const std::function<void(const Paper&)>& print) {
  std::ostringstream out;
  print(Paper{out, 120});
  return out.str();
}

TEST(ImprovementView, Project) {
  const std::string text = Printed([](const Paper& paper) { PrintImprovement(Quotes(), paper); });
  EXPECT_THAT(text, HasSubstr("improvement:      slow-quotes\n"));
  EXPECT_THAT(text, HasSubstr("how long cases wait for 'Legal'; less is better"));
  EXPECT_THAT(text, HasSubstr("1,200 cases, median 10.0 d"));
  EXPECT_THAT(text, HasSubstr("it is not stable"));
  EXPECT_THAT(text, HasSubstr("One reader (no evidence yet)"));
  EXPECT_THAT(text, HasSubstr("plumbline improvement measure slow-quotes"));
  EXPECT_THAT(text, Not(HasSubstr("verdict:")));
}

// Before it is frozen a baseline has warnings alone.
TEST(ImprovementView, WarnsBeforeTheBaselineIsFrozen) {
  pb::Improvement one = Quotes();
  one.set_state(pb::Improvement::STATE_DEFINE);
  one.clear_baseline();
  one.mutable_baseline()->add_warnings("the cases are chosen by what came of them");
  const std::string text = Printed([&](const Paper& paper) { PrintImprovement(one, paper); });
  EXPECT_THAT(text, HasSubstr("mind: the cases are chosen by what came of them"));
  EXPECT_THAT(text, Not(HasSubstr("frozen")));
}

// What is done is not asked for again.
TEST(ImprovementView, TheNextStepFollowsWhatIsThere) {
  const auto next = [](const pb::Improvement& improvement) {
    const std::string text =
        Printed([&](const Paper& paper) { PrintImprovement(improvement, paper); });
    return text.substr(text.find("next:"));
  };
  pb::Improvement one = Quotes();
  one.set_state(pb::Improvement::STATE_DEFINE);
  EXPECT_THAT(next(one), HasSubstr("say --owner, --log, --smallest-effect, --baseline-to"));
  one.set_owner("ada");
  one.set_event_log("workspaces/acme/eventLogs/quotes");
  one.mutable_smallest_effect()->mutable_time()->set_seconds(86'400);
  one.mutable_baseline_window()->mutable_end_time()->set_seconds(1);
  EXPECT_THAT(next(one), HasSubstr("freeze the baseline: plumbline improvement advance"));
  EXPECT_THAT(next(one), Not(HasSubstr("improvement set")));
  one.set_state(pb::Improvement::STATE_ANALYZE);
  EXPECT_THAT(next(one), HasSubstr("name a cause with evidence"));
  one.mutable_causes(0)->set_evidence("70 % of the wait");
  EXPECT_THAT(next(one), HasSubstr("go and change the process: plumbline improvement advance"));
  one.set_state(pb::Improvement::STATE_IMPROVE);
  EXPECT_THAT(next(one), HasSubstr("--changed TIME"));
  one.mutable_change()->mutable_time()->set_seconds(1);
  EXPECT_THAT(next(one), HasSubstr("see whether it helps: plumbline improvement advance"));
}

TEST(ImprovementView, Comparison) {
  pb::ImprovementComparison comparison;
  comparison.set_sentence("improved by 4.00 days");
  comparison.set_verdict(pb::ImprovementComparison::VERDICT_IMPROVED);
  comparison.set_method(pb::ImprovementComparison::METHOD_RANK_SUM);
  comparison.set_improvement(4 * 86'400);
  comparison.mutable_before()->set_case_count(1'200);
  comparison.mutable_before()->set_center(10 * 86'400);
  comparison.mutable_after()->set_case_count(80);
  comparison.mutable_after()->set_young_count(12);
  comparison.set_goal_reached(false);
  comparison.add_warnings("the mix of cases changed");
  const std::string text =
      Printed([&](const Paper& paper) { PrintComparison(comparison, Quotes(), paper); });
  EXPECT_THAT(text, HasSubstr("Improved by 4.00 days.\n"));
  EXPECT_THAT(text, HasSubstr("no difference of the medians"));
  EXPECT_THAT(text, HasSubstr("too young"));
  EXPECT_THAT(text, HasSubstr("not known"));
  EXPECT_THAT(text, HasSubstr("5.0 d: not reached"));
  EXPECT_THAT(text, HasSubstr("mind:             the mix of cases changed"));
  EXPECT_EQ(VerdictWord(comparison), "improved");
  EXPECT_EQ(VerdictWord({}), "");
}

TEST(ImprovementView, WhyCasesAreLeftOut) {
  pb::Improvement waits = Quotes();
  waits.mutable_measure()->set_kind(pb::QualityMeasure::KIND_STEP_WAITING);
  waits.mutable_measure()->set_activity("Legal");
  pb::ImprovementComparison comparison;
  const auto text = [&] {
    return Printed([&](const Paper& paper) { PrintComparison(comparison, waits, paper); });
  };
  EXPECT_THAT(text(), Not(HasSubstr("Left out")));
  comparison.mutable_before()->set_left_out_count(1'213);
  EXPECT_THAT(text(), HasSubstr("Left out: cases that did not come to 'Legal', or of which nothing "
                                "tells since when it was waited for."));
}

TEST(ImprovementView, Amounts) {
  pb::ImprovementAmount amount;
  ASSERT_TRUE(SetAmount("--goal", "2d", &amount).ok());
  EXPECT_EQ(amount.time().seconds(), 2 * 86'400);
  ASSERT_TRUE(SetAmount("--goal", "5%", &amount).ok());
  EXPECT_DOUBLE_EQ(amount.share(), 0.05);
  ASSERT_TRUE(SetAmount("--goal", "0.3", &amount).ok());
  EXPECT_DOUBLE_EQ(amount.per_case(), 0.3);
  for (const char* wrong : {"", "soon", "x%", "2 days"}) {
    const absl::Status status = SetAmount("--goal", wrong, &amount);
    ASSERT_FALSE(status.ok()) << wrong;
    EXPECT_EQ(base::FieldViolationsOf(status)[0].field, "--goal");
  }
}

// What was told when it was frozen is not told again with each step.
TEST(ImprovementView, WarningsThatWereThereAreCounted) {
  pb::Improvement before = Quotes();
  before.mutable_baseline()->add_warnings("it is small");
  pb::Improvement now = before;
  now.mutable_baseline()->add_warnings("it was picked at a peak");
  const pb::Improvement shown = WithNewWarnings(before, now);
  ASSERT_EQ(shown.baseline().warnings_size(), 2);
  EXPECT_EQ(shown.baseline().warnings(0), "it was picked at a peak");
  EXPECT_EQ(shown.baseline().warnings(1),
            "as before, 2 more warnings: plumbline improvement show slow-quotes");
  EXPECT_EQ(WithNewWarnings({}, before).baseline().warnings_size(), 2);
}

}  // namespace
}  // namespace plumbline::cli
