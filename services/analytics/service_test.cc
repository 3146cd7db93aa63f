// SPDX-License-Identifier: Apache-2.0
//
// AnalyticsService over an in-process channel: what each method answers and refuses.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <limits>
#include <string>
#include <vector>

#include "google/protobuf/util/message_differencer.h"
#include "services/analytics/testing.h"

namespace plumbline::analytics {
namespace {

using google::protobuf::util::MessageDifferencer;
using testing::ElementsAre;

// A log "sales" with two cases is there.
class Service : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(analytics_.Create("sales").ok());
    ASSERT_TRUE(analytics_.Write("sales", "crm", 1, SimpleEvents(0, 2)).ok());
  }
  TestAnalytics analytics_;
};

struct Refusal {
  const char* name;
  const char* reason;
  const char* field;  // first violation, "" for other reasons
  std::function<absl::Status(TestAnalytics&)> call;
};

template <typename Response, typename Request>
std::function<absl::Status(TestAnalytics&)> Calling(const char* method,
                                                    std::function<void(Request&)> change) {
  return [method, change](TestAnalytics& analytics) {
    Request request;
    change(request);
    return analytics.Call<Response>(method, request).status();
  };
}

std::function<absl::Status(TestAnalytics&)> Creating(
    std::function<void(v1::CreateEventLogRequest&)> change) {
  return Calling<v1::CreateEventLogResponse, v1::CreateEventLogRequest>(
      "CreateEventLog", [change](auto& request) {
        request.set_parent("workspaces/acme");
        request.set_event_log_id("new");
        change(request);
      });
}

std::function<absl::Status(TestAnalytics&)> Writing(
    std::function<void(v1::WriteEventsRequest&)> change) {
  return Calling<v1::WriteEventsResponse, v1::WriteEventsRequest>(
      "WriteEvents", [change](auto& request) {
        request.set_name(LogName("sales"));
        request.set_producer("crm");
        request.set_first_sequence(7);
        *request.add_events() = EventOf("c", "a", 1);
        change(request);
      });
}

// A wrong event at number 1 of a batch.
std::function<absl::Status(TestAnalytics&)> WritingEvent(std::function<void(v1::Event&)> change) {
  return Writing([change](auto& request) {
    *request.add_events() = EventOf("c", "b", 2);
    change(*request.mutable_events(1));
  });
}

std::function<absl::Status(TestAnalytics&)> WritingAttribute(
    std::function<void(v1::Attribute&)> change) {
  return WritingEvent([change](auto& event) {
    event.add_attributes()->set_key("k");
    change(*event.mutable_attributes(0));
  });
}

std::function<absl::Status(TestAnalytics&)> Importing(
    std::function<void(v1::ImportHeader&)> change,
    const char* file = "case,activity,time\n1,a,2020-01-01\n") {
  return [change, file](TestAnalytics& analytics) {
    std::vector<v1::ImportEventLogRequest> messages(2);
    messages[0].mutable_header()->set_parent("workspaces/acme");
    messages[0].mutable_header()->set_event_log_id("new");
    change(*messages[0].mutable_header());
    messages[1].set_chunk(file);
    return analytics.Import(messages).status();
  };
}

template <typename Response, typename Request>
std::vector<Refusal> ReadRefusals(const char* method, const char* bad_name, const char* missing) {
  return {{bad_name, "FIELD_INVALID", "name",
           Calling<Response, Request>(
               method, [](auto& request) { request.set_name("workspaces/acme/processes/x"); })},
          {missing, "RESOURCE_NOT_FOUND", "", Calling<Response, Request>(method, [](auto& request) {
             request.set_name(LogName("none"));
           })}};
}

std::vector<Refusal> Refusals() {
  auto nothing = [](auto&) {};
  std::vector<Refusal> rows = {
      {"CreateBadParent", "FIELD_INVALID", "parent",
       Creating([](auto& r) { r.set_parent("acme"); })},
      {"CreateBadId", "FIELD_INVALID", "event_log_id",
       Creating([](auto& r) { r.set_event_log_id("New Log"); })},
      {"CreateOtherName", "FIELD_INVALID", "event_log.name",
       Creating([](auto& r) { r.mutable_event_log()->set_name(LogName("other")); })},
      {"CreateLongTitle", "FIELD_INVALID", "event_log.title",
       Creating([](auto& r) { r.mutable_event_log()->set_title(std::string(201, 'x')); })},
      {"CreateEmptyTransition", "FIELD_INVALID", "event_log.map_transitions[0]",
       Creating([](auto& r) { r.mutable_event_log()->add_map_transitions(""); })},
      {"CreateLongRequestId", "FIELD_INVALID", "request_id",
       Creating([](auto& r) { r.set_request_id(std::string(129, 'x')); })},
      {"CreateTwice", "RESOURCE_ALREADY_EXISTS", "",
       Creating([](auto& r) { r.set_event_log_id("sales"); })},
      {"ListBadParent", "FIELD_INVALID", "parent",
       Calling<v1::ListEventLogsResponse, v1::ListEventLogsRequest>(
           "ListEventLogs", [](auto& r) { r.set_parent("workspaces/"); })},
      {"ListBadToken", "PAGE_TOKEN_INVALID", "page_token",
       Calling<v1::ListEventLogsResponse, v1::ListEventLogsRequest>("ListEventLogs",
                                                                    [](auto& r) {
                                                                      r.set_parent(
                                                                          "workspaces/acme");
                                                                      r.set_page_token("junk");
                                                                    })},
      {"ListNegativePage", "FIELD_INVALID", "page_size",
       Calling<v1::ListEventLogsResponse, v1::ListEventLogsRequest>("ListEventLogs",
                                                                    [](auto& r) {
                                                                      r.set_parent(
                                                                          "workspaces/acme");
                                                                      r.set_page_size(-1);
                                                                    })},
      {"WriteNoLog", "RESOURCE_NOT_FOUND", "",
       Writing([](auto& r) { r.set_name(LogName("none")); })},
      {"WriteNoProducer", "FIELD_INVALID", "producer",
       Writing([](auto& r) { r.clear_producer(); })},
      {"WriteLongProducer", "FIELD_INVALID", "producer",
       Writing([](auto& r) { r.set_producer(std::string(201, 'x')); })},
      {"WriteSequenceZero", "FIELD_INVALID", "first_sequence",
       Writing([](auto& r) { r.set_first_sequence(0); })},
      {"WriteSequenceTooLarge", "FIELD_INVALID", "first_sequence",
       Writing([](auto& r) { r.set_first_sequence(std::numeric_limits<int64_t>::max()); })},
      {"WriteNoEvents", "FIELD_INVALID", "events", Writing([](auto& r) { r.clear_events(); })},
      {"WriteTooManyEvents", "FIELD_INVALID", "events", Writing([](auto& r) {
         for (int i = 0; i < 10'000; ++i) *r.add_events() = EventOf("c", "a", 1);
       })},
      {"WriteGap", "SEQUENCE_GAP", "", Writing([](auto& r) { r.set_first_sequence(8); })},
      {"EventNoCase", "FIELD_INVALID", "events[1].case_id",
       WritingEvent([](auto& e) { e.clear_case_id(); })},
      {"EventLongActivity", "FIELD_INVALID", "events[1].activity",
       WritingEvent([](auto& e) { e.set_activity(std::string(501, 'x')); })},
      {"EventNoTime", "FIELD_INVALID", "events[1].time",
       WritingEvent([](auto& e) { e.clear_time(); })},
      {"EventTimeTooLate", "FIELD_INVALID", "events[1].time",
       WritingEvent([](auto& e) { e.mutable_time()->set_seconds(253'402'300'800); })},
      {"EventTimeNanos", "FIELD_INVALID", "events[1].time.nanos",
       WritingEvent([](auto& e) { e.mutable_time()->set_nanos(-1); })},
      {"EventStartTooEarly", "FIELD_INVALID", "events[1].start_time",
       WritingEvent([](auto& e) { e.mutable_start_time()->set_seconds(-62'135'596'801); })},
      {"EventLongTransition", "FIELD_INVALID", "events[1].transition",
       WritingEvent([](auto& e) { e.set_transition(std::string(101, 'x')); })},
      {"EventLongResource", "FIELD_INVALID", "events[1].resource",
       WritingEvent([](auto& e) { e.set_resource(std::string(501, 'x')); })},
      {"EventManyAttributes", "FIELD_INVALID", "events[1].attributes", WritingEvent([](auto& e) {
         for (int i = 0; i < 33; ++i) e.add_attributes()->set_key("k");
       })},
      {"AttributeNoKey", "FIELD_INVALID", "events[1].attributes[0].key",
       WritingAttribute([](auto& a) {
         a.clear_key();
         a.set_int_value(1);
       })},
      {"AttributeNoValue", "FIELD_INVALID", "events[1].attributes[0].value",
       WritingAttribute(nothing)},
      {"AttributeLongText", "FIELD_INVALID", "events[1].attributes[0].string_value",
       WritingAttribute([](auto& a) { a.set_string_value(std::string(2'001, 'x')); })},
      {"AttributeInfinite", "FIELD_INVALID", "events[1].attributes[0].double_value",
       WritingAttribute(
           [](auto& a) { a.set_double_value(std::numeric_limits<double>::infinity()); })},
      {"AttributeBadTime", "FIELD_INVALID", "events[1].attributes[0].time_value",
       WritingAttribute([](auto& a) { a.mutable_time_value()->set_seconds(1LL << 60); })},
      {"ImportNothing", "REQUEST_MALFORMED", "",
       [](TestAnalytics& a) { return a.Import({}).status(); }},
      {"ImportNoHeader", "FIELD_INVALID", "header.parent",
       [](TestAnalytics& a) { return a.Import({v1::ImportEventLogRequest()}).status(); }},
      {"ImportBadParent", "FIELD_INVALID", "header.parent",
       Importing([](auto& h) { h.set_parent("workspaces/A"); })},
      {"ImportBadId", "FIELD_INVALID", "header.event_log_id",
       Importing([](auto& h) { h.set_event_log_id("-"); })},
      {"ImportBadZone", "FIELD_INVALID", "csv.time_zone",
       Importing([](auto& h) { h.mutable_csv()->set_time_zone("Nowhere"); })},
      {"ImportTwice", "RESOURCE_ALREADY_EXISTS", "",
       Importing([](auto& h) { h.set_event_log_id("sales"); })},
      {"ImportTwiceWithRequestId", "RESOURCE_ALREADY_EXISTS", "", Importing([](auto& h) {
         h.set_event_log_id("sales");
         h.set_request_id("r");
       })},
      {"ImportPdf", "IMPORT_FORMAT", "", Importing(nothing, "%PDF-1.7")},
      {"ImportEmptyFile", "IMPORT_FORMAT", "", Importing(nothing, "")},
      {"ImportNoColumn", "IMPORT_COLUMN_MISSING", "", Importing(nothing, "a,b,c\n1,2,3\n")},
      {"ImportNoEvents", "IMPORT_EMPTY", "", Importing(nothing, "case,activity,time\n1,a,soon\n")},
      {"ImportLargeChunk", "FIELD_INVALID", "chunk",
       [](TestAnalytics& a) {
         return a.Import("new", SimpleCsv(0, 50'000), "", false, (1 << 20) + 1).status();
       }},
      {"MapNegativeEdges", "FIELD_INVALID", "max_edges",
       [](TestAnalytics& a) { return a.Map("sales", -1).status(); }},
      {"VariantsBadToken", "PAGE_TOKEN_INVALID", "page_token",
       [](TestAnalytics& a) { return a.Variants("sales", 1, "junk").status(); }},
      {"ReportTooManyEdges", "FIELD_INVALID", "max_edges",
       Calling<v1::GetReportResponse, v1::GetReportRequest>("GetReport",
                                                            [](auto& r) {
                                                              r.set_name(LogName("sales"));
                                                              r.set_max_edges(10'001);
                                                            })},
      {"ReportTargetOfNothing", "FIELD_INVALID", "target",
       Calling<v1::GetReportResponse, v1::GetReportRequest>("GetReport",
                                                            [](auto& r) {
                                                              r.set_name(LogName("sales"));
                                                              r.mutable_target()->set_nanos(999);
                                                            })},
      {"ReportNegativeTarget", "FIELD_INVALID", "target",
       Calling<v1::GetReportResponse, v1::GetReportRequest>("GetReport",
                                                            [](auto& r) {
                                                              r.set_name(LogName("sales"));
                                                              r.mutable_target()->set_seconds(-1);
                                                            })},
  };
  auto add = [&](std::vector<Refusal> more) { rows.insert(rows.end(), more.begin(), more.end()); };
  add(ReadRefusals<v1::GetEventLogResponse, v1::GetEventLogRequest>("GetEventLog", "GetBadName",
                                                                    "GetMissing"));
  add(ReadRefusals<v1::DeleteEventLogResponse, v1::DeleteEventLogRequest>(
      "DeleteEventLog", "DeleteBadName", "DeleteMissing"));
  add(ReadRefusals<v1::GetProcessMapResponse, v1::GetProcessMapRequest>(
      "GetProcessMap", "MapBadName", "MapMissing"));
  add(ReadRefusals<v1::ListVariantsResponse, v1::ListVariantsRequest>(
      "ListVariants", "VariantsBadName", "VariantsMissing"));
  add(ReadRefusals<v1::GetDurationsResponse, v1::GetDurationsRequest>(
      "GetDurations", "DurationsBadName", "DurationsMissing"));
  add(ReadRefusals<v1::GetImpedimentParetoResponse, v1::GetImpedimentParetoRequest>(
      "GetImpedimentPareto", "ParetoBadName", "ParetoMissing"));
  add(ReadRefusals<v1::GetReportResponse, v1::GetReportRequest>("GetReport", "ReportBadName",
                                                                "ReportMissing"));
  return rows;
}

class RefusalTest : public Service, public testing::WithParamInterface<Refusal> {};

TEST_P(RefusalTest, NamesTheReasonAndChangesNothing) {
  const absl::Status status = GetParam().call(analytics_);
  EXPECT_EQ(ReasonText(status), GetParam().reason) << status;
  const auto violations = base::FieldViolationsOf(status);
  EXPECT_EQ(violations.empty() ? "" : violations[0].field, GetParam().field) << status;
  EXPECT_EQ(analytics_.Get("sales")->event_count(), 6);
  EXPECT_EQ(ReasonText(analytics_.Get("new")), "RESOURCE_NOT_FOUND");
}

INSTANTIATE_TEST_SUITE_P(All, RefusalTest, testing::ValuesIn(Refusals()),
                         [](const auto& row) { return row.param.name; });

TEST_F(Service, DescribesALog) {
  const auto log = analytics_.Get("sales");
  ASSERT_TRUE(log.ok()) << log.status();
  EXPECT_EQ(log->name(), LogName("sales"));
  EXPECT_EQ(log->event_count(), 6);
  EXPECT_EQ(log->case_count(), 2);
  EXPECT_EQ(log->first_time().seconds(), 1'600'000'000);
  EXPECT_EQ(log->last_time().seconds(), 1'600'000'000 + 3 * 3600);
  EXPECT_EQ(log->create_time().seconds(), absl::ToUnixSeconds(analytics_.clock().Now()));
}

TEST_F(Service, CreateIsIdempotentByRequestId) {
  const auto first = analytics_.Create("other", "r1");
  analytics_.clock().Advance(absl::Seconds(5));
  const auto again = analytics_.Create("other", "r1");
  ASSERT_TRUE(first.ok() && again.ok()) << first.status() << again.status();
  EXPECT_TRUE(MessageDifferencer::Equals(*first, *again));
  EXPECT_EQ(ReasonText(analytics_.Create("another", "r1")), "REQUEST_ID_REUSED");
}

TEST_F(Service, ListsByPages) {
  for (const char* id : {"d", "b", "c", "a"}) ASSERT_TRUE(analytics_.Create(id).ok());
  v1::ListEventLogsRequest request;
  request.set_parent("workspaces/acme");
  request.set_page_size(2);
  std::vector<std::string> pages;
  do {
    const auto page = analytics_.Call<v1::ListEventLogsResponse>("ListEventLogs", request);
    ASSERT_TRUE(page.ok()) << page.status();
    std::string names;
    for (const v1::EventLog& log : page->event_logs()) {
      absl::StrAppend(&names, log.name().substr(LogName("").size()), ":", log.case_count(), " ");
    }
    pages.push_back(names);
    request.set_page_token(page->next_page_token());
  } while (!request.page_token().empty());
  EXPECT_THAT(pages, ElementsAre("a:0 b:0 ", "c:0 d:0 ", "sales:2 "));
  v1::ListEventLogsRequest other;
  other.set_parent("workspaces/beta");
  EXPECT_EQ(analytics_.Call<v1::ListEventLogsResponse>("ListEventLogs", other)->event_logs_size(),
            0);
}

TEST_F(Service, SkipsWhatItHas) {
  auto response = analytics_.Write("sales", "crm", 1, SimpleEvents(0, 2));
  ASSERT_TRUE(response.ok()) << response.status();
  EXPECT_EQ(response->accepted_count(), 0);
  EXPECT_EQ(response->duplicate_count(), 6);
  EXPECT_EQ(response->next_sequence(), 7);
  // Half known, half new.
  response = analytics_.Write("sales", "crm", 4, SimpleEvents(1, 2));
  ASSERT_TRUE(response.ok()) << response.status();
  EXPECT_EQ(response->accepted_count(), 3);
  EXPECT_EQ(response->duplicate_count(), 3);
  EXPECT_EQ(response->next_sequence(), 10);
  EXPECT_EQ(analytics_.Get("sales")->event_count(), 9);
  EXPECT_EQ(analytics_.Get("sales")->case_count(), 3);
  const auto gap = analytics_.Write("sales", "crm", 11, SimpleEvents(1, 1));
  EXPECT_EQ(base::MetadataOf(gap.status(), "expected"), "10");
  // Another producer counts for itself.
  EXPECT_EQ(analytics_.Write("sales", "erp", 1, SimpleEvents(7, 1))->accepted_count(), 3);
}

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

TEST_F(Service, ADeletedLogIsGoneAndMakesWayForAnother) {
  ASSERT_TRUE(analytics_.Map("sales").ok());
  ASSERT_TRUE(analytics_.Delete("sales").ok());
  EXPECT_EQ(ReasonText(analytics_.Map("sales")), "RESOURCE_NOT_FOUND");
  EXPECT_EQ(ReasonText(analytics_.Write("sales", "crm", 7, SimpleEvents(0, 1))),
            "RESOURCE_NOT_FOUND");
  ASSERT_TRUE(analytics_.Create("sales").ok());
  EXPECT_EQ(analytics_.Get("sales")->event_count(), 0);
  EXPECT_EQ(analytics_.Map("sales")->edges_size(), 0);
  // Producers count anew; the same watermark as its predecessor had, other events.
  ASSERT_TRUE(
      analytics_.Write("sales", "crm", 1, {EventOf("x", "p", 1), EventOf("x", "q", 2)}).ok());
  const auto map = analytics_.Map("sales");
  ASSERT_EQ(map->edges_size(), 1);
  EXPECT_EQ(map->edges(0).from(), "p");
  EXPECT_GT(*analytics_.app().RunOnce(), 0);
  EXPECT_EQ(*analytics_.app().RunOnce(), 0);
  EXPECT_EQ(analytics_.Map("sales")->edges_size(), 1);
}

TEST_F(Service, WorkspacesAreApart) {
  v1::GetEventLogRequest request;
  request.set_name("workspaces/beta/eventLogs/sales");
  EXPECT_EQ(ReasonText(analytics_.Call<v1::GetEventLogResponse>("GetEventLog", request)),
            "RESOURCE_NOT_FOUND");
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

}  // namespace
}  // namespace plumbline::analytics
