// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/review/graphs.h"

#include <algorithm>
#include <map>
#include <numeric>
#include <optional>
#include <span>
#include <utility>

#include "common/base/status_macros.h"
#include "services/analytics/bottlenecks/critical_path.h"
#include "services/analytics/report/pareto.h"

namespace plumbline::analytics::review {
namespace {

int64_t BeginOf(const Occurrence& o) { return o.start == kNoTime ? o.end : o.start; }

class Reading {
 public:
  Reading(const LogSnapshot& log, absl::Span<const CaseFact> cases, const TimeBetween& between)
      : cases_(cases), between_(between), done_in_(log.activities.size(), 0) {
    graphs_.cases.reserve(cases.size());
    graphs_.steps.reserve(log.size());
  }

  absl::StatusOr<NamedGraphs> Run(const LogSnapshot& log,
                                  const std::vector<std::string>& map_transitions, KeepOn keep_on) {
    RETURN_IF_ERROR(ReadOccurrences(log, map_transitions,
                                    {.occurrence = [this](const Occurrence& o) { Take(o); },
                                     .impediment =
                                         [this](const Impediment& impediment) {
                                           GoTo(impediment.case_number);
                                           Take(impediment);
                                         },
                                     .blocked =
                                         [this](std::span<const Stretch> blocked) {
                                           blocked_.assign(blocked.begin(), blocked.end());
                                         }},
                                    keep_on));
    EndCase();
    return NamedGraphs{std::move(graphs_), std::move(causes_)};
  }

 private:
  void GoTo(uint32_t next) {
    if (next == case_) return;
    EndCase();
    case_ = next;
  }
  void Take(const Occurrence& o) {
    GoTo(o.case_number);
    if (o.end != kNoTime) {
      ended_.push_back(o);
      blocked_of_.push_back(std::exchange(blocked_, {}));
    }
    blocked_.clear();
  }
  void Take(const Impediment& impediment) {
    CauseTotal& total = causes_[NumberOf(CauseOf(impediment))];
    ++total.count;
    total.micros += Measure(between_, impediment.begin, impediment.end);
    impediments_.push_back(impediment);
  }
  uint32_t NumberOf(const ImpedimentCause& cause) {
    const auto [found, is_new] =
        cause_numbers_.try_emplace(cause, static_cast<uint32_t>(causes_.size()));
    if (is_new) causes_.push_back({cause});
    return found->second;
  }
  void EndCase();
  // Of the case that is read: a time as its graph has it.
  int64_t At(int64_t time) const { return between_ ? between_(cases_[case_].begin, time) : time; }
  std::optional<int64_t> DueOf(const CaseFact& fact) const;
  GraphStep StepOf(size_t number, const std::vector<size_t>& order, size_t place);
  void AddCauses(const Occurrence& o, int64_t from, GraphStep* step);

  const absl::Span<const CaseFact> cases_;
  const TimeBetween& between_;
  CaseGraphs graphs_;
  std::vector<CauseTotal> causes_;
  std::map<ImpedimentCause, uint32_t> cause_numbers_;

  // The case that is read.
  uint32_t case_ = kNoText;
  std::vector<Stretch> blocked_;  // of the occurrence that comes next
  std::vector<Occurrence> ended_;
  std::vector<std::vector<Stretch>> blocked_of_;  // of these
  std::vector<Impediment> impediments_;
  std::vector<size_t> order_;
  std::vector<uint32_t> done_in_;  // by activity: the last case that completed it, plus 1
};

void Reading::EndCase() {
  if (case_ == kNoText) return;
  order_.resize(ended_.size());
  std::iota(order_.begin(), order_.end(), size_t{0});
  const auto by_end = [&](size_t a, size_t b) { return ended_[a].end < ended_[b].end; };
  if (!std::is_sorted(order_.begin(), order_.end(), by_end))
    std::stable_sort(order_.begin(), order_.end(), by_end);
  const CaseFact& fact = cases_[case_];
  CaseGraph graph{.case_number = case_,
                  .first = static_cast<uint32_t>(graphs_.steps.size()),
                  .count = static_cast<uint32_t>(order_.size()),
                  .begin = At(fact.begin),
                  .end = At(fact.end),
                  .done = At(fact.done),
                  .due = DueOf(fact)};
  for (size_t place = 0; place < order_.size(); ++place)
    graphs_.steps.push_back(StepOf(order_[place], order_, place));
  graphs_.cases.push_back(graph);
  ended_.clear();
  blocked_of_.clear();
  impediments_.clear();
}

// One that was late is so in its graph, too, be it that no open time lies between.
std::optional<int64_t> Reading::DueOf(const CaseFact& fact) const {
  if (fact.due == kNoTime) return std::nullopt;
  const int64_t due = At(fact.due);
  return fact.done > fact.due ? std::min(due, At(fact.done) - 1) : due;
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
  step.end = At(o.end);
  step.before = static_cast<uint32_t>(past - order.begin());
  const int64_t from = step.before > 0 ? ended_[order[step.before - 1]].end : possible;
  step.stretch = Measure(between_, from, o.end);
  const std::vector<Stretch>& blocked = blocked_of_[number];
  const bottlenecks::HeldTime time = bottlenecks::SplitHeld(o, from, blocked, between_);
  step.waiting = time.waiting;
  step.blocked = time.blocked;
  step.working = time.working;
  if (o.has_waiting()) step.wait = WaitingOf(o, blocked, between_);
  // What comes before it was ready, as where another step was worked on that has not ended, is no
  // waiting for it.
  if (step.wait < 0) {
    step.waiting = 0;
  } else if (o.ready > from) {
    const int64_t ready = std::min(o.ready, begin);
    step.waiting = bottlenecks::SplitHeld(o, ready, blocked, between_).waiting;
  }
  // Also where the calendar is closed until its day.
  step.planned = (between_ ? bottlenecks::SplitHeld(o, from, blocked, {}) : time).planned > 0;
  step.completed = o.completed;
  step.repeat = o.completed && std::exchange(done_in_[o.activity], case_ + 1) == case_ + 1;
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
  step->first_cause = static_cast<uint32_t>(graphs_.causes.size());
  int64_t covered = from, left = step->blocked;
  for (const Impediment* impediment : here) {
    const int64_t low = std::max(impediment->begin, covered);
    const int64_t high = std::min(impediment->end, o.end);
    if (low >= high) continue;
    covered = high;
    const int64_t micros = std::min(left, Measure(between_, low, high));
    left -= micros;
    graphs_.causes.push_back({NumberOf(CauseOf(*impediment)), micros});
    ++step->cause_count;
  }
}

}  // namespace

absl::StatusOr<NamedGraphs> ReadGraphs(const LogSnapshot& log,
                                       const std::vector<std::string>& map_transitions,
                                       absl::Span<const CaseFact> cases, const TimeBetween& between,
                                       KeepOn keep_on) {
  return Reading(log, cases, between).Run(log, map_transitions, keep_on);
}

}  // namespace plumbline::analytics::review
