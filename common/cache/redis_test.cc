// SPDX-License-Identifier: Apache-2.0
//
// The cache with the real redis-server: absent, killed, frozen, flushed, full, restarted.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <functional>
#include <thread>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/clock.h"
#include "common/base/error.h"
#include "common/cache/cache.h"
#include "tests/support/redis_server.h"

namespace plumbline::cache {
namespace {

// Longer than any stall of a busy machine; so many look-ups that waited for it, one after the
// other, would exceed the time limit of this program many times.
constexpr absl::Duration kTimeout = absl::Seconds(1);
constexpr int kManyLookups = 2000;

Bytes Value(absl::string_view text) { return std::make_shared<const std::string>(text); }

class RedisTest : public ::testing::Test {
 protected:
  void StartServer(std::vector<std::string> arguments = {}) {
    auto server = testing::RedisServer::Start(std::move(arguments));
    ASSERT_TRUE(server.ok()) << server.status();
    server_ = *std::move(server);
  }

  std::unique_ptr<Cache> Open(const std::string& url, int64_t memory_bytes = 1 << 20) {
    auto cache = NewCache({memory_bytes, url, kTimeout}, "test", logger_);
    EXPECT_TRUE(cache.ok()) << cache.status();
    return *std::move(cache);
  }

  // A cache without memory: what it gives comes from Redis.
  std::unique_ptr<Cache> OpenWithoutMemory() { return Open(server_->url(), 0); }

  static void Eventually(const char* what, const std::function<bool()>& condition) {
    const absl::Time end = absl::Now() + testing::kPatience;
    while (!condition()) {
      ASSERT_LT(absl::Now(), end) << "never: " << what;
      absl::SleepFor(absl::Milliseconds(1));
    }
  }

  // Until a value goes through Redis and back. Writes again: while Redis is away writes are lost.
  void AwaitRedis(Cache& cache) {
    Eventually("redis answers", [&] {
      cache.Put("probe", Value("probe value"));
      const Bytes found = cache.Get("probe");
      EXPECT_TRUE(found == nullptr || *found == "probe value");
      return found != nullptr;
    });
  }

  int Logged(absl::string_view text) {
    absl::MutexLock lock(&mutex_);
    int count = 0;
    for (const std::string& line : lines_) count += absl::StrContains(line, text);
    return count;
  }

  absl::Mutex mutex_;
  std::vector<std::string> lines_;
  base::SystemClock clock_;
  base::Logger logger_{clock_, base::LogLevel::kInfo, [this](absl::string_view line) {
                         absl::MutexLock lock(&mutex_);
                         lines_.emplace_back(line);
                       }};
  std::unique_ptr<testing::RedisServer> server_;
};

TEST_F(RedisTest, MemoryOnlyNeedsNoRedis) {
  const auto cache = Open("");
  EXPECT_EQ(cache->Get("a"), nullptr);
  cache->Put("a", Value("1"));
  EXPECT_EQ(*cache->Peek("a"), "1");
  EXPECT_EQ(*cache->Get("a"), "1");
}

TEST_F(RedisTest, ValuesReachOtherProcesses) {
  StartServer();
  const auto writer = Open(server_->url());
  const auto reader = Open(server_->url());
  const std::string binary("\0\r\n$-1\xFF", 7);
  writer->Put("key with blank", Value(binary));
  Eventually("value arrives", [&] { return reader->Get("key with blank") != nullptr; });
  EXPECT_EQ(*reader->Get("key with blank"), binary);
  EXPECT_EQ(*reader->Peek("key with blank"), binary);  // now in its memory too
  EXPECT_EQ(reader->Get("nobody wrote this"), nullptr);
}

TEST_F(RedisTest, PeekNeverAsksRedis) {
  StartServer();
  const auto cache = OpenWithoutMemory();
  AwaitRedis(*cache);
  EXPECT_EQ(cache->Peek("probe"), nullptr);
}

TEST_F(RedisTest, PrefixesKeepServicesApart) {
  StartServer();
  const auto one = OpenWithoutMemory();
  AwaitRedis(*one);
  auto two = NewCache({0, server_->url(), kTimeout}, "other", logger_);
  ASSERT_TRUE(two.ok());
  (*two)->Put("mine", Value("x"));
  Eventually("two is connected", [&] { return (*two)->Get("mine") != nullptr; });
  EXPECT_EQ((*two)->Get("probe"), nullptr);
}

TEST_F(RedisTest, PasswordAndDatabaseAreUsed) {
  StartServer({"--requirepass", "hush"});
  const std::string address = absl::StrCat("127.0.0.1:", server_->port(), "/3");
  const auto refused = Open(absl::StrCat("redis://:wrong@", address), 0);
  const auto cache = Open(absl::StrCat("redis://:hush@", address), 0);
  AwaitRedis(*cache);
  Eventually("refusal is told", [&] { return Logged("redis does not answer") == 1; });
  EXPECT_EQ(refused->Get("probe"), nullptr);
  EXPECT_EQ(Logged("hush") + Logged("wrong@"), 0);
}

TEST_F(RedisTest, AbsentRedisIsAMiss) {
  const auto cache = Open(absl::StrCat("redis://127.0.0.1:", testing::FreePort()));
  for (int i = 0; i < kManyLookups; ++i) {
    const std::string key = absl::StrCat("k", i);
    EXPECT_EQ(cache->Get(key), nullptr);
    cache->Put(key, Value(key));
    EXPECT_EQ(*cache->Get(key), key);
  }
  Eventually("it is told once", [&] { return Logged("redis does not answer") == 1; });
}

TEST_F(RedisTest, KilledRedisIsAMissAndComesBack) {
  StartServer();
  const auto cache = OpenWithoutMemory();
  AwaitRedis(*cache);
  ASSERT_TRUE(server_->Kill().ok());
  for (int i = 0; i < kManyLookups; ++i) EXPECT_EQ(cache->Get(absl::StrCat("k", i)), nullptr);
  ASSERT_TRUE(server_->Restart().ok());
  AwaitRedis(*cache);
}

TEST_F(RedisTest, RestartedRedisStartsEmptyAndIsUsedAgain) {
  StartServer();
  const auto cache = OpenWithoutMemory();
  cache->Put("before", Value("b"));
  Eventually("before is stored", [&] { return cache->Get("before") != nullptr; });
  ASSERT_TRUE(server_->Restart().ok());
  AwaitRedis(*cache);
  EXPECT_EQ(cache->Get("before"), nullptr);
}

TEST_F(RedisTest, FrozenRedisCostsOneTimeoutNotOnePerCall) {
  StartServer();
  const auto cache = OpenWithoutMemory();
  AwaitRedis(*cache);
  server_->Freeze();
  for (int i = 0; i < kManyLookups; ++i) {
    EXPECT_EQ(cache->Get("probe"), nullptr);
    cache->Put(absl::StrCat("k", i), Value("v"));
  }
  server_->Thaw();
  AwaitRedis(*cache);
}

TEST_F(RedisTest, FrozenBeforeItWasReachedIsAMissToo) {
  StartServer();
  server_->Freeze();
  const auto cache = OpenWithoutMemory();
  for (int i = 0; i < kManyLookups; ++i) EXPECT_EQ(cache->Get("probe"), nullptr);
  server_->Thaw();
  AwaitRedis(*cache);
}

TEST_F(RedisTest, FlushedRedisIsAMiss) {
  StartServer();
  const auto cache = OpenWithoutMemory();
  AwaitRedis(*cache);
  ASSERT_TRUE(server_->Flush().ok());
  EXPECT_EQ(cache->Get("probe"), nullptr);
  AwaitRedis(*cache);
}

TEST_F(RedisTest, BrokenEntriesAreMisses) {
  StartServer();
  const auto cache = OpenWithoutMemory();
  AwaitRedis(*cache);
  ASSERT_EQ(server_->Command("SET test:garbage nonsense").value(), "+OK");
  ASSERT_EQ(server_->Command("LPUSH test:list a").value(), ":1");
  ASSERT_EQ(server_->Command("COPY test:probe test:moved").value(), ":1");
  for (const char* key : {"garbage", "list", "moved"}) EXPECT_EQ(cache->Get(key), nullptr) << key;
  AwaitRedis(*cache);
}

TEST_F(RedisTest, FullRedisRefusesAndNobodyNotices) {
  StartServer({"--maxmemory", "3mb", "--maxmemory-policy", "noeviction"});
  const auto cache = Open(server_->url(), 64 << 20);
  const auto reader = OpenWithoutMemory();
  AwaitRedis(*reader);
  const std::string large(100'000, 'x');
  for (int i = 0; i < 100; ++i) cache->Put(absl::StrCat("k", i), Value(large));
  Eventually("redis is full", [&] { return Logged("redis refuses commands") > 0; });
  for (int i = 0; i < 100; ++i) EXPECT_EQ(*cache->Get(absl::StrCat("k", i)), large);
  // What it holds it still gives.
  Eventually("probe is read", [&] { return reader->Get("probe") != nullptr; });
}

TEST_F(RedisTest, WritesBeyondTheQueueAreDropped) {
  const auto cache = Open(absl::StrCat("redis://127.0.0.1:", testing::FreePort()));
  const Bytes large = Value(std::string(1 << 20, 'x'));
  for (int i = 0; i < 1000; ++i) cache->Put(absl::StrCat("k", i), large);
  // Every owner beside this test is a write that waits.
  EXPECT_GT(large.use_count(), 10);
  EXPECT_LE(large.use_count(), 20);
}

TEST_F(RedisTest, ThreadsSeeRightValuesWhileRedisComesAndGoes) {
  StartServer();
  const auto cache = Open(server_->url(), 20'000);
  std::atomic<bool> stop = false;
  std::atomic<int> wrong = 0;
  const auto work = [&](int seed) {
    for (int i = seed; !stop; i += 7) {
      const std::string key = absl::StrCat("k", i % 501);
      const std::string expected(200 + i % 501, static_cast<char>('a' + i % 501 % 26));
      const Bytes found = cache->Get(key);
      if (found == nullptr) {
        cache->Put(key, Value(expected));
      } else if (*found != expected) {
        ++wrong;
      }
    }
  };
  std::vector<std::thread> threads;
  for (int seed = 0; seed < 4; ++seed) threads.emplace_back(work, seed);
  for (int round = 0; round < 3; ++round) {
    EXPECT_TRUE(server_->Kill().ok());
    EXPECT_TRUE(server_->Restart().ok());
    const auto probe = OpenWithoutMemory();
    AwaitRedis(*probe);
    server_->Freeze();
    server_->Thaw();
    EXPECT_TRUE(server_->Flush().ok());
  }
  stop = true;
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(wrong, 0);
}

TEST_F(RedisTest, EndsWhileRedisIsFrozen) {
  StartServer();
  auto cache = OpenWithoutMemory();
  AwaitRedis(*cache);
  server_->Freeze();
  cache->Put("late", Value("v"));
  cache.reset();
  server_->Thaw();
}

TEST_F(RedisTest, BadOptionsAreRefused) {
  EXPECT_EQ(base::ReasonOf(NewCache({-1, "", kTimeout}, "p", logger_).status()),
            base::Reason::ERROR_REASON_FIELD_INVALID);
  EXPECT_EQ(base::ReasonOf(NewCache({0, "http://x", kTimeout}, "p", logger_).status()),
            base::Reason::ERROR_REASON_FIELD_INVALID);
  EXPECT_EQ(base::ReasonOf(NewCache({0, "redis://x", absl::ZeroDuration()}, "p", logger_).status()),
            base::Reason::ERROR_REASON_FIELD_INVALID);
}

}  // namespace
}  // namespace plumbline::cache
