// SPDX-License-Identifier: Apache-2.0
//
// The text form of Progress: "1:", then per node in plan order a letter for its state and flags,
// and its round if not 0.
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "common/base/error.h"
#include "common/flow/progress.h"

namespace plumbline::flow {
namespace {

constexpr char kVersion[] = "1:";
constexpr int kFlagAsking = 4;
constexpr int kFlagAccepted = 8;
constexpr int kLetters = 16;
constexpr int kMaxRound = 100'000'000;

}  // namespace

std::string Progress::Serialize() const {
  std::string text = kVersion;
  for (const State& state : nodes_) {
    const int code = static_cast<int>(state.state) | (state.asking ? kFlagAsking : 0) |
                     (state.accepted ? kFlagAccepted : 0);
    text.push_back(static_cast<char>('a' + code));
    if (state.round != 0) absl::StrAppend(&text, state.round);
  }
  return text;
}

absl::StatusOr<Progress> Progress::Parse(const Plan& plan, absl::string_view text) {
  if (!absl::ConsumePrefix(&text, kVersion)) return base::Internal("progress: unknown version");
  Progress progress(plan);
  for (State& state : progress.nodes_) {
    const int code = text.empty() ? -1 : text[0] - 'a';
    if (code < 0 || code >= kLetters) return base::Internal("progress: a node's state is missing");
    text.remove_prefix(1);
    state = {.state = static_cast<NodeState>(code & 3),
             .asking = (code & kFlagAsking) != 0,
             .accepted = (code & kFlagAccepted) != 0};
    while (!text.empty() && absl::ascii_isdigit(text[0]) && state.round < kMaxRound) {
      state.round = state.round * 10 + (text[0] - '0');
      text.remove_prefix(1);
    }
  }
  if (!text.empty()) return base::Internal("progress: more states than nodes");
  if (!progress.FitsPlan()) return base::Internal("progress: it belongs to another plan");
  return progress;
}

// What every reachable state keeps, as far as it shows without replaying: a state of another plan
// rarely does.
bool Progress::FitsPlan() const {
  for (NodeIndex i = 0; i < plan_->size(); ++i) {
    const State& state = nodes_[i];
    const PlanNode& node = plan_->node(i);
    const bool active = state.state == NodeState::kActive;
    const bool decides =
        node.optional || node.kind == NodeKind::kChoice || node.kind == NodeKind::kLoop;
    if (state.asking && (!active || !decides)) return false;
    if (state.accepted && !node.optional) return false;
    if (active && state.round == 0) return false;
    if (active && node.parent != kNoNode && nodes_[node.parent].state != NodeState::kActive)
      return false;
  }
  return nodes_[0].state != NodeState::kWaiting;
}

}  // namespace plumbline::flow
