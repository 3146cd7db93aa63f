// SPDX-License-Identifier: Apache-2.0
#include "common/sql/errors.h"

#include <cstring>

#include "absl/strings/str_cat.h"
#include "common/base/clock.h"
#include "common/base/error.h"

namespace plumbline::sql {
namespace {

using base::Error;
using base::Reason;

// The length of the UTF-8 sequence that starts at `at`, or 0 if there is none (Unicode 15, table
// 3-7).
size_t SequenceLength(absl::string_view text, size_t at) {
  const auto byte = [&](size_t i) {
    return at + i < text.size() ? static_cast<unsigned char>(text[at + i]) : 0u;
  };
  const auto tail = [&](size_t i) { return (byte(i) & 0xC0u) == 0x80u; };
  const unsigned lead = byte(0);
  if (lead < 0x80) return 1;
  if (lead < 0xC2) return 0;
  if (lead < 0xE0) return tail(1) ? 2 : 0;
  if (lead < 0xF0) {
    const bool overlong = lead == 0xE0 && byte(1) < 0xA0;
    const bool surrogate = lead == 0xED && byte(1) > 0x9F;
    return tail(1) && tail(2) && !overlong && !surrogate ? 3 : 0;
  }
  const bool overlong = lead == 0xF0 && byte(1) < 0x90;
  const bool too_large = lead > 0xF4 || (lead == 0xF4 && byte(1) > 0x8F);
  return tail(1) && tail(2) && tail(3) && !overlong && !too_large ? 4 : 0;
}

bool IsUtf8(absl::string_view text) {
  size_t at = 0;
  while (at < text.size()) {
    uint64_t eight;
    if (at + 8 <= text.size()) {
      memcpy(&eight, text.data() + at, 8);
      if ((eight & 0x8080808080808080u) == 0) {
        at += 8;
        continue;
      }
    }
    const size_t length = SequenceLength(text, at);
    if (length == 0) return false;
    at += length;
  }
  return true;
}

}  // namespace

absl::Status Unavailable() {
  return Error(Reason::ERROR_REASON_DEPENDENCY_UNAVAILABLE,
               "the database does not answer; nothing was changed: repeat the call a little later")
      .With("dependency", "database")
      .RetryAfter(absl::Seconds(1));
}

absl::Status CommitUnknown() {
  return Error(Reason::ERROR_REASON_DEPENDENCY_UNAVAILABLE,
               "the connection to the database was lost while the change was being committed; it "
               "may or may not have taken "
               "effect: repeat the call with the same request_id")
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
    if (!IsUtf8(*text))
      return base::FieldError(param.name, "the text is not valid UTF-8; encode it as UTF-8");
  }
  return absl::OkStatus();
}

absl::Status CheckNow(const base::CallContext& context) {
  return context.Check(base::SystemClock().Now());
}

}  // namespace plumbline::sql
