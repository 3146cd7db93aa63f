// SPDX-License-Identifier: Apache-2.0
//
// `improvement set` changes what is given, and leaves the rest.
#include "clients/cli/improvement_flags.h"

#include <sstream>
#include <string>

#include "clients/cli/kept_times.h"
#include "common/base/clock.h"
#include "gmock/gmock.h"
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
    said_ = out.str();
  }
  pb::Improvement improvement_;
  std::string said_;
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

// A mean that was chosen of times is none of shares; what is asked for stays, to be refused.
TEST_F(ImprovementFlagsTest, TheCenterOfTimesIsNoneOfCounts) {
  ImprovementFlags mean, title;
  improvement_.mutable_measure()->set_kind(pb::QualityMeasure::KIND_STEP_WAITING);
  mean.center = "mean";
  Set(mean);
  title.title = "Faster";
  Set(title);
  EXPECT_EQ(improvement_.center(), pb::Improvement::CENTER_MEAN);

  // As --of defects makes it.
  improvement_.mutable_measure()->set_kind(pb::QualityMeasure::KIND_CASES_WITH_DEFECT);
  Set(title);
  EXPECT_EQ(improvement_.center(), pb::Improvement::CENTER_UNSPECIFIED);
  Set(mean);
  EXPECT_EQ(improvement_.center(), pb::Improvement::CENTER_MEAN);
}

// A time is given in the working days of the calendar that the project has.
TEST_F(ImprovementFlagsTest, TargetsInWorkingDaysOfTheCalendarThatItHas) {
  pb::QualityMeasure& measure = *improvement_.mutable_measure();
  measure.set_kind(pb::QualityMeasure::KIND_CASES_LATE);
  measure.mutable_target()->set_seconds(86'400);
  measure.mutable_business_time()->add_calendars()->set_time_zone("UTC");  // 9 to 17
  ImprovementFlags flags;
  flags.measure.target = "12wd";
  Set(flags);
  EXPECT_EQ(measure.target().seconds(), 12 * 8 * 3'600);
  EXPECT_EQ(said_, "");
  flags.measure.target = "12d";
  Set(flags);
  EXPECT_EQ(measure.target().seconds(), 12 * 86'400);
  EXPECT_THAT(said_, ::testing::HasSubstr("--target: 12d is 288 h of open time"));
  EXPECT_EQ(measure.business_time().calendars_size(), 1);
}

TEST(KeptTimes, AreToldWhereAnotherCalendarCountsThem) {
  base::FakeClock clock(absl::FromUnixSeconds(1'700'000'000));
  std::ostringstream out;
  Session session({}, clock, Paper{out, 0}, out);
  google::protobuf::Duration month;
  month.set_seconds(30 * 86'400);
  pb::BusinessTime none, berlin, tokyo;
  berlin.add_calendars()->set_name("workspaces/acme/calendars/berlin");
  tokyo.add_calendars()->set_name("workspaces/acme/calendars/tokyo");
  TellKeptTime(session, "--goal", month, berlin, berlin);
  TellKeptTime(session, "--goal", month, berlin, none);
  EXPECT_EQ(out.str(), "");
  TellKeptTime(session, "--goal", month, none, berlin);
  EXPECT_EQ(out.str(),
            "--goal stays as it is: its 720 h are open time of this --calendar now, 90.0 working "
            "days (they were 30.0 d of the wall clock); give --goal too where that is not meant, "
            "as 30wd\n");
  out.str("");
  TellKeptTime(session, "--within", month, berlin, tokyo);
  EXPECT_THAT(out.str(), ::testing::HasSubstr("(they were 90.0 working days of another)"));
}

}  // namespace
}  // namespace plumbline::cli
