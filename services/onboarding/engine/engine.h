// SPDX-License-Identifier: Apache-2.0
//
// The rules of a run: pure functions that change it and return the entries that they appended to
// its history. On an error nothing is changed. Replaying a history (the same calls, in its order,
// with its times) gives the same run.
//
// The history holds only what was told: a task that is completed without having been started gets
// no KIND_TASK_STARTED, and its task has no start_time. Nobody knows when that work began, and a
// made-up start would make waiting look like work.
#ifndef PLUMBLINE_SERVICES_ONBOARDING_ENGINE_ENGINE_H_
#define PLUMBLINE_SERVICES_ONBOARDING_ENGINE_ENGINE_H_

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "common/calendar/calendar.h"
#include "services/onboarding/engine/run.h"

namespace plumbline::onboarding {

// Limits of one run, so that one row holds it.
inline constexpr int kMaxImpediments = 500;
inline constexpr int kMaxRounds = 500;

// When something happened (already checked by OccurTime), when it was recorded, and who told.
struct Occurrence {
  absl::Time occur_time;
  absl::Time record_time;
  std::string actor;
};

using Entries = std::vector<HistoryEntry>;

struct Started {
  Run run;
  Entries entries;
};

struct Completion {
  std::vector<std::string> ticked;
  bool tick_all = false;
  std::vector<std::string> defects;
  flow::AttributeValues outputs;  // by OutputId
};

struct Verification {
  bool accepted = false;
  std::string reason;
  std::vector<std::string> defects;
};

struct NewImpediment {
  std::string id;  // "" = the next free of "i1", "i2", ...
  Category category = Category::kOther;
  std::string utility;
  std::string description;
  std::string record;  // "" = its own
};

// What a record of an impediment says to a run; see ImpedimentRecord in impediment.proto.
struct RecordNews {
  std::string id;
  Category category = Category::kOther;
  std::string utility;
  std::string description;
  bool acknowledged = false;
  bool resolved = false;
  std::string resolution;
  bool all_users = false;
  std::vector<std::string> tasks;               // ids of those that it is to block from now on
  std::map<std::string, std::string> released;  // and of those that it is to block no longer: why
};

// Begins a run of `plan`. FIELD_INVALID for a time zone that does not exist, and for values of
// attributes that the process does not take.
absl::StatusOr<Started> Start(Spec spec, PlanPointer plan, const Occurrence& when);

// The methods of OnboardingService with these names state the rules and the errors.
// `claims`: what belongs to its role becomes the actor's, as by ClaimTask.
absl::StatusOr<Entries> StartTask(Run& run, absl::string_view task, const Occurrence& when,
                                  bool claims = false);
absl::StatusOr<Entries> CompleteTask(Run& run, absl::string_view task, const Completion& completion,
                                     const Occurrence& when);
absl::StatusOr<Entries> SkipTask(Run& run, absl::string_view task, absl::string_view reason,
                                 const Occurrence& when);
absl::StatusOr<Entries> Decide(Run& run, absl::string_view decision, absl::string_view option,
                               absl::string_view reason, const Occurrence& when);
// `values` takes the place of those of the same ids; an empty text takes the value away.
absl::StatusOr<Entries> SetAttributes(Run& run, const flow::AttributeValues& values,
                                      absl::string_view reason, const Occurrence& when);
// The new impediment is run.impediments.back().
absl::StatusOr<Entries> BlockTask(Run& run, absl::string_view task, const NewImpediment& impediment,
                                  const Occurrence& when);
// `impediment` "" = all that are open on the task.
absl::StatusOr<Entries> UnblockTask(Run& run, absl::string_view task, absl::string_view impediment,
                                    absl::string_view resolution, const Occurrence& when);
// Lets the impediments of a record follow it: blocks the tasks that it names and, where it is about
// all users of a utility, those that became ready since they were last blocked by it; tells that it
// was acknowledged or changed; resolves. What cannot be blocked (any more) is passed over. The same
// again gives no entries, but for `tasks`.
absl::StatusOr<Entries> FollowRecord(Run& run, const RecordNews& record, const Occurrence& when);

// The life of the run (life.cc).
absl::StatusOr<Entries> Pause(Run& run, absl::string_view reason, const Occurrence& when);
absl::StatusOr<Entries> Resume(Run& run, absl::string_view reason, const Occurrence& when);
absl::StatusOr<Entries> Cancel(Run& run, absl::string_view reason, const Occurrence& when);
// Where day one is that already, there are no entries (reschedule.cc). `first`: its day one at its
// start, by which it is measured how far back it may be moved; nullopt: the one that it has.
absl::StatusOr<Entries> Reschedule(Run& run, absl::CivilDay day_one, absl::string_view reason,
                                   const Occurrence& when,
                                   std::optional<absl::CivilDay> first = std::nullopt);
// What the first entry of a history says of that, as far as it does.
std::optional<absl::CivilDay> FirstDayOne(const Entries& history,
                                          const calendar::Calendar& calendar);

// Who does a task (assignment.cc). Who claims and releases is the actor. Where nothing changes,
// there are no entries.
absl::StatusOr<Entries> ClaimTask(Run& run, absl::string_view task, bool take_over,
                                  const Occurrence& when);
absl::StatusOr<Entries> AssignTask(Run& run, absl::string_view task, absl::string_view assignee,
                                   absl::string_view reason, const Occurrence& when);
absl::StatusOr<Entries> DelegateTask(Run& run, absl::string_view task, absl::string_view delegate,
                                     absl::string_view reason, const Occurrence& when);
absl::StatusOr<Entries> ReleaseTask(Run& run, absl::string_view task, absl::string_view reason,
                                    const Occurrence& when);

// `history` is that of the run, all of it: only it knows in which order things were done
// (reopen.cc).
absl::StatusOr<Entries> ReopenTask(Run& run, const Entries& history, absl::string_view task,
                                   absl::string_view reason, const Occurrence& when);
absl::StatusOr<Entries> CommentTask(Run& run, absl::string_view task, absl::string_view text,
                                    const std::vector<Link>& links, const Occurrence& when);

// What a second person says (verification.cc).
absl::StatusOr<Entries> VerifyTask(Run& run, absl::string_view task,
                                   const Verification& verification, const Occurrence& when);
absl::StatusOr<Entries> ApproveWaiver(Run& run, absl::string_view task, absl::string_view reason,
                                      const Occurrence& when);
absl::StatusOr<Entries> RejectWaiver(Run& run, absl::string_view task, absl::string_view reason,
                                     const Occurrence& when);

}  // namespace plumbline::onboarding

#endif  // PLUMBLINE_SERVICES_ONBOARDING_ENGINE_ENGINE_H_
