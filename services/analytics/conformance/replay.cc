// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/conformance/replay.h"

#include <algorithm>
#include <span>
#include <utility>

#include "services/analytics/conformance/state_sets.h"

namespace plumbline::analytics::conformance {
namespace {

double FitnessOf(const Tokens& tokens) {
  if (tokens.consumed == 0 || tokens.produced == 0) return 1;
  return 0.5 * (1 - static_cast<double>(tokens.missing) / static_cast<double>(tokens.consumed)) +
         0.5 * (1 - static_cast<double>(tokens.remaining) / static_cast<double>(tokens.produced));
}

class Replayer {
 public:
  Replayer(const Net& net, const Machine& machine, const LabelledLog& log,
           const ReplayOptions& options)
      : machine_(machine), log_(log), options_(options), sets_(machine), game_(net, log.known) {}

  std::vector<VariantReplay> Run() {
    std::vector<VariantReplay> replays(log_.variants.size());
    std::vector<uint32_t> before, known;
    SetStack stack(sets_);  // by events of `before`, as far as they fit
    for (const uint32_t number : SortedVariants(log_.variants)) {
      Worked(kWorkOfAVariant);
      if (sets_.size() + game_.size() > options_.most_states) break;
      const std::vector<uint32_t>& all = log_.variants[number].activities;
      known.clear();
      for (const uint32_t label : all) {
        if (label < log_.known) known.push_back(label);
      }
      stack.Keep(CommonLength(before, known) + 1);
      const bool fits_memory = Push(known, stack);
      if (over_) break;
      if (fits_memory) replays[number] = One(known, stack, all.size() - known.size());
      if (over_) break;
      if (!fits_memory) stack.Keep(1);
      std::swap(before, known);
    }
    return replays;
  }

 private:
  static constexpr uint64_t kAskEvery = 2'500, kWorkOfAVariant = 100;

  // Asks now and then whether the time is over.
  void Worked(uint64_t work) {
    const uint64_t before = work_;
    work_ += work;
    if (before / kAskEvery != work_ / kAskEvery && options_.expired()) over_ = true;
  }

  // The sets after each event, as far as they fit. false: there is no memory for them.
  bool Push(std::span<const uint32_t> known, SetStack& stack) {
    while (!over_ && stack.size() <= known.size() && !stack.back().empty()) {
      stack.Push(known[stack.size() - 1]);
      Worked(sets_.TakeWork());
      if (sets_.size() + game_.size() + stack.states() > options_.most_states) return false;
    }
    return true;
  }

  VariantReplay One(std::span<const uint32_t> known, const SetStack& stack, size_t unknown) {
    VariantReplay replay;
    replay.unknown = static_cast<uint32_t>(unknown);
    size_t fitting = stack.size() - 1;
    if (stack.back().empty()) --fitting;
    const StateAt end = fitting == known.size() ? sets_.Finish(stack[fitting]) : StateAt{0, {}};
    if (end.cost.possible()) {
      replay.fits = true;
      replay.tokens.produced = replay.tokens.consumed = int64_t{1} + end.cost.produced;
    } else if (stack[fitting].cut) {
      return {};  // whether it fits is not known
    } else {
      replay.tokens = Play(stack[fitting], known.subspan(fitting));
    }
    replay.replayed = !over_;
    if (!options_.ignore_unknown && unknown > 0) {
      const int64_t n = static_cast<int64_t>(unknown);
      replay.tokens += {n, n, n, n};
      replay.fits = false;
    }
    return replay;
  }

  // From the cheapest of the last states that the model allows.
  Tokens Play(const StateSet& from, std::span<const uint32_t> rest) {
    const StateAt at = sets_.Cheapest(from);
    const uint32_t more = machine_.Marking(sets_.state(at.state), places_);
    Tokens tokens;
    tokens.produced = int64_t{1} + at.cost.produced + more;
    tokens.consumed = tokens.produced - static_cast<int64_t>(places_.size());
    uint32_t marking = game_.Number(places_);
    for (const uint32_t label : rest) {
      if (over_) break;
      const TokenGame::Result result = game_.Fire(marking, label);
      tokens += result.tokens;
      marking = result.marking;
      Worked(game_.TakeWork() + 1);
    }
    tokens += game_.Finish(marking);
    return tokens;
  }

  const Machine& machine_;
  const LabelledLog& log_;
  const ReplayOptions& options_;
  StateSets sets_;
  TokenGame game_;
  std::vector<uint32_t> places_;
  uint64_t work_ = 0;
  bool over_ = false;
};

}  // namespace

double VariantReplay::Fitness() const { return FitnessOf(tokens); }

ReplayResult Replay(const Net& net, const Machine& machine, const LabelledLog& log,
                    const ReplayOptions& options) {
  ReplayResult result{Replayer(net, machine, log, options).Run()};
  Tokens sum;
  double fitness = 0;
  for (size_t i = 0; i < result.variants.size(); ++i) {
    const VariantReplay& replay = result.variants[i];
    if (!replay.replayed) continue;
    const int64_t cases = log.variants[i].cases;
    const Tokens& t = replay.tokens;
    sum += {cases * t.produced, cases * t.consumed, cases * t.missing, cases * t.remaining};
    fitness += static_cast<double>(cases) * replay.Fitness();
    result.cases += cases;
    result.fitting_cases += replay.fits ? cases : 0;
    result.unknown_events += cases * replay.unknown;
  }
  result.log_fitness = FitnessOf(sum);
  if (result.cases > 0) result.average_fitness = fitness / static_cast<double>(result.cases);
  return result;
}

bool IsInLanguage(const Machine& machine, std::span<const uint32_t> labels) {
  StateSets sets(machine);
  StateSet set = sets.Initial();
  for (const uint32_t label : labels) {
    if (set.empty()) return false;
    set = sets.After(set, label);
  }
  return sets.Finish(set).cost.possible();
}

}  // namespace plumbline::analytics::conformance
