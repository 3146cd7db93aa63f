// SPDX-License-Identifier: Apache-2.0
//
// The workflow net of a process tree (van der Aalst 2016, section 7.2; silent transitions that only
// hand a token on are fused with their neighbours). Its transitions say what silent moves cost, and
// token replay counts its tokens.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_CONFORMANCE_NET_H_
#define PLUMBLINE_SERVICES_ANALYTICS_CONFORMANCE_NET_H_

#include <cstdint>
#include <vector>

#include "services/analytics/conformance/tree.h"

namespace plumbline::analytics::conformance {

// What happens in a node, each a transition of the net that is not yet fused.
enum class Event : uint8_t {
  kLeaf,   // a leaf is done
  kEnter,  // parallel: split; loop: first entry into the body
  kLeave,  // parallel: join; loop: leaving after the body
  kBack,   // loop: from a way back into the body
};

// What an event adds to a run: silent transitions fired, tokens that these make. Both are 0 where
// its transition is fused and adds nothing of its own.
struct EventCost {
  uint32_t silent = 0;
  uint32_t produced = 0;
};

class Net {
 public:
  struct Transition {
    uint32_t label = kNoLabel;  // kNoLabel: silent
    std::vector<uint32_t> in, out;
    bool gone = false;  // fused into another
  };

  // O(nodes), near enough.
  explicit Net(const Tree& tree);

  const std::vector<Transition>& transitions() const { return transitions_; }
  uint32_t place_count() const { return static_cast<uint32_t>(places_.size()); }
  bool gone(uint32_t place) const { return places_[place].gone; }
  uint32_t source() const { return source_; }
  uint32_t sink() const { return sink_; }

  EventCost cost(uint32_t node, Event event) const;
  // Of the silent transitions before and after the tree that some trees need.
  EventCost start_cost() const { return CostOf(start_); }
  EventCost end_cost() const { return CostOf(end_); }
  // Places of a node before its first and after its last event.
  uint32_t entry(uint32_t node) const { return entry_[node]; }
  uint32_t exit(uint32_t node) const { return exit_[node]; }
  // Adds to `marking` the places where a token stands that would stand on `place`, had nothing been
  // fused. Returns how many tokens more than that one fused transitions have made for it.
  uint32_t Mark(uint32_t place, std::vector<uint32_t>& marking) const;

 private:
  struct Place {
    std::vector<uint32_t> in, out;  // transitions that make and take its token
    bool gone = false;
    bool before = false;            // the transition that took its token was fused
    std::vector<uint32_t> instead;  // places, where gone
  };
  static constexpr uint32_t kNone = 0xffffffff;

  uint32_t AddPlace();
  uint32_t AddTransition(uint32_t label, std::vector<uint32_t> in, std::vector<uint32_t> out);
  void Build(const Tree& tree, uint32_t node, uint32_t entry, uint32_t exit);
  void BuildParallel(const Tree& tree, uint32_t node);
  void BuildLoop(const Tree& tree, uint32_t node);
  void Fuse();
  bool FuseBefore(uint32_t transition);
  bool FuseAfter(uint32_t transition);
  EventCost CostOf(uint32_t transition) const;

  std::vector<Place> places_;
  std::vector<Transition> transitions_;
  std::vector<uint32_t> entry_, exit_;
  std::vector<uint32_t> events_;  // four a node
  std::vector<EventCost> costs_;  // by transition
  uint32_t source_, sink_, start_ = kNone, end_ = kNone;
};

}  // namespace plumbline::analytics::conformance

#endif  // PLUMBLINE_SERVICES_ANALYTICS_CONFORMANCE_NET_H_
