// SPDX-License-Identifier: Apache-2.0
//
// What logs hold, as data: out and in again, for how long, without a person, and each event once.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/time/clock.h"
#include "plumbline/analytics/v1/event_data_service.pb.h"
#include "services/analytics/log/block.h"
#include "services/analytics/serving/service_testing.h"
#include "services/analytics/storage/store_sql.h"

namespace plumbline::analytics {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

constexpr char kData[] = "/plumbline.analytics.v1.EventDataService/";
constexpr int64_t kDay = 86'400;

base::CallContext SomeCall() {
  base::CallContext context;
  context.identity = base::Identity::Everything("test");
  context.workspace = "acme";
  return context;
}

class Data : public testing::Test {
 protected:
  template <typename Response, typename Request>
  absl::StatusOr<Response> Call(absl::string_view method, const Request& request) {
    Response response;
    const absl::Status status =
        Replica().channel().Call(SomeCall(), absl::StrCat(kData, method), request, &response);
    if (!status.ok()) return status;
    return response;
  }
  // One replica after the other over the same database: a restart forgets all but what is stored.
  TestAnalytics& Replica() {
    if (replica_ == nullptr) replica_ = std::make_unique<TestAnalytics>(*database_);
    return *replica_;
  }
  void Restart() { replica_ = nullptr; }

  std::string Export(absl::string_view id, v1::ExportEventLogRequest::Format format,
                     v1::ExportSummary* summary = nullptr) {
    v1::ExportEventLogRequest request;
    request.set_name(LogName(id));
    request.set_format(format);
    std::string file;
    const absl::Status status = Replica().channel().ReadStream(
        SomeCall(), absl::StrCat(kData, "ExportEventLog"), request, v1::ExportEventLogResponse(),
        [&](const google::protobuf::Message& message) {
          const auto& piece = static_cast<const v1::ExportEventLogResponse&>(message);
          file += piece.chunk();
          if (summary != nullptr && piece.has_summary()) *summary = piece.summary();
          return true;
        });
    EXPECT_TRUE(status.ok()) << status;
    return file;
  }
  std::string Csv(absl::string_view id) {
    return Export(id, v1::ExportEventLogRequest::FORMAT_CSV);
  }
  v1::Erasure Erase(
      const std::vector<std::string>& texts, bool look_only = false,
      v1::ErasePersonRequest::CaseAction action = v1::ErasePersonRequest::CASE_ACTION_RENAME) {
    v1::ErasePersonRequest request;
    request.set_name(LogName("log"));
    for (const std::string& text : texts) request.add_texts(text);
    request.set_case_action(action);
    request.set_validate_only(look_only);
    const auto response = Call<v1::ErasePersonResponse>("ErasePerson", request);
    EXPECT_TRUE(response.ok()) << response.status();
    return response.ok() ? response->erasure() : v1::Erasure();
  }
  absl::StatusOr<v1::SetRetentionResponse> Keep(absl::string_view id, int64_t days,
                                                v1::Retention::Unit unit) {
    v1::SetRetentionRequest request;
    request.set_name(LogName(id));
    request.mutable_retention()->mutable_max_age()->set_seconds(days * kDay);
    request.mutable_retention()->set_unit(unit);
    return Call<v1::SetRetentionResponse>("SetRetention", request);
  }
  // Everything that the database holds in blocks, unpacked, garbage too.
  std::string AllBlocks() {
    std::string all;
    const absl::Status status =
        database_->Read(SomeCall(), [&](sql::Transaction& transaction) -> absl::Status {
          const auto rows = transaction.Query("SELECT data FROM event_blocks ORDER BY uid, block");
          if (!rows.ok()) return rows.status();
          for (size_t i = 0; i < rows->size(); ++i) {
            const auto batch = DecodeBlock(rows->Text(i, 0));
            if (!batch.ok()) return batch.status();
            for (const Dictionary* texts : {&batch->cases, &batch->activities, &batch->resources,
                                            &batch->transitions, &batch->attribute_keys}) {
              for (uint32_t id = 0; id < texts->size(); ++id)
                absl::StrAppend(&all, (*texts)[id], "\n");
            }
            for (const EventAttribute& one : batch->attributes) {
              if (const auto* text = std::get_if<std::string>(&one.value))
                absl::StrAppend(&all, *text, "\n");
            }
          }
          return absl::OkStatus();
        });
    EXPECT_TRUE(status.ok()) << status;
    return all;
  }
  v1::Event With(v1::Event event, absl::string_view resource, absl::string_view key = "",
                 absl::string_view value = "") {
    event.set_resource(std::string(resource));
    if (key.empty()) return event;
    v1::Attribute* attribute = event.add_attributes();
    attribute->set_key(std::string(key));
    attribute->set_string_value(std::string(value));
    return event;
  }
  // A log with Ada in all the places where a person can be.
  void WriteAda() {
    ASSERT_TRUE(Replica().Create("log").ok());
    ASSERT_TRUE(Replica()
                    .Write("log", "crm", 1,
                           {With(EventOf("1", "Call", 1), "Ada Lovelace"),
                            With(EventOf("1", "Call ada lovelace", 2), "Bob", "note",
                                 "asked Ada Lovelace, twice"),
                            With(EventOf("2", "Call", 3), "Bob", "case:owner", "ada@example.com"),
                            With(EventOf("ada lovelace", "Hire", 4), "Bob"),
                            With(EventOf("3", "Call", 5), "Adam Lovelace")})
                    .ok());
    ASSERT_TRUE(Replica().Write("log", "crm", 6, {EventOf("4", "Call", 6)}).ok());
  }

  std::unique_ptr<sql::Database> database_ = *sql::Open("sqlite::memory:", {.schema = "analytics"});
  std::unique_ptr<TestAnalytics> replica_;
};

TEST_F(Data, ExportIsImportedAgain) {
  WriteAda();
  for (const auto format :
       {v1::ExportEventLogRequest::FORMAT_CSV, v1::ExportEventLogRequest::FORMAT_XES}) {
    v1::ExportSummary summary;
    const std::string file = Export("log", format, &summary);
    EXPECT_EQ(summary.event_count(), 6);
    EXPECT_EQ(summary.case_count(), 5);
    EXPECT_EQ(summary.byte_count(), static_cast<int64_t>(file.size()));
    std::vector<v1::ImportEventLogRequest> messages(2);
    messages[0].mutable_header()->set_parent("workspaces/acme");
    messages[0].mutable_header()->set_event_log_id(absl::StrCat("again", format));
    messages[0].mutable_header()->add_attributes("*");
    messages[1].set_chunk(file);
    const auto imported = Replica().Import(messages);
    ASSERT_TRUE(imported.ok()) << imported.status();
    EXPECT_THAT(imported->attributes(), ElementsAre("case:owner", "note"));
    EXPECT_EQ(Csv(absl::StrCat("again", format)), Csv("log"));
  }
  v1::ExportEventLogRequest request;
  request.set_name(LogName("log"));
  EXPECT_EQ(ReasonText(Replica().channel().ReadStream(
                SomeCall(), absl::StrCat(kData, "ExportEventLog"), request,
                v1::ExportEventLogResponse(), [](const auto&) { return true; })),
            "FIELD_INVALID");
}

TEST_F(Data, AnErasedPersonIsNowhere) {
  WriteAda();
  const v1::Erasure look = Erase({"Ada Lovelace", "ada@example.com"}, true);
  EXPECT_EQ(look.remaining_event_count(), 4);
  EXPECT_EQ(look.digest_after(), look.digest_before());
  EXPECT_THAT(AllBlocks(), HasSubstr("Ada Lovelace"));

  const v1::Erasure erasure = Erase({"Ada Lovelace", "ada@example.com"});
  EXPECT_EQ(erasure.event_count(), 6);
  EXPECT_EQ(erasure.resource_count(), 1);
  EXPECT_EQ(erasure.attribute_count(), 2);
  EXPECT_EQ(erasure.activity_count(), 1);
  EXPECT_EQ(erasure.case_count(), 1);
  EXPECT_EQ(erasure.deleted_case_count(), 0);
  EXPECT_EQ(erasure.rewritten_block_count(), 2);
  EXPECT_EQ(erasure.remaining_event_count(), 0);
  EXPECT_EQ(erasure.old_block_count(), 0);
  EXPECT_EQ(erasure.digest_before(), look.digest_before());
  EXPECT_NE(erasure.digest_after(), erasure.digest_before());
  const std::string csv = Csv("log");
  EXPECT_THAT(csv, HasSubstr("1,Call,1970-01-01T00:00:01Z,,erased,"));
  EXPECT_THAT(csv, HasSubstr("1,Call erased,"));
  EXPECT_THAT(csv, HasSubstr("asked erased, twice"));
  EXPECT_THAT(csv, HasSubstr("Adam Lovelace"));
  EXPECT_EQ(Replica().Get("log")->case_count(), 5);
  ASSERT_EQ(Replica().Get("log")->erasures_size(), 1);
  EXPECT_EQ(Replica().Get("log")->erasures(0).digest_after(), erasure.digest_after());
  const auto holds_ada = [&] {
    const std::string all = absl::AsciiStrToLower(AllBlocks());
    return all.find("ada lovelace") != std::string::npos ||
           all.find("ada@example.com") != std::string::npos;
  };
  EXPECT_FALSE(holds_ada());

  // Once more, there is nothing to do; and so it stays after compaction and a restart.
  EXPECT_EQ(Erase({"Ada Lovelace", "ada@example.com"}).rewritten_block_count(), 0);
  for (int i = 0; i < 70; ++i)
    ASSERT_TRUE(Replica().Write("log", "crm", 7 + i, {EventOf("5", "Call", 7 + i)}).ok());
  const std::string before = Erase({"Ada Lovelace"}, true).digest_after();
  ASSERT_TRUE(Replica().app().RunOnce().ok());
  Restart();
  const v1::Erasure again = Erase({"Ada Lovelace", "ada@example.com"}, true);
  EXPECT_EQ(again.remaining_event_count(), 0);
  EXPECT_EQ(again.digest_after(), before);
  EXPECT_FALSE(holds_ada());
  // Producers go on where they were.
  EXPECT_EQ(Replica().Write("log", "crm", 77, {EventOf("5", "Call", 99)})->accepted_count(), 1);
}

TEST_F(Data, TheDigestStaysWhereNothingIsWritten) {
  WriteAda();
  const std::string digest = Erase({"Ada Lovelace"}).digest_after();
  ASSERT_TRUE(Replica().app().RunOnce().ok());
  Restart();
  EXPECT_EQ(Erase({"Ada Lovelace"}, true).digest_before(), digest);
}

TEST_F(Data, CasesOfAPersonAreDeleted) {
  WriteAda();
  const auto of_person = v1::ErasePersonRequest::CASE_ACTION_DELETE_OF_PERSON;
  const v1::Erasure erasure = Erase({"Ada Lovelace", "ada@example.com"}, false, of_person);
  EXPECT_EQ(erasure.deleted_case_count(), 2);
  EXPECT_EQ(erasure.deleted_event_count(), 2);
  EXPECT_EQ(Replica().Get("log")->event_count(), 4);
  EXPECT_EQ(Replica().Get("log")->case_count(), 3);
}

TEST_F(Data, CasesWithAPersonAreDeleted) {
  WriteAda();
  const auto with_person = v1::ErasePersonRequest::CASE_ACTION_DELETE_WITH_PERSON;
  EXPECT_EQ(Erase({"Ada Lovelace", "ada@example.com"}, false, with_person).deleted_case_count(), 3);
  EXPECT_EQ(Replica().Get("log")->event_count(), 2);
  // Down to nothing.
  EXPECT_EQ(Erase({"Call"}, false, with_person).deleted_case_count(), 2);
  EXPECT_EQ(Replica().Get("log")->event_count(), 0);
  EXPECT_THAT(AllBlocks(), IsEmpty());
  ASSERT_TRUE(Replica().Write("log", "crm", 7, {EventOf("1", "a", 1)}).ok());
  EXPECT_EQ(Replica().Get("log")->event_count(), 1);
}

TEST_F(Data, RequestsThatEraseTooMuchAreRefused) {
  WriteAda();
  v1::ErasePersonRequest request;
  request.set_name(LogName("log"));
  const auto reason = [&] {
    return ReasonText(Call<v1::ErasePersonResponse>("ErasePerson", request));
  };
  EXPECT_EQ(reason(), "FIELD_INVALID");
  request.add_texts("a");
  EXPECT_EQ(reason(), "FIELD_INVALID");
  request.set_texts(0, "--");
  EXPECT_EQ(reason(), "FIELD_INVALID");
  request.set_texts(0, "Ada");
  request.set_replacement("was ada");
  EXPECT_EQ(reason(), "FIELD_INVALID");
  request.clear_replacement();
  request.set_name(LogName("none"));
  EXPECT_EQ(reason(), "RESOURCE_NOT_FOUND");
}

TEST_F(Data, RetentionOfCases) {
  const int64_t now = absl::ToUnixSeconds(Replica().clock().Now());
  ASSERT_TRUE(Replica().Create("log").ok());
  ASSERT_TRUE(
      Replica()
          .Write("log", "crm", 1,
                 {EventOf("old", "a", now - 90 * kDay), EventOf("old", "b", now - 40 * kDay),
                  EventOf("long", "a", now - 90 * kDay), EventOf("long", "b", now - kDay),
                  EventOf("new", "a", now)})
          .ok());
  ASSERT_TRUE(Keep("log", 30, v1::Retention::UNIT_CASES).ok());
  EXPECT_EQ(*Replica().app().RunRetentionOnce(absl::FromUnixSeconds(now)), 2);
  EXPECT_EQ(*Replica().app().RunRetentionOnce(absl::FromUnixSeconds(now)), 0);
  EXPECT_THAT(AllBlocks(), Not(HasSubstr("old")));
  EXPECT_EQ(Replica().Get("log")->event_count(), 3);
  EXPECT_EQ(Replica().Get("log")->first_time().seconds(), now - 90 * kDay);
  EXPECT_EQ(Replica().Map("log")->edges(0).count(), 1);
  // A month later, the rest.
  EXPECT_EQ(*Replica().app().RunRetentionOnce(absl::FromUnixSeconds(now + 31 * kDay)), 3);
  EXPECT_EQ(Replica().Get("log")->event_count(), 0);
  // A producer that sends its events again is told that they were there.
  EXPECT_EQ(Replica().Write("log", "crm", 1, {EventOf("old", "a", 1)})->duplicate_count(), 1);
}

TEST_F(Data, RetentionOfEventsAndItsEnd) {
  const int64_t now = absl::ToUnixSeconds(Replica().clock().Now());
  ASSERT_TRUE(Replica().Create("log").ok());
  ASSERT_TRUE(Replica()
                  .Write("log", "crm", 1,
                         {EventOf("c", "a", now - 90 * kDay), EventOf("c", "b", now - kDay)})
                  .ok());
  ASSERT_TRUE(Keep("log", 30, v1::Retention::UNIT_EVENTS).ok());
  v1::SetRetentionRequest for_ever;
  for_ever.set_name(LogName("log"));
  ASSERT_TRUE(Call<v1::SetRetentionResponse>("SetRetention", for_ever).ok());
  EXPECT_EQ(*Replica().app().RunRetentionOnce(absl::FromUnixSeconds(now)), 0);
  const auto set = Keep("log", 30, v1::Retention::UNIT_EVENTS);
  EXPECT_EQ(set->event_log().retention().max_age().seconds(), 30 * kDay);
  Restart();
  EXPECT_GE(*Replica().app().RunOnce(), 1);
  EXPECT_EQ(Replica().Get("log")->event_count(), 1);
  EXPECT_EQ(Replica().Get("log")->first_time().seconds(), now - kDay);
  EXPECT_EQ(ReasonText(Keep("log", 0, v1::Retention::UNIT_EVENTS)), "FIELD_INVALID");
  EXPECT_EQ(ReasonText(Keep("none", 30, v1::Retention::UNIT_EVENTS)), "RESOURCE_NOT_FOUND");
}

// Cases of which an event is young stay, and are not read again and again; a retention that is made
// shorter holds at once.
TEST_F(Data, RetentionThatChangesHoldsAtOnce) {
  const int64_t now = absl::ToUnixSeconds(Replica().clock().Now());
  ASSERT_TRUE(Replica().Create("log").ok());
  ASSERT_TRUE(Replica()
                  .Write("log", "crm", 1,
                         {EventOf("c", "a", now - 90 * kDay), EventOf("c", "b", now - 20 * kDay)})
                  .ok());
  ASSERT_TRUE(Keep("log", 30, v1::Retention::UNIT_CASES).ok());
  EXPECT_EQ(*Replica().app().RunRetentionOnce(absl::FromUnixSeconds(now)), 0);
  ASSERT_TRUE(Keep("log", 10, v1::Retention::UNIT_CASES).ok());
  EXPECT_EQ(*Replica().app().RunRetentionOnce(absl::FromUnixSeconds(now)), 2);
}

v1::Event Called(v1::Event event, absl::string_view id) {
  event.set_event_id(std::string(id));
  return event;
}

TEST_F(Data, AnEventIdCountsOnce) {
  ASSERT_TRUE(Replica().Create("log").ok());
  const auto first =
      Replica().Write("log", "crm", 1,
                      {Called(EventOf("1", "a", 1), "x"), Called(EventOf("1", "b", 2), "y"),
                       Called(EventOf("1", "again", 3), "x"), Called(EventOf("2", "a", 4), "x"),
                       EventOf("1", "c", 5), EventOf("1", "c", 5)});
  ASSERT_TRUE(first.ok()) << first.status();
  EXPECT_EQ(first->accepted_count(), 5);
  EXPECT_EQ(first->duplicate_count(), 1);
  EXPECT_EQ(first->next_sequence(), 7);
  // Of another producer, after a restart, and as an attribute.
  Restart();
  v1::Event attribute = EventOf("1", "later", 6);
  attribute.add_attributes()->set_key("identity:id");
  attribute.mutable_attributes(0)->set_string_value("y");
  const auto second = Replica().Write("log", "erp", 1, {attribute});
  EXPECT_EQ(second->accepted_count(), 0);
  EXPECT_EQ(second->duplicate_count(), 1);
  EXPECT_EQ(second->next_sequence(), 2);
  EXPECT_EQ(Replica().Write("log", "erp", 2, {Called(EventOf("1", "d", 7), "z")})->accepted_count(),
            1);
  EXPECT_EQ(Replica().Get("log")->event_count(), 6);
  EXPECT_EQ(Replica().Variants("log", 10)->variants(0).activity_count() +
                Replica().Variants("log", 10)->variants(1).activity_count(),
            6);
}

TEST_F(Data, AnEventIdOfAFileCountsOnce) {
  ASSERT_TRUE(Replica().Create("log").ok());
  ASSERT_TRUE(Replica().Write("log", "crm", 1, {Called(EventOf("1", "a", 1), "x")}).ok());
  const std::string csv =
      "case,activity,time,identity:id\n1,b,2020-01-01,x\n1,c,2020-01-02,y\n1,d,2020-01-03,y\n";
  const auto imported = Replica().Import("log", csv, "", true);
  ASSERT_TRUE(imported.ok()) << imported.status();
  EXPECT_EQ(imported->event_count(), 1);
  ASSERT_EQ(imported->dropped_size(), 1);
  EXPECT_EQ(imported->dropped(0).count(), 2);
  EXPECT_THAT(imported->dropped(0).samples(), ElementsAre("line 2: 'x'", "line 4: 'y'"));
  EXPECT_EQ(Replica().Write("log", "crm", 2, {Called(EventOf("1", "e", 1), "y")})->accepted_count(),
            0);
  EXPECT_EQ(Replica().Get("log")->event_count(), 2);
}

TEST_F(Data, LateEventsTakeTheirPlaces) {
  ASSERT_TRUE(Replica().Create("log").ok());
  ASSERT_TRUE(
      Replica().Write("log", "crm", 1, {EventOf("1", "a", 10), EventOf("1", "d", 40)}).ok());
  EXPECT_THAT(Replica().Variants("log", 1)->variants(0).activities(), ElementsAre("a", "d"));
  // Late, and at the same time as another: in the order of arrival.
  ASSERT_TRUE(
      Replica().Write("log", "erp", 1, {EventOf("1", "c", 20), EventOf("1", "b", 20)}).ok());
  EXPECT_THAT(Replica().Variants("log", 1)->variants(0).activities(),
              ElementsAre("a", "c", "b", "d"));
  Restart();
  EXPECT_THAT(Replica().Variants("log", 1)->variants(0).activities(),
              ElementsAre("a", "c", "b", "d"));
  EXPECT_EQ(Replica().Map("log")->edges_size(), 3);
}

class Uploads : public Data {
 protected:
  std::vector<v1::ImportEventLogRequest> Messages(absl::string_view file, int64_t offset,
                                                  size_t chunks) {
    std::vector<v1::ImportEventLogRequest> messages(1);
    v1::ImportHeader* header = messages[0].mutable_header();
    header->set_parent("workspaces/acme");
    header->set_event_log_id("up");
    header->set_upload_id("upload-1");
    header->set_request_id("r1");
    header->set_upload_offset(offset);
    for (size_t at = static_cast<size_t>(offset); at < file.size() && chunks > 0;
         at += 100, --chunks)
      messages.emplace_back().set_chunk(std::string(file.substr(at, 100)));
    return messages;
  }
  absl::StatusOr<int64_t> Received() {
    v1::GetUploadRequest request;
    request.set_parent("workspaces/acme");
    request.set_upload_id("upload-1");
    const auto response = Call<v1::GetUploadResponse>("GetUpload", request);
    if (!response.ok()) return response.status();
    return response->received_bytes();
  }
  // Sends some chunks, and breaks off.
  void BreakOff(absl::string_view file, int64_t offset, size_t chunks) {
    base::CallContext context = SomeCall();
    context.cancelled = std::make_shared<std::atomic<bool>>(false);
    auto stream = Replica().channel().WriteStream(
        context, "/plumbline.analytics.v1.AnalyticsService/ImportEventLog");
    ASSERT_TRUE(stream.ok());
    for (const auto& message : Messages(file, offset, chunks))
      ASSERT_TRUE((*stream)->Write(message));
    const int64_t sent = offset + 100 * static_cast<int64_t>(chunks);
    while (Received().value_or(0) < sent) absl::SleepFor(absl::Milliseconds(1));
    *context.cancelled = true;
    stream->reset();
  }
};

TEST_F(Uploads, GoOnWhereTheyStopped) {
  const std::string csv = SimpleCsv(0, 60);
  EXPECT_EQ(ReasonText(Received()), "RESOURCE_NOT_FOUND");
  BreakOff(csv, 0, 7);
  EXPECT_EQ(*Received(), 700);
  Restart();
  EXPECT_EQ(*Received(), 700);
  EXPECT_EQ(ReasonText(Replica().Import(Messages(csv, 500, 1'000))), "FIELD_INVALID");
  BreakOff(csv, 700, 13);
  EXPECT_EQ(*Received(), 2'000);
  const auto imported = Replica().Import(Messages(csv, 2'000, 1'000));
  ASSERT_TRUE(imported.ok()) << imported.status();
  EXPECT_EQ(imported->event_count(), 180);
  EXPECT_EQ(Replica().Get("up")->case_count(), 60);
  // The upload is gone; the whole request again is the same request.
  ASSERT_TRUE(Replica().app().RunOnce().ok());
  EXPECT_EQ(ReasonText(Received()), "RESOURCE_NOT_FOUND");
  const auto again = Replica().Import(Messages(csv, 0, 1'000));
  ASSERT_TRUE(again.ok()) << again.status();
  EXPECT_EQ(again->event_count(), 180);
}

TEST_F(Uploads, BeginAnewAtZero) {
  const std::string csv = SimpleCsv(0, 60);
  BreakOff("this,is,not\n" + csv, 0, 5);
  const auto imported = Replica().Import(Messages(csv, 0, 1'000));
  ASSERT_TRUE(imported.ok()) << imported.status();
  EXPECT_EQ(imported->event_count(), 180);
}

TEST_F(Uploads, OfFilesThatCannotBeReadEnd) {
  EXPECT_EQ(ReasonText(Replica().Import(Messages("%PDF-1.7", 0, 1))), "IMPORT_FORMAT");
  ASSERT_TRUE(Replica().app().RunOnce().ok());
  EXPECT_EQ(ReasonText(Received()), "RESOURCE_NOT_FOUND");
}

}  // namespace
}  // namespace plumbline::analytics
