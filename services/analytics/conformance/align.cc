// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/conformance/align.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <span>
#include <utility>

#include "common/base/threads.h"
#include "services/analytics/conformance/budget.h"
#include "services/analytics/conformance/row_search.h"
#include "services/analytics/conformance/shortest_run.h"
#include "services/analytics/conformance/state_sets.h"
#include "services/analytics/conformance/wide_search.h"

namespace plumbline::analytics::conformance {
namespace {

// The log without the activities that the model does not know: they are deviations whatever the
// rest, and common beginnings become longer.
LabelledLog OnlyKnown(const LabelledLog& log) {
  LabelledLog known{log.known, {}, log.variants};
  for (LogVariant& variant : known.variants) {
    std::erase_if(variant.activities, [&](uint32_t label) { return label >= log.known; });
  }
  return known;
}

// Puts the activities that OnlyKnown left out back, each before the next event of the log.
void PutBack(const LogVariant& variant, uint32_t known, Alignment& alignment) {
  std::vector<Move> moves;
  size_t event = 0;
  const auto put_unknown = [&] {
    for (; event < variant.activities.size() && variant.activities[event] >= known; ++event) {
      moves.push_back({MoveKind::kLog, variant.activities[event]});
    }
  };
  for (const Move& move : alignment.moves) {
    put_unknown();
    moves.push_back(move);
    event += move.kind != MoveKind::kModel;
  }
  put_unknown();
  const uint32_t more = static_cast<uint32_t>(moves.size() - alignment.moves.size());
  alignment.least_deviations += more;
  alignment.cost += more * kDeviation;
  alignment.moves = std::move(moves);
}

// Cuts numbers of variants into runs of about as many events.
std::vector<std::span<const uint32_t>> Cut(std::span<const uint32_t> numbers,
                                           const std::vector<LogVariant>& variants, size_t pieces) {
  size_t events = 0, sum = 0, begin = 0;
  for (const uint32_t number : numbers) events += variants[number].activities.size() + 1;
  std::vector<std::span<const uint32_t>> cut;
  for (size_t i = 0; i < numbers.size(); ++i) {
    sum += variants[numbers[i]].activities.size() + 1;
    if (sum * pieces < events * (cut.size() + 1) && i + 1 < numbers.size()) continue;
    cut.push_back(numbers.subspan(begin, i + 1 - begin));
    begin = i + 1;
  }
  return cut;
}

class Aligner {
 public:
  Aligner(const Automaton& automaton, const LabelledLog& log, const AlignOptions& options,
          std::vector<Alignment>& alignments)
      : automaton_(automaton),
        log_(log),
        options_(options),
        budget_(options),
        alignments_(alignments),
        searches_(static_cast<size_t>(options.threads)) {}

  // Bounds grow until they suffice: those of most variants are small, and so are then the rows.
  void Run() {
    std::vector<uint32_t> open = SortedVariants(log_.variants);
    for (uint32_t bound = 0; !open.empty() && !budget_.over(); bound = bound == 0 ? 1 : bound * 2) {
      const size_t before = open.size();
      Pass(open, bound);
      std::erase_if(open, [&](uint32_t number) { return alignments_[number].optimal; });
      const bool grown = std::any_of(open.begin(), open.end(), [&](uint32_t number) {
        return alignments_[number].least_deviations > bound;
      });
      if (open.size() == before && !grown) return;  // no memory for any of them
    }
  }

 private:
  void Pass(std::span<const uint32_t> open, uint32_t bound) {
    const auto pieces = Cut(open, log_.variants, static_cast<size_t>(options_.threads) * 16);
    base::InThreads(options_.threads, pieces.size(), [&](int thread, size_t piece) {
      auto& search = searches_[static_cast<size_t>(thread)];
      if (!search) {
        search = std::make_unique<RowSearch>(automaton_, log_, budget_, options_);
      }
      search->Run(pieces[piece], bound, alignments_);
    });
  }

  const Automaton& automaton_;
  const LabelledLog& log_;
  const AlignOptions& options_;
  Budget budget_;
  std::vector<Alignment>& alignments_;
  std::vector<std::unique_ptr<RowSearch>> searches_;
};

// For models with too many states to list.
class WideAligner {
 public:
  WideAligner(const Tree& tree, const Net& net, const Machine& machine, const LabelledLog& log,
              const AlignOptions& options, std::vector<Alignment>& alignments)
      : tree_(tree),
        net_(net),
        machine_(machine),
        log_(log),
        options_(options),
        budget_(options),
        alignments_(alignments),
        searches_(static_cast<size_t>(options.threads)) {}

  void Run() {
    std::vector<uint32_t> open = SortedVariants(log_.variants);
    FindFitting(open);
    // What concerns most cases first; of equal ones the earliest in their order.
    std::vector<uint8_t> too_large(alignments_.size());
    const auto is_done = [&](uint32_t number) {
      return alignments_[number].optimal || too_large[number] != 0;
    };
    std::erase_if(open, is_done);
    std::stable_sort(open.begin(), open.end(), [&](uint32_t a, uint32_t b) {
      return log_.variants[a].cases > log_.variants[b].cases;
    });
    for (uint64_t steps = kFirstSteps; !open.empty() && !budget_.over(); steps *= 8) {
      base::InThreads(options_.threads, open.size(), [&](int thread, size_t i) {
        if (!budget_.over()) too_large[open[i]] = !Search(thread, open[i], steps);
      });
      std::erase_if(open, is_done);
      if (steps > kMostSteps) return;
    }
  }

 private:
  static constexpr uint64_t kStepsOfAState = 20;
  static constexpr uint64_t kFirstSteps = 500'000, kMostSteps = uint64_t{1} << 40;

  void FindFitting(std::span<const uint32_t> order) {
    MemoryShare memory(*options_.memory, options_.thread_bytes);
    StateSets sets(machine_);
    SetStack stack(sets);
    std::span<const uint32_t> before;
    for (const uint32_t number : order) {
      const std::span<const uint32_t> trace = log_.variants[number].activities;
      if (!memory.Has(sets.size() * StateSets::kBytesOfAState)) return;
      stack.Keep(CommonLength(before, trace) + 1);
      before = trace;
      bool fits_memory = true;
      while (fits_memory && stack.size() <= trace.size() && !stack.back().empty()) {
        stack.Push(trace[stack.size() - 1]);
        if (!budget_.Spend(kStepsOfAState + 2 * sets.TakeWork())) return;
        fits_memory = memory.Has(sets.size() * StateSets::kBytesOfAState + stack.bytes());
      }
      if (!fits_memory) {
        stack.Keep(1);
        continue;
      }
      // Impossible for an empty set.
      const SilentCost cost = log_.variants[number].beginning && !stack.back().empty()
                                  ? sets.Cheapest(stack.back()).cost
                                  : sets.Finish(stack.back()).cost;
      Alignment& alignment = alignments_[number];
      alignment.optimal = cost.possible();
      alignment.least_deviations = cost.possible() || stack.back().cut ? 0 : 1;
      if (!alignment.optimal) continue;
      alignment.cost = cost.silent;
      for (const uint32_t label : trace) alignment.moves.push_back({MoveKind::kBoth, label});
    }
  }

  // false: there is no memory for it, whatever the steps.
  bool Search(int thread, uint32_t number, uint64_t steps) {
    auto& search = searches_[static_cast<size_t>(thread)];
    if (!search) {
      search = std::make_unique<WideSearch>(tree_, net_, machine_, budget_, options_);
    }
    const LogVariant& variant = log_.variants[number];
    return search->Run(variant.activities, variant.beginning, steps, alignments_[number],
                       /*first=*/steps == kFirstSteps);
  }

  const Tree& tree_;
  const Net& net_;
  const Machine& machine_;
  const LabelledLog& log_;
  const AlignOptions& options_;
  Budget budget_;
  std::vector<Alignment>& alignments_;
  std::vector<std::unique_ptr<WideSearch>> searches_;
};

// Nothing agrees: all events, then the shortest run, of which a beginning needs nothing.
void Fill(const LogVariant& variant, const ShortestRun& run, Alignment& alignment) {
  if (alignment.optimal) return;
  alignment.cost = variant.activities.size() * kDeviation + (variant.beginning ? 0 : run.cost);
  alignment.moves.clear();
  for (const uint32_t label : variant.activities) {
    alignment.moves.push_back({MoveKind::kLog, label});
  }
  if (variant.beginning) return;
  for (const uint32_t label : run.labels) alignment.moves.push_back({MoveKind::kModel, label});
}

// Looks for what is not aligned yet; the list is as long as the log.
void Search(const Tree& tree, const Net& net, const Machine& machine, const LabelledLog& log,
            const AlignOptions& options, std::vector<Alignment>& alignments) {
  auto listed = std::make_unique<MemoryShare>(*options.memory);
  const std::optional<Automaton> automaton =
      Automaton::Make(machine, tree.label_count(), options.automaton, options.expired,
                      [&](size_t bytes) { return listed->Has(bytes); });
  if (automaton) {
    Aligner(*automaton, log, options, alignments).Run();
  } else {
    listed = nullptr;
    WideAligner(tree, net, machine, log, options, alignments).Run();
  }
}

// The same with what is kept: only variants that no check before this had are searched for.
void SearchNew(const Tree& tree, const Net& net, const Machine& machine, const LabelledLog& log,
               const AlignOptions& options, std::vector<Alignment>& alignments) {
  LabelledLog fresh{log.known, {}, {}};
  std::vector<size_t> places;
  for (size_t i = 0; i < log.variants.size(); ++i) {
    if (options.kept->Find(options.model, log.variants[i], &alignments[i])) continue;
    fresh.variants.push_back(log.variants[i]);
    places.push_back(i);
  }
  if (places.empty()) return;
  std::vector<Alignment> found(places.size());
  Search(tree, net, machine, fresh, options, found);
  for (size_t i = 0; i < places.size(); ++i) {
    options.kept->Keep(options.model, fresh.variants[i], found[i]);
    alignments[places[i]] = std::move(found[i]);
  }
}

}  // namespace

std::vector<Alignment> Align(const Tree& tree, const Net& net, const Machine& machine,
                             const LabelledLog& log, const AlignOptions& options) {
  std::vector<Alignment> alignments(log.variants.size());
  const LabelledLog known = OnlyKnown(log);
  const ShortestRun shortest = FindShortestRun(tree, net);
  SearchNew(tree, net, machine, known, options, alignments);
  for (size_t i = 0; i < alignments.size(); ++i) {
    Fill(known.variants[i], shortest, alignments[i]);
    PutBack(log.variants[i], log.known, alignments[i]);
  }
  return alignments;
}

}  // namespace plumbline::analytics::conformance
