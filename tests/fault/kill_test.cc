// SPDX-License-Identifier: Apache-2.0
//
// The promise "an answer means: on disk, once", tested the hard way: the suite is killed with
// SIGKILL at random moments under load, again and again. After each restart every acknowledged
// write is there once, and every entry of the history has reached analytics once.
#include <atomic>
#include <cstdlib>
#include <map>
#include <random>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/clock.h"
#include "clients/cli/apply_plan.h"
#include "clients/cli/session.h"
#include "common/base/clock.h"
#include "common/rpc/channel.h"
#include "gtest/gtest.h"
#include "plumbline/analytics/v1/analytics_service.pb.h"
#include "plumbline/onboarding/v1/onboarding_service.pb.h"
#include "tests/support/files.h"
#include "tests/support/postgres_server.h"
#include "tests/support/process.h"

namespace plumbline {
namespace {

namespace ob = onboarding::v1;
namespace an = analytics::v1;

constexpr int kWorkers = 6;
constexpr char kParent[] = "workspaces/default";
constexpr char kLog[] = "workspaces/default/eventLogs/sales-rep-onboarding";
constexpr char kDirectLog[] = "workspaces/default/eventLogs/direct";

// Kills of each engine.
int Rounds() {
  const char* kills = std::getenv("PLUMBLINE_KILLS");
  if (kills != nullptr) return std::atoi(kills);
  return std::getenv("PLUMBLINE_NIGHTLY") != nullptr ? 150 : 10;
}

// A suite that dies and comes back at the same address.
class MortalSuite {
 public:
  explicit MortalSuite(std::string database_url)
      : database_url_(std::move(database_url)), port_(testing::FreePort()) {
    auto channel = rpc::NewRemoteChannel({.address = address()});
    channel_ = *std::move(channel);
  }

  std::string address() const { return absl::StrCat("127.0.0.1:", port_); }
  rpc::Channel& channel() { return *channel_; }

  void Start() {
    const char* bin = std::getenv("PLUMBLINE_BIN_DIR");
    testing::ProcessOptions options;
    options.args = {absl::StrCat(bin == nullptr ? "build/dev/bin" : bin, "/plumbline-suite"),
                    absl::StrCat("--server.listen_address=", address()),
                    "--server.admin_address=127.0.0.1:0",
                    absl::StrCat("--data_directory=", folder_.path())};
    if (!database_url_.empty())
      options.args.push_back(absl::StrCat("--database_url=", database_url_));
    process_ = testing::Process::Start(options);
  }
  void Kill() { process_->Kill(); }
  std::string Output() const { return process_->Output(); }
  bool running() const { return process_->running(); }

  // One attempt.
  absl::Status Try(const char* service, const char* method,
                   const google::protobuf::Message& request, google::protobuf::Message* response) {
    rpc::CallContext context;
    context.deadline = absl::Now() + absl::Seconds(5);
    return channel_->Call(context, absl::StrCat(service, method), request, response);
  }

  // Repeats the very same request until it is answered; only what a dying server may say is
  // repeated.
  absl::Status Insist(const char* service, const char* method,
                      const google::protobuf::Message& request,
                      google::protobuf::Message* response) {
    const absl::Time patience = absl::Now() + absl::Seconds(60);
    for (;;) {
      const absl::Status status = Try(service, method, request, response);
      const bool again = absl::IsUnavailable(status) || absl::IsDeadlineExceeded(status) ||
                         absl::IsCancelled(status) || absl::IsResourceExhausted(status);
      if (!again || absl::Now() > patience) return status;
      absl::SleepFor(absl::Milliseconds(5));
    }
  }

 private:
  const std::string database_url_;
  const int port_;
  testing::TempDir folder_;
  std::unique_ptr<rpc::Channel> channel_;
  std::unique_ptr<testing::Process> process_;
};

// What was acknowledged.
struct Acknowledged {
  std::map<std::string, std::set<std::string>> completed;  // on-boarding -> tasks
  int64_t direct_events = 0;
};

// Clients that never stop asking, and that can be paused.
class Load {
 public:
  explicit Load(MortalSuite& suite) : suite_(suite) {
    for (int w = 0; w < kWorkers; ++w) threads_.emplace_back([this, w] { Work(w); });
    threads_.emplace_back([this] { Produce(); });
  }
  ~Load() {
    stop_ = true;
    Resume();
    for (std::thread& thread : threads_) thread.join();
  }

  // Returns when no call is under way.
  void Pause() {
    absl::MutexLock lock(&mutex_);
    paused_ = true;
    mutex_.Await(absl::Condition(
        +[](Load* load) { return load->busy_ == 0; }, this));
  }
  void Resume() {
    absl::MutexLock lock(&mutex_);
    paused_ = false;
  }
  Acknowledged acknowledged() {
    absl::MutexLock lock(&mutex_);
    return acknowledged_;
  }
  absl::Status failure() {
    absl::MutexLock lock(&mutex_);
    return failure_;
  }

 private:
  template <typename F>
  bool Act(F act) {
    {
      absl::MutexLock lock(&mutex_);
      mutex_.Await(absl::Condition(
          +[](Load* load) { return !load->paused_; }, this));
      if (stop_ || !failure_.ok()) return false;
      ++busy_;
    }
    const absl::Status status = act();
    absl::MutexLock lock(&mutex_);
    --busy_;
    if (!status.ok() && failure_.ok()) failure_ = status;
    return status.ok();
  }

  void Work(int worker) {
    for (int n = 0; !stop_; ++n) {
      const std::string id = absl::StrCat("k", worker, "-", n);
      ob::StartOnboardingResponse started;
      if (!Act([&] { return Start(id, &started); })) return;
      std::vector<std::string> ready;
      for (const auto& task : started.tasks()) {
        if (task.state() == ob::Task::STATE_READY) ready.push_back(task.name());
      }
      for (size_t i = 0; i < ready.size() && i < 4; ++i) {
        ob::CompleteTaskResponse done;
        if (!Act([&] { return Complete(id, ready[i], &done); })) return;
        for (const auto& task : done.ready_tasks()) ready.push_back(task.name());
      }
    }
  }

  absl::Status Start(const std::string& id, ob::StartOnboardingResponse* response) {
    ob::StartOnboardingRequest request;
    request.set_parent(kParent);
    request.set_onboarding_id(id);
    request.set_request_id(absl::StrCat("start-", id));
    request.mutable_onboarding()->set_process(
        absl::StrCat(kParent, "/processes/sales-rep-onboarding"));
    request.mutable_onboarding()->set_person("ada@example.com");
    request.mutable_onboarding()->set_day_one("2026-01-05");
    const absl::Status status =
        suite_.Insist(cli::kOnboarding, "StartOnboarding", request, response);
    if (status.ok()) {
      absl::MutexLock lock(&mutex_);
      acknowledged_.completed[id];
    }
    return status;
  }

  absl::Status Complete(const std::string& id, const std::string& task,
                        ob::CompleteTaskResponse* response) {
    ob::CompleteTaskRequest request;
    request.set_name(task);
    request.set_tick_all(true);
    request.set_request_id(absl::StrCat("done-", id, "-", task.substr(task.rfind('/') + 1)));
    const absl::Status status = suite_.Insist(cli::kOnboarding, "CompleteTask", request, response);
    if (status.ok()) {
      absl::MutexLock lock(&mutex_);
      acknowledged_.completed[id].insert(task.substr(task.rfind('/') + 1));
    }
    return status;
  }

  // A producer of its own beside the relay: batches that are repeated until they are answered.
  void Produce() {
    for (int64_t sequence = 1; !stop_;) {
      an::WriteEventsRequest request;
      request.set_name(kDirectLog);
      request.set_producer("kill-test");
      request.set_first_sequence(sequence);
      for (int i = 0; i < 20; ++i) {
        auto* event = request.add_events();
        event->set_case_id(absl::StrCat("case-", (sequence + i) / 50));
        event->set_activity(absl::StrCat("step-", (sequence + i) % 7));
        event->mutable_time()->set_seconds(1'700'000'000 + sequence + i);
      }
      if (!Act([&] { return Write(request, &sequence); })) return;
    }
  }

  absl::Status Write(const an::WriteEventsRequest& request, int64_t* sequence) {
    an::WriteEventsResponse response;
    const absl::Status status = suite_.Insist(cli::kAnalytics, "WriteEvents", request, &response);
    if (status.ok()) {
      *sequence = response.next_sequence();
      absl::MutexLock lock(&mutex_);
      acknowledged_.direct_events = *sequence - 1;
    }
    return status;
  }

  MortalSuite& suite_;
  std::atomic<bool> stop_{false};
  absl::Mutex mutex_;
  bool paused_ = false;
  int busy_ = 0;
  Acknowledged acknowledged_;
  absl::Status failure_;
  std::vector<std::thread> threads_;
};

// Compares what the suite holds with what it acknowledged.
class Auditor {
 public:
  explicit Auditor(MortalSuite& suite) : suite_(suite) {}

  // Every on-boarding that is new since the last audit, and the totals.
  void Audit(const Acknowledged& acknowledged) {
    for (const auto& [id, tasks] : acknowledged.completed) {
      if (closed_.count(id) > 0) continue;
      found_[id] = AuditOne(id, tasks);
      // One that has all the tasks it will get needs no second look.
      if (tasks.size() >= 4) closed_.insert(id);
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

  // The history has no gap, begins once, and completes each acknowledged task once.
  Found AuditOne(const std::string& id, const std::set<std::string>& tasks) {
    ob::ListHistoryRequest request;
    request.set_parent(absl::StrCat(kParent, "/onboardings/", id));
    request.set_page_size(1000);
    ob::ListHistoryResponse history;
    const absl::Status status = suite_.Insist(cli::kOnboarding, "ListHistory", request, &history);
    EXPECT_TRUE(status.ok()) << id << " was acknowledged: " << status;
    std::map<std::string, int> completed;
    Found found{.entries = history.entries_size(), .completed = {}};
    int started = 0;
    for (int i = 0; i < history.entries_size(); ++i) {
      const ob::HistoryEntry& entry = history.entries(i);
      EXPECT_EQ(entry.sequence(), i + 1) << id;
      started += entry.kind() == ob::HistoryEntry::KIND_STARTED;
      if (entry.kind() == ob::HistoryEntry::KIND_TASK_COMPLETED) {
        ++completed[entry.task()];
        ++found.completed[entry.title()];
      }
    }
    EXPECT_EQ(started, 1) << id;
    for (const std::string& task : tasks) EXPECT_EQ(completed[task], 1) << id << " " << task;
    EXPECT_EQ(completed.size(), tasks.size()) << id;
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
  std::set<std::string> closed_;
  std::map<std::string, Found> found_;
};

void Prepare(MortalSuite& suite) {
  base::SystemClock clock;
  std::ostringstream out, err;
  cli::GlobalOptions options;
  options.address = suite.address();
  cli::Session session(options, clock, {out}, err);
  absl::Status status;
  for (int i = 0; i < 600; ++i) {
    status = cli::ApplyFiles(session, {"processes"}, {.publish = true}).status();
    if (!absl::IsUnavailable(status)) break;
    absl::SleepFor(absl::Milliseconds(50));
  }
  ASSERT_TRUE(status.ok()) << status << suite.Output();
  an::CreateEventLogRequest request;
  request.set_parent(kParent);
  request.set_event_log_id("direct");
  an::CreateEventLogResponse response;
  ASSERT_TRUE(suite.Insist(cli::kAnalytics, "CreateEventLog", request, &response).ok());
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
  auditor.AuditCount(acknowledged.completed.size());
  EXPECT_GT(acknowledged.completed.size(), 100u) << "there was hardly any load";
  EXPECT_GT(acknowledged.direct_events, 1000);
  ::testing::Test::RecordProperty("onboardings", static_cast<int>(acknowledged.completed.size()));
  std::cout << acknowledged.completed.size() << " on-boardings and " << acknowledged.direct_events
            << " events over " << Rounds() << " kills\n";
}

TEST(Kill, NothingIsLostAndNothingIsTwiceOnSqlite) { KillAgainAndAgain(""); }

TEST(Kill, NothingIsLostAndNothingIsTwiceOnPostgresql) {
  auto server = testing::PostgresServer::Start();
  ASSERT_TRUE(server.ok()) << server.status();
  KillAgainAndAgain((*server)->url());
}

}  // namespace
}  // namespace plumbline
