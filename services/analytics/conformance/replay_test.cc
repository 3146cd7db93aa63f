// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/conformance/replay.h"

#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "services/analytics/conformance/deviations.h"
#include "services/analytics/conformance/model_testing.h"
#include "services/analytics/conformance/precision.h"

namespace plumbline::analytics::conformance {
namespace {

std::vector<uint32_t> Labels(const Tree& tree, const std::string& word) {
  std::vector<uint32_t> labels;
  for (const char c : word) {
    const uint32_t label = tree.FindLabel(std::string(1, c));
    labels.push_back(label == kNoLabel ? tree.label_count() : label);
  }
  return labels;
}

LabelledLog Words(const Tree& tree, const std::vector<std::pair<std::string, int64_t>>& words) {
  std::vector<std::vector<uint32_t>> traces;
  for (const auto& [word, cases] : words) traces.push_back(Labels(tree, word));
  LabelledLog log = LogOf(tree, traces);
  for (size_t i = 0; i < words.size(); ++i) log.variants[i].cases = words[i].second;
  return log;
}

TEST(ReplayTest, TokensAreThoseOfTheNet) {
  const struct {
    const char* model;
    const char* trace;
    Tokens tokens;  // produced, consumed, missing, remaining
  } kCases[] = {
      {"->( 'a', 'b' )", "ab", {3, 3, 0, 0}},
      {"->( 'a', 'b' )", "a", {2, 2, 1, 1}},    // the end lacks its token
      {"->( 'a', 'b' )", "b", {2, 2, 1, 1}},    // b lacks one, that of the start is left
      {"->( 'a', 'b' )", "aab", {4, 4, 1, 1}},  // a second a lacks one
      {"->( 'a', 'b' )", "", {1, 1, 1, 1}},
      {"->( 'a', +( 'b', 'c' ), 'd' )", "abcd", {6, 6, 0, 0}},
      {"->( 'a', +( 'b', 'c' ), 'd' )", "abd", {5, 5, 1, 1}},
      {"->( 'a', X( tau, 'b' ), 'c' )", "ac", {4, 4, 0, 0}},
      // An unknown activity lacks a token and leaves one.
      {"->( 'a', 'b' )", "azb", {4, 4, 1, 1}},
      {"->( 'a', 'b' )", "zz", {3, 3, 3, 3}},
  };
  for (const auto& c : kCases) {
    SCOPED_TRACE(absl::StrCat(c.model, " ", c.trace));
    const Compiled model((std::string(c.model)));
    const auto replay =
        Replay(model.net, model.machine, Words(model.tree, {{c.trace, 1}}), {}).variants[0];
    EXPECT_EQ(replay.tokens.produced, c.tokens.produced);
    EXPECT_EQ(replay.tokens.consumed, c.tokens.consumed);
    EXPECT_EQ(replay.tokens.missing, c.tokens.missing);
    EXPECT_EQ(replay.tokens.remaining, c.tokens.remaining);
    EXPECT_EQ(replay.fits, c.tokens.missing == 0);
  }
}

TEST(ReplayTest, FitnessOfALog) {
  const Compiled model(std::string("->( 'a', 'b' )"));
  const LabelledLog log = Words(model.tree, {{"ab", 3}, {"a", 1}, {"azb", 2}});
  ReplayResult result = Replay(model.net, model.machine, log, {});
  EXPECT_EQ(result.cases, 6);
  EXPECT_EQ(result.fitting_cases, 3);
  EXPECT_EQ(result.unknown_events, 2);
  EXPECT_DOUBLE_EQ(result.average_fitness, (3 * 1.0 + 0.5 + 2 * 0.75) / 6);
  EXPECT_DOUBLE_EQ(result.log_fitness, 1 - 3.0 / 19);
  ReplayOptions options;
  options.ignore_unknown = true;
  result = Replay(model.net, model.machine, log, options);
  EXPECT_EQ(result.fitting_cases, 5);
  EXPECT_EQ(result.unknown_events, 2);
  options.expired = [] { return true; };
  EXPECT_EQ(Replay(model.net, model.machine, log, options).cases, 6);  // too small to ask
}

TEST(ReplayTest, EmptyLogsAndModels) {
  const Compiled model(std::string("->( tau, tau )"));
  const ReplayResult result =
      Replay(model.net, model.machine, Words(model.tree, {{"", 1}, {"z", 1}}), {});
  EXPECT_EQ(result.fitting_cases, 1);
  const Compiled a(std::string("'a'"));
  EXPECT_EQ(Replay(a.net, a.machine, Words(a.tree, {}), {}).log_fitness, 1);
}

TEST(PrecisionTest, EscapingEdges) {
  const std::function<bool()> never = [] { return false; };
  // A flower allows a, b and c everywhere; the log does a, then b.
  const Compiled flower(std::string("*( X( 'a', 'b', 'c' ), tau )"));
  const Precision precision =
      EscapingEdges(flower.machine, Words(flower.tree, {{"ab", 4}}).variants, never);
  EXPECT_EQ(precision.available, 4 * 6);
  EXPECT_EQ(precision.escaping, 4 * 4);
  EXPECT_DOUBLE_EQ(precision.Value().value(), 1.0 / 3);
  // What a case does, escapes from no other with the same beginning.
  const Compiled both(std::string("+( 'a', 'b' )"));
  EXPECT_EQ(
      EscapingEdges(both.machine, Words(both.tree, {{"ab", 1}, {"ba", 1}}).variants, never).Value(),
      1);
  EXPECT_DOUBLE_EQ(
      EscapingEdges(both.machine, Words(both.tree, {{"ab", 1}}).variants, never).Value().value(),
      2.0 / 3);
  // A trace counts as far as the model allows it.
  const Precision part =
      EscapingEdges(both.machine, Words(both.tree, {{"azb", 1}}).variants, never);
  EXPECT_EQ(part.available, 3);
  EXPECT_EQ(part.escaping, 2);
  EXPECT_EQ(EscapingEdges(both.machine, {}, never).Value(), std::nullopt);
}

// Sets of states that are still to be looked at count as states do.
TEST(PrecisionTest, MemoryIsBounded) {
  std::string model = "*( X( 'a'", all;
  std::vector<std::pair<std::string, int64_t>> words;
  for (char c = 'a'; c <= 'z'; ++c) {
    if (c != 'a') model += std::string(", '") + c + "'";
    all += c;
    for (char d = 'a'; d <= 'z'; ++d) words.push_back({std::string(1, c) + d, 1});
  }
  const Compiled flower(model + " ), tau )");
  const std::function<bool()> never = [] { return false; };
  const auto runs = Words(flower.tree, words).variants;
  // The least that suffices, of all these and of one run through the same states.
  const auto least = [&](const std::vector<LogVariant>& some) {
    size_t states = 1;
    while (!EscapingEdges(flower.machine, some, never, states).complete) ++states;
    return states;
  };
  EXPECT_GT(least(runs), least(Words(flower.tree, {{all, 1}}).variants) + 5);
}

TEST(ReplayTest, TracesThatTakeTooMuchMemoryAreLeftOut) {
  const Compiled model(std::string("*( 'a', tau )"));
  const LabelledLog log =
      Words(model.tree, {{std::string(2'000, 'a'), 1}, {"aa", 1}, {std::string(2'001, 'a'), 1}});
  ReplayOptions options;
  options.most_states = 300;
  ReplayResult result = Replay(model.net, model.machine, log, options);
  EXPECT_EQ(result.cases, 1);
  EXPECT_TRUE(result.variants[1].fits);
  EXPECT_FALSE(result.variants[0].replayed);
  options.most_states = 5'000;
  result = Replay(model.net, model.machine, log, options);
  EXPECT_EQ(result.fitting_cases, 3);
}

TEST(DeviationsTest, StepsAndFitness) {
  const Compiled model(std::string("->( 'a', 'b', 'c' )"));
  const LabelledLog log = Words(model.tree, {{"abc", 6}, {"ac", 3}, {"abbc", 1}, {"azc", 2}});
  const auto alignments = Align(model.tree, model.net, model.machine, log, {});
  const auto steps = DeviationsByStep(log, alignments);
  ASSERT_EQ(steps.size(), 4u);
  const StepDeviations& b = steps[1];
  EXPECT_EQ(b.events, 8);
  EXPECT_EQ(b.matched, 7);
  EXPECT_EQ(b.cases, 7);
  EXPECT_EQ(b.skipped, 5);
  EXPECT_EQ(b.skipped_cases, 5);
  EXPECT_EQ(b.skipped_variants, (std::vector<uint32_t>{1, 3}));
  EXPECT_EQ(b.extra_cases, 1);
  EXPECT_EQ(b.extra_variants, (std::vector<uint32_t>{2}));
  EXPECT_EQ(steps[3].extra_cases, 2);
  const AlignedLog sum = SumUp(log, alignments, 3);
  EXPECT_EQ(sum.cases, 12);
  EXPECT_EQ(sum.aligned_cases, 12);
  EXPECT_EQ(sum.fitting_cases, 6);
  EXPECT_DOUBLE_EQ(sum.least_fitness, 1 - 8.0 / (34 + 36));
  EXPECT_EQ(sum.least_fitness, sum.most_fitness);
  EXPECT_DOUBLE_EQ(sum.average_fitness,
                   (6 * 1 + 3 * (1 - 1.0 / 5) + (1 - 1.0 / 7) + 2 * (1 - 2.0 / 6)) / 12);
}

}  // namespace
}  // namespace plumbline::analytics::conformance
