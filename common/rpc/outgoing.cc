// SPDX-License-Identifier: Apache-2.0
#include "common/rpc/outgoing.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "common/base/error.h"
#include "common/base/ids.h"
#include "common/rpc/channel.h"

namespace plumbline::rpc {

using base::Error;
using base::Reason;

std::string TraceParent(const base::CallContext& context) {
  if (context.trace_id.size() != 32) return "";
  const std::string span = absl::StrReplaceAll(base::NewUuid(), {{"-", ""}}).substr(16);
  return absl::StrCat("00-", context.trace_id, "-", span, "-01");
}

absl::Status DeadlinePassed(absl::string_view path) {
  return Error(Reason::ERROR_REASON_DEADLINE_EXCEEDED,
               absl::StrCat("the deadline passed before ", path,
                            " was answered; allow more time, or repeat the call with the "
                            "same request_id"));
}

absl::Status CancelledByCaller(absl::string_view path) {
  return Error(Reason::ERROR_REASON_CANCELLED, absl::StrCat(path, " was cancelled by its caller"));
}

absl::Status AnswerMalformed(absl::string_view path) {
  return base::Internal(
      absl::StrCat("the answer of ", path, " is not a message of the type expected"));
}

absl::StatusOr<std::unique_ptr<Exchange>> Channel::OpenExchange(const CallContext&,
                                                                absl::string_view path) {
  return base::Internal(absl::StrCat(path, " cannot be called over this channel"));
}

}  // namespace plumbline::rpc
