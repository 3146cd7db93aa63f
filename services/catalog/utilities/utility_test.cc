// SPDX-License-Identifier: Apache-2.0
//
// UtilityService over the in-process channel: creating, updating, reading, deleting; and what
// processes are told of utilities that are not kept.
#include <cmath>
#include <functional>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "google/protobuf/util/message_differencer.h"
#include "google/rpc/error_details.pb.h"
#include "gtest/gtest.h"
#include "services/catalog/testing/catalog.h"

namespace plumbline::catalog {
namespace {

using google::protobuf::util::MessageDifferencer;

v1::Utility Crm() {
  v1::Utility utility;
  utility.set_title("CRM");
  utility.set_purpose("Accounts, contacts, opportunities.");
  utility.set_owner("revenue-operations");
  utility.mutable_uptime_target()->set_availability(0.995);
  utility.mutable_uptime_target()->set_period_days(28);
  utility.set_contact("crm-on-call");
  utility.set_runbook_uri("https://wiki.example.com/runbooks/crm?v=2#start");
  utility.set_support_calendar("calendars/company");
  (*utility.mutable_labels())["area"] = "core";
  return utility;
}

class UtilityTest : public ::testing::Test {
 protected:
  absl::StatusOr<v1::CreateUtilityResponse> Create(const std::string& id,
                                                   const v1::Utility& utility,
                                                   const std::string& request_id = "",
                                                   bool validate_only = false) {
    v1::CreateUtilityRequest request;
    request.set_parent("workspaces/acme");
    request.set_utility_id(id);
    *request.mutable_utility() = utility;
    request.set_request_id(request_id);
    request.set_validate_only(validate_only);
    return catalog_.CallUtilities<v1::CreateUtilityResponse>("CreateUtility", request);
  }
  absl::StatusOr<v1::UpdateUtilityResponse> Update(const v1::UpdateUtilityRequest& request) {
    return catalog_.CallUtilities<v1::UpdateUtilityResponse>("UpdateUtility", request);
  }
  absl::StatusOr<v1::Utility> Get(const std::string& id) {
    v1::GetUtilityRequest request;
    request.set_name(absl::StrCat("workspaces/acme/utilities/", id));
    auto response = catalog_.CallUtilities<v1::GetUtilityResponse>("GetUtility", request);
    if (!response.ok()) return response.status();
    return response->utility();
  }
  absl::StatusOr<v1::DeleteUtilityResponse> Delete(const std::string& id, bool force = false,
                                                   const std::string& etag = "") {
    v1::DeleteUtilityRequest request;
    request.set_name(absl::StrCat("workspaces/acme/utilities/", id));
    request.set_force(force);
    request.set_etag(etag);
    return catalog_.CallUtilities<v1::DeleteUtilityResponse>("DeleteUtility", request);
  }
  v1::Process Using(const std::string& utility) {
    v1::Node step = StepNode("work");
    step.mutable_step()->add_utilities(utility);
    return ProcessOf("Uses a utility", SequenceNode("all", {StepNode("first"), step}));
  }

  TestCatalog catalog_;
  int created_ = 0;
};

TEST_F(UtilityTest, IsKeptAsItWasGiven) {
  auto created = Create("crm", Crm());
  ASSERT_TRUE(created.ok()) << created.status();
  const v1::Utility& utility = created->utility();
  EXPECT_EQ(utility.name(), "workspaces/acme/utilities/crm");
  EXPECT_EQ(utility.uptime_target().availability(), 0.995);
  EXPECT_EQ(utility.author(), "anonymous");
  EXPECT_TRUE(utility.has_create_time());
  EXPECT_FALSE(utility.etag().empty());
  EXPECT_FALSE(created->freshness_token().empty());
  EXPECT_TRUE(MessageDifferencer::Equals(*Get("crm"), utility));
  EXPECT_EQ(ReasonText(Create("crm", Crm())), "RESOURCE_ALREADY_EXISTS");
  EXPECT_EQ(ReasonText(Get("crn")), "RESOURCE_NOT_FOUND");
  EXPECT_EQ(ReasonText(Get("CRM")), "FIELD_INVALID");
}

TEST_F(UtilityTest, ARepeatedRequestHasTheSameAnswer) {
  auto first = Create("crm", Crm(), "r1");
  ASSERT_TRUE(first.ok()) << first.status();
  auto second = Create("crm", Crm(), "r1");
  ASSERT_TRUE(second.ok()) << second.status();
  EXPECT_TRUE(MessageDifferencer::Equals(*first, *second));
  EXPECT_EQ(ReasonText(Create("mail", Crm(), "r1")), "REQUEST_ID_REUSED");
}

TEST_F(UtilityTest, ValidateOnlyWritesNothing) {
  auto checked = Create("crm", Crm(), "", true);
  ASSERT_TRUE(checked.ok()) << checked.status();
  EXPECT_EQ(checked->utility().title(), "CRM");
  EXPECT_EQ(ReasonText(Get("crm")), "RESOURCE_NOT_FOUND");
}

TEST_F(UtilityTest, UpdatesWhatTheMaskNames) {
  auto created = Create("crm", Crm());
  ASSERT_TRUE(created.ok()) << created.status();
  v1::UpdateUtilityRequest request;
  request.mutable_utility()->set_name("workspaces/acme/utilities/crm");
  request.mutable_utility()->set_owner("it");
  request.mutable_update_mask()->add_paths("owner");
  request.mutable_update_mask()->add_paths("uptime_target");
  auto updated = Update(request);
  ASSERT_TRUE(updated.ok()) << updated.status();
  EXPECT_EQ(updated->utility().owner(), "it");
  EXPECT_FALSE(updated->utility().has_uptime_target());
  EXPECT_EQ(updated->utility().title(), "CRM");
  EXPECT_NE(updated->utility().etag(), created->utility().etag());
  auto again = Update(request);
  ASSERT_TRUE(again.ok()) << again.status();
  EXPECT_EQ(again->utility().etag(), updated->utility().etag()) << "nothing differs";
  request.mutable_utility()->set_etag(created->utility().etag());
  EXPECT_EQ(ReasonText(Update(request)), "ETAG_MISMATCH");
}

TEST_F(UtilityTest, UpdateCreatesOnlyIfTold) {
  v1::UpdateUtilityRequest request;
  *request.mutable_utility() = Crm();
  request.mutable_utility()->set_name("workspaces/acme/utilities/crm");
  EXPECT_EQ(ReasonText(Update(request)), "RESOURCE_NOT_FOUND");
  request.set_allow_missing(true);
  request.mutable_utility()->set_etag("x");
  EXPECT_EQ(ReasonText(Update(request)), "RESOURCE_NOT_FOUND") << "an etag says it was there";
  request.mutable_utility()->clear_etag();
  EXPECT_EQ(ReasonText(Update(request)), "OK");
  EXPECT_EQ(Get("crm")->title(), "CRM");
}

TEST_F(UtilityTest, RefusesWhatIsWrong) {
  struct Row {
    const char* name;
    std::function<void(v1::Utility&)> spoil;
    const char* field;
    const char* says;
  };
  const std::vector<Row> rows = {
      {"no title", [](auto& u) { u.clear_title(); }, "utility.title", "1 to 200"},
      {"no owner", [](auto& u) { u.clear_owner(); }, "utility.owner", "1 to 200"},
      {"long purpose", [](auto& u) { u.set_purpose(std::string(4001, 'x')); }, "utility.purpose",
       "4001"},
      {"long contact", [](auto& u) { u.set_contact(std::string(201, 'x')); }, "utility.contact",
       "201"},
      {"always up", [](auto& u) { u.mutable_uptime_target()->set_availability(1); },
       "utility.uptime_target.availability", "0.99999"},
      {"a percentage", [](auto& u) { u.mutable_uptime_target()->set_availability(99.5); },
       "utility.uptime_target.availability", "for example 0.995"},
      {"no number", [](auto& u) { u.mutable_uptime_target()->set_availability(NAN); },
       "utility.uptime_target.availability", "0.5 to"},
      {"no availability", [](auto& u) { u.mutable_uptime_target()->clear_availability(); },
       "utility.uptime_target.availability", "is 0"},
      {"long period", [](auto& u) { u.mutable_uptime_target()->set_period_days(367); },
       "utility.uptime_target.period_days", "366"},
      {"negative period", [](auto& u) { u.mutable_uptime_target()->set_period_days(-1); },
       "utility.uptime_target.period_days", "-1"},
      {"plain http", [](auto& u) { u.set_runbook_uri("http://wiki.example.com"); },
       "utility.runbook_uri", "must begin with https://"},
      {"a script", [](auto& u) { u.set_runbook_uri("javascript:alert(1)"); }, "utility.runbook_uri",
       "must begin with https://"},
      {"no host", [](auto& u) { u.set_runbook_uri("https:///runbooks"); }, "utility.runbook_uri",
       "name of a host"},
      {"a password", [](auto& u) { u.set_runbook_uri("https://me:pw@wiki.example.com/"); },
       "utility.runbook_uri", "without user and password"},
      {"a space", [](auto& u) { u.set_runbook_uri("https://wiki.example.com/a b"); },
       "utility.runbook_uri", "%20"},
      {"a long address", [](auto& u) { u.set_runbook_uri("https://" + std::string(2000, 'x')); },
       "utility.runbook_uri", "2008"},
      {"a bare calendar", [](auto& u) { u.set_support_calendar("company"); },
       "utility.support_calendar", "calendars/"},
      {"no calendar's id", [](auto& u) { u.set_support_calendar("calendars/Company"); },
       "utility.support_calendar", "a-z"},
      {"a label's key", [](auto& u) { (*u.mutable_labels())["Area"] = "x"; },
       "utility.labels['Area']", "not an id"},
  };
  for (const Row& row : rows) {
    v1::Utility utility = Crm();
    row.spoil(utility);
    const absl::Status status = Create("crm", utility).status();
    EXPECT_EQ(ReasonText(status), "FIELD_INVALID") << row.name;
    const auto fields = base::FieldViolationsOf(status);
    ASSERT_EQ(fields.size(), 1u) << row.name << ": " << status;
    EXPECT_EQ(fields[0].field, row.field) << row.name;
    EXPECT_NE(fields[0].description.find(row.says), std::string::npos)
        << row.name << ": " << fields[0].description;
  }
  v1::UpdateUtilityRequest request;
  request.mutable_utility()->set_name("workspaces/acme/utilities/crm");
  request.mutable_update_mask()->add_paths("etag");
  EXPECT_EQ(ReasonText(Update(request)), "FIELD_INVALID");
  EXPECT_EQ(ReasonText(Create("Crm", Crm())), "FIELD_INVALID");
  v1::Utility named = Crm();
  named.set_name("workspaces/acme/utilities/other");
  EXPECT_EQ(ReasonText(Create("crm", named)), "FIELD_INVALID");
}

TEST_F(UtilityTest, IsNotDeletedWhileItIsUsed) {
  auto created = Create("crm", Crm());
  ASSERT_TRUE(created.ok()) << created.status();
  ASSERT_EQ(ReasonText(catalog_.Create("deal-desk", Using("crm"))), "OK");
  ASSERT_EQ(ReasonText(catalog_.Publish("deal-desk")), "OK");
  const absl::Status used = Delete("crm").status();
  EXPECT_EQ(ReasonText(used), "UTILITY_IN_USE");
  EXPECT_EQ(base::MetadataOf(used, "user_count"), "2");
  google::rpc::PreconditionFailure failure;
  ASSERT_TRUE(failure.ParseFromString(
      std::string(*used.GetPayload("type.googleapis.com/google.rpc.PreconditionFailure"))));
  ASSERT_EQ(failure.violations_size(), 2);
  EXPECT_EQ(failure.violations(0).subject(), "workspaces/acme/processes/deal-desk");
  EXPECT_EQ(failure.violations(1).subject(), "workspaces/acme/processes/deal-desk@1");
  EXPECT_EQ(failure.violations(1).description(), "is named by 'work'");

  // The draft lets it go; the revision still has it.
  v1::UpdateProcessRequest update;
  *update.mutable_process() = Using("mail");
  update.mutable_process()->set_name("workspaces/acme/processes/deal-desk");
  ASSERT_EQ(ReasonText(catalog_.Update(update)), "OK");
  EXPECT_EQ(base::MetadataOf(Delete("crm").status(), "user_count"), "1");
  EXPECT_EQ(ReasonText(Delete("crm", true, "other")), "ETAG_MISMATCH");
  ASSERT_EQ(ReasonText(catalog_.Publish("deal-desk")), "OK");
  auto deleted = Delete("crm");
  ASSERT_TRUE(deleted.ok()) << deleted.status();
  EXPECT_TRUE(MessageDifferencer::Equals(deleted->utility(), created->utility()));
  EXPECT_EQ(ReasonText(Get("crm")), "RESOURCE_NOT_FOUND");
  EXPECT_EQ(ReasonText(Delete("crm")), "RESOURCE_NOT_FOUND");
}

TEST_F(UtilityTest, IsDeletedThoughUsedIfTold) {
  ASSERT_EQ(ReasonText(Create("crm", Crm())), "OK");
  ASSERT_EQ(ReasonText(catalog_.Create("deal-desk", Using("crm"))), "OK");
  EXPECT_EQ(ReasonText(Delete("crm", true)), "OK");
  EXPECT_EQ(ReasonText(Get("crm")), "RESOURCE_NOT_FOUND");
}

TEST_F(UtilityTest, AMisspeltUtilityIsToldWhereSomeAreKept) {
  auto silent = catalog_.Create("old", Using("cmr"));
  ASSERT_TRUE(silent.ok()) << silent.status();
  EXPECT_EQ(silent->warnings_size(), 0) << "a workspace without utilities goes on as before";
  ASSERT_EQ(ReasonText(Create("crm", Crm())), "OK");
  auto told = catalog_.Publish("old");
  ASSERT_TRUE(told.ok()) << told.status();
  ASSERT_EQ(told->warnings_size(), 1);
  EXPECT_EQ(told->warnings(0).reason(), common::v1::ERROR_REASON_UTILITY_UNKNOWN);
  EXPECT_EQ(told->warnings(0).subject(), "workspaces/acme/utilities/cmr");
  EXPECT_EQ(told->warnings(0).field(), "root.sequence.nodes[1].step.utilities[0]");
  EXPECT_NE(told->warnings(0).description().find("did you mean 'crm'?"), std::string::npos)
      << told->warnings(0).description();
  auto right = catalog_.Create("new", Using("crm"));
  ASSERT_TRUE(right.ok()) << right.status();
  EXPECT_EQ(right->warnings_size(), 0);
}

TEST_F(UtilityTest, ACalendarThatIsNotKeptIsTold) {
  const auto warned = [&](const std::string& calendar, bool validate_only) {
    v1::Utility utility = Crm();
    utility.set_support_calendar(calendar);
    const auto created = Create(absl::StrCat("u", ++created_), utility, "", validate_only);
    EXPECT_TRUE(created.ok()) << created.status();
    return created.ok() && created->warnings_size() == 1
               ? absl::StrCat(common::v1::ErrorReason_Name(created->warnings(0).reason()), " ",
                              created->warnings(0).subject(), ": ",
                              created->warnings(0).description())
               : "";
  };
  EXPECT_NE(warned("calendars/compny", false), "") << "though none is kept";
  v1::CreateCalendarRequest calendar;
  calendar.set_parent("workspaces/acme");
  calendar.set_calendar_id("company");
  calendar.mutable_calendar()->set_title("Company");
  ASSERT_EQ(
      ReasonText(catalog_.CallCalendars<v1::CreateCalendarResponse>("CreateCalendar", calendar)),
      "OK");
  for (const bool validate_only : {true, false}) {
    EXPECT_EQ(warned("calendars/company", validate_only), "");
    EXPECT_EQ(warned("", validate_only), "");
    const std::string warning = warned("calendars/compny", validate_only);
    EXPECT_EQ(warning.rfind("ERROR_REASON_CALENDAR_UNKNOWN workspaces/acme/calendars/compny: ", 0),
              0u)
        << warning;
    EXPECT_NE(warning.find("did you mean 'company'?"), std::string::npos) << warning;
  }
  v1::UpdateUtilityRequest update;
  update.mutable_utility()->set_name("workspaces/acme/utilities/u1");
  update.mutable_utility()->set_support_calendar("calendars/germany");
  update.mutable_update_mask()->add_paths("support_calendar");
  update.set_request_id("r1");
  EXPECT_EQ(Update(update)->warnings_size(), 1);
  EXPECT_EQ(Update(update)->warnings_size(), 1) << "the same answer to the same request";
}

// A delete and a write that uses the utility meet: the delete is refused, or the utility was gone
// before the write. Never is a utility deleted that a process was known to use.
TEST_F(UtilityTest, ADeleteThatMeetsAWriteSeesIt) {
  ASSERT_EQ(ReasonText(Create("always", Crm())), "OK");  // so that unknown ones are told
  for (int round = 0; round < 30; ++round) {
    const std::string id = absl::StrCat("u", round);
    ASSERT_EQ(ReasonText(Create(id, Crm())), "OK");
    std::string deleted;
    int warnings = -1;
    std::thread thread([&] { deleted = ReasonText(Delete(id)); });
    auto created = catalog_.Create(absl::StrCat("p", round), Using(id));
    if (created.ok()) warnings = created->warnings_size();
    thread.join();
    EXPECT_TRUE((deleted == "OK" && warnings == 1) ||
                (deleted == "UTILITY_IN_USE" && warnings == 0))
        << deleted << ", " << warnings;
  }
}

}  // namespace
}  // namespace plumbline::catalog
