// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/conformance/align.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <tuple>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "services/analytics/conformance/model_testing.h"
#include "services/analytics/conformance/replay.h"

namespace plumbline::analytics::conformance {
namespace {

// Traces are words, an activity a letter.
LabelledLog LogOfWords(const Tree& tree, const std::vector<std::string>& words) {
  VariantLog log;
  for (char c = 'a'; c <= 'z'; ++c) log.activities.push_back(std::string(1, c));
  for (const std::string& word : words) {
    LogVariant variant{{}, 1};
    for (const char c : word) variant.activities.push_back(static_cast<uint32_t>(c - 'a'));
    log.variants.push_back(std::move(variant));
  }
  return Label(log, tree);
}

std::vector<Alignment> AlignWords(const Compiled& model, const std::vector<std::string>& words,
                                  const AlignOptions& options = {}) {
  return Align(model.tree, model.net, model.machine, LogOfWords(model.tree, words), options);
}

// "a" both, "+a" an event too many, "-a" one that lacks.
std::string Text(const LabelledLog& log, const Alignment& alignment) {
  std::vector<std::string> words;
  for (const Move& move : alignment.moves) {
    const char* sign = move.kind == MoveKind::kLog ? "+" : move.kind == MoveKind::kModel ? "-" : "";
    words.push_back(absl::StrCat(sign, log.names[move.label]));
  }
  return absl::StrJoin(words, " ");
}

TEST(AlignTest, SmallCases) {
  const struct {
    const char* model;
    const char* trace;
    const char* moves;
    uint32_t silent;
  } kCases[] = {
      {"'a'", "a", "a", 0},
      {"'a'", "", "-a", 0},
      {"'a'", "aa", "a +a", 0},
      {"->( 'a', 'b', 'c' )", "ac", "a -b c", 0},
      {"->( 'a', 'b', 'c' )", "abbc", "a b +b c", 0},
      {"->( 'a', 'b', 'c' )", "axbyc", "a +x b +y c", 0},
      // Two that changed places.
      {"->( 'a', 'b', 'c' )", "bac", "-a b +a c", 0},
      {"->( 'a', 'b', 'c' )", "cab", "+c a b -c", 0},
      {"->( 'a', +( 'b', 'c' ), 'd' )", "adbc", "a +d b c -d", 0},
      {"->( 'a', X( tau, 'b' ), 'c' )", "ac", "a c", 1},
      {"->( 'a', +( 'b', 'c' ), 'd' )", "acbd", "a c b d", 0},
      {"*( 'a', 'b' )", "abab", "a b a +b", 2},
      {"*( 'a', tau )", "aaa", "a a a", 4},
      // Going round is the only way to have b before a again, and skips a at first.
      {"*( +( X( tau, ->( 'a', 'e' ) ), X( tau, 'b' ) ), tau )", "babe", "b a b e", 8},
  };
  for (const auto& c : kCases) {
    SCOPED_TRACE(absl::StrCat(c.model, " ", c.trace));
    const Compiled model((std::string(c.model)));
    const LabelledLog log = LogOfWords(model.tree, {c.trace});
    // Whatever the number of states.
    AlignOptions wide;
    wide.automaton.states = 0;
    for (const AlignOptions& options : {AlignOptions{}, wide}) {
      const auto alignment = Align(model.tree, model.net, model.machine, log, options)[0];
      EXPECT_TRUE(alignment.optimal);
      EXPECT_EQ(Text(log, alignment), c.moves);
      EXPECT_EQ(SilentOf(alignment.cost), c.silent);
    }
  }
}

// Twelve branches of five steps: 2,176,782,336 states.
std::string ManyBranches() {
  std::vector<std::string> branches;
  for (int i = 0; i < 12; ++i) {
    std::vector<std::string> steps;
    for (int k = 0; k < 5; ++k) steps.push_back(absl::StrCat("'", i, ".", k, "'"));
    branches.push_back(absl::StrCat("->( ", absl::StrJoin(steps, ", "), " )"));
  }
  return absl::StrCat("->( 'begin', +( ", absl::StrJoin(branches, ", "), " ), 'end' )");
}

// A run of that model, mixed, with every seventh event left out and some said twice.
std::vector<uint32_t> NoisyRun(uint64_t seed) {
  RandomModels random(seed);
  std::vector<uint32_t> trace = {0};
  std::vector<uint32_t> at(12);
  for (int left = 60; left > 0; --left) {
    uint32_t branch;
    do branch = static_cast<uint32_t>(random.Below(12));
    while (at[branch] == 5);
    const uint32_t label = 1 + 5 * branch + at[branch]++;
    if (random.Below(7) != 0) trace.push_back(label);
    if (random.Below(20) == 0) trace.push_back(label);
  }
  trace.push_back(61);
  return trace;
}

TEST(AlignTest, ModelsOfTooManyStatesAreAligned) {
  const Compiled model(ManyBranches());
  std::vector<std::vector<uint32_t>> traces;
  for (uint64_t seed = 0; seed < 20; ++seed) traces.push_back(NoisyRun(seed));
  AlignOptions options;
  options.threads = 2;
  options.automaton.states = 1'000;
  const auto alignments =
      Align(model.tree, model.net, model.machine, LogOf(model.tree, traces), options);
  for (size_t i = 0; i < traces.size(); ++i) {
    ASSERT_TRUE(alignments[i].optimal) << i;
    // Branches share no activity, so each costs what it costs alone.
    uint32_t expected = 0;
    const Compiled branch(std::string("->( 'a', 'b', 'c', 'd', 'e' )"));
    for (uint32_t b = 0; b < 12; ++b) {
      std::vector<uint32_t> part;
      for (const uint32_t label : traces[i]) {
        if (label >= 1 + 5 * b && label < 6 + 5 * b) part.push_back(label - 1 - 5 * b);
      }
      expected += DeviationsOf(PlainCost(branch.net, part));
    }
    EXPECT_EQ(DeviationsOf(alignments[i].cost), expected) << i;
  }
}

TEST(AlignTest, WorkIsBoundedAndBoundsHold) {
  const Compiled model(ManyBranches());
  std::vector<std::vector<uint32_t>> traces;
  for (uint64_t seed = 0; seed < 10; ++seed) traces.push_back(NoisyRun(seed));
  const LabelledLog log = LogOf(model.tree, traces);
  AlignOptions options;
  options.automaton.states = 1'000;
  const auto whole = Align(model.tree, model.net, model.machine, log, options);
  size_t before = 0;
  for (const uint64_t steps : {uint64_t{0}, uint64_t{100'000}, uint64_t{400'000}}) {
    options.most_steps = steps;
    const auto part = Align(model.tree, model.net, model.machine, log, options);
    size_t optimal = 0;
    for (size_t i = 0; i < traces.size(); ++i) {
      EXPECT_LE(part[i].least_deviations, DeviationsOf(whole[i].cost));
      EXPECT_GE(part[i].cost, whole[i].cost);
      optimal += part[i].optimal;
    }
    EXPECT_GE(optimal, before);
    EXPECT_LT(optimal, steps == 0 ? 1 : traces.size() + 1);
    before = optimal;
  }
  options.most_steps = ~uint64_t{0};
  options.thread_bytes = 1'000;  // no memory at all
  for (const Alignment& a : Align(model.tree, model.net, model.machine, log, options)) {
    EXPECT_FALSE(a.optimal);
    EXPECT_LE(a.least_deviations, 1u);
  }
}

TEST(AlignTest, RowsHaveBoundsToo) {
  const Compiled model(std::string("->( 'a', 'b', 'c', 'd' )"));
  const std::string noise(3'000, 'b');
  AlignOptions options;
  options.most_steps = 50'000;
  auto alignments = AlignWords(model, {noise, "abcd"}, options);
  EXPECT_TRUE(alignments[1].optimal);
  EXPECT_FALSE(alignments[0].optimal);
  EXPECT_GT(alignments[0].least_deviations, 0u);
  EXPECT_EQ(DeviationsOf(alignments[0].cost), 3'004u);
  options = {};
  options.thread_bytes = 10'000;
  alignments = AlignWords(model, {noise, "abcd", "abc"}, options);
  EXPECT_FALSE(alignments[0].optimal);
  EXPECT_TRUE(alignments[1].optimal && alignments[2].optimal);
  options = {};
  options.expired = [] { return true; };
  EXPECT_FALSE(AlignWords(model, {noise}, options)[0].optimal);
}

// Forty branches share a name: the trace may be in any of 2^40 states.
TEST(AlignTest, NamesThatManyBranchesShare) {
  ModelNode model = Inner(Operator::kParallel, {});
  for (int i = 0; i < 40; ++i) {
    model.children.push_back(
        Inner(Operator::kSequence, {Activity("x"), Activity(absl::StrCat("y", i))}));
  }
  const Compiled compiled(model);
  std::vector<uint32_t> trace(20, 0), fits;
  for (uint32_t i = 0; i < 40; ++i) {
    fits.push_back(0);
    fits.push_back(1 + i);
  }
  const LabelledLog log = LogOf(compiled.tree, {trace, fits});
  AlignOptions options;
  options.most_steps = 1'000'000;
  const auto alignments = Align(compiled.tree, compiled.net, compiled.machine, log, options);
  for (const Alignment& a : alignments) {
    EXPECT_LE(a.least_deviations, DeviationsOf(a.cost));
    EXPECT_LE(a.least_deviations, 60u);
  }
  const ReplayResult replay = Replay(compiled.net, compiled.machine, log, {});
  EXPECT_FALSE(replay.variants[0].fits);
}

// The time is what the clock was looked at: a budget of so many looks is kept to 5 %, for the clock
// is looked at often, and nothing is done once the time is over.
TEST(AlignTest, ATimeBudgetIsKept) {
  const Compiled wide(ManyBranches()), listed(std::string("->( 'a', 'b', 'c', 'd' )"));
  std::vector<std::vector<uint32_t>> runs;
  for (uint64_t seed = 0; seed < 200; ++seed) runs.push_back(NoisyRun(seed));
  const LabelledLog of_wide = LogOf(wide.tree, runs);
  const LabelledLog of_listed =
      LogOf(listed.tree, {std::vector<uint32_t>(3'000, 1), std::vector<uint32_t>(2'900, 2)});
  const std::tuple<const char*, const Compiled&, const LabelledLog&> kCases[] = {
      {"too many states", wide, of_wide}, {"listed states", listed, of_listed}};
  for (const auto& [name, model, log] : kCases) {
    for (const int threads : {1, 2}) {
      SCOPED_TRACE(absl::StrCat(name, ", threads: ", threads));
      std::atomic<int64_t> looks{0};
      AlignOptions options;
      options.threads = threads;
      options.automaton.states = 1'000;
      // A look for every 5,000 steps or a few more, which take a fraction of a millisecond.
      options.most_steps = 4'000'000;
      options.expired = [&] { return ++looks < 0; };
      Align(model.tree, model.net, model.machine, log, options);
      EXPECT_GE(looks, 650);
      options.most_steps = ~uint64_t{0};
      constexpr int64_t kBudget = 400;
      looks = 0;
      options.expired = [&] { return ++looks >= kBudget; };
      const auto alignments = Align(model.tree, model.net, model.machine, log, options);
      EXPECT_GE(looks, kBudget);
      EXPECT_LE(looks, kBudget + kBudget / 20);
      EXPECT_FALSE(std::all_of(alignments.begin(), alignments.end(),
                               [](const Alignment& alignment) { return alignment.optimal; }));
    }
  }
}

// What the sets of states of a trace that fits take is counted.
TEST(AlignTest, SetsOfLongTracesTakeMemory) {
  const Compiled model(std::string("*( 'a', tau )"));
  AlignOptions options;
  options.automaton.states = 0;  // as if there were too many
  options.thread_bytes = 50'000;
  const std::vector<std::string> words = {std::string(2'000, 'a'), "aa"};
  auto alignments = AlignWords(model, words, options);
  EXPECT_FALSE(alignments[0].optimal);
  EXPECT_TRUE(alignments[1].optimal);
  options.thread_bytes = 5'000'000;
  alignments = AlignWords(model, words, options);
  EXPECT_TRUE(alignments[0].optimal && alignments[1].optimal);
  EXPECT_EQ(DeviationsOf(alignments[0].cost), 0u);
}

TEST(AlignTest, HostileSizes) {
  const Compiled loop(std::string("*( ->( 'a', X( tau, 'b' ) ), tau )"));
  std::string fits, unknown(200'000, 'z');
  for (int i = 0; i < 100'000; ++i) fits += i % 3 == 0 ? "a" : "ab";
  const auto alignments = AlignWords(loop, {fits, unknown, ""});
  EXPECT_TRUE(alignments[0].optimal);
  EXPECT_EQ(DeviationsOf(alignments[0].cost), 0u);
  EXPECT_TRUE(alignments[1].optimal);
  EXPECT_EQ(DeviationsOf(alignments[1].cost), 200'001u);
  EXPECT_EQ(DeviationsOf(alignments[2].cost), 1u);

  ModelNode deep = Activity("a");
  for (int i = 0; i + 1 < kMaxModelDepth; ++i) {
    deep = Inner(i % 2 ? Operator::kLoop : Operator::kParallel, {std::move(deep), Silent()});
  }
  ASSERT_TRUE(CheckModel(deep).ok());
  const Compiled of_deep(deep);
  EXPECT_EQ(DeviationsOf(AlignWords(of_deep, {"aaa"})[0].cost), 0u);

  ModelNode broad = Inner(Operator::kParallel, {});
  for (int i = 0; i < 2'000; ++i) broad.children.push_back(Activity(absl::StrCat(i)));
  const Compiled of_broad(broad);
  std::vector<uint32_t> backwards(2'000);
  for (uint32_t i = 0; i < 2'000; ++i) backwards[i] = 1'999 - i;
  AlignOptions options;
  options.automaton.edges = 100'000;
  const auto wide = Align(of_broad.tree, of_broad.net, of_broad.machine,
                          LogOf(of_broad.tree, {backwards}), options);
  EXPECT_TRUE(wide[0].optimal);
  EXPECT_EQ(DeviationsOf(wide[0].cost), 0u);
}

}  // namespace
}  // namespace plumbline::analytics::conformance
