// SPDX-License-Identifier: Apache-2.0
//
// A log whose figures are kept current answers as one that is read anew.
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_cat.h"
#include "google/protobuf/util/message_differencer.h"
#include "plumbline/analytics/v1/event_data_service.pb.h"
#include "services/analytics/serving/answers.h"
#include "services/analytics/serving/testing.h"
#include "services/analytics/storage/ringing_store.h"
#include "services/analytics/storage/store_sql.h"

namespace plumbline::analytics {
namespace {

using google::protobuf::util::MessageDifferencer;

constexpr int64_t kDay = 86'400;

class Live : public testing::Test {
 protected:
  void SetUp() override {
    database_ = *sql::Open("sqlite::memory:", {.schema = "analytics"});
    live_ = std::make_unique<TestAnalytics>(*database_, AnalyticsOptions{.live_from_events = 1});
    ASSERT_TRUE(live_->Create("sales").ok());
  }

  std::vector<v1::Event> Events(int count) {
    const auto pick = [this](int n) { return static_cast<int>(random_() % unsigned(n)); };
    std::vector<v1::Event> events;
    for (int i = 0; i < count; ++i) {
      now_ += pick(900);
      events.push_back(EventOf(absl::StrCat("case ", pick(20)), absl::StrCat("step ", pick(6)),
                               pick(5) == 0 ? now_ - pick(100'000) : now_));
      events.back().set_resource(absl::StrCat("person ", pick(4)));
    }
    return events;
  }
  void Write(int count) {
    const auto written = live_->Write("sales", "crm", next_, Events(count));
    ASSERT_TRUE(written.ok()) << written.status();
    next_ = written->next_sequence();
  }
  template <typename Response, typename Request>
  void ExpectSame(TestAnalytics& anew, const char* method, Request request) {
    request.set_name(LogName("sales"));
    const auto kept = live_->Call<Response>(method, request);
    const auto expected = anew.Call<Response>(method, request);
    ASSERT_TRUE(kept.ok()) << kept.status();
    ASSERT_TRUE(expected.ok()) << expected.status();
    EXPECT_TRUE(MessageDifferencer::Equals(*kept, *expected))
        << kept->DebugString() << "\ninstead of\n"
        << expected->DebugString();
  }
  // Against a replica that keeps nothing.
  void ExpectSameAnswers() {
    TestAnalytics anew(*database_, AnalyticsOptions{.live_from_events = INT64_MAX});
    ExpectSame<v1::GetReportResponse>(anew, "GetReport", v1::GetReportRequest());
    ExpectSame<v1::GetProcessMapResponse>(anew, "GetProcessMap", v1::GetProcessMapRequest());
    ExpectSame<v1::GetDurationsResponse>(anew, "GetDurations", v1::GetDurationsRequest());
    ExpectSame<v1::GetEventLogResponse>(anew, "GetEventLog", v1::GetEventLogRequest());
    ExpectSame<v1::GetImpedimentParetoResponse>(anew, "GetImpedimentPareto",
                                                v1::GetImpedimentParetoRequest());
    v1::ListVariantsRequest page;
    page.set_page_size(5);
    ExpectSame<v1::ListVariantsResponse>(anew, "ListVariants", page);
    // Pages go on.
    page.set_name(LogName("sales"));
    page.set_page_token(
        live_->Call<v1::ListVariantsResponse>("ListVariants", page)->next_page_token());
    ASSERT_FALSE(page.page_token().empty());
    ExpectSame<v1::ListVariantsResponse>(anew, "ListVariants", page);
  }

  std::unique_ptr<sql::Database> database_;
  std::unique_ptr<TestAnalytics> live_;
  std::mt19937 random_{11};
  int64_t now_ = 1'700'000'000, next_ = 1;
};

TEST_F(Live, AnswersAreThoseOfTheWholeLog) {
  Write(200);
  EXPECT_EQ(*live_->app().FollowOnce(), 0);  // nobody asked
  ExpectSameAnswers();
  EXPECT_EQ(*live_->app().FollowOnce(), 1);
  for (int i = 0; i < 12; ++i) {
    Write(1 + 17 * i);
    if (i % 3 == 0) {
      EXPECT_EQ(*live_->app().FollowOnce(), 1);
    }
    // A question about a part reads the log itself, and makes a snapshot of it.
    if (i % 4 == 1) {
      v1::GetProcessMapRequest part;
      part.set_name(LogName("sales"));
      part.mutable_selection()->set_event_filter("activity = \"step 1\"");
      EXPECT_TRUE(live_->Call<v1::GetProcessMapResponse>("GetProcessMap", part).ok());
    }
    ASSERT_NO_FATAL_FAILURE(ExpectSameAnswers());
  }
  live_->clock().Advance(absl::Minutes(11));
  EXPECT_EQ(*live_->app().FollowOnce(), 0);  // nobody asks any more
  Write(10);
  ExpectSameAnswers();
}

TEST_F(Live, SmallBlocksThatAreMergedBesideItAreNotReadTwice) {
  Write(50);
  ExpectSameAnswers();
  ASSERT_EQ(*live_->app().FollowOnce(), 1);
  for (int i = 0; i < 100; ++i) Write(2);
  // The log knows half of what becomes one block.
  ExpectSameAnswers();
  for (int i = 0; i < 50; ++i) Write(1);
  ASSERT_TRUE(live_->app().RunOnce().ok());
  ExpectSameAnswers();
  Write(3);
  ExpectSameAnswers();
}

TEST_F(Live, RetentionAndErasureTakeTheirEventsOutOfTheAnswers) {
  Write(300);
  ExpectSameAnswers();
  ASSERT_EQ(*live_->app().FollowOnce(), 1);
  v1::ErasePersonRequest erase;
  erase.set_name(LogName("sales"));
  erase.add_texts("step 3");
  erase.set_case_action(v1::ErasePersonRequest::CASE_ACTION_RENAME);
  v1::ErasePersonResponse erased;
  ASSERT_TRUE(live_->channel()
                  .Call({}, "/plumbline.analytics.v1.EventDataService/ErasePerson", erase, &erased)
                  .ok());
  ExpectSameAnswers();
  ASSERT_EQ(*live_->app().FollowOnce(), 1);
  Write(30);
  ExpectSameAnswers();

  v1::SetRetentionRequest keep;
  keep.set_name(LogName("sales"));
  keep.mutable_retention()->mutable_max_age()->set_seconds(kDay);
  keep.mutable_retention()->set_unit(v1::Retention::UNIT_EVENTS);
  v1::SetRetentionResponse kept;
  ASSERT_TRUE(live_->channel()
                  .Call({}, "/plumbline.analytics.v1.EventDataService/SetRetention", keep, &kept)
                  .ok());
  ASSERT_GT(*live_->app().RunRetentionOnce(absl::FromUnixSeconds(now_)), 0);
  ExpectSameAnswers();
  ASSERT_TRUE(live_->app().FollowOnce().ok());
  Write(30);
  ExpectSameAnswers();
}

TEST_F(Live, FiguresAreMadeAgainAfterARestart) {
  Write(300);
  ASSERT_TRUE(live_->Create("never-asked").ok());
  ASSERT_TRUE(live_->Write("never-asked", "crm", 1, Events(50)).ok());
  ExpectSameAnswers();
  ASSERT_EQ(*live_->app().FollowOnce(), 1);
  ASSERT_TRUE(live_->app().RunOnce().ok());  // notes that it was asked about
  const auto restart = [&](absl::Duration later) {
    live_ = std::make_unique<TestAnalytics>(*database_, AnalyticsOptions{.live_from_events = 1});
    live_->clock().Advance(later);
    EXPECT_EQ(*live_->app().FollowOnce(), 0);
    ASSERT_TRUE(live_->app().Remember().ok());
  };
  ASSERT_NO_FATAL_FAILURE(restart(absl::Minutes(30)));
  EXPECT_EQ(*live_->app().FollowOnce(), 1);  // though nobody asked this process
  ExpectSameAnswers();
  Write(20);
  ExpectSameAnswers();
  // Not for ever.
  ASSERT_NO_FATAL_FAILURE(restart(absl::Hours(3)));
  EXPECT_EQ(*live_->app().FollowOnce(), 0);
}

// One that no longer fits does not keep the others from being remembered.
TEST_F(Live, SmallLogsAreRememberedBesideOneThatIsTooLarge) {
  constexpr int kLarge = 6'000, kSmall = 200;
  ASSERT_TRUE(live_->Create("small").ok());
  ASSERT_TRUE(live_->Write("small", "crm", 1, Events(kSmall)).ok());
  v1::GetReportRequest report;
  report.set_name(LogName("small"));
  ASSERT_TRUE(live_->Call<v1::GetReportResponse>("GetReport", report).ok());
  for (int i = 0; i < kLarge; i += 500) ASSERT_NO_FATAL_FAILURE(Write(500));
  live_->clock().Advance(absl::Minutes(1));
  report.set_name(LogName("sales"));  // asked last, so it comes first
  ASSERT_TRUE(live_->Call<v1::GetReportResponse>("GetReport", report).ok());
  ASSERT_EQ(*live_->app().FollowOnce(), 2);
  ASSERT_TRUE(live_->app().RunOnce().ok());

  live_ = std::make_unique<TestAnalytics>(
      *database_, AnalyticsOptions{.log_memory_bytes = 300'000, .live_from_events = 1});
  ASSERT_TRUE(live_->app().Remember().ok());
  const absl::flat_hash_set<std::string> small = {LogName("small")};
  const absl::flat_hash_set<std::string> large = {LogName("sales")};
  EXPECT_EQ(*live_->app().FollowOnce(&small), 1);
  EXPECT_EQ(*live_->app().FollowOnce(&large), 0);
}

// What holds a log for long does not hold calls beyond their deadlines.
TEST_F(Live, WhoWaitsForALogGivesUpAtTheDeadline) {
  Write(100);
  const auto store = *OpenStore(*database_);
  const base::FakeClock clock(absl::FromUnixSeconds(1'700'000'000));
  LogMemory memory(*store, clock, 1 << 24, 1);
  std::optional<LogRecord> record;
  ASSERT_TRUE(store
                  ->Read({},
                         [&](LogReads& reads) {
                           auto found = reads.FindLog({"acme", "sales"});
                           if (found.ok()) record = *found;
                           return found.status();
                         })
                  .ok());
  ASSERT_TRUE(record.has_value());
  const auto nothing = [](LiveFigures&, int64_t) { return absl::OkStatus(); };
  ASSERT_TRUE(memory.AskLive({}, "acme", *record, nothing).ok());
  ASSERT_EQ(*memory.FollowOnce({}), 1);
  base::CallContext late;
  late.deadline = clock.Now();
  absl::Status loaded, asked;
  const auto answered = memory.AskLive({}, "acme", *record, [&](LiveFigures&, int64_t) {
    loaded = memory.Load(late, "acme", *record).status();
    asked = memory.AskLive(late, "acme", *record, nothing).status();
    EXPECT_EQ(*memory.FollowOnce({}), 1);  // passes it over
    return absl::OkStatus();
  });
  ASSERT_TRUE(answered.ok()) << answered.status();
  EXPECT_TRUE(*answered);
  EXPECT_EQ(ReasonText(loaded), "DEADLINE_EXCEEDED");
  EXPECT_EQ(ReasonText(asked), "DEADLINE_EXCEEDED");
  EXPECT_TRUE(memory.Load({}, "acme", *record).ok());
}

// A clock of which somebody does something whenever it is looked at.
class BusyClock final : public base::Clock {
 public:
  absl::Time Now() const override {
    now_ += absl::Minutes(1);  // who waits for what is never given reaches any deadline
    if (act && !acting_) {
      acting_ = true;
      act();
      acting_ = false;
    }
    return now_;
  }
  std::function<void()> act;

 private:
  // Databases take deadlines by the machine's clock.
  mutable absl::Time now_ = base::SystemClock().Now() + absl::Hours(1);
  mutable bool acting_ = false;
};

// A snapshot that figures are still made from counts beside the one that came since; where both do
// not fit, figures are made when one does.
TEST_F(Live, SnapshotsThatFiguresAreMadeFromTakeRoom) {
  Write(3'000);
  const auto store = *OpenStore(*database_);
  const auto find = [&] {
    LogRecord record;
    EXPECT_TRUE(store
                    ->Read({},
                           [&](LogReads& reads) {
                             auto found = reads.FindLog({"acme", "sales"});
                             if (found.ok()) record = **found;
                             return found.status();
                           })
                    .ok());
    return record;
  };
  const auto nothing = [](LiveFigures&, int64_t) { return absl::OkStatus(); };
  BusyClock clock;
  LogMemory memory(*store, clock, 1 << 24, 1);
  ASSERT_FALSE(*memory.AskLive({}, "acme", find(), nothing));
  const auto bytes_of_log = [&] {
    const auto view = memory.Load({}, "acme", find());
    EXPECT_TRUE(view.ok()) << view.status();
    return static_cast<int64_t>((*view)->log()->memory_bytes());
  };
  const int64_t one = bytes_of_log();
  int64_t largest = 0;
  int looks = 0;
  clock.act = [&] {
    if (++looks <= 6) Write(20);
    base::CallContext context;
    context.deadline = clock.Now() + absl::Hours(1);
    EXPECT_TRUE(memory.Load(context, "acme", find()).ok());
    largest = std::max(largest, memory.memory_bytes());
  };
  ASSERT_EQ(*memory.FollowOnce({}), 1);
  clock.act = nullptr;
  ASSERT_GT(looks, 6);
  EXPECT_GE(largest, 2 * one);
  bytes_of_log();
  LogMemory quiet(*store, clock, 1 << 24, 1);
  ASSERT_FALSE(*quiet.AskLive({}, "acme", find(), nothing));
  ASSERT_EQ(*quiet.FollowOnce({}), 1);
  ASSERT_TRUE(quiet.Load({}, "acme", find()).ok());
  EXPECT_LT(memory.memory_bytes(), quiet.memory_bytes() + one / 2);  // it is given back
}

// However long figures take and however the log grows meanwhile, who writes and who reads it goes
// on, and the figures are those of all of it in the end.
TEST_F(Live, NobodyWaitsWhileFiguresAreMade) {
  Write(200);
  const auto store = *OpenStore(*database_);
  BusyClock clock;
  LogMemory memory(*store, clock, 1 << 24, 1);
  const auto find = [&] {
    LogRecord record;
    EXPECT_TRUE(store
                    ->Read({},
                           [&](LogReads& reads) {
                             auto found = reads.FindLog({"acme", "sales"});
                             if (found.ok()) record = **found;
                             return found.status();
                           })
                    .ok());
    return record;
  };
  const LogRecord record = find();
  const auto nothing = [](LiveFigures&, int64_t) { return absl::OkStatus(); };
  ASSERT_FALSE(*memory.AskLive({}, "acme", record, nothing));
  ASSERT_TRUE(memory.Load({}, "acme", record).ok());

  constexpr int kGrowing = 4;
  int looks = 0;
  clock.act = [&] {
    if (++looks <= kGrowing) Write(100);
    base::CallContext context;
    context.deadline = clock.Now() + absl::Hours(1);
    const auto view = memory.Load(context, "acme", find());
    EXPECT_TRUE(view.ok()) << view.status();
  };
  ASSERT_EQ(*memory.FollowOnce({}), 1);
  clock.act = nullptr;
  EXPECT_GT(looks, kGrowing);
  std::string kept;
  const auto answered = memory.AskLive({}, "acme", find(), [&](LiveFigures& figures, int64_t) {
    EXPECT_EQ(figures.event_count(), 200 + 100 * kGrowing);
    v1::ProcessMap map;
    ToProto(*figures.names(), figures.Map({}), &map);
    kept = map.DebugString();
    return absl::OkStatus();
  });
  ASSERT_TRUE(answered.ok()) << answered.status();
  EXPECT_TRUE(*answered);
  EXPECT_EQ(kept, live_->Map("sales")->DebugString());
}

// What this process writes, and what is asked for the first time, wakes the follower.
TEST(LiveBell, RingsWhenThereIsWork) {
  const auto database = *sql::Open("sqlite::memory:", {.schema = "analytics"});
  const base::FakeClock clock(absl::FromUnixSeconds(1'700'000'000));
  Bell bell;
  RingingStore store(*OpenStore(*database), bell);
  const auto write = [&](const absl::Status& status) {
    return store
        .Write({}, "sales", {"acme", "Test", "", ""}, clock.Now(),
               [&](LogChanges&) -> absl::StatusOr<std::string> {
                 if (!status.ok()) return status;
                 return std::string();
               })
        .status();
  };
  EXPECT_FALSE(write(absl::InvalidArgumentError("no")).ok());
  EXPECT_FALSE(bell.rung());
  EXPECT_TRUE(write(absl::OkStatus()).ok());
  EXPECT_TRUE(bell.rung());
  absl::flat_hash_set<std::string> rung;
  EXPECT_TRUE(bell.Wait(absl::ZeroDuration(), absl::InfiniteDuration(), &rung));  // at once
  EXPECT_EQ(rung, absl::flat_hash_set<std::string>{LogName("sales")});
  EXPECT_FALSE(bell.rung());

  LogMemory memory(store, clock, 1 << 20, 1, [&](absl::string_view log) { bell.Ring(log); });
  LogRecord record;
  record.uid = "u1";
  record.description.set_name(LogName("sales"));
  record.event_count = 5;
  const auto answered = memory.AskLive({}, "acme", record, [](LiveFigures&, int64_t) {
    return absl::InternalError("there are no figures");
  });
  ASSERT_TRUE(answered.ok()) << answered.status();
  EXPECT_FALSE(*answered);
  EXPECT_TRUE(bell.Wait(absl::ZeroDuration(), absl::InfiniteDuration(), &rung));
  EXPECT_EQ(rung, absl::flat_hash_set<std::string>{LogName("sales")});
  bell.Stop();
  EXPECT_FALSE(bell.Wait(absl::ZeroDuration(), absl::InfiniteDuration(), &rung));
}

TEST_F(Live, AnotherLogOfTheSameName) {
  Write(100);
  ExpectSameAnswers();
  ASSERT_EQ(*live_->app().FollowOnce(), 1);
  ASSERT_TRUE(live_->Delete("sales").ok());
  ASSERT_TRUE(live_->app().FollowOnce().ok());
  ASSERT_TRUE(live_->Create("sales").ok());
  next_ = 1;
  Write(60);
  ExpectSameAnswers();
  ASSERT_TRUE(live_->app().FollowOnce().ok());
  Write(60);
  ExpectSameAnswers();
}

}  // namespace
}  // namespace plumbline::analytics
