// SPDX-License-Identifier: Apache-2.0
#include "services/catalog/processes/head_memory.h"

#include <atomic>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/synchronization/mutex.h"
#include "gtest/gtest.h"

namespace plumbline::catalog {
namespace {

constexpr char kName[] = "workspaces/acme/processes/deal-desk";
constexpr int64_t kNoWish = -1;
const absl::Time kNow = absl::FromUnixSeconds(1'700'000'000);

KnownHead Head(int64_t version, int64_t position = 0, absl::Time as_of = kNow) {
  return {.response = std::make_shared<const std::string>(absl::StrCat("v", version)),
          .version = version,
          .position = position,
          .as_of = as_of};
}

std::string Found(const HeadMemory& memory, int64_t min_position = kNoWish, absl::Time now = kNow) {
  std::optional<KnownHead> head = memory.Find(kName, min_position, now);
  return head.has_value() ? *head->response : "nothing";
}

void Fill(HeadMemory& memory, KnownHead head) {
  HeadMemory::Ticket ticket = memory.BeginFill(kName);
  memory.EndFill(kName, ticket, std::move(head));
}

TEST(HeadMemoryTest, RemembersAFillAndTheWriteAfterIt) {
  HeadMemory memory({});
  EXPECT_EQ(Found(memory), "nothing");
  Fill(memory, Head(1));
  EXPECT_EQ(Found(memory), "v1");
  {
    HeadMemory::Write write(memory, kName);
    EXPECT_EQ(Found(memory), "nothing") << "while it is written, only the store knows";
    write.Committed(Head(2));
  }
  EXPECT_EQ(Found(memory), "v2");
}

TEST(HeadMemoryTest, AWriteThatFailedLeavesNothing) {
  HeadMemory memory({});
  Fill(memory, Head(1));
  { HeadMemory::Write write(memory, kName); }
  EXPECT_EQ(Found(memory), "nothing");
}

TEST(HeadMemoryTest, AFillThatOverlapsAWriteIsDropped) {
  struct Row {
    std::string name;
    bool begin_before, end_after;  // relative to the write
  };
  for (const Row& row : std::vector<Row>{{"begins before, ends within", true, false},
                                         {"begins before, ends after", true, true},
                                         {"begins within, ends within", false, false},
                                         {"begins within, ends after", false, true}}) {
    HeadMemory memory({});
    HeadMemory::Ticket ticket = 0;
    if (row.begin_before) ticket = memory.BeginFill(kName);
    {
      HeadMemory::Write write(memory, kName);
      if (!row.begin_before) ticket = memory.BeginFill(kName);
      if (!row.end_after) memory.EndFill(kName, ticket, Head(1));
      EXPECT_EQ(Found(memory), "nothing") << row.name;
      write.Committed(Head(2));
    }
    if (row.end_after) memory.EndFill(kName, ticket, Head(1));
    EXPECT_EQ(Found(memory), "v2") << row.name;
  }
}

TEST(HeadMemoryTest, OfOverlappingWritesTheLatestVersionStays) {
  for (const bool older_ends_last : {false, true}) {
    HeadMemory memory({});
    auto older = std::make_unique<HeadMemory::Write>(memory, kName);
    auto newer = std::make_unique<HeadMemory::Write>(memory, kName);
    older->Committed(Head(2));
    newer->Committed(Head(3));
    (older_ends_last ? newer : older).reset();
    EXPECT_EQ(Found(memory), "nothing") << "one is still under way";
    (older_ends_last ? older : newer).reset();
    EXPECT_EQ(Found(memory), "v3") << older_ends_last;
  }
}

TEST(HeadMemoryTest, AnOverlappingWriteWithUnknownEndLeavesNothing) {
  HeadMemory memory({});
  auto known = std::make_unique<HeadMemory::Write>(memory, kName);
  auto unknown = std::make_unique<HeadMemory::Write>(memory, kName);
  known->Committed(Head(2));
  unknown.reset();
  known.reset();
  EXPECT_EQ(Found(memory), "nothing");
}

TEST(HeadMemoryTest, WhereOthersWriteEntriesAgeAndFallBehind) {
  HeadMemory memory({.exclusive = false, .freshness = absl::Seconds(1)});
  Fill(memory, Head(1, /*position=*/10));
  struct Row {
    std::string name;
    int64_t min_position;
    absl::Duration age;
    std::string found;
  };
  for (const Row& row : std::vector<Row>{
           {"fresh", kNoWish, absl::ZeroDuration(), "v1"},
           {"at the limit", kNoWish, absl::Seconds(1), "v1"},
           {"too old", kNoWish, absl::Seconds(1) + absl::Nanoseconds(1), "nothing"},
           {"from the future: the clock was set back", kNoWish, -absl::Seconds(1), "nothing"},
           {"holds the write", 9, absl::ZeroDuration(), "v1"},
           {"may not hold the write", 10, absl::ZeroDuration(), "nothing"},
           {"is older than the write", 11, absl::ZeroDuration(), "nothing"}}) {
    EXPECT_EQ(Found(memory, row.min_position, kNow + row.age), row.found) << row.name;
  }
  {
    HeadMemory::Write write(memory, kName);
    write.Committed(Head(2, 11));
  }
  EXPECT_EQ(Found(memory), "nothing") << "another process may have written since";
}

TEST(HeadMemoryTest, AnExclusiveMemoryKnowsNoAge) {
  HeadMemory memory({.exclusive = true, .freshness = absl::Seconds(1)});
  Fill(memory, Head(1, 10));
  EXPECT_EQ(Found(memory, 10, kNow + absl::Hours(24)), "v1");
}

TEST(HeadMemoryTest, KeepsItsCapacity) {
  HeadMemory memory({.capacity_bytes = 16 * 4000});
  const auto big = std::make_shared<const std::string>(std::string(1000, 'x'));
  int found = 0;
  for (int i = 0; i < 1000; ++i) {
    const std::string name = absl::StrCat("workspaces/acme/processes/p", i);
    memory.EndFill(name, memory.BeginFill(name), {.response = big, .as_of = kNow});
    EXPECT_TRUE(memory.Find(name, kNoWish, kNow).has_value()) << "the newest stays: " << name;
  }
  for (int i = 0; i < 1000; ++i) {
    found += memory.Find(absl::StrCat("workspaces/acme/processes/p", i), kNoWish, kNow).has_value();
  }
  EXPECT_GT(found, 16) << "more than one a shard";
  EXPECT_LE(found, 16 * 3);
  const auto huge = std::make_shared<const std::string>(std::string(5000, 'x'));
  memory.EndFill(kName, memory.BeginFill(kName), {.response = huge, .as_of = kNow});
  EXPECT_EQ(Found(memory), "nothing") << "larger than a shard";
}

TEST(HeadMemoryTest, TheOnesKeptLongestLeave) {
  HeadMemory memory({.capacity_bytes = 16 * 20'000});
  const auto big = std::make_shared<const std::string>(std::string(1000, 'x'));
  const auto name = [](int i) { return absl::StrCat("workspaces/acme/processes/p", i); };
  constexpr int kHeads = 2000;
  for (int i = 0; i < kHeads; ++i)
    memory.EndFill(name(i), memory.BeginFill(name(i)), {.response = big, .as_of = kNow});
  int oldest = kHeads;
  for (int i = kHeads - 1; i >= 0; --i) {
    if (memory.Find(name(i), kNoWish, kNow).has_value()) oldest = i;
  }
  // Each of 16 shards keeps its 15 newest, which are among the 1000 newest of all.
  EXPECT_GT(oldest, kHeads - 1000);
}

TEST(HeadMemoryTest, AnAnswerStaysWithTheVersionThatItIsOf) {
  HeadMemory memory({});
  const auto answer = std::make_shared<const std::string>("revision 7");
  const auto answered = [&] {
    std::string found = "nothing";
    memory.Show(kName, kNoWish, kNow, [&](const KnownHead& head) {
      found = head.answer == nullptr ? "no answer"
                                     : absl::StrCat(head.answered_revision, ": ", *head.answer);
    });
    return found;
  };
  memory.KeepAnswer(kName, 1, 7, answer);
  EXPECT_EQ(answered(), "nothing") << "the head is not known";
  Fill(memory, Head(1));
  EXPECT_EQ(answered(), "no answer");
  memory.KeepAnswer(kName, 1, 7, answer);
  EXPECT_EQ(answered(), "7: revision 7");
  EXPECT_EQ(Found(memory), "v1");
  {
    HeadMemory::Write write(memory, kName);
    memory.KeepAnswer(kName, 1, 7, answer);
    EXPECT_EQ(answered(), "nothing") << "it leaves with its head";
    write.Committed(Head(2));
  }
  memory.KeepAnswer(kName, 1, 7, answer);
  EXPECT_EQ(answered(), "no answer") << "it was made of an older version";
}

TEST(HeadMemoryTest, AnAnswerCountsAndIsNotKeptInPlaceOfItsHead) {
  HeadMemory memory({.capacity_bytes = 16 * 4000});
  Fill(memory, Head(1));
  memory.KeepAnswer(kName, 1, 1, std::make_shared<const std::string>(std::string(5000, 'x')));
  bool has_answer = true;
  EXPECT_TRUE(memory.Show(kName, kNoWish, kNow,
                          [&](const KnownHead& head) { has_answer = head.answer != nullptr; }));
  EXPECT_FALSE(has_answer) << "larger than a shard";
}

// A store of one head, written by some threads and filled from by others: what is found is never
// older than what was committed before the look-up began.
TEST(HeadMemoryTest, IsNeverBehindTheStore) {
  HeadMemory memory({});
  absl::Mutex store_mutex;
  int64_t stored = 0;
  std::atomic<int64_t> answered{0};  // the highest version that a finished write has
  std::vector<std::thread> threads;
  for (int t = 0; t < 2; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 20'000; ++i) {
        int64_t version = 0;
        {
          HeadMemory::Write write(memory, kName);
          {
            absl::MutexLock lock(&store_mutex);
            version = ++stored;
          }
          write.Committed(Head(version));
        }
        int64_t before = answered.load();
        while (before < version && !answered.compare_exchange_weak(before, version)) {
        }
      }
    });
  }
  std::atomic<int64_t> behind{0};
  for (int t = 0; t < 2; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 40'000; ++i) {
        const int64_t least = answered.load();
        std::optional<KnownHead> found = memory.Find(kName, kNoWish, kNow);
        if (found.has_value()) {
          if (found->version < least) ++behind;
          continue;
        }
        HeadMemory::Ticket ticket = memory.BeginFill(kName);
        int64_t version = 0;
        {
          absl::MutexLock lock(&store_mutex);
          version = stored;
        }
        memory.EndFill(kName, ticket, Head(version));
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(behind.load(), 0);
  std::optional<KnownHead> last = memory.Find(kName, kNoWish, kNow);
  EXPECT_EQ(last.has_value() ? last->version : 40'000, 40'000);
}

}  // namespace
}  // namespace plumbline::catalog
