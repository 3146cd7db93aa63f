// SPDX-License-Identifier: Apache-2.0
#include "services/onboarding/escalation/stand_in.h"

#include <map>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "common/base/ids.h"
#include "common/base/status_macros.h"
#include "services/onboarding/engine/escalation.h"
#include "services/onboarding/engine/occur_time.h"
#include "services/onboarding/engine/tasks.h"

namespace plumbline::onboarding::escalation {
namespace {

constexpr char kActor[] = "plumbline";
// Tasks of one person that are read at once.
constexpr int kTasksAtOnce = 500;

// Whether it is about this run alone, and the others can go on: it is gone, closed or damaged.
bool IsOfTheRun(const absl::Status& status) {
  switch (base::ReasonOf(status)) {
    case base::Reason::ERROR_REASON_RESOURCE_NOT_FOUND:
    case base::Reason::ERROR_REASON_ONBOARDING_CLOSED:
    case base::Reason::ERROR_REASON_TASK_STATE:
    case base::Reason::ERROR_REASON_INTERNAL:
      return true;
    default:
      return false;
  }
}

}  // namespace

StandIns::StandIns(RunStore& runs, People& people, StandInStore& store, const base::Logger& logger,
                   const EscalatorOptions& options)
    : runs_(runs),
      people_(people),
      store_(store),
      logger_(logger),
      options_(options),
      holder_(base::NewUuid()) {}

absl::StatusOr<Round> StandIns::RunOnce(const base::CallContext& context, absl::Time now) {
  Round round;
  ASSIGN_OR_RETURN(const std::vector<DuePerson> due, store_.FindDue(context, now, options_.batch));
  ASSIGN_OR_RETURN(std::vector<HeldTask> left, store_.FindLeft(context, options_.batch));
  if (due.empty() && left.empty()) return round;
  if (options_.lease_term > absl::ZeroDuration()) {
    ASSIGN_OR_RETURN(const bool held, store_.TakeLease(context, holder_, now, options_.lease_term));
    round.busy = !held;
    if (!held) return round;
  }
  for (const DuePerson& person : due) {
    ASSIGN_OR_RETURN(const int64_t changed, ServePerson(context, person, now));
    round.changed += changed;
    ++round.done;
  }
  // Who was found to be away just now has left some more.
  if (!due.empty()) {
    ASSIGN_OR_RETURN(left, store_.FindLeft(context, options_.batch));
  }
  RETURN_IF_ERROR(ServeLeft(context, left, now, &round));
  return round;
}

absl::StatusOr<Cover> StandIns::CoverOf(const base::CallContext& context,
                                        const std::string& workspace, const std::string& person,
                                        absl::Time now) {
  Cover cover;
  RETURN_IF_ERROR(people_.Use(context, workspace, [&](Directory& people) -> absl::Status {
    ASSIGN_OR_RETURN(cover, escalation::CoverOf(people, person, now));
    return absl::OkStatus();
  }));
  return cover;
}

absl::StatusOr<int64_t> StandIns::ServePerson(const base::CallContext& context,
                                              const DuePerson& due, absl::Time now) {
  ASSIGN_OR_RETURN(const Cover cover, CoverOf(context, due.workspace, due.person, now));
  int64_t changed = 0;
  // Before it is noted that the person was looked at: who dies in between looks once more.
  HeldTask after{due.workspace, "", 0, 0, due.person};
  while (true) {
    ASSIGN_OR_RETURN(const std::vector<HeldTask> tasks,
                     store_.FindStoodFor(context, after, kTasksAtOnce));
    for (const HeldTask& task : tasks) {
      ASSIGN_OR_RETURN(const int64_t one, ServeTask(context, task, cover, now));
      changed += one;
    }
    if (tasks.size() < static_cast<size_t>(kTasksAtOnce)) break;
    after = tasks.back();
  }
  std::optional<absl::Time> away;
  if (cover.away && !cover.substitute.empty()) away = cover.since;
  RETURN_IF_ERROR(store_.Settle(context, due, cover.next, away));
  return changed;
}

absl::Status StandIns::ServeLeft(const base::CallContext& context,
                                 const std::vector<HeldTask>& left, absl::Time now, Round* round) {
  std::map<std::pair<std::string, std::string>, Cover> covers;
  for (const HeldTask& task : left) {
    const std::pair<std::string, std::string> key{task.workspace, task.person};
    auto cover = covers.find(key);
    if (cover == covers.end()) {
      ASSIGN_OR_RETURN(Cover found, CoverOf(context, task.workspace, task.person, now));
      cover = covers.emplace(key, std::move(found)).first;
      // What the table says of them is behind: by a clock, or because who stood in is away, too.
      if (!cover->second.away || cover->second.substitute.empty())
        RETURN_IF_ERROR(store_.Touch(context, task.workspace, task.person));
    }
    if (!cover->second.away || cover->second.substitute.empty()) continue;
    ASSIGN_OR_RETURN(const int64_t changed, ServeTask(context, task, cover->second, now));
    round->changed += changed;
    round->done += changed;
  }
  return absl::OkStatus();
}

absl::StatusOr<int64_t> StandIns::ServeTask(const base::CallContext& context, const HeldTask& held,
                                            const Cover& cover, absl::Time now) {
  // Nobody stands in any more: it stays where it is.
  if (cover.away && cover.substitute.empty()) return 0;
  bool changes = false;
  const auto hand_over = [&](Run& run, int64_t) -> absl::StatusOr<Changed> {
    changes = false;
    if (held.step < 0 || held.step >= run.plan->plan.size()) return Changed();
    const std::string task =
        TaskId(*run.plan, static_cast<flow::NodeIndex>(held.step), static_cast<int>(held.round));
    ASSIGN_OR_RETURN(const absl::Time time, OccurTime(std::nullopt, now, run.last_time, true));
    const Occurrence when{time, now, kActor};
    Changed changed;
    if (cover.away) {
      ASSIGN_OR_RETURN(changed.entries, StandIn(run, task, cover.substitute, cover.reason, when));
    } else {
      ASSIGN_OR_RETURN(changed.entries, EndStandIn(run, task, cover.reason, when));
    }
    changes = !changed.entries.empty();
    return changed;
  };
  const absl::Status status =
      runs_.Update(context, {held.workspace, "", "", ""}, now, held.onboarding, hand_over).status();
  if (status.ok()) return changes ? 1 : 0;
  if (!IsOfTheRun(status)) return status;
  logger_.Warning("a task could not be handed over",
                  {{"onboarding", OnboardingName(held.workspace, held.onboarding)},
                   {"person", held.person},
                   {"error", status.message()}});
  return 0;
}

}  // namespace plumbline::onboarding::escalation
