// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/review/facts.h"

#include <algorithm>
#include <numeric>
#include <span>
#include <utility>

#include "absl/container/flat_hash_set.h"
#include "common/base/status_macros.h"
#include "services/analytics/bottlenecks/critical_path.h"
#include "services/analytics/defects/defects.h"
#include "services/analytics/mining/case_ends.h"
#include "services/analytics/mining/case_times.h"
#include "services/analytics/report/case_plans.h"
#include "services/analytics/report/pareto.h"

namespace plumbline::analytics::review {
namespace {

int64_t BeginOf(const Occurrence& o) { return o.start == kNoTime ? o.end : o.start; }

// Begin, end and due time of all cases.
void ReadCases(const LogSnapshot& log, const FactOptions& options, Facts* facts) {
  const CaseEnds ends(log);
  const std::vector<CasePlan> plans = ReadCasePlans(log);
  facts->marked = ends.marked() || options.told;
  facts->cases.resize(log.case_count());
  for (size_t c = 0; c < log.case_count(); ++c) {
    CaseFact& fact = facts->cases[c];
    fact.begin = CaseStart(log, c);
    if (ends.HasEnded(c)) {
      fact.end = CaseEnd(log, c);
      fact.done = ends.marked() ? ends.MarkedTime(c) : fact.end;
    }
    fact.due = options.target.has_value() ? plans[c].begin + *options.target : plans[c].due;
  }
}

// Reads the graphs of the cases that ended in the period, and the waits of all windows.
class Reading {
 public:
  Reading(const LogSnapshot& log, const Windows& windows, const FactOptions& options, Facts* facts)
      : log_(log), windows_(windows), options_(options), facts_(*facts) {
    ChooseCases();
  }

  absl::Status Run(const std::vector<std::string>& map_transitions, KeepOn keep_on) {
    RETURN_IF_ERROR(ReadOccurrences(log_, map_transitions,
                                    {.occurrence = [this](const Occurrence& o) { Take(o); },
                                     .impediment = [this](const Impediment& i) { Take(i); },
                                     .blocked =
                                         [this](std::span<const Stretch> blocked) {
                                           blocked_.assign(blocked.begin(), blocked.end());
                                         }},
                                    keep_on));
    EndCase();
    KeepMostWaiting();
    return absl::OkStatus();
  }

 private:
  void ChooseCases();
  void Take(const Occurrence& o);
  void Take(const Impediment& impediment) {
    if (GoTo(impediment.case_number)) impediments_.push_back(impediment);
  }
  // Whether the graph of the case is wanted.
  bool GoTo(uint32_t next) {
    if (next != case_) {
      EndCase();
      case_ = next;
    }
    return wanted_[case_];
  }
  void AddWait(const Occurrence& o);
  void EndCase();
  GraphStep StepOf(size_t number, const std::vector<size_t>& order, size_t place);
  void AddCauses(const Occurrence& o, int64_t from, GraphStep* step);
  void KeepMostWaiting();

  const LogSnapshot& log_;
  const Windows& windows_;
  const FactOptions& options_;
  Facts& facts_;
  std::vector<bool> wanted_;
  absl::flat_hash_map<std::string, uint32_t> cause_numbers_;
  absl::flat_hash_map<uint64_t, Sample> waits_;  // by activity and window

  // The case that is read.
  uint32_t case_ = kNoText;
  std::vector<Stretch> blocked_;  // of the occurrence that comes next
  std::vector<Occurrence> ended_;
  std::vector<std::vector<Stretch>> blocked_of_;  // of these
  std::vector<Impediment> impediments_;
  absl::flat_hash_set<uint32_t> done_;
};

void Reading::ChooseCases() {
  wanted_.resize(log_.case_count());
  std::vector<uint32_t> ended;
  int64_t rows = 0;
  for (uint32_t c = 0; c < log_.case_count(); ++c) {
    if (facts_.cases[c].end == kNoTime || windows_.IndexOf(facts_.cases[c].end) != kThis) continue;
    ++facts_.ended;
    const int64_t of_case = log_.case_begin[c + 1] - log_.case_begin[c];
    if (of_case > kMostStepsOfCase) {
      ++facts_.too_long;
      continue;
    }
    ended.push_back(c);
    rows += of_case;
  }
  const auto all = static_cast<int64_t>(ended.size());
  int64_t size = std::min(all, kMostGraphCases);
  if (rows > kMostGraphSteps)
    size = std::min(size, std::max<int64_t>(1, all * kMostGraphSteps / rows));
  for (int64_t i = 0; i < size; ++i) wanted_[ended[static_cast<size_t>(i * all / size)]] = true;
}

void Reading::Take(const Occurrence& o) {
  const bool wanted = GoTo(o.case_number);
  facts_.has_starts |= o.start != kNoTime;
  if (o.end != kNoTime) AddWait(o);
  if (wanted && o.end != kNoTime) {
    ended_.push_back(o);
    blocked_of_.push_back(std::exchange(blocked_, {}));
  }
  blocked_.clear();
}

void Reading::AddWait(const Occurrence& o) {
  if (!o.has_waiting() || o.embedded) return;
  const int window = windows_.IndexOf(o.end);
  if (window < 0) return;
  const int64_t waiting =
      options_.between ? MeasureStep(o, blocked_, options_.between).waiting : o.waiting;
  waits_[static_cast<uint64_t>(o.activity) << 32 | static_cast<uint32_t>(window)].Add(
      static_cast<double>(waiting) / 1e6);
}

void Reading::EndCase() {
  if (case_ == kNoText) return;
  if (wanted_[case_]) {
    std::vector<size_t> order(ended_.size());
    std::iota(order.begin(), order.end(), size_t{0});
    std::stable_sort(order.begin(), order.end(),
                     [&](size_t a, size_t b) { return ended_[a].end < ended_[b].end; });
    const CaseFact& fact = facts_.cases[case_];
    CaseGraph graph{case_,
                    static_cast<uint32_t>(facts_.graphs.steps.size()),
                    static_cast<uint32_t>(order.size()),
                    fact.end,
                    fact.done,
                    std::nullopt};
    if (fact.due != kNoTime) graph.due = fact.due;
    for (size_t place = 0; place < order.size(); ++place)
      facts_.graphs.steps.push_back(StepOf(order[place], order, place));
    facts_.graphs.cases.push_back(graph);
  }
  ended_.clear();
  blocked_of_.clear();
  impediments_.clear();
  done_.clear();
}

GraphStep Reading::StepOf(size_t number, const std::vector<size_t>& order, size_t place) {
  const Occurrence& o = ended_[number];
  const int64_t begin = BeginOf(o);
  const int64_t possible = o.scheduled == kNoTime ? begin : std::min(o.scheduled, begin);
  const auto past =
      std::upper_bound(order.begin(), order.begin() + static_cast<ptrdiff_t>(place), possible,
                       [&](int64_t time, size_t one) { return time < ended_[one].end; });
  GraphStep step;
  step.activity = o.activity;
  step.end = o.end;
  step.before = static_cast<uint32_t>(past - order.begin());
  const int64_t from = step.before > 0 ? ended_[order[step.before - 1]].end : possible;
  step.stretch = o.end - from;
  const bottlenecks::HeldTime time = bottlenecks::SplitHeld(o, from, blocked_of_[number], {});
  step.waiting = time.waiting;
  step.blocked = time.blocked;
  step.working = time.working;
  if (o.has_waiting()) step.wait = o.waiting;
  step.planned = time.planned > 0;
  step.completed = o.completed;
  step.repeat = o.completed && !done_.insert(o.activity).second;
  if (time.blocked > 0) AddCauses(o, from, &step);
  return step;
}

// Of two impediments at a time the one that began first counts.
void Reading::AddCauses(const Occurrence& o, int64_t from, GraphStep* step) {
  std::vector<const Impediment*> here;
  for (const Impediment& impediment : impediments_) {
    if (impediment.activity == o.activity) here.push_back(&impediment);
  }
  std::stable_sort(here.begin(), here.end(),
                   [](const Impediment* a, const Impediment* b) { return a->begin < b->begin; });
  step->first_cause = static_cast<uint32_t>(facts_.graphs.causes.size());
  int64_t covered = from, left = step->blocked;
  for (const Impediment* impediment : here) {
    const int64_t low = std::max(impediment->begin, covered);
    const int64_t high = std::min(impediment->end, o.end);
    if (low >= high) continue;
    covered = high;
    const auto [found, is_new] = cause_numbers_.try_emplace(
        CauseOf(*impediment), static_cast<uint32_t>(facts_.causes.size()));
    if (is_new) facts_.causes.push_back(found->first);
    const int64_t micros = std::min(left, high - low);
    left -= micros;
    facts_.graphs.causes.push_back({found->second, micros});
    ++step->cause_count;
  }
}

void Reading::KeepMostWaiting() {
  absl::flat_hash_map<uint32_t, double> total;
  for (const auto& [key, sample] : waits_) {
    if (static_cast<uint32_t>(key) <= kBefore)
      total[static_cast<uint32_t>(key >> 32)] += sample.sum;
  }
  std::vector<std::pair<double, uint32_t>> most;
  for (const auto& [activity, seconds] : total) most.emplace_back(-seconds, activity);
  std::sort(most.begin(), most.end());
  if (most.size() > kMostWaits) most.resize(kMostWaits);
  for (const auto& [seconds, activity] : most) {
    Samples& samples = facts_.waits[activity];
    for (int window = 0; window < windows_.size(); ++window) {
      const auto found =
          waits_.find(static_cast<uint64_t>(activity) << 32 | static_cast<uint32_t>(window));
      if (found != waits_.end()) samples[static_cast<size_t>(window)] = found->second;
    }
  }
}

}  // namespace

int64_t BytesOfFacts(const LogSnapshot& log) {
  const auto cases = static_cast<int64_t>(log.case_count());
  const auto rows = static_cast<int64_t>(log.size());
  // Cases with their plans, twice while they grow; samples of activities; the graphs.
  const int64_t pairs = std::min(rows, static_cast<int64_t>(log.activities.size()) * kMostWindows);
  const int64_t steps = std::min(rows, 2 * kMostGraphSteps);
  return cases * 96 + pairs * 80 + steps * 2 * (sizeof(GraphStep) + sizeof(Occurrence));
}

absl::StatusOr<Facts> ReadFacts(const LogSnapshot& log,
                                const std::vector<std::string>& map_transitions,
                                const Windows& windows, const FactOptions& options,
                                KeepOn keep_on) {
  Facts facts;
  facts.first_time = log.FirstTime();
  facts.last_time = log.LastTime();
  ReadCases(log, options, &facts);
  RETURN_IF_ERROR(keep_on());
  RETURN_IF_ERROR(Reading(log, windows, options, &facts).Run(map_transitions, keep_on));
  DefectOptions defects;
  RETURN_IF_ERROR(ReadDefects(
      log, map_transitions, defects,
      [&](const StepVisit& visit) {
        CaseFact& fact = facts.cases[visit.case_number];
        fact.has_steps = true;
        facts.tells_defects |= !visit.told.empty();
        for (const DefectSource source : kDefectSources) fact.defects += visit.defects.Has(source);
      },
      keep_on));
  return facts;
}

}  // namespace plumbline::analytics::review
