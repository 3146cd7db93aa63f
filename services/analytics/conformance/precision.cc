// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/conformance/precision.h"

#include <algorithm>
#include <utility>

#include "services/analytics/conformance/state_sets.h"

namespace plumbline::analytics::conformance {
namespace {

constexpr size_t kAskEvery = 2'500;  // of StateSets::TakeWork

// Runs begin..end have their first `depth` activities in common, after which the model is in `set`.
struct Beginning {
  size_t begin, end, depth;
  StateSet set;
};

}  // namespace

std::optional<double> Precision::Value() const {
  if (available == 0) return std::nullopt;
  return 1 - static_cast<double>(escaping) / static_cast<double>(available);
}

Precision EscapingEdges(const Machine& machine, std::vector<LogVariant> runs,
                        const std::function<bool()>& expired, size_t most_states,
                        std::shared_ptr<SearchMemory> memory) {
  std::erase_if(runs, [](const LogVariant& run) { return run.cases == 0; });
  std::sort(runs.begin(), runs.end(),
            [](const LogVariant& a, const LogVariant& b) { return a.activities < b.activities; });
  Precision precision;
  if (expired()) {
    precision.complete = runs.empty();
    return precision;
  }
  MemoryShare share(*memory);
  StateSets sets(machine);
  std::vector<Beginning> open;
  open.push_back({0, runs.size(), 0, sets.Initial()});
  size_t open_bytes = StateSets::BytesOf(open.back().set);
  const auto is_full = [&] {
    const size_t states = sets.size() + open_bytes / StateSets::kBytesOfAState;
    return states > most_states || !share.Has(states * StateSets::kBytesOfAState);
  };
  for (size_t work = 0; !open.empty();) {
    const Beginning at = std::move(open.back());
    open.pop_back();
    open_bytes -= StateSets::BytesOf(at.set);
    work += 20 + sets.TakeWork();
    if (is_full() || (work > kAskEvery && expired())) {
      precision.complete = false;
      break;
    }
    if (at.set.cut) {
      precision.complete = false;
      continue;
    }
    if (work > kAskEvery) work = 0;
    const std::vector<uint32_t> enabled = sets.Enabled(at.set);
    size_t i = at.begin;
    while (i < at.end && runs[i].activities.size() == at.depth) ++i;  // these end here
    int64_t cases = 0, done = 0;
    while (i < at.end) {
      const uint32_t label = runs[i].activities[at.depth];
      const size_t begin = i;
      for (; i < at.end && runs[i].activities[at.depth] == label; ++i) cases += runs[i].cases;
      if (!std::binary_search(enabled.begin(), enabled.end(), label)) continue;
      ++done;
      open.push_back({begin, i, at.depth + 1, sets.After(at.set, label)});
      open_bytes += StateSets::BytesOf(open.back().set);
      if (!is_full()) continue;
      precision.complete = false;
      return precision;
    }
    precision.available += cases * static_cast<int64_t>(enabled.size());
    precision.escaping += cases * (static_cast<int64_t>(enabled.size()) - done);
  }
  return precision;
}

}  // namespace plumbline::analytics::conformance
