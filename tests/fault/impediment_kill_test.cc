// SPDX-License-Identifier: Apache-2.0
//
// An impediment of many on-boardings is written in one place and carried into each of them. The
// suite is killed with SIGKILL at random moments while that is under way, again and again: in the
// end every task is blocked, or goes on, and each was told once.
#include <cstdlib>
#include <random>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "clients/cli/apply_plan.h"
#include "clients/cli/session.h"
#include "common/base/clock.h"
#include "gtest/gtest.h"
#include "plumbline/onboarding/v1/impediment_service.pb.h"
#include "plumbline/onboarding/v1/onboarding_service.pb.h"
#include "tests/fault/mortal_suite.h"
#include "tests/support/postgres_server.h"

namespace plumbline::fault {
namespace {

namespace ob = onboarding::v1;

constexpr int kOnboardings = 60;

class Killer {
 public:
  explicit Killer(const std::string& database_url) : suite_(database_url) {}

  void Prepare() {
    suite_.Start();
    const absl::Status published = PublishProcesses(suite_);
    ASSERT_TRUE(published.ok()) << published << suite_.Output();
    for (int i = 0; i < kOnboardings; ++i) ASSERT_NO_FATAL_FAILURE(StartOne(i));
  }

  // One impediment from its opening to its end, with a kill in each.
  void Round(int round, std::mt19937& random) {
    const std::string id = absl::StrCat("r", round);
    ob::OpenImpedimentRequest open;
    open.set_parent(kParent);
    open.set_impediment_id(id);
    open.mutable_impediment()->set_category(ob::Impediment::CATEGORY_ACCESS);
    open.mutable_impediment()->set_description("no badges");
    for (const std::string& task : tasks_) open.add_tasks(task);
    open.set_request_id("open-" + id);
    ob::OpenImpedimentResponse opened;
    KillWhile("OpenImpediment", open, &opened, random);
    EXPECT_EQ(Settled(id).open_task_count(), kOnboardings) << id;
    ob::ResolveImpedimentRequest resolve;
    resolve.set_name(absl::StrCat(kParent, "/impediments/", id));
    resolve.set_resolution("here they are");
    resolve.set_request_id("resolve-" + id);
    ob::ResolveImpedimentResponse resolved;
    KillWhile("ResolveImpediment", resolve, &resolved, random);
    EXPECT_EQ(Settled(id).open_task_count(), 0) << id;
  }

  // Every on-boarding was told of each of `rounds` impediments and of its end, once.
  void Audit(int rounds) {
    for (int i = 0; i < kOnboardings; ++i) {
      ob::ListHistoryRequest request;
      request.set_parent(absl::StrCat(kParent, "/onboardings/o", i));
      request.set_page_size(500);
      ob::ListHistoryResponse response;
      ASSERT_TRUE(suite_.Insist(cli::kOnboarding, "ListHistory", request, &response).ok());
      int blocked = 0, unblocked = 0;
      for (const ob::HistoryEntry& entry : response.entries()) {
        blocked += entry.kind() == ob::HistoryEntry::KIND_BLOCKED;
        unblocked += entry.kind() == ob::HistoryEntry::KIND_UNBLOCKED;
      }
      EXPECT_EQ(blocked, rounds) << request.parent();
      EXPECT_EQ(unblocked, rounds) << request.parent();
    }
  }

 private:
  void StartOne(int number) {
    ob::StartOnboardingRequest request;
    request.set_parent(kParent);
    request.set_onboarding_id(absl::StrCat("o", number));
    request.mutable_onboarding()->set_process(
        absl::StrCat(kParent, "/processes/sales-rep-onboarding"));
    request.mutable_onboarding()->set_person("ada@example.com");
    request.mutable_onboarding()->set_day_one("2026-01-05");
    ob::StartOnboardingResponse response;
    const absl::Status status =
        suite_.Insist(cli::kOnboarding, "StartOnboarding", request, &response);
    ASSERT_TRUE(status.ok()) << status;
    for (const ob::Task& task : response.tasks()) {
      if (task.state() != ob::Task::STATE_READY) continue;
      tasks_.push_back(task.name());
      return;
    }
    FAIL() << "nothing is ready";
  }

  template <typename Request, typename Response>
  void KillWhile(const char* method, const Request& request, Response* response,
                 std::mt19937& random) {
    absl::Status status;
    std::thread caller(
        [&] { status = suite_.Insist(cli::kImpediments, method, request, response); });
    absl::SleepFor(absl::Microseconds(std::uniform_int_distribution<int>(500, 60'000)(random)));
    suite_.Kill();
    suite_.Start();
    caller.join();
    EXPECT_TRUE(status.ok()) << method << ": " << status;
  }

  // The impediment once all on-boardings follow it.
  ob::ImpedimentRecord Settled(const std::string& id) {
    ob::GetImpedimentRequest request;
    request.set_name(absl::StrCat(kParent, "/impediments/", id));
    ob::GetImpedimentResponse response;
    const absl::Time patience = absl::Now() + absl::Seconds(60);
    do {
      const absl::Status status =
          suite_.Insist(cli::kImpediments, "GetImpediment", request, &response);
      EXPECT_TRUE(status.ok()) << status;
      if (!status.ok() || !response.impediment().pending()) return response.impediment();
      absl::SleepFor(absl::Milliseconds(10));
    } while (absl::Now() < patience);
    ADD_FAILURE() << id << " is still pending";
    return response.impediment();
  }

  MortalSuite suite_;
  std::vector<std::string> tasks_;
};

void KillAgainAndAgain(const std::string& database_url) {
  Killer killer(database_url);
  ASSERT_NO_FATAL_FAILURE(killer.Prepare());
  std::mt19937 random(20'261'126);
  // Half of the kills while tasks are blocked, half while they are woken.
  const int rounds = Rounds() / 2;
  for (int round = 0; round < rounds && !::testing::Test::HasFailure(); ++round)
    killer.Round(round, random);
  killer.Audit(rounds);
}

TEST(ImpedimentKill, NothingIsHalfDoneOnSqlite) { KillAgainAndAgain(""); }

TEST(ImpedimentKill, NothingIsHalfDoneOnPostgresql) {
  auto server = testing::PostgresServer::Start();
  ASSERT_TRUE(server.ok()) << server.status();
  KillAgainAndAgain((*server)->url());
}

}  // namespace
}  // namespace plumbline::fault
