// SPDX-License-Identifier: Apache-2.0
//
// Alignments over the listed states of a model. For every beginning of a variant there is one row:
// what it costs at least to have explained it and stand in a state, for those states where that
// takes no more deviations than a bound. A row follows from that of the beginning that is one event
// shorter, so common beginnings are paid once.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_CONFORMANCE_ROW_SEARCH_H_
#define PLUMBLINE_SERVICES_ANALYTICS_CONFORMANCE_ROW_SEARCH_H_

#include <cstdint>
#include <span>
#include <vector>

#include "services/analytics/conformance/align.h"
#include "services/analytics/conformance/automaton.h"
#include "services/analytics/conformance/budget.h"

namespace plumbline::analytics::conformance {

// Not thread-safe: one for each thread.
class RowSearch {
 public:
  RowSearch(const Automaton& automaton, const LabelledLog& log, Budget& budget,
            const AlignOptions& options);

  // Aligns the variants of these numbers, which are neighbours in their order, where `bound`
  // deviations suffice; raises Alignment::least_deviations of the others above the bound. Ends
  // early when the budget does.
  void Run(std::span<const uint32_t> variants, uint32_t bound, std::vector<Alignment>& alignments);

 private:
  struct Entry {
    uint32_t state;
    Cost cost;
  };
  using Row = std::vector<Entry>;  // ascending by state
  struct Before {                  // how a state was reached by moves of the model
    uint32_t state;                // itself: it is in the row
    uint32_t label;
  };
  // A cost for each state, emptied in time proportional to what was set.
  class Costs {
   public:
    explicit Costs(uint32_t size) : costs_(size, kImpossible) {}
    Cost operator[](uint32_t state) const { return costs_[state]; }
    bool Lower(uint32_t state, Cost cost) {
      if (cost >= costs_[state]) return false;
      if (costs_[state] == kImpossible) set_.push_back(state);
      costs_[state] = cost;
      return true;
    }
    std::vector<uint32_t>& set() { return set_; }
    void Clear() {
      for (const uint32_t state : set_) costs_[state] = kImpossible;
      set_.clear();
    }

   private:
    std::vector<Cost> costs_;
    std::vector<uint32_t> set_;
  };

  bool Push(uint32_t label);
  void Pop();
  bool Close(const Row& row);
  bool MayGoOn();
  bool HasMemory();
  void Reach(uint32_t state, Cost cost, Before before);
  Entry EndOfBeginning() const;
  void Finish(const LogVariant& variant, Alignment& alignment);
  // false: the budget ended.
  bool Trace(std::span<const uint32_t> activities, Entry last, std::vector<Move>& moves);
  void TraceRest(uint32_t state, std::vector<Move>& moves) const;
  Entry TraceEvent(size_t row, uint32_t label, Entry at, std::vector<Move>& backwards);

  const Automaton& automaton_;
  const LabelledLog& log_;
  Budget& budget_;
  MemoryShare memory_;
  uint32_t bound_ = 0;
  uint64_t steps_ = 0;  // not yet told to the budget
  size_t entries_ = 0;  // of all rows
  std::vector<Row> rows_;
  Costs closed_, next_;
  std::vector<Before> before_;                 // of the states of closed_
  std::vector<std::vector<uint32_t>> levels_;  // states of closed_ by deviations
};

}  // namespace plumbline::analytics::conformance

#endif  // PLUMBLINE_SERVICES_ANALYTICS_CONFORMANCE_ROW_SEARCH_H_
