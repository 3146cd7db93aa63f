// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/discovery/fall_through.h"

#include <algorithm>
#include <optional>
#include <span>
#include <utility>

#include "common/base/status_macros.h"
#include "services/analytics/discovery/cut_finder.h"
#include "services/analytics/discovery/cut_splitter.h"

namespace plumbline::analytics {
namespace {

// Bytes that the graphs of one pass may take.
constexpr size_t kGraphBytes = 16 << 20;

std::optional<size_t> FirstOncePerTrace(const SubLog& log) {
  std::vector<bool> once(log.activity_count(), true);
  std::vector<uint32_t> tally(log.activity_count());
  for (size_t i = 0; i < log.traces.size(); ++i) {
    std::fill(tally.begin(), tally.end(), 0);
    for (const uint16_t activity : log.traces[i]) ++tally[activity];
    bool any = false;
    for (size_t a = 0; a < tally.size(); ++a) {
      once[a] = once[a] && tally[a] == 1;
      any |= once[a];
    }
    if (!any) return std::nullopt;
  }
  return static_cast<size_t>(std::find(once.begin(), once.end(), true) - once.begin());
}

// nullopt: none.
absl::StatusOr<std::optional<size_t>> FirstConcurrent(const SubLog& log, const FollowGraph& graph,
                                                      const std::function<absl::Status()>& check) {
  const size_t n = log.activity_count();
  const size_t at_once = std::max<size_t>(1, kGraphBytes / (n * ((n + 63) / 64) * 8));
  for (size_t first = 0; first < n; first += at_once) {
    const size_t count = std::min(at_once, n - first);
    const GraphsWithout graphs(log, graph, first, count);
    for (size_t a = first; a < first + count; ++a) {
      RETURN_IF_ERROR(check());
      if (FindCut(graphs.Without(a))) return a;
    }
  }
  return std::nullopt;
}

// The activity and the rest side by side.
FallThrough Beside(const SubLog& log, size_t activity) {
  Cut cut{ModelKind::kParallel, std::vector<uint16_t>(log.activity_count(), 1), 2};
  cut.group_of[activity] = 0;
  return {ModelKind::kParallel, SplitLog(log, cut)};
}

// A loop of the traces that come of cutting wherever `cuts(before, after)` says so; nullopt if that
// cuts nothing.
template <class Cuts>
std::optional<FallThrough> Again(const SubLog& log, Cuts cuts) {
  SubLog pieces;
  pieces.activities = log.activities;
  bool any = false;
  for (size_t i = 0; i < log.traces.size(); ++i) {
    const std::span<const uint16_t> trace = log.traces[i];
    for (size_t k = 0; k < trace.size(); ++k) {
      if (k > 0 && cuts(trace[k - 1], trace[k])) {
        pieces.Close(log.traces.count(i));
        any = true;
      }
      pieces.Push(trace[k]);
    }
    pieces.Close(log.traces.count(i));
  }
  if (!any) return std::nullopt;
  FallThrough result{ModelKind::kLoop, {}};
  result.parts.push_back(std::move(pieces));
  result.parts.emplace_back();
  return result;
}

FallThrough Flower(const SubLog& log) {
  FallThrough result{ModelKind::kLoop, std::vector<SubLog>(2)};
  result.parts[0].activities = log.activities;
  for (size_t a = 0; a < log.activity_count(); ++a) {
    result.parts[0].Push(static_cast<uint16_t>(a));
    result.parts[0].Close(1);
  }
  return result;
}

}  // namespace

absl::StatusOr<FallThrough> FallThroughOf(const SubLog& log, const FollowGraph& graph,
                                          const std::function<absl::Status()>& check) {
  if (const std::optional<size_t> once = FirstOncePerTrace(log)) return Beside(log, *once);
  ASSIGN_OR_RETURN(const std::optional<size_t> concurrent, FirstConcurrent(log, graph, check));
  if (concurrent) return Beside(log, *concurrent);
  const auto ends_and_starts = [&graph](uint16_t before, uint16_t after) {
    return graph.ends[before] && graph.starts[after];
  };
  if (std::optional<FallThrough> loop = Again(log, ends_and_starts)) return *std::move(loop);
  const auto starts = [&graph](uint16_t, uint16_t after) { return graph.starts[after]; };
  if (std::optional<FallThrough> loop = Again(log, starts)) return *std::move(loop);
  return Flower(log);
}

}  // namespace plumbline::analytics
