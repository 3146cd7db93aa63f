// SPDX-License-Identifier: Apache-2.0
//
// A row of a work queue is read without the other tasks of its on-boarding, and says what GetTask
// says, whatever a task is at.
#include <map>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "google/protobuf/util/message_differencer.h"
#include "gtest/gtest.h"
#include "services/onboarding/testing/calendar.h"
#include "services/onboarding/testing/engine.h"
#include "services/onboarding/testing/service.h"

namespace plumbline::onboarding::testing {
namespace {

class QueueTest : public ::testing::Test {
 protected:
  QueueTest() {
    for (const auto& process : {Offer(), Price(), testing::Setup()})
      service_.catalog().Publish(process);
    service_.catalog().Publish(Berlin());
    service_.catalog().Publish(Germany());
  }

  static std::string Name(const std::string& task) {
    const size_t slash = task.find('/');
    return absl::StrCat("workspaces/acme/onboardings/", task.substr(0, slash), "/tasks/",
                        task.substr(slash + 1));
  }

  // Calls a method about a task, "ada/laptop".
  template <typename Response, typename Request>
  void Do(absl::string_view method, const std::string& task, Request request = {}) {
    request.set_name(Name(task));
    const auto done = service_.Call<Response>(method, request);
    EXPECT_TRUE(done.ok()) << method << " " << task << ": " << done.status();
  }
  void Complete(const std::string& task, const std::map<std::string, std::string>& outputs = {}) {
    v1::CompleteTaskRequest request;
    request.set_tick_all(true);
    request.mutable_outputs()->insert(outputs.begin(), outputs.end());
    Do<v1::CompleteTaskResponse>("CompleteTask", task, request);
  }
  void StartWithCalendar(const std::string& id) {
    v1::StartOnboardingRequest request = TestOnboarding::StartRequest(id);
    request.mutable_onboarding()->set_calendar("calendars/berlin");
    const auto started = service_.Call<v1::StartOnboardingResponse>("StartOnboarding", request);
    EXPECT_TRUE(started.ok()) << started.status();
  }
  void AddTask(const std::string& onboarding) {
    v1::AddTaskRequest request;
    request.set_parent(absl::StrCat("workspaces/acme/onboardings/", onboarding));
    request.set_task_id("lunch");
    request.set_title("Lunch");
    request.mutable_step()->set_role("manager");
    request.mutable_place()->set_beside("laptop");
    request.set_reason("everybody is hungry");
    const auto added = service_.Call<v1::AddTaskResponse>("AddTask", request);
    EXPECT_TRUE(added.ok()) << added.status();
  }
  void Pause(const std::string& onboarding) {
    v1::PauseOnboardingRequest request;
    request.set_name(absl::StrCat("workspaces/acme/onboardings/", onboarding));
    request.set_reason("holidays");
    const auto paused = service_.Call<v1::PauseOnboardingResponse>("PauseOnboarding", request);
    EXPECT_TRUE(paused.ok()) << paused.status();
  }
  void Block(const std::string& task) {
    v1::BlockTaskRequest request;
    request.mutable_impediment()->set_category(v1::Impediment::CATEGORY_ACCESS);
    request.mutable_impediment()->set_description("no account");
    Do<v1::BlockTaskResponse>("BlockTask", task, request);
  }
  void Skip(const std::string& task) {
    v1::SkipTaskRequest request;
    request.set_reason("not needed");
    Do<v1::SkipTaskResponse>("SkipTask", task, request);
  }

  // On-boardings with tasks in all the states that a queue may show.
  void FillQueue() {
    for (const char* id : {"ada", "ben", "cyn", "hal"}) ASSERT_TRUE(service_.Start(id).ok());
    StartWithCalendar("ida");
    for (const char* id : {"ada", "cyn", "hal", "ida"}) Complete(absl::StrCat(id, "/paperwork"));
    Do<v1::StartTaskResponse>("StartTask", "ada/laptop", v1::StartTaskRequest());
    for (const char* task : {"ada/accounts", "ben/paperwork", "ida/laptop"}) Block(task);
    Pause("ben");
    AddTask("hal");
    v1::DelegateTaskRequest delegate;
    delegate.set_delegate("eve@example.com");
    Do<v1::DelegateTaskResponse>("DelegateTask", "cyn/laptop", delegate);
    ASSERT_TRUE(service_.Start("dan", "offer@1").ok());
    Complete("dan/propose", {{"discount", "10"}});
    ASSERT_TRUE(service_.Start("fay", "setup@1").ok());
    Complete("fay/order");
    Block("fay/crm");
  }

  // The queue of everybody, in pages.
  std::vector<v1::Task> Queue() {
    std::vector<v1::Task> rows;
    v1::ListTasksRequest request;
    request.set_parent("workspaces/acme/onboardings/-");
    request.set_order_by("due_time");
    request.set_page_size(3);
    do {
      const auto page = service_.Call<v1::ListTasksResponse>("ListTasks", request);
      EXPECT_TRUE(page.ok()) << page.status();
      if (!page.ok()) return rows;
      rows.insert(rows.end(), page->tasks().begin(), page->tasks().end());
      request.set_page_token(page->next_page_token());
    } while (!request.page_token().empty());
    return rows;
  }

  TestOnboarding service_;
};

TEST_F(QueueTest, ARowSaysWhatGetTaskSays) {
  FillQueue();
  service_.clock().Advance(absl::Hours(75));
  std::set<v1::Task::State> states;
  int automated = 0, blocked = 0, delegated = 0, at_risk = 0;
  const std::vector<v1::Task> rows = Queue();
  EXPECT_GE(rows.size(), 12u);
  for (const v1::Task& row : rows) {
    v1::GetTaskRequest request;
    request.set_name(row.name());
    const auto alone = service_.Call<v1::GetTaskResponse>("GetTask", request);
    ASSERT_TRUE(alone.ok()) << alone.status();
    EXPECT_TRUE(google::protobuf::util::MessageDifferencer::Equals(row, alone->task()))
        << row.DebugString() << alone->task().DebugString();
    states.insert(row.state());
    automated += row.has_automation();
    blocked += row.open_impediments_size();
    delegated += !row.owner().empty();
    at_risk += row.at_risk();
  }
  EXPECT_EQ(states, (std::set<v1::Task::State>{v1::Task::STATE_READY, v1::Task::STATE_IN_PROGRESS,
                                               v1::Task::STATE_AWAITING_VERIFICATION}));
  EXPECT_EQ(automated, 2);
  EXPECT_EQ(blocked, 4);
  EXPECT_EQ(delegated, 1);
  EXPECT_GT(at_risk, 0);
}

TEST_F(QueueTest, AListThatNoIndexKnowsGivesEachTaskOnceWhateverItsPages) {
  FillQueue();
  const auto names = [&](int page_size) {
    std::vector<std::string> found;
    v1::ListTasksRequest request;
    request.set_parent("workspaces/acme/onboardings/-");
    request.set_page_size(page_size);
    do {
      const auto page = service_.Call<v1::ListTasksResponse>("ListTasks", request);
      EXPECT_TRUE(page.ok()) << page.status();
      if (!page.ok()) return found;
      for (const v1::Task& task : page->tasks()) found.push_back(task.name());
      request.set_page_token(page->next_page_token());
    } while (!request.page_token().empty());
    return found;
  };
  const std::vector<std::string> all = names(500);
  EXPECT_EQ(std::set<std::string>(all.begin(), all.end()).size(), all.size());
  EXPECT_GT(all.size(), 50u);
  for (const int size : {1, 7, 20}) EXPECT_EQ(names(size), all);
}

}  // namespace
}  // namespace plumbline::onboarding::testing
