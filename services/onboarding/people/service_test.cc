// SPDX-License-Identifier: Apache-2.0
//
// PeopleService over the in-process channel, on both engines.
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/base/ids.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/onboarding/people/testing.h"

namespace plumbline::onboarding::testing {
namespace {

using ::testing::HasSubstr;

constexpr char kAda[] = "workspaces/acme/people/ada@example.com";

class PeopleTest : public ::testing::TestWithParam<Engine> {
 protected:
  absl::StatusOr<v1::UpdatePersonResponse> Update(const v1::UpdatePersonRequest& request) {
    return people_.Call<v1::UpdatePersonResponse>("UpdatePerson", request);
  }
  std::string Delete(const std::string& id, bool force = false) {
    v1::DeletePersonRequest request;
    request.set_name(absl::StrCat("workspaces/acme/people/", id));
    request.set_force(force);
    request.set_reason("test");
    return ReasonWord(people_.Call<v1::DeletePersonResponse>("DeletePerson", request));
  }
  // "2 UPDATED manager,groups by anonymous: why", newest first.
  std::string History(const std::string& id, const std::string& filter = "") {
    v1::ListPersonHistoryRequest request;
    request.set_name(absl::StrCat("workspaces/acme/people/", id));
    request.set_filter(filter);
    const auto page = people_.Call<v1::ListPersonHistoryResponse>("ListPersonHistory", request);
    if (!page.ok()) return ReasonWord(page);
    return absl::StrJoin(page->entries(), "\n", [](std::string* out, const auto& entry) {
      absl::StrAppend(out, entry.sequence(), " ", v1::PersonHistoryEntry::Kind_Name(entry.kind()),
                      " ", absl::StrJoin(entry.fields(), ","), ": ", entry.reason());
    });
  }

  TestPeople people_{GetParam()};
};

TEST_P(PeopleTest, WhatIsCreatedIsRead) {
  v1::Person ada = ReportsTo("eve");
  ada.set_display_name("Ada Lovelace");
  ada.add_groups("sales-ops");
  *ada.add_absences() = Away("2031-07-01", "2031-07-14", "bob");
  const auto created = people_.Create("ada@example.com", ada);
  ASSERT_TRUE(created.ok()) << created.status();
  EXPECT_EQ(created->name(), kAda);
  EXPECT_EQ(created->state(), v1::Person::STATE_ACTIVE);
  EXPECT_EQ(created->author(), "anonymous");
  EXPECT_EQ(created->create_time().seconds(), absl::ToUnixSeconds(people_.clock().Now()));
  EXPECT_EQ(people_.Get("ada@example.com")->SerializeAsString(), created->SerializeAsString());
  EXPECT_EQ(ReasonWord(people_.Create("ada@example.com")), "RESOURCE_ALREADY_EXISTS");
  EXPECT_EQ(ReasonWord(people_.Get("eve")), "RESOURCE_NOT_FOUND");
  EXPECT_EQ(ReasonWord(people_.Create("Ada")), "FIELD_INVALID");
  v1::GetPersonRequest other;
  other.set_name("workspaces/beta/people/ada@example.com");
  EXPECT_EQ(ReasonWord(people_.Call<v1::GetPersonResponse>("GetPerson", other)),
            "RESOURCE_NOT_FOUND");
}

TEST_P(PeopleTest, WhoIsNamedAndHasNoRecordIsToldOf) {
  v1::CreatePersonRequest request;
  request.set_parent("workspaces/acme");
  request.set_person_id("ada");
  request.mutable_person()->set_manager("eve");
  *request.mutable_person()->add_absences() = Away("2031-07-01", "2031-07-14", "bob");
  request.set_validate_only(true);
  ASSERT_TRUE(people_.Create("bob").ok());
  auto told = people_.Call<v1::CreatePersonResponse>("CreatePerson", request);
  ASSERT_TRUE(told.ok()) << told.status();
  ASSERT_EQ(told->warnings_size(), 1);
  EXPECT_EQ(told->warnings(0).reason(), common::v1::ERROR_REASON_PERSON_UNKNOWN);
  EXPECT_EQ(told->warnings(0).field(), "manager");
  EXPECT_EQ(told->warnings(0).subject(), "workspaces/acme/people/eve");
  EXPECT_EQ(ReasonWord(people_.Get("ada")), "RESOURCE_NOT_FOUND") << "it was to be checked only";
}

TEST_P(PeopleTest, ACalendarThatThereIsNotIsToldOf) {
  v1::UpdatePersonRequest request;
  request.mutable_person()->set_name("workspaces/acme/people/ada");
  request.mutable_person()->set_calendar("calendars/atlantis");
  request.mutable_person()->set_time_zone("Europe/Berlin");
  request.set_allow_missing(true);
  const auto told = people_.Call<v1::UpdatePersonResponse>("UpdatePerson", request);
  ASSERT_TRUE(told.ok()) << told.status();
  ASSERT_EQ(told->warnings_size(), 1);
  EXPECT_EQ(told->warnings(0).reason(), common::v1::ERROR_REASON_RESOURCE_NOT_FOUND);
  EXPECT_EQ(told->warnings(0).field(), "calendar");
  EXPECT_EQ(told->warnings(0).subject(), "workspaces/acme/calendars/atlantis");
}

TEST_P(PeopleTest, TheCatalogIsAskedForTheCalendarWhenAllIsWritten) {
  v1::CreatePersonRequest request;
  request.set_parent("workspaces/acme");
  request.set_person_id("ada");
  request.set_request_id("0b5b1a9e-1111-4222-8333-444455556666");
  request.mutable_person()->set_calendar("calendars/atlantis");
  request.mutable_person()->set_time_zone("Europe/Berlin");
  int asked = 0;
  people_.calendar_asked = [&](const base::CallContext& context) {
    ++asked;
    EXPECT_LE(context.deadline, TimeAt("2031-03-03T09:00:00.2Z"));
    EXPECT_TRUE(people_.Get("ada").ok());
  };
  for (const int times : {1, 2}) {
    const auto told = people_.Call<v1::CreatePersonResponse>("CreatePerson", request);
    ASSERT_TRUE(told.ok()) << told.status();
    EXPECT_EQ(told->warnings_size(), 1);
    EXPECT_EQ(asked, times) << "what the catalog says is not remembered";
  }
}

TEST_P(PeopleTest, ACalendarWithoutAZoneIsToldOf) {
  v1::CreatePersonRequest request;
  request.set_parent("workspaces/acme");
  request.set_person_id("ada");
  request.mutable_person()->set_calendar("calendars/germany");
  request.set_validate_only(true);
  const auto told = people_.Call<v1::CreatePersonResponse>("CreatePerson", request);
  ASSERT_TRUE(told.ok()) << told.status();
  ASSERT_EQ(told->warnings_size(), 1);
  EXPECT_EQ(told->warnings(0).field(), "time_zone");
  EXPECT_THAT(told->warnings(0).description(),
              HasSubstr("calendar is 'calendars/germany', whose zone is not known here"));
  request.mutable_person()->set_time_zone("Europe/Berlin");
  EXPECT_EQ(people_.Call<v1::CreatePersonResponse>("CreatePerson", request)->warnings_size(), 0);
}

TEST_P(PeopleTest, FieldsAreReplacedOneByOneOrAll) {
  v1::Person ada = ReportsTo("eve");
  ada.add_groups("sales-ops");
  const v1::Person before = *people_.Create("ada@example.com", ada);
  v1::UpdatePersonRequest request;
  request.mutable_person()->set_name(kAda);
  request.mutable_person()->set_manager("grace");
  request.mutable_update_mask()->add_paths("manager");
  request.set_reason("reorganisation");
  people_.clock().Advance(absl::Hours(1));
  const auto after = Update(request);
  ASSERT_TRUE(after.ok()) << after.status();
  EXPECT_EQ(after->person().manager(), "grace");
  EXPECT_EQ(after->person().groups_size(), 1);
  EXPECT_NE(after->person().etag(), before.etag());
  EXPECT_EQ(after->person().create_time().seconds(), before.create_time().seconds());
  EXPECT_EQ(Update(request)->person().etag(), after->person().etag()) << "nothing differs";

  request.clear_update_mask();
  EXPECT_EQ(Update(request)->person().groups_size(), 0);
  request.mutable_update_mask()->add_paths("name");
  EXPECT_EQ(ReasonWord(Update(request)), "FIELD_INVALID");
  EXPECT_EQ(History("ada@example.com"),
            "3 KIND_UPDATED groups: reorganisation\n"
            "2 KIND_UPDATED manager: reorganisation\n"
            "1 KIND_CREATED : ");
  EXPECT_EQ(History("ada@example.com", "fields:groups"), "3 KIND_UPDATED groups: reorganisation");
  EXPECT_EQ(History("ada@example.com", "actor = nobody"), "");
  EXPECT_EQ(History("nobody"), "RESOURCE_NOT_FOUND");
}

TEST_P(PeopleTest, AWriteMayInsistOnWhatItRead) {
  v1::UpdatePersonRequest request;
  request.mutable_person()->set_name(kAda);
  request.mutable_person()->set_display_name("Ada");
  EXPECT_EQ(ReasonWord(Update(request)), "RESOURCE_NOT_FOUND");
  request.set_allow_missing(true);
  const auto created = Update(request);
  ASSERT_TRUE(created.ok()) << created.status();
  request.mutable_person()->set_display_name("Ada L.");
  request.mutable_person()->set_etag("stale");
  const auto refused = Update(request);
  EXPECT_EQ(ReasonWord(refused), "ETAG_MISMATCH");
  EXPECT_EQ(base::MetadataOf(refused.status(), "etag"), created->person().etag());
  request.mutable_person()->set_etag(created->person().etag());
  EXPECT_EQ(ReasonWord(Update(request)), "OK");
}

TEST_P(PeopleTest, TheSameRequestTakesEffectOnce) {
  v1::CreatePersonRequest request;
  request.set_parent("workspaces/acme");
  request.set_person_id("ada@example.com");
  (*request.mutable_person()->mutable_labels())["a"] = "1";
  (*request.mutable_person()->mutable_labels())["b"] = "2";
  request.set_request_id("once");
  const auto first = people_.Call<v1::CreatePersonResponse>("CreatePerson", request);
  ASSERT_TRUE(first.ok()) << first.status();
  const auto again = people_.Call<v1::CreatePersonResponse>("CreatePerson", request);
  ASSERT_TRUE(again.ok()) << again.status();
  EXPECT_EQ(again->person().etag(), first->person().etag());
  EXPECT_EQ(again->freshness_token(), first->freshness_token());
  request.set_reason("another");
  EXPECT_EQ(ReasonWord(people_.Call<v1::CreatePersonResponse>("CreatePerson", request)),
            "REQUEST_ID_REUSED");
  EXPECT_EQ(History("ada@example.com"), "1 KIND_CREATED : ");
}

TEST_P(PeopleTest, NobodyComesToReportToThemselves) {
  ASSERT_TRUE(people_.Create("grace").ok());
  ASSERT_TRUE(people_.Create("eve", ReportsTo("grace")).ok());
  ASSERT_TRUE(people_.Create("ada@example.com", ReportsTo("eve")).ok());
  v1::UpdatePersonRequest request;
  request.mutable_person()->set_name("workspaces/acme/people/grace");
  request.mutable_person()->set_manager("ada@example.com");
  const auto refused = Update(request);
  EXPECT_EQ(ReasonWord(refused), "REPORTING_CYCLE");
  EXPECT_EQ(base::MetadataOf(refused.status(), "chain"),
            "grace -> ada@example.com -> eve -> grace");
  request.set_validate_only(true);
  EXPECT_EQ(ReasonWord(Update(request)), "REPORTING_CYCLE") << "checked by the same rules";
  EXPECT_EQ(people_.Get("grace")->manager(), "");
}

TEST_P(PeopleTest, WhoIsNeededIsNotDeletedUnlessTold) {
  ASSERT_TRUE(people_.Create("eve").ok());
  v1::Person bob;
  (*bob.mutable_relations())["mentor"] = "eve";
  ASSERT_TRUE(people_.Create("bob", bob).ok());
  ASSERT_TRUE(people_.Create("ada", ReportsTo("eve")).ok());
  v1::DeletePersonRequest request;
  request.set_name("workspaces/acme/people/eve");
  const auto refused = people_.Call<v1::DeletePersonResponse>("DeletePerson", request);
  EXPECT_EQ(ReasonWord(refused), "PERSON_IN_USE");
  EXPECT_EQ(base::MetadataOf(refused.status(), "user_count"), "2");
  EXPECT_THAT(std::string(refused.status().message()), HasSubstr("'ada' and others"));
  EXPECT_EQ(Delete("eve", /*force=*/true), "OK");
  EXPECT_EQ(Delete("eve"), "RESOURCE_NOT_FOUND");
  EXPECT_EQ(Delete("ada"), "OK");
  EXPECT_EQ(History("eve"), "2 KIND_DELETED : test\n1 KIND_CREATED : ");
  ASSERT_TRUE(people_.Create("eve").ok());
  EXPECT_EQ(History("eve", "sequence = 3"), "3 KIND_CREATED : ") << "it goes on";
}

TEST_P(PeopleTest, SaysWhoDoesWhat) {
  v1::Person eve;
  *eve.add_absences() = Away("2031-03-03", "2031-03-07", "bob", "holiday");
  eve.add_groups("leads");
  ASSERT_TRUE(people_.Create("eve", eve).ok());
  ASSERT_TRUE(people_.Create("ada@example.com", ReportsTo("eve")).ok());
  v1::ResolveRoleRequest role;
  role.set_parent("workspaces/acme");
  role.set_person("ada@example.com");
  role.set_role("manager");
  auto found = people_.Call<v1::ResolveRoleResponse>("ResolveRole", role);
  ASSERT_TRUE(found.ok()) << found.status();
  EXPECT_EQ(found->person(), "bob");
  EXPECT_EQ(found->appointed(), "eve");
  EXPECT_EQ(TextsOf(found->steps()),
            "the manager of ada@example.com is eve\n"
            "eve is away from 2031-03-03 to 2031-03-07 (holiday): bob stands in\n"
            "there is no record of bob");
  role.mutable_time()->set_seconds(absl::ToUnixSeconds(TimeAt("2031-03-08T12:00:00Z")));
  EXPECT_EQ(people_.Call<v1::ResolveRoleResponse>("ResolveRole", role)->person(), "eve");
  role.set_role("group:leads");
  role.clear_person();
  found = people_.Call<v1::ResolveRoleResponse>("ResolveRole", role);
  EXPECT_EQ(found->person(), "eve");
  EXPECT_EQ(absl::StrJoin(found->members(), ","), "eve");
  role.set_role("manager");
  EXPECT_EQ(ReasonWord(people_.Call<v1::ResolveRoleResponse>("ResolveRole", role)),
            "FIELD_INVALID");

  v1::ResolvePersonRequest person;
  person.set_name("workspaces/acme/people/eve");
  const auto acting = people_.Call<v1::ResolvePersonResponse>("ResolvePerson", person);
  EXPECT_EQ(acting->person(), "bob");
  EXPECT_EQ(acting->outcome(), v1::OUTCOME_FOUND);
}

INSTANTIATE_TEST_SUITE_P(Engines, PeopleTest, ::testing::Values(Engine::kSqlite, Engine::kPostgres),
                         [](const auto& engine) {
                           return engine.param == Engine::kSqlite ? "Sqlite" : "Postgres";
                         });

TEST(PeoplePermissions, ReadingAndWritingAreTheirOwn) {
  common::v1::AuthConfig auth;
  for (const char* subject : {"onboarding.write", "people.read", "people.write"}) {
    common::v1::AccessToken& token = *auth.add_tokens();
    token.set_token_sha256(base::Sha256Hex(subject));
    token.set_subject(subject);
    token.add_workspaces("acme");
    token.add_permissions(subject);
  }
  TestPeople people(Engine::kSqlite, auth);
  v1::CreatePersonRequest create;
  create.set_parent("workspaces/acme");
  create.set_person_id("ada");
  create.mutable_person();
  const auto created = [&](const char* token) {
    return ReasonWord(people.Call<v1::CreatePersonResponse>("CreatePerson", create, token));
  };
  EXPECT_EQ(created("onboarding.write"), "PERMISSION_DENIED");
  EXPECT_EQ(created("people.read"), "PERMISSION_DENIED");
  EXPECT_EQ(created("people.write"), "OK");
  v1::GetPersonRequest get;
  get.set_name("workspaces/acme/people/ada");
  EXPECT_EQ(ReasonWord(people.Call<v1::GetPersonResponse>("GetPerson", get, "people.write")),
            "PERMISSION_DENIED");
  EXPECT_EQ(ReasonWord(people.Call<v1::GetPersonResponse>("GetPerson", get, "people.read")), "OK");
}

}  // namespace
}  // namespace plumbline::onboarding::testing
