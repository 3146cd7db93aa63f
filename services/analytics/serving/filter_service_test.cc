// SPDX-License-Identifier: Apache-2.0
//
// Selections on every query, over an in-process channel.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "plumbline/analytics/v1/conformance.pb.h"
#include "plumbline/analytics/v1/discovery.pb.h"
#include "plumbline/analytics/v1/segment_service.pb.h"
#include "services/analytics/serving/testing.h"

namespace plumbline::analytics {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr int64_t kBegin = 1'767'600'000;  // 2026-01-05 08:00 UTC, a Monday
constexpr int64_t kHour = 3600;

// Four cases: "0" abc, "1" acb, "2" abc, "3" ab; an hour a letter, a day a case.
class FilterService : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(analytics_.Create("words").ok());
    std::vector<v1::Event> events;
    const std::vector<std::string> words = {"abc", "acb", "abc", "ab"};
    for (size_t w = 0; w < words.size(); ++w) {
      for (size_t i = 0; i < words[w].size(); ++i) {
        events.push_back(
            EventOf(absl::StrCat(w), words[w].substr(i, 1),
                    kBegin + kHour * static_cast<int64_t>(24 * w + i * (1 + (w == 2 ? 1 : 0)))));
        events.back().set_resource(w < 2 ? "ada" : "bob");
      }
    }
    ASSERT_TRUE(analytics_.Write("words", "test", 1, events).ok());
  }

  template <typename Response, typename Request>
  absl::StatusOr<Response> Ask(const std::string& method, Request request,
                               const std::string& filter) {
    request.set_name(LogName("words"));
    if (!filter.empty()) request.mutable_selection()->set_filter(filter);
    return Send<Response>(method, request);
  }
  template <typename Response, typename Request>
  absl::StatusOr<Response> Send(const std::string& method, const Request& request) {
    Response response;
    base::CallContext context;
    context.deadline = base::SystemClock().Now() + absl::Hours(2);
    context.identity = base::Identity::Everything("test");
    const absl::Status status = analytics_.channel().Call(
        context, absl::StrCat("/plumbline.analytics.v1.", method), request, &response);
    if (!status.ok()) return status;
    return response;
  }

  TestAnalytics analytics_;
};

TEST_F(FilterService, EveryQueryTakesASelection) {
  const std::string filter = "follows:\"b > c\"";
  const auto map = Ask<v1::GetProcessMapResponse>("AnalyticsService/GetProcessMap",
                                                  v1::GetProcessMapRequest(), filter);
  ASSERT_TRUE(map.ok()) << map.status();
  EXPECT_EQ(map->process_map().case_count(), 2);
  EXPECT_EQ(map->process_map().edges_size(), 2);
  EXPECT_EQ(map->selection().case_count(), 2);
  EXPECT_EQ(map->selection().total_case_count(), 4);
  EXPECT_EQ(map->selection().event_count(), 6);
  EXPECT_EQ(map->selection().total_event_count(), 11);

  const auto variants = Ask<v1::ListVariantsResponse>("AnalyticsService/ListVariants",
                                                      v1::ListVariantsRequest(), filter);
  ASSERT_TRUE(variants.ok()) << variants.status();
  ASSERT_EQ(variants->total_count(), 1);
  EXPECT_EQ(variants->variants(0).rank(), 1);
  EXPECT_EQ(variants->variants(0).cumulative_share(), 1);

  const auto durations = Ask<v1::GetDurationsResponse>("AnalyticsService/GetDurations",
                                                       v1::GetDurationsRequest(), filter);
  ASSERT_TRUE(durations.ok()) << durations.status();
  EXPECT_EQ(durations->case_duration().count(), 2);
  EXPECT_EQ(durations->case_duration().p90().seconds(), 2 * kHour + 2 * kHour * 9 / 10);

  const auto pareto = Ask<v1::GetImpedimentParetoResponse>(
      "AnalyticsService/GetImpedimentPareto", v1::GetImpedimentParetoRequest(), filter);
  ASSERT_TRUE(pareto.ok()) << pareto.status();
  EXPECT_EQ(pareto->selection().case_count(), 2);

  const auto report =
      Ask<v1::GetReportResponse>("AnalyticsService/GetReport", v1::GetReportRequest(), filter);
  ASSERT_TRUE(report.ok()) << report.status();
  EXPECT_EQ(report->report().variant_count(), 1);
  EXPECT_EQ(report->report().event_log().case_count(), 4);
  EXPECT_EQ(report->selection().case_count(), 2);

  const auto model = Ask<v1::DiscoverProcessResponse>("DiscoveryService/DiscoverProcess",
                                                      v1::DiscoverProcessRequest(), filter);
  ASSERT_TRUE(model.ok()) << model.status();
  EXPECT_EQ(model->text(), "->( 'a', 'b', 'c' )");
  EXPECT_EQ(model->selection().case_count(), 2);

  v1::CheckConformanceRequest check;
  *check.mutable_model() = model->model();
  const auto checked = Ask<v1::CheckConformanceResponse>("ConformanceService/CheckConformance",
                                                         check, "NOT " + filter);
  ASSERT_TRUE(checked.ok()) << checked.status();
  EXPECT_EQ(checked->case_count(), 2);
  EXPECT_EQ(checked->fitting_case_count(), 0);
  EXPECT_EQ(checked->selection().case_count(), 2);
}

TEST_F(FilterService, AnswersOfDifferentSelectionsAreKeptApart) {
  const auto cases = [&](const std::string& filter) {
    return Ask<v1::GetProcessMapResponse>("AnalyticsService/GetProcessMap",
                                          v1::GetProcessMapRequest(), filter)
        ->process_map()
        .case_count();
  };
  EXPECT_EQ(cases(""), 4);
  EXPECT_EQ(cases("resources:ada"), 2);
  EXPECT_EQ(cases("case_id = 3"), 1);
  EXPECT_EQ(cases("resources:ada"), 2);
  EXPECT_EQ(cases("activities:nothing"), 0);
  EXPECT_EQ(cases(""), 4);
}

TEST_F(FilterService, OnlyMatchingEvents) {
  v1::GetProcessMapRequest request;
  request.mutable_selection()->set_event_filter("activity != b");
  request.mutable_selection()->set_only_matching_events(true);
  const auto map = Ask<v1::GetProcessMapResponse>("AnalyticsService/GetProcessMap", request, "");
  ASSERT_TRUE(map.ok()) << map.status();
  ASSERT_EQ(map->process_map().edges_size(), 1);
  EXPECT_EQ(map->process_map().edges(0).from() + map->process_map().edges(0).to(), "ac");
  EXPECT_EQ(map->process_map().edges(0).count(), 3);
}

TEST_F(FilterService, WindowsAndErrors) {
  v1::GetProcessMapRequest request;
  v1::TimeWindow& window = *request.mutable_selection()->mutable_window();
  window.mutable_start_time()->set_seconds(kBegin + 24 * kHour);
  window.mutable_end_time()->set_seconds(kBegin + 48 * kHour + 1);
  EXPECT_EQ(Ask<v1::GetProcessMapResponse>("AnalyticsService/GetProcessMap", request, "")
                ->selection()
                .case_count(),
            2);
  window.set_mode(v1::TimeWindow::MODE_CONTAINED);
  EXPECT_EQ(Ask<v1::GetProcessMapResponse>("AnalyticsService/GetProcessMap", request, "")
                ->selection()
                .case_count(),
            1);
  window.set_mode(static_cast<v1::TimeWindow::Mode>(9));
  EXPECT_THAT(Ask<v1::GetProcessMapResponse>("AnalyticsService/GetProcessMap", request, "")
                  .status()
                  .message(),
              HasSubstr("selection.window.mode"));
  EXPECT_THAT(Ask<v1::GetProcessMapResponse>("AnalyticsService/GetProcessMap",
                                             v1::GetProcessMapRequest(), "activites:a")
                  .status()
                  .message(),
              HasSubstr("did you mean 'activities'?"));
}

TEST_F(FilterService, MapsOfCoverageRelationAndBusinessTime) {
  v1::GetProcessMapRequest request;
  request.set_edge_coverage(0.5);
  auto map = Ask<v1::GetProcessMapResponse>("AnalyticsService/GetProcessMap", request, "");
  ASSERT_TRUE(map.ok()) << map.status();
  EXPECT_EQ(map->process_map().edges_size(), 2);  // ab 3, bc 2 of 7
  request.Clear();
  request.set_relation(v1::GetProcessMapRequest::RELATION_EVENTUALLY_FOLLOWS);
  map = Ask<v1::GetProcessMapResponse>("AnalyticsService/GetProcessMap", request, "");
  ASSERT_TRUE(map.ok()) << map.status();
  EXPECT_EQ(map->process_map().edges(0).count(), 4);  // a before b in all
  EXPECT_FALSE(map->process_map().edges(0).has_wait());
  request.Clear();
  // From 08:00 to 09:00, of which 09:00 is the opening: nothing. From 09:00 to 10:00: an hour.
  request.mutable_business_time()->add_calendars()->set_time_zone("UTC");
  map = Ask<v1::GetProcessMapResponse>("AnalyticsService/GetProcessMap", request, "case_id = 0");
  ASSERT_TRUE(map.ok()) << map.status();
  EXPECT_EQ(map->process_map().edges(0).wait().total_seconds(), 0);
  EXPECT_EQ(map->process_map().edges(1).wait().total_seconds(), kHour);
  request.mutable_business_time()->mutable_calendars(0)->set_time_zone("Europe/Nowhere");
  EXPECT_THAT(Ask<v1::GetProcessMapResponse>("AnalyticsService/GetProcessMap", request, "")
                  .status()
                  .message(),
              HasSubstr("business_time.calendars[0].time_zone"));
  request.Clear();
  request.set_activity_coverage(1.5);
  EXPECT_THAT(Ask<v1::GetProcessMapResponse>("AnalyticsService/GetProcessMap", request, "")
                  .status()
                  .message(),
              HasSubstr("activity_coverage"));
}

TEST_F(FilterService, PagesOfVariantsBelongToTheirSelection) {
  v1::ListVariantsRequest request;
  request.set_page_size(1);
  const auto first =
      Ask<v1::ListVariantsResponse>("AnalyticsService/ListVariants", request, "activities:c");
  ASSERT_TRUE(first.ok()) << first.status();
  EXPECT_EQ(first->total_count(), 2);
  EXPECT_DOUBLE_EQ(first->variants(0).cumulative_share(), 2.0 / 3);
  request.set_page_token(first->next_page_token());
  const auto second =
      Ask<v1::ListVariantsResponse>("AnalyticsService/ListVariants", request, "activities:c");
  ASSERT_TRUE(second.ok()) << second.status();
  EXPECT_EQ(second->variants(0).rank(), 2);
  EXPECT_EQ(second->variants(0).cumulative_share(), 1);
  EXPECT_EQ(second->next_page_token(), "");
  EXPECT_EQ(ReasonText(Ask<v1::ListVariantsResponse>("AnalyticsService/ListVariants", request,
                                                     "activities:b")),
            "PAGE_TOKEN_INVALID");
}

TEST_F(FilterService, CasesOfAVariantByPages) {
  v1::ListCasesRequest request;
  request.set_page_size(1);
  request.set_order_by("duration desc");
  std::vector<std::string> ids;
  do {
    const auto page =
        Ask<v1::ListCasesResponse>("SegmentService/ListCases", request, "variant_rank = 1");
    ASSERT_TRUE(page.ok()) << page.status();
    EXPECT_EQ(page->total_count(), 2);
    EXPECT_EQ(page->selection().case_count(), 2);
    EXPECT_GT(page->selection().total_case_count(), 2);
    for (const v1::CaseSummary& c : page->cases()) ids.push_back(c.case_id());
    EXPECT_EQ(page->cases(0).variant_rank(), 1);
    EXPECT_EQ(page->cases(0).first_activity() + page->cases(0).last_activity(), "ac");
    request.set_page_token(page->next_page_token());
  } while (!request.page_token().empty());
  EXPECT_THAT(ids, ElementsAre("2", "0"));

  const auto slip =
      Ask<v1::ListCasesResponse>("SegmentService/ListCases", request, "activities:nothing");
  ASSERT_TRUE(slip.ok()) << slip.status();
  ASSERT_EQ(slip->selection().notes_size(), 1);
  EXPECT_THAT(slip->selection().notes(0), HasSubstr("'nothing'"));
  EXPECT_FALSE(
      Ask<v1::ListCasesResponse>("SegmentService/ListCases", request, "")->has_selection());

  request.set_page_token("x");
  EXPECT_EQ(ReasonText(Ask<v1::ListCasesResponse>("SegmentService/ListCases", request, "")),
            "PAGE_TOKEN_INVALID");
  request.clear_page_token();
  request.set_order_by("size");
  EXPECT_THAT(
      Ask<v1::ListCasesResponse>("SegmentService/ListCases", request, "").status().message(),
      HasSubstr("order_by"));
}

TEST_F(FilterService, ATokenOfCasesEndsWithTheNextEvent) {
  v1::ListCasesRequest request;
  request.set_page_size(1);
  const auto page = Ask<v1::ListCasesResponse>("SegmentService/ListCases", request, "");
  ASSERT_TRUE(page.ok()) << page.status();
  ASSERT_TRUE(analytics_.Write("words", "test", 12, {EventOf("9", "a", kBegin)}).ok());
  request.set_page_token(page->next_page_token());
  EXPECT_EQ(ReasonText(Ask<v1::ListCasesResponse>("SegmentService/ListCases", request, "")),
            "PAGE_TOKEN_INVALID");
}

TEST_F(FilterService, SegmentsSideBySide) {
  v1::CompareSegmentsRequest request;
  request.set_name(LogName("words"));
  request.mutable_first()->set_filter("resources:ada");   // abc, acb
  request.mutable_second()->set_filter("resources:bob");  // abc (slow), ab
  const auto compared =
      Send<v1::CompareSegmentsResponse>("SegmentService/CompareSegments", request);
  ASSERT_TRUE(compared.ok()) << compared.status();
  EXPECT_EQ(compared->first().case_count(), 2);
  EXPECT_EQ(compared->second().total_case_count(), 4);
  EXPECT_EQ(compared->first_variant_count(), 2);
  EXPECT_EQ(compared->common_variant_count(), 1);
  EXPECT_EQ(compared->case_duration().first().mean().seconds(), 2 * kHour);
  EXPECT_EQ(compared->case_duration().mean_difference().seconds(), kHour / 2);
  ASSERT_EQ(compared->activities_size(), 3);
  EXPECT_EQ(compared->activities(0).activity(), "c");
  EXPECT_EQ(compared->activities(0).counts().share_difference(), -0.5);
  const v1::EdgeComparison& edge = compared->edges(0);
  EXPECT_EQ(edge.from() + edge.to(), "ab");
  EXPECT_EQ(edge.counts().first_count(), 1);
  EXPECT_EQ(edge.counts().second_share(), 1);
  EXPECT_EQ(edge.wait().median_difference().seconds(), kHour / 2);
  // acb and ab differ by a half, abc not at all.
  EXPECT_THAT(compared->variants(0).activities(), ElementsAre("a", "b"));
  EXPECT_EQ(compared->variants(2).counts().share_difference(), 0);

  request.set_max_variants(1);
  request.mutable_second()->set_filter("resources:");
  EXPECT_THAT(Send<v1::CompareSegmentsResponse>("SegmentService/CompareSegments", request)
                  .status()
                  .message(),
              HasSubstr("second.filter"));
  request.clear_second();
  const auto cut = Send<v1::CompareSegmentsResponse>("SegmentService/CompareSegments", request);
  ASSERT_TRUE(cut.ok()) << cut.status();
  EXPECT_EQ(cut->omitted_variant_count(), 2);
  EXPECT_EQ(cut->second().case_count(), 4);
}

// An activity that the log does not have leaves nothing to compare.
TEST_F(FilterService, SegmentsOfNamesThatDoNotExist) {
  v1::CompareSegmentsRequest request;
  request.set_name(LogName("words"));
  request.mutable_first()->set_filter("activities:aa");
  request.mutable_second()->set_filter("NOT (activities:aa)");
  const auto wrong = Send<v1::CompareSegmentsResponse>("SegmentService/CompareSegments", request);
  EXPECT_EQ(ReasonText(wrong), "FIELD_INVALID");
  EXPECT_THAT(wrong.status().message(),
              HasSubstr("first.filter: leaves one of the two parts without a case: the log has no "
                        "activity 'aa'"));
  // Beside names that it has, one that it does not have is noted.
  request.mutable_first()->set_filter("activities:aa OR activities:c");
  request.mutable_second()->set_filter("NOT activities:c");
  const auto noted = Send<v1::CompareSegmentsResponse>("SegmentService/CompareSegments", request);
  ASSERT_TRUE(noted.ok()) << noted.status();
  EXPECT_EQ(noted->first().notes_size(), 1);
}

// Monday to Friday, 09:00 to 17:00.
TEST_F(FilterService, DurationsAndSegmentsInBusinessTime) {
  v1::GetDurationsRequest request;
  const auto wall =
      Ask<v1::GetDurationsResponse>("AnalyticsService/GetDurations", request, "case_id = 0");
  ASSERT_TRUE(wall.ok()) << wall.status();
  EXPECT_EQ(wall->case_duration().mean().seconds(), 2 * kHour);
  request.mutable_business_time()->add_calendars()->set_time_zone("UTC");
  const auto open =
      Ask<v1::GetDurationsResponse>("AnalyticsService/GetDurations", request, "case_id = 0");
  ASSERT_TRUE(open.ok()) << open.status();
  EXPECT_EQ(open->case_duration().mean().seconds(), kHour);  // 08:00 to 10:00
  ASSERT_EQ(open->steps_size(), 3);
  EXPECT_EQ(open->steps(0).activity(), "c");
  EXPECT_EQ(open->steps(0).waiting().total_seconds(), kHour);
  EXPECT_EQ(open->steps(1).waiting().total_seconds(), 0);
  // Of the whole log too, whose figures by the wall clock may be at hand: 1, 1, 3 and 0 hours.
  const auto all = Ask<v1::GetDurationsResponse>("AnalyticsService/GetDurations", request, "");
  ASSERT_TRUE(all.ok()) << all.status();
  EXPECT_EQ(all->case_duration().total_seconds(), 5 * kHour);
  request.mutable_business_time()->mutable_calendars(0)->set_time_zone("Europe/Nowhere");
  EXPECT_THAT(Ask<v1::GetDurationsResponse>("AnalyticsService/GetDurations", request, "")
                  .status()
                  .message(),
              HasSubstr("business_time.calendars[0].time_zone"));

  v1::CompareSegmentsRequest compare;
  compare.set_name(LogName("words"));
  compare.mutable_first()->set_filter("case_id = 0");
  compare.mutable_second()->set_filter("case_id = 2");  // 08:00, 10:00, 12:00
  compare.mutable_business_time()->add_calendars()->set_time_zone("UTC");
  const auto compared =
      Send<v1::CompareSegmentsResponse>("SegmentService/CompareSegments", compare);
  ASSERT_TRUE(compared.ok()) << compared.status();
  EXPECT_EQ(compared->case_duration().mean_difference().seconds(), 2 * kHour);
  EXPECT_EQ(compared->edges(0).wait().median_difference().seconds(), kHour);
  EXPECT_EQ(compared->steps(0).waiting().mean_difference().seconds(), kHour);
}

}  // namespace
}  // namespace plumbline::analytics
