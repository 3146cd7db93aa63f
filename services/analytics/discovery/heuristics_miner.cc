// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/discovery/heuristics_miner.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "common/base/status_macros.h"
#include "services/analytics/discovery/directly_follows.h"

namespace plumbline::analytics {
namespace {

using Pair = std::pair<uint32_t, uint32_t>;
using PairCounts = absl::flat_hash_map<Pair, int64_t>;

absl::Status CheckShare(absl::string_view field, double value) {
  if (value >= 0 && value <= 1) return absl::OkStatus();
  return base::FieldError(field, absl::StrCat("is ", value, "; it takes 0 to 1"));
}

absl::Status CheckOptions(const HeuristicsOptions& options) {
  RETURN_IF_ERROR(CheckShare("thresholds.dependency", options.dependency));
  RETURN_IF_ERROR(CheckShare("thresholds.loop_of_two", options.loop_of_two));
  RETURN_IF_ERROR(CheckShare("thresholds.concurrency", options.concurrency));
  return CheckShare("thresholds.rare", options.rare);
}

int64_t CountOf(const PairCounts& counts, uint32_t from, uint32_t to) {
  const auto found = counts.find({from, to});
  return found == counts.end() ? 0 : found->second;
}

// The edges that are not rare at both of their ends.
PairCounts CommonEdges(const DirectlyFollows& follows, double rare) {
  std::vector<int64_t> most(follows.counts.size());
  for (const FollowsEdge& edge : follows.edges) {
    most[edge.from] = std::max(most[edge.from], edge.count);
    most[edge.to] = std::max(most[edge.to], edge.count);
  }
  PairCounts common;
  for (const FollowsEdge& edge : follows.edges) {
    const double least = rare * static_cast<double>(std::min(most[edge.from], most[edge.to]));
    if (static_cast<double>(edge.count) >= least) common[{edge.from, edge.to}] = edge.count;
  }
  return common;
}

double Dependency(const PairCounts& common, uint32_t from, uint32_t to) {
  const auto there = static_cast<double>(CountOf(common, from, to));
  if (from == to) return there / (there + 1);
  const auto back = static_cast<double>(CountOf(common, to, from));
  return (there - back) / (there + back + 1);
}

class Miner {
 public:
  Miner(const TraceBag& bag, const HeuristicsOptions& options)
      : options_(options),
        follows_(CountDirectlyFollows(bag)),
        common_(CommonEdges(follows_, options.rare)) {
    for (const FollowsEdge& edge : CountReturns(bag)) returns_[{edge.from, edge.to}] = edge.count;
  }

  absl::StatusOr<HeuristicsNet> Mine() {
    HeuristicsNet net{follows_.counts, follows_.starts, follows_.ends, {}, {}, {}};
    for (const FollowsEdge& edge : follows_.edges) {
      if (std::optional<DependencyEdge> kept = Keep(edge)) net.edges.push_back(*kept);
    }
    std::vector<std::vector<uint32_t>> out(net.counts.size()), in(net.counts.size());
    for (const DependencyEdge& edge : net.edges) {
      if (edge.from == edge.to) continue;
      out[edge.from].push_back(edge.to);
      in[edge.to].push_back(edge.from);
    }
    for (uint32_t a = 0; a < net.counts.size(); ++a) {
      RETURN_IF_ERROR(options_.check());
      AddPairs(
          a, out[a], [&](uint32_t b) { return CountOf(common_, a, b); }, &net.splits);
      AddPairs(
          a, in[a], [&](uint32_t b) { return CountOf(common_, b, a); }, &net.joins);
      if (net.splits.size() + net.joins.size() > kMaxConcurrentPairs) return TooManyPairs();
    }
    return net;
  }

 private:
  absl::Status TooManyPairs() const {
    return base::FieldError(
        "thresholds.concurrency",
        absl::StrCat("is ", options_.concurrency, ", which leaves more than ", kMaxConcurrentPairs,
                     " pairs of branches that are done both; raise it (0.65 is usual), or "
                     "thresholds.dependency or thresholds.rare, or ask for fewer activities"));
  }

  bool Depends(uint32_t from, uint32_t to) const {
    return common_.contains({from, to}) && Dependency(common_, from, to) >= options_.dependency;
  }

  std::optional<DependencyEdge> Keep(const FollowsEdge& edge) const {
    if (!common_.contains({edge.from, edge.to}) || edge.count < options_.min_edge_count ||
        follows_.counts[edge.from] < options_.min_activity_count ||
        follows_.counts[edge.to] < options_.min_activity_count) {
      return std::nullopt;
    }
    const double dependency = Dependency(common_, edge.from, edge.to);
    if (dependency >= options_.dependency) {
      return DependencyEdge{edge.from, edge.to, dependency, edge.count, false};
    }
    if (!InTurn(edge.from, edge.to)) return std::nullopt;
    return DependencyEdge{edge.from, edge.to, 0, edge.count, true};
  }

  // Whether the two follow each other in turn, and neither depends on the other.
  bool InTurn(uint32_t a, uint32_t b) const {
    const int64_t turns = CountOf(returns_, a, b) + CountOf(returns_, b, a);
    if (a == b || turns == 0 || Depends(a, b) || Depends(b, a)) return false;
    return static_cast<double>(turns) / static_cast<double>(turns + 1) >= options_.loop_of_two;
  }

  // Those pairs of `branches` (ascending) of activity a that are done both.
  template <class Taken>
  void AddPairs(uint32_t a, const std::vector<uint32_t>& branches, Taken taken,
                std::vector<ConcurrentPair>* pairs) const {
    for (size_t i = 0; i < branches.size(); ++i) {
      for (size_t j = i + 1; j < branches.size(); ++j) {
        const uint32_t b = branches[i], c = branches[j];
        const int64_t between = CountOf(common_, b, c) + CountOf(common_, c, b);
        const double measure =
            static_cast<double>(between) / static_cast<double>(taken(b) + taken(c) + 1);
        if (measure >= options_.concurrency) pairs->push_back({a, b, c, measure});
      }
    }
  }

  const HeuristicsOptions& options_;
  const DirectlyFollows follows_;
  const PairCounts common_;
  PairCounts returns_;
};

}  // namespace

absl::StatusOr<HeuristicsNet> MineHeuristicsNet(const TraceBag& bag,
                                                const HeuristicsOptions& options) {
  RETURN_IF_ERROR(CheckOptions(options));
  RETURN_IF_ERROR(CheckModelSize(bag));
  return Miner(bag, options).Mine();
}

}  // namespace plumbline::analytics
