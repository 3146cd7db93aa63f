// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/objectives/service/measure.h"

#include <gtest/gtest.h>

#include <string>

#include "absl/time/time.h"
#include "common/base/error.h"

namespace plumbline::analytics {
namespace {

using Proto = v1::ObjectiveMeasure;

int64_t At(const std::string& text) {
  absl::Time time;
  std::string error;
  EXPECT_TRUE(absl::ParseTime(absl::RFC3339_full, text, &time, &error)) << error;
  return absl::ToUnixMicros(time);
}

// Open Monday to Friday, 09:00 to 17:00.
Proto InOfficeHours() {
  Proto proto;
  proto.set_kind(Proto::KIND_CASE_TIME);
  proto.mutable_business_time()->add_calendars()->set_time_zone("UTC");
  return proto;
}

TEST(Deadline, IsInWorkingDays) {
  Proto proto = InOfficeHours();
  proto.set_target_working_days(30);
  const auto measure = ToMeasure("measure", proto);
  ASSERT_TRUE(measure.ok()) << measure.status();
  // Six weeks from a Friday.
  EXPECT_EQ(measure->deadline(At("2026-01-09T10:00:00Z")), At("2026-02-20T10:00:00Z"));
}

TEST(Deadline, IsInOpenHours) {
  Proto proto = InOfficeHours();
  proto.mutable_target()->set_seconds(2 * 3600);
  const auto measure = ToMeasure("measure", proto);
  ASSERT_TRUE(measure.ok()) << measure.status();
  EXPECT_EQ(measure->deadline(At("2026-01-09T16:00:00Z")), At("2026-01-12T10:00:00Z"));
}

TEST(Deadline, IsByTheWallClockOrTheLogsOwn) {
  Proto proto;
  proto.set_kind(Proto::KIND_CASE_TIME);
  EXPECT_FALSE(ToMeasure("measure", proto)->deadline);
  proto.mutable_target()->set_seconds(86'400);
  EXPECT_EQ(ToMeasure("measure", proto)->deadline(At("2026-01-09T16:00:00Z")),
            At("2026-01-10T16:00:00Z"));
}

TEST(Measure, WhatMakesNoSenseIsNamed) {
  const auto field = [](const Proto& proto) {
    const auto measure = ToMeasure("measure", proto);
    const auto violations = base::FieldViolationsOf(measure.status());
    return violations.empty() ? "" : violations[0].field;
  };
  Proto proto = InOfficeHours();
  EXPECT_EQ(field(proto), "measure.business_time") << "nothing to count by it";
  proto.mutable_target()->set_seconds(90);
  EXPECT_EQ(field(proto), "measure.target") << "half a minute";
  proto.mutable_target()->set_seconds(60);
  EXPECT_EQ(field(proto), "");
  proto.set_target_working_days(1);
  EXPECT_EQ(field(proto), "measure.target_working_days");
  proto.clear_target();
  proto.set_target_working_days(-1);
  EXPECT_EQ(field(proto), "measure.target_working_days");
  proto.Clear();
  proto.set_kind(Proto::KIND_STEP_TIME);
  EXPECT_EQ(field(proto), "measure.activity");
  proto.Clear();
  proto.set_kind(Proto::KIND_CASES_WITH_CONDITION);
  EXPECT_EQ(field(proto), "measure.condition");
  proto.set_condition("duration >");
  EXPECT_EQ(field(proto), "measure.condition");
}

TEST(Digest, TellsMeasuresApart) {
  Proto one = InOfficeHours(), other = InOfficeHours();
  EXPECT_EQ(DigestOf(one), DigestOf(other));
  other.mutable_business_time()->mutable_calendars(0)->set_time_zone("Europe/Berlin");
  EXPECT_NE(DigestOf(one), DigestOf(other));
  other = one;
  other.set_activity("x");
  EXPECT_NE(DigestOf(one), DigestOf(other));
}

}  // namespace
}  // namespace plumbline::analytics
