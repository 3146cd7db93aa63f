// SPDX-License-Identifier: Apache-2.0
//
// What must hold for every model: checked on random ones against a plain search.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>

#include "services/analytics/conformance/align.h"
#include "services/analytics/conformance/model_testing.h"
#include "services/analytics/conformance/replay.h"
#include "services/analytics/conformance/shortest_run.h"

namespace plumbline::analytics::conformance {
namespace {

// Random cases: a model and a trace each.
int Cases() { return std::getenv("PLUMBLINE_NIGHTLY") != nullptr ? 30'000 : 3'000; }
constexpr int kTraces = 3;

// No state may be listed, so that each variant is aligned on its own.
AlignOptions Wide() {
  AlignOptions options;
  options.automaton.states = 0;
  return options;
}

// The moves explain the trace by a run of the model and cost what they are said to.
void ExpectSound(const Compiled& model, const std::vector<uint32_t>& trace,
                 const Alignment& alignment) {
  std::vector<uint32_t> events, run;
  uint32_t deviations = 0;
  for (const Move& move : alignment.moves) {
    if (move.kind != MoveKind::kModel) events.push_back(move.label);
    if (move.kind != MoveKind::kLog) run.push_back(move.label);
    deviations += move.kind != MoveKind::kBoth;
  }
  EXPECT_EQ(events, trace);
  EXPECT_TRUE(IsInLanguage(model.machine, run));
  EXPECT_EQ(deviations, DeviationsOf(alignment.cost));
  EXPECT_EQ(deviations, alignment.least_deviations);
}

TEST(PropertyTest, AlignmentsCostWhatAPlainSearchFinds) {
  RandomModels random(1);
  for (int i = 0; i < Cases() / kTraces; ++i) {
    const ModelNode node = random.Model(1 + random.Below(8), random.Below(2) == 0);
    SCOPED_TRACE(ModelText(node));
    const Compiled model(node);
    std::vector<std::vector<uint32_t>> traces;
    for (int k = 0; k < kTraces; ++k) {
      traces.push_back(random.Trace(model.tree.label_count() + 1, 8));  // one label is unknown
    }
    const LabelledLog log = LogOf(model.tree, traces);
    const auto narrow = Align(model.tree, model.net, model.machine, log, {});
    const auto wide = Align(model.tree, model.net, model.machine, log, Wide());
    const ReplayResult replay = Replay(model.net, model.machine, log, {});
    for (size_t k = 0; k < traces.size(); ++k) {
      const Cost cost = PlainCost(model.net, traces[k]);
      ASSERT_TRUE(narrow[k].optimal && wide[k].optimal);
      ASSERT_EQ(narrow[k].cost, cost);
      ASSERT_EQ(wide[k].cost, cost);
      ExpectSound(model, traces[k], narrow[k]);
      ExpectSound(model, traces[k], wide[k]);
      const bool fits = DeviationsOf(cost) == 0;
      ASSERT_EQ(replay.variants[k].fits, fits);
      ASSERT_EQ(replay.variants[k].Fitness() == 1, fits);
      const Tokens& tokens = replay.variants[k].tokens;
      ASSERT_EQ(tokens.produced + tokens.missing, tokens.consumed + tokens.remaining);
    }
    ASSERT_EQ(FindShortestRun(model.tree, model.net).cost, PlainCost(model.net, {}));
  }
}

TEST(PropertyTest, WhatAModelPlaysOutFitsIt) {
  RandomModels random(2);
  for (int i = 0; i < Cases() / 10; ++i) {
    const ModelNode node = random.Model(1 + random.Below(20), random.Below(2) == 0);
    SCOPED_TRACE(ModelText(node));
    const Compiled model(node);
    const auto automaton = Automaton::Make(model.machine, model.tree.label_count(), {});
    if (!automaton) continue;
    std::vector<std::vector<uint32_t>> traces;
    for (int k = 0; k < 10; ++k) traces.push_back(random.PlayOut(*automaton, 40));
    const LabelledLog log = LogOf(model.tree, traces);
    const ReplayResult replay = Replay(model.net, model.machine, log, {});
    ASSERT_EQ(replay.fitting_cases, replay.cases);
    ASSERT_EQ(replay.log_fitness, 1);
    for (const Alignment& a : Align(model.tree, model.net, model.machine, log, {})) {
      ASSERT_TRUE(a.optimal);
      ASSERT_EQ(DeviationsOf(a.cost), 0u);
    }
    for (const Alignment& a : Align(model.tree, model.net, model.machine, log, Wide())) {
      ASSERT_TRUE(a.optimal);
      ASSERT_EQ(DeviationsOf(a.cost), 0u);
    }
  }
}

// The language by trying all short traces: which of them a plain search explains without deviation.
TEST(PropertyTest, CostIsZeroExactlyInTheLanguage) {
  RandomModels random(3);
  for (int i = 0; i < Cases() / 100; ++i) {
    const ModelNode node = random.Model(2 + random.Below(3), random.Below(2) == 0);
    SCOPED_TRACE(ModelText(node));
    const Compiled model(node);
    const uint32_t labels = model.tree.label_count();
    std::vector<std::vector<uint32_t>> traces = {{}};
    for (size_t t = 0; t < traces.size() && traces.size() < 100; ++t) {
      for (uint32_t label = 0; label < labels && traces[t].size() < 5; ++label) {
        traces.push_back(traces[t]);
        traces.back().push_back(label);
      }
    }
    const auto alignments =
        Align(model.tree, model.net, model.machine, LogOf(model.tree, traces), {});
    for (size_t t = 0; t < traces.size(); ++t) {
      const bool in_language = DeviationsOf(PlainCost(model.net, traces[t])) == 0;
      ASSERT_EQ(DeviationsOf(alignments[t].cost) == 0, in_language);
      ASSERT_EQ(IsInLanguage(model.machine, traces[t]), in_language);
    }
  }
}

TEST(PropertyTest, OrderAndThreadsChangeNothing) {
  RandomModels random(4);
  for (int i = 0; i < Cases() / 100; ++i) {
    const ModelNode node = random.Model(3 + random.Below(10), random.Below(2) == 0);
    SCOPED_TRACE(ModelText(node));
    const Compiled model(node);
    std::vector<std::vector<uint32_t>> traces;
    for (int k = 0; k < 20; ++k) traces.push_back(random.Trace(model.tree.label_count() + 1, 12));
    std::vector<std::vector<uint32_t>> turned(traces.rbegin(), traces.rend());
    const LabelledLog log = LogOf(model.tree, traces), back = LogOf(model.tree, turned);
    const ReplayResult replay = Replay(model.net, model.machine, log, {});
    const ReplayResult replay_back = Replay(model.net, model.machine, back, {});
    for (AlignOptions options : {AlignOptions{}, Wide()}) {
      const auto one = Align(model.tree, model.net, model.machine, log, options);
      options.threads = 2;
      const auto other = Align(model.tree, model.net, model.machine, back, options);
      for (size_t k = 0; k < traces.size(); ++k) {
        const size_t turned_k = traces.size() - 1 - k;
        ASSERT_EQ(one[k].cost, other[turned_k].cost);
        ASSERT_EQ(one[k].moves, other[turned_k].moves);
        ASSERT_EQ(replay.variants[k].tokens, replay_back.variants[turned_k].tokens);
      }
    }
  }
}

}  // namespace
}  // namespace plumbline::analytics::conformance
