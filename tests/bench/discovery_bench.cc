// SPDX-License-Identifier: Apache-2.0
#include "tests/bench/discovery_bench.h"

#include <algorithm>
#include <map>
#include <string>
#include <utility>

#include "absl/strings/str_split.h"
#include "services/analytics/discovery/heuristics_miner.h"
#include "services/analytics/discovery/inductive_miner.h"
#include "services/analytics/discovery/replay.h"
#include "services/analytics/discovery/trace_bag.h"
#include "tests/bench/shared_logs.h"

namespace plumbline::bench {
namespace {

using analytics::ModelTree;
using analytics::TraceBag;

constexpr int kRepeats = 9;

// Rows of case_id,activity,timestamp,...: times all have one form, so that they sort as text.
TraceBag BagOf(const std::string& csv) {
  std::map<std::string, std::vector<std::pair<std::string, std::string>>> cases;
  std::map<std::string, uint32_t> numbers;
  for (const absl::string_view line : absl::StrSplit(csv, '\n', absl::SkipEmpty())) {
    const std::vector<std::string> cells = absl::StrSplit(line, ',');
    if (cells[0] == "case_id") continue;
    cases[cells[0]].emplace_back(cells[2], cells[1]);
    numbers[cells[1]] = 0;
  }
  std::vector<std::string> names;
  for (auto& [name, number] : numbers) {
    number = static_cast<uint32_t>(names.size());
    names.push_back(name);
  }
  TraceBag bag(std::move(names));
  for (auto& [id, events] : cases) {
    std::stable_sort(events.begin(), events.end(),
                     [](const auto& a, const auto& b) { return a.first < b.first; });
    std::vector<uint32_t> trace;
    for (const auto& [time, activity] : events) trace.push_back(numbers[activity]);
    bag.Add(trace, 1);
  }
  return bag;
}

template <class F>
double MedianMilliseconds(F f) {
  std::vector<double> times;
  for (int i = 0; i < kRepeats; ++i) {
    const Stopwatch watch;
    f();
    times.push_back(1000 * watch.Seconds());
  }
  return Median(std::move(times));
}

}  // namespace

std::vector<Figure> Discovery() {
  const std::string csv = ReadShared("data/logs/bpic2012.csv.gz");
  if (csv.empty()) return {};
  const TraceBag bag = BagOf(csv);
  analytics::InductiveOptions options;
  ModelTree tree;
  const auto mine = [&] { tree = analytics::MineTree(bag, options).value(); };
  std::vector<Figure> figures = {{"mining.im_bpic2012", MedianMilliseconds(mine), "ms"}};
  const double replay = MedianMilliseconds([&] { analytics::ReplayAll(tree, bag); });
  figures.push_back({"mining.replay_im_bpic2012", replay, "ms"});
  options.noise = 0.2;
  figures.push_back({"mining.imf_bpic2012", MedianMilliseconds(mine), "ms"});
  const double heuristics =
      MedianMilliseconds([&] { analytics::MineHeuristicsNet(bag, {}).value(); });
  figures.push_back({"mining.heuristics_bpic2012", heuristics, "ms"});
  return figures;
}

}  // namespace plumbline::bench
