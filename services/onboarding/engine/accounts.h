// SPDX-License-Identifier: Apache-2.0
//
// Where the time of a task and of a run went. See TimeAccount in onboarding.proto. Pure functions
// of the run: what it knows of its pauses, its impediments and its tasks.
#ifndef PLUMBLINE_SERVICES_ONBOARDING_ENGINE_ACCOUNTS_H_
#define PLUMBLINE_SERVICES_ONBOARDING_ENGINE_ACCOUNTS_H_

#include <map>
#include <optional>
#include <vector>

#include "absl/time/time.h"
#include "common/calendar/calendar.h"
#include "plumbline/onboarding/v1/onboarding.pb.h"
#include "services/onboarding/engine/run.h"

namespace plumbline::onboarding {

struct TimeSpent {
  absl::Duration elapsed = absl::ZeroDuration();
  absl::Duration business = absl::ZeroDuration();  // what of it was open
  TimeSpent& operator+=(const TimeSpent& other);
  bool operator==(const TimeSpent&) const = default;
};

struct TimeAccount {
  TimeSpent total;  // the sum of all others
  TimeSpent waiting;
  TimeSpent working;
  TimeSpent verifying;
  TimeSpent paused;
  TimeSpent idle;
  std::map<Category, TimeSpent> blocked;
  TimeSpent BlockedInAll() const;
  TimeAccount& operator+=(const TimeAccount& other);
  bool operator==(const TimeAccount&) const = default;
};

// The phase of a task, stored as others are, from its end until it was reopened.
inline constexpr Phase kClosed = static_cast<Phase>(4);

// What a task was doing since when, the first since its turn came; those before `ready_time` are of
// what was done before it was reopened, and count for the run alone.
std::vector<PhaseChange> PhasesOf(const TaskRecord& task);

// Before a task that ended is made ready again at `time`: keeps what it was doing until then. The
// tasks that became ready by its end, since `waited_since`, and of which nothing is left, count as
// its waiting. O(phases).
void KeepPhases(TaskRecord& task, std::optional<absl::Time> waited_since, absl::Time time);

// Of a task, from its turn to its end or `now`. O(b (p + i)): b boundaries, p pauses and i
// impediments of the task.
TimeAccount AccountOf(const Run& run, const TaskRecord& task, const calendar::Calendar& calendar,
                      absl::Time now);

// Of the run as a whole, from its start to its end or `now`. At each moment it is paused; else
// working if any of its tasks is; else verifying, blocked, waiting; else idle. What a task did
// before it was reopened counts as it was.
TimeAccount AccountOf(const Run& run, const calendar::Calendar& calendar, absl::Time now);

v1::TimeAccount ToProto(const TimeAccount& account);

}  // namespace plumbline::onboarding

#endif  // PLUMBLINE_SERVICES_ONBOARDING_ENGINE_ACCOUNTS_H_
