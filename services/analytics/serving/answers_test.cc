// SPDX-License-Identifier: Apache-2.0
//
// What AnalyticsService answers about a log: map, variants, durations, Pareto, report.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <string>
#include <utility>
#include <vector>

#include "services/analytics/serving/service_testing.h"

namespace plumbline::analytics {
namespace {

using testing::ElementsAre;

TEST_F(Service, AnswersFollowEveryWrite) {
  for (int i = 2; i < 20; ++i) {
    ASSERT_TRUE(analytics_.Write("sales", "crm", 1 + 3 * i, SimpleEvents(i, 1)).ok());
    const auto map = analytics_.Map("sales");
    ASSERT_TRUE(map.ok()) << map.status();
    EXPECT_EQ(map->case_count(), i + 1);
    EXPECT_EQ(map->edges_size(), 2);
    EXPECT_EQ(map->edges(0).count(), i + 1);
    EXPECT_EQ(map->edges(0).wait().median().seconds(), 3600);
  }
}

TEST_F(Service, MapKeepsTheMostFrequentEdges) {
  ASSERT_TRUE(
      analytics_.Write("sales", "erp", 1, {EventOf("x", "a", 1), EventOf("x", "b", 2)}).ok());
  const auto map = analytics_.Map("sales", 1);
  ASSERT_TRUE(map.ok()) << map.status();
  ASSERT_EQ(map->edges_size(), 1);
  EXPECT_EQ(map->edges(0).from() + map->edges(0).to(), "ab");
  EXPECT_EQ(map->edges(0).count(), 3);
  EXPECT_EQ(map->omitted_edges(), 1);
  EXPECT_EQ(map->omitted_count(), 2);
}

TEST_F(Service, VariantsComeByPages) {
  ASSERT_TRUE(analytics_
                  .Write("sales", "erp", 1,
                         {EventOf("x", "a", 1), EventOf("y", "b", 2), EventOf("z", "b", 2)})
                  .ok());
  std::vector<std::string> variants;
  std::string token;
  do {
    const auto page = analytics_.Variants("sales", 1, token);
    ASSERT_TRUE(page.ok()) << page.status();
    EXPECT_EQ(page->total_count(), 3);
    ASSERT_EQ(page->variants_size(), 1);
    std::string text = absl::StrCat(page->variants(0).count());
    for (const std::string& activity : page->variants(0).activities())
      absl::StrAppend(&text, " ", activity);
    variants.push_back(text);
    token = page->next_page_token();
  } while (!token.empty());
  EXPECT_THAT(variants, ElementsAre("2 a b c", "2 b", "1 a"));
}

TEST_F(Service, VariantsBeginAgainWhenTheLogChanges) {
  ASSERT_TRUE(analytics_.Write("sales", "erp", 1, {EventOf("x", "a", 1)}).ok());
  const auto page = analytics_.Variants("sales", 1);
  ASSERT_TRUE(page.ok()) << page.status();
  ASSERT_TRUE(analytics_.Write("sales", "erp", 2, {EventOf("y", "a", 1)}).ok());
  EXPECT_EQ(ReasonText(analytics_.Variants("sales", 1, page->next_page_token())),
            "PAGE_TOKEN_INVALID");
  // The token of one log is none of another.
  EXPECT_EQ(ReasonText(analytics_.Variants("other", 1, page->next_page_token())),
            "PAGE_TOKEN_INVALID");
}

TEST_F(Service, MapTransitionsChooseTheEventsThatCount) {
  v1::CreateEventLogRequest request;
  request.set_parent("workspaces/acme");
  request.set_event_log_id("steps");
  request.mutable_event_log()->add_map_transitions("Complete");
  ASSERT_TRUE(analytics_.Call<v1::CreateEventLogResponse>("CreateEventLog", request).ok());
  std::vector<v1::Event> events;
  for (const char* transition : {"start", "complete"}) {
    for (const char* activity : {"a", "b"}) {
      events.push_back(
          EventOf("1", activity, 100 * (activity[0] - 'a') + (transition[0] == 'c' ? 60 : 0)));
      events.back().set_transition(transition);
    }
  }
  ASSERT_TRUE(analytics_.Write("steps", "crm", 1, events).ok());
  const auto map = analytics_.Map("steps");
  ASSERT_TRUE(map.ok()) << map.status();
  ASSERT_EQ(map->edges_size(), 1);
  EXPECT_EQ(map->edges(0).wait().mean().seconds(), 100);
  v1::GetDurationsRequest durations;
  durations.set_name(LogName("steps"));
  const auto answer = analytics_.Call<v1::GetDurationsResponse>("GetDurations", durations);
  ASSERT_TRUE(answer.ok()) << answer.status();
  ASSERT_EQ(answer->steps_size(), 2);
  EXPECT_EQ(answer->steps(0).working().mean().seconds(), 60);
}

// Case "a" waits 100 s for its first step and ends with it; "b" is open.
TEST_F(Service, OpenCasesAreLeftOutOfDurations) {
  std::vector<v1::Event> events = {EventOf("a", "sign", 0), EventOf("a", "sign", 100),
                                   EventOf("b", "sign", 0)};
  events[0].set_transition("schedule");
  v1::Attribute* finished = events[1].add_attributes();
  finished->set_key("case_finished");
  finished->set_bool_value(true);
  ASSERT_TRUE(analytics_.Create("open").ok());
  ASSERT_TRUE(analytics_.Write("open", "crm", 1, events).ok());
  v1::GetDurationsRequest durations;
  durations.set_name(LogName("open"));
  const auto answer = analytics_.Call<v1::GetDurationsResponse>("GetDurations", durations);
  ASSERT_TRUE(answer.ok()) << answer.status();
  EXPECT_EQ(answer->case_duration().count(), 1);
  EXPECT_EQ(answer->case_duration().min().seconds(), 100);
  EXPECT_EQ(answer->open_case_count(), 1);
  const auto variants = analytics_.Variants("open", 5);
  ASSERT_TRUE(variants.ok()) << variants.status();
  ASSERT_EQ(variants->variants_size(), 2);
  EXPECT_EQ(variants->variants(0).activities_size(), 1);
  EXPECT_EQ(variants->variants(0).count(), 1);
  EXPECT_EQ(variants->variants(0).open_case_count(), 1);
  EXPECT_EQ(variants->variants(0).duration().count(), 0);
  EXPECT_EQ(variants->variants(1).open_case_count(), 0);
  EXPECT_EQ(variants->variants(1).duration().max().seconds(), 100);
  v1::GetReportRequest request;
  request.set_name(LogName("open"));
  const auto response = analytics_.Call<v1::GetReportResponse>("GetReport", request);
  ASSERT_TRUE(response.ok()) << response.status();
  const v1::Report& report = response->report();
  EXPECT_EQ(report.case_duration().count(), 1);
  EXPECT_EQ(report.open_case_count(), 1);
  EXPECT_EQ(report.bottleneck().from(), "");
  EXPECT_EQ(report.bottleneck().to(), "sign");
  EXPECT_EQ(report.bottleneck().wait().total_seconds(), 100);
  EXPECT_EQ(report.bottleneck_share(), 1);
}

TEST_F(Service, ParetoAndReport) {
  std::vector<v1::Event> events;
  for (const auto& [transition, seconds] : {std::pair("start", 0), std::pair("suspend", 100),
                                            std::pair("resume", 700), std::pair("complete", 800)}) {
    events.push_back(EventOf("x", "sign", seconds));
    events.back().set_transition(transition);
  }
  v1::Attribute* category = events[1].add_attributes();
  category->set_key("category");
  category->set_string_value("UTILITY_DOWN");
  ASSERT_TRUE(analytics_.Create("blocked").ok());
  ASSERT_TRUE(analytics_.Write("blocked", "crm", 1, events).ok());
  v1::GetImpedimentParetoRequest pareto;
  pareto.set_name(LogName("blocked"));
  const auto bars = analytics_.Call<v1::GetImpedimentParetoResponse>("GetImpedimentPareto", pareto);
  ASSERT_TRUE(bars.ok()) << bars.status();
  ASSERT_EQ(bars->bars_size(), 1);
  EXPECT_EQ(bars->bars(0).cause(), "UTILITY_DOWN");
  EXPECT_EQ(bars->bars(0).category(), "UTILITY_DOWN");
  EXPECT_EQ(bars->bars(0).utility(), "");
  EXPECT_EQ(bars->bars(0).cause_text(), "utility down");
  EXPECT_EQ(bars->bars(0).lost_seconds(), 600);
  v1::GetReportRequest request;
  request.set_name(LogName("blocked"));
  request.mutable_target()->set_seconds(700);
  const auto report = analytics_.Call<v1::GetReportResponse>("GetReport", request);
  ASSERT_TRUE(report.ok()) << report.status();
  EXPECT_EQ(report->report().event_log().event_count(), 4);
  EXPECT_EQ(report->report().target().outside_count(), 1);
  EXPECT_EQ(report->report().impediments_size(), 1);
  ASSERT_GE(report->report().findings_size(), 1);
  EXPECT_EQ(report->report().findings(0).kind(), v1::Finding::KIND_IMPEDIMENT);
  request.mutable_target()->set_seconds(900);
  EXPECT_EQ(analytics_.Call<v1::GetReportResponse>("GetReport", request)
                ->report()
                .target()
                .inside_count(),
            1);
}

TEST_F(Service, ReportOfAnEmptyLog) {
  ASSERT_TRUE(analytics_.Create("empty").ok());
  v1::GetReportRequest request;
  request.set_name(LogName("empty"));
  const auto report = analytics_.Call<v1::GetReportResponse>("GetReport", request);
  ASSERT_TRUE(report.ok()) << report.status();
  EXPECT_EQ(report->report().variant_count(), 0);
  EXPECT_FALSE(report->report().has_bottleneck());
}

// Step i of 30 occurs in one case: it waits i hours after the begin, and is blocked for i minutes
// by a cause of its own.
TEST_F(Service, ListsAreBoundedAndSayWhatTheyLeftOut) {
  std::vector<v1::Event> events;
  for (int i = 1; i <= 30; ++i) {
    const std::string id = absl::StrCat("case ", i), step = absl::StrCat("step ", i);
    const int begun = 3'600 * i;
    events.push_back(EventOf(id, "begin", 0));
    for (const auto& [transition, seconds] :
         {std::pair("start", begun), std::pair("suspend", begun),
          std::pair("resume", begun + 60 * i), std::pair("complete", begun + 60 * i)}) {
      events.push_back(EventOf(id, step, seconds));
      events.back().set_transition(transition);
    }
    v1::Attribute* category = events[events.size() - 3].add_attributes();
    category->set_key("category");
    category->set_string_value(absl::StrCat("CAUSE_", i));
  }
  ASSERT_TRUE(analytics_.Create("wide").ok());
  ASSERT_TRUE(analytics_.Write("wide", "crm", 1, events).ok());

  v1::GetProcessMapRequest map;
  map.set_name(LogName("wide"));
  map.set_max_activities(3);
  map.set_max_edges(1'000'000'000);
  const auto cut = analytics_.Call<v1::GetProcessMapResponse>("GetProcessMap", map);
  ASSERT_TRUE(cut.ok()) << cut.status();
  const v1::ProcessMap& answer = cut->process_map();
  EXPECT_EQ(answer.activities_size(), 3);
  EXPECT_EQ(answer.omitted_activities().count(), 28);
  EXPECT_DOUBLE_EQ(answer.omitted_activities().share(), 28.0 * 4 / 150);
  for (const v1::Edge& edge : answer.edges()) {
    EXPECT_TRUE(edge.from() == "begin" || edge.from() == edge.to()) << edge.ShortDebugString();
  }
  EXPECT_EQ(answer.edges_size(), 4);
  EXPECT_EQ(answer.omitted_edges(), 56);
  EXPECT_EQ(answer.omitted_count(), 28 * 4);
  EXPECT_DOUBLE_EQ(answer.omitted_share(), 28.0 / 30);
  map.clear_max_activities();
  const auto whole = analytics_.Call<v1::GetProcessMapResponse>("GetProcessMap", map);
  ASSERT_TRUE(whole.ok()) << whole.status();
  EXPECT_EQ(whole->process_map().activities_size(), 31);
  EXPECT_FALSE(whole->process_map().has_omitted_activities());
  EXPECT_EQ(whole->process_map().omitted_edges(), 0);

  v1::GetDurationsRequest durations;
  durations.set_name(LogName("wide"));
  durations.set_max_steps(2);
  const auto steps = analytics_.Call<v1::GetDurationsResponse>("GetDurations", durations);
  ASSERT_TRUE(steps.ok()) << steps.status();
  EXPECT_EQ(steps->steps_size(), 2);
  EXPECT_EQ(steps->steps(0).activity(), "step 30");
  EXPECT_EQ(steps->omitted_steps().count(), 29);
  EXPECT_DOUBLE_EQ(steps->omitted_steps().share(), 1 - 59.0 / 465);

  v1::GetImpedimentParetoRequest pareto;
  pareto.set_name(LogName("wide"));
  pareto.set_max_bars(1);
  const auto bars = analytics_.Call<v1::GetImpedimentParetoResponse>("GetImpedimentPareto", pareto);
  ASSERT_TRUE(bars.ok()) << bars.status();
  ASSERT_EQ(bars->bars_size(), 1);
  EXPECT_EQ(bars->bars(0).cause(), "CAUSE_30");
  EXPECT_EQ(bars->omitted_bars().count(), 29);
  EXPECT_DOUBLE_EQ(bars->omitted_bars().share(), 1 - 30.0 / 465);

  v1::GetReportRequest request;
  request.set_name(LogName("wide"));
  request.set_max_activities(1);
  request.set_max_steps(1);
  request.set_max_impediments(1);
  request.set_max_variants(3);
  const auto response = analytics_.Call<v1::GetReportResponse>("GetReport", request);
  ASSERT_TRUE(response.ok()) << response.status();
  const v1::Report& report = response->report();
  EXPECT_EQ(report.process_map().omitted_activities().count(), 30);
  EXPECT_EQ(report.omitted_steps().count(), 30);
  EXPECT_EQ(report.omitted_impediments().count(), 29);
  EXPECT_EQ(report.omitted_variants().count(), 27);
  EXPECT_DOUBLE_EQ(report.omitted_variants().share(), 0.9);
}

TEST_F(Service, VariantsAreCutWhereTheyAreLong) {
  std::vector<v1::Event> events;
  for (int i = 0; i < 2'500; ++i) events.push_back(EventOf("long", absl::StrCat(i % 7), i));
  ASSERT_TRUE(analytics_.Create("long").ok());
  ASSERT_TRUE(analytics_.Write("long", "crm", 1, events).ok());
  v1::ListVariantsRequest request;
  request.set_name(LogName("long"));
  for (const auto& [most, shown] :
       {std::pair(0, 1'000), std::pair(3, 3), std::pair(9'999, 2'500)}) {
    request.set_max_activities(most);
    const auto page = analytics_.Call<v1::ListVariantsResponse>("ListVariants", request);
    ASSERT_TRUE(page.ok()) << page.status();
    ASSERT_EQ(page->variants_size(), 1);
    EXPECT_EQ(page->variants(0).activities_size(), shown);
    EXPECT_EQ(page->variants(0).activity_count(), 2'500);
  }
}

// 30 variants of 700 activities with names of 480 bytes.
TEST_F(Service, PagesOfLongVariantsEndEarly) {
  std::vector<v1::Event> events;
  ASSERT_TRUE(analytics_.Create("wide").ok());
  int64_t sent = 0;
  for (int c = 0; c < 30; ++c) {
    for (int i = 0; i < 700; ++i)
      events.push_back(EventOf(absl::StrCat(c), absl::StrCat(std::string(478, 'x'), c), i));
    if (events.size() < 2'000) continue;
    ASSERT_TRUE(analytics_.Write("wide", "crm", 1 + sent, events).ok());
    sent += static_cast<int64_t>(events.size());
    events.clear();
  }
  std::set<std::string> seen;
  int pages = 0;
  std::string token;
  do {
    const auto page = analytics_.Variants("wide", 1'000, token);
    ASSERT_TRUE(page.ok()) << page.status();
    EXPECT_LT(page->ByteSizeLong(), 4u << 20);
    for (const v1::Variant& variant : page->variants()) seen.insert(variant.activities(0));
    token = page->next_page_token();
    ++pages;
  } while (!token.empty());
  EXPECT_EQ(seen.size(), 30u);
  EXPECT_GT(pages, 3);
}

}  // namespace
}  // namespace plumbline::analytics
