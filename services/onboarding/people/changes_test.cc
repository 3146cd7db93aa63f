// SPDX-License-Identifier: Apache-2.0
#include "services/onboarding/people/changes.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "gtest/gtest.h"
#include "services/onboarding/people/testing.h"

namespace plumbline::onboarding::testing {
namespace {

template <typename Changes>
std::string TextOf(const Changes& changes) {
  return absl::StrJoin(changes, "\n", [](std::string* out, const v1::FieldChange& change) {
    absl::StrAppend(out, change.field(), ": ", change.old_value(), " -> ", change.new_value());
  });
}

v1::Person Ada() {
  v1::Person ada = ReportsTo("eve");
  ada.set_display_name("Ada");
  (*ada.mutable_relations())["buddy"] = "bob";
  ada.add_groups("presales");
  ada.set_time_zone("Europe/Berlin");
  *ada.add_absences() = Away("2031-07-01", "2031-07-14", "bob", "surgery");
  ada.set_state(v1::Person::STATE_ACTIVE);
  return ada;
}

TEST(PersonChanges, SayWhatWasAndWhatIs) {
  v1::Person now = Ada();
  now.set_manager("grace");
  now.clear_relations();
  (*now.mutable_relations())["mentor"] = "cem";
  now.add_groups("sales-ops");
  now.set_calendar("calendars/germany");
  now.clear_time_zone();
  now.mutable_quiet_hours()->set_start("22:00");
  now.mutable_quiet_hours()->set_end("07:00");
  now.mutable_absences(0)->set_until_date("2031-07-21");
  *now.add_absences() = Away("2031-09-01", "2031-09-01");
  (*now.mutable_labels())["region"] = "emea";
  now.set_state(v1::Person::STATE_LEFT);
  EXPECT_EQ(TextOf(ChangesOf(Ada(), now)),
            "manager: eve -> grace\n"
            "relations.buddy: bob -> \n"
            "relations.mentor:  -> cem\n"
            "groups: presales -> presales, sales-ops\n"
            "calendar:  -> calendars/germany\n"
            "time_zone: Europe/Berlin -> \n"
            "quiet_hours:  -> 22:00-07:00\n"
            "absences.2031-07-01: until 2031-07-14, bob stands in -> until 2031-07-21, bob stands "
            "in\n"
            "absences.2031-09-01:  -> until 2031-09-01\n"
            "labels.region:  -> emea\n"
            "state: ACTIVE -> LEFT");
}

TEST(PersonChanges, DoNotKeepWhySomebodyIsAway) {
  v1::Person now = Ada();
  now.mutable_absences(0)->set_reason("holiday");
  EXPECT_EQ(TextOf(ChangesOf(Ada(), now)), "");
  EXPECT_EQ(TextOf(ChangesOf(Ada(), v1::Person())).find("surgery"), std::string::npos);
}

class PersonChangesTest : public ::testing::TestWithParam<Engine> {
 protected:
  // "2 manager: eve -> grace" of every entry, newest first.
  std::string History() {
    v1::ListPersonHistoryRequest request;
    request.set_name("workspaces/acme/people/ada");
    const auto page = people_.Call<v1::ListPersonHistoryResponse>("ListPersonHistory", request);
    if (!page.ok()) return ReasonWord(page);
    return absl::StrJoin(page->entries(), "\n", [](std::string* out, const auto& entry) {
      absl::StrAppend(out, entry.sequence(), " ", absl::StrJoin(entry.fields(), ","), " ",
                      TextOf(entry.changes()));
    });
  }
  void SetManager(const std::string& manager) {
    v1::UpdatePersonRequest request;
    request.mutable_person()->set_name("workspaces/acme/people/ada");
    request.mutable_person()->set_manager(manager);
    request.mutable_update_mask()->add_paths("manager");
    EXPECT_EQ(ReasonWord(people_.Call<v1::UpdatePersonResponse>("UpdatePerson", request)), "OK");
  }

  TestPeople people_{GetParam()};
};

TEST_P(PersonChangesTest, AreKeptAsLongAsTheRecordIs) {
  ASSERT_TRUE(people_.Create("ada", ReportsTo("eve")).ok());
  SetManager("grace");
  EXPECT_EQ(History(),
            "2 manager manager: eve -> grace\n"
            "1  manager:  -> eve\nstate:  -> ACTIVE");
  v1::DeletePersonRequest remove;
  remove.set_name("workspaces/acme/people/ada");
  ASSERT_EQ(ReasonWord(people_.Call<v1::DeletePersonResponse>("DeletePerson", remove)), "OK");
  EXPECT_EQ(History(), "3  \n2 manager \n1  ") << "who did what stays, what it said is gone";
  ASSERT_TRUE(people_.Create("ada", ReportsTo("cem")).ok());
  EXPECT_EQ(History(),
            "4  manager:  -> cem\nstate:  -> ACTIVE\n"
            "3  \n2 manager \n1  ");
}

TEST_P(PersonChangesTest, AnImportTellsThemToo) {
  ASSERT_TRUE(people_.Create("ada", ReportsTo("eve")).ok());
  v1::ImportPeopleRequest request;
  request.set_parent("workspaces/acme");
  request.set_csv("person,manager\nada,grace\n");
  const auto done = people_.Call<v1::ImportPeopleResponse>("ImportPeople", request);
  ASSERT_TRUE(done.ok()) << done.status();
  EXPECT_EQ(History().substr(0, 31), "2 manager manager: eve -> grace");
}

INSTANTIATE_TEST_SUITE_P(Engines, PersonChangesTest,
                         ::testing::Values(Engine::kSqlite, Engine::kPostgres),
                         [](const auto& engine) {
                           return engine.param == Engine::kSqlite ? "Sqlite" : "Postgres";
                         });

}  // namespace
}  // namespace plumbline::onboarding::testing
