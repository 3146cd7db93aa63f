// SPDX-License-Identifier: Apache-2.0
//
// Tasks that a program does: the rules of engine.h for calling it, and for what it answers. Who
// sends the calls, and how, is none of their concern: they say when a call is to be made, and note
// that it was.
//
// A task is called when its turn has come, not before its earliest day, while nothing blocks it and
// the run goes on. It has one call at a time; each has an id that its answer must name, so that an
// answer that comes late, to a call that is over, changes nothing. A call that fails, or is not
// answered in time, blocks the task; when nothing blocks it any more it is called anew.
#ifndef PLUMBLINE_SERVICES_ONBOARDING_ENGINE_AUTOMATION_H_
#define PLUMBLINE_SERVICES_ONBOARDING_ENGINE_AUTOMATION_H_

#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "plumbline/onboarding/v1/automation.pb.h"
#include "services/onboarding/engine/engine.h"
#include "services/onboarding/engine/tasks.h"

namespace plumbline::onboarding {

// "webhook:provision-crm": as whom a program acts where it is not known otherwise.
std::string ProgramActor(absl::string_view webhook);

// In whole microseconds, as times are kept.
inline absl::Time InMicros(absl::Time time) {
  return absl::FromUnixMicros(absl::ToUnixMicros(time));
}

// What is to be done next about the program of a task.
struct AutomationStep {
  enum class Kind {
    kCall,    // call it
    kExpire,  // its answer did not come in time
    kLook,    // whether there is a webhook by now
  };
  Kind kind = Kind::kCall;
  absl::Time due;
};

// nullopt: nothing, until something else happens to the task or its run. O(1), but for a step with
// an earliest day.
std::optional<AutomationStep> NextAutomationStep(const Run& run, const TaskRecord& task);

// The task whose call waits for its answer under this id; nullptr if none does. A task may be
// called otherwise by now than in what was sent: its plan may have changed.
const TaskRecord* AwaitingTask(const Run& run, absl::string_view call);
// The same by what the history says of a call.
const TaskRecord* AwaitingTask(const Run& run, const HistoryEntry& call);
// The id of the task that was called by this id last, `task` where none was.
std::string CalledTask(const Run& run, absl::string_view task, absl::string_view call);

// Notes that the program is called, by a new id. No entries where it is not to be called now.
absl::StatusOr<Entries> CallAutomation(Run& run, absl::string_view task, absl::string_view call,
                                       const Occurrence& when);
// The answer did not come in time. No entries where none is awaited, or there is time left.
absl::StatusOr<Entries> ExpireAutomation(Run& run, absl::string_view task, const Occurrence& when);
// There is no webhook to call, because `why`: blocks a task that is to be called now. No entries
// otherwise.
absl::StatusOr<Entries> AwaitWebhook(Run& run, absl::string_view task, absl::string_view why,
                                     const Occurrence& when);
// There is one now: what AwaitWebhook opened is resolved.
absl::StatusOr<Entries> FindWebhook(Run& run, absl::string_view task, const Occurrence& when);

// What a program says of its call.
struct AutomationReply {
  enum class State { kDone, kFailed, kAccepted };
  State state = State::kDone;
  Completion completion;                 // kDone
  std::string reason;                    // kFailed
  Category category = Category::kOther;  // kFailed: what kind of thing it is
};

// Takes the answer to a call, also where its task was called `task` before the plan changed.
// Answered again alike, there are no entries. See AutomationService.AnswerTask, which states the
// errors.
absl::StatusOr<Entries> AnswerAutomation(Run& run, absl::string_view task, absl::string_view call,
                                         const AutomationReply& reply, const Occurrence& when);

// CompleteTask by a person, of a task that a program was to do: what blocks it because its call
// failed, or because there is no webhook, is resolved by that. What people have opened stands.
// `history`: all of the run.
absl::StatusOr<Entries> CompleteInstead(Run& run, const Entries& history, absl::string_view task,
                                        const Completion& completion, const Occurrence& when);
// Whether a program was to do the task, and something blocks it.
bool IsBlockedWithProgram(const Run& run, absl::string_view task);

// As people see it; nullopt if a person does the task.
std::optional<v1::TaskAutomation> AutomationOf(const Run& run, const TaskView& task);

}  // namespace plumbline::onboarding

#endif  // PLUMBLINE_SERVICES_ONBOARDING_ENGINE_AUTOMATION_H_
