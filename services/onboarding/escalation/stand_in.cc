// SPDX-License-Identifier: Apache-2.0
#include "services/onboarding/escalation/stand_in.h"

#include <algorithm>
#include <map>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "common/base/ids.h"
#include "common/base/status_macros.h"
#include "services/onboarding/engine/escalation.h"
#include "services/onboarding/engine/late_news.h"
#include "services/onboarding/engine/occur_time.h"
#include "services/onboarding/engine/tasks.h"
#include "services/onboarding/runs/moment.h"

namespace plumbline::onboarding::escalation {
namespace {

constexpr char kActor[] = "plumbline";
// Tasks of one person that are read at once.
constexpr int kTasksAtOnce = 500;
// Tasks that rest; beyond that all are tried again.
constexpr size_t kMostResting = 10'000;

// Whether there is somebody to have the tasks: who stands in, or who is back.
bool HasTaker(const Cover& cover) { return cover.away ? !cover.substitute.empty() : !cover.gone; }

// Who is to have it of those who cover for who is away: nullptr where none of them may be asked.
const std::string* TakerOf(const Run& run, const HeldTask& held, const Cover& cover) {
  for (const std::string* person : {&cover.substitute, &cover.manager})
    if (!person->empty() && MayBeAsked(run, held.task, held.waiver, *person)) return person;
  return nullptr;
}

absl::StatusOr<Entries> HandOver(Run& run, const HeldTask& held, const Cover& cover,
                                 const std::string& to, const Occurrence& when) {
  if (held.waiver) return StandInToApprove(run, held.task, held.person, to, cover.reason, when);
  if (cover.away) return StandIn(run, held.task, held.person, to, cover.reason, when);
  return EndStandIn(run, held.task, held.person, cover.reason, when);
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
  ASSIGN_OR_RETURN(std::vector<HeldTask> left, FindLeft(context, now));
  if (due.empty() && left.empty()) return round;
  if (options_.lease_term > absl::ZeroDuration()) {
    ASSIGN_OR_RETURN(const bool held, store_.TakeLease(context, holder_, now, options_.lease_term));
    round.busy = !held;
    if (!held) return round;
  }
  RETURN_IF_ERROR(ServeDue(context, due, now, &round));
  // Who was found to be away just now has left some more.
  if (!due.empty()) {
    ASSIGN_OR_RETURN(left, FindLeft(context, now));
  }
  RETURN_IF_ERROR(ServeLeft(context, left, now, &round));
  return round;
}

absl::Status StandIns::ServeDue(const base::CallContext& context, const std::vector<DuePerson>& due,
                                absl::Time now, Round* round) {
  for (const DuePerson& person : due) {
    const absl::StatusOr<int64_t> changed = ServePerson(context, person, now);
    ++round->done;
    if (changed.ok()) {
      round->changed += *changed;
      continue;
    }
    if (IsOfTheMoment(changed.status())) return changed.status();
    logger_.Warning("the tasks of a person could not be looked at",
                    {{"workspace", person.workspace},
                     {"person", person.person},
                     {"error", changed.status().message()}});
    RETURN_IF_ERROR(
        store_.Settle(context, person, now + options_.after_error, /*away=*/std::nullopt));
  }
  return absl::OkStatus();
}

absl::StatusOr<std::vector<HeldTask>> StandIns::FindLeft(const base::CallContext& context,
                                                         absl::Time now) {
  std::erase_if(resting_, [&](const auto& task) { return task.second <= now; });
  if (resting_.size() > kMostResting) resting_.clear();
  const int limit = options_.batch + static_cast<int>(resting_.size());
  ASSIGN_OR_RETURN(std::vector<HeldTask> left, store_.FindLeft(context, limit));
  std::erase_if(left, [&](const HeldTask& task) { return resting_.contains(KeyOf(task)); });
  return left;
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

absl::Status StandIns::ServeStoodFor(const base::CallContext& context, HeldTask after,
                                     const Cover& cover, absl::Time now, int64_t* changed,
                                     bool* failed) {
  while (true) {
    ASSIGN_OR_RETURN(std::vector<HeldTask> tasks,
                     store_.FindStoodFor(context, after, kTasksAtOnce));
    for (const HeldTask& task : tasks) {
      ASSIGN_OR_RETURN(const Served served, ServeTask(context, task, cover, now));
      *changed += served.changed;
      *failed |= served.failed;
    }
    if (tasks.size() < static_cast<size_t>(kTasksAtOnce)) return absl::OkStatus();
    after = std::move(tasks.back());
  }
}

absl::StatusOr<int64_t> StandIns::ServePerson(const base::CallContext& context,
                                              const DuePerson& due, absl::Time now) {
  ASSIGN_OR_RETURN(const Cover cover, CoverOf(context, due.workspace, due.person, now));
  int64_t changed = 0;
  bool failed = false;
  // Before it is noted that the person was looked at: who dies in between looks once more.
  for (const bool waiver : {false, true})
    RETURN_IF_ERROR(ServeStoodFor(context, {due.workspace, "", "", due.person, 0, 0, waiver}, cover,
                                  now, &changed, &failed));
  std::optional<absl::Time> away;
  if (cover.away && !cover.substitute.empty()) away = cover.since;
  // Who is gone may come back: then somebody still has their tasks.
  std::optional<absl::Time> next = cover.gone ? absl::InfiniteFuture() : cover.next;
  // Who is to stand in may have come or gone in the very moment in which nobody had a task of them.
  const absl::Time again = now + (failed ? options_.after_error : options_.look_again);
  if (failed || cover.away) next = std::min(next.value_or(again), again);
  RETURN_IF_ERROR(store_.Settle(context, due, next, away));
  if (changed > 0) RETURN_IF_ERROR(LookOnceMore(context, due.workspace, due.person, cover, now));
  std::erase_if(resting_, [&](const auto& task) {
    return std::get<0>(task.first) == due.workspace && std::get<1>(task.first) == due.person;
  });
  return changed;
}

absl::Status StandIns::LookOnceMore(const base::CallContext& context, const std::string& workspace,
                                    const std::string& person, const Cover& served,
                                    absl::Time now) {
  ASSIGN_OR_RETURN(const Cover cover, CoverOf(context, workspace, person, now));
  if (cover.away == served.away && cover.substitute == served.substitute) return absl::OkStatus();
  return store_.Touch(context, workspace, person);
}

absl::Status StandIns::ServeLeft(const base::CallContext& context,
                                 const std::vector<HeldTask>& left, absl::Time now, Round* round) {
  std::map<std::pair<std::string, std::string>, Cover> covers;
  for (const HeldTask& task : left) {
    const std::pair<std::string, std::string> key{task.workspace, task.person};
    auto cover = covers.find(key);
    if (cover == covers.end()) {
      absl::StatusOr<Cover> found = CoverOf(context, task.workspace, task.person, now);
      if (!found.ok() && IsOfTheMoment(found.status())) return found.status();
      if (!found.ok()) {
        Tell(task, found.status());
        resting_[KeyOf(task)] = now + options_.after_error;
        continue;
      }
      cover = covers.emplace(key, *std::move(found)).first;
      // What the table says of them is behind: by a clock, or because who stood in is away, too.
      if (!cover->second.away || cover->second.substitute.empty())
        RETURN_IF_ERROR(store_.Touch(context, task.workspace, task.person));
    }
    if (!cover->second.away || cover->second.substitute.empty()) continue;
    RETURN_IF_ERROR(ServeLeftTask(context, task, cover->second, now, round));
  }
  for (const auto& [key, cover] : covers)
    RETURN_IF_ERROR(LookOnceMore(context, key.first, key.second, cover, now));
  return absl::OkStatus();
}

absl::Status StandIns::ServeLeftTask(const base::CallContext& context, const HeldTask& task,
                                     const Cover& cover, absl::Time now, Round* round) {
  ASSIGN_OR_RETURN(const Served served, ServeTask(context, task, cover, now));
  round->changed += served.changed;
  round->done += served.changed;
  // It would be found again at once, and others might never be.
  if (!served.changed)
    resting_[KeyOf(task)] = now + (served.nobody ? options_.look_again : options_.after_error);
  return absl::OkStatus();
}

absl::StatusOr<StandIns::Served> StandIns::ServeTask(const base::CallContext& context,
                                                     const HeldTask& held, const Cover& cover,
                                                     absl::Time now) {
  // It stays where it is.
  if (!HasTaker(cover)) return Served();
  if (unanswered_.contains(KeyOf(held))) {
    // It is as it was, probably: that is found out without holding up those who write.
    const absl::StatusOr<Run> run = runs_.Load(context, held.workspace, held.onboarding);
    if (!run.ok()) return Failed(held, run.status());
    if (cover.away && TakerOf(*run, held, cover) == nullptr) return Served{.nobody = true};
    unanswered_.erase(KeyOf(held));
  }
  Served served;
  const auto hand_over = [&](Run& run) -> absl::StatusOr<Changed> {
    served = {.failed = Rests(run, now)};
    if (served.failed) return Changed();
    const std::string* const taker = cover.away ? TakerOf(run, held, cover) : nullptr;
    served.nobody = cover.away && taker == nullptr;
    if (served.nobody) return Changed();
    ASSIGN_OR_RETURN(const absl::Time time, OccurTime(std::nullopt, now, run.last_time, true));
    Changed changed;
    ASSIGN_OR_RETURN(changed.entries, HandOver(run, held, cover, taker == nullptr ? "" : *taker,
                                               {time, now, kActor}));
    served.changed = !changed.entries.empty();
    // It was found by its row, which says that nobody stands in: a replica of an older release,
    // which does not know of that, wrote it.
    changed.rows_are_behind = !served.changed && held.left && cover.away &&
                              IsStoodInFor(run, held.task, held.waiver, held.person);
    return changed;
  };
  const absl::Status status =
      runs_.Update(context, {held.workspace, "", "", ""}, now, held.onboarding, hand_over).status();
  if (!status.ok()) return Failed(held, status);
  if (unanswered_.size() >= kMostResting) unanswered_.clear();
  if (served.nobody) unanswered_.insert(KeyOf(held));
  return served;
}

absl::StatusOr<StandIns::Served> StandIns::Failed(const HeldTask& held,
                                                  const absl::Status& status) {
  if (IsOfTheMoment(status)) return status;
  Tell(held, status);
  // What ended, or is gone, stays so.
  return Served{.failed = !absl::IsFailedPrecondition(status) && !absl::IsNotFound(status)};
}

void StandIns::Tell(const HeldTask& held, const absl::Status& status) {
  logger_.Warning("a task could not be handed over",
                  {{"onboarding", OnboardingName(held.workspace, held.onboarding)},
                   {"task", held.task},
                   {"person", held.person},
                   {"error", status.message()}});
}

}  // namespace plumbline::onboarding::escalation
