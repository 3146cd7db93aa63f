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

// What may become a finding. Figures first: a log may have very many activities, and few of them
// are written about.
struct Candidate {
  FindingKind kind;
  uint32_t number;  // of the activity, or of the bar of an impediment
  double lost_seconds;
  int64_t case_count;
};

// The waits that a finding about a step counts: all, or only those behind the activity that comes
// before nearly all of it.
struct CountedWaits {
  uint32_t previous = kNoText;
  std::vector<int64_t> waits;
  int64_t case_count = 0;  // of waits that are not 0
};

// The work on a step beyond its median.
struct Excess {
  double seconds = 0;
  int64_t case_count = 0;
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

CountedWaits WaitsOf(const Step& step) {
  CountedWaits counted{MainPredecessor(step), {}, 0};
  for (const Wait& wait : step.waits) {
    if (counted.previous != kNoText && wait.previous != counted.previous) continue;
    counted.waits.push_back(wait.micros);
    counted.case_count += wait.micros > 0;
  }
  return counted;
}

Excess BeyondMedian(const Step& step, double median) {
  Excess excess;
  for (const int64_t micros : step.working) {
    const double beyond = SecondsOf(micros) - median;
    if (beyond <= 0) continue;
    excess.seconds += beyond;
    ++excess.case_count;
  }
  return excess;
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

  // Those that cost anything and touch `fewest_cases` or more; most lost time first.
  std::vector<Candidate> Candidates(const std::vector<ParetoBar>& pareto, int64_t fewest_cases);
  // The words for a candidate.
  void Write(const Candidate& candidate, const std::vector<ParetoBar>& pareto, Finding& f);
  void WriteImpediment(const ParetoBar& bar, Finding& f) const;
  void WriteRework(uint32_t activity, Finding& f) const;
  void WriteWait(uint32_t activity, Finding& f) const;
  void WriteSlowness(uint32_t activity, Finding& f);
};

std::vector<Candidate> FindingBuilder::State::Candidates(const std::vector<ParetoBar>& pareto,
                                                         int64_t fewest_cases) {
  std::vector<Candidate> candidates;
  const auto add = [&](FindingKind kind, size_t number, double lost, int64_t touched) {
    if (lost <= 0 || touched < fewest_cases) return;
    candidates.push_back({kind, static_cast<uint32_t>(number), lost, touched});
  };
  for (size_t i = 0; i < pareto.size(); ++i) {
    add(FindingKind::kImpediment, i, pareto[i].lost_seconds, pareto[i].case_count);
  }
  for (size_t a = 0; a < steps.size(); ++a) {
    Step& step = steps[a];
    add(FindingKind::kRework, a, step.rework_waiting + step.rework_working, step.rework_cases);
    CountedWaits counted = WaitsOf(step);
    add(FindingKind::kWait, a, Describe(counted.waits).total, counted.case_count);
    const Excess excess = BeyondMedian(step, Describe(step.working).median);
    add(FindingKind::kSlowStep, a, excess.seconds, excess.case_count);
  }
  std::stable_sort(
      candidates.begin(), candidates.end(),
      [](const Candidate& a, const Candidate& b) { return a.lost_seconds > b.lost_seconds; });
  return candidates;
}

void FindingBuilder::State::Write(const Candidate& candidate, const std::vector<ParetoBar>& pareto,
                                  Finding& f) {
  f.kind = candidate.kind;
  f.lost_seconds = candidate.lost_seconds;
  f.case_count = candidate.case_count;
  switch (candidate.kind) {
    case FindingKind::kImpediment:
      return WriteImpediment(pareto[candidate.number], f);
    case FindingKind::kRework:
      return WriteRework(candidate.number, f);
    case FindingKind::kWait:
      return WriteWait(candidate.number, f);
    case FindingKind::kSlowStep:
      return WriteSlowness(candidate.number, f);
  }
}

void FindingBuilder::State::WriteImpediment(const ParetoBar& bar, Finding& f) const {
  f.headline = absl::StrCat("Stop ", Quoted(bar.cause), " from blocking work");
  f.subject = bar.cause;
  f.evidence = {
      absl::StrCat(CountText(bar.count), bar.count == 1 ? " impediment" : " impediments",
                   " of this cause cost ", DurationText(bar.lost_seconds), " in ",
                   OfCases(bar.case_count, cases()), "; ",
                   DurationText(bar.lost_seconds / static_cast<double>(bar.count)), " each."),
      absl::StrCat("That is ", ShareText(bar.share), " of all time lost to impediments; most at ",
                   Quoted(bar.worst_activity), ".")};
}

void FindingBuilder::State::WriteRework(uint32_t activity, Finding& f) const {
  const Step& step = steps[activity];
  f.subject = log.activities[activity];
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
}

void FindingBuilder::State::WriteWait(uint32_t activity, Finding& f) const {
  const Step& step = steps[activity];
  CountedWaits counted = WaitsOf(step);
  const uint32_t previous = counted.previous;
  const Distribution wait = Describe(counted.waits);
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
}

void FindingBuilder::State::WriteSlowness(uint32_t activity, Finding& f) {
  Step& step = steps[activity];
  const Distribution working = Describe(step.working);
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
  // What happens in one case of a hundred is an accident, not a process.
  const int64_t fewest_cases = std::min(state.cases(), std::max<int64_t>(2, state.cases() / 100));
  std::vector<Finding> findings;
  std::set<uint32_t> steps;
  for (const Candidate& candidate : state.Candidates(pareto, fewest_cases)) {
    if (static_cast<int>(findings.size()) == limit) break;
    const bool about_a_step = candidate.kind != FindingKind::kImpediment;
    if (about_a_step && !steps.insert(candidate.number).second) continue;
    Finding& f = findings.emplace_back();
    f.rank = static_cast<int32_t>(findings.size());
    state.Write(candidate, pareto, f);
  }
  return findings;
}

}  // namespace plumbline::analytics
