// SPDX-License-Identifier: Apache-2.0
//
// What both kinds of channel do alike. Internal to common/rpc.
#ifndef PLUMBLINE_COMMON_RPC_OUTGOING_H_
#define PLUMBLINE_COMMON_RPC_OUTGOING_H_

#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "common/base/call_context.h"

namespace plumbline::rpc {

// How often a waiting channel looks whether its caller has cancelled.
inline constexpr absl::Duration kCancelPoll = absl::Milliseconds(100);

// The W3C traceparent of a call made on behalf of `context`; "" if it has no trace id.
std::string TraceParent(const base::CallContext& context);

absl::Status DeadlinePassed(absl::string_view path);
absl::Status CancelledByCaller(absl::string_view path);
// INTERNAL: the answer is not a message of the expected type.
absl::Status AnswerMalformed(absl::string_view path);

}  // namespace plumbline::rpc

#endif  // PLUMBLINE_COMMON_RPC_OUTGOING_H_
