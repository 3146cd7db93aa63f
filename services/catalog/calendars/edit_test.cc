// SPDX-License-Identifier: Apache-2.0
//
// Creating, updating, deleting and listing calendars over the in-process channel.
#include <functional>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "google/protobuf/util/message_differencer.h"
#include "google/rpc/error_details.pb.h"
#include "gtest/gtest.h"
#include "services/catalog/calendars/testing.h"

namespace plumbline::catalog {
namespace {

using google::protobuf::util::MessageDifferencer;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::Field;
using ::testing::HasSubstr;

class CalendarEditTest : public ::testing::Test {
 protected:
  void SetUp() override {
    v1::Calendar company = CalendarOf("Company");
    *company.add_holidays() = YearlyHoliday("christmas", 12, 25);
    auto created = CreateCalendarIn(catalog_, "company", company);
    ASSERT_TRUE(created.ok()) << created.status();
    company_ = created->calendar();
    catalog_.clock().Advance(absl::Hours(1));
  }

  absl::StatusOr<v1::UpdateCalendarResponse> Update(const v1::UpdateCalendarRequest& request) {
    return catalog_.CallCalendars<v1::UpdateCalendarResponse>("UpdateCalendar", request);
  }
  static v1::UpdateCalendarRequest UpdateOf(const v1::Calendar& calendar,
                                            const std::vector<std::string>& mask = {}) {
    v1::UpdateCalendarRequest request;
    *request.mutable_calendar() = calendar;
    for (const std::string& path : mask) request.mutable_update_mask()->add_paths(path);
    return request;
  }
  absl::StatusOr<v1::DeleteCalendarResponse> Delete(absl::string_view id, bool force = false,
                                                    const std::string& etag = "") {
    v1::DeleteCalendarRequest request;
    request.set_name(CalendarNameOf(id));
    request.set_force(force);
    request.set_etag(etag);
    return catalog_.CallCalendars<v1::DeleteCalendarResponse>("DeleteCalendar", request);
  }

  TestCatalog catalog_;
  v1::Calendar company_;
};

TEST_F(CalendarEditTest, CreateFillsInWhatTheCatalogKnows) {
  EXPECT_EQ(company_.name(), "workspaces/acme/calendars/company");
  EXPECT_EQ(company_.author(), "anonymous");
  EXPECT_EQ(company_.create_time().seconds(), absl::ToUnixSeconds(catalog_.clock().Now()) - 3600);
  EXPECT_EQ(company_.update_time().seconds(), company_.create_time().seconds());
  EXPECT_FALSE(company_.etag().empty());
  auto read = GetCalendarFrom(catalog_, "company");
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_TRUE(MessageDifferencer::Equals(*read, company_));
}

TEST_F(CalendarEditTest, CreateRefusesWhatIsWrongAndLeavesNothing) {
  struct Row {
    std::string name;
    std::function<void(v1::CreateCalendarRequest&)> spoil;
    std::string reason;
    std::string field;
  };
  const std::vector<Row> rows = {
      {"no parent", [](auto& r) { r.clear_parent(); }, "FIELD_INVALID", "parent"},
      {"no id", [](auto& r) { r.clear_calendar_id(); }, "FIELD_INVALID", "calendar_id"},
      {"id in capitals", [](auto& r) { r.set_calendar_id("Team"); }, "FIELD_INVALID",
       "calendar_id"},
      {"no calendar", [](auto& r) { r.clear_calendar(); }, "FIELD_INVALID", "calendar"},
      {"another name", [](auto& r) { r.mutable_calendar()->set_name(CalendarNameOf("x")); },
       "FIELD_INVALID", "calendar.name"},
      {"no title", [](auto& r) { r.mutable_calendar()->clear_title(); }, "FIELD_INVALID",
       "calendar.title"},
      {"unknown zone", [](auto& r) { r.mutable_calendar()->set_time_zone("Mars/Olympus"); },
       "FIELD_INVALID", "calendar.time_zone"},
      {"holiday without an id", [](auto& r) { r.mutable_calendar()->add_holidays(); },
       "FIELD_INVALID", "calendar.holidays[0].id"},
      {"long request_id", [](auto& r) { r.set_request_id(std::string(129, 'r')); }, "FIELD_INVALID",
       "request_id"},
      {"inherits from nothing",
       [](auto& r) { r.mutable_calendar()->set_inherits("calendars/nothing"); },
       "RESOURCE_NOT_FOUND", ""},
      {"inherits from itself",
       [](auto& r) { r.mutable_calendar()->set_inherits("calendars/team"); }, "CALENDAR_CYCLE", ""},
      {"exists", [](auto& r) { r.set_calendar_id("company"); }, "RESOURCE_ALREADY_EXISTS", ""},
  };
  for (const Row& row : rows) {
    v1::CreateCalendarRequest request =
        CreateCalendarRequestOf("team", CalendarOf("Team", "company"));
    row.spoil(request);
    auto created = catalog_.CallCalendars<v1::CreateCalendarResponse>("CreateCalendar", request);
    EXPECT_EQ(ReasonText(created), row.reason) << row.name << ": " << created.status();
    if (row.field.empty()) continue;
    EXPECT_THAT(base::FieldViolationsOf(created.status()),
                Contains(Field(&base::FieldViolation::field, row.field)))
        << row.name;
  }
  EXPECT_EQ(ReasonText(GetCalendarFrom(catalog_, "team")), "RESOURCE_NOT_FOUND");
}

TEST_F(CalendarEditTest, RepeatedRequestsTakeEffectOnce) {
  v1::CreateCalendarRequest request =
      CreateCalendarRequestOf("team", CalendarOf("Team", "company"));
  for (int i = 0; i < 30; ++i)
    (*request.mutable_calendar()->mutable_labels())[absl::StrCat("label-", i)] = "x";
  request.set_request_id("first");
  const auto create = [&] {
    return catalog_.CallCalendars<v1::CreateCalendarResponse>("CreateCalendar", request);
  };
  auto created = create();
  ASSERT_TRUE(created.ok()) << created.status();
  catalog_.clock().Advance(absl::Hours(1));
  auto repeated = create();
  ASSERT_TRUE(repeated.ok()) << repeated.status();
  EXPECT_TRUE(MessageDifferencer::Equals(*repeated, *created));
  request.mutable_calendar()->set_title("Another");
  EXPECT_EQ(ReasonText(create()), "REQUEST_ID_REUSED");
}

TEST_F(CalendarEditTest, ValidateOnlyChangesNothing) {
  v1::CreateCalendarRequest create = CreateCalendarRequestOf("team", CalendarOf("Team", "company"));
  create.set_validate_only(true);
  auto validated = catalog_.CallCalendars<v1::CreateCalendarResponse>("CreateCalendar", create);
  ASSERT_TRUE(validated.ok()) << validated.status();
  EXPECT_EQ(validated->calendar().name(), CalendarNameOf("team"));
  EXPECT_EQ(ReasonText(GetCalendarFrom(catalog_, "team")), "RESOURCE_NOT_FOUND");

  v1::UpdateCalendarRequest update = UpdateOf(company_);
  update.mutable_calendar()->set_title("Changed");
  update.set_validate_only(true);
  EXPECT_EQ(Update(update)->calendar().title(), "Changed");

  v1::DeleteCalendarRequest remove;
  remove.set_name(company_.name());
  remove.set_validate_only(true);
  EXPECT_TRUE(catalog_.CallCalendars<v1::DeleteCalendarResponse>("DeleteCalendar", remove).ok());
  EXPECT_TRUE(MessageDifferencer::Equals(*GetCalendarFrom(catalog_, "company"), company_));
}

TEST_F(CalendarEditTest, UpdateReplacesWhatTheMaskNames) {
  v1::Calendar calendar;
  calendar.set_name(company_.name());
  calendar.set_title("Firm");
  auto updated = Update(UpdateOf(calendar, {"title"}));
  ASSERT_TRUE(updated.ok()) << updated.status();
  EXPECT_EQ(updated->calendar().title(), "Firm");
  EXPECT_EQ(updated->calendar().holidays_size(), 1);
  EXPECT_NE(updated->calendar().etag(), company_.etag());
  EXPECT_EQ(updated->calendar().update_time().seconds(), company_.update_time().seconds() + 3600);
  updated = Update(UpdateOf(calendar));
  ASSERT_TRUE(updated.ok()) << updated.status();
  EXPECT_EQ(updated->calendar().holidays_size(), 0) << "without a mask all fields are replaced";
}

TEST_F(CalendarEditTest, UpdateRefusesWhatIsWrong) {
  struct Row {
    std::string name;
    std::function<void(v1::UpdateCalendarRequest&)> spoil;
    std::string reason;
  };
  const std::vector<Row> rows = {
      {"no calendar", [](auto& r) { r.clear_calendar(); }, "FIELD_INVALID"},
      {"unknown", [](auto& r) { r.mutable_calendar()->set_name(CalendarNameOf("x")); },
       "RESOURCE_NOT_FOUND"},
      {"missing, with an etag",
       [](auto& r) {
         r.mutable_calendar()->set_name(CalendarNameOf("x"));
         r.set_allow_missing(true);
       },
       "RESOURCE_NOT_FOUND"},
      {"mask of an output field", [](auto& r) { r.mutable_update_mask()->add_paths("author"); },
       "FIELD_INVALID"},
      {"mask below a field", [](auto& r) { r.mutable_update_mask()->add_paths("holidays.id"); },
       "FIELD_INVALID"},
      {"old etag", [](auto& r) { r.mutable_calendar()->set_etag("0123456789abcdef"); },
       "ETAG_MISMATCH"},
      {"bad hours", [](auto& r) { r.mutable_calendar()->add_week(); }, "FIELD_INVALID"},
  };
  for (const Row& row : rows) {
    v1::UpdateCalendarRequest request = UpdateOf(company_);
    request.mutable_calendar()->set_title("Changed");
    row.spoil(request);
    EXPECT_EQ(ReasonText(Update(request)), row.reason) << row.name;
  }
  EXPECT_TRUE(MessageDifferencer::Equals(*GetCalendarFrom(catalog_, "company"), company_));
}

TEST_F(CalendarEditTest, UpdateWritesNothingWhenNothingDiffers) {
  auto updated = Update(UpdateOf(company_));
  ASSERT_TRUE(updated.ok()) << updated.status();
  EXPECT_TRUE(MessageDifferencer::Equals(updated->calendar(), company_));
}

TEST_F(CalendarEditTest, UpdateCreatesWhatIsMissingWhenAllowed) {
  v1::Calendar team = CalendarOf("Team", "company");
  team.set_name(CalendarNameOf("team"));
  v1::UpdateCalendarRequest request = UpdateOf(team);
  request.set_allow_missing(true);
  auto updated = Update(request);
  ASSERT_TRUE(updated.ok()) << updated.status();
  EXPECT_EQ(updated->calendar().inherits(), "calendars/company");
  EXPECT_EQ(ReasonText(GetCalendarFrom(catalog_, "team")), "OK");
}

TEST_F(CalendarEditTest, CyclesAreRefusedWithTheirChain) {
  ASSERT_TRUE(CreateCalendarIn(catalog_, "germany", CalendarOf("Germany", "company")).ok());
  ASSERT_TRUE(CreateCalendarIn(catalog_, "team", CalendarOf("Team", "germany")).ok());
  v1::Calendar company = company_;
  company.set_inherits("calendars/team");
  const absl::Status status = Update(UpdateOf(company)).status();
  EXPECT_EQ(ReasonText(status), "CALENDAR_CYCLE");
  EXPECT_EQ(base::MetadataOf(status, "chain"), "company -> team -> germany -> company");
  EXPECT_THAT(std::string(status.message()), HasSubstr("company -> team -> germany -> company"));
}

TEST_F(CalendarEditTest, ChainsHaveALimitUpAndDown) {
  for (int i = 2; i <= 8; ++i) {
    const std::string inherits = i == 2 ? "company" : absl::StrCat("c", i - 1);
    ASSERT_EQ(
        ReasonText(CreateCalendarIn(catalog_, absl::StrCat("c", i), CalendarOf("C", inherits))),
        "OK");
  }
  EXPECT_EQ(ReasonText(CreateCalendarIn(catalog_, "c9", CalendarOf("C", "c8"))), "CALENDAR_CYCLE");
  ASSERT_TRUE(CreateCalendarIn(catalog_, "group", CalendarOf("Group")).ok());
  v1::Calendar company = company_;
  company.set_inherits("calendars/group");
  const absl::Status status = Update(UpdateOf(company)).status();
  EXPECT_EQ(ReasonText(status), "CALENDAR_CYCLE");
  EXPECT_EQ(base::MetadataOf(status, "chain"),
            "c8 -> c7 -> c6 -> c5 -> c4 -> c3 -> c2 -> company -> group");
}

TEST_F(CalendarEditTest, DeleteRefusesWhatIsInheritedFromUnlessTold) {
  ASSERT_TRUE(CreateCalendarIn(catalog_, "germany", CalendarOf("Germany", "company")).ok());
  ASSERT_TRUE(CreateCalendarIn(catalog_, "berlin", CalendarOf("Berlin", "germany")).ok());
  ASSERT_TRUE(CreateCalendarIn(catalog_, "munich", CalendarOf("Munich", "germany")).ok());
  const absl::Status refused = Delete("germany").status();
  EXPECT_EQ(ReasonText(refused), "CALENDAR_IN_USE");
  EXPECT_THAT(std::string(refused.message()), HasSubstr("'berlin' first"));
  auto removed = Delete("germany", true);
  ASSERT_TRUE(removed.ok()) << removed.status();
  EXPECT_THAT(removed->changed_calendars(),
              ElementsAre(CalendarNameOf("berlin"), CalendarNameOf("munich")));
  EXPECT_FALSE(removed->freshness_token().empty());
  EXPECT_EQ(ReasonText(GetCalendarFrom(catalog_, "germany")), "RESOURCE_NOT_FOUND");
  EXPECT_EQ(GetCalendarFrom(catalog_, "berlin")->inherits(), "calendars/company");
  EXPECT_EQ(ReasonText(Delete("germany")), "RESOURCE_NOT_FOUND");
  EXPECT_EQ(ReasonText(Delete("berlin", false, "0123456789abcdef")), "ETAG_MISMATCH");
  EXPECT_TRUE(Delete("berlin").ok());
  EXPECT_TRUE(Delete("munich").ok());
  EXPECT_TRUE(Delete("company").ok());
}

TEST_F(CalendarEditTest, DeleteRefusesWhatSupportsUtilitiesUnlessTold) {
  for (const char* id : {"mail", "crm"}) {
    v1::CreateUtilityRequest create;
    create.set_parent("workspaces/acme");
    create.set_utility_id(id);
    create.mutable_utility()->set_title(id);
    create.mutable_utility()->set_owner("it");
    create.mutable_utility()->set_support_calendar("calendars/company");
    ASSERT_EQ(
        ReasonText(catalog_.CallUtilities<v1::CreateUtilityResponse>("CreateUtility", create)),
        "OK");
  }
  absl::Status refused = Delete("company").status();
  EXPECT_EQ(ReasonText(refused), "CALENDAR_IN_USE");
  EXPECT_THAT(std::string(refused.message()), HasSubstr("supports 2 utilities, 'crm' first"));
  ASSERT_TRUE(CreateCalendarIn(catalog_, "germany", CalendarOf("Germany", "company")).ok());
  refused = Delete("company").status();
  EXPECT_THAT(std::string(refused.message()),
              HasSubstr("has 1 calendar that inherits from it, 'germany', and supports 2 "
                        "utilities, 'crm' first; change what they name"));
  google::rpc::PreconditionFailure failure;
  ASSERT_TRUE(failure.ParseFromString(
      std::string(*refused.GetPayload("type.googleapis.com/google.rpc.PreconditionFailure"))));
  ASSERT_EQ(failure.violations_size(), 3);
  EXPECT_EQ(failure.violations(2).subject(), "workspaces/acme/utilities/mail");
  EXPECT_EQ(ReasonText(Delete("company", true)), "OK");
}

}  // namespace
}  // namespace plumbline::catalog
