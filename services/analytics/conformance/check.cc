// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/conformance/check.h"

#include <algorithm>
#include <string>

#include "absl/strings/str_cat.h"
#include "common/base/ids.h"
#include "services/analytics/conformance/shortest_run.h"
#include "services/analytics/conformance/state_sets.h"

namespace plumbline::analytics::conformance {
namespace {

// Near enough. Of an edge of the automaton, with its place, while the lists grow; of a state, with
// its place in the maps, its costs and what follows it; of a state in a row of a thread, and of a
// node of a wide search.
constexpr int64_t kOfAnEdge = 72, kOfAState = 250, kOfAnEntry = 16, kOfANode = 120;
// What is left even to the smallest check: it costs nothing, and the sizes below are near enough.
constexpr size_t kLeastStates = 1'000, kLeastEdges = 10'000, kLeastThreadBytes = 1 << 16,
                 kLeastWideBytes = 1 << 24;
// How many times the nodes on the straight way through a wide model a search may look at, and how
// many states an activity may lead to that others do not: seldom as many, so that what needs more
// is hardly ever left out.
constexpr int64_t kWaysOfAWideModel = 100;
constexpr double kStatesOfAnActivity = 250;
constexpr double kMost = 1e15;  // of anything that is counted here

// For each event of the variants.
constexpr absl::Duration kSummingUp = absl::Nanoseconds(35);

// Each node has not begun, has ended, or is in a state of what is below it: of one child, or of all
// where it is parallel.
double StatesOf(const ModelNode& node) {
  if (node.children.empty()) return 2;
  double all = 1, sum = 2;
  for (const ModelNode& child : node.children) {
    const double states = StatesOf(child);
    all *= states;
    sum += states;
  }
  if (node.op == Operator::kParallel) return all + 2;
  return node.op == Operator::kLoop ? 2 * sum : sum;
}

size_t NodesOf(const ModelNode& node) {
  size_t nodes = 1;
  for (const ModelNode& child : node.children) nodes += NodesOf(child);
  return nodes;
}

void AddText(const ModelNode& node, std::string* text) {
  absl::StrAppend(text, static_cast<int>(node.op), ":", node.activity.size(), ":", node.activity,
                  "(", node.children.size());
  for (const ModelNode& child : node.children) AddText(child, text);
  text->push_back(')');
}

// The same for no two models.
std::string FingerprintOf(const ModelNode& model) {
  std::string text;
  AddText(model, &text);
  return base::Sha256Hex(text);
}

size_t Whole(double count) { return static_cast<size_t>(std::min(count, kMost)); }

// What a stack of sets of states takes, in states (see StateSets::BytesOf; while sets grow they
// have room for twice as many).
double StackOf(double depth, double states) {
  const double largest = 2 * std::min(states, static_cast<double>(StateSets::kMostStates));
  return depth * (64 + largest * sizeof(StateAt)) / StateSets::kBytesOfAState;
}

}  // namespace

CheckSize SizeOf(const ModelNode& model, const VariantLog& log) {
  CheckSize size;
  size.nodes = NodesOf(model);
  size.states = StatesOf(model);
  size.variants = log.variants.size();
  for (const LogVariant& variant : log.variants) {
    size.events += variant.activities.size();
    size.longest = std::max(size.longest, variant.activities.size());
  }
  return size;
}

int64_t BytesBeside(const CheckSize& size) {
  constexpr int64_t kOfAnEvent = 40, kOfAVariant = 200, kOfAMove = 8;
  const int64_t of_a_variant = kOfAVariant + static_cast<int64_t>(size.nodes) * kOfAMove;
  return static_cast<int64_t>(size.events) * kOfAnEvent +
         static_cast<int64_t>(size.variants) * of_a_variant;
}

namespace {

// Of the two limits that count states and markings one by one.
int64_t FitStates(int64_t bytes, const CheckSize& size, CheckOptions& options) {
  const auto most = static_cast<size_t>(bytes / kOfAState);
  const double variants = static_cast<double>(size.variants);
  const double events = static_cast<double>(size.events);
  const double activities = events + (variants + 1) * static_cast<double>(size.nodes);
  const double met = std::min(size.states, activities * kStatesOfAnActivity);
  const size_t precision = kLeastStates + Whole(met + StackOf(variants + 1, size.states));
  options.precision_states = std::min({options.precision_states, most, precision});
  if (options.method != Method::kReplay) {
    return static_cast<int64_t>(options.precision_states) * kOfAState;
  }
  // A marking, and what fires in it, for each event and for the end.
  const double longest = static_cast<double>(size.longest);
  const double markings = 2 * (events + variants);
  const size_t replay = kLeastStates + Whole(met + StackOf(longest + 1, size.states) + markings);
  size_t& states = options.replay.most_states;
  states = std::min({states, most, replay});
  return static_cast<int64_t>(std::max(states, options.precision_states)) * kOfAState;
}

// What one thread can use.
size_t ThreadBytes(const CheckSize& size, const AutomatonLimits& automaton) {
  const double longest = static_cast<double>(size.longest) + 2;
  const double nodes = static_cast<double>(size.nodes);
  const double listed = std::min(size.states, static_cast<double>(automaton.states));
  // A row for each event, and the states by deviations, of which there are no more than twice the
  // events and activities.
  const double rows = longest * (kOfAnEntry * listed + 32) + 64 * (longest + nodes);
  if (size.states <= listed) return kLeastThreadBytes + Whole(rows);
  const double wide = (longest + nodes) * nodes * static_cast<double>(kWaysOfAWideModel * kOfANode);
  return kLeastWideBytes + Whole(std::max(rows, wide));
}

}  // namespace

int64_t FitInto(int64_t bytes, const CheckSize& size, CheckOptions& options) {
  const int64_t states = FitStates(bytes, size, options);
  if (options.method == Method::kReplay) return states;
  AlignOptions& align = options.align;
  AutomatonLimits& automaton = align.automaton;
  const size_t useful = ThreadBytes(size, automaton);
  automaton.states = std::min({automaton.states, kLeastStates + Whole(size.states),
                               static_cast<size_t>(bytes / kOfAState / 4)});
  // About an edge for each activity that may come next.
  automaton.edges = std::min({automaton.edges, kLeastEdges + automaton.states * size.nodes,
                              static_cast<size_t>(bytes / 4 / kOfAnEdge)});
  const int64_t listed = static_cast<int64_t>(automaton.states) * kOfAState +
                         static_cast<int64_t>(automaton.edges) * kOfAnEdge;
  const auto each = static_cast<size_t>(bytes - listed) / static_cast<size_t>(align.threads);
  align.thread_bytes = std::min({align.thread_bytes, each, useful});
  return std::max(states, listed + static_cast<int64_t>(align.thread_bytes) * align.threads);
}

absl::Duration SearchTime(absl::Duration budget, int64_t variant_events) {
  return budget - std::min(variant_events * kSummingUp, budget / 2);
}

absl::StatusOr<CheckResult> Check(const ModelNode& model, const VariantLog& log,
                                  const CheckOptions& options) {
  if (absl::Status status = CheckModel(model); !status.ok()) return status;
  const Tree tree(model);
  const Net net(tree);
  const Machine machine(tree, net);
  CheckResult result;
  result.log = Label(log, tree);
  result.method = options.method;
  if (options.method == Method::kReplay) {
    result.replay = Replay(net, machine, result.log, options.replay);
    if (!options.precision) return result;
    result.precision = EscapingEdges(machine, result.log.variants, options.replay.expired,
                                     options.precision_states, options.replay.memory);
    return result;
  }
  AlignOptions align = options.align;
  align.model = FingerprintOf(model);
  result.alignments = Align(tree, net, machine, result.log, align);
  const uint32_t shortest = DeviationsOf(FindShortestRun(tree, net).cost);
  result.aligned = SumUp(result.log, result.alignments, shortest);
  result.steps = DeviationsByStep(result.log, result.alignments);
  if (!options.precision) return result;
  result.precision =
      EscapingEdges(machine, ModelRuns(result.log, result.alignments), options.align.expired,
                    options.precision_states, options.align.memory);
  return result;
}

}  // namespace plumbline::analytics::conformance
