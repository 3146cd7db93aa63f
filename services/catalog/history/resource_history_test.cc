// SPDX-License-Identifier: Apache-2.0
//
// The history of utilities, steps of the library and calendars, on both engines.
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "plumbline/catalog/v1/resource_history_service.pb.h"
#include "services/catalog/calendars/testing.h"
#include "services/catalog/steps/testing.h"
#include "services/catalog/testing/engines.h"

namespace plumbline::catalog {
namespace {

using ::testing::ElementsAre;
using v1::ResourceHistoryEntry;

// One kind of resource, whose content is its title.
class Kind {
 public:
  virtual ~Kind() = default;
  virtual std::string name() const = 0;  // of the one that the tests are about
  virtual std::string Create(TestCatalog& catalog, const std::string& title,
                             const std::string& reason, bool validate_only = false) = 0;
  virtual std::string Update(TestCatalog& catalog, const std::string& title,
                             const std::string& reason, const std::string& etag = "",
                             const std::string& request_id = "") = 0;
  virtual std::string Delete(TestCatalog& catalog, const std::string& reason) = 0;
};

class Utilities final : public Kind {
 public:
  std::string name() const override { return "workspaces/acme/utilities/it"; }
  std::string Create(TestCatalog& catalog, const std::string& title, const std::string& reason,
                     bool validate_only) override {
    v1::CreateUtilityRequest request;
    request.set_parent("workspaces/acme");
    request.set_utility_id("it");
    request.mutable_utility()->set_title(title);
    request.mutable_utility()->set_owner("it");
    request.set_reason(reason);
    request.set_validate_only(validate_only);
    return ReasonText(catalog.CallUtilities<v1::CreateUtilityResponse>("CreateUtility", request));
  }
  std::string Update(TestCatalog& catalog, const std::string& title, const std::string& reason,
                     const std::string& etag, const std::string& request_id) override {
    v1::UpdateUtilityRequest request;
    request.mutable_utility()->set_name(name());
    request.mutable_utility()->set_title(title);
    request.mutable_utility()->set_etag(etag);
    request.mutable_update_mask()->add_paths("title");
    request.set_reason(reason);
    request.set_request_id(request_id);
    return ReasonText(catalog.CallUtilities<v1::UpdateUtilityResponse>("UpdateUtility", request));
  }
  std::string Delete(TestCatalog& catalog, const std::string& reason) override {
    v1::DeleteUtilityRequest request;
    request.set_name(name());
    request.set_reason(reason);
    return ReasonText(catalog.CallUtilities<v1::DeleteUtilityResponse>("DeleteUtility", request));
  }
};

class Steps final : public Kind {
 public:
  std::string name() const override { return "workspaces/acme/steps/it"; }
  std::string Create(TestCatalog& catalog, const std::string& title, const std::string& reason,
                     bool validate_only) override {
    v1::CreateStepRequest request;
    request.set_parent("workspaces/acme");
    request.set_step_id("it");
    *request.mutable_step() = CheckCredit();
    request.mutable_step()->set_title(title);
    request.set_reason(reason);
    request.set_validate_only(validate_only);
    return ReasonText(catalog.CallSteps<v1::CreateStepResponse>("CreateStep", request));
  }
  std::string Update(TestCatalog& catalog, const std::string& title, const std::string& reason,
                     const std::string& etag, const std::string& request_id) override {
    v1::UpdateStepRequest request;
    request.mutable_step()->set_name(name());
    request.mutable_step()->set_title(title);
    request.mutable_step()->set_etag(etag);
    request.mutable_update_mask()->add_paths("title");
    request.set_reason(reason);
    request.set_request_id(request_id);
    return ReasonText(catalog.CallSteps<v1::UpdateStepResponse>("UpdateStep", request));
  }
  std::string Delete(TestCatalog& catalog, const std::string& reason) override {
    v1::DeleteStepRequest request;
    request.set_name(name());
    request.set_reason(reason);
    return ReasonText(catalog.CallSteps<v1::DeleteStepResponse>("DeleteStep", request));
  }
};

class Calendars final : public Kind {
 public:
  std::string name() const override { return CalendarNameOf("it"); }
  std::string Create(TestCatalog& catalog, const std::string& title, const std::string& reason,
                     bool validate_only) override {
    v1::CreateCalendarRequest request = CreateCalendarRequestOf("it", CalendarOf(title));
    request.set_reason(reason);
    request.set_validate_only(validate_only);
    return ReasonText(catalog.CallCalendars<v1::CreateCalendarResponse>("CreateCalendar", request));
  }
  std::string Update(TestCatalog& catalog, const std::string& title, const std::string& reason,
                     const std::string& etag, const std::string& request_id) override {
    v1::UpdateCalendarRequest request;
    request.mutable_calendar()->set_name(name());
    request.mutable_calendar()->set_title(title);
    request.mutable_calendar()->set_etag(etag);
    request.mutable_update_mask()->add_paths("title");
    request.set_reason(reason);
    request.set_request_id(request_id);
    return ReasonText(catalog.CallCalendars<v1::UpdateCalendarResponse>("UpdateCalendar", request));
  }
  std::string Delete(TestCatalog& catalog, const std::string& reason) override {
    v1::DeleteCalendarRequest request;
    request.set_name(name());
    request.set_reason(reason);
    return ReasonText(catalog.CallCalendars<v1::DeleteCalendarResponse>("DeleteCalendar", request));
  }
};

class ResourceHistoryTest : public EngineTest {
 protected:
  void SetUp() override {
    EngineTest::SetUp();
    ASSERT_NE(database_, nullptr);
    catalog_ = std::make_unique<TestCatalog>(*database_);
  }

  absl::StatusOr<v1::ListResourceHistoryResponse> List(const v1::ListResourceHistoryRequest& r) {
    return catalog_->Call<v1::ListResourceHistoryResponse>(
        "/plumbline.catalog.v1.ResourceHistoryService/ListResourceHistory", r);
  }
  absl::StatusOr<v1::ListResourceHistoryResponse> List(const std::string& name,
                                                       const std::string& filter = "",
                                                       const std::string& order_by = "") {
    v1::ListResourceHistoryRequest request;
    request.set_name(name);
    request.set_filter(filter);
    request.set_order_by(order_by);
    return List(request);
  }
  // "2 UPDATED why (title)", or the reason of the error.
  std::vector<std::string> Lines(const std::string& name, const std::string& filter = "",
                                 const std::string& order_by = "") {
    const auto listed = List(name, filter, order_by);
    if (!listed.ok()) return {ReasonText(listed)};
    std::vector<std::string> lines;
    for (const ResourceHistoryEntry& entry : listed->entries()) {
      lines.push_back(absl::StrCat(
          entry.sequence(), " ", ResourceHistoryEntry::Kind_Name(entry.kind()).substr(5), " ",
          entry.reason(),
          entry.fields().empty() ? ""
                                 : absl::StrCat(" (", absl::StrJoin(entry.fields(), ","), ")")));
    }
    return lines;
  }

  const std::unique_ptr<Kind> utilities_ = std::make_unique<Utilities>();
  const std::unique_ptr<Kind> steps_ = std::make_unique<Steps>();
  const std::unique_ptr<Kind> calendars_ = std::make_unique<Calendars>();
  const std::vector<Kind*> kinds_ = {utilities_.get(), steps_.get(), calendars_.get()};
  std::unique_ptr<TestCatalog> catalog_;
};

TEST_P(ResourceHistoryTest, EveryChangeIsKeptWithWhoWhenAndWhy) {
  for (Kind* kind : kinds_) {
    SCOPED_TRACE(kind->name());
    EXPECT_THAT(Lines(kind->name()), ElementsAre("RESOURCE_NOT_FOUND"));
    ASSERT_EQ(kind->Create(*catalog_, "One", "checks only", true), "OK");
    EXPECT_THAT(Lines(kind->name()), ElementsAre("RESOURCE_NOT_FOUND"));
    ASSERT_EQ(kind->Create(*catalog_, "One", "it is new"), "OK");
    catalog_->clock().Advance(absl::Hours(1));
    ASSERT_EQ(kind->Update(*catalog_, "Two", "a better name"), "OK");
    ASSERT_EQ(kind->Update(*catalog_, "Two", "nothing differs"), "OK");
    ASSERT_EQ(kind->Update(*catalog_, "Three", "refused", "0123456789abcdef"), "ETAG_MISMATCH");
    ASSERT_EQ(kind->Delete(*catalog_, "nobody needs it"), "OK");
    EXPECT_THAT(Lines(kind->name()),
                ElementsAre("3 DELETED nobody needs it", "2 UPDATED a better name (title)",
                            "1 CREATED it is new"))
        << "it outlives what it is about";
    ASSERT_EQ(kind->Create(*catalog_, "One", "they do"), "OK");
    const auto listed = List(kind->name());
    ASSERT_EQ(listed->entries_size(), 4);
    const ResourceHistoryEntry& updated = listed->entries(2);
    EXPECT_EQ(listed->entries(0).sequence(), 4) << "made anew, it goes on";
    EXPECT_EQ(updated.name(), absl::StrCat(kind->name(), "/history/2"));
    EXPECT_EQ(updated.actor(), "anonymous");
    EXPECT_EQ(updated.create_time().seconds(), listed->entries(3).create_time().seconds() + 3600);
    EXPECT_EQ(updated.etag(), listed->entries(1).etag()) << "the one that it had when it went";
    EXPECT_NE(updated.etag(), listed->entries(3).etag());
  }
}

TEST_P(ResourceHistoryTest, ARepeatedRequestIsKeptOnce) {
  for (Kind* kind : kinds_) {
    SCOPED_TRACE(kind->name());
    ASSERT_EQ(kind->Create(*catalog_, "One", ""), "OK");
    ASSERT_EQ(kind->Update(*catalog_, "Two", "once", "", "r1"), "OK");
    ASSERT_EQ(kind->Update(*catalog_, "Two", "once", "", "r1"), "OK");
    EXPECT_THAT(Lines(kind->name()), ElementsAre("2 UPDATED once (title)", "1 CREATED "));
    EXPECT_EQ(kind->Update(*catalog_, "Two", "another reason", "", "r1"), "REQUEST_ID_REUSED");
  }
}

TEST_P(ResourceHistoryTest, ReasonsHaveALimit) {
  for (Kind* kind : kinds_) {
    SCOPED_TRACE(kind->name());
    const std::string most(1000, 'w');
    EXPECT_EQ(kind->Create(*catalog_, "One", most + "w"), "FIELD_INVALID");
    EXPECT_EQ(kind->Create(*catalog_, "One", most), "OK");
    EXPECT_EQ(kind->Update(*catalog_, "Two", most + "w"), "FIELD_INVALID");
    EXPECT_EQ(kind->Delete(*catalog_, most + "w"), "FIELD_INVALID");
    EXPECT_EQ(Lines(kind->name()).size(), 1u);
  }
}

TEST_P(ResourceHistoryTest, FiltersOrdersAndGivesPages) {
  ASSERT_EQ(utilities_->Create(*catalog_, "One", "begun by audit"), "OK");
  for (const char* title : {"Two", "Three", "Four"})
    ASSERT_EQ(utilities_->Update(*catalog_, title, absl::StrCat("now ", title)), "OK");
  const std::string name = utilities_->name();
  EXPECT_THAT(Lines(name, "kind = CREATED"), ElementsAre("1 CREATED begun by audit"));
  EXPECT_THAT(Lines(name, "audit"), ElementsAre("1 CREATED begun by audit"));
  EXPECT_THAT(Lines(name, "sequence > 3 AND actor = anonymous"),
              ElementsAre("4 UPDATED now Four (title)"));
  EXPECT_THAT(Lines(name, "create_time < 1990-01-01"), ElementsAre());
  EXPECT_EQ(Lines(name, "fields:title").size(), 3u);
  EXPECT_THAT(Lines(name, "sequence < 3", "sequence"),
              ElementsAre("1 CREATED begun by audit", "2 UPDATED now Two (title)"));
  EXPECT_THAT(Lines(name, "etag = x"), ElementsAre("FIELD_INVALID"));
  EXPECT_THAT(Lines(name, "", "reason"), ElementsAre("FIELD_INVALID"));
  v1::ListResourceHistoryRequest request;
  request.set_name(name);
  request.set_page_size(3);
  auto page = List(request);
  ASSERT_EQ(page->entries_size(), 3);
  request.set_page_token(page->next_page_token());
  page = List(request);
  ASSERT_EQ(page->entries_size(), 1);
  EXPECT_EQ(page->entries(0).sequence(), 1);
  EXPECT_EQ(page->next_page_token(), "");
  request.set_filter("actor = ada");
  EXPECT_EQ(ReasonText(List(request)), "PAGE_TOKEN_INVALID");
}

TEST_P(ResourceHistoryTest, RefusesWhatHasNone) {
  for (const auto& [name, reason] : std::vector<std::pair<std::string, std::string>>{
           {"workspaces/acme/utilities/nothing", "RESOURCE_NOT_FOUND"},
           {"workspaces/acme/steps/nothing", "RESOURCE_NOT_FOUND"},
           {"workspaces/acme/calendars/nothing", "RESOURCE_NOT_FOUND"},
           {"workspaces/acme/utilities/CRM", "FIELD_INVALID"},
           {"workspaces/acme/processes/legal", "FIELD_INVALID"},
           {"workspaces/acme", "FIELD_INVALID"},
           {"", "FIELD_INVALID"}}) {
    EXPECT_EQ(ReasonText(List(name)), reason) << name;
  }
  ASSERT_EQ(utilities_->Create(*catalog_, "One", ""), "OK");
  EXPECT_EQ(ReasonText(List("workspaces/beta/utilities/it")), "RESOURCE_NOT_FOUND");
  EXPECT_EQ(ReasonText(List("workspaces/acme/steps/it")), "RESOURCE_NOT_FOUND");
}

// Of what a release without histories wrote, there is nothing to tell yet.
TEST_P(ResourceHistoryTest, WhatWasThereBeforeHasAnEmptyOne) {
  for (Kind* kind : kinds_) ASSERT_EQ(kind->Create(*catalog_, "One", ""), "OK");
  ASSERT_TRUE(database_
                  ->Write({},
                          [](sql::Transaction& transaction) {
                            return transaction.Execute("DELETE FROM resource_history").status();
                          })
                  .ok());
  for (Kind* kind : kinds_) EXPECT_THAT(Lines(kind->name()), ElementsAre()) << kind->name();
}

TEST_P(ResourceHistoryTest, CalendarsTellOfImportsAndOfWhatTheyInheritedFrom) {
  ASSERT_EQ(calendars_->Create(*catalog_, "Company", ""), "OK");
  ASSERT_TRUE(CreateCalendarIn(*catalog_, "team", CalendarOf("Team", "it")).ok());
  v1::ImportHolidaysRequest import;
  import.set_name(calendars_->name());
  import.set_icalendar(
      "BEGIN:VCALENDAR\nVERSION:2.0\nBEGIN:VEVENT\nUID:may@x\nDTSTART;VALUE=DATE:20260501\n"
      "END:VEVENT\nEND:VCALENDAR\n");
  import.set_reason("the list of 2026");
  for (int i = 0; i < 2; ++i) {
    ASSERT_EQ(
        ReasonText(catalog_->CallCalendars<v1::ImportHolidaysResponse>("ImportHolidays", import)),
        "OK");
  }
  import.set_reason(std::string(1001, 'w'));
  EXPECT_EQ(
      ReasonText(catalog_->CallCalendars<v1::ImportHolidaysResponse>("ImportHolidays", import)),
      "FIELD_INVALID");
  EXPECT_THAT(Lines(calendars_->name()),
              ElementsAre("2 IMPORTED the list of 2026 (holidays)", "1 CREATED "))
      << "what changes nothing is not kept";
  v1::DeleteCalendarRequest remove;
  remove.set_name(calendars_->name());
  remove.set_force(true);
  remove.set_reason("merged");
  ASSERT_EQ(
      ReasonText(catalog_->CallCalendars<v1::DeleteCalendarResponse>("DeleteCalendar", remove)),
      "OK");
  EXPECT_THAT(Lines(calendars_->name(), "kind = DELETED"), ElementsAre("3 DELETED merged"));
  EXPECT_THAT(Lines(CalendarNameOf("team")),
              ElementsAre("2 UPDATED merged (inherits)", "1 CREATED "));
}

INSTANTIATE_TEST_SUITE_P(Engines, ResourceHistoryTest, ::testing::Values(kSqlite, "PostgreSQL"),
                         EngineName);

}  // namespace
}  // namespace plumbline::catalog
