// SPDX-License-Identifier: Apache-2.0
//
// What each method of AnalyticsService refuses, with which reason and field.
#include <gtest/gtest.h>

#include <functional>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "services/analytics/serving/service_testing.h"

namespace plumbline::analytics {
namespace {

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

template <typename Response, typename Request>
Refusal TooMany(const char* name, const char* method, const char* field,
                void (Request::*set)(int32_t), int32_t value) {
  return {name, "FIELD_INVALID", field, [=](TestAnalytics& analytics) {
            Request request;
            request.set_name(LogName("sales"));
            (request.*set)(value);
            return analytics.Call<Response>(method, request).status();
          }};
}

// One beyond the most of each limit, or one below the least.
std::vector<Refusal> LimitRefusals() {
  using Map = v1::GetProcessMapRequest;
  using MapAnswer = v1::GetProcessMapResponse;
  using Report = v1::GetReportRequest;
  using ReportAnswer = v1::GetReportResponse;
  return {
      TooMany<MapAnswer>("MapTooManyActivities", "GetProcessMap", "max_activities",
                         &Map::set_max_activities, 100'001),
      TooMany<MapAnswer>("MapNegativeActivities", "GetProcessMap", "max_activities",
                         &Map::set_max_activities, -1),
      TooMany<MapAnswer>("MapNegativeEdges", "GetProcessMap", "max_edges", &Map::set_max_edges, -1),
      TooMany<v1::ListVariantsResponse>("VariantsTooManyActivities", "ListVariants",
                                        "max_activities",
                                        &v1::ListVariantsRequest::set_max_activities, 100'001),
      TooMany<v1::GetDurationsResponse>("DurationsTooManySteps", "GetDurations", "max_steps",
                                        &v1::GetDurationsRequest::set_max_steps, 100'001),
      TooMany<v1::GetImpedimentParetoResponse>(
          "ParetoTooManyBars", "GetImpedimentPareto", "max_bars",
          &v1::GetImpedimentParetoRequest::set_max_bars, 100'001),
      TooMany<ReportAnswer>("ReportTooManyEdges", "GetReport", "max_edges", &Report::set_max_edges,
                            10'001),
      TooMany<ReportAnswer>("ReportTooManyVariants", "GetReport", "max_variants",
                            &Report::set_max_variants, 1'001),
      TooMany<ReportAnswer>("ReportTooManyActivities", "GetReport", "max_activities",
                            &Report::set_max_activities, 10'001),
      TooMany<ReportAnswer>("ReportTooManySteps", "GetReport", "max_steps", &Report::set_max_steps,
                            10'001),
      TooMany<ReportAnswer>("ReportTooManyImpediments", "GetReport", "max_impediments",
                            &Report::set_max_impediments, 10'001),
  };
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
      {"EventStartAfterTime", "FIELD_INVALID", "events[1].start_time", WritingEvent([](auto& e) {
         *e.mutable_start_time() = e.time();
         e.mutable_start_time()->set_nanos(e.time().nanos() + 1'000);
       })},
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
      {"VariantsBadToken", "PAGE_TOKEN_INVALID", "page_token",
       [](TestAnalytics& a) { return a.Variants("sales", 1, "junk").status(); }},
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
  add(LimitRefusals());
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

}  // namespace
}  // namespace plumbline::analytics
