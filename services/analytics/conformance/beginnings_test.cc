// SPDX-License-Identifier: Apache-2.0
//
// Cases that have not ended: what their beginnings cost, against a plain search over the net and
// against all beginnings of all short runs.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <set>
#include <string>

#include "services/analytics/conformance/check.h"
#include "services/analytics/conformance/model_testing.h"

namespace plumbline::analytics::conformance {
namespace {

int Cases() { return std::getenv("PLUMBLINE_NIGHTLY") != nullptr ? 10'000 : 1'000; }

// No state may be listed, so that each variant is aligned on its own.
AlignOptions Wide() {
  AlignOptions options;
  options.automaton.states = 0;
  return options;
}

LabelledLog BeginningsOf(const Tree& tree, const std::vector<std::vector<uint32_t>>& traces) {
  LabelledLog log = LogOf(tree, traces);
  for (LogVariant& variant : log.variants) variant.beginning = true;
  return log;
}

using Words = std::set<std::string>;

// The words of a tree and their beginnings, by what its operators mean, up to a length.
struct Language {
  Words words, beginnings;
};

class Speaker {
 public:
  explicit Speaker(size_t longest) : longest_(longest) {}

  Language Of(const ModelNode& node) const {
    if (node.op == Operator::kSilent) return {{""}, {""}};
    if (node.op == Operator::kActivity) return {{node.activity}, {"", node.activity}};
    if (node.op == Operator::kLoop) return Loop(node);
    Language all;
    for (size_t i = 0; i < node.children.size(); ++i) {
      const Language child = Of(node.children[i]);
      if (i == 0) {
        all = child;
      } else if (node.op == Operator::kChoice) {
        all.words.insert(child.words.begin(), child.words.end());
        all.beginnings.insert(child.beginnings.begin(), child.beginnings.end());
      } else if (node.op == Operator::kSequence) {
        const Words more = Join(all.words, child.beginnings);
        all.beginnings.insert(more.begin(), more.end());
        all.words = Join(all.words, child.words);
      } else {
        all = {Mix(all.words, child.words), Mix(all.beginnings, child.beginnings)};
      }
    }
    return all;
  }

 private:
  Language Loop(const ModelNode& node) const {
    const Language body = Of(node.children[0]);
    Language back;
    for (size_t i = 1; i < node.children.size(); ++i) {
      const Language way = Of(node.children[i]);
      back.words.insert(way.words.begin(), way.words.end());
      back.beginnings.insert(way.beginnings.begin(), way.beginnings.end());
    }
    Language loop = body;
    for (size_t before = 0; before != loop.words.size();) {
      before = loop.words.size();
      const Words again = Join(Join(loop.words, back.words), body.words);
      loop.words.insert(again.begin(), again.end());
    }
    for (const Words& more :
         {Join(loop.words, back.beginnings), Join(Join(loop.words, back.words), body.beginnings)}) {
      loop.beginnings.insert(more.begin(), more.end());
    }
    return loop;
  }

  Words Join(const Words& first, const Words& second) const {
    Words all;
    for (const std::string& a : first) {
      for (const std::string& b : second) {
        if (a.size() + b.size() <= longest_) all.insert(a + b);
      }
    }
    return all;
  }

  Words Mix(const Words& first, const Words& second) const {
    Words all;
    for (const std::string& a : first) {
      for (const std::string& b : second) {
        if (a.size() + b.size() <= longest_) Mix(a, b, "", all);
      }
    }
    return all;
  }

  static void Mix(const std::string& a, const std::string& b, const std::string& so_far,
                  Words& all) {
    if (a.empty() || b.empty()) {
      all.insert(so_far + a + b);
      return;
    }
    Mix(a.substr(1), b, so_far + a[0], all);
    Mix(a, b.substr(1), so_far + b[0], all);
  }

  size_t longest_;
};

// Letters to be left out of either so that they become the same.
size_t Apart(const std::string& a, const std::string& b) {
  std::vector<size_t> row(b.size() + 1);
  for (size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (size_t i = 1; i <= a.size(); ++i) {
    size_t diagonal = std::exchange(row[0], i);
    for (size_t j = 1; j <= b.size(); ++j) {
      const size_t above = row[j];
      row[j] = a[i - 1] == b[j - 1] ? diagonal : 1 + std::min(above, row[j - 1]);
      diagonal = above;
    }
  }
  return row.back();
}

std::vector<uint32_t> RunOf(const Alignment& alignment) {
  std::vector<uint32_t> run;
  for (const Move& move : alignment.moves) {
    if (move.kind != MoveKind::kLog) run.push_back(move.label);
  }
  return run;
}

// The fewest activities that are left after the beginning of a run.
uint32_t LeftAfter(const Automaton& automaton, const std::vector<uint32_t>& run) {
  std::set<uint32_t> states = {0};
  for (const uint32_t label : run) {
    std::set<uint32_t> next;
    for (const uint32_t state : states) {
      for (const Automaton::Edge& edge : automaton.edges(state, label)) next.insert(edge.to);
    }
    states = std::move(next);
  }
  uint32_t least = ~uint32_t{0};
  for (const uint32_t state : states) least = std::min(least, DeviationsOf(automaton.rest(state)));
  return least;
}

// Of explanations with as few deviations the one after which the least is left, however many states
// the model has.
TEST(BeginningsTest, WhatWasLeftOutIsToldRatherThanWhatWasTooEarly) {
  const Compiled model(std::string("->( 'quote', 'review', 'sign', 'pay' )"));
  const LabelledLog log = BeginningsOf(model.tree, {{0, 2}, {1, 2}, {0, 3}, {2}});
  const Move review{MoveKind::kModel, 1};
  for (const AlignOptions& options : {AlignOptions{}, Wide()}) {
    const auto alignments = Align(model.tree, model.net, model.machine, log, options);
    const std::vector<Move> sign = {{MoveKind::kBoth, 0}, review, {MoveKind::kBoth, 2}};
    EXPECT_EQ(alignments[0].moves, sign);
    EXPECT_EQ(alignments[1].moves.front(), (Move{MoveKind::kModel, 0}));
    // Two were left out, or one came too early: the latter has fewer deviations.
    EXPECT_EQ(alignments[2].moves.back(), (Move{MoveKind::kLog, 3}));
    EXPECT_EQ(alignments[3].moves, (std::vector<Move>{{MoveKind::kLog, 2}}));
  }
}

TEST(BeginningsTest, TheLeastIsLeftWithAnyNumberOfStates) {
  RandomModels random(24);
  int ties = 0;
  for (int i = 0; i < Cases() / 3; ++i) {
    const ModelNode node = random.Model(1 + random.Below(12), random.Below(2) == 0);
    SCOPED_TRACE(ModelText(node));
    const Compiled model(node);
    const auto automaton = Automaton::Make(model.machine, model.tree.label_count(), {});
    ASSERT_TRUE(automaton.has_value());
    std::vector<std::vector<uint32_t>> traces;
    for (int k = 0; k < 3; ++k) traces.push_back(random.Trace(model.tree.label_count(), 8));
    const LabelledLog log = BeginningsOf(model.tree, traces);
    const auto narrow = Align(model.tree, model.net, model.machine, log, {});
    const auto wide = Align(model.tree, model.net, model.machine, log, Wide());
    for (size_t k = 0; k < traces.size(); ++k) {
      ASSERT_EQ(DeviationsOf(narrow[k].cost), DeviationsOf(wide[k].cost));
      ASSERT_EQ(LeftAfter(*automaton, RunOf(narrow[k])), LeftAfter(*automaton, RunOf(wide[k])));
      ties += narrow[k].moves != wide[k].moves;
    }
  }
  EXPECT_GT(ties, 0);  // they are the same in what is promised, not in all
}

TEST(BeginningsTest, CostWhatAPlainSearchFinds) {
  RandomModels random(21);
  for (int i = 0; i < Cases() / 3; ++i) {
    const ModelNode node = random.Model(1 + random.Below(8), random.Below(2) == 0);
    SCOPED_TRACE(ModelText(node));
    const Compiled model(node);
    std::vector<std::vector<uint32_t>> traces;
    for (int k = 0; k < 3; ++k) {
      traces.push_back(random.Trace(model.tree.label_count() + 1, 8));  // one label is unknown
    }
    const LabelledLog log = BeginningsOf(model.tree, traces);
    const auto narrow = Align(model.tree, model.net, model.machine, log, {});
    const auto wide = Align(model.tree, model.net, model.machine, log, Wide());
    const auto ended = Align(model.tree, model.net, model.machine, LogOf(model.tree, traces), {});
    const ReplayResult replay = Replay(model.net, model.machine, log, {});
    for (size_t k = 0; k < traces.size(); ++k) {
      const uint32_t plain = DeviationsOf(PlainCost(model.net, traces[k], true));
      ASSERT_TRUE(narrow[k].optimal && wide[k].optimal);
      ASSERT_EQ(DeviationsOf(narrow[k].cost), plain);
      ASSERT_EQ(DeviationsOf(wide[k].cost), plain);
      ASSERT_LE(plain, DeviationsOf(ended[k].cost));
      ASSERT_EQ(narrow[k].least_deviations, plain);
      // The moves are the trace, they cost what is said, and what the model does can go on.
      for (const Alignment& alignment : {narrow[k], wide[k]}) {
        std::vector<uint32_t> events, run;
        for (const Move& move : alignment.moves) {
          if (move.kind != MoveKind::kModel) events.push_back(move.label);
          if (move.kind != MoveKind::kLog) run.push_back(move.label);
        }
        ASSERT_EQ(events, traces[k]);
        ASSERT_EQ(events.size() + run.size(),
                  plain + 2 * static_cast<size_t>(std::count_if(
                                  alignment.moves.begin(), alignment.moves.end(),
                                  [](const Move& m) { return m.kind == MoveKind::kBoth; })));
        ASSERT_EQ(DeviationsOf(PlainCost(model.net, run, true)), 0u);
      }
      ASSERT_EQ(replay.variants[k].fits, plain == 0);
      ASSERT_EQ(replay.variants[k].Fitness() == 1, plain == 0);
      ASSERT_EQ(replay.variants[k].tokens.remaining, 0);
    }
  }
}

// The nearest of all beginnings that are not longer than what could be nearest.
TEST(BeginningsTest, CostWhatTheNearestBeginningOfAWordIsAway) {
  RandomModels random(22);
  constexpr int kLongest = 3;
  for (int i = 0; i < Cases() / 10; ++i) {
    const ModelNode node = random.Model(1 + random.Below(4), random.Below(2) == 0);
    SCOPED_TRACE(ModelText(node));
    const Compiled model(node);
    const Language language = Speaker(2 * kLongest).Of(node);
    std::vector<std::vector<uint32_t>> traces;
    for (int k = 0; k < 5; ++k) {
      traces.push_back(random.Trace(model.tree.label_count() + 1, kLongest));
    }
    const auto alignments =
        Align(model.tree, model.net, model.machine, BeginningsOf(model.tree, traces), {});
    for (size_t k = 0; k < traces.size(); ++k) {
      std::string word;
      for (const uint32_t label : traces[k]) {
        word += label < model.tree.label_count() ? model.tree.labels()[label] : "?";
      }
      size_t nearest = word.size();
      for (const std::string& other : language.beginnings) {
        nearest = std::min(nearest, Apart(word, other));
      }
      ASSERT_EQ(DeviationsOf(alignments[k].cost), nearest) << word;
    }
  }
}

// Every beginning of what a model plays out fits it so far.
TEST(BeginningsTest, BeginningsOfRunsFit) {
  RandomModels random(23);
  for (int i = 0; i < Cases() / 10; ++i) {
    const ModelNode node = random.Model(1 + random.Below(20), random.Below(2) == 0);
    SCOPED_TRACE(ModelText(node));
    const Compiled model(node);
    const auto automaton = Automaton::Make(model.machine, model.tree.label_count(), {});
    if (!automaton) continue;
    const std::vector<uint32_t> run = random.PlayOut(*automaton, 20);
    std::vector<std::vector<uint32_t>> traces;
    for (size_t length = 0; length <= run.size(); ++length) {
      traces.emplace_back(run.begin(), run.begin() + static_cast<std::ptrdiff_t>(length));
    }
    const LabelledLog log = BeginningsOf(model.tree, traces);
    for (const AlignOptions& options : {AlignOptions{}, Wide()}) {
      for (const Alignment& a : Align(model.tree, model.net, model.machine, log, options)) {
        ASSERT_TRUE(a.optimal);
        ASSERT_EQ(DeviationsOf(a.cost), 0u);
      }
    }
    const ReplayResult replay = Replay(model.net, model.machine, log, {});
    ASSERT_EQ(replay.fitting_begun_cases, static_cast<int64_t>(traces.size()));
    ASSERT_EQ(replay.log_fitness, 1);
  }
}

// The same activities twice: of cases that ended, and of cases that did not.
TEST(BeginningsTest, ALogOfBoth) {
  const ModelNode model = ParseModel("->( 'a', 'b', 'c' )").value();
  VariantLog log{{"a", "b", "c", "z"}, {}};
  log.variants.push_back({{0, 1, 2}, 10, false, 0});
  log.variants.push_back({{0, 1}, 1, false, 1});
  log.variants.push_back({{0, 1}, 4, true, 1});
  log.variants.push_back({{0, 2}, 1, true, 2});
  log.variants.push_back({{0, 3}, 2, true, 3});
  CheckOptions options;
  const CheckResult aligned = Check(model, log, options).value();
  EXPECT_EQ(aligned.aligned.cases, 18);
  EXPECT_EQ(aligned.aligned.begun_cases, 7);
  EXPECT_EQ(aligned.aligned.aligned_begun_cases, 7);
  EXPECT_EQ(aligned.aligned.fitting_cases, 14);
  EXPECT_EQ(aligned.aligned.fitting_begun_cases, 4);
  // Deviations: c of one, b of one, z of two. The shortest run counts for what ended.
  EXPECT_DOUBLE_EQ(aligned.aligned.least_fitness, 1 - 4.0 / (30 + 2 + 8 + 2 + 4 + 11 * 3));
  EXPECT_DOUBLE_EQ(aligned.aligned.average_fitness,
                   (10 + (1 - 1.0 / 5) + 4 + 1 * 0.5 + 2 * 0.5) / 18);
  EXPECT_EQ(aligned.steps[2].skipped_cases, 1);  // c: not of those that may still do it
  EXPECT_EQ(aligned.steps[1].skipped_cases, 1);
  EXPECT_EQ(aligned.precision.Value(), 1);
  options.method = Method::kReplay;
  const ReplayResult replay = Check(model, log, options).value().replay;
  EXPECT_EQ(replay.cases, 18);
  EXPECT_EQ(replay.begun_cases, 7);
  EXPECT_EQ(replay.fitting_cases, 14);
  EXPECT_EQ(replay.fitting_begun_cases, 4);
  EXPECT_EQ(replay.variants[2].Fitness(), 1);
  EXPECT_EQ(replay.variants[3].tokens, (Tokens{3, 2, 1, 0}));  // c lacks one, and what b left stays
  EXPECT_EQ(replay.variants[3].Fitness(), 0.5);
}

// What was not aligned in time has bounds: all its events, without any end.
TEST(BeginningsTest, BoundsWithoutTime) {
  const Compiled model(std::string("->( 'a', 'b', 'c', 'd' )"));
  AlignOptions options;
  options.expired = [] { return true; };
  options.most_steps = 0;
  const auto alignments =
      Align(model.tree, model.net, model.machine, BeginningsOf(model.tree, {{0, 0, 1}}), options);
  EXPECT_FALSE(alignments[0].optimal);
  EXPECT_EQ(DeviationsOf(alignments[0].cost), 3u);
}

}  // namespace
}  // namespace plumbline::analytics::conformance
