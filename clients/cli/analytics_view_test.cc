// SPDX-License-Identifier: Apache-2.0
//
// What people read of answers that are cut, and of imports in doubt.
#include <sstream>
#include <string>

#include "clients/cli/importing.h"
#include "clients/cli/report_view.h"
#include "clients/cli/session.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace plumbline::cli {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

namespace pb = analytics::v1;

TEST(ReportView, WhatIsLeftOutIsTold) {
  pb::Report report;
  report.mutable_event_log()->set_event_count(1);
  pb::ProcessMap& map = *report.mutable_process_map();
  map.add_activities()->set_activity("Call");
  map.mutable_omitted_activities()->set_count(1'234);
  map.mutable_omitted_activities()->set_share(0.25);
  map.set_omitted_edges(1);
  map.set_omitted_count(7);
  map.set_omitted_share(0.034);
  report.add_steps()->set_activity("Call");
  report.mutable_omitted_steps()->set_count(9);
  report.mutable_omitted_steps()->set_share(0.1);
  report.add_impediments()->set_cause("ACCESS");
  report.mutable_omitted_impediments()->set_count(1);
  report.mutable_omitted_impediments()->set_share(0.5);
  std::ostringstream out;
  PrintReport(report, {out});
  EXPECT_THAT(out.str(), HasSubstr("and 1 rarer edge with 7 occurrences, 3.4 % of all\n"));
  EXPECT_THAT(out.str(), HasSubstr("and 9 more steps with 10.0 % of all time\n"));
  EXPECT_THAT(out.str(), HasSubstr("and 1 more cause with 50.0 % of all time lost\n"));
  std::ostringstream whole;
  PrintMap(map, {whole});
  EXPECT_THAT(whole.str(), HasSubstr("and 1,234 more activities with 25.0 % of the events\n"));
}

TEST(ReportView, WholeListsSayNothing) {
  pb::Report report;
  report.mutable_event_log()->set_event_count(1);
  report.mutable_process_map()->add_activities()->set_activity("Call");
  report.add_steps()->set_activity("Call");
  report.add_impediments()->set_cause("ACCESS");
  std::ostringstream out;
  PrintReport(report, {out});
  EXPECT_THAT(out.str(), Not(HasSubstr(" more ")));
}

TEST(ReportView, VariantsTellOpenCasesAndLongSequences) {
  pb::ListVariantsResponse variants;
  pb::Variant& v = *variants.add_variants();
  v.set_count(3);
  v.set_share(1);
  for (const char* activity : {"a", "b", "b"}) v.add_activities(activity);
  v.set_activity_count(3);
  v.mutable_duration()->set_count(3);
  v.mutable_duration()->mutable_median()->set_seconds(60);
  std::ostringstream closed;
  PrintVariants(variants.variants(), 1, {closed});
  EXPECT_EQ(closed.str(),
            "1. 3 cases (100.0 %), median 1.0 min, 3 steps\n"
            "   a > b (2x)\n");
  v.set_open_case_count(3);
  v.set_activity_count(1'503);
  v.clear_duration();
  std::ostringstream open;
  PrintVariants(variants.variants(), 1, {open});
  EXPECT_EQ(open.str(),
            "1. 3 cases (100.0 %), 3 still open, 1,503 steps\n"
            "   a > b (2x) > (1,500 more)\n");
}

TEST(Importing, TimesInDoubtAreTold) {
  pb::ImportEventLogResponse response;
  response.set_format("csv");
  response.add_times()->set_format("%d/%m/%Y");
  EXPECT_THAT(DoubtfulTimes(response), ElementsAre());
  pb::TimeReading& reading = *response.add_times();
  reading.set_column("started");
  reading.set_format("%m/%d/%Y");
  reading.set_ambiguous(true);
  reading.set_other_format("%d/%m/%Y");
  reading.set_sample("03/04/2026");
  reading.mutable_sample_time()->set_seconds(1'772'582'400);
  reading.mutable_other_time()->set_seconds(1'775'174'400);
  const std::string sentence =
      "day and month in doubt: '03/04/2026' in column 'started' was read as 2026-03-04, but could "
      "be 2026-04-03, and no time of the column tells; if that is wrong, import again with "
      "--date-order day-first";
  EXPECT_THAT(DoubtfulTimes(response), ElementsAre(sentence));
  base::FakeClock clock;
  std::ostringstream out, err;
  Session session(GlobalOptions(), clock, {out}, err);
  PrintImport(session, response);
  EXPECT_THAT(out.str(), HasSubstr(sentence));
  reading.set_format("%d/%m/%Y");
  EXPECT_THAT(DoubtfulTimes(response), ElementsAre(HasSubstr("--date-order month-first")));
}

}  // namespace
}  // namespace plumbline::cli
