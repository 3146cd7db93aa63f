// SPDX-License-Identifier: Apache-2.0
//
// Calls of programs that do tasks, as the dispatcher sees them: entries of the history that become
// messages of their own, and answers that mean something. automation/program_calls.h implements it.
#ifndef PLUMBLINE_SERVICES_ONBOARDING_WEBHOOKS_CALLS_H_
#define PLUMBLINE_SERVICES_ONBOARDING_WEBHOOKS_CALLS_H_

#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/base/call_context.h"
#include "common/http/client.h"
#include "services/onboarding/runs/store.h"
#include "services/onboarding/webhooks/store.h"

namespace plumbline::onboarding::webhooks {

// WebhookDelivery.event_type of a call.
inline constexpr char kCallType[] = "plumbline.onboarding.v1.automation.call";

// What an attempt comes to.
enum class Outcome {
  kByStatus,  // as its HTTP status says
  kRefused,   // the receiver does not want it: it is not tried again
  kLater,     // what it answered cannot be taken now: it is asked again
};

// What there is to be done about a call.
enum class Need {
  kAwaited,  // its answer is waited for
  kRests,    // it will be, once the on-boarding is resumed
  kOver,     // nobody waits for it any more
};

// Used by one thread. May block until context.deadline. Errors are those of the store, and pass.
class Calls {
 public:
  virtual ~Calls() = default;
  // What is sent for an entry of the kind kAutomationCalled, read with its subject; nullopt if
  // nobody waits for the answer any more. The same entry always gives the same id.
  virtual absl::StatusOr<std::optional<std::string>> BodyOf(const base::CallContext& context,
                                                            const FeedEntry& entry) = 0;
  // Whether somebody waits for the answer to what BodyOf made.
  virtual absl::StatusOr<Need> NeedOf(const base::CallContext& context,
                                      const std::string& workspace,
                                      const StoredDelivery& delivery) = 0;
  // Takes the answer; the same again changes nothing.
  virtual absl::StatusOr<Outcome> Take(const base::CallContext& context,
                                       const std::string& workspace, const StoredDelivery& delivery,
                                       const http::Answer& answer, absl::Time now) = 0;
};

}  // namespace plumbline::onboarding::webhooks

#endif  // PLUMBLINE_SERVICES_ONBOARDING_WEBHOOKS_CALLS_H_
