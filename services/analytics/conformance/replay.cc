// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/conformance/replay.h"

#include <algorithm>
#include <span>
#include <utility>

#include "services/analytics/conformance/state_sets.h"

namespace plumbline::analytics::conformance {
namespace {

double ShareLeft(int64_t part, int64_t whole) {
  return whole == 0 ? 1 : 1 - static_cast<double>(part) / static_cast<double>(whole);
}

// Of tokens and, of these, the ones of traces that ended.
double FitnessOf(const Tokens& all, const Tokens& ended) {
  const double missing = ShareLeft(all.missing, all.consumed);
  if (ended.produced == 0) return missing;
  return 0.5 * missing + 0.5 * ShareLeft(ended.remaining, ended.produced);
}

class Replayer {
 public:
  Replayer(const Net& net, const Machine& machine, const LabelledLog& log,
           const ReplayOptions& options)
      : machine_(machine),
        log_(log),
        options_(options),
        memory_(*options.memory),
        sets_(machine),
        game_(net, log.known) {}

  std::vector<VariantReplay> Run() {
    std::vector<VariantReplay> replays(log_.variants.size());
    std::vector<uint32_t> before, known;
    SetStack stack(sets_);  // by events of `before`, as far as they fit
    for (const uint32_t number : SortedVariants(log_.variants)) {
      Worked(kWorkOfAVariant);
      if (!HasMemory(sets_.size() + game_.size())) break;
      const std::vector<uint32_t>& all = log_.variants[number].activities;
      known.clear();
      for (const uint32_t label : all) {
        if (label < log_.known) known.push_back(label);
      }
      stack.Keep(CommonLength(before, known) + 1);
      const bool fits_memory = Push(known, stack);
      if (over_) break;
      if (fits_memory) {
        const bool beginning = log_.variants[number].beginning;
        replays[number] = One(known, stack, all.size() - known.size(), beginning);
      }
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

  bool HasMemory(size_t states) {
    return states <= options_.most_states && memory_.Has(states * StateSets::kBytesOfAState);
  }

  // The sets after each event, as far as they fit. false: there is no memory for them.
  bool Push(std::span<const uint32_t> known, SetStack& stack) {
    while (!over_ && stack.size() <= known.size() && !stack.back().empty()) {
      stack.Push(known[stack.size() - 1]);
      Worked(sets_.TakeWork());
      if (!HasMemory(sets_.size() + game_.size() + stack.states())) return false;
    }
    return true;
  }

  VariantReplay One(std::span<const uint32_t> known, const SetStack& stack, size_t unknown,
                    bool beginning) {
    VariantReplay replay;
    replay.beginning = beginning;
    replay.unknown = static_cast<uint32_t>(unknown);
    size_t fitting = stack.size() - 1;
    if (stack.back().empty()) --fitting;
    const bool whole = fitting == known.size();
    const StateAt end = whole && !beginning ? sets_.Finish(stack[fitting]) : StateAt{0, {}};
    if (whole && beginning) {
      replay.fits = true;
      replay.tokens = Play(stack[fitting], {}, beginning);
    } else if (end.cost.possible()) {
      replay.fits = true;
      replay.tokens.produced = replay.tokens.consumed = int64_t{1} + end.cost.produced;
    } else if (stack[fitting].cut) {
      return {};  // whether it fits is not known
    } else {
      replay.tokens = Play(stack[fitting], known.subspan(fitting), beginning);
    }
    replay.replayed = !over_;
    if (!options_.ignore_unknown && unknown > 0) {
      const int64_t n = static_cast<int64_t>(unknown);
      replay.tokens += {n, n, n, beginning ? 0 : n};
      replay.fits = false;
    }
    return replay;
  }

  // From the cheapest of the last states that the model allows.
  Tokens Play(const StateSet& from, std::span<const uint32_t> rest, bool beginning) {
    const StateAt at = sets_.Cheapest(from);
    const uint32_t more = machine_.Marking(sets_.state(at.state), places_);
    Tokens tokens;
    tokens.produced = int64_t{1} + at.cost.produced + more;
    tokens.consumed = tokens.produced - static_cast<int64_t>(places_.size());
    if (beginning && rest.empty()) return tokens;
    uint32_t marking = game_.Number(places_);
    for (const uint32_t label : rest) {
      if (over_) break;
      const TokenGame::Result result = game_.Fire(marking, label);
      tokens += result.tokens;
      marking = result.marking;
      Worked(game_.TakeWork() + 1);
    }
    if (!beginning) tokens += game_.Finish(marking);
    return tokens;
  }

  const Machine& machine_;
  const LabelledLog& log_;
  const ReplayOptions& options_;
  MemoryShare memory_;
  StateSets sets_;
  TokenGame game_;
  std::vector<uint32_t> places_;
  uint64_t work_ = 0;
  bool over_ = false;
};

}  // namespace

double VariantReplay::Fitness() const { return FitnessOf(tokens, beginning ? Tokens{} : tokens); }

ReplayResult Replay(const Net& net, const Machine& machine, const LabelledLog& log,
                    const ReplayOptions& options) {
  ReplayResult result{Replayer(net, machine, log, options).Run()};
  Tokens sum, of_ended;
  double fitness = 0;
  for (size_t i = 0; i < result.variants.size(); ++i) {
    const VariantReplay& replay = result.variants[i];
    if (!replay.replayed) continue;
    const int64_t cases = log.variants[i].cases;
    const Tokens& t = replay.tokens;
    const Tokens all = {cases * t.produced, cases * t.consumed, cases * t.missing,
                        cases * t.remaining};
    sum += all;
    if (!replay.beginning) of_ended += all;
    fitness += static_cast<double>(cases) * replay.Fitness();
    result.cases += cases;
    result.fitting_cases += replay.fits ? cases : 0;
    result.begun_cases += replay.beginning ? cases : 0;
    result.fitting_begun_cases += replay.beginning && replay.fits ? cases : 0;
    result.unknown_events += cases * replay.unknown;
  }
  result.log_fitness = FitnessOf(sum, of_ended);
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
