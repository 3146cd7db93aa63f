// SPDX-License-Identifier: Apache-2.0
#include "common/cache/memory.h"

#include <gtest/gtest.h>

#include <thread>

#include "absl/strings/str_cat.h"
#include "common/cache/entry.h"

namespace plumbline::cache {
namespace {

Bytes Value(size_t size, char c = 'v') { return std::make_shared<const std::string>(size, c); }

TEST(Memory, FindsWhatWasInserted) {
  Memory memory(1 << 20);
  memory.Insert("a", Value(10, 'a'));
  ASSERT_NE(memory.Find("a"), nullptr);
  EXPECT_EQ(*memory.Find("a"), "aaaaaaaaaa");
  EXPECT_EQ(memory.Find("b"), nullptr);
}

TEST(Memory, TheValueUsedLongestAgoLeavesFirst) {
  Memory memory(4000);  // one shard; three values of 1,000 bytes and their bookkeeping
  for (const char* key : {"a", "b", "c"}) memory.Insert(key, Value(1000));
  EXPECT_NE(memory.Find("a"), nullptr);
  memory.Insert("d", Value(1000));
  EXPECT_EQ(memory.Find("b"), nullptr);
  for (const char* key : {"a", "c", "d"}) EXPECT_NE(memory.Find(key), nullptr) << key;
}

TEST(Memory, OneLargeValueDisplacesManySmallOnes) {
  Memory memory(10'000);
  for (int i = 0; i < 20; ++i) memory.Insert(absl::StrCat("small", i), Value(200));
  memory.Insert("large", Value(9'000));
  EXPECT_NE(memory.Find("large"), nullptr);
  int left = 0;
  for (int i = 0; i < 20; ++i) left += memory.Find(absl::StrCat("small", i)) != nullptr;
  EXPECT_EQ(left, 2);
}

TEST(Memory, KeepsNothingLargerThanItself) {
  Memory memory(1000);
  memory.Insert("a", Value(100));
  memory.Insert("b", Value(1000));
  EXPECT_EQ(memory.Find("b"), nullptr);
  EXPECT_NE(memory.Find("a"), nullptr);
}

TEST(Memory, OfNoBytesKeepsNothing) {
  Memory memory(0);
  memory.Insert("", Value(0));
  EXPECT_EQ(memory.Find(""), nullptr);
}

TEST(Memory, AValueThatLeftStaysWithItsReaders) {
  Memory memory(1500);
  memory.Insert("a", Value(1000, 'a'));
  const Bytes held = memory.Find("a");
  memory.Insert("b", Value(1000));
  EXPECT_EQ(memory.Find("a"), nullptr);
  EXPECT_EQ(*held, std::string(1000, 'a'));
}

TEST(Memory, ManyThreadsSeeWholeValuesOnly) {
  Memory memory(50'000);
  const auto work = [&](int seed) {
    for (int i = 0; i < 20'000; ++i) {
      const int n = (i * 31 + seed * 17) % 97;
      const std::string key = absl::StrCat("k", n);
      memory.Insert(key, Value(500 + n, static_cast<char>(n)));
      const Bytes found = memory.Find(key);
      ASSERT_TRUE(found == nullptr || *found == std::string(500 + n, static_cast<char>(n)));
    }
  };
  std::vector<std::thread> threads;
  for (int seed = 0; seed < 4; ++seed) threads.emplace_back(work, seed);
  for (std::thread& thread : threads) thread.join();
}

TEST(Entry, OnlyWhatWasSealedUnderTheKeyIsTaken) {
  const std::string sealed = Seal("key", std::string("value\0with nul", 14));
  ASSERT_NE(Unseal("key", sealed), nullptr);
  EXPECT_EQ(*Unseal("key", sealed), std::string("value\0with nul", 14));
  EXPECT_EQ(*Unseal("key", Seal("key", "")), "");
  EXPECT_EQ(Unseal("other", sealed), nullptr);
  EXPECT_EQ(Unseal("ke", Seal("key", "value")), nullptr);
  EXPECT_EQ(Unseal("key", ""), nullptr);
  for (size_t i = 0; i < sealed.size(); ++i) {
    std::string broken = sealed;
    broken[i] = static_cast<char>(broken[i] ^ 1);
    EXPECT_EQ(Unseal("key", broken), nullptr) << i;
    EXPECT_EQ(Unseal("key", sealed.substr(0, i)), nullptr) << i;
  }
}

}  // namespace
}  // namespace plumbline::cache
