// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/forecast/case_history.h"

#include <algorithm>
#include <functional>
#include <utility>

#include "common/base/status_macros.h"
#include "services/analytics/flow/case_time.h"
#include "services/analytics/forecast/case_steps.h"
#include "services/analytics/mining/case_ends.h"
#include "services/analytics/mining/case_times.h"

namespace plumbline::analytics::forecast {
namespace {

constexpr double kMicros = 1e6;

double Seconds(const TimeBetween& between, int64_t from, int64_t to) {
  return static_cast<double>(std::max<int64_t>(0, Measure(between, from, to))) / kMicros;
}

CaseHistory EmptyHistory(const conformance::Tree& tree) {
  CaseHistory history;
  history.nodes.resize(tree.size());
  for (uint32_t n = 0; n < tree.size(); ++n) {
    const conformance::Operator op = tree.node(n).op;
    if (op == conformance::Operator::kChoice || op == conformance::Operator::kLoop)
      history.nodes[n].taken.resize(tree.children(n).size());
  }
  return history;
}

// When a case ended by `as_of`; kNoTime where it had not.
int64_t EndOf(const LogSnapshot& log, const CaseEnds& ends, uint32_t c, int64_t as_of) {
  const int64_t end = ends.marked() ? ends.MarkedTime(c) : CaseEnd(log, c);
  return end != kNoTime && end <= as_of ? end : kNoTime;
}

// The cases that may count: the latest that have ended, and in a log without marks may have.
std::vector<bool> LatestEnded(const LogSnapshot& log, const CaseHistoryOptions& options,
                              CaseHistory* history) {
  const CaseEnds ends(log);
  std::vector<std::pair<int64_t, uint32_t>> ended;
  for (uint32_t c = 0; c < log.case_count(); ++c) {
    if (CaseStart(log, c) > options.as_of || log.cases[c] == options.without) continue;
    const int64_t end = EndOf(log, ends, c, options.as_of);
    if (end == kNoTime) {
      ++history->open_cases;
    } else {
      ended.emplace_back(end, c);
    }
  }
  if (ended.size() > options.most_cases) {
    history->older_cases = static_cast<int64_t>(ended.size() - options.most_cases);
    std::nth_element(ended.begin(), ended.begin() + static_cast<std::ptrdiff_t>(options.most_cases),
                     ended.end(), std::greater<>());
    ended.resize(options.most_cases);
  }
  std::vector<bool> wanted(log.case_count());
  for (const auto& [end, c] : ended) wanted[c] = true;
  return wanted;
}

}  // namespace

void AddCase(const TreeWalk& walk, const TimeBetween& between, CaseHistory* history) {
  for (const Passage& passage : walk.passages()) {
    CaseHistory::Node& node = history->nodes[passage.node];
    switch (passage.kind) {
      case Passage::Kind::kDone:
        node.times.push_back(Seconds(between, passage.begin, passage.end));
        break;
      case Passage::Kind::kSkipped:
        ++node.skipped;
        break;
      case Passage::Kind::kChose:
      case Passage::Kind::kAgain:
        ++node.taken[passage.child];
        break;
      case Passage::Kind::kLeft:
        ++node.taken[0];
        break;
    }
  }
  const TreeWalk::State& root = walk.state(0);
  history->durations.push_back(Seconds(between, root.begin, root.end));
}

absl::StatusOr<CaseHistory> LearnCases(const LogSnapshot& log,
                                       const std::vector<std::string>& map_transitions,
                                       const conformance::Tree& tree,
                                       const CaseHistoryOptions& options,
                                       absl::FunctionRef<absl::Status()> keep_on) {
  CaseHistory history = EmptyHistory(tree);
  const std::vector<bool> wanted = LatestEnded(log, options, &history);
  TreeWalk walk(tree);
  RETURN_IF_ERROR(ReadCases(
      log, map_transitions, tree, options.as_of, wanted,
      [&](const CaseSteps& steps) {
        const int64_t refused = WalkCase(steps, &walk);
        if (walk.Missing() > 0) {
          ++history.unfinished_cases;
          return;
        }
        walk.Finish();
        history.extra_steps += refused;
        history.unknown_steps += steps.unknown_count;
        AddCase(walk, options.between, &history);
      },
      keep_on));
  std::sort(history.durations.begin(), history.durations.end());
  return history;
}

}  // namespace plumbline::analytics::forecast
