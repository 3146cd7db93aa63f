// SPDX-License-Identifier: Apache-2.0
#include "services/onboarding/escalation/resting.h"

#include <algorithm>
#include <iterator>
#include <optional>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
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
  std::string error_reason = {};  // of CAUSE_ERROR
};

// The reason of an error that may be told; "" of one whose text is for the log alone.
std::string ReasonName(const absl::Status& status) {
  const base::Reason reason = base::ReasonOf(status);
  if (reason == base::Reason::ERROR_REASON_UNSPECIFIED ||
      reason == base::Reason::ERROR_REASON_INTERNAL)
    return "";
  return std::string(absl::StripPrefix(common::v1::ErrorReason_Name(reason), "ERROR_REASON_"));
}

Rest ForError(const absl::Status& status, absl::string_view what, absl::Time next) {
  std::string name = ReasonName(status);
  return {RestingEscalation::CAUSE_ERROR, next,
          name.empty() ? absl::StrCat(what, "; the log of the service says why")
                       : absl::StrCat(what, ": ", status.message()),
          std::move(name)};
}

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

// `failure`: what put the run off until `next`; OK = nothing that is known.
absl::StatusOr<Rest> RestOf(Directory& people, const Run& run, const NextLevel& level,
                            absl::Time next, const absl::Status& failure, absl::Time now) {
  if (Rests(run, now)) return ForLateNews(run);
  ASSIGN_OR_RETURN(const Addressed addressed, Address(people, run, level, now));
  if (addressed.tell_time > now) {
    ASSIGN_OR_RETURN(std::string reason, WhoIsQuiet(people, addressed, now));
    return Rest{RestingEscalation::CAUSE_QUIET_HOURS, addressed.tell_time, std::move(reason)};
  }
  if (!failure.ok()) return ForError(failure, "could not be told", next);
  // Quiet hours were taken away meanwhile, or another replica could not tell it: nobody looks
  // before `next`.
  return Rest{RestingEscalation::CAUSE_UNSPECIFIED, next,
              absl::StrCat("is looked at again at ",
                           absl::FormatTime("%Y-%m-%d %H:%M UTC", next, absl::UTCTimeZone()),
                           "; where an error put it off, the log of the service says which")};
}

// Of one on-boarding, which is to be looked at again at `next`.
absl::Status AddResting(Directory& people, const Run& run, const calendar::Calendar& calendar,
                        absl::Time next, const absl::Status& failure, absl::Time now,
                        std::vector<RestingEscalation>* resting) {
  for (const NextLevel& level : NextLevels(run, calendar)) {
    if (level.until <= now || level.reach_time > now) continue;
    ASSIGN_OR_RETURN(Rest rest, RestOf(people, run, level, next, failure, now));
    RestingEscalation& one = resting->emplace_back();
    one.set_task(TaskName(run.spec, TaskId(*run.plan, level.task->step, level.task->round)));
    one.set_rule(level.rule->id);
    one.set_level(level.level);
    *one.mutable_reach_time() = ToTimestamp(level.reach_time);
    *one.mutable_until_time() = ToTimestamp(rest.until);
    one.set_cause(rest.cause);
    one.set_reason(std::move(rest.reason));
    one.set_error_reason(std::move(rest.error_reason));
  }
  return absl::OkStatus();
}

// Of an on-boarding that cannot be read: which of its levels are reached nobody can tell.
RestingEscalation Unreadable(const DueRun& due, const absl::Status& status) {
  Rest rest = ForError(status, "cannot be looked at", due.next);
  RestingEscalation one;
  one.set_task(OnboardingName(due.workspace, due.onboarding));
  *one.mutable_until_time() = ToTimestamp(due.next);
  one.set_cause(rest.cause);
  one.set_reason(std::move(rest.reason));
  one.set_error_reason(std::move(rest.error_reason));
  return one;
}

absl::StatusOr<std::vector<RestingEscalation>> RestingOf(const base::CallContext& context,
                                                         RunStore& runs, People& people,
                                                         const DueRun& due,
                                                         const absl::Status& failure,
                                                         absl::Time now) {
  const absl::StatusOr<Run> run = runs.Load(context, due.workspace, due.onboarding);
  std::vector<RestingEscalation> resting;
  if (base::ReasonOf(run.status()) == base::Reason::ERROR_REASON_RESOURCE_NOT_FOUND) return resting;
  RETURN_IF_ERROR(run.status());
  ASSIGN_OR_RETURN(const calendar::Calendar calendar, CalendarOf(run->spec));
  RETURN_IF_ERROR(people.Use(context, due.workspace, [&](Directory& records) {
    resting.clear();
    return AddResting(records, *run, calendar, due.next, failure, now, &resting);
  }));
  return resting;
}

}  // namespace

absl::StatusOr<std::vector<RestingEscalation>> FindResting(const base::CallContext& context,
                                                           RunStore& runs, People& people,
                                                           EscalationStore& store,
                                                           const Failures& failures,
                                                           absl::Time now) {
  ASSIGN_OR_RETURN(const std::vector<DueRun> due,
                   store.FindDue(context, now + absl::Hours(24 * kRestingDays), kMostRestingRuns));
  std::vector<RestingEscalation> resting;
  for (const DueRun& one : due) {
    if (one.next <= now) continue;
    absl::StatusOr<std::vector<RestingEscalation>> of_one =
        RestingOf(context, runs, people, one, failures.Find(one), now);
    // As rounds have it: what is of one on-boarding holds up no other.
    if (IsOfTheMoment(of_one.status())) return of_one.status();
    if (!of_one.ok()) of_one = {Unreadable(one, of_one.status())};
    std::move(of_one->begin(), of_one->end(), std::back_inserter(resting));
  }
  std::stable_sort(resting.begin(), resting.end(),
                   [](const RestingEscalation& a, const RestingEscalation& b) {
                     return FromTimestamp(a.until_time()) < FromTimestamp(b.until_time());
                   });
  return resting;
}

}  // namespace plumbline::onboarding::escalation
