// SPDX-License-Identifier: Apache-2.0
//
// What takes long to make is made outside of write transactions.
#include "services/onboarding/runs/makings.h"

#include <memory>
#include <string>
#include <vector>

#include "common/base/status_macros.h"
#include "gtest/gtest.h"
#include "services/onboarding/runs/store_sql.h"
#include "services/onboarding/testing/calendar.h"
#include "services/onboarding/testing/engine.h"

namespace plumbline::onboarding::testing {
namespace {

// Counts the transactions of a database.
class CountingDatabase final : public sql::Database {
 public:
  explicit CountingDatabase(sql::Database& database) : database_(database) {}
  absl::Status Write(const base::CallContext& context, Body body) override {
    ++writes;
    return database_.Write(context, body);
  }
  absl::Status Read(const base::CallContext& context, Body body) override {
    ++reads;
    return database_.Read(context, body);
  }
  bool exclusive() const override { return database_.exclusive(); }

  int writes = 0;
  int reads = 0;

 private:
  sql::Database& database_;
};

class MakingsTest : public ::testing::Test {
 protected:
  void SetUp() override {
    auto opened = sql::Open("sqlite::memory:", {});
    ASSERT_TRUE(opened.ok()) << opened.status();
    database_ = *std::move(opened);
    ASSERT_TRUE(sql::Migrate(*database_, Migrations()).ok());
    counting_ = std::make_unique<CountingDatabase>(*database_);
    SqlStore store(*database_, plans_, [] {});
    Spec rome = BerlinSpec();
    rome.id = "rom";
    rome.time_zone = "Europe/Rome";
    rome.calendar = *FreezeCalendar({Berlin(), Germany()}, rome.time_zone);
    Spec plain = AdaSpec();
    plain.id = "pam";
    for (const Spec& spec : {BerlinSpec(), rome, plain}) {
      const auto created = store.Create({}, {"acme", "Start", "", spec.id}, start_,
                                        Start(spec, SalesRepPlan(), When(start_)));
      ASSERT_TRUE(created.ok()) << created.status();
    }
  }

  absl::Status Begin(SqlStore& store, const std::string& id) {
    const auto change = [&](onboarding::Run& run) -> absl::StatusOr<Changed> {
      ++changes_;
      ASSIGN_OR_RETURN(Entries entries, CommentTask(run, "paperwork", "hm", {}, When(start_)));
      return Changed{std::move(entries), ""};
    };
    return store.Update({}, {"acme", "Update", "", ""}, start_, id, change).status();
  }

  std::unique_ptr<sql::Database> database_;
  std::unique_ptr<CountingDatabase> counting_;
  PlanCache plans_;
  const absl::Time start_ = At("2026-03-02T09:00:00Z");
  int changes_ = 0;
};

TEST_F(MakingsTest, AWriteThatLacksSomethingIsBegunAnewWithIt) {
  for (const char* id : {"ada", "rom", "pam"}) {
    SCOPED_TRACE(id);
    counting_ = std::make_unique<CountingDatabase>(*database_);
    PlanCache cold;
    SqlStore store(*counting_, cold, [] {});
    changes_ = 0;
    ASSERT_TRUE(Begin(store, id).ok());
    EXPECT_EQ(counting_->writes, 2);
    EXPECT_EQ(counting_->reads, 1) << "where it was made";
    EXPECT_EQ(changes_, 1);
    ASSERT_TRUE(Begin(store, id).ok());
    EXPECT_EQ(counting_->writes, 3) << "it is in memory";
    EXPECT_EQ(counting_->reads, 1);
  }
}

TEST_F(MakingsTest, AWriteGetsWhatMemoryHasNoRoomFor) {
  PlanCache none(0);
  SqlStore store(*counting_, none, [] {});
  ASSERT_TRUE(Begin(store, "ada").ok());
  EXPECT_EQ(counting_->writes, 2);
  EXPECT_EQ(changes_, 1);
}

TEST_F(MakingsTest, SomeRunsAreMadeReadyAtOnce) {
  PlanCache cold;
  SqlStore store(*counting_, cold, [] {});
  const std::vector<std::string> all = {"ada", "pam", "rom"};
  std::vector<std::string> changed;
  const auto change = [&](sql::Transaction&, onboarding::Run& run) -> absl::StatusOr<Entries> {
    changed.push_back(run.spec.id);
    return CommentTask(run, "paperwork", "hm", {}, When(start_));
  };
  ASSERT_TRUE(store.UpdateWithin({}, "acme", all, change).ok());
  EXPECT_EQ(counting_->writes, 2);
  EXPECT_EQ(counting_->reads, 1);
  EXPECT_EQ(changed, all);
}

TEST_F(MakingsTest, ThatARunIsNotThereIsSaidAsEver) {
  SqlStore store(*counting_, plans_, [] {});
  EXPECT_TRUE(absl::IsNotFound(Begin(store, "nobody")));
}

}  // namespace
}  // namespace plumbline::onboarding::testing
