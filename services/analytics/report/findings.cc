// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/report/findings.h"

#include <algorithm>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "services/analytics/mining/distribution.h"
#include "services/analytics/report/finding_steps.h"
#include "services/analytics/report/units.h"

namespace plumbline::analytics {
namespace {

// What costs less of what the first candidate costs is not worth a finding; in few cases it must
// cost more.
constexpr double kMaterial = 0.01, kMaterialInFew = 0.1;
constexpr int64_t kFewCases = 5;  // or half of all, if those are fewer

// What may become a finding. Figures first: a log may have very many activities, and few of them
// are written about.
struct Candidate {
  FindingKind kind;
  uint32_t number;  // of the activity, or of the bar of an impediment
  double lost_seconds;
  int64_t case_count;
};

std::string Quoted(absl::string_view name) { return absl::StrCat("'", name, "'"); }

std::string OfCases(int64_t cases, int64_t all) {
  return absl::StrCat(CountText(cases), " of ", CountText(all), all == 1 ? " case" : " cases");
}

// Adds how many occurrences were late, if they had due times.
void AddLateness(const StepFigures& step, Finding& finding) {
  if (step.due == 0 || step.late == 0) return;
  finding.evidence.push_back(absl::StrCat(
      CountText(step.late), " of ", CountText(step.due), " were done after their due time (",
      ShareText(static_cast<double>(step.late) / static_cast<double>(step.due)), ")."));
}

// Ranks what is known, and puts it into words.
class Writer {
 public:
  Writer(const std::vector<std::string>& activities, int64_t cases, const FindingFigures& figures)
      : activities_(activities), cases_(cases), figures_(figures) {}

  // Those that are worth a finding; most lost time first.
  std::vector<Candidate> Candidates(const std::vector<ParetoBar>& pareto) const;
  // The words for a candidate.
  void Write(const Candidate& candidate, const std::vector<ParetoBar>& pareto, Finding& f) const;

 private:
  std::string Name(uint32_t activity) const { return Quoted(activities_[activity]); }
  // Those that cost next to nothing beside the first.
  void RemoveTrivial(std::vector<Candidate>& candidates) const;
  void WriteImpediment(const ParetoBar& bar, Finding& f) const;
  void WriteRework(uint32_t activity, Finding& f) const;
  void WriteWait(uint32_t activity, Finding& f) const;
  void WriteSlowness(uint32_t activity, Finding& f) const;

  const std::vector<std::string>& activities_;
  const int64_t cases_;
  const FindingFigures& figures_;
};

std::vector<Candidate> Writer::Candidates(const std::vector<ParetoBar>& pareto) const {
  // What happens in one case of a hundred is an accident, not a process.
  const int64_t fewest_cases = std::min(cases_, std::max<int64_t>(2, cases_ / 100));
  std::vector<Candidate> candidates;
  const auto add = [&](FindingKind kind, size_t number, double lost, int64_t touched) {
    if (lost <= 0 || touched < fewest_cases) return;
    candidates.push_back({kind, static_cast<uint32_t>(number), lost, touched});
  };
  for (size_t i = 0; i < pareto.size(); ++i) {
    add(FindingKind::kImpediment, i, pareto[i].lost_seconds, pareto[i].case_count);
  }
  for (size_t a = 0; a < figures_.steps.size(); ++a) {
    const StepFigures& step = figures_.steps[a];
    add(FindingKind::kRework, a, step.rework_waiting + step.rework_working, step.rework_cases);
    add(FindingKind::kWait, a, step.waits.total, step.wait_case_count);
    add(FindingKind::kSlowStep, a, step.excess.seconds, step.excess.case_count);
  }
  std::stable_sort(
      candidates.begin(), candidates.end(),
      [](const Candidate& a, const Candidate& b) { return a.lost_seconds > b.lost_seconds; });
  RemoveTrivial(candidates);
  return candidates;
}

void Writer::RemoveTrivial(std::vector<Candidate>& candidates) const {
  if (candidates.empty()) return;
  const double most = candidates[0].lost_seconds;
  const int64_t few = std::min(kFewCases, (cases_ + 1) / 2);
  std::erase_if(candidates, [&](const Candidate& candidate) {
    return candidate.lost_seconds <
           (candidate.case_count < few ? kMaterialInFew : kMaterial) * most;
  });
}

void Writer::Write(const Candidate& candidate, const std::vector<ParetoBar>& pareto,
                   Finding& f) const {
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

void Writer::WriteImpediment(const ParetoBar& bar, Finding& f) const {
  f.headline = absl::StrCat("Stop ", Quoted(CauseText(bar.cause)), " from blocking work");
  f.subject = CauseName(bar.cause);
  f.evidence = {
      absl::StrCat(CountText(bar.count), bar.count == 1 ? " impediment" : " impediments",
                   " of this cause cost ", DurationText(bar.lost_seconds), " in ",
                   OfCases(bar.case_count, cases_), "; ",
                   DurationText(bar.lost_seconds / static_cast<double>(bar.count)), " each."),
      absl::StrCat("That is ", ShareText(bar.share), " of all time lost to impediments; most at ",
                   Quoted(bar.worst_activity), ".")};
}

void Writer::WriteRework(uint32_t activity, Finding& f) const {
  const StepFigures& step = figures_.steps[activity];
  f.subject = activities_[activity];
  f.headline = absl::StrCat(
      "Get ", Name(activity), " done in one go: ",
      ShareText(static_cast<double>(step.rework_cases) / static_cast<double>(step.cases)),
      " of its cases repeat it");
  f.evidence = {
      absl::StrCat(Name(activity), " was repeated ", CountText(step.repeats),
                   step.repeats == 1 ? " time in " : " times in ",
                   OfCases(step.rework_cases, cases_),
                   "; waiting for and working on the repeats took ", DurationText(f.lost_seconds),
                   ", ", DurationText(f.lost_seconds / static_cast<double>(step.rework_cases)),
                   " per case that repeats it."),
      absl::StrCat(
          "That is ",
          ShareText(f.lost_seconds / (figures_.waiting_seconds + figures_.working_seconds)),
          " of all waiting and working; ", ShareText(step.rework_waiting / f.lost_seconds),
          " of it is waiting.")};
}

void Writer::WriteWait(uint32_t activity, Finding& f) const {
  const StepFigures& step = figures_.steps[activity];
  const uint32_t previous = step.previous;
  const Distribution& wait = step.waits;
  const std::vector<std::string> not_counted = NotCounted(step);
  const std::string& name = activities_[activity];
  if (previous == kNoText) {
    f.subject = name;
    f.headline = absl::StrCat("Shorten the wait before ", Name(activity));
  } else {
    f.subject = absl::StrCat(activities_[previous], " -> ", name);
    f.headline = absl::StrCat("Shorten the wait from ", Name(previous), " to ", Name(activity));
  }
  f.evidence = {absl::StrCat("Waits for ", Name(activity),
                             previous == kNoText ? "" : absl::StrCat(" after ", Name(previous)),
                             not_counted.empty() ? "" : ", the first time in each case,", " cost ",
                             DurationText(wait.total), " over ", OfCases(f.case_count, cases_),
                             "; median ", DurationText(wait.median), ", 95th percentile ",
                             DurationText(wait.p95), ".")};
  if (figures_.waiting_seconds > 0) {
    f.evidence.push_back(absl::StrCat("That is ", ShareText(wait.total / figures_.waiting_seconds),
                                      " of all waiting."));
  }
  if (!not_counted.empty()) {
    f.evidence.push_back(absl::StrCat(
        "Not counted here, but in the time per step: ", absl::StrJoin(not_counted, "; "), "."));
  }
  AddLateness(step, f);
}

void Writer::WriteSlowness(uint32_t activity, Finding& f) const {
  const StepFigures& step = figures_.steps[activity];
  const Distribution& working = step.working;
  f.subject = activities_[activity];
  f.headline = absl::StrCat("Bring slow runs of ", Name(activity), " down to the usual ",
                            DurationText(working.median));
  f.evidence = {
      absl::StrCat("Work on ", Name(activity), " beyond its median",
                   step.blocked ? ", blocked time not counted, cost " : " cost ",
                   DurationText(f.lost_seconds), " in the slower ", OfCases(f.case_count, cases_),
                   " (by definition half of the runs are at or above a median); median ",
                   DurationText(working.median), ", 95th percentile ", DurationText(working.p95),
                   ", longest ", DurationText(working.max), ".")};
  AddLateness(step, f);
}

}  // namespace

std::vector<Finding> MakeFindings(const std::vector<std::string>& activities, int64_t case_count,
                                  const FindingFigures& figures,
                                  const std::vector<ParetoBar>& pareto, int limit) {
  const Writer writer(activities, case_count, figures);
  std::vector<Finding> findings;
  std::set<uint32_t> steps;
  for (const Candidate& candidate : writer.Candidates(pareto)) {
    if (static_cast<int>(findings.size()) == limit) break;
    const bool about_a_step = candidate.kind != FindingKind::kImpediment;
    if (about_a_step && !steps.insert(candidate.number).second) continue;
    Finding& f = findings.emplace_back();
    f.rank = static_cast<int32_t>(findings.size());
    writer.Write(candidate, pareto, f);
  }
  return findings;
}

}  // namespace plumbline::analytics
