// SPDX-License-Identifier: Apache-2.0
//
// Parts of logs, out and in again.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "plumbline/analytics/v1/event_data_service.pb.h"
#include "services/analytics/serving/service_testing.h"

namespace plumbline::analytics {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using Request = v1::ExportEventLogRequest;

constexpr char kExport[] = "/plumbline.analytics.v1.EventDataService/ExportEventLog";
constexpr int64_t kHour = 3'600;

class Exports : public testing::Test {
 protected:
  // Case i begins at day i and has i + 1 events, one an hour; every third is by Ada.
  void SetUp() override {
    ASSERT_TRUE(analytics_.Create("log").ok());
    std::vector<v1::Event> events;
    for (int c = 0; c < 12; ++c) {
      for (int i = 0; i <= c; ++i) {
        v1::Event& event = events.emplace_back(
            EventOf(absl::StrCat("case ", c), absl::StrCat("step ", i % 4), kHour * (24 * c + i)));
        event.set_resource(i % 3 == 0 ? "ada" : "bob");
        v1::Attribute& attribute = *event.add_attributes();
        attribute.set_key("case:region");
        attribute.set_string_value(c % 2 == 0 ? "EMEA" : "APAC");
      }
    }
    ASSERT_TRUE(analytics_.Write("log", "crm", 1, events).ok());
  }
  absl::StatusOr<std::string> Export(Request::Format format, const v1::Selection& selection,
                                     v1::ExportSummary* summary) {
    Request request;
    request.set_name(LogName("log"));
    request.set_format(format);
    *request.mutable_selection() = selection;
    base::CallContext context;
    context.identity = base::Identity::Everything("test");
    context.workspace = "acme";
    std::string file;
    const absl::Status status = analytics_.channel().ReadStream(
        context, kExport, request, v1::ExportEventLogResponse(),
        [&](const google::protobuf::Message& message) {
          const auto& piece = static_cast<const v1::ExportEventLogResponse&>(message);
          file += piece.chunk();
          if (piece.has_summary()) *summary = piece.summary();
          return true;
        });
    if (!status.ok()) return status;
    return file;
  }
  void ImportAs(const std::string& id, const std::string& file) {
    std::vector<v1::ImportEventLogRequest> messages(2);
    messages[0].mutable_header()->set_parent("workspaces/acme");
    messages[0].mutable_header()->set_event_log_id(id);
    messages[0].mutable_header()->add_attributes("*");
    messages[1].set_chunk(file);
    const auto imported = analytics_.Import(messages);
    ASSERT_TRUE(imported.ok()) << imported.status() << "\n" << file;
  }
  v1::GetProcessMapResponse MapOf(const std::string& id, const v1::Selection& selection = {}) {
    v1::GetProcessMapRequest request;
    request.set_name(LogName(id));
    if (selection.ByteSizeLong() > 0) *request.mutable_selection() = selection;
    const auto response = analytics_.Call<v1::GetProcessMapResponse>("GetProcessMap", request);
    EXPECT_TRUE(response.ok()) << response.status();
    return response.ok() ? *response : v1::GetProcessMapResponse();
  }

  TestAnalytics analytics_;
};

v1::Selection Filter(const std::string& filter) {
  v1::Selection selection;
  selection.set_filter(filter);
  return selection;
}

TEST_F(Exports, ASelectionImportedAgainHasTheFiguresOfItsQuery) {
  v1::Selection adas;
  adas.set_event_filter("resource = ada");
  adas.set_only_matching_events(true);
  v1::Selection window;
  window.mutable_window()->mutable_start_time()->set_seconds(kHour * 24 * 5);
  int number = 0;
  for (const v1::Selection& selection :
       {Filter("duration > 3h"), Filter("attributes.\"case:region\" = EMEA"),
        Filter("follows:\"step 3 > step 0\""), adas, window}) {
    const v1::GetProcessMapResponse asked = MapOf("log", selection);
    ASSERT_GT(asked.selection().case_count(), 0);
    ASSERT_LT(asked.selection().event_count(), asked.selection().total_event_count());
    for (const auto format : {Request::FORMAT_CSV, Request::FORMAT_XES}) {
      v1::ExportSummary summary;
      const auto file = Export(format, selection, &summary);
      ASSERT_TRUE(file.ok()) << file.status();
      EXPECT_EQ(summary.event_count(), asked.selection().event_count());
      EXPECT_EQ(summary.case_count(), asked.selection().case_count());
      EXPECT_EQ(summary.byte_count(), static_cast<int64_t>(file->size()));
      EXPECT_EQ(summary.selection().DebugString(), asked.selection().DebugString());
      const std::string id = absl::StrCat("part-", ++number);
      ASSERT_NO_FATAL_FAILURE(ImportAs(id, *file));
      EXPECT_EQ(MapOf(id).process_map().DebugString(), asked.process_map().DebugString())
          << selection.DebugString();
    }
  }
}

TEST_F(Exports, WhatSelectsNothingSaysSo) {
  v1::ExportSummary summary;
  const auto file = Export(Request::FORMAT_CSV, Filter("activities:\"step 9\""), &summary);
  ASSERT_TRUE(file.ok()) << file.status();
  EXPECT_THAT(*file, HasSubstr("case:concept:name,concept:name"));
  EXPECT_EQ(summary.event_count(), 0);
  EXPECT_EQ(summary.selection().total_case_count(), 12);
  EXPECT_THAT(summary.selection().notes(), ElementsAre(HasSubstr("no activity 'step 9'")));
}

TEST_F(Exports, AWrongSelectionIsNamed) {
  v1::ExportSummary summary;
  const absl::Status status =
      Export(Request::FORMAT_CSV, Filter("duraton > 3h"), &summary).status();
  EXPECT_EQ(ReasonText(status), "FIELD_INVALID");
  EXPECT_THAT(std::string(status.message()), HasSubstr("selection.filter"));
}

}  // namespace
}  // namespace plumbline::analytics
