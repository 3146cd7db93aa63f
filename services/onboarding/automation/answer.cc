// SPDX-License-Identifier: Apache-2.0
#include "services/onboarding/automation/answer.h"

#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "common/base/status_macros.h"
#include "common/base/utf8.h"
#include "common/flow/attribute.h"
#include "common/flow/validate.h"
#include "google/protobuf/util/json_util.h"

namespace plumbline::onboarding::automation {
namespace {

constexpr int kMostListed = 100;
constexpr size_t kMostReason = 2000;
constexpr size_t kMostQuoted = 300;  // bytes of what a parser says about a foreign text

using State = AutomationReply::State;

// Collects what is wrong.
class Faults {
 public:
  explicit Faults(absl::string_view path) : path_(path) {}
  void Add(absl::string_view field, std::string what) {
    all_.push_back(
        {path_.empty() ? std::string(field) : absl::StrCat(path_, ".", field), std::move(what)});
  }
  void AtMost(absl::string_view field, int size, int most) {
    if (size > most) Add(field, absl::StrCat("has ", size, " entries; at most ", most));
  }
  absl::Status status() const { return base::FieldErrors(all_); }

 private:
  const absl::string_view path_;
  std::vector<base::FieldViolation> all_;
};

AutomationReply Failed(std::string reason) {
  return {.state = State::kFailed, .reason = std::move(reason)};
}

AutomationReply NotUnderstood(absl::string_view webhook, absl::string_view why) {
  return Failed(absl::StrCat("the answer of webhook '", webhook, "' is not understood: ", why));
}

// What a parser or a check says, which quotes foreign bytes.
std::string Quotable(absl::string_view message) {
  message = message.substr(0, kMostQuoted);
  return std::string(message.substr(0, base::Utf8Prefix(message)));
}

AutomationReply ReplyIn(absl::string_view webhook, const http::Answer& answer) {
  if (answer.body.size() > kMostAnswerBytes) {
    return NotUnderstood(webhook, absl::StrCat("it has more than ", kMostAnswerBytes, " bytes"));
  }
  if (absl::StripAsciiWhitespace(answer.body).empty()) return {.state = State::kAccepted};
  v1::AutomationAnswer message;
  const auto parsed = google::protobuf::util::JsonStringToMessage(answer.body, &message);
  if (!parsed.ok()) {
    return NotUnderstood(webhook, absl::StrCat("it is no AutomationAnswer in JSON, ",
                                               Quotable(parsed.message().as_string())));
  }
  absl::StatusOr<AutomationReply> reply = ToReply(message, "");
  if (!reply.ok()) return NotUnderstood(webhook, Quotable(reply.status().message()));
  return *std::move(reply);
}

}  // namespace

absl::StatusOr<AutomationReply> ToReply(const v1::AutomationAnswer& answer,
                                        absl::string_view path) {
  Faults faults(path);
  AutomationReply reply;
  if (answer.state() == "failed") {
    reply.state = State::kFailed;
    if (const std::string fault = flow::CheckText(answer.reason(), 1, kMostReason); !fault.empty())
      faults.Add("reason", fault);
    reply.reason = answer.reason();
  } else if (answer.state() == "accepted") {
    reply.state = State::kAccepted;
  } else if (answer.state() != "done") {
    faults.Add("state", absl::StrCat("is '", flow::ShortenText(answer.state()),
                                     "'; write 'done', 'failed' or 'accepted'"));
  }
  faults.AtMost("outputs", static_cast<int>(answer.outputs().size()),
                static_cast<int>(flow::kMaxAttributes));
  faults.AtMost("ticked", answer.ticked_size(), kMostListed);
  faults.AtMost("defects", answer.defects_size(), kMostListed);
  RETURN_IF_ERROR(faults.status());
  reply.completion.outputs = {answer.outputs().begin(), answer.outputs().end()};
  reply.completion.ticked = {answer.ticked().begin(), answer.ticked().end()};
  reply.completion.defects = {answer.defects().begin(), answer.defects().end()};
  return reply;
}

Heard HearAnswer(absl::string_view webhook, const http::Answer& answer) {
  const int status = answer.status;
  if (status >= 200 && status < 300) return {Heard::Kind::kReply, ReplyIn(webhook, answer)};
  const bool later = status == 408 || status == 425 || status == 429;
  if (status < 400 || status >= 500 || later) return {};
  return {Heard::Kind::kRefusal,
          Failed(absl::StrCat("webhook '", webhook, "' refused the call: it answered ", status,
                              "; its deliveries show what it said"))};
}

}  // namespace plumbline::onboarding::automation
