// SPDX-License-Identifier: Apache-2.0
//
// The hub with streams that tests hold in their hands, and WatchHistory over the channel.
#include "services/onboarding/watch/watch.h"

#include <memory>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/onboarding/testing/engine.h"
#include "services/onboarding/testing/service.h"
#include "services/onboarding/watch/testing.h"

namespace plumbline::onboarding::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class WatchTest : public ::testing::Test {
 protected:
  std::shared_ptr<TestStream> Watch(const std::string& cursor = "", const std::string& id = "",
                                    const std::string& workspace = "acme",
                                    const std::string& filter = "") {
    auto stream = std::make_shared<TestStream>();
    absl::StatusOr<EntryFilter> compiled = EntryFilter::Create("filter", filter);
    EXPECT_TRUE(compiled.ok()) << compiled.status();
    absl::Status added = hub().Add({}, {workspace, id}, cursor, *compiled, stream);
    EXPECT_TRUE(added.ok()) << added;
    return stream;
  }
  std::shared_ptr<TestStream> WatchFor(const std::string& filter, const std::string& cursor = "") {
    return Watch(cursor, "", "acme", filter);
  }
  void Round() {
    while (true) {
      absl::StatusOr<bool> more = hub().RunOnce(service_.clock().Now());
      ASSERT_TRUE(more.ok()) << more.status();
      if (!*more) return;
    }
  }
  WatchHub& hub() { return service_.app().watch(); }

  TestOnboarding service_;
};

TEST_F(WatchTest, GivesWhatIsThereThenWhatComes) {
  ASSERT_TRUE(service_.Start("ada").ok());
  auto stream = Watch();
  Round();
  EXPECT_THAT(stream->Take(), ElementsAre("ada/1", "ada/2"));
  ASSERT_TRUE(service_.Complete("ada", "paperwork").ok());
  Round();
  EXPECT_THAT(stream->Take(), ElementsAre("ada/3", "ada/4", "ada/5"));
  Round();
  EXPECT_THAT(stream->Take(), IsEmpty());
}

TEST_F(WatchTest, NowSkipsWhatIsThereAndGreets) {
  ASSERT_TRUE(service_.Start("ada").ok());
  auto stream = Watch("now");
  Round();
  EXPECT_THAT(stream->Take(), IsEmpty());
  EXPECT_EQ(stream->messages(), 1u);
  ASSERT_TRUE(service_.Start("bob").ok());
  Round();
  EXPECT_THAT(stream->Take(), ElementsAre("bob/1", "bob/2"));
}

TEST_F(WatchTest, SeesOnlyItsParent) {
  ASSERT_TRUE(service_.Start("ada").ok());
  auto of_ada = Watch("", "ada");
  auto of_other = Watch("", "", "other");
  Round();
  ASSERT_TRUE(service_.Start("bob").ok());
  Round();
  EXPECT_THAT(of_ada->Take(), ElementsAre("ada/1", "ada/2"));
  EXPECT_THAT(of_other->Take(), IsEmpty());
}

// A watcher that goes away after every message and comes back with its cursor.
TEST_F(WatchTest, ResumesWithoutAGapOrARepetition) {
  std::vector<std::string> seen;
  std::string cursor;
  for (int i = 0; i < 8; ++i) {
    ASSERT_TRUE(service_.Start(absl::StrCat("a", i)).ok());
    auto stream = Watch(cursor);
    Round();
    ASSERT_TRUE(service_.Start(absl::StrCat("b", i)).ok());
    if (i % 2 == 0) Round();
    for (std::string& name : stream->Take()) seen.push_back(std::move(name));
    cursor = stream->cursor();
    stream->End();
  }
  auto last = Watch(cursor);
  Round();
  for (std::string& name : last->Take()) seen.push_back(std::move(name));
  std::vector<std::string> all;
  for (int i = 0; i < 8; ++i) {
    for (const char* kind : {"a", "b"}) {
      for (int entry : {1, 2}) all.push_back(absl::StrCat(kind, i, "/", entry));
    }
  }
  EXPECT_EQ(seen, all);
  EXPECT_EQ(hub().size(), 1u);
}

TEST_F(WatchTest, ASlowWatcherIsNotReadForUntilItHasTaken) {
  auto slow = Watch();
  Round();
  slow->Take();
  std::vector<std::string> all;
  for (int i = 0; i < 20; ++i) {
    ASSERT_TRUE(service_.Start(absl::StrCat("o", i)).ok());
    Round();
    for (int entry : {1, 2}) all.push_back(absl::StrCat("o", i, "/", entry));
  }
  EXPECT_EQ(slow->pending(), WatchHub::kMaxPending);
  std::vector<std::string> seen;
  for (int i = 0; i < 3; ++i) {
    for (std::string& name : slow->Take()) seen.push_back(std::move(name));
    Round();
  }
  EXPECT_EQ(seen, all);
}

TEST_F(WatchTest, ALongHistoryComesInPieces) {
  constexpr int kRuns = 600;  // 1,200 entries
  for (int i = 0; i < kRuns; ++i) ASSERT_TRUE(service_.Start(absl::StrCat("o", i), "pair@1").ok());
  auto stream = Watch();
  size_t seen = 0;
  for (int i = 0; i < 5; ++i) {
    Round();
    seen += stream->Take().size();
  }
  EXPECT_EQ(seen, 2u * kRuns);
  EXPECT_GE(stream->messages(), 3u);
}

TEST_F(WatchTest, MessagesStaySmallWhateverTheEntriesHold) {
  ASSERT_TRUE(service_.Start("ada").ok());
  v1::BlockTaskRequest block;
  block.set_name("workspaces/acme/onboardings/ada/tasks/paperwork");
  block.mutable_impediment()->set_category(v1::Impediment::CATEGORY_EQUIPMENT);
  std::string text;
  for (int i = 0; i < 2000; ++i) text += "\xf0\x9f\x9a\xa7";  // the longest that is allowed
  block.mutable_impediment()->set_description(text);
  auto level = Watch("now");
  Round();
  level->Take();
  constexpr size_t kBlocks = 300;  // 2.4 MB, and fewer than the entries of a message
  for (size_t i = 0; i < kBlocks; ++i) {
    const auto blocked = service_.Call<v1::BlockTaskResponse>("BlockTask", block);
    ASSERT_TRUE(blocked.ok()) << blocked.status();
  }
  auto behind = Watch();
  size_t of_behind = 0, of_level = 0;
  for (int i = 0; i < 3; ++i) {
    Round();
    of_behind += behind->Take().size();
    of_level += level->Take().size();
  }
  EXPECT_EQ(of_behind, 2 + kBlocks);
  EXPECT_EQ(of_level, kBlocks);
  EXPECT_LT(behind->largest(), size_t{2'200'000});
  EXPECT_LT(level->largest(), size_t{2'200'000});
}

TEST_F(WatchTest, AFilterHidesWhatItDoesNotTake) {
  auto before = WatchFor("kind = TASK_COMPLETED");  // level when it happens
  Round();
  ASSERT_TRUE(service_.Start("ada").ok());
  ASSERT_TRUE(service_.Complete("ada", "paperwork").ok());
  auto after = WatchFor("kind = TASK_COMPLETED");  // behind
  auto of_nobody = WatchFor("person = nobody");
  Round();
  EXPECT_THAT(before->Take(), ElementsAre("ada/3"));
  EXPECT_THAT(after->Take(), ElementsAre("ada/3"));
  EXPECT_THAT(of_nobody->Take(), IsEmpty());
}

TEST_F(WatchTest, AQueueIsTheFilterOfItsPersonOrRole) {
  auto it = WatchFor("resource = \"it@example.com\" AND kind = TASK_READY");
  ASSERT_TRUE(service_.Start("ada").ok());
  ASSERT_TRUE(service_.Complete("ada", "paperwork").ok());
  Round();
  std::vector<std::string> expected;
  auto entries = service_.app().store().ReadFeed({}, {.workspace = "acme", .limit = 100});
  for (const FeedEntry& entry : *entries) {
    if (entry.entry.kind == EntryKind::kTaskReady && entry.entry.resource == "it@example.com")
      expected.push_back(absl::StrCat(entry.onboarding, "/", entry.entry.sequence));
  }
  ASSERT_FALSE(expected.empty());
  EXPECT_EQ(it->Take(), expected);
}

// Entries do not say whose on-boarding it is: its labels and person are looked up for filters.
TEST_F(WatchTest, FiltersKnowThePersonAndTheLabels) {
  v1::StartOnboardingRequest request = TestOnboarding::StartRequest("ada");
  (*request.mutable_onboarding()->mutable_labels())["region"] = "emea";
  auto level = WatchFor("labels.region = emea");
  Round();
  ASSERT_TRUE(service_.Call<v1::StartOnboardingResponse>("StartOnboarding", request).ok());
  ASSERT_TRUE(service_.Start("bob").ok());
  auto behind = WatchFor("labels.region = emea AND person:ada");
  Round();
  EXPECT_THAT(level->Take(), ElementsAre("ada/1", "ada/2"));
  EXPECT_THAT(behind->Take(), ElementsAre("ada/1", "ada/2"));
}

TEST_F(WatchTest, AFilteredWatcherGoesOnFromItsSignsOfLife) {
  ASSERT_TRUE(service_.Start("ada").ok());
  auto stream = WatchFor("kind = TASK_COMPLETED");
  Round();
  EXPECT_THAT(stream->Take(), IsEmpty());
  // The greeting has passed over what the filter does not take.
  auto resumed = Watch(stream->cursor());
  Round();
  EXPECT_THAT(resumed->Take(), IsEmpty());
  ASSERT_TRUE(service_.Complete("ada", "paperwork").ok());
  Round();
  EXPECT_THAT(stream->Take(), ElementsAre("ada/3"));
  EXPECT_THAT(resumed->Take(), ElementsAre("ada/3", "ada/4", "ada/5"));
}

TEST_F(WatchTest, AFilterThatIsNoneIsRefused) {
  v1::WatchHistoryRequest request;
  request.set_parent("workspaces/acme");
  request.set_filter("knd = TASK_READY AND kind = TASK_REDY");
  absl::Status status = service_.channel().ReadStream(
      service_.context(), TestOnboarding::Path("WatchHistory"), request, v1::WatchHistoryResponse(),
      [](const rpc::Message&) { return false; });
  EXPECT_EQ(ReasonText(status), "FIELD_INVALID");
  EXPECT_EQ(base::FieldViolationsOf(status).size(), 2u);
}

// A feed that cannot be read for one on-boarding.
class FailingFeed final : public FeedStore {
 public:
  explicit FailingFeed(FeedStore& real) : real_(real) {}
  absl::StatusOr<std::vector<HistoryEntry>> ReadHistory(const base::CallContext& context,
                                                        absl::string_view workspace,
                                                        absl::string_view onboarding, int64_t after,
                                                        int limit) override {
    return real_.ReadHistory(context, workspace, onboarding, after, limit);
  }
  absl::StatusOr<listing::Page<HistoryEntry>> ListHistory(const base::CallContext& context,
                                                          absl::string_view workspace,
                                                          absl::string_view onboarding,
                                                          const listing::Query& query) override {
    return real_.ListHistory(context, workspace, onboarding, query);
  }
  absl::StatusOr<std::vector<HistoryEntry>> ReadComments(const base::CallContext& context,
                                                         absl::string_view workspace,
                                                         absl::string_view onboarding,
                                                         absl::string_view task, int64_t after,
                                                         int limit) override {
    return real_.ReadComments(context, workspace, onboarding, task, after, limit);
  }
  absl::StatusOr<std::vector<FeedEntry>> ReadFeed(const base::CallContext& context,
                                                  const FeedQuery& query) override {
    if (!damaged.empty() && query.onboarding == damaged) return base::Internal("damaged");
    return real_.ReadFeed(context, query);
  }
  absl::StatusOr<FeedCursor> Newest(const base::CallContext& context) override {
    return real_.Newest(context);
  }

  std::string damaged;

 private:
  FeedStore& real_;
};

TEST_F(WatchTest, AnErrorForOneWatcherKeepsNothingFromTheOthers) {
  ASSERT_TRUE(service_.Start("ada").ok());
  FailingFeed feed(service_.app().store());
  feed.damaged = "ada";
  base::Logger logger(service_.clock(), base::LogLevel::kError, [](absl::string_view) {});
  WatchHub hub(feed, service_.clock(), logger, {});
  auto failing = std::make_shared<TestStream>();
  auto other = std::make_shared<TestStream>();
  ASSERT_TRUE(hub.Add({}, {"acme", "ada"}, "", {}, failing).ok());
  ASSERT_TRUE(hub.Add({}, {"acme", ""}, "", {}, other).ok());
  EXPECT_TRUE(hub.RunOnce(service_.clock().Now()).ok());
  EXPECT_THAT(failing->Take(), IsEmpty());
  EXPECT_THAT(other->Take(), ElementsAre("ada/1", "ada/2"));
  feed.damaged = "";
  service_.clock().Advance(absl::Seconds(2));
  EXPECT_TRUE(hub.RunOnce(service_.clock().Now()).ok());
  EXPECT_THAT(failing->Take(), ElementsAre("ada/1", "ada/2"));
  EXPECT_THAT(other->Take(), IsEmpty());
}

TEST_F(WatchTest, IdleWatchersGetASignOfLife) {
  std::vector<std::shared_ptr<TestStream>> streams;
  for (int i = 0; i < 1000; ++i) streams.push_back(Watch("now"));
  Round();
  for (auto& stream : streams) EXPECT_THAT(stream->Take(), IsEmpty());
  Round();
  EXPECT_EQ(streams[0]->pending(), 0u);
  service_.clock().Advance(absl::Seconds(14));
  Round();
  for (auto& stream : streams) EXPECT_EQ(stream->pending(), 1u);
  ASSERT_TRUE(service_.Start("ada").ok());
  Round();
  for (auto& stream : streams) EXPECT_THAT(stream->Take(), ElementsAre("ada/1", "ada/2"));
  for (auto& stream : streams) stream->End();
  EXPECT_EQ(hub().size(), 0u);
}

TEST_F(WatchTest, ACursorIsBoundToItsParent) {
  auto stream = Watch("now");
  Round();
  stream->Take();
  auto add = [&](const WatchParent& parent, const std::string& cursor) {
    return ReasonText(hub().Add({}, parent, cursor, {}, std::make_shared<TestStream>()));
  };
  EXPECT_EQ(add({"acme", ""}, stream->cursor()), "OK");
  EXPECT_EQ(add({"other", ""}, stream->cursor()), "CURSOR_INVALID");
  EXPECT_EQ(add({"acme", "ada"}, stream->cursor()), "CURSOR_INVALID");
  EXPECT_EQ(add({"acme", ""}, stream->cursor() + "0"), "CURSOR_INVALID");
  EXPECT_EQ(add({"acme", ""}, "later"), "CURSOR_INVALID");
}

// The whole way: the thread of the hub, woken by commits, and the in-process door.
TEST(WatchHistory, StreamsOverTheChannel) {
  TestOnboarding service;
  service.app().Start();
  ASSERT_TRUE(service.Start("ada").ok());
  v1::WatchHistoryRequest request;
  request.set_parent("workspaces/acme/onboardings/ada");
  std::vector<int64_t> sequences;
  absl::Status status = service.channel().ReadStream(
      service.context(), TestOnboarding::Path("WatchHistory"), request, v1::WatchHistoryResponse(),
      [&](const rpc::Message& message) {
        const auto& response = static_cast<const v1::WatchHistoryResponse&>(message);
        for (const auto& entry : response.entries()) sequences.push_back(entry.sequence());
        if (sequences.size() == 2) {
          EXPECT_TRUE(service.Complete("ada", "paperwork").ok());
        }
        return sequences.size() < 5;
      });
  EXPECT_TRUE(status.ok()) << status;
  EXPECT_THAT(sequences, ElementsAre(1, 2, 3, 4, 5));
}

}  // namespace
}  // namespace plumbline::onboarding::testing
