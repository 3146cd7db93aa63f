// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/cascade/service/notes.h"

#include <algorithm>
#include <cmath>

#include "absl/strings/str_cat.h"
#include "common/base/counts.h"

namespace plumbline::analytics {
namespace {

// Simulated and observed durations that differ by more are told.
constexpr double kUnlike = 0.25;

void AddAbsent(const char* field, const char* reason, v1::SimulateCascadeResponse* answer) {
  v1::AbsentFigure& absent = *answer->add_absent();
  absent.set_field(field);
  absent.set_reason(reason);
}

// Whether most of the work of the log says when it was begun.
bool KnowsStarts(const cascade::Experience& experience) {
  size_t known = 0, all = 0;
  for (size_t a = 0; a < experience.pools.size(); ++a) {
    all += experience.pools[a].size();
    known += experience.starts_known[a] ? experience.pools[a].size() : 0;
  }
  return known * 2 > all;
}

void NoteStates(const cascade::Experience& experience, v1::SimulateCascadeResponse* answer) {
  int64_t unknown = 0;
  for (const cascade::OpenWork& work : experience.open)
    unknown += experience.states.states[work.state].places.empty();
  const int64_t rare = experience.states.rare_count - unknown;
  if (rare > 0) {
    answer->add_notes(
        absl::StrCat(base::Counted(rare, "open case is", "open cases are"),
                     " where fewer than 5 ended ones were: ", rare == 1 ? "it goes" : "they go",
                     " on like those that did most of the same."));
  }
  if (unknown > 0) {
    answer->add_notes(
        absl::StrCat(base::Counted(unknown, "open case is", "open cases are"),
                     " like no ended one: nothing is known of what is to come, and only what ",
                     unknown == 1 ? "it is" : "they are", " at is simulated."));
  }
}

void NoteModel(const Simulated& all, v1::SimulateCascadeResponse* answer) {
  const cascade::Experience& experience = all.experience;
  if (!KnowsStarts(experience)) {
    answer->add_notes(
        "Of most steps the log does not say when they were begun: each is taken to be worked on "
        "since it was ready, by as many at a time as ever were at it.");
  }
  if (experience.gaps.empty())
    answer->add_notes("No new cases come: fewer than two came in the log, or none were asked for.");
  const double observed = experience.mean_duration / 1e6, simulated = all.tally.new_duration.mean();
  if (all.tally.new_duration.count() > 0 && observed > 0 &&
      std::abs(simulated / observed - 1) > kUnlike) {
    answer->add_notes(absl::StrCat(
        "Without disruptions new cases take ", base::NumberText(100 * simulated / observed, 0),
        " % of the time that ended cases took: what waits now, or how many come, is not as it was. "
        "Trust differences more than dates."));
  }
  if (all.tally.anew > 0) {
    const double anew = static_cast<double>(all.tally.anew) / static_cast<double>(all.tally.runs());
    answer->add_notes(absl::StrCat("On average ", base::NumberText(anew, 1),
                                   " steps have been going on for longer than they ever took; they "
                                   "are taken to begin anew."));
  }
}

// Why nothing is said of when it is back to normal, or of when cases end.
void TellAbsent(const Simulated& all, const cascade::Recovery& recovery,
                v1::SimulateCascadeResponse* answer) {
  if (all.lasts()) {
    AddAbsent("backlog.recovery_time", "what happens does not end: there is nothing to go back to",
              answer);
  } else if (recovery.piled == 0) {
    AddAbsent("backlog.recovery_time", "in no run anything piled up", answer);
  } else if (!recovery.median.has_value()) {
    AddAbsent("backlog.recovery_time",
              "half of the runs or more were not back to normal at until_time", answer);
  }
  if (all.tally.new_duration.count() == 0)
    AddAbsent("model.simulated_duration_seconds", "in no run a new case came", answer);
  const auto beyond = [&](bool any, const char* field) {
    if (any) AddAbsent(field, "for some cases it is centuries ahead, beyond the horizon", answer);
  };
  const auto& cases = answer->cases();
  beyond(std::any_of(cases.begin(), cases.end(),
                     [](const v1::CascadeCase& one) { return !one.has_finish_time(); }),
         "cases.finish_time");
  beyond(std::any_of(cases.begin(), cases.end(),
                     [](const v1::CascadeCase& one) { return !one.has_disrupted_finish_time(); }),
         "cases.disrupted_finish_time");
}

}  // namespace

void AddNotes(const Simulated& all, const cascade::Recovery& recovery,
              v1::SimulateCascadeResponse* answer) {
  const size_t asked = all.command.disruptions.size(), used = all.options.disruptions.size();
  if (used < asked) {
    answer->add_notes(absl::StrCat(asked - used,
                                   " of the disruptions fall outside of business time, and do "
                                   "nothing."));
  }
  if (all.experience.open.empty())
    answer->add_notes("No case is open: only cases that come later can slip.");
  NoteStates(all.experience, answer);
  NoteModel(all, answer);
  TellAbsent(all, recovery, answer);
}

}  // namespace plumbline::analytics
