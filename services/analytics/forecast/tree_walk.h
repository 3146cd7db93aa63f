// SPDX-License-Identifier: Apache-2.0
//
// One case on its way through a process tree: when each node could begin and when it ended. So the
// time of a step is that from when everything before it in the tree was done to its own end, and
// the time of a case that fits is the sum along its longest path, exactly.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_FORECAST_TREE_WALK_H_
#define PLUMBLINE_SERVICES_ANALYTICS_FORECAST_TREE_WALK_H_

#include <cstdint>
#include <span>
#include <vector>

#include "services/analytics/conformance/tree.h"

namespace plumbline::analytics::forecast {

// What a case did at a node.
struct Passage {
  enum class Kind : uint8_t {
    kDone,     // a leaf, from `begin` to `end`
    kSkipped,  // a leaf that the tree demands was passed over
    kChose,    // a choice, its child `child`
    kAgain,    // a loop went on by its child `child`, 1 or more
    kLeft,     // a loop was left
  };
  Kind kind = Kind::kDone;
  uint32_t node = 0;
  uint32_t child = 0;
  int64_t begin = 0, end = 0;
};

// Not thread-safe; may be used for one case after the other. Times are instants, in microseconds.
class TreeWalk {
 public:
  enum class Phase : uint8_t { kFresh, kUnderWay, kDone };
  struct State {
    Phase phase = Phase::kFresh;
    // Sequence: the child that is next or under way. Choice: the one that was chosen, where under
    // way. Loop: 0 in the body or after it, else the way back that is under way.
    uint32_t place = 0;
    int64_t begin = 0;  // when it could begin; where it is the turn of the node
    int64_t end = 0;    // kDone
  };
  enum class Taken { kYes, kNo };

  // `tree` must outlive it.
  explicit TreeWalk(const conformance::Tree& tree);

  // A case begins.
  void Begin(int64_t time);
  // Its next step: an activity, by label, ended at `time`. Where several places of the tree could
  // be meant, that which passes over the fewest activities that the tree demands, and of these the
  // first. kNo, and nothing changes: the tree does not allow it, or only by passing over an
  // activity that the case does later; `later` has by label how often it does. O(depth children),
  // where something is passed over O(nodes).
  Taken Take(uint32_t label, int64_t time, std::span<const uint32_t> later);
  // An activity is under way: whoever decides has decided for it. Ignored where the tree does not
  // allow it now.
  void Open(uint32_t label);
  // How many activities the tree still demands, at least. O(nodes).
  uint32_t Missing() const { return Rest(0); }
  // Ends the case: what it left open was not chosen, what is missing was passed over.
  void Finish() { Complete(0); }

  const State& state(uint32_t node) const { return states_[node]; }
  bool done() const { return states_[0].phase == Phase::kDone; }
  const std::vector<Passage>& passages() const { return passages_; }
  // Activities that any way through a node has, at least.
  uint32_t Least(uint32_t node) const { return least_[node]; }
  const conformance::Tree& tree() const { return tree_; }

 private:
  static constexpr uint32_t kNever = 0x3fffffff;

  // The place, among the children of `node`, of that with the leaf.
  uint32_t ChildWith(uint32_t node, uint32_t leaf) const;
  uint32_t LeastBack(uint32_t node) const;  // the place of the way back that demands least
  void Enter(uint32_t node, int64_t time);
  // Something below a node has changed: goes on to what is next in it, or ends it.
  void Settle(uint32_t node);
  void SettleParallel(uint32_t node);
  uint32_t Rest(uint32_t node) const;
  uint32_t RestOfSequence(uint32_t node, uint32_t from, uint32_t to) const;
  // Activities that are passed over if the leaf is next: from a node as it is, or that is entered
  // anew; kNever: it cannot be.
  uint32_t Cost(uint32_t node, uint32_t leaf) const;
  uint32_t FreshCost(uint32_t node, uint32_t leaf) const;
  uint32_t LoopCost(uint32_t node, uint32_t leaf, bool* stays) const;
  void Fire(uint32_t node, uint32_t leaf, int64_t time, bool open);
  void FireLoop(uint32_t node, uint32_t leaf, int64_t time, bool open);
  void FinishRound(uint32_t node);
  void GoBack(uint32_t node, uint32_t way);
  int64_t Complete(uint32_t node);
  int64_t CompleteLoop(uint32_t node);
  // The leaf of the label that costs least, and that.
  uint32_t Cheapest(uint32_t label, uint32_t* cost) const;

  const conformance::Tree& tree_;

  std::vector<uint32_t> least_;                // by node
  std::vector<std::vector<uint32_t>> leaves_;  // by label
  std::vector<State> states_;
  std::vector<Passage> passages_;
};

}  // namespace plumbline::analytics::forecast

#endif  // PLUMBLINE_SERVICES_ANALYTICS_FORECAST_TREE_WALK_H_
