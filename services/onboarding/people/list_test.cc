// SPDX-License-Identifier: Apache-2.0
//
// ListPeople, on both engines.
#include <string>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/onboarding/people/testing.h"

namespace plumbline::onboarding::testing {
namespace {

using ::testing::HasSubstr;

class PeopleListTest : public ::testing::TestWithParam<Engine> {
 protected:
  PeopleListTest() {
    v1::Person ada = ReportsTo("eve");
    ada.set_display_name("Ada Lovelace");
    ada.add_groups("sales");
    ada.add_groups("emea");
    (*ada.mutable_relations())["buddy"] = "bob";
    (*ada.mutable_labels())["region"] = "emea";
    v1::Person bob = ReportsTo("eve");
    bob.set_email("bob@example.com");
    bob.set_state(v1::Person::STATE_LEFT);
    bob.add_groups("sales");
    v1::Person eve;
    eve.set_time_zone("Europe/Berlin");
    eve.set_calendar("calendars/germany");
    EXPECT_TRUE(people_.Create("eve", eve).ok());
    EXPECT_TRUE(people_.Create("ada", ada).ok());
    EXPECT_TRUE(people_.Create("bob", bob).ok());
  }
  // Ids with a bar behind every page.
  std::string Listed(const std::string& filter, const std::string& order_by = "") {
    v1::ListPeopleRequest request;
    request.set_parent("workspaces/acme");
    request.set_page_size(2);
    request.set_filter(filter);
    request.set_order_by(order_by);
    std::string seen;
    do {
      const auto page = people_.Call<v1::ListPeopleResponse>("ListPeople", request);
      if (!page.ok()) return absl::StrCat(ReasonWord(page), ": ", page.status().message());
      for (const auto& person : page->people())
        absl::StrAppend(&seen, person.name().substr(person.name().rfind('/') + 1), " ");
      seen += "|";
      request.set_page_token(page->next_page_token());
    } while (!request.page_token().empty());
    return seen;
  }

  TestPeople people_{GetParam()};
};

TEST_P(PeopleListTest, FiltersAndOrders) {
  EXPECT_EQ(Listed(""), "ada bob |eve |");
  EXPECT_EQ(Listed("", "name desc"), "eve bob |ada |");
  EXPECT_EQ(Listed("", "state desc"), "bob eve |ada |");
  EXPECT_EQ(Listed("manager = eve"), "ada bob |");
  EXPECT_EQ(Listed("manager = eve AND state = ACTIVE"), "ada |");
  EXPECT_EQ(Listed("groups:sales"), "ada bob |");
  EXPECT_EQ(Listed("groups:emea OR has(calendar)"), "ada eve |");
  EXPECT_EQ(Listed("relations.buddy = bob"), "ada |");
  EXPECT_EQ(Listed("labels.region = emea"), "ada |");
  EXPECT_EQ(Listed("lovelace"), "ada |");
  EXPECT_EQ(Listed("time_zone = \"Europe/Berlin\""), "eve |");
  EXPECT_THAT(Listed("salary > 3"), HasSubstr("FIELD_INVALID"));
  EXPECT_THAT(Listed("", "email"), HasSubstr("FIELD_INVALID"));
}

TEST_P(PeopleListTest, PartsOfARecordGoWithIt) {
  v1::UpdatePersonRequest update;
  update.mutable_person()->set_name("workspaces/acme/people/ada");
  ASSERT_TRUE(people_.Call<v1::UpdatePersonResponse>("UpdatePerson", update).ok());
  EXPECT_EQ(Listed("groups:sales"), "bob |");
  EXPECT_EQ(Listed("has(relations.buddy)"), "|");
  EXPECT_EQ(Listed("has(labels.region)"), "|");
  v1::DeletePersonRequest remove;
  remove.set_name("workspaces/acme/people/bob");
  ASSERT_TRUE(people_.Call<v1::DeletePersonResponse>("DeletePerson", remove).ok());
  EXPECT_EQ(Listed("groups:sales"), "|");
}

INSTANTIATE_TEST_SUITE_P(Engines, PeopleListTest,
                         ::testing::Values(Engine::kSqlite, Engine::kPostgres),
                         [](const auto& engine) {
                           return engine.param == Engine::kSqlite ? "Sqlite" : "Postgres";
                         });

}  // namespace
}  // namespace plumbline::onboarding::testing
