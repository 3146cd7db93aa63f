// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>
#include <string>

#include "clients/cli/organization_command.h"
#include "clients/cli/temporal_command.h"

namespace plumbline::cli {
namespace {

namespace pb = analytics::v1;

using testing::HasSubstr;
using testing::Not;

template <class Message>
std::string Printed(void (*print)(const Message&, const Paper&), const Message& message) {
  std::ostringstream out;
  print(message, Paper{out, 120});
  return out.str();
}

TEST(OrganizationView, HandoversAndTheRest) {
  pb::GetHandoversResponse handovers;
  EXPECT_THAT(Printed(PrintHandovers, handovers), HasSubstr("No case has two steps"));
  handovers.set_handover_count(3);
  handovers.set_kept_count(1);
  handovers.set_case_count(1);
  handovers.mutable_wait()->mutable_median()->set_seconds(7200);
  pb::Handover& pair = *handovers.add_handovers();
  pair.set_from("ada");
  pair.set_to("bob\x1b");
  pair.set_count(2);
  handovers.mutable_omitted_handovers()->set_count(4);
  handovers.mutable_omitted_handovers()->set_share(0.25);
  const std::string text = Printed(PrintHandovers, handovers);
  EXPECT_THAT(text, HasSubstr("3 of 4 steps (75.0 %) are handovers, in 1 case; median wait 2.0 h"));
  EXPECT_THAT(text, HasSubstr("and 4 more pairs with 25.0 %"));
  EXPECT_THAT(text, Not(HasSubstr("\x1b")));
  handovers.clear_wait();
  pb::AbsentFigure& absent = *handovers.add_absent();
  absent.set_field("wait");
  absent.set_reason("nobody waited");
  EXPECT_THAT(Printed(PrintHandovers, handovers),
              HasSubstr("median wait not known: nobody waited. 1 stay"));
}

// 24 open hours are three working days of eight.
TEST(OrganizationView, WaitsOfACalendarAreInWorkingDays) {
  pb::GetHandoversResponse handovers;
  handovers.set_handover_count(1);
  handovers.set_case_count(1);
  handovers.mutable_wait()->mutable_median()->set_seconds(24 * 3600);
  pb::Handover& pair = *handovers.add_handovers();
  *pair.mutable_wait() = handovers.wait();
  pair.mutable_wait()->mutable_p90()->set_seconds(48 * 3600);
  std::ostringstream out;
  PrintHandovers(handovers, Paper{out, 120, 8 * 3600.0});
  EXPECT_THAT(out.str(), HasSubstr("median wait 3.0 wd"));
  EXPECT_THAT(out.str(), HasSubstr("  3 wd         6 wd"));
}

TEST(OrganizationView, WhatIsNotKnownHasItsReason) {
  pb::GetWorkloadResponse workload;
  workload.add_performers()->set_performer("ada");
  pb::AbsentFigure& absent = *workload.add_absent();
  absent.set_field("performers.busy_seconds");
  absent.set_reason("no event says when work was begun");
  EXPECT_THAT(Printed(PrintWorkload, workload),
              HasSubstr("Busy seconds not known: no event says when work was begun.\n"));
  pb::GetTemporalProfileResponse profile;
  profile.set_time_count(1);
  profile.add_pairs()->set_count(1);
  EXPECT_THAT(Printed(PrintProfile, profile), HasSubstr("not known: one time"));
}

TEST(OrganizationView, WorkloadAndItsEffect) {
  pb::GetWorkloadResponse workload;
  EXPECT_THAT(Printed(PrintWorkload, workload), HasSubstr("Nobody is named"));
  workload.set_has_starts(true);
  workload.set_unassigned_count(1);
  pb::PerformerLoad& ada = *workload.add_performers();
  ada.set_performer("ada");
  ada.set_item_count(1200);
  ada.set_utilisation(0.5);
  pb::LoadEffect& effect = *workload.mutable_load_effect();
  effect.mutable_load_horizon()->set_seconds(86'400);
  effect.add_bins()->set_max_load(3);
  effect.set_correlation(0.4);
  effect.set_p_value(0.001);
  const std::string text = Printed(PrintWorkload, workload);
  for (const char* part : {"1,200", "50.0 %", "1 item is nobody's", "0 to 3",
                           "More load goes with slower work: rank correlation 0.40"}) {
    EXPECT_THAT(text, HasSubstr(part));
  }
  // Rows are days of the zone that was asked for.
  pb::LoadPeriod& period = *workload.add_periods();
  period.mutable_start_time()->set_seconds(1'496'268'000);
  period.set_mean_open_case_count(1301);
  absl::TimeZone berlin;
  ASSERT_TRUE(absl::LoadTimeZone("Europe/Berlin", &berlin));
  std::ostringstream rows;
  PrintWorkload(workload, Paper{rows, 120}, berlin);
  EXPECT_THAT(rows.str(), HasSubstr("from (Europe/Berlin)"));
  EXPECT_THAT(rows.str(), HasSubstr("2017-06-01 00:00"));
  EXPECT_THAT(rows.str(), HasSubstr("1,301"));
  effect.set_p_value(0.5);
  EXPECT_THAT(Printed(PrintWorkload, workload),
              HasSubstr("No relation of load and time is shown: rank correlation 0.40, p = 0.500"));
  // So little is seen by the test of so many, and by nobody else.
  effect.set_p_value(0.0001);
  effect.set_correlation(-0.01);
  EXPECT_THAT(Printed(PrintWorkload, workload),
              HasSubstr("Load and time hardly go together: rank correlation -0.01, p < 0.001"));
}

TEST(OrganizationView, Batches) {
  pb::GetBatchesResponse batches;
  EXPECT_THAT(Printed(PrintBatches, batches), HasSubstr("No item is done by anybody"));
  for (pb::BatchWork* work : {batches.mutable_total(), batches.add_entries()}) {
    work->set_item_count(4);
    work->set_batch_count(1);
    work->set_batched_item_count(3);
    work->set_batched_share(0.75);
    work->set_mean_size(3);
    work->set_gathering_seconds(7200);
    work->set_sequential_count(1);
  }
  batches.add_largest_batches()->set_kind(pb::Batch::KIND_SEQUENTIAL);
  const std::string text = Printed(PrintBatches, batches);
  for (const char* part : {"3 of 4 items (75.0 %) are done in 1 batch of 3.0 on average",
                           "waited 2.0 h", "0 / 1 / 0", "one by one"}) {
    EXPECT_THAT(text, HasSubstr(part));
  }
}

TEST(TemporalView, ProfileSaysWhatIsFarOut) {
  pb::GetTemporalProfileResponse profile;
  EXPECT_THAT(Printed(PrintProfile, profile), HasSubstr("No activity comes after another"));
  profile.set_time_count(1000);
  profile.set_deviation_count(2);
  profile.set_deviating_case_count(2);
  pb::TemporalDeviation& one = *profile.add_cases();
  one.set_case_id("c-1");
  one.set_seconds(7200);
  const std::string text = Printed(PrintProfile, profile);
  for (const char* part : {"2 of 1,000 times are out of the ordinary, in 2 cases", "c-1", " 2 h",
                           "never varied", "1 of 2 cases"}) {
    EXPECT_THAT(text, HasSubstr(part));
  }
}

TEST(TemporalView, DriftSaysWhenAndWhat) {
  pb::FindDriftResponse drift;
  EXPECT_EQ(Printed(PrintDrift, drift), "No events.\n");
  drift.set_period(pb::PERIOD_MONTH);
  drift.set_period_count(12);
  EXPECT_THAT(Printed(PrintDrift, drift), HasSubstr("by the month, the process never changed"));
  pb::ProcessChange& change = *drift.add_changes();
  change.mutable_time()->set_seconds(1'772'323'200);  // 2026-03-01
  pb::ActivityChange& begin = *change.add_activities();
  begin.set_shift(0.3);
  begin.set_p_value(1e-9);
  pb::StepChange& step = *change.add_steps();
  step.set_to("Quote");
  step.set_after_share(0.3);
  const std::string text = Printed(PrintDrift, drift);
  for (const char* part : {"changed once", "2026-03-01", "How cases begin: 30.0 % go another way",
                           "below 0.0001", "(begin)", "Quote"}) {
    EXPECT_THAT(text, HasSubstr(part));
  }
}

}  // namespace
}  // namespace plumbline::cli
