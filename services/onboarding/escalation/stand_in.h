// SPDX-License-Identifier: Apache-2.0
//
// Hands the tasks of people who are away, and what they are to verify or to approve, to who stands
// in, and back. Whom to look at next, and who
// is away now, is in a table that every change of a record keeps; the tasks are found by the index
// of open tasks, so that a round costs what changes hands.
#ifndef PLUMBLINE_SERVICES_ONBOARDING_ESCALATION_STAND_IN_H_
#define PLUMBLINE_SERVICES_ONBOARDING_ESCALATION_STAND_IN_H_

#include <cstdint>
#include <map>
#include <string>
#include <tuple>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/base/call_context.h"
#include "common/base/log.h"
#include "services/onboarding/escalation/absences.h"
#include "services/onboarding/escalation/escalator.h"
#include "services/onboarding/escalation/store.h"
#include "services/onboarding/people/people.h"
#include "services/onboarding/runs/store.h"

namespace plumbline::onboarding::escalation {

// What it is given must outlive it. Rounds are run by one thread at a time.
class StandIns {
 public:
  StandIns(RunStore& runs, People& people, StandInStore& store, const base::Logger& logger,
           const EscalatorOptions& options);

  // One round: looks at the people whose absence begins or ends, and at tasks that people got while
  // they are away.
  absl::StatusOr<Round> RunOnce(const base::CallContext& context, absl::Time now);

 private:
  absl::StatusOr<Cover> CoverOf(const base::CallContext& context, const std::string& workspace,
                                const std::string& person, absl::Time now);
  absl::Status ServeDue(const base::CallContext& context, const std::vector<DuePerson>& due,
                        absl::Time now, Round* round);
  // Returns how many tasks changed hands.
  absl::StatusOr<int64_t> ServePerson(const base::CallContext& context, const DuePerson& due,
                                      absl::Time now);
  // Who stands in may have changed while tasks were handed over: whoever changed that did not know
  // of these tasks.
  absl::Status LookOnceMore(const base::CallContext& context, const std::string& workspace,
                            const std::string& person, const Cover& served, absl::Time now);
  // Those that others have in the stead of a person, see FindStoodFor.
  absl::Status ServeStoodFor(const base::CallContext& context, HeldTask after, const Cover& cover,
                             absl::Time now, int64_t* changed, bool* failed);
  struct Served {
    bool changed = false;
    bool failed = false;  // or is not yet to be, and may do better later
  };
  absl::StatusOr<Served> ServeTask(const base::CallContext& context, const HeldTask& held,
                                   const Cover& cover, absl::Time now);
  void Tell(const HeldTask& held, const absl::Status& status);
  absl::Status ServeLeft(const base::CallContext& context, const std::vector<HeldTask>& left,
                         absl::Time now, Round* round);
  absl::Status ServeLeftTask(const base::CallContext& context, const HeldTask& task,
                             const Cover& cover, absl::Time now, Round* round);
  // Those that are left, but for what is rested.
  absl::StatusOr<std::vector<HeldTask>> FindLeft(const base::CallContext& context, absl::Time now);

  using TaskKey = std::tuple<std::string, std::string, std::string, std::string, bool>;
  static TaskKey KeyOf(const HeldTask& task) {
    return {task.workspace, task.person, task.onboarding, task.task, task.waiver};
  }

  RunStore& runs_;
  People& people_;
  StandInStore& store_;
  const base::Logger& logger_;
  const EscalatorOptions options_;
  const std::string holder_;
  // Tasks that could not be handed over, and until when they are let alone.
  std::map<TaskKey, absl::Time> resting_;
};

}  // namespace plumbline::onboarding::escalation

#endif  // PLUMBLINE_SERVICES_ONBOARDING_ESCALATION_STAND_IN_H_
