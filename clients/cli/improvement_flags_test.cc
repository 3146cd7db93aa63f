// SPDX-License-Identifier: Apache-2.0
//
// `improvement set` changes what is given, and leaves the rest.
#include "clients/cli/improvement_flags.h"

#include <sstream>

#include "common/base/clock.h"
#include "gtest/gtest.h"

namespace plumbline::cli {
namespace {

namespace pb = analytics::v1;

class ImprovementFlagsTest : public ::testing::Test {
 protected:
  void Set(const ImprovementFlags& flags) {
    base::FakeClock clock(absl::FromUnixSeconds(1'700'000'000));
    std::ostringstream out;
    Session session({}, clock, Paper{out, 0}, out);
    const absl::Status status = FillImprovement(session, flags, &improvement_);
    EXPECT_TRUE(status.ok()) << status;
  }
  pb::Improvement improvement_;
};

TEST_F(ImprovementFlagsTest, EitherEndOfTheBaselineAlone) {
  ImprovementFlags from, to, later;
  from.baseline_from = "2024-01-01";
  to.baseline_to = "2024-07-01";
  later.baseline_from = "2024-02-01";
  Set(from);
  Set(to);
  const pb::ChartWindow& window = improvement_.baseline_window();
  EXPECT_EQ(window.start_time().seconds(), 1'704'067'200);
  EXPECT_EQ(window.end_time().seconds(), 1'719'792'000);
  Set(later);
  EXPECT_EQ(window.start_time().seconds(), 1'706'745'600);
  EXPECT_EQ(window.end_time().seconds(), 1'719'792'000);
}

TEST_F(ImprovementFlagsTest, PartsOfTheChange) {
  ImprovementFlags when, note;
  when.changed = "2024-07-01";
  note.change_note = "Two readers";
  Set(when);
  Set(note);
  EXPECT_EQ(improvement_.change().time().seconds(), 1'719'792'000);
  EXPECT_EQ(improvement_.change().note(), "Two readers");
  when.changed = "2024-07-02";
  Set(when);
  EXPECT_EQ(improvement_.change().note(), "Two readers");
}

TEST_F(ImprovementFlagsTest, PartsOfTheMeasure) {
  pb::QualityMeasure& measure = *improvement_.mutable_measure();
  measure.set_kind(pb::QualityMeasure::KIND_CASES_LATE);
  measure.mutable_target()->set_seconds(86'400);
  measure.mutable_business_time()->add_calendars();
  ImprovementFlags target, step;
  target.measure.target = "2d";
  Set(target);
  EXPECT_EQ(measure.kind(), pb::QualityMeasure::KIND_CASES_LATE);
  EXPECT_EQ(measure.target().seconds(), 2 * 86'400);
  EXPECT_TRUE(measure.has_business_time());
  measure.Clear();
  measure.set_kind(pb::QualityMeasure::KIND_STEP_WAITING);
  measure.set_activity("Legal");
  step.measure.step = "Sign";
  Set(step);
  EXPECT_EQ(measure.kind(), pb::QualityMeasure::KIND_STEP_WAITING);
  EXPECT_EQ(measure.activity(), "Sign");
}

}  // namespace
}  // namespace plumbline::cli
