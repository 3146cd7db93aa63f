// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/conformance/check.h"

#include <gtest/gtest.h>

#include <string>

#include "absl/strings/str_cat.h"
#include "services/analytics/conformance/model_testing.h"

namespace plumbline::analytics::conformance {
namespace {

// So many variants of so many events each, of 26 activities.
VariantLog LogOfSize(size_t variants, size_t events) {
  VariantLog log;
  for (char c = 'a'; c <= 'z'; ++c) log.activities.push_back(std::string(1, c));
  for (size_t v = 0; v < variants; ++v) {
    LogVariant& variant = log.variants.emplace_back();
    variant.cases = 1;
    for (size_t i = 0; i < events; ++i) {
      variant.activities.push_back(static_cast<uint32_t>((v >> (i % 16)) + i) % 26);
    }
  }
  return log;
}

ModelNode AnyOrderOf(int activities) {
  ModelNode model = Inner(Operator::kParallel, {});
  for (int i = 0; i < activities; ++i) model.children.push_back(Activity(absl::StrCat(i)));
  return model;
}

CheckOptions OptionsOf(Method method) {
  CheckOptions options;
  options.method = method;
  options.align.threads = 2;
  return options;
}

TEST(CheckTest, LimitsFitIntoMemory) {
  const CheckSize size = SizeOf(AnyOrderOf(40), LogOfSize(3'000, 400));
  EXPECT_EQ(size.nodes, 41u);
  EXPECT_EQ(size.events, 1'200'000u);
  EXPECT_EQ(size.longest, 400u);
  EXPECT_GT(size.states, 1e12);
  for (const Method method : {Method::kAlign, Method::kReplay}) {
    int64_t before = 0;
    for (const int64_t bytes : {int64_t{1} << 20, int64_t{1} << 26, int64_t{1} << 34}) {
      CheckOptions options = OptionsOf(method);
      const int64_t most = FitInto(bytes, size, options);
      EXPECT_LE(most, bytes);
      EXPECT_GT(most, before);
      EXPECT_GT(options.align.thread_bytes, 100'000u);
      before = most;
    }
    // With more than it can take it is as it was.
    EXPECT_LT(before, int64_t{1} << 30);
    EXPECT_GT(before, int64_t{1} << 27);
  }
}

// Many checks of small logs go on at a time.
TEST(CheckTest, SmallChecksTakeLittle) {
  const ModelNode model = ParseModel("->( 'a', X( tau, 'b' ), +( 'c', 'd' ), 'e' )").value();
  const struct {
    const char* what;
    ModelNode model;
    VariantLog log;
    int64_t most;
  } kCases[] = {
      {"no events", model, LogOfSize(0, 0), 2 << 20},
      {"small", model, LogOfSize(50, 20), 2 << 20},
      {"many variants", model, LogOfSize(3'000, 20), 40 << 20},
      {"a wide model", AnyOrderOf(40), LogOfSize(10, 8), 160 << 20},
  };
  for (const auto& c : kCases) {
    for (const Method method : {Method::kAlign, Method::kReplay}) {
      SCOPED_TRACE(absl::StrCat(c.what, method == Method::kAlign ? ", aligned" : ", replayed"));
      CheckOptions options = OptionsOf(method);
      EXPECT_LE(FitInto(int64_t{1} << 30, SizeOf(c.model, c.log), options), c.most);
    }
  }
}

// What is set aside by the size of a check suffices for it: nothing is left out.
TEST(CheckTest, WhatIsSetAsideSuffices) {
  RandomModels random(7);
  for (int i = 0; i < 200; ++i) {
    const ModelNode model = random.Model(3 + i % 10, true);
    VariantLog log = LogOfSize(20, 1 + static_cast<size_t>(i) % 40);
    for (const Method method : {Method::kAlign, Method::kReplay}) {
      CheckOptions options = OptionsOf(method);
      FitInto(int64_t{1} << 30, SizeOf(model, log), options);
      const auto result = Check(model, log, options);
      ASSERT_TRUE(result.ok()) << result.status();
      EXPECT_EQ(method == Method::kAlign ? result->aligned.aligned_cases : result->replay.cases, 20)
          << ModelText(model);
      EXPECT_TRUE(result->precision.complete) << ModelText(model);
    }
  }
}

// The states of a model are no more than SizeOf says.
TEST(CheckTest, StatesAreBounded) {
  RandomModels random(11);
  for (int i = 0; i < 500; ++i) {
    const ModelNode model = random.Model(2 + i % 14, i % 2 == 0);
    const Compiled compiled(model);
    const auto automaton = Automaton::Make(compiled.machine, compiled.tree.label_count(), {});
    if (!automaton) continue;
    EXPECT_LE(automaton->size(), SizeOf(model, {}).states) << ModelText(model);
  }
}

}  // namespace
}  // namespace plumbline::analytics::conformance
