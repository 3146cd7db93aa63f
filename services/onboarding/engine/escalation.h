// SPDX-License-Identifier: Apache-2.0
//
// What escalation changes of a run: levels that are told, and who takes them on. As in engine.h.
#ifndef PLUMBLINE_SERVICES_ONBOARDING_ENGINE_ESCALATION_H_
#define PLUMBLINE_SERVICES_ONBOARDING_ENGINE_ESCALATION_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "services/onboarding/engine/engine.h"

namespace plumbline::onboarding {

// A level that is to be told.
struct Telling {
  std::string task;
  EscalationStep step;
  std::string note;  // who could not be told
};

// Tells it. No entries where that is not the next level of its ladder any more: it was told
// already, somebody took it on, or it is about what is no more. RESOURCE_NOT_FOUND (no such task).
absl::StatusOr<Entries> Escalate(Run& run, const Telling& telling, const Occurrence& when);

// Which ladder.
struct LadderKey {
  std::string task;
  std::string rule;
  absl::Time since;
};

// The actor takes a ladder on. No entries where somebody did already. RESOURCE_NOT_FOUND,
// ESCALATION_STATE (it is over).
absl::StatusOr<Entries> AcknowledgeEscalation(Run& run, const LadderKey& key,
                                              absl::string_view note, const Occurrence& when);

// `away` has their task done by `substitute`, and answers for it; what awaits their verification is
// verified by them. No entries where the task is not theirs any more, somebody else arranged that
// by hand, or it is so already. Errors as DelegateTask.
absl::StatusOr<Entries> StandIn(Run& run, absl::string_view task, absl::string_view away,
                                absl::string_view substitute, absl::string_view reason,
                                const Occurrence& when);

// `person` is asked to approve that a task is left out, in the stead of `owner`; "": the owner is
// asked again. No entries where nobody asks for that, the owner is not who is to approve it,
// `person` is who asks, or it is so already. RESOURCE_NOT_FOUND, ONBOARDING_CLOSED.
absl::StatusOr<Entries> StandInToApprove(Run& run, absl::string_view task, absl::string_view owner,
                                         absl::string_view person, absl::string_view reason,
                                         const Occurrence& when);

// Whether who stands in has begun.
bool HasBegunForAnother(const TaskRecord& task);

// `back` was away and gets the task back. No entries where nobody stands in for them, or who does
// has begun.
absl::StatusOr<Entries> EndStandIn(Run& run, absl::string_view task, absl::string_view back,
                                   absl::string_view reason, const Occurrence& when);

}  // namespace plumbline::onboarding

#endif  // PLUMBLINE_SERVICES_ONBOARDING_ENGINE_ESCALATION_H_
