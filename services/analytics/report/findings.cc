// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/report/findings.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "services/analytics/mining/distribution.h"
#include "services/analytics/report/bottleneck.h"
#include "services/analytics/report/units.h"

namespace plumbline::analytics {
namespace {

// From this share of a step's waiting on, the step before it is named.
constexpr double kOnePredecessor = 0.9;
constexpr double kMicros = 1e6;

// A wait of a first occurrence.
struct Wait {
  uint32_t previous;  // kNoText where the step was scheduled
  int64_t micros;
};

struct Step {
  std::vector<Wait> waits;
  std::vector<int64_t> working;                   // of first occurrences
  double rework_waiting = 0, rework_working = 0;  // seconds
  int64_t cases = 0, repeats = 0, rework_cases = 0;
  int64_t late = 0, due = 0;
  bool blocked = false;  // ever
  int64_t last_case = -1, last_rework_case = -1;
};

// A finding and the step that it takes up, -1 for none.
struct Candidate {
  Finding finding;
  int64_t step;
};

std::string Quoted(absl::string_view name) { return absl::StrCat("'", name, "'"); }

double SecondsOf(int64_t micros) { return static_cast<double>(micros) / kMicros; }

std::string OfCases(int64_t cases, int64_t all) {
  return absl::StrCat(CountText(cases), " of ", CountText(all), all == 1 ? " case" : " cases");
}

// Adds how many occurrences were late, if they had due times.
void AddLateness(const Step& step, Finding& finding) {
  if (step.due == 0 || step.late == 0) return;
  finding.evidence.push_back(absl::StrCat(
      CountText(step.late), " of ", CountText(step.due), " were done after their due time (",
      ShareText(static_cast<double>(step.late) / static_cast<double>(step.due)), ")."));
}

// The activity that comes before nearly all of the waiting for a step, or kNoText.
uint32_t MainPredecessor(const Step& step) {
  double total = 0;
  std::map<uint32_t, double> by_previous;
  for (const Wait& wait : step.waits) {
    total += SecondsOf(wait.micros);
    by_previous[wait.previous] += SecondsOf(wait.micros);
  }
  for (const auto& [previous, seconds] : by_previous) {
    if (previous != kNoText && seconds >= kOnePredecessor * total) return previous;
  }
  return kNoText;
}

Candidate ImpedimentCandidate(const ParetoBar& bar, int64_t cases) {
  Finding f;
  f.kind = FindingKind::kImpediment;
  f.headline = absl::StrCat("Stop ", Quoted(bar.cause), " from blocking work");
  f.subject = bar.cause;
  f.lost_seconds = bar.lost_seconds;
  f.case_count = bar.case_count;
  f.evidence = {
      absl::StrCat(CountText(bar.count), bar.count == 1 ? " impediment" : " impediments",
                   " of this cause cost ", DurationText(bar.lost_seconds), " in ",
                   OfCases(bar.case_count, cases), "; ",
                   DurationText(bar.lost_seconds / static_cast<double>(bar.count)), " each."),
      absl::StrCat("That is ", ShareText(bar.share), " of all time lost to impediments; most at ",
                   Quoted(bar.worst_activity), ".")};
  return {std::move(f), -1};
}

}  // namespace

struct FindingBuilder::State {
  explicit State(const LogSnapshot& snapshot) : log(snapshot), steps(snapshot.activities.size()) {}

  const LogSnapshot& log;
  std::vector<Step> steps;
  double waiting_seconds = 0;  // of all occurrences
  double working_seconds = 0;

  int64_t cases() const { return static_cast<int64_t>(log.case_count()); }
  std::string Name(uint32_t activity) const { return Quoted(log.activities[activity]); }

  Candidate ReworkOf(uint32_t activity) const;
  Candidate WaitOf(uint32_t activity) const;
  Candidate SlownessOf(uint32_t activity);
};

Candidate FindingBuilder::State::ReworkOf(uint32_t activity) const {
  const Step& step = steps[activity];
  Finding f;
  f.kind = FindingKind::kRework;
  f.subject = log.activities[activity];
  f.lost_seconds = step.rework_waiting + step.rework_working;
  f.case_count = step.rework_cases;
  if (f.lost_seconds <= 0) return {std::move(f), activity};
  f.headline = absl::StrCat(
      "Get ", Name(activity), " done in one go: ",
      ShareText(static_cast<double>(step.rework_cases) / static_cast<double>(step.cases)),
      " of its cases repeat it");
  f.evidence = {
      absl::StrCat(Name(activity), " was repeated ", CountText(step.repeats),
                   step.repeats == 1 ? " time in " : " times in ",
                   OfCases(step.rework_cases, cases()),
                   "; waiting for and working on the repeats took ", DurationText(f.lost_seconds),
                   ", ", DurationText(f.lost_seconds / static_cast<double>(step.rework_cases)),
                   " per case that repeats it."),
      absl::StrCat("That is ", ShareText(f.lost_seconds / (waiting_seconds + working_seconds)),
                   " of all waiting and working; ", ShareText(step.rework_waiting / f.lost_seconds),
                   " of it is waiting.")};
  return {std::move(f), activity};
}

// The waits before a step, or only those behind the step that comes before nearly all of it.
Candidate FindingBuilder::State::WaitOf(uint32_t activity) const {
  const Step& step = steps[activity];
  const uint32_t previous = MainPredecessor(step);
  std::vector<int64_t> waits;
  Finding f;
  for (const Wait& wait : step.waits) {
    if (previous != kNoText && wait.previous != previous) continue;
    waits.push_back(wait.micros);
    f.case_count += wait.micros > 0;
  }
  const Distribution wait = Describe(waits);
  f.kind = FindingKind::kWait;
  f.lost_seconds = wait.total;
  const std::string& name = log.activities[activity];
  if (previous == kNoText) {
    f.subject = name;
    f.headline = absl::StrCat("Shorten the wait before ", Name(activity));
  } else {
    f.subject = absl::StrCat(log.activities[previous], " -> ", name);
    f.headline = absl::StrCat("Shorten the wait from ", Name(previous), " to ", Name(activity));
  }
  f.evidence = {absl::StrCat("Waits for ", Name(activity),
                             previous == kNoText ? "" : absl::StrCat(" after ", Name(previous)),
                             " cost ", DurationText(wait.total), " over ",
                             OfCases(f.case_count, cases()), "; median ", DurationText(wait.median),
                             ", 95th percentile ", DurationText(wait.p95), ".")};
  if (waiting_seconds > 0) {
    f.evidence.push_back(
        absl::StrCat("That is ", ShareText(wait.total / waiting_seconds), " of all waiting."));
  }
  AddLateness(step, f);
  return {std::move(f), activity};
}

Candidate FindingBuilder::State::SlownessOf(uint32_t activity) {
  Step& step = steps[activity];
  const Distribution working = Describe(step.working);
  Finding f;
  f.kind = FindingKind::kSlowStep;
  for (const int64_t micros : step.working) {
    const double beyond = SecondsOf(micros) - working.median;
    if (beyond <= 0) continue;
    f.lost_seconds += beyond;
    ++f.case_count;
  }
  f.subject = log.activities[activity];
  f.headline = absl::StrCat("Bring slow runs of ", Name(activity), " down to the usual ",
                            DurationText(working.median));
  f.evidence = {absl::StrCat("Work on ", Name(activity), " beyond its median",
                             step.blocked ? ", blocked time not counted, cost " : " cost ",
                             DurationText(f.lost_seconds), " over ", OfCases(f.case_count, cases()),
                             "; median ", DurationText(working.median), ", 95th percentile ",
                             DurationText(working.p95), ", longest ", DurationText(working.max),
                             ".")};
  AddLateness(step, f);
  return {std::move(f), activity};
}

FindingBuilder::FindingBuilder(const LogSnapshot& log) : state_(std::make_unique<State>(log)) {}

FindingBuilder::~FindingBuilder() = default;

void FindingBuilder::Add(const Occurrence& o) {
  if (!o.completed) return;
  Step& step = state_->steps[o.activity];
  const int64_t waiting = WaitingOf(o);
  state_->waiting_seconds += SecondsOf(waiting);
  state_->working_seconds += SecondsOf(o.working);
  step.blocked |= o.blocked > 0;
  if (o.due != kNoTime) {
    ++step.due;
    step.late += o.end > o.due;
  }
  if (step.last_case != o.case_number) {
    step.last_case = o.case_number;
    ++step.cases;
    if (o.has_waiting() && !o.embedded) {
      // A step that is scheduled waits for nothing but itself.
      step.waits.push_back({o.scheduled == kNoTime ? o.previous : kNoText, waiting});
    }
    if (o.has_working()) step.working.push_back(o.working);
    return;
  }
  step.rework_waiting += SecondsOf(waiting);
  step.rework_working += SecondsOf(o.working);
  ++step.repeats;
  step.rework_cases += step.last_rework_case != o.case_number;
  step.last_rework_case = o.case_number;
}

std::vector<Finding> FindingBuilder::Finish(const std::vector<ParetoBar>& pareto, int limit) {
  State& state = *state_;
  std::vector<Candidate> candidates;
  for (const ParetoBar& bar : pareto) candidates.push_back(ImpedimentCandidate(bar, state.cases()));
  for (uint32_t a = 0; a < state.steps.size(); ++a) {
    candidates.push_back(state.ReworkOf(a));
    candidates.push_back(state.WaitOf(a));
    candidates.push_back(state.SlownessOf(a));
  }
  std::stable_sort(candidates.begin(), candidates.end(),
                   [](const Candidate& a, const Candidate& b) {
                     return a.finding.lost_seconds > b.finding.lost_seconds;
                   });
  // What happens in one case of a hundred is an accident, not a process.
  const int64_t fewest_cases = std::min(state.cases(), std::max<int64_t>(2, state.cases() / 100));
  std::vector<Finding> findings;
  std::set<int64_t> steps;
  for (Candidate& candidate : candidates) {
    Finding& f = candidate.finding;
    if (static_cast<int>(findings.size()) == limit || f.lost_seconds <= 0) break;
    if (f.case_count < fewest_cases) continue;
    if (candidate.step >= 0 && !steps.insert(candidate.step).second) continue;
    f.rank = static_cast<int32_t>(findings.size()) + 1;
    findings.push_back(std::move(f));
  }
  return findings;
}

}  // namespace plumbline::analytics
