// SPDX-License-Identifier: Apache-2.0
//
// ListHistory on both engines: its order and pages, and what it says of every kind of change.
#include <atomic>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/rpc/page_token.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/onboarding/runs/store_testing.h"
#include "services/onboarding/testing/service.h"

namespace plumbline::onboarding::testing {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr char kAda[] = "workspaces/acme/onboardings/ada";

std::string AdaTask(absl::string_view task) { return absl::StrCat(kAda, "/tasks/", task); }

class HistoryTest : public ::testing::TestWithParam<bool> {
 protected:
  void SetUp() override {
    static std::atomic<int> next{0};
    const std::string url = GetParam() ? SharedPostgres().url() : "sqlite::memory:";
    auto opened = sql::Open(url, {.schema = absl::StrCat("histories_", next++)});
    ASSERT_TRUE(opened.ok()) << opened.status();
    database_ = *std::move(opened);
    service_ = std::make_unique<TestOnboarding>(database_.get());
    const auto started = service_->Start("ada");
    ASSERT_TRUE(started.ok()) << started.status();
  }

  absl::StatusOr<v1::ListHistoryResponse> List(const std::string& order, int size,
                                               const std::string& token = "") {
    v1::ListHistoryRequest request;
    request.set_parent(kAda);
    request.set_order_by(order);
    request.set_page_size(size);
    request.set_page_token(token);
    return service_->Call<v1::ListHistoryResponse>("ListHistory", request);
  }

  // The numbers of all entries, page by page.
  std::vector<int64_t> Numbers(const std::string& order, int size) {
    std::vector<int64_t> numbers;
    std::string token;
    do {
      const auto page = List(order, size, token);
      EXPECT_TRUE(page.ok()) << page.status();
      if (!page.ok()) break;
      EXPECT_LE(page->entries_size(), size);
      for (const v1::HistoryEntry& entry : page->entries()) numbers.push_back(entry.sequence());
      token = page->next_page_token();
    } while (!token.empty());
    return numbers;
  }

  // "assignee: it@example.com -> bob" of the last entry of a kind.
  std::vector<std::string> Told(v1::HistoryEntry::Kind kind) {
    const auto page = List("sequence desc", 100);
    EXPECT_TRUE(page.ok()) << page.status();
    std::vector<std::string> texts;
    for (const v1::HistoryEntry& entry : page->entries()) {
      if (entry.kind() != kind) continue;
      for (const v1::FieldChange& change : entry.changes())
        texts.push_back(
            absl::StrCat(change.field(), ": ", change.old_value(), " -> ", change.new_value()));
      return texts;
    }
    return {"there is no such entry"};
  }

  template <typename Response, typename Request>
  void Do(const char* method, const Request& request) {
    const auto done = service_->Call<Response>(method, request);
    ASSERT_TRUE(done.ok()) << method << ": " << done.status();
  }

  std::unique_ptr<sql::Database> database_;
  std::unique_ptr<TestOnboarding> service_;
};

TEST_P(HistoryTest, BeginsWhereItIsAskedTo) {
  ASSERT_TRUE(service_->Complete("ada", "paperwork").ok());
  const std::vector<int64_t> forward = Numbers("", 2);
  ASSERT_GT(forward.size(), 4u);
  for (size_t i = 0; i < forward.size(); ++i) EXPECT_EQ(forward[i], static_cast<int64_t>(i) + 1);
  EXPECT_EQ(Numbers("sequence", 3), forward);
  EXPECT_EQ(Numbers("sequence desc", 2), std::vector<int64_t>(forward.rbegin(), forward.rend()));
  EXPECT_EQ(Numbers("sequence desc", 100).size(), forward.size());
}

TEST_P(HistoryTest, RefusesAnOrderThatThereIsNotAndATokenOfAnother) {
  const auto unknown = List("actor", 10);
  EXPECT_EQ(ReasonText(unknown), "FIELD_INVALID");
  EXPECT_THAT(std::string(unknown.status().message()), HasSubstr("order_by"));
  ASSERT_TRUE(service_->Complete("ada", "paperwork").ok());
  const auto first = List("", 1);
  ASSERT_TRUE(first.ok()) << first.status();
  EXPECT_EQ(ReasonText(List("sequence desc", 1, first->next_page_token())), "PAGE_TOKEN_INVALID");
}

// A list that could not be ordered made tokens otherwise.
TEST_P(HistoryTest, RefusesATokenOfAnOlderReleaseAndSaysWhatToDo) {
  const std::string old = rpc::EncodePageToken("ListHistory", absl::StrCat(kAda, "\n"), "1");
  const auto refused = List("", 1, old);
  EXPECT_EQ(ReasonText(refused), "PAGE_TOKEN_INVALID");
  EXPECT_THAT(
      std::string(refused.status().message()),
      AllOf(HasSubstr("an older release made it"), HasSubstr("start again without page_token")));
}

TEST_P(HistoryTest, AStartSaysWhoDoesWhat) {
  EXPECT_THAT(Told(v1::HistoryEntry::KIND_STARTED), Contains("assignees.it:  -> it@example.com"));
}

TEST_P(HistoryTest, SaysWhoHadATaskBefore) {
  ASSERT_TRUE(service_->Complete("ada", "paperwork").ok());
  v1::AssignTaskRequest assign;
  assign.set_name(AdaTask("laptop"));
  assign.set_assignee("bob");
  assign.set_reason("knows it");
  Do<v1::AssignTaskResponse>("AssignTask", assign);
  EXPECT_THAT(Told(v1::HistoryEntry::KIND_TASK_ASSIGNED),
              ElementsAre("assignee: it@example.com -> bob"));
  v1::DelegateTaskRequest delegate;
  delegate.set_name(AdaTask("laptop"));
  delegate.set_delegate("cem");
  Do<v1::DelegateTaskResponse>("DelegateTask", delegate);
  EXPECT_THAT(Told(v1::HistoryEntry::KIND_TASK_DELEGATED),
              ElementsAre("assignee: bob -> cem", "owner:  -> bob"));
  v1::ReleaseTaskRequest release;
  release.set_name(AdaTask("laptop"));
  Do<v1::ReleaseTaskResponse>("ReleaseTask", release);
  EXPECT_THAT(Told(v1::HistoryEntry::KIND_TASK_RELEASED),
              ElementsAre("assignee: cem -> bob", "owner: bob -> "));
}

TEST_P(HistoryTest, SaysWhatAStepThatIsLeftOutWas) {
  v1::StartTaskRequest start;
  start.set_name(AdaTask("paperwork"));
  Do<v1::StartTaskResponse>("StartTask", start);
  v1::SkipTaskRequest skip;
  skip.set_name(AdaTask("paperwork"));
  skip.set_reason("has signed");
  Do<v1::SkipTaskResponse>("SkipTask", skip);
  EXPECT_THAT(Told(v1::HistoryEntry::KIND_TASK_SKIPPED),
              ElementsAre("state: IN_PROGRESS -> SKIPPED"));
}

TEST_P(HistoryTest, SaysWhereAStepStoodAndStands) {
  v1::MoveTaskRequest move;
  move.set_name(AdaTask("accounts"));
  move.mutable_place()->set_before("paperwork");
  move.set_reason("first things first");
  Do<v1::MoveTaskResponse>("MoveTask", move);
  EXPECT_THAT(Told(v1::HistoryEntry::KIND_TASK_MOVED),
              Contains("place: beside laptop -> before paperwork"));
  v1::AddTaskRequest add;
  add.set_parent(kAda);
  add.set_task_id("visit");
  add.set_title("Visit");
  add.mutable_step()->set_role("sales");
  add.mutable_place()->set_after("paperwork");
  add.set_reason("sells to hospitals");
  Do<v1::AddTaskResponse>("AddTask", add);
  EXPECT_THAT(Told(v1::HistoryEntry::KIND_TASK_ADDED), Contains("place:  -> after paperwork"));
}

TEST_P(HistoryTest, SaysWhatDayOneAndTheTargetWere) {
  v1::RescheduleOnboardingRequest request;
  request.set_name(kAda);
  request.set_day_one("2031-04-07");
  request.set_reason("visa");
  const auto before = service_->Call<v1::GetOnboardingResponse>("GetOnboarding", [] {
    v1::GetOnboardingRequest get;
    get.set_name(kAda);
    return get;
  }());
  ASSERT_TRUE(before.ok());
  Do<v1::RescheduleOnboardingResponse>("RescheduleOnboarding", request);
  const std::vector<std::string> told = Told(v1::HistoryEntry::KIND_REPLANNED);
  EXPECT_THAT(
      told, Contains(absl::StrCat("day_one: ", before->onboarding().day_one(), " -> 2031-04-07")));
  EXPECT_THAT(told, Contains(HasSubstr("target_time: 20")));
}

TEST_P(HistoryTest, SaysWhatAnImpedimentWas) {
  v1::BlockTaskRequest block;
  block.set_name(AdaTask("paperwork"));
  block.mutable_impediment()->set_category(v1::Impediment::CATEGORY_ACCESS);
  block.mutable_impediment()->set_description("no key");
  Do<v1::BlockTaskResponse>("BlockTask", block);
  v1::UnblockTaskRequest unblock;
  unblock.set_name(block.name());
  unblock.set_resolution("found");
  Do<v1::UnblockTaskResponse>("UnblockTask", unblock);
  EXPECT_THAT(Told(v1::HistoryEntry::KIND_UNBLOCKED), ElementsAre());
}

// Entries that a release before this one wrote: their rows have no changes.
TEST_P(HistoryTest, ReadsWhatOlderReleasesStored) {
  ASSERT_TRUE(service_->Complete("ada", "paperwork").ok());
  const base::CallContext context;
  ASSERT_TRUE(database_
                  ->Write(context,
                          [](sql::Transaction& tx) -> absl::Status {
                            auto rows = tx.Query("SELECT sequence, body FROM history");
                            if (!rows.ok()) return rows.status();
                            for (size_t i = 0; i < rows->size(); ++i) {
                              v1::HistoryEntry entry;
                              EXPECT_TRUE(entry.ParseFromString(rows->Text(i, 1)));
                              entry.clear_changes();
                              const std::string body = entry.SerializeAsString();
                              auto done = tx.Execute(
                                  "UPDATE history SET body = :body WHERE sequence = :sequence",
                                  {{"body", sql::Bytes{body}}, {"sequence", rows->Int(i, 0)}});
                              if (!done.ok()) return done.status();
                            }
                            return absl::OkStatus();
                          })
                  .ok());
  EXPECT_THAT(Told(v1::HistoryEntry::KIND_TASK_COMPLETED), ElementsAre());
  EXPECT_THAT(Told(v1::HistoryEntry::KIND_TASK_READY), ElementsAre("state: PENDING -> READY"));
  v1::ReopenTaskRequest reopen;
  reopen.set_name(AdaTask("paperwork"));
  reopen.set_reason("a mistake");
  Do<v1::ReopenTaskResponse>("ReopenTask", reopen);
  EXPECT_THAT(Told(v1::HistoryEntry::KIND_TASK_REOPENED), Contains("state: DONE -> READY"));
}

INSTANTIATE_TEST_SUITE_P(Engines, HistoryTest, ::testing::Bool(),
                         [](const auto& test) { return test.param ? "Postgres" : "Sqlite"; });

}  // namespace
}  // namespace plumbline::onboarding::testing
