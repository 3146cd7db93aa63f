// SPDX-License-Identifier: Apache-2.0
//
// What a caller gets to see of an error. (SerializeStatusDetails and StatusFromDetails of
// dispatcher.h live here too.)
#ifndef PLUMBLINE_COMMON_RPC_CALL_STATUS_H_
#define PLUMBLINE_COMMON_RPC_CALL_STATUS_H_

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "google/protobuf/message.h"

namespace plumbline::rpc {

// The error as it leaves the service: always with a reason; a fault of ours (INTERNAL, UNKNOWN,
// DATA_LOSS, or an error without a reason whose code leaves none to guess) becomes a neutral
// sentence with the trace id; long messages are cut.
absl::Status ForCaller(const absl::Status& status, absl::string_view trace_id);

// Whether ForCaller hides it: then the log line tells what it was.
bool IsFault(const absl::Status& status);

// Parses strictly. Errors: REQUEST_MALFORMED, MESSAGE_TOO_LARGE.
absl::Status ParseRequest(absl::string_view bytes, size_t limit,
                          google::protobuf::Message* message);

// REQUEST_MALFORMED: the call ended before its first message.
absl::Status NoRequest();

// SHUTTING_DOWN with RetryInfo.
absl::Status ShuttingDown();

}  // namespace plumbline::rpc

#endif  // PLUMBLINE_COMMON_RPC_CALL_STATUS_H_
