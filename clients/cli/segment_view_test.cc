// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>
#include <string>

#include "clients/cli/cases_command.h"
#include "clients/cli/compare_command.h"
#include "clients/cli/selection_flags.h"

namespace plumbline::cli {
namespace {

namespace pb = analytics::v1;

using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

template <class Message>
std::string Printed(void (*print)(const Message&, const Paper&), const Message& message) {
  std::ostringstream out;
  print(message, Paper{out, 100});
  return out.str();
}

TEST(SelectionView, SaysWhatIsLeftAndWhatIsMissing) {
  pb::SelectionSummary summary;
  EXPECT_THAT(Printed(PrintSelection, summary), IsEmpty());
  summary.set_case_count(312);
  summary.set_total_case_count(13'087);
  summary.set_event_count(1);
  summary.set_total_event_count(262'200);
  summary.add_notes("the log has no activity 'x'");
  EXPECT_EQ(Printed(PrintSelection, summary),
            "312 of 13,087 cases (2.4 %), 1 of 262,200 events are selected.\n"
            "Note: the log has no activity 'x'\n\n");
}

TEST(CasesView, ListsAndSaysHowManyThereAre) {
  pb::ListCasesResponse cases;
  EXPECT_EQ(Printed(PrintCases, cases), "No cases.\n");
  pb::CaseSummary& one = *cases.add_cases();
  one.set_case_id("c-1");
  one.mutable_duration()->set_seconds(7200);
  one.set_event_count(3);
  one.set_open(true);
  cases.set_total_count(2);
  const std::string text = Printed(PrintCases, cases);
  EXPECT_THAT(text, HasSubstr("c-1"));
  EXPECT_THAT(text, HasSubstr(" 2 h"));
  EXPECT_THAT(text, HasSubstr("open"));
  EXPECT_THAT(text, HasSubstr("1 of 2 cases"));
}

TEST(ComparisonView, SharesPointsAndMedians) {
  pb::CompareSegmentsResponse comparison;
  comparison.mutable_first()->set_case_count(4);
  comparison.mutable_second()->set_case_count(2);
  pb::EdgeComparison& edge = *comparison.add_edges();
  edge.set_from("Quote");
  edge.set_to("Sign");
  edge.mutable_counts()->set_first_share(0.75);
  edge.mutable_counts()->set_second_share(0.5);
  edge.mutable_counts()->set_share_difference(-0.25);
  for (pb::DurationStatistics* wait :
       {edge.mutable_wait()->mutable_first(), edge.mutable_wait()->mutable_second()}) {
    wait->set_count(1);
    wait->mutable_median()->set_seconds(3600);
  }
  edge.mutable_wait()->mutable_median_difference()->set_seconds(7200);
  comparison.set_omitted_edge_count(3);
  const std::string text = Printed(PrintComparison, comparison);
  for (const char* part : {"Quote", "75.0 %", "50.0 %", "-25.0", "+2.0 h", "and 3 more edges"}) {
    EXPECT_THAT(text, HasSubstr(part));
  }
}

// No shares of nothing.
TEST(ComparisonView, APartWithoutACaseComparesNothing) {
  pb::CompareSegmentsResponse comparison;
  comparison.mutable_second()->set_case_count(2);
  comparison.add_activities()->set_activity("Quote");
  const std::string text = Printed(PrintComparison, comparison);
  EXPECT_THAT(text, HasSubstr("The first part has no case: there is nothing to compare."));
  EXPECT_THAT(text, Not(HasSubstr("Quote")));
  EXPECT_THAT(text, Not(HasSubstr("%")));
}

}  // namespace
}  // namespace plumbline::cli
