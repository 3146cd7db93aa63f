// SPDX-License-Identifier: Apache-2.0
#include "services/onboarding/escalation/escalator.h"

#include <algorithm>
#include <utility>

#include "common/base/error.h"
#include "common/base/ids.h"
#include "common/base/status_macros.h"
#include "services/onboarding/engine/frozen_calendar.h"
#include "services/onboarding/engine/occur_time.h"
#include "services/onboarding/engine/tasks.h"
#include "services/onboarding/escalation/recipients.h"
#include "services/onboarding/runs/moment.h"

namespace plumbline::onboarding::escalation {
namespace {

constexpr char kActor[] = "plumbline";

void Earlier(absl::Time time, std::optional<absl::Time>* first) {
  if (!first->has_value() || time < **first) *first = time;
}

}  // namespace

Escalator::Escalator(RunStore& runs, People& people, EscalationStore& store,
                     const base::Logger& logger, const EscalatorOptions& options)
    : runs_(runs),
      people_(people),
      store_(store),
      logger_(logger),
      options_(options),
      holder_(base::NewUuid()) {}

absl::StatusOr<Round> Escalator::RunOnce(const base::CallContext& context, absl::Time now) {
  Round round;
  ASSIGN_OR_RETURN(const std::vector<DueRun> due, store_.FindDue(context, now, options_.batch));
  // Whoever has nothing to do writes nothing, not even a lease.
  if (due.empty()) return round;
  if (options_.lease_term > absl::ZeroDuration()) {
    ASSIGN_OR_RETURN(const bool held, store_.TakeLease(context, holder_, now, options_.lease_term));
    round.busy = !held;
    if (!held) return round;
  }
  for (const DueRun& run : due) {
    const absl::StatusOr<int64_t> told = Serve(context, run, now);
    ++round.done;
    if (told.ok()) {
      round.changed += *told;
      failures_.Remove(run);
      continue;
    }
    if (IsOfTheMoment(told.status())) return told.status();
    logger_.Warning("an on-boarding could not be looked at for escalation",
                    {{"onboarding", OnboardingName(run.workspace, run.onboarding)},
                     {"error", told.status().message()}});
    const absl::Time next = now + options_.after_error;
    RETURN_IF_ERROR(store_.Defer(context, run, next));
    failures_.Put(run, next, told.status());
  }
  return round;
}

absl::StatusOr<Escalator::Findings> Escalator::Look(const base::CallContext& context,
                                                    const Run& run, absl::Time now) {
  Findings findings;
  ASSIGN_OR_RETURN(const calendar::Calendar calendar, CalendarOf(run.spec));
  const auto look = [&](Directory& people) -> absl::Status {
    findings = {};
    for (const NextLevel& level : NextLevels(run, calendar)) {
      if (level.until <= now || level.reach_time == absl::InfiniteFuture()) continue;
      if (level.reach_time > now) {
        Earlier(level.reach_time, &findings.later);
        continue;
      }
      ASSIGN_OR_RETURN(Addressed addressed, Address(people, run, level, now));
      if (addressed.tell_time > now) {
        Earlier(addressed.tell_time, &findings.later);
        continue;
      }
      findings.tell.push_back({TaskId(*run.plan, level.task->step, level.task->round),
                               {level.rule->id, level.rule->trigger, level.level,
                                std::move(addressed.recipients), level.since, level.reach_time},
                               std::move(addressed.note)});
    }
    return absl::OkStatus();
  };
  RETURN_IF_ERROR(people_.Use(context, run.spec.workspace, look));
  return findings;
}

absl::StatusOr<int64_t> Escalator::Serve(const base::CallContext& context, const DueRun& due,
                                         absl::Time now) {
  const absl::StatusOr<Run> run = runs_.Load(context, due.workspace, due.onboarding);
  if (base::ReasonOf(run.status()) == base::Reason::ERROR_REASON_RESOURCE_NOT_FOUND) {
    RETURN_IF_ERROR(store_.Defer(context, due, std::nullopt));
    return 0;
  }
  RETURN_IF_ERROR(run.status());
  ASSIGN_OR_RETURN(const Findings findings, Look(context, *run, now));
  if (findings.tell.empty()) {
    RETURN_IF_ERROR(store_.Defer(context, due, findings.later));
    return 0;
  }
  int64_t told = 0;
  const auto tell = [&](Run& present) -> absl::StatusOr<Changed> {
    told = 0;
    Changed changed;
    ASSIGN_OR_RETURN(const absl::Time time, OccurTime(std::nullopt, now, present.last_time, true));
    for (const Telling& telling : findings.tell) {
      // What does not fit any more, for the run was changed since it was looked at, is not told.
      absl::StatusOr<Entries> entries = Escalate(present, telling, {time, now, kActor});
      if (!entries.ok() || entries->empty()) continue;
      ++told;
      std::move(entries->begin(), entries->end(), std::back_inserter(changed.entries));
    }
    return changed;
  };
  RETURN_IF_ERROR(
      runs_.Update(context, {due.workspace, "", "", ""}, now, due.onboarding, tell).status());
  return told;
}

}  // namespace plumbline::onboarding::escalation
