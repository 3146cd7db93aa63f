// SPDX-License-Identifier: Apache-2.0
//
// Answers from what live_state.h keeps.
#include "services/analytics/report/live_figures.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "services/analytics/report/live_state.h"

namespace plumbline::analytics {
namespace {

constexpr int kFindings = 3;

Distribution DescribeOne(TimeMultiset& set) {
  TimeUnion all;
  all.Add(set);
  return all.Describe();
}

int64_t CountAbove(TimeMultiset& set, int64_t value) {
  TimeUnion all;
  all.Add(set);
  return all.size() - all.CountUpTo(value);
}

// The working time beyond the median. Values are whole microseconds, so that those above the median
// are those above its whole part.
Excess ExcessOf(TimeMultiset& working, double median) {
  TimeUnion all;
  all.Add(working);
  // As in BeyondMedian, by seconds as they are rounded.
  int64_t below = static_cast<int64_t>(median * 1e6) - 2;
  while (SecondsOf(below + 1) <= median) ++below;
  return BeyondMedian(all.SumAbove(below), all.size() - all.CountUpTo(below), median);
}

std::vector<ActivityNode> NodesOf(const std::vector<LiveNode>& nodes,
                                  const std::vector<uint32_t>& number) {
  std::vector<ActivityNode> shown;
  for (uint32_t r = 0; r < number.size(); ++r) {
    const LiveNode& n = nodes[number[r]];
    if (n.count == 0) continue;
    shown.push_back({r, n.count, n.case_count, n.rework_case_count, n.starts, n.ends, 0, {}});
  }
  std::stable_sort(shown.begin(), shown.end(),
                   [](const ActivityNode& a, const ActivityNode& b) { return a.count > b.count; });
  return shown;
}

// The waits of first occurrences of a step, by what comes before them.
using WaitsByPrevious = std::map<uint32_t, std::vector<TimeMultiset*>>;

void CountWaits(const WaitsByPrevious& waits, StepFigures& f) {
  std::map<uint32_t, absl::int128> by_previous;
  for (const auto& [previous, sets] : waits) {
    for (const TimeMultiset* set : sets) by_previous[previous] += set->sum();
  }
  f.previous = MainPredecessor(by_previous);
  TimeUnion counted;
  for (const auto& [previous, sets] : waits) {
    const bool other = f.previous != kNoText && previous != f.previous;
    for (TimeMultiset* set : sets) {
      (other ? f.other_wait_count : f.wait_case_count) += CountAbove(*set, 0);
      if (!other) counted.Add(*set);
    }
  }
  f.waits = counted.Describe();
}

void CountWork(LiveStep& step, StepFigures& f) {
  f.working = DescribeOne(step.first_working);
  f.excess = ExcessOf(step.first_working, f.working.median);
  f.rework_working = SecondsOf(step.more_working.sum());
  f.cases = step.case_count;
  f.repeats = step.repeats;
  f.rework_cases = step.rework_case_count;
  f.late = step.late;
  f.due = step.due;
  f.blocked = step.blocked.size() > 0;
}

}  // namespace

ProcessMap LiveFigures::Map(const MapLimits& limits) {
  State& s = *state_;
  ProcessMap map;
  map.activities = NodesOf(s.nodes, s.number);
  map.edges.reserve(s.edges.size());
  for (const auto& [ends, edge] : s.edges) {
    map.edges.push_back(
        {s.rank[ends.first], s.rank[ends.second], edge->wait.size(), edge->case_count, {}});
  }
  std::sort(map.edges.begin(), map.edges.end(), [](const Edge& a, const Edge& b) {
    return std::tuple(-a.count, a.from, a.to) < std::tuple(-b.count, b.from, b.to);
  });
  map.event_count = s.rows;
  map.case_count = s.variants.case_count();
  KeepMostFrequent(limits, map);
  for (ActivityNode& node : map.activities) {
    const uint32_t activity = s.number[node.activity];
    const auto loop = s.edges.find(std::pair(activity, activity));
    if (loop != s.edges.end()) node.self_loop_count = loop->second->wait.size();
    node.service = DescribeOne(s.nodes[activity].service);
  }
  for (Edge& edge : map.edges)
    edge.wait = DescribeOne(s.EdgeOf(s.number[edge.from], s.number[edge.to]).wait);
  return map;
}

std::vector<Variant> LiveFigures::VariantsFrom(int64_t first, const VariantLimits& limits,
                                               int64_t* before) {
  return state_->variants.Page(state_->rank, first, limits, before);
}

Distribution LiveFigures::CaseDurations() { return DescribeOne(state_->durations); }

std::vector<StepTime> LiveFigures::Steps() {
  State& s = *state_;
  std::vector<TimeUnion> waiting(s.steps.size());
  for (auto& [key, set] : s.waits) waiting[key.activity].Add(*set);
  std::vector<StepTime> steps;
  for (uint32_t r = 0; r < s.number.size(); ++r) {
    LiveStep& step = s.steps[s.number[r]];
    if (step.count == 0) continue;
    TimeUnion working;
    working.Add(step.first_working);
    working.Add(step.more_working);
    steps.push_back({r, step.count, waiting[s.number[r]].Describe(), working.Describe(),
                     DescribeOne(step.blocked), step.late, step.due, step.rework_case_count,
                     step.case_count, static_cast<double>(step.planned) / 1e6});
  }
  SortByTime(steps);
  return steps;
}

std::vector<ParetoBar> LiveFigures::Impediments() {
  State& s = *state_;
  std::map<ImpedimentCause, CauseFigures> causes;
  for (const auto& [cause, live] : s.causes) {
    CauseFigures& figures = causes[cause];
    figures.count = live.all.count;
    figures.case_count = live.case_count;
    figures.lost = live.all.Lost(s.last_time);
    for (const auto& [activity, loss] : live.by_activity)
      figures.lost_by_activity[s.rank[activity]] = loss.Lost(s.last_time);
  }
  return MakeBars(s.names->activities, causes);
}

FindingFigures LiveFigures::State::Findings() {
  FindingFigures figures;
  figures.steps.resize(steps.size());
  absl::int128 waiting = 0, working = 0;
  std::vector<absl::int128> rework_waiting(steps.size(), 0);
  std::vector<WaitsByPrevious> waits_of(steps.size());
  for (auto& [key, set] : waits) {
    const uint32_t r = rank[key.activity];
    if (key.embedded) {
      if (key.first) figures.steps[r].embedded += CountAbove(*set, 0);
      continue;
    }
    waiting += set->sum();
    if (key.first) {
      waits_of[r][key.scheduled ? kNoText : RankOf(key.previous)].push_back(set.get());
    } else {
      rework_waiting[r] += set->sum();
    }
  }
  for (uint32_t r = 0; r < number.size(); ++r) {
    LiveStep& step = steps[number[r]];
    StepFigures& f = figures.steps[r];
    CountWaits(waits_of[r], f);
    CountWork(step, f);
    working += step.first_working.sum() + step.more_working.sum();
    f.rework_waiting = SecondsOf(rework_waiting[r]);
  }
  figures.waiting_seconds = SecondsOf(waiting);
  figures.working_seconds = SecondsOf(working);
  return figures;
}

std::optional<Bottleneck> LiveFigures::State::Worst() {
  std::map<std::pair<uint32_t, uint32_t>, std::vector<TimeMultiset*>> pairs;  // by rank
  for (auto& [key, set] : waits) {
    if (!key.embedded) pairs[{RankOf(key.previous), rank[key.activity]}].push_back(set.get());
  }
  absl::int128 all = 0, most = 0;
  auto worst = pairs.end();
  for (auto pair = pairs.begin(); pair != pairs.end(); ++pair) {
    absl::int128 total = 0;
    for (const TimeMultiset* set : pair->second) total += set->sum();
    all += total;
    if (total <= most) continue;
    most = total;
    worst = pair;
  }
  if (worst == pairs.end()) return std::nullopt;
  TimeUnion waiting;
  for (TimeMultiset* set : worst->second) waiting.Add(*set);
  const auto [from, to] = worst->first;
  const auto cases =
      pair_cases.find(std::pair(from == kNoText ? kNoText : number[from], number[to]));
  return Bottleneck{
      {from, to, waiting.size(), cases == pair_cases.end() ? 0 : cases->second, waiting.Describe()},
      static_cast<double>(most) / static_cast<double>(all)};
}

TargetAttainment LiveFigures::State::Attainment(std::optional<int64_t> target) {
  TargetAttainment result;
  if (cases == 0) return result;  // nor is there a last time
  TimeUnion spans, begins, lengths, dues;
  spans.Add(plans.spans);
  begins.Add(plans.open_begins);
  lengths.Add(plans.own_lengths);
  dues.Add(plans.open_dues);
  if (target.has_value()) {
    result.case_count = cases;
    result.inside_count = spans.CountUpTo(*target);
    result.undecided_count = begins.size() - begins.CountUpTo(last_time - *target - 1);
    result.target_seconds = static_cast<double>(*target) / 1e6;
    result.target = NameOfTarget(*target, plans.day_ones > 0);
  } else {
    result.case_count = plans.own_ended + dues.size();
    result.inside_count = plans.own_inside;
    result.undecided_count = dues.size() - dues.CountUpTo(last_time - 1);
    if (lengths.size() > 0) {
      result.target_seconds = lengths.Describe().median;
      result.target = NameOfOwnTargets(plans.words, lengths.size(), result.target_seconds);
    }
  }
  result.outside_count = result.case_count - result.inside_count - result.undecided_count;
  SetShare(result);
  return result;
}

Report LiveFigures::MakeReport(const ReportOptions& options) {
  State& s = *state_;
  Report report;
  report.process_map = Map(options.map);
  report.variants = s.variants.Page(s.rank, 0, options.variants, nullptr);
  report.variant_count = s.variants.size();
  int64_t others = s.variants.case_count();
  for (const Variant& variant : report.variants) others -= variant.count;
  if (others > 0) {
    report.omitted_variants = {
        report.variant_count - static_cast<int64_t>(report.variants.size()),
        static_cast<double>(others) / static_cast<double>(s.variants.case_count())};
  }
  report.case_duration = CaseDurations();
  report.open_case_count = s.open_cases;
  report.steps = Steps();
  report.impediments = Impediments();
  report.findings =
      MakeFindings(s.names->activities, s.cases, s.Findings(), report.impediments, kFindings);
  if (const auto bottleneck = s.Worst()) {
    report.bottleneck = bottleneck->edge;
    report.bottleneck_share = bottleneck->share;
  }
  report.omitted_steps = KeepFirst(options.max_steps, report.steps, TotalSeconds);
  report.omitted_impediments = KeepFirst(options.max_impediments, report.impediments,
                                         [](const ParetoBar& bar) { return bar.lost_seconds; });
  const TargetAttainment target = s.Attainment(options.target_micros);
  if (target.case_count > 0) report.target = target;
  return report;
}

std::shared_ptr<const LogSnapshot> LiveFigures::names() { return state_->names; }
int64_t LiveFigures::event_count() const { return state_->events; }
int64_t LiveFigures::case_count() const { return state_->cases; }
const std::vector<std::string>& LiveFigures::map_transitions() const {
  return state_->map_transitions;
}
int64_t LiveFigures::variant_count() const { return state_->variants.size(); }
int64_t LiveFigures::traced_case_count() const { return state_->variants.case_count(); }
bool LiveFigures::marks_ends() const { return state_->marked; }
int64_t LiveFigures::open_case_count() const { return state_->open_cases; }

int64_t LiveFigures::memory_bytes() const {
  const State& s = *state_;
  size_t bytes = sizeof(State) + s.durations.memory_bytes() + s.plans.spans.memory_bytes() +
                 s.plans.open_begins.memory_bytes() + s.plans.own_lengths.memory_bytes() +
                 s.plans.open_dues.memory_bytes();
  for (const LiveNode& node : s.nodes) bytes += sizeof(node) + node.service.memory_bytes();
  for (const LiveStep& step : s.steps) {
    bytes += sizeof(step) + step.first_working.memory_bytes() + step.more_working.memory_bytes() +
             step.blocked.memory_bytes();
  }
  constexpr size_t kEntry = 40;  // of a table
  for (const auto& [ends, edge] : s.edges) bytes += kEntry + edge->wait.memory_bytes();
  for (const auto& [key, set] : s.waits) bytes += kEntry + set->memory_bytes();
  bytes += kEntry * s.pair_cases.size();
  return static_cast<int64_t>(bytes) + s.variants.memory_bytes();
}

}  // namespace plumbline::analytics
