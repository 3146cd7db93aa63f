// SPDX-License-Identifier: Apache-2.0
#include "services/onboarding/escalation/resting.h"

#include <algorithm>
#include <iterator>
#include <optional>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/base/error.h"
#include "common/base/status_macros.h"
#include "services/onboarding/engine/codec.h"
#include "services/onboarding/engine/frozen_calendar.h"
#include "services/onboarding/engine/ladders.h"
#include "services/onboarding/engine/late_news.h"
#include "services/onboarding/engine/tasks.h"
#include "services/onboarding/escalation/recipients.h"
#include "services/onboarding/runs/moment.h"

namespace plumbline::onboarding::escalation {
namespace {

using v1::RestingEscalation;

// Why a level waits, and until when.
struct Rest {
  RestingEscalation::Cause cause;
  absl::Time until;
  std::string reason;
};

Rest ForLateNews(const Run& run) {
  return {RestingEscalation::CAUSE_LATE_HISTORY, RestsUntil(run),
          absl::StrCat("the history of '", run.spec.id, "' is told after the fact, and left alone ",
                       "until ", absl::ToInt64Minutes(kRestAfterLateNews),
                       " minutes after what was told late")};
}

// "eve@example.com and bob@example.com have quiet hours".
absl::StatusOr<std::string> WhoIsQuiet(Directory& people, const Addressed& addressed,
                                       absl::Time now) {
  std::vector<std::string> quiet;
  for (const std::string& recipient : addressed.recipients) {
    ASSIGN_OR_RETURN(const std::optional<v1::Person> record, people.Find(recipient));
    if (record.has_value() && QuietUntil(*record, now) > now) quiet.push_back(recipient);
  }
  return absl::StrCat(absl::StrJoin(quiet, " and "), quiet.size() == 1 ? " has" : " have",
                      " quiet hours");
}

absl::StatusOr<Rest> RestOf(Directory& people, const Run& run, const NextLevel& level,
                            absl::Time next, absl::Time now) {
  if (Rests(run, now)) return ForLateNews(run);
  ASSIGN_OR_RETURN(const Addressed addressed, Address(people, run, level, now));
  if (addressed.tell_time > now) {
    ASSIGN_OR_RETURN(std::string reason, WhoIsQuiet(people, addressed, now));
    return Rest{RestingEscalation::CAUSE_QUIET_HOURS, addressed.tell_time, std::move(reason)};
  }
  // Quiet hours were taken away meanwhile, or it could not be told: nobody looks before `next`.
  return Rest{RestingEscalation::CAUSE_UNSPECIFIED, next,
              absl::StrCat("is looked at again at ",
                           absl::FormatTime("%Y-%m-%d %H:%M UTC", next, absl::UTCTimeZone()),
                           "; where an error put it off, the log of the service says which")};
}

// Of one on-boarding, which is to be looked at again at `next`.
absl::Status AddResting(Directory& people, const Run& run, const calendar::Calendar& calendar,
                        absl::Time next, absl::Time now, std::vector<RestingEscalation>* resting) {
  for (const NextLevel& level : NextLevels(run, calendar)) {
    if (level.until <= now || level.reach_time > now) continue;
    ASSIGN_OR_RETURN(Rest rest, RestOf(people, run, level, next, now));
    RestingEscalation& one = resting->emplace_back();
    one.set_task(TaskName(run.spec, TaskId(*run.plan, level.task->step, level.task->round)));
    one.set_rule(level.rule->id);
    one.set_level(level.level);
    *one.mutable_reach_time() = ToTimestamp(level.reach_time);
    *one.mutable_until_time() = ToTimestamp(rest.until);
    one.set_cause(rest.cause);
    one.set_reason(std::move(rest.reason));
  }
  return absl::OkStatus();
}

// Of an on-boarding that cannot be read: which of its levels are reached nobody can tell.
RestingEscalation Unreadable(const DueRun& due) {
  RestingEscalation one;
  one.set_task(OnboardingName(due.workspace, due.onboarding));
  *one.mutable_until_time() = ToTimestamp(due.next);
  one.set_cause(RestingEscalation::CAUSE_ERROR);
  one.set_reason("cannot be looked at; the log of the service says why");
  return one;
}

absl::StatusOr<std::vector<RestingEscalation>> RestingOf(const base::CallContext& context,
                                                         RunStore& runs, People& people,
                                                         const DueRun& due, absl::Time now) {
  const absl::StatusOr<Run> run = runs.Load(context, due.workspace, due.onboarding);
  std::vector<RestingEscalation> resting;
  if (base::ReasonOf(run.status()) == base::Reason::ERROR_REASON_RESOURCE_NOT_FOUND) return resting;
  RETURN_IF_ERROR(run.status());
  ASSIGN_OR_RETURN(const calendar::Calendar calendar, CalendarOf(run->spec));
  RETURN_IF_ERROR(people.Use(context, due.workspace, [&](Directory& records) {
    resting.clear();
    return AddResting(records, *run, calendar, due.next, now, &resting);
  }));
  return resting;
}

}  // namespace

absl::StatusOr<std::vector<RestingEscalation>> FindResting(const base::CallContext& context,
                                                           RunStore& runs, People& people,
                                                           EscalationStore& store, absl::Time now) {
  ASSIGN_OR_RETURN(const std::vector<DueRun> due,
                   store.FindDue(context, now + absl::Hours(24 * kRestingDays), kMostRestingRuns));
  std::vector<RestingEscalation> resting;
  for (const DueRun& one : due) {
    if (one.next <= now) continue;
    absl::StatusOr<std::vector<RestingEscalation>> of_one =
        RestingOf(context, runs, people, one, now);
    // As rounds have it: what is of one on-boarding holds up no other.
    if (IsOfTheMoment(of_one.status())) return of_one.status();
    if (!of_one.ok()) of_one = {Unreadable(one)};
    std::move(of_one->begin(), of_one->end(), std::back_inserter(resting));
  }
  std::stable_sort(resting.begin(), resting.end(),
                   [](const RestingEscalation& a, const RestingEscalation& b) {
                     return FromTimestamp(a.until_time()) < FromTimestamp(b.until_time());
                   });
  return resting;
}

}  // namespace plumbline::onboarding::escalation
