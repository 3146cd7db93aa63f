// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "services/analytics/memory/log_memory.h"
#include "services/analytics/serving/testing.h"
#include "services/analytics/storage/store_sql.h"

namespace plumbline::analytics {
namespace {

// Sums that count their cases, and say that they take so many bytes.
struct Counting : LiveSums {
  absl::Status Change(const LiveCases& cases, int sign, KeepOn) override {
    count += sign * static_cast<int64_t>(cases.numbers.size());
    return absl::OkStatus();
  }
  int64_t memory_bytes() const override { return bytes; }
  int64_t answer_bytes() const override { return 0; }
  int64_t count = 0, bytes = 0;
};

// Takes as much memory as is said elsewhere.
struct Sized : Counting {
  explicit Sized(const int64_t* all) : size(all) {}
  int64_t memory_bytes() const override { return *size; }
  const int64_t* size;
};

// A log that grows, and one question about it whose sums take so many bytes.
class AskedLog {
 public:
  AskedLog() : database_(*sql::Open("sqlite::memory:", {.schema = "analytics"})) {
    EXPECT_TRUE(analytics.Create("sales").ok());
  }
  void Grow(int cases, const std::string& key = "") {
    std::vector<v1::Event> events = SimpleEvents(1, cases);
    for (v1::Event& event : events) {
      if (key.empty()) break;
      v1::Attribute* attribute = event.add_attributes();
      attribute->set_key(key);
      attribute->set_string_value("new");
    }
    const auto written = analytics.Write("sales", "crm", next_, events);
    ASSERT_TRUE(written.ok()) << written.status();
    next_ = written->next_sequence();
  }
  LogRecord Find() {
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
  }
  bool Ask(LogMemory& memory, int64_t bytes) {
    const auto make = [bytes](const std::vector<std::string>&) {
      auto sums = std::make_unique<Counting>();
      sums->bytes = bytes;
      return sums;
    };
    const auto answer = [](LiveSums& sums, const LiveWhole& whole, int64_t) {
      EXPECT_EQ(static_cast<Counting&>(sums).count, whole.case_count);
      return absl::OkStatus();
    };
    const auto answered = memory.AskKept({}, "acme", Find(), {"cases", make, answer});
    EXPECT_TRUE(answered.ok()) << answered.status();
    return answered.ok() && *answered;
  }

 private:
  const std::unique_ptr<sql::Database> database_;
  int64_t next_ = 1;

 public:
  TestAnalytics analytics{*database_, AnalyticsOptions{}};
  const std::unique_ptr<Store> store = *OpenStore(*database_);
  base::FakeClock clock{absl::FromUnixSeconds(1'700'000'000)};
};

// A question is worth keeping when it is asked again after the log grew; and where its sums do not
// fit beside the log they go, not the log.
TEST(KeptQuestions, AreThoseThatAreAskedAtTwoStatesOfTheLog) {
  AskedLog log;
  log.Grow(500);
  int64_t bytes = 1'000, told = 0;
  const auto make = [&](const std::vector<std::string>&) {
    auto sums = std::make_unique<Counting>();
    sums->bytes = bytes;
    return sums;
  };
  const auto answer = [&](LiveSums& sums, const LiveWhole& whole, int64_t) {
    told = static_cast<Counting&>(sums).count;
    EXPECT_EQ(told, whole.case_count);
    return absl::OkStatus();
  };
  LogMemory memory(*log.store, log.clock, 1 << 22, 1);
  const auto ask = [&] { return *memory.AskKept({}, "acme", log.Find(), {"cases", make, answer}); };
  EXPECT_FALSE(ask());
  EXPECT_FALSE(ask());
  EXPECT_EQ(*memory.FollowOnce({}), 0);
  log.Grow(2);
  EXPECT_FALSE(ask());
  EXPECT_EQ(*memory.FollowOnce({}), 1);
  EXPECT_TRUE(ask());
  EXPECT_EQ(told, 500);
  log.Grow(2);
  EXPECT_TRUE(ask());

  bytes = 1 << 22;
  const auto ask_more = [&] {
    return *memory.AskKept({}, "acme", log.Find(), {"more cases", make, answer});
  };
  EXPECT_FALSE(ask_more());
  log.Grow(2);
  EXPECT_FALSE(ask_more());
  EXPECT_EQ(*memory.FollowOnce({}), 1);
  EXPECT_FALSE(ask_more());
  EXPECT_LE(memory.memory_bytes(), 1 << 22);
  EXPECT_TRUE(memory.Load({}, "acme", log.Find()).ok());
}

// Sums that grow until the log and they no longer fit go, not the log; they come back when the log
// is twice as large, and not before, since making them is not free.
TEST(KeptQuestions, AreGivenUpWhereMemoryIsShortAndComeBackWhenTheLogHasDoubled) {
  constexpr int64_t kCapacity = 1 << 22;
  AskedLog log;
  log.Grow(500);
  LogMemory memory(*log.store, log.clock, kCapacity, 1);
  int64_t size = 1'000, told = 0;
  int made = 0;
  const auto make = [&](const std::vector<std::string>&) {
    ++made;
    return std::make_unique<Sized>(&size);
  };
  const auto answer = [&](LiveSums& sums, const LiveWhole& whole, int64_t) {
    told = static_cast<Counting&>(sums).count;
    EXPECT_EQ(told, whole.case_count);
    return absl::OkStatus();
  };
  const auto ask = [&] { return *memory.AskKept({}, "acme", log.Find(), {"cases", make, answer}); };
  EXPECT_FALSE(ask());
  log.Grow(2);
  EXPECT_FALSE(ask());
  EXPECT_EQ(*memory.FollowOnce({}), 1);
  EXPECT_TRUE(ask());
  ASSERT_EQ(made, 1);

  size = kCapacity;
  EXPECT_TRUE(ask());   // there is an answer still
  EXPECT_FALSE(ask());  // but no more after it
  EXPECT_LE(memory.memory_bytes(), kCapacity);
  ASSERT_TRUE(memory.Load({}, "acme", log.Find()).ok());

  size = 1'000;
  const int64_t events = log.Find().event_count;
  for (int i = 0; i < 3; ++i) {
    log.Grow(100);
    EXPECT_FALSE(ask());
    *memory.FollowOnce({});
    EXPECT_FALSE(ask());
  }
  ASSERT_LT(log.Find().event_count, 2 * events);
  EXPECT_EQ(made, 1);
  log.Grow(300);
  ASSERT_GE(log.Find().event_count, 2 * events);
  EXPECT_FALSE(ask());  // it is wanted again
  EXPECT_EQ(*memory.FollowOnce({}), 1);
  EXPECT_EQ(made, 2);
  told = 0;
  EXPECT_TRUE(ask());
  EXPECT_EQ(told, 500);
  EXPECT_LE(memory.memory_bytes(), kCapacity);
}

// Sums that hold more than the log does, as those of a log in which every event tells of another
// part, are not made again until the log has doubled, be there room for them or not.
TEST(KeptQuestions, ThatTakeMoreThanTheLogAreNotMadeInVainAgainAndAgain) {
  struct Large : Counting {
    int64_t memory_bytes() const override { return int64_t{1} << 30; }
  };
  AskedLog log;
  log.Grow(500);
  LogMemory memory(*log.store, log.clock, int64_t{1} << 40, 1);
  int made = 0;
  const auto ask = [&] {
    return *memory.AskKept({}, "acme", log.Find(),
                           {"parts",
                            [&](const std::vector<std::string>&) {
                              ++made;
                              return std::make_unique<Large>();
                            },
                            [](LiveSums&, const LiveWhole&, int64_t) { return absl::OkStatus(); }});
  };
  EXPECT_FALSE(ask());
  for (int i = 0; i < 4; ++i) {
    log.Grow(2);
    EXPECT_FALSE(ask());
    *memory.FollowOnce({});
  }
  EXPECT_EQ(made, 1);
  EXPECT_LT(memory.memory_bytes(), int64_t{1} << 30);
  log.Grow(600);
  EXPECT_FALSE(ask());
  *memory.FollowOnce({});
  EXPECT_EQ(made, 2);
}

// Of several questions those go that were not asked for longest, and no more than it takes.
TEST(KeptQuestions, WhereMemoryIsShortThoseThatWereAskedLastStay) {
  constexpr int64_t kCapacity = 1 << 22;
  AskedLog log;
  log.Grow(500);
  LogMemory memory(*log.store, log.clock, kCapacity, 1);
  int64_t size = 1'000;
  const auto ask = [&](const std::string& name) {
    log.clock.Advance(absl::Seconds(1));
    return *memory.AskKept(
        {}, "acme", log.Find(),
        {name, [&](const std::vector<std::string>&) { return std::make_unique<Sized>(&size); },
         [](LiveSums&, const LiveWhole&, int64_t) { return absl::OkStatus(); }});
  };
  for (const char* name : {"first", "second", "third"}) EXPECT_FALSE(ask(name));
  log.Grow(2);
  for (const char* name : {"first", "second", "third"}) EXPECT_FALSE(ask(name));
  EXPECT_EQ(*memory.FollowOnce({}), 1);
  for (const char* name : {"first", "third", "second"}) EXPECT_TRUE(ask(name));
  // Two of them fit beside the log, three do not.
  size = (kCapacity - memory.memory_bytes()) / 5 * 2;
  EXPECT_TRUE(ask("second"));
  EXPECT_LE(memory.memory_bytes(), kCapacity);
  EXPECT_TRUE(ask("third"));
  EXPECT_TRUE(ask("second"));
  EXPECT_FALSE(ask("first"));
}

// Whoever loads a log does not wait for sums that are far behind: they go, and are made beside it.
TEST(KeptQuestions, FarBehindASnapshotTheyAreMadeAnew) {
  constexpr int64_t kBytes = 30 << 20;
  AskedLog log;
  log.Grow(100);
  LogMemory memory(*log.store, log.clock, 1 << 28, 1);
  EXPECT_FALSE(log.Ask(memory, kBytes));
  log.Grow(2);
  EXPECT_FALSE(log.Ask(memory, kBytes));
  EXPECT_EQ(*memory.FollowOnce({}), 1);
  log.Grow(100);
  ASSERT_TRUE(memory.Load({}, "acme", log.Find()).ok());
  EXPECT_TRUE(log.Ask(memory, kBytes));
  EXPECT_GT(memory.memory_bytes(), kBytes);
  ASSERT_TRUE(log.analytics.Import("sales", SimpleCsv(1'000, 60'000), "", true).ok());
  ASSERT_TRUE(memory.Load({}, "acme", log.Find()).ok());
  EXPECT_LT(memory.memory_bytes(), kBytes);  // gone, and no longer counted
  EXPECT_FALSE(log.Ask(memory, kBytes));
  EXPECT_EQ(*memory.FollowOnce({}), 1);
  EXPECT_TRUE(log.Ask(memory, kBytes));
}

// What a snapshot does not have, as a key of attributes, cannot be taken into sums that were made
// from it: they are made from the next one, and not again and again from that.
TEST(KeptQuestions, AreKeptAgainAfterANewKeyThoughNobodyAsks) {
  AskedLog log;
  log.Grow(100);
  LogMemory memory(*log.store, log.clock, 1 << 28, 1);
  EXPECT_FALSE(log.Ask(memory, 10));
  log.Grow(1);
  EXPECT_FALSE(log.Ask(memory, 10));
  EXPECT_EQ(*memory.FollowOnce({}), 1);
  EXPECT_TRUE(log.Ask(memory, 10));
  log.Grow(10, "region");
  EXPECT_FALSE(log.Ask(memory, 10));  // they are given up
  EXPECT_EQ(*memory.FollowOnce({}), 1);
  EXPECT_EQ(*memory.FollowOnce({}), 1);
  EXPECT_TRUE(log.Ask(memory, 10));
}

// Making sums may take as long as a log grows by more than what makes others worth making anew.
TEST(KeptQuestions, AreFollowedWhileOthersAreMade) {
  AskedLog log;
  log.Grow(1);
  ASSERT_TRUE(log.analytics.Import("sales", SimpleCsv(1, 6'000), "", true).ok());
  LogMemory memory(*log.store, log.clock, 1 << 28, 1);
  EXPECT_FALSE(log.Ask(memory, 10));
  log.Grow(1);
  EXPECT_FALSE(log.Ask(memory, 10));
  EXPECT_EQ(*memory.FollowOnce({}), 1);
  EXPECT_TRUE(log.Ask(memory, 10));

  struct GrowsMeanwhile : Counting {
    explicit GrowsMeanwhile(std::function<void()> all) : grow(std::move(all)) {}
    absl::Status Change(const LiveCases& cases, int sign, KeepOn keep_on) override {
      if (grow) std::exchange(grow, nullptr)();
      return Counting::Change(cases, sign, keep_on);
    }
    std::function<void()> grow;
  };
  const auto grow = [&] {
    for (int i = 0; i < 3; ++i) {
      ASSERT_TRUE(
          log.analytics.Import("sales", SimpleCsv(10'000 + i * 30'000, 30'000), "", true).ok());
    }
    log.clock.Advance(absl::Seconds(1));
  };
  const auto make = [&](const std::vector<std::string>&) {
    return std::make_unique<GrowsMeanwhile>(grow);
  };
  const auto answer = [](LiveSums& sums, const LiveWhole& whole, int64_t) {
    EXPECT_EQ(static_cast<Counting&>(sums).count, whole.case_count);
    return absl::OkStatus();
  };
  const auto ask = [&] {
    return *memory.AskKept({}, "acme", log.Find(), {"other cases", make, answer});
  };
  EXPECT_FALSE(ask());
  log.Grow(1);
  EXPECT_FALSE(ask());
  const int64_t before = log.Find().event_count;
  EXPECT_EQ(*memory.FollowOnce({}), 1);
  EXPECT_GT(log.Find().event_count, before + 200'000);
  EXPECT_TRUE(log.Ask(memory, 10));
  EXPECT_TRUE(ask());
}

}  // namespace
}  // namespace plumbline::analytics
