// SPDX-License-Identifier: Apache-2.0
//
// Calls of programs: the message that is sent, and what is made of the answer.
#ifndef PLUMBLINE_SERVICES_ONBOARDING_AUTOMATION_PROGRAM_CALLS_H_
#define PLUMBLINE_SERVICES_ONBOARDING_AUTOMATION_PROGRAM_CALLS_H_

#include <optional>
#include <string>

#include "plumbline/onboarding/v1/automation_service.pb.h"
#include "services/onboarding/engine/automation.h"
#include "services/onboarding/runs/store.h"
#include "services/onboarding/webhooks/calls.h"

namespace plumbline::onboarding::automation {

// The message of the call that `entry` made, with the task as it is in `run`.
v1::AutomationEvent EventOf(const FeedEntry& entry, const Run& run);

// `runs` must outlive it.
class ProgramCalls final : public webhooks::Calls {
 public:
  explicit ProgramCalls(RunStore& runs) : runs_(runs) {}

  absl::StatusOr<std::optional<std::string>> BodyOf(const base::CallContext& context,
                                                    const FeedEntry& entry) override;
  absl::StatusOr<webhooks::Need> NeedOf(const base::CallContext& context,
                                        const std::string& workspace,
                                        const webhooks::StoredDelivery& delivery) override;
  // What is answered takes effect in one transaction, under the lock of the run. Where the task
  // cannot take it (outputs that are missing, say), that is a failure of the call; where it cannot
  // be taken now (it is paused, or blocked by something else), it is asked again.
  absl::StatusOr<webhooks::Outcome> Take(const base::CallContext& context,
                                         const std::string& workspace,
                                         const webhooks::StoredDelivery& delivery,
                                         const http::Answer& answer, absl::Time now) override;

 private:
  RunStore& runs_;
};

}  // namespace plumbline::onboarding::automation

#endif  // PLUMBLINE_SERVICES_ONBOARDING_AUTOMATION_PROGRAM_CALLS_H_
