// SPDX-License-Identifier: Apache-2.0
#include "common/sql/errors.h"

#include "absl/strings/str_cat.h"
#include "common/base/clock.h"
#include "common/base/error.h"
#include "common/base/utf8.h"

namespace plumbline::sql {
namespace {

using base::Error;
using base::Reason;

}  // namespace

absl::Status Unavailable() {
  return Error(Reason::ERROR_REASON_DEPENDENCY_UNAVAILABLE,
               "the database does not answer; nothing was changed: repeat the call a little later")
      .With("dependency", "database")
      .RetryAfter(absl::Seconds(1));
}

absl::Status CommitUnknown() {
  return Error(Reason::ERROR_REASON_DEPENDENCY_UNAVAILABLE,
               "the database failed while the change was being committed; it may or may not have "
               "taken effect: repeat the call with the same request_id")
      .With("dependency", "database")
      .RetryAfter(absl::Seconds(1));
}

absl::Status DeadlineExceeded() {
  return Error(
      Reason::ERROR_REASON_DEADLINE_EXCEEDED,
      "the deadline passed before the database was done; nothing was changed: allow more time");
}

absl::Status ShuttingDown() {
  return Error(Reason::ERROR_REASON_SHUTTING_DOWN,
               "the service is stopping; another replica will answer: repeat the call")
      .RetryAfter(absl::Seconds(1));
}

absl::Status Duplicate() { return absl::AlreadyExistsError("a row with this key exists already"); }

absl::Status CheckTexts(absl::Span<const Param> params) {
  for (const Param& param : params) {
    const auto* text = std::get_if<absl::string_view>(&param.value);
    if (text == nullptr || text->empty()) continue;
    if (memchr(text->data(), 0, text->size()) != nullptr) {
      return base::FieldError(param.name,
                              "the text holds a zero byte, which cannot be stored; remove it");
    }
    if (!base::IsUtf8(*text))
      return base::FieldError(param.name, "the text is not valid UTF-8; encode it as UTF-8");
  }
  return absl::OkStatus();
}

absl::Status CheckNow(const base::CallContext& context) {
  return context.Check(base::SystemClock().Now());
}

}  // namespace plumbline::sql
