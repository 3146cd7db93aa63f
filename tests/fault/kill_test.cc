// SPDX-License-Identifier: Apache-2.0
//
// The promise "an answer means: on disk, once", tested the hard way: the suite is killed with
// SIGKILL at random moments under load, again and again. After each restart every acknowledged
// write is there once, every history replays to what is kept, and every entry of it has reached
// analytics once.
#include <cstdlib>
#include <map>
#include <random>
#include <set>
#include <sstream>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "clients/cli/apply_plan.h"
#include "clients/cli/session.h"
#include "common/base/clock.h"
#include "gtest/gtest.h"
#include "plumbline/analytics/v1/analytics_service.pb.h"
#include "plumbline/onboarding/v1/onboarding_service.pb.h"
#include "tests/fault/load.h"
#include "tests/fault/mortal_suite.h"
#include "tests/fault/replayer.h"
#include "tests/support/postgres_server.h"

namespace plumbline::fault {
namespace {

constexpr char kLog[] = "workspaces/default/eventLogs/sales-rep-onboarding";

// Compares what the suite holds with what it acknowledged.
class Auditor {
 public:
  explicit Auditor(MortalSuite& suite) : suite_(suite), replayer_(suite) {}

  // Every on-boarding that is new since the last audit, and the totals.
  void Audit(const Acknowledged& acknowledged) {
    for (const auto& [id, deeds] : acknowledged.onboardings) {
      if (closed_.count(id) > 0) continue;
      found_[id] = AuditOne(id, deeds);
      if (deeds.over) closed_.insert(id);
    }
    int64_t entries = 0;
    std::map<std::string, int64_t> steps, direct;
    for (const auto& [id, found] : found_) {
      entries += found.entries;
      for (const auto& [title, count] : found.completed) steps[title] += count;
    }
    for (int64_t i = 1; i <= acknowledged.direct_events; ++i)
      ++direct[absl::StrCat("step-", i % 7)];
    AuditLog(kLog, entries);
    AuditActivities(kLog, steps);
    AuditLog(kDirectLog, acknowledged.direct_events);
    AuditActivities(kDirectLog, direct);
  }

  // Everything once more, from the first on-boarding on: a later kill may have taken what an
  // earlier one left.
  void AuditAll(const Acknowledged& acknowledged) {
    closed_.clear();
    Audit(acknowledged);
  }

  // Nothing is there that was not asked for.
  void AuditCount(size_t expected) {
    ob::ListOnboardingsRequest request;
    request.set_parent(kParent);
    request.set_page_size(1000);
    ob::ListOnboardingsResponse page;
    size_t count = 0;
    do {
      ASSERT_TRUE(suite_.Insist(cli::kOnboarding, "ListOnboardings", request, &page).ok());
      count += page.onboardings_size();
      request.set_page_token(page.next_page_token());
    } while (!page.next_page_token().empty());
    EXPECT_EQ(count, expected);
  }

 private:
  // What the history of one on-boarding holds.
  struct Found {
    int64_t entries = 0;
    std::map<std::string, int64_t> completed;  // by title
  };

  // The history has no gap, begins once, holds each acknowledged mutation once, and replays to what
  // is kept.
  Found AuditOne(const std::string& id, const Deeds& deeds) {
    ob::ListHistoryRequest request;
    request.set_parent(absl::StrCat(kParent, "/onboardings/", id));
    request.set_page_size(1000);
    ob::ListHistoryResponse history;
    const absl::Status status = suite_.Insist(cli::kOnboarding, "ListHistory", request, &history);
    EXPECT_TRUE(status.ok()) << id << " was acknowledged: " << status;
    std::map<std::string, int> completed;
    std::map<Kind, int> told;
    Found found{.entries = history.entries_size(), .completed = {}};
    for (int i = 0; i < history.entries_size(); ++i) {
      const ob::HistoryEntry& entry = history.entries(i);
      EXPECT_EQ(entry.sequence(), i + 1) << id;
      ++told[entry.kind()];
      if (entry.kind() == ob::HistoryEntry::KIND_TASK_COMPLETED) {
        ++completed[entry.task()];
        ++found.completed[entry.title()];
      }
    }
    EXPECT_EQ(told[ob::HistoryEntry::KIND_STARTED], 1) << id;
    for (const Kind kind :
         {ob::HistoryEntry::KIND_TASK_STARTED, ob::HistoryEntry::KIND_TASK_CLAIMED,
          ob::HistoryEntry::KIND_TASK_COMMENTED, ob::HistoryEntry::KIND_BLOCKED,
          ob::HistoryEntry::KIND_UNBLOCKED, ob::HistoryEntry::KIND_PAUSED,
          ob::HistoryEntry::KIND_RESUMED, ob::HistoryEntry::KIND_TASK_ADDED}) {
      const auto expected = deeds.told.find(kind);
      EXPECT_EQ(told[kind], expected == deeds.told.end() ? 0 : expected->second)
          << id << " " << ob::HistoryEntry::Kind_Name(kind);
    }
    for (const std::string& task : deeds.completed)
      EXPECT_EQ(completed[task], 1) << id << " " << task;
    EXPECT_EQ(completed.size(), deeds.completed.size()) << id;
    const absl::Status replayed = replayer_.Check(id, history);
    EXPECT_TRUE(replayed.ok()) << id << ": " << replayed;
    return found;
  }

  // The events themselves, not a counter of them: every block is read and decoded.
  void AuditActivities(const char* name, const std::map<std::string, int64_t>& expected) {
    an::GetProcessMapRequest request;
    request.set_name(name);
    an::GetProcessMapResponse response;
    const absl::Status status = suite_.Insist(cli::kAnalytics, "GetProcessMap", request, &response);
    ASSERT_TRUE(status.ok() || (absl::IsNotFound(status) && expected.empty())) << status;
    std::map<std::string, int64_t> activities;
    for (const auto& activity : response.process_map().activities())
      activities[activity.activity()] = activity.count();
    EXPECT_EQ(activities, expected) << name;
  }

  // The relay may still be under way: the count must come to `expected` and never pass it.
  void AuditLog(const char* name, int64_t expected) {
    const absl::Time patience = absl::Now() + absl::Seconds(60);
    for (int64_t seen = -1; seen != expected;) {
      an::GetEventLogRequest request;
      request.set_name(name);
      an::GetEventLogResponse response;
      const absl::Status status = suite_.Insist(cli::kAnalytics, "GetEventLog", request, &response);
      ASSERT_TRUE(status.ok() || absl::IsNotFound(status)) << status;
      seen = response.event_log().event_count();
      ASSERT_LE(seen, expected) << name << " counts an event twice";
      ASSERT_LT(absl::Now(), patience)
          << name << " holds " << seen << " of " << expected << " events";
      if (seen != expected) absl::SleepFor(absl::Milliseconds(10));
    }
  }

  MortalSuite& suite_;
  Replayer replayer_;
  std::set<std::string> closed_;
  std::map<std::string, Found> found_;
};

void Prepare(MortalSuite& suite) {
  const absl::Status published = PublishProcesses(suite);
  ASSERT_TRUE(published.ok()) << published << suite.Output();
  an::CreateEventLogRequest request;
  request.set_parent(kParent);
  request.set_event_log_id("direct");
  an::CreateEventLogResponse response;
  ASSERT_TRUE(suite.Insist(cli::kAnalytics, "CreateEventLog", request, &response).ok());
}

int64_t Mutations(const Acknowledged& acknowledged) {
  int64_t mutations = 0;
  for (const auto& [id, deeds] : acknowledged.onboardings) {
    mutations += 1 + static_cast<int64_t>(deeds.completed.size());
    for (const auto& [kind, times] : deeds.told) mutations += times;
  }
  return mutations;
}

void KillAgainAndAgain(const std::string& database_url) {
  MortalSuite suite(database_url);
  suite.Start();
  ASSERT_NO_FATAL_FAILURE(Prepare(suite));
  Auditor auditor(suite);
  std::mt19937 random(20'260'105);
  Load load(suite);
  for (int round = 0; round < Rounds() && !::testing::Test::HasFailure(); ++round) {
    absl::SleepFor(absl::Milliseconds(std::uniform_int_distribution<int>(20, 500)(random)));
    ASSERT_TRUE(suite.running()) << "it ended by itself:\n" << suite.Output();
    const absl::Time killed = absl::Now();
    suite.Kill();
    suite.Start();
    load.Pause();
    const absl::Time answered = absl::Now();
    ASSERT_TRUE(load.failure().ok()) << "round " << round << ": " << load.failure();
    auditor.Audit(load.acknowledged());
    std::cout << "round " << round << ": all answered after " << answered - killed
              << ", audited after " << absl::Now() - answered << std::endl;
    load.Resume();
  }
  load.Pause();
  const Acknowledged acknowledged = load.acknowledged();
  auditor.AuditAll(acknowledged);
  auditor.AuditCount(acknowledged.onboardings.size());
  EXPECT_GT(Mutations(acknowledged), 50 * Rounds()) << "there was hardly any load";
  EXPECT_GT(acknowledged.direct_events, 1000);
  ::testing::Test::RecordProperty("onboardings", static_cast<int>(acknowledged.onboardings.size()));
  std::cout << acknowledged.onboardings.size() << " on-boardings and " << acknowledged.direct_events
            << " events over " << Rounds() << " kills\n";
}

TEST(Kill, NothingIsLostAndNothingIsTwiceOnSqlite) { KillAgainAndAgain(""); }

TEST(Kill, NothingIsLostAndNothingIsTwiceOnPostgresql) {
  auto server = testing::PostgresServer::Start();
  ASSERT_TRUE(server.ok()) << server.status();
  KillAgainAndAgain((*server)->url());
}

}  // namespace
}  // namespace plumbline::fault
