// SPDX-License-Identifier: Apache-2.0
//
// What programs say, taken apart. Pure functions.
#ifndef PLUMBLINE_SERVICES_ONBOARDING_AUTOMATION_ANSWER_H_
#define PLUMBLINE_SERVICES_ONBOARDING_AUTOMATION_ANSWER_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "common/http/client.h"
#include "plumbline/onboarding/v1/automation.pb.h"
#include "services/onboarding/engine/automation.h"

namespace plumbline::onboarding::automation {

// The most that is read of an answer to a call.
inline constexpr size_t kMostAnswerBytes = 64 << 10;

// FIELD_INVALID lists all that is wrong; `path` is the field of the answer, "" where it is the
// whole.
absl::StatusOr<AutomationReply> ToReply(const v1::AutomationAnswer& answer, absl::string_view path);

// What an HTTP answer means for a call of `webhook`.
struct Heard {
  enum class Kind {
    kReply,    // what it said, or what is wrong with that
    kRefusal,  // 4xx: it does not want the call
    kNothing,  // nothing yet: it is asked again
  };
  Kind kind = Kind::kNothing;
  AutomationReply reply;  // kReply, kRefusal
};
Heard HearAnswer(absl::string_view webhook, const http::Answer& answer);

}  // namespace plumbline::onboarding::automation

#endif  // PLUMBLINE_SERVICES_ONBOARDING_AUTOMATION_ANSWER_H_
