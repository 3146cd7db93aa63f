// SPDX-License-Identifier: Apache-2.0
//
// Which runs are at risk at an instant, on both engines. Their index is by a time that is never
// later (docs/adr/0016-risk-index.md).
#include <algorithm>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"
#include "common/listing/request.h"
#include "gtest/gtest.h"
#include "services/onboarding/runs/fields.h"
#include "services/onboarding/runs/store_sql_index.h"
#include "services/onboarding/runs/store_testing.h"

namespace plumbline::onboarding::testing {
namespace {

class StoreRiskTest : public StoreTest {
 protected:
  struct Times {
    int64_t risk = 0, index = 0;
  };

  template <typename Rule>
  void Do(const std::string& id, Rule rule) {
    auto done = Update(id, [&](onboarding::Run& run) -> absl::StatusOr<Changed> {
      ASSIGN_OR_RETURN(Entries entries, rule(run));
      return Changed{std::move(entries), ""};
    });
    ASSERT_TRUE(done.ok()) << done.status();
  }

  void Write(const std::string& text) {
    const absl::Status written =
        database_->Write({}, [&](sql::Transaction& tx) { return tx.Execute(text).status(); });
    EXPECT_TRUE(written.ok()) << written;
  }

  std::vector<std::string> RunsOf(const std::string& filter) {
    auto list = listing::ToQuery({.method = "m", .parent = "p", .filter = filter, .page_size = 100},
                                 OnboardingSchema());
    EXPECT_TRUE(list.ok()) << list.status();
    std::vector<std::string> ids;
    const auto page = store_->ListOnboardings({}, {.workspace = "acme", .list = *std::move(list)});
    EXPECT_TRUE(page.ok()) << page.status();
    if (!page.ok()) return ids;
    for (const v1::Onboarding& one : page->rows)
      ids.push_back(one.name().substr(one.name().rfind('/') + 1));
    return ids;
  }

  // Reads the times of all runs, and compares lists at and after each with them.
  void Check() {
    times_.clear();
    const absl::Status done = database_->Read({}, [&](sql::Transaction& tx) -> absl::Status {
      ASSIGN_OR_RETURN(const sql::Rows rows,
                       tx.Query("SELECT onboarding, risk, risk_from FROM onboardings"));
      times_.clear();
      for (size_t i = 0; i < rows.size(); ++i)
        times_[rows.Text(i, 0)] = {rows.Int(i, 1), rows.Int(i, 2)};
      return absl::OkStatus();
    });
    ASSERT_TRUE(done.ok()) << done;
    for (const auto& [name, at] : times_) {
      EXPECT_LE(at.index, at.risk) << name;
      for (const int64_t later : {0, 1}) {
        const absl::Time instant = absl::FromUnixMicros(std::min(at.risk, kNeverDue - 1) + later);
        std::vector<std::string> expected;
        for (const auto& [other, risk] : times_)
          if (risk.risk < absl::ToUnixMicros(instant)) expected.push_back(other);
        EXPECT_EQ(RunsOf(absl::StrCat("risk_time < \"",
                                      absl::FormatTime(instant, absl::UTCTimeZone()), "\"")),
                  expected);
      }
    }
  }

  std::map<std::string, Times> times_;
};

INSTANTIATE_TEST_SUITE_P(Engines, StoreRiskTest, ::testing::Bool(),
                         [](const auto& test) { return test.param ? "Postgres" : "Sqlite"; });

TEST_P(StoreRiskTest, TheIndexFollowsOnlyWhereItMust) {
  for (const char* id : {"ada", "bob", "cem"}) ASSERT_TRUE(Create(id).ok());
  Check();
  const Times before = times_["ada"];
  ASSERT_TRUE(Complete("ada", "paperwork").ok());
  Check();
  ASSERT_GT(times_["ada"].risk, before.risk);
  EXPECT_EQ(times_["ada"].index, before.index) << "it is written into no index";
  Do("bob", [](auto& run) {
    return Reschedule(run, absl::CivilDay(2026, 12, 1), "", When(kDay + absl::Hours(2'400)));
  });
  Check();
  EXPECT_EQ(times_["bob"].index, times_["bob"].risk) << "it had passed";
  // What has ended is not looked at in vain.
  Do("cem", [](auto& run) { return Cancel(run, "", When(kDay)); });
  Check();
  EXPECT_EQ(times_["cem"].index, kNeverDue);
}

// A replica of the release before writes `risk` alone.
TEST_P(StoreRiskTest, WhatAnotherReleaseMadeRiskierIsFoundFromItsNextChangeOn) {
  ASSERT_TRUE(Create("ada").ok());
  Write("UPDATE onboardings SET risk_from = 253402300799000000");
  Do("ada", [](auto& run) { return CommentTask(run, "paperwork", "on it", {}, When(kDay)); });
  Check();
}

}  // namespace
}  // namespace plumbline::onboarding::testing
