// SPDX-License-Identifier: Apache-2.0
//
// Whether traces are in the language of a process tree: exact.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_DISCOVERY_REPLAY_H_
#define PLUMBLINE_SERVICES_ANALYTICS_DISCOVERY_REPLAY_H_

#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "services/analytics/discovery/model_tree.h"
#include "services/analytics/discovery/trace_bag.h"

namespace plumbline::analytics {

enum class Fit { kYes, kNo, kUnknown };

// Replays traces on a tree that names no activity twice: then each event tells the way that a trace
// took, down to the branch, and only where one round of a loop ends and the next begins is open. A
// state therefore says, for every node that is under way, how far it is, and for a loop all ways in
// which it can be so far. States are made as traces need them, each once, and so is every step from
// one to another: a trace that goes known ways costs a look-up an event. Not thread-safe.
class TreeReplayer {
 public:
  // Remembers at most `most_states` states and as many steps, and answers kUnknown where a trace
  // needs more states. O(nodes).
  explicit TreeReplayer(const ModelTree& tree, size_t most_states = 1'000'000);

  // Whether no activity is named twice. Where one is, every answer is kUnknown.
  bool exact() const { return exact_; }
  // Whether the tree can do exactly `trace`. O(length) expected where the states are known, else
  // O(length * nodes), more where a loop can be many ways at once.
  Fit Replay(std::span<const uint32_t> trace);

 private:
  using StateId = uint32_t;
  static constexpr uint32_t kNoLeaf = 0xFFFFFFFF;
  static constexpr StateId kDead = 0xFFFFFFFF;

  struct Node {
    ModelKind kind = ModelKind::kSilent;
    std::vector<uint32_t> children;
    uint32_t first_leaf = 0, end_leaf = 0;  // those below it
    bool nullable = false;                  // can do nothing
    bool redo_nullable = false;             // a loop that can begin again and do nothing between
    StateId initial = kDead;
  };
  // The node, then of
  //   an activity   1 if it is done, else 0
  //   a choice      nothing, or the number of the child that was chosen, and its state
  //   a sequence    the number of the child that is under way, and its state
  //   a parallel    the state of every child
  //   a loop        for each way in which it can be: the number of the child that is under way, and
  //                 its state; ascending
  using Key = std::vector<uint32_t>;

  uint32_t Add(const ModelTree& tree);
  StateId Initial(uint32_t node);
  StateId Intern(Key key);
  bool Accepts(const Key& key) const;
  StateId Step(StateId state, uint32_t leaf);
  StateId MakeStep(const Key& key, uint32_t leaf);
  StateId StepSequence(const Key& key, uint32_t leaf);
  StateId StepLoop(const Key& key, uint32_t leaf);
  // The number of the child with the leaf.
  uint32_t ChildWith(const Node& node, uint32_t leaf) const;

  const size_t most_states_;
  std::vector<Node> nodes_;        // children before their parents
  std::vector<uint32_t> leaf_of_;  // by activity
  uint32_t leaves_ = 0;
  bool exact_ = true;
  bool full_ = false;

  std::vector<Key> states_;
  std::vector<bool> accepting_;  // by state
  absl::flat_hash_map<Key, StateId> known_;
  absl::flat_hash_map<std::pair<StateId, uint32_t>, StateId> steps_;
};

struct ReplayCounts {
  int64_t fitting = 0, unfitting = 0, unknown = 0;  // cases
};

// Replays all of a bag, whose numbers the tree must have. An error of `check`, which is asked now
// and then, ends it.
absl::StatusOr<ReplayCounts> ReplayAll(const ModelTree& tree, const TraceBag& bag,
                                       absl::FunctionRef<absl::Status()> check);
inline ReplayCounts ReplayAll(const ModelTree& tree, const TraceBag& bag) {
  return *ReplayAll(tree, bag, [] { return absl::OkStatus(); });
}

}  // namespace plumbline::analytics

#endif  // PLUMBLINE_SERVICES_ANALYTICS_DISCOVERY_REPLAY_H_
