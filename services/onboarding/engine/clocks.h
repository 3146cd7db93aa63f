// SPDX-License-Identifier: Apache-2.0
//
// The clock of a task: it stands still while the run is paused and while the task is blocked, and
// its due date moves by what it would have run. A stretch that is both is counted once: what comes
// to an end gives back what the other does not.
#ifndef PLUMBLINE_SERVICES_ONBOARDING_ENGINE_CLOCKS_H_
#define PLUMBLINE_SERVICES_ONBOARDING_ENGINE_CLOCKS_H_

#include "absl/time/time.h"
#include "common/calendar/calendar.h"
#include "services/onboarding/engine/recorder.h"
#include "services/onboarding/engine/run.h"

namespace plumbline::onboarding {

// `due` moved by so much open time, exactly: what rounds every short block would add up. What is
// due when a stretch of open time begins stays so: where it comes to a closing, it is the opening
// after it, as plans have it (Monday 09:00 and a day: Tuesday 09:00, not Monday 17:00).
absl::Time MovedBy(absl::Time due, absl::Duration open, const calendar::Calendar& calendar);
// The same by the open time between two instants; not at all where `to` is before `from`.
absl::Time MovedBy(absl::Time due, absl::Time from, absl::Time to,
                   const calendar::Calendar& calendar);
// The same of what was due at `first` once, and is due at `due` by the stops before: what it was at
// first decides whether it is an opening, not where they left it. So it moves as by the sum, into
// however many stops one is cut (Monday 09:00 and twice four hours: Tuesday 09:00).
absl::Time MovedOn(absl::Time due, absl::Time first, absl::Time from, absl::Time to,
                   const calendar::Calendar& calendar);

// The open time from `from` on during which the clock of a task stood still until its end, for what
// is over: what goes on gives its own back when it ends. O(s log s) of pauses and impediments.
absl::Duration StoodStill(const Run& run, const TaskRecord& task, absl::Time from,
                          const calendar::Calendar& calendar);
// The same of the run until `to`: its pauses that are over.
absl::Duration StoodStill(const Run& run, absl::Time from, const calendar::Calendar& calendar,
                          absl::Time to = absl::InfiniteFuture());

// The target of a run, which must have one, as it will be should the pause that goes on end at
// `now`; as it is where none goes on. What is late by it is late in earnest.
absl::Time TargetSoFar(const Run& run, absl::Time now, const calendar::Calendar& calendar);
// The same of the due date of an open task, which must have one; `from` is when its time counts. A
// pause gives back nothing of the time for which the task is blocked: that the block does.
absl::Time DueSoFar(const Run& run, const TaskRecord& task, absl::Time from, absl::Time now,
                    const calendar::Calendar& calendar);

// A pause that began at `pause` is over: moves the due date of a task that is open, and tells that.
// What lies behind `blocked_since` is given back when the task is unblocked.
void EndPause(Run& run, TaskRecord& task, absl::Time pause, const calendar::Calendar& calendar,
              Recorder& recorder);

// The same for a task whose last impediment was resolved; it was blocked since `blocked_since`.
// What lies behind the beginning of a pause that goes on is given back when that is over.
void EndBlock(Run& run, TaskRecord& task, absl::Time blocked_since,
              const calendar::Calendar& calendar, Recorder& recorder);

}  // namespace plumbline::onboarding

#endif  // PLUMBLINE_SERVICES_ONBOARDING_ENGINE_CLOCKS_H_
