// SPDX-License-Identifier: Apache-2.0
#include <sstream>
#include <string>

#include "clients/cli/diff_view.h"
#include "clients/cli/importing.h"
#include "clients/cli/report_view.h"
#include "clients/cli/session.h"
#include "clients/cli/units.h"
#include "gtest/gtest.h"

namespace plumbline::cli {
namespace {

TEST(Units, SpansReadAsPeopleSayThem) {
  struct Row {
    double seconds;
    const char* text;
  };
  for (const Row& row :
       {Row{0, "0 s"}, Row{0.25, "250 ms"}, Row{43, "43 s"}, Row{90, "1.5 min"}, Row{750, "13 min"},
        Row{597.5, "10 min"}, Row{5400, "1.5 h"}, Row{3600 * 21.4, "21 h"},
        Row{86'400 * 2.5, "2.5 d"}, Row{86'400 * 21.44, "21.4 d"}, Row{86'400 * 99.96, "100 d"},
        Row{86'400 * 1204.0, "1,204 d"}, Row{-90, "-1.5 min"}}) {
    EXPECT_EQ(Span(row.seconds), row.text) << row.seconds;
  }
}

TEST(Units, CountsHaveThousands) {
  EXPECT_EQ(Count(0), "0");
  EXPECT_EQ(Count(999), "999");
  EXPECT_EQ(Count(1000), "1,000");
  EXPECT_EQ(Count(-1234567), "-1,234,567");
  EXPECT_EQ(Percent(0.4567), "45.7 %");
}

TEST(ReportView, OpenCasesAndTheWaitBeforeTheFirstStep) {
  analytics::v1::Report report;
  report.mutable_event_log()->set_event_count(20);
  auto* duration = report.mutable_case_duration();
  duration->set_count(1);
  duration->mutable_median()->set_seconds(86'400);
  EXPECT_EQ(CaseSummary(*duration, 0), Summary(*duration));
  report.set_open_case_count(12);
  report.mutable_bottleneck()->set_to("Laptop");
  report.mutable_bottleneck()->set_count(10);
  report.mutable_bottleneck()->mutable_wait()->set_total_seconds(86'400 * 40);
  report.set_bottleneck_share(0.5);
  std::ostringstream out;
  PrintReport(report, {out, 200});
  EXPECT_NE(out.str().find("; 12 cases still open\n"), std::string::npos) << out.str();
  EXPECT_NE(out.str().find("\nBefore Laptop: cases waited there 10 times, 40.0 d in all (50.0 % of "
                           "all waiting);"),
            std::string::npos)
      << out.str();
  report.set_open_case_count(1);
  report.mutable_bottleneck()->set_from("Mail");
  PrintReport(report, {out, 200});
  EXPECT_NE(out.str().find("; 1 case still open\n"), std::string::npos) << out.str();
  EXPECT_NE(out.str().find("\nBetween Mail and Laptop: "), std::string::npos) << out.str();
  report.mutable_bottleneck()->set_from("Laptop");
  PrintReport(report, {out, 200});
  EXPECT_NE(out.str().find("\nBetween repeats of Laptop: "), std::string::npos) << out.str();
}

TEST(DiffView, GroupsByNodeAndSaysWhy) {
  using catalog::v1::Difference;
  using catalog::v1::DiffRevisionsResponse;
  DiffRevisionsResponse diff;
  const auto add = [&](Difference::Kind kind, const char* node, const char* item,
                       const char* before, const char* after) {
    Difference* d = diff.add_differences();
    d->set_kind(kind);
    d->set_verdict(DiffRevisionsResponse::VERDICT_NEEDS_MIGRATION);
    d->set_why("because");
    d->set_node(node);
    d->set_title(node[0] == '\0' ? "" : "Its\ntitle");
    d->set_item(item);
    d->set_before(before);
    d->set_after(after);
    d->set_node_count(kind == Difference::KIND_NODE_REMOVED ? 3 : 1);
  };
  add(Difference::KIND_EARLIEST_DAY, "", "", "", "3");
  add(Difference::KIND_NODE_MOVED, "a", "", "x", "y");
  add(Difference::KIND_UTILITY, "a", "crm", "", "crm");
  add(Difference::KIND_CHECKLIST, "a", "one", "One", "");
  add(Difference::KIND_NODE_ADDED, "b", "", "", "x");
  add(Difference::KIND_NODE_REMOVED, "c", "", "x", "");
  add(Difference::KIND_NODE_REORDERED, "d", "", "1", "3");
  std::ostringstream out;
  PrintDifferences(diff, false, out);
  EXPECT_EQ(out.str(),
            "  the process\n    ~ earliest day: none -> 3\n      needs migration: because\n"
            "  a  Its title\n    > moved from x to y\n      needs migration: because\n"
            "    + utility crm\n      needs migration: because\n"
            "    - checklist one: One\n      needs migration: because\n"
            "  b  Its title\n    + added to x\n      needs migration: because\n"
            "  c  Its title\n    - removed from x, 3 nodes\n      needs migration: because\n"
            "  d  Its title\n    > moved from place 1 to 3\n      needs migration: because\n");
  std::ostringstream coloured;
  PrintDifferences(diff, true, coloured);
  EXPECT_NE(coloured.str().find("\033[31m- removed from x, 3 nodes\033[0m"), std::string::npos);
}

TEST(ReportView, AnEmptyLogSaysSo) {
  analytics::v1::Report report;
  report.mutable_event_log()->set_name("workspaces/w/eventLogs/deals");
  std::ostringstream out;
  PrintReport(report, {out});
  EXPECT_EQ(out.str(), "In detail: deals\n================\nNo events yet.\n");
}

TEST(Importing, LogIdsComeFromFileNames) {
  EXPECT_EQ(LogIdOf("/data/BPIC 2012.xes.gz"), "bpic-2012");
  EXPECT_EQ(LogIdOf("events.csv"), "events");
  EXPECT_EQ(LogIdOf("2024.csv"), "log-2024");
  EXPECT_EQ(LogIdOf("-"), "log");
  EXPECT_EQ(LogIdOf(std::string(90, 'x') + ".csv").size(), 63u);
}

TEST(Session, NamesAndTimes) {
  base::FakeClock clock;
  std::ostringstream out, err;
  GlobalOptions options;
  options.workspace = "acme";
  Session session(options, clock, {out}, err);
  EXPECT_EQ(session.FullName("processes", "x"), "workspaces/acme/processes/x");
  EXPECT_EQ(session.FullName("processes", "processes/x@3"), "workspaces/acme/processes/x@3");
  EXPECT_EQ(session.FullName("workspaces/other/processes/x"), "workspaces/other/processes/x");
  EXPECT_EQ(session.ShortName("workspaces/acme/processes/x"), "processes/x");
  EXPECT_EQ(*ParseTime("--at", "2026-01-31T10:00:00+01:00"),
            *ParseTime("--at", "2026-01-31T09:00"));
  EXPECT_EQ(*ParseTime("--at", "2026-01-31T10:00+01:00"), *ParseTime("--at", "2026-01-31T09:00"));
  EXPECT_FALSE(ParseTime("--at", "31.1.2026").ok());
}

}  // namespace
}  // namespace plumbline::cli
