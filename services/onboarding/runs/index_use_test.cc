// SPDX-License-Identifier: Apache-2.0
//
// Which index serves what is asked often, or of many rows: found by its order, not by a look at all
// rows of a workspace.
#include <algorithm>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/onboarding/runs/store_sql.h"

namespace plumbline::onboarding::testing {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

class IndexUse : public ::testing::Test {
 protected:
  void SetUp() override {
    auto opened = sql::Open("sqlite::memory:", {});
    ASSERT_TRUE(opened.ok()) << opened.status();
    database_ = *std::move(opened);
    ASSERT_TRUE(sql::Migrate(*database_, Migrations()).ok());
  }

  // How the database would look for it, a line for each table.
  std::string Plan(const std::string& query) {
    std::string plan;
    const auto explain = [&](sql::Transaction& tx) -> absl::Status {
      const auto rows = tx.Query(absl::StrCat("EXPLAIN QUERY PLAN ", query));
      if (!rows.ok()) return rows.status();
      for (size_t i = 0; i < rows->size(); ++i) absl::StrAppend(&plan, rows->Text(i, 3), "\n");
      return absl::OkStatus();
    };
    const absl::Status status = database_->Read({}, explain);
    EXPECT_TRUE(status.ok()) << status;
    return plan;
  }

  std::unique_ptr<sql::Database> database_;
};

TEST_F(IndexUse, OnboardingsAtRisk) {
  EXPECT_THAT(Plan("SELECT i.onboarding FROM onboardings i WHERE i.workspace = 'acme' AND "
                   "(i.risk_from <= 17 AND i.risk <= 17) ORDER BY i.risk, i.onboarding LIMIT 7"),
              HasSubstr("onboardings_by_risk (workspace=? AND risk_from<?)"));
}

TEST_F(IndexUse, EscalationsThatSomebodyWasToldNewestFirst) {
  EXPECT_THAT(
      Plan("SELECT r.onboarding, r.sequence FROM escalation_recipients r JOIN escalations e ON "
           "e.workspace = r.workspace AND e.onboarding = r.onboarding AND "
           "e.sequence = r.sequence WHERE r.workspace = 'acme' AND r.recipient = 'hans' ORDER BY "
           "r.tell_micros DESC, r.onboarding DESC, r.sequence DESC LIMIT 7"),
      AllOf(HasSubstr("escalation_recipients_by_time"), Not(HasSubstr("TEMP B-TREE"))));
}

TEST_F(IndexUse, TasksOfPeopleWhoAreAwayThatNobodyElseHasYet) {
  EXPECT_THAT(Plan("SELECT t.onboarding FROM stand_ins s CROSS JOIN open_tasks t WHERE "
                   "t.workspace = s.workspace AND t.resource = s.person AND "
                   "s.away_micros IS NOT NULL AND t.assignee IS NOT NULL AND "
                   "t.stands_for IS NULL AND t.given < s.away_micros AND t.state IN (2, 3) "
                   "LIMIT 7"),
              AllOf(HasSubstr("stand_ins_away"),
                    HasSubstr("open_tasks_given (workspace=? AND resource=? AND given<?)")));
}

// A step that locked two tables would wait in a circle with writers, who run during an upgrade.
TEST(Migrations, StepsSinceTheFirstReleaseLockOneTableThatIsWritten) {
  constexpr int kFirst = 14;
  for (const sql::Migration& step : Migrations()) {
    if (step.version < kFirst) continue;
    std::set<std::string> made, locked;
    for (absl::string_view statement : absl::StrSplit(step.sql, ";\n")) {
      const std::vector<std::string> words =
          absl::StrSplit(statement, absl::ByAnyChar(" \n("), absl::SkipEmpty());
      const auto after = [&](absl::string_view word) {
        return *(std::find(words.begin(), words.end(), word) + 1);
      };
      if (words[0] == "CREATE" && words[1] == "TABLE") {
        made.insert(words[2]);
      } else if (words[0] == "{spare_room") {
        locked.insert(words[1]);
      } else if (words[0] == "DROP" && words[1] == "INDEX") {
        locked.insert(words[2].substr(0, words[2].find('_')));  // onboardings_by_risk
      } else {
        locked.insert(after(words[0] == "ALTER" || words[0] == "DROP" ? "TABLE" : "ON"));
      }
    }
    for (const std::string& table : made) locked.erase(table);
    EXPECT_LE(locked.size(), 1) << "step " << step.version;
  }
}

}  // namespace
}  // namespace plumbline::onboarding::testing
