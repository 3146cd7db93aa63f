// SPDX-License-Identifier: Apache-2.0
//
// What checks reserve is about what they use: this program counts what is allocated.
#include <gtest/gtest.h>
#include <malloc.h>

#include <atomic>
#include <cstdlib>
#include <new>
#include <optional>
#include <string>

#include "services/analytics/conformance/check.h"
#include "services/analytics/conformance/model_testing.h"
#include "services/analytics/conformance/variant_log.h"
#include "services/analytics/log/reference_rows.h"

namespace {

std::atomic<int64_t> used{0}, most{0};

void* Count(void* block) {
  if (block == nullptr) throw std::bad_alloc();
  const int64_t now = used += static_cast<int64_t>(malloc_usable_size(block));
  int64_t before = most;
  while (now > before && !most.compare_exchange_weak(before, now)) {
  }
  return block;
}

void Uncount(void* block) {
  if (block == nullptr) return;
  used -= static_cast<int64_t>(malloc_usable_size(block));
  std::free(block);
}

}  // namespace

void* operator new(size_t size) { return Count(std::malloc(size)); }
void* operator new[](size_t size) { return Count(std::malloc(size)); }
void* operator new(size_t size, std::align_val_t align) {
  return Count(std::aligned_alloc(static_cast<size_t>(align), size));
}
void* operator new[](size_t size, std::align_val_t align) {
  return Count(std::aligned_alloc(static_cast<size_t>(align), size));
}
void operator delete(void* block) noexcept { Uncount(block); }
void operator delete[](void* block) noexcept { Uncount(block); }
void operator delete(void* block, size_t) noexcept { Uncount(block); }
void operator delete[](void* block, size_t) noexcept { Uncount(block); }
void operator delete(void* block, std::align_val_t) noexcept { Uncount(block); }
void operator delete[](void* block, std::align_val_t) noexcept { Uncount(block); }
void operator delete(void* block, size_t, std::align_val_t) noexcept { Uncount(block); }
void operator delete[](void* block, size_t, std::align_val_t) noexcept { Uncount(block); }

namespace plumbline::analytics::conformance {
namespace {

using plumbline::testing::At;
using plumbline::testing::Json;

struct Taken {
  int64_t reserved = 0, used = 0;
};

Taken TakenBy(const ModelNode& model, const VariantLog& log, Method method) {
  const CheckSize size = SizeOf(model, log);
  Taken taken{BytesBeside(size), 0};
  const auto memory = std::make_shared<SearchMemory>([&taken](int64_t bytes) {
    taken.reserved += bytes;
    return true;
  });
  CheckOptions options;
  options.method = method;
  options.align.threads = 2;
  options.align.memory = options.replay.memory = memory;
  FitInto(int64_t{256} << 20, size, options);
  const int64_t before = used;
  most = before;
  const auto result = Check(model, log, options);
  taken.used = most - before;
  EXPECT_TRUE(result.ok()) << result.status();
  return taken;
}

class MemoryTest : public ::testing::TestWithParam<std::string> {};

TEST_P(MemoryTest, WhatIsReservedIsUsed) {
  const std::optional<Json> reference = plumbline::testing::ReadReference(GetParam());
  const Traces traces(MakeLog(ReadReferenceRows(GetParam())), {{}, false});
  const VariantLog log = VariantLogOf(traces, Variants(traces));
  if (!reference.has_value() || log.variants.empty())
    GTEST_SKIP() << GetParam() << " is not at hand";
  for (const char* tree : {"inductive_miner", "inductive_miner_f_0.2"}) {
    const ModelNode model = ParseModel(At(At(*reference, tree), "tree").string_value()).value();
    for (const Method method : {Method::kAlign, Method::kReplay}) {
      SCOPED_TRACE(absl::StrCat(tree, method == Method::kAlign ? ", aligned" : ", replayed"));
      const Taken taken = TakenBy(model, log, method);
      EXPECT_GE(taken.reserved, taken.used);
      EXPECT_LE(taken.reserved, 8 * taken.used + (int64_t{2} << 20));
      RecordProperty(absl::StrCat(tree, method == Method::kAlign ? "_align" : "_replay"),
                     absl::StrCat(taken.reserved >> 10, " of ", taken.used >> 10, " KiB"));
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Logs, MemoryTest, ::testing::ValuesIn(ReferenceLogs()),
                         [](const auto& param_info) { return param_info.param; });

// A model with more states than can be listed, and a log with little to search for.
TEST(MemoryOfAWideModel, IsWhatItsLogNeeds) {
  std::string text = "+( 'a0'";
  for (int i = 1; i < 40; ++i) absl::StrAppend(&text, ", 'a", i, "'");
  const ModelNode model = ParseModel(text + " )").value();
  VariantLog log;
  for (int i = 0; i < 40; ++i) log.activities.push_back(absl::StrCat("a", i));
  for (uint32_t v = 0; v < 10; ++v) {
    LogVariant& variant = log.variants.emplace_back();
    variant.cases = 1;
    for (uint32_t i = 0; i < 40; ++i) {
      if (i % 9 != v) variant.activities.push_back((i * 7 + v) % 40);
    }
  }
  for (const Method method : {Method::kAlign, Method::kReplay}) {
    const Taken taken = TakenBy(model, log, method);
    EXPECT_GE(taken.reserved, taken.used);
    EXPECT_LE(taken.reserved, taken.used + taken.used / 2 + (int64_t{2} << 20));
  }
}

TEST(SearchMemoryTest, WhatIsRefusedEndsTheCheck) {
  const auto memory = std::make_shared<SearchMemory>([](int64_t) { return false; });
  const ModelNode model = ParseModel("->( 'a', +( 'b', 'c' ) )").value();
  const VariantLog log{{"a", "b", "c"}, {{{0, 2, 1}, 1}, {{1}, 2}}};
  CheckOptions options;
  options.align.memory = memory;
  options.align.expired = [&] { return memory->refused(); };
  const auto result = Check(model, log, options);
  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_TRUE(memory->refused());
  EXPECT_EQ(result->aligned.aligned_cases, 0);
}

TEST(SearchMemoryTest, WhatIsGivenBackIsTakenAgain) {
  int64_t taken = 0;
  SearchMemory memory([&](int64_t bytes) {
    taken += bytes;
    return taken <= (3 << 20);
  });
  for (int i = 0; i < 5; ++i) {
    MemoryShare share(memory, 1 << 20);
    EXPECT_TRUE(share.Has(1 << 20));
    EXPECT_FALSE(share.Has((1 << 20) + 1));  // its own limit, and nothing is refused
  }
  EXPECT_LE(taken, 2 << 20);
  MemoryShare share(memory, 8 << 20);
  EXPECT_FALSE(share.Has(8 << 20));
  EXPECT_TRUE(memory.refused());
}

}  // namespace
}  // namespace plumbline::analytics::conformance
