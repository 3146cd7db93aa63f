// SPDX-License-Identifier: Apache-2.0
//
// What lists read of the store, on both engines.
#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "common/base/status_macros.h"
#include "common/listing/request.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/onboarding/runs/fields.h"
#include "services/onboarding/runs/store_sql_index.h"
#include "services/onboarding/runs/store_testing.h"

namespace plumbline::onboarding::testing {
namespace {

using ::testing::ElementsAre;

// A query of a list, from the texts of a request.
listing::Query ListOf(const expr::Schema& schema, const std::string& filter = "",
                      const std::string& order = "", int limit = 100) {
  auto query = listing::ToQuery(
      {.method = "m", .parent = "p", .filter = filter, .order_by = order, .page_size = limit},
      schema);
  EXPECT_TRUE(query.ok()) << query.status();
  return *std::move(query);
}

class StoreListTest : public StoreTest {
 protected:
  // What `rule` makes of a run.
  template <typename Rule>
  void Do(const std::string& id, Rule rule) {
    auto done = Update(id, [&](onboarding::Run& run) -> absl::StatusOr<Changed> {
      ASSIGN_OR_RETURN(Entries entries, rule(run));
      return Changed{std::move(entries), ""};
    });
    ASSERT_TRUE(done.ok()) << done.status();
  }

  // What FillIndex fills in; -1 where it fails.
  int64_t Filled() {
    passed_over_.clear();
    const auto pass_over = [&](const std::string& what, const absl::Status&) {
      passed_over_.push_back(what);
    };
    const absl::StatusOr<int64_t> filled = store_->FillIndex({}, pass_over);
    EXPECT_TRUE(filled.ok()) << filled.status();
    return filled.value_or(-1);
  }
  void Write(const std::vector<std::string>& texts) {
    const absl::Status written = database_->Write({}, [&](sql::Transaction& tx) -> absl::Status {
      for (const std::string& text : texts) RETURN_IF_ERROR(tx.Execute(text).status());
      return absl::OkStatus();
    });
    EXPECT_TRUE(written.ok()) << written;
  }

  // "ada/paperwork", page by page.
  std::vector<std::string> TasksOf(OpenTaskQuery query) {
    query.workspace = "acme";
    query.now = kDay;
    if (query.list.limit == 0) query.list = ListOf(TaskSchema());
    std::vector<std::string> names;
    do {
      auto page = store_->ListOpenTasks({}, query);
      EXPECT_TRUE(page.ok()) << page.status();
      if (!page.ok()) return names;
      for (const v1::Task& task : page->rows) {
        const std::vector<std::string> parts = absl::StrSplit(task.name(), '/');
        names.push_back(absl::StrCat(parts[3], "/", parts[5]));
      }
      query.list.after = page->next;
    } while (!query.list.after.empty());
    return names;
  }
  std::vector<std::string> Filtered(const std::string& filter, const std::string& order = "",
                                    int limit = 100) {
    return TasksOf({.list = ListOf(TaskSchema(), filter, order, limit)});
  }

  std::vector<std::string> RunsOf(const std::string& filter, const std::string& order = "",
                                  int limit = 100, const std::string& state = "") {
    OnboardingQuery query{.workspace = "acme",
                          .state = state,
                          .list = ListOf(OnboardingSchema(), filter, order, limit)};
    std::vector<std::string> ids;
    do {
      auto page = store_->ListOnboardings({}, query);
      EXPECT_TRUE(page.ok()) << page.status();
      if (!page.ok()) return ids;
      for (const v1::Onboarding& one : page->rows)
        ids.push_back(one.name().substr(one.name().rfind('/') + 1));
      query.list.after = page->next;
    } while (!query.list.after.empty());
    return ids;
  }

  std::vector<std::string> passed_over_;
};

INSTANTIATE_TEST_SUITE_P(Engines, StoreListTest, ::testing::Bool(),
                         [](const auto& test) { return test.param ? "Postgres" : "Sqlite"; });

TEST_P(StoreListTest, OpenTasksFollowTheHistory) {
  ASSERT_TRUE(Create("ada").ok());
  ASSERT_TRUE(Create("bob").ok());
  ASSERT_TRUE(Create("eve", "", "other").ok());
  ASSERT_TRUE(Complete("bob", "paperwork").ok());
  // accounts are due after two hours, paperwork after a day, laptop after three.
  EXPECT_THAT(TasksOf({}), ElementsAre("bob/accounts", "ada/paperwork", "bob/laptop"));
  EXPECT_THAT(TasksOf({.resource = "it@example.com"}), ElementsAre("bob/accounts", "bob/laptop"));
  EXPECT_THAT(TasksOf({.resource = "hr"}), ElementsAre("ada/paperwork"));
  Do("ada", [](onboarding::Run& run) { return StartTask(run, "paperwork", When(kDay)); });
  EXPECT_THAT(TasksOf({.state = TaskState::kInProgress}), ElementsAre("ada/paperwork"));
  EXPECT_THAT(TasksOf({.state = TaskState::kReady}), ElementsAre("bob/accounts", "bob/laptop"));
  EXPECT_THAT(TasksOf({.list = ListOf(TaskSchema(), "", "", 1)}),
              ElementsAre("bob/accounts", "ada/paperwork", "bob/laptop"))
      << "page by page";
  EXPECT_THAT(Filtered("", "due_time desc", 2),
              ElementsAre("bob/laptop", "ada/paperwork", "bob/accounts"));
  EXPECT_THAT(Filtered("", "onboarding desc", 1),
              ElementsAre("bob/laptop", "bob/accounts", "ada/paperwork"));
}

TEST_P(StoreListTest, OpenTasksAreFiltered) {
  for (const char* id : {"ada", "bob"}) {
    ASSERT_TRUE(Create(id).ok());
    ASSERT_TRUE(Complete(id, "paperwork").ok());
  }
  struct Row {
    const char* filter;
    std::vector<std::string> found;
  };
  const std::vector<std::string> accounts = {"ada/accounts", "bob/accounts"};
  for (const Row& row : std::vector<Row>{
           {"step = accounts", accounts},
           {"role = it AND due_time < 2026-03-02T12:00:00Z", accounts},
           {"assignee = \"it@example.com\" AND onboarding = ada", {"ada/accounts", "ada/laptop"}},
           {"resource = \"it@example.com\" AND step = laptop", {"ada/laptop", "bob/laptop"}},
           {"role = hr", {}},
           {"has(waiver)", {}},
           {"state = READY AND onboarding.state = ACTIVE AND step = accounts", accounts},
           {"process = sales-rep AND person = \"ada@example.com\" AND step = accounts", accounts},
           {"labels.cohort = 2026-q1 AND step = accounts", accounts},
           {"labels.cohort = 2026-q2", {}},
           {"laptop", {"ada/laptop", "bob/laptop"}},
       }) {
    EXPECT_EQ(Filtered(row.filter), row.found) << row.filter;
  }
}

TEST_P(StoreListTest, OpenTasksSayWhoHasThem) {
  ASSERT_TRUE(Create("ada").ok());
  ASSERT_TRUE(Complete("ada", "paperwork").ok());
  Do("ada", [](auto& run) { return AssignTask(run, "laptop", "cem", "is there", When(kDay)); });
  EXPECT_THAT(TasksOf({.resource = "cem"}), ElementsAre("ada/laptop"));
  EXPECT_THAT(TasksOf({.resource = "it@example.com"}), ElementsAre("ada/accounts"));
  Do("ada", [](auto& run) { return ReleaseTask(run, "laptop", "", When(kDay)); });
  EXPECT_THAT(TasksOf({.resource = "it"}), ElementsAre("ada/laptop"));
  EXPECT_THAT(Filtered("role = it AND NOT has(assignee)"), ElementsAre("ada/laptop"));
}

TEST_P(StoreListTest, OpenTasksRestAndEndWithTheirRun) {
  ASSERT_TRUE(Create("ada").ok());
  Do("ada", [](auto& run) { return Pause(run, "leave", When(kDay)); });
  EXPECT_THAT(Filtered("onboarding.state = PAUSED"), ElementsAre("ada/paperwork"));
  EXPECT_THAT(RunsOf("", "", 100, "STATE_PAUSED"), ElementsAre("ada"));
  EXPECT_EQ(store_->CountRuns({}, 1)->size(), 1u) << "what rests is under way";
  Do("ada", [](auto& run) { return Resume(run, "back", When(kDay + absl::Hours(8))); });
  EXPECT_THAT(Filtered("due_time > 2026-03-03T12:00:00Z"), ElementsAre("ada/paperwork"))
      << "it was due on Tuesday at 9:00, and moved by the day";
  Do("ada", [](auto& run) { return Cancel(run, "left", When(kDay + absl::Hours(9))); });
  EXPECT_THAT(TasksOf({}), ElementsAre());
  EXPECT_THAT(RunsOf("state = CANCELLED"), ElementsAre("ada"));
  EXPECT_THAT(*store_->CountRuns({}, 1), ::testing::IsEmpty());
}

TEST_P(StoreListTest, WhatTwoPersonsDecideIsInTheQueueOfTheSecond) {
  Spec spec = AdaSpec();
  spec.assignees = {{"legal", "lee"}};
  auto started = Start(spec, OfferPlan(), When(kDay));
  ASSERT_TRUE(store_->Create({}, {"acme", "Start", "", ""}, kDay, started).ok());
  EXPECT_THAT(TasksOf({.resource = "ae"}), ElementsAre("ada/propose"));
  Do("ada", [](auto& run) {
    return CompleteTask(run, "propose", {.outputs = {{"discount", "5"}}}, When(kDay, "ann"));
  });
  EXPECT_THAT(TasksOf({.resource = "ae"}), ElementsAre());
  EXPECT_THAT(TasksOf({.state = TaskState::kAwaitingVerification, .resource = "lee"}),
              ElementsAre("ada/propose"));
  EXPECT_THAT(Filtered("role = legal AND state = AWAITING_VERIFICATION"),
              ElementsAre("ada/propose"));
  Do("ada", [](auto& run) { return VerifyTask(run, "propose", {}, When(kDay, "lee")); });
  EXPECT_THAT(TasksOf({.state = TaskState::kReady, .resource = "ae"}), ElementsAre("ada/propose"));
  Do("ada", [](auto& run) {
    return CompleteTask(run, "propose", {.outputs = {{"discount", "5"}}}, When(kDay, "ann"));
  });
  Do("ada",
     [](auto& run) { return VerifyTask(run, "propose", {.accepted = true}, When(kDay, "lee")); });
  EXPECT_THAT(TasksOf({}), ElementsAre("ada/desk"));
  Do("ada", [](auto& run) { return CompleteTask(run, "desk", {}, When(kDay)); });
  Do("ada", [](auto& run) { return SkipTask(run, "insure", "small", When(kDay, "ann")); });
  EXPECT_THAT(Filtered("waiver = cfo"), ElementsAre("ada/insure"));
  Do("ada", [](auto& run) { return ApproveWaiver(run, "insure", "", When(kDay, "cfo")); });
  EXPECT_THAT(TasksOf({}), ElementsAre("ada/price.calculate"));
}

TEST_P(StoreListTest, ReopenedTasksAreOpenAgainAndTheirFollowersAreNot) {
  ASSERT_TRUE(Create("ada").ok());
  ASSERT_TRUE(Complete("ada", "paperwork").ok());
  const Entries history = *store_->ReadHistory({}, "acme", "ada", 0, 100);
  Do("ada", [&](auto& run) { return ReopenTask(run, history, "paperwork", "why", When(kDay)); });
  EXPECT_THAT(TasksOf({}), ElementsAre("ada/paperwork"));
}

TEST_P(StoreListTest, CommentsAreListedInOrder) {
  ASSERT_TRUE(Create("ada").ok());
  for (const char* text : {"one", "two", "three"}) {
    Do("ada", [&](auto& run) { return CommentTask(run, "exam", text, {}, When(kDay)); });
  }
  Do("ada", [&](auto& run) { return CommentTask(run, "paperwork", "x", {}, When(kDay)); });
  auto read = [&](int64_t after, int limit) {
    std::vector<std::string> texts;
    for (const HistoryEntry& one : *store_->ReadComments({}, "acme", "ada", "exam", after, limit))
      texts.push_back(one.reason);
    return texts;
  };
  EXPECT_THAT(read(0, 10), ElementsAre("one", "two", "three"));
  EXPECT_THAT(read(0, 1), ElementsAre("one"));
  EXPECT_THAT(read(3, 10), ElementsAre("two", "three"));
}

TEST_P(StoreListTest, ImpedimentsAreListedOldestFirst) {
  ASSERT_TRUE(Create("ada").ok());
  ASSERT_TRUE(Create("bob").ok());
  auto block = [&](const std::string& id, int minute, Category category,
                   const std::string& utility) {
    Do(id, [&](auto& run) {
      return BlockTask(run, "paperwork", {"", category, utility, "x"},
                       When(kDay + absl::Minutes(minute)));
    });
  };
  block("bob", 1, Category::kAccess, "");
  block("ada", 2, Category::kUtilityDown, "crm");
  block("bob", 3, Category::kPeople, "");
  Do("ada", [](auto& run) {
    return UnblockTask(run, "paperwork", "", "", When(kDay + absl::Minutes(4)));
  });
  auto list = [&](bool open_only, const std::string& filter = "", const std::string& order = "",
                  int limit = 10) {
    ImpedimentQuery query{.workspace = "acme",
                          .open_only = open_only,
                          .list = ListOf(ImpedimentSchema(), filter, order, limit)};
    std::vector<std::string> names;
    do {
      auto page = store_->ListImpediments({}, query);
      EXPECT_TRUE(page.ok()) << page.status();
      if (!page.ok()) return names;
      for (const v1::Impediment& one : page->rows) {
        const std::vector<std::string> parts = absl::StrSplit(one.name(), '/');
        names.push_back(absl::StrCat(parts[3], "/", parts[5]));
      }
      query.list.after = page->next;
    } while (!query.list.after.empty());
    return names;
  };
  EXPECT_THAT(list(false), ElementsAre("bob/i1", "ada/i1", "bob/i2"));
  EXPECT_THAT(list(false, "", "", 1), ElementsAre("bob/i1", "ada/i1", "bob/i2"));
  EXPECT_THAT(list(true), ElementsAre("bob/i1", "bob/i2"));
  EXPECT_THAT(list(false, "open = false"), ElementsAre("ada/i1"));
  EXPECT_THAT(list(false, "utility = crm AND task = paperwork"), ElementsAre("ada/i1"));
  EXPECT_THAT(list(false, "category = PEOPLE"), ElementsAre("bob/i2"));
  EXPECT_THAT(list(false, "", "open_time desc"), ElementsAre("bob/i2", "ada/i1", "bob/i1"));
}

TEST_P(StoreListTest, RunsAreFilteredAndOrdered) {
  int day = 2;
  for (const char* id : {"b", "a-2", "a"}) {
    Spec spec = AdaSpec();
    spec.id = id;
    spec.person = absl::StrCat(id, "@example.com");
    spec.day_one = absl::CivilDay(2026, 3, day++);
    spec.labels = {{"cohort", absl::StrCat("c", day)}};
    auto started = Start(spec, plan_, When(kDay + absl::Minutes(day)));
    ASSERT_TRUE(store_->Create({}, {"acme", "Start", "", ""}, kDay, started).ok());
  }
  EXPECT_THAT(RunsOf("", "name", 1).size(), 3u);
  EXPECT_THAT(RunsOf("day_one > 2026-03-02", "day_one desc"), ElementsAre("a", "a-2"));
  EXPECT_THAT(RunsOf("labels.cohort = c3"), ElementsAre("b"));
  EXPECT_THAT(RunsOf("person = \"a@example.com\""), ElementsAre("a"));
  EXPECT_THAT(RunsOf("process = sales-rep AND state = ACTIVE", "start_time", 2),
              ElementsAre("b", "a-2", "a"));
  EXPECT_THAT(RunsOf("", "", 100, "STATE_COMPLETED"), ElementsAre());
  auto runs = store_->List({}, {"acme", "", 10});
  ASSERT_TRUE(runs.ok());
  EXPECT_THAT(store_->List({}, {"acme", (*runs)[0].spec.id, 10})->size(), 2u);
}

// As a replica leaves it that knows nothing of lists.
TEST_P(StoreListTest, WhatAnOlderReleaseWroteIsFilledIn) {
  for (const char* id : {"ada", "bob"}) {
    ASSERT_TRUE(Create(id).ok());
    ASSERT_TRUE(Complete(id, "paperwork").ok());
  }
  Do("ada", [](auto& run) {
    return BlockTask(run, "laptop", {"", Category::kAccess, "crm", "x"}, When(kDay));
  });
  Do("ada", [](auto& run) { return Pause(run, "why", When(kDay)); });
  ASSERT_TRUE(database_
                  ->Write({},
                          [](sql::Transaction& tx) -> absl::Status {
                            for (const char* text :
                                 {"UPDATE onboardings SET person = '', day_one = 0, state = "
                                  "'STATE_ACTIVE' WHERE onboarding = 'ada'",
                                  "DELETE FROM onboarding_labels WHERE onboarding = 'ada'",
                                  "UPDATE open_tasks SET role = '', path = '', assignee = NULL, "
                                  "due = 253402300799000000 WHERE onboarding = 'ada'",
                                  "UPDATE impediments SET utility = NULL WHERE onboarding = 'ada'"})
                              RETURN_IF_ERROR(tx.Execute(text).status());
                            return absl::OkStatus();
                          })
                  .ok());
  EXPECT_EQ(Filled(), 1);
  EXPECT_EQ(Filled(), 0);
  EXPECT_THAT(RunsOf("state = PAUSED AND labels.cohort = 2026-q1 AND person = \"ada@example.com\""),
              ElementsAre("ada"));
  EXPECT_THAT(Filtered("role = it"),
              ElementsAre("ada/accounts", "bob/accounts", "ada/laptop", "bob/laptop"));
}

// As an upgrade leaves it: columns are there, and hold what they hold by default.
TEST_P(StoreListTest, WhatAnOlderReleaseDidNotKnowIsFilledIn) {
  for (const char* id : {"ada", "bob"}) ASSERT_TRUE(Create(id).ok());
  Do("ada", [](auto& run) { return DelegateTask(run, "paperwork", "eve", "", When(kDay)); });
  const auto read = [&] {
    std::string text;
    const absl::Status done = database_->Read({}, [&](sql::Transaction& tx) -> absl::Status {
      ASSIGN_OR_RETURN(
          const sql::Rows rows,
          tx.Query("SELECT o.risk, t.given, t.path FROM onboardings o JOIN open_tasks t ON "
                   "t.onboarding = o.onboarding WHERE o.onboarding = 'ada' ORDER BY t.path"));
      text.clear();
      for (size_t i = 0; i < rows.size(); ++i)
        absl::StrAppend(&text, rows.Int(i, 0), " ", rows.Int(i, 1), " ", rows.Text(i, 2), ", ");
      return absl::OkStatus();
    });
    EXPECT_TRUE(done.ok()) << done;
    return text;
  };
  const std::string before = read();
  ASSERT_NE(before, "");
  ASSERT_TRUE(database_
                  ->Write({},
                          [](sql::Transaction& tx) -> absl::Status {
                            RETURN_IF_ERROR(
                                tx.Execute("UPDATE onboardings SET risk = 7, risk_from = 0 "
                                           "WHERE onboarding = 'ada'")
                                    .status());
                            return tx.Execute("UPDATE open_tasks SET given = 0").status();
                          })
                  .ok());
  EXPECT_NE(read(), before);
  EXPECT_EQ(Filled(), 1);
  EXPECT_EQ(Filled(), 0);
  EXPECT_EQ(read(), before);
}

// Of less than a minute nothing is told of the task itself.
TEST_P(StoreListTest, AMomentMovesTheRowsOfWhatIsDue) {
  ASSERT_TRUE(Create("ada").ok());
  ASSERT_TRUE(Complete("ada", "paperwork").ok());
  const auto due = [&] {
    std::vector<int64_t> times;
    const absl::Status done = database_->Read({}, [&](sql::Transaction& tx) -> absl::Status {
      ASSIGN_OR_RETURN(const sql::Rows rows, tx.Query("SELECT due FROM open_tasks ORDER BY path"));
      times.clear();
      for (size_t i = 0; i < rows.size(); ++i) times.push_back(rows.Int(i, 0));
      return absl::OkStatus();
    });
    EXPECT_TRUE(done.ok()) << done;
    return times;
  };
  const auto rewritten = [&] {
    const absl::StatusOr<onboarding::Run> run = store_->Load({}, "acme", "ada");
    const absl::Status done = database_->Write(
        {}, [&](sql::Transaction& tx) -> absl::Status { return RewriteIndex(tx, *run); });
    EXPECT_TRUE(done.ok()) << done;
    return due();
  };
  const std::vector<int64_t> before = due();
  Do("ada", [](auto& run) { return Pause(run, "oops", When(kDay)); });
  Do("ada", [](auto& run) { return Resume(run, "on", When(kDay + absl::Seconds(40))); });
  const std::vector<int64_t> paused = due();
  EXPECT_EQ(paused[0], before[0] + 40'000'000);
  EXPECT_EQ(paused, rewritten());
  const absl::Time then = kDay + absl::Minutes(1);
  Do("ada", [&](auto& run) {
    return BlockTask(run, "laptop", {"", Category::kAccess, "crm", "x"}, When(then));
  });
  Do("ada", [&](auto& run) {
    return UnblockTask(run, "laptop", "", "found", When(then + absl::Seconds(10)));
  });
  const std::vector<int64_t> blocked = due();
  EXPECT_NE(blocked, paused);
  EXPECT_EQ(blocked, rewritten());
}

TEST_P(StoreListTest, WhatCannotBeReadHoldsNothingElseUp) {
  for (const char* id : {"ada", "bob"}) ASSERT_TRUE(Create(id).ok());
  Write({"UPDATE onboardings SET person = ''",
         "UPDATE onboardings SET body = 'damaged' WHERE onboarding = 'ada'",
         "INSERT INTO plans (workspace, plan, content) VALUES ('a', 'bad', 'damaged')",
         "DELETE FROM plan_revisions"});
  EXPECT_EQ(Filled(), 2) << "bob, and the plan of both";
  EXPECT_THAT(passed_over_, ElementsAre("workspaces/acme/onboardings/ada", "plan bad"));
  EXPECT_EQ(Filled(), 0);
  EXPECT_THAT(passed_over_, ElementsAre("workspaces/acme/onboardings/ada"))
      << "plans were read once";
}

// Who verified had a task in the rows of an older release.
TEST_P(StoreListTest, RowsOfTasksThatAwaitVerificationAreWrittenAnew) {
  for (const char* id : {"ada", "bob"}) ASSERT_TRUE(Create(id).ok());
  Write({"UPDATE open_tasks SET state = 7, given = 253402300799000000 WHERE onboarding = 'ada'"});
  EXPECT_EQ(Filled(), 1);
  EXPECT_EQ(Filled(), 0);
}

// "a-b/x" comes before "a/y" as text, and "a" before "a-b" in the order of rows.
TEST_P(StoreListTest, IsFilledInBesideThoseWhoWrite) {
  ASSERT_TRUE(Create("x", "", "a-b").ok());
  ASSERT_TRUE(Create("y", "", "a").ok());
  std::atomic<bool> done{false};
  std::thread writer([&] {
    while (!done) {
      const absl::Status both = database_->Write({}, [](sql::Transaction& tx) -> absl::Status {
        RETURN_IF_ERROR(tx.Lock(LockName("a-b", "x")));
        return tx.Lock(LockName("a", "y"));
      });
      EXPECT_TRUE(both.ok()) << both;
    }
  });
  for (int i = 0; i < 20; ++i) {
    Write({"UPDATE onboardings SET person = ''"});
    EXPECT_EQ(Filled(), 2);
  }
  done = true;
  writer.join();
}

TEST_P(StoreListTest, WhatChangesNothingWakesNobody) {
  ASSERT_TRUE(Create("ada").ok());
  const int before = commits_;
  Do("ada", [](auto&) -> absl::StatusOr<Entries> { return Entries(); });
  EXPECT_EQ(commits_, before);
  Do("ada", [](auto& run) { return Pause(run, "why", When(kDay)); });
  EXPECT_EQ(commits_, before + 1);
}

}  // namespace
}  // namespace plumbline::onboarding::testing
