// SPDX-License-Identifier: Apache-2.0
#ifndef PLUMBLINE_TESTS_FAULT_LOAD_H_
#define PLUMBLINE_TESTS_FAULT_LOAD_H_

#include <atomic>
#include <map>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/synchronization/mutex.h"
#include "clients/cli/session.h"
#include "plumbline/analytics/v1/analytics_service.pb.h"
#include "plumbline/onboarding/v1/onboarding_service.pb.h"
#include "tests/fault/mortal_suite.h"

namespace plumbline::fault {

namespace ob = onboarding::v1;
namespace an = analytics::v1;

inline constexpr char kDirectLog[] = "workspaces/default/eventLogs/direct";
inline constexpr int kWorkers = 6;

using Kind = ob::HistoryEntry::Kind;

// What was acknowledged of one on-boarding.
struct Deeds {
  std::set<std::string> completed;  // tasks
  std::map<Kind, int> told;         // the other things, how often
  bool over = false;                // nothing more will be done with it
};

// What was acknowledged.
struct Acknowledged {
  std::map<std::string, Deeds> onboardings;
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
      if (n % 3 == 1 && !Act([&] { return AddToPlan(id); })) return;
      std::vector<std::string> ready;
      for (const auto& task : started.tasks()) {
        if (task.state() == ob::Task::STATE_READY) ready.push_back(task.name());
      }
      for (size_t i = 0; i < ready.size() && i < 4; ++i) {
        const std::string task = ready[i];
        if (!Act([&] { return TalkAbout(id, task, (n + static_cast<int>(i)) % 4); })) return;
        ob::CompleteTaskResponse done;
        if (!Act([&] { return Complete(id, task, &done); })) return;
        for (const auto& next : done.ready_tasks()) ready.push_back(next.name());
      }
      if (n % 3 == 0 && !Act([&] { return Rest(id); })) return;
      absl::MutexLock lock(&mutex_);
      acknowledged_.onboardings[id].over = true;
    }
  }

  // One more mutation, of the kind of which one more entry of the history is then there.
  template <typename Response, typename Request>
  absl::Status Tell(const std::string& id, Kind kind, const char* method, Request request) {
    request.set_request_id(absl::StrCat(method, "-", request.name()));
    Response response;
    const absl::Status status = suite_.Insist(cli::kOnboarding, method, request, &response);
    if (status.ok()) {
      absl::MutexLock lock(&mutex_);
      ++acknowledged_.onboardings[id].told[kind];
    }
    return status;
  }

  // What people do with a task before they complete it.
  absl::Status TalkAbout(const std::string& id, const std::string& task, int what) {
    if (what == 0) {
      ob::ClaimTaskRequest request;
      request.set_name(task);
      request.set_take_over(true);
      return Tell<ob::ClaimTaskResponse>(id, ob::HistoryEntry::KIND_TASK_CLAIMED, "ClaimTask",
                                         request);
    }
    if (what == 1) {
      ob::CommentTaskRequest request;
      request.set_name(task);
      request.set_text("nearly there");
      return Tell<ob::CommentTaskResponse>(id, ob::HistoryEntry::KIND_TASK_COMMENTED, "CommentTask",
                                           request);
    }
    if (what == 2) {
      ob::BlockTaskRequest block;
      block.set_name(task);
      block.mutable_impediment()->set_category(ob::Impediment::CATEGORY_ACCESS);
      block.mutable_impediment()->set_description("no licence");
      const absl::Status blocked =
          Tell<ob::BlockTaskResponse>(id, ob::HistoryEntry::KIND_BLOCKED, "BlockTask", block);
      if (!blocked.ok()) return blocked;
      ob::UnblockTaskRequest unblock;
      unblock.set_name(task);
      unblock.set_resolution("bought one");
      return Tell<ob::UnblockTaskResponse>(id, ob::HistoryEntry::KIND_UNBLOCKED, "UnblockTask",
                                           unblock);
    }
    ob::StartTaskRequest request;
    request.set_name(task);
    return Tell<ob::StartTaskResponse>(id, ob::HistoryEntry::KIND_TASK_STARTED, "StartTask",
                                       request);
  }

  // Gives it a plan of its own.
  absl::Status AddToPlan(const std::string& id) {
    ob::AddTaskRequest request;
    request.set_parent(absl::StrCat(kParent, "/onboardings/", id));
    request.set_task_id("visit");
    request.set_title("Visit a customer");
    request.mutable_step()->set_role("rep");
    request.set_reason("sells to hospitals");
    request.set_request_id(absl::StrCat("add-", id));
    ob::AddTaskResponse response;
    const absl::Status status = suite_.Insist(cli::kOnboarding, "AddTask", request, &response);
    if (status.ok()) {
      absl::MutexLock lock(&mutex_);
      ++acknowledged_.onboardings[id].told[ob::HistoryEntry::KIND_TASK_ADDED];
    }
    return status;
  }

  absl::Status Rest(const std::string& id) {
    const std::string name = absl::StrCat(kParent, "/onboardings/", id);
    ob::PauseOnboardingRequest pause;
    pause.set_name(name);
    pause.set_reason("a break");
    const absl::Status paused = Tell<ob::PauseOnboardingResponse>(id, ob::HistoryEntry::KIND_PAUSED,
                                                                  "PauseOnboarding", pause);
    if (!paused.ok()) return paused;
    ob::ResumeOnboardingRequest resume;
    resume.set_name(name);
    resume.set_reason("it goes on");
    return Tell<ob::ResumeOnboardingResponse>(id, ob::HistoryEntry::KIND_RESUMED,
                                              "ResumeOnboarding", resume);
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
      acknowledged_.onboardings[id];
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
      acknowledged_.onboardings[id].completed.insert(task.substr(task.rfind('/') + 1));
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

}  // namespace plumbline::fault

#endif  // PLUMBLINE_TESTS_FAULT_LOAD_H_
