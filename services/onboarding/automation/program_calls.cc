// SPDX-License-Identifier: Apache-2.0
#include "services/onboarding/automation/program_calls.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "common/base/error.h"
#include "common/base/status_macros.h"
#include "google/protobuf/util/json_util.h"
#include "services/onboarding/automation/answer.h"
#include "services/onboarding/engine/codec.h"
#include "services/onboarding/webhooks/event.h"

namespace plumbline::onboarding::automation {
namespace {

using base::Reason;
using webhooks::Outcome;
using webhooks::StoredDelivery;

constexpr char kAnswerMethod[] = "plumbline.onboarding.v1.AutomationService/AnswerTask";

std::string ToJson(const v1::AutomationEvent& event) {
  std::string json;
  // Of a message that we made: nothing in it can fail.
  static_cast<void>(google::protobuf::util::MessageToJsonString(event, &json));
  return json;
}

// Which call a delivery is of. It was made here, so that all of it is there.
struct CallName {
  std::string onboarding;
  std::string task;
  std::string webhook;
  std::string id;
};

absl::StatusOr<CallName> NameOf(const StoredDelivery& delivery) {
  v1::AutomationEvent event;
  google::protobuf::util::JsonParseOptions options;
  options.ignore_unknown_fields = true;  // of a later release
  if (!google::protobuf::util::JsonStringToMessage(delivery.body, &event, options).ok())
    return base::Internal("a stored call is damaged");
  const std::string& name = event.data().task().name();
  return CallName{delivery.onboarding, name.substr(name.rfind('/') + 1),
                  event.data().task().automation().webhook(), event.data().call_id()};
}

// Nobody waits for the answer (any more).
bool IsTooLate(Reason reason) {
  return reason == Reason::ERROR_REASON_AUTOMATION_STATE ||
         reason == Reason::ERROR_REASON_TASK_STATE ||
         reason == Reason::ERROR_REASON_ONBOARDING_CLOSED ||
         reason == Reason::ERROR_REASON_RESOURCE_NOT_FOUND;
}

// It is right, but cannot be taken now.
bool IsTooEarly(Reason reason) {
  return reason == Reason::ERROR_REASON_ONBOARDING_STATE ||
         reason == Reason::ERROR_REASON_TASK_BLOCKED;
}

// The task does not take what the program says of it.
bool IsUnfit(Reason reason) {
  return reason == Reason::ERROR_REASON_FIELD_INVALID ||
         reason == Reason::ERROR_REASON_CHECKLIST_INCOMPLETE ||
         reason == Reason::ERROR_REASON_OUTPUTS_MISSING;
}

absl::StatusOr<Entries> Apply(Run& run, const CallName& call, const AutomationReply& reply,
                              const Occurrence& when) {
  absl::StatusOr<Entries> entries = AnswerAutomation(run, call.task, call.id, reply, when);
  if (entries.ok() || !IsUnfit(base::ReasonOf(entries.status()))) return entries;
  const AutomationReply failed = {
      .state = AutomationReply::State::kFailed,
      .reason = absl::StrCat("webhook '", call.webhook, "' answered what the task does not take: ",
                             entries.status().message())};
  return AnswerAutomation(run, call.task, call.id, failed, when);
}

}  // namespace

v1::AutomationEvent EventOf(const FeedEntry& entry, const Run& run) {
  const v1::WebhookEvent envelope = webhooks::EventOf(entry);
  v1::AutomationEvent event;
  event.set_specversion(envelope.specversion());
  event.set_id(envelope.id());
  event.set_source(envelope.source());
  event.set_type(webhooks::kCallType);
  event.set_subject(envelope.subject());
  *event.mutable_time() = envelope.time();
  event.set_datacontenttype(envelope.datacontenttype());
  event.set_dataschema("urn:plumbline:proto:plumbline.onboarding.v1.AutomationCall");
  event.set_process(envelope.process());
  event.set_person(run.spec.person);
  v1::AutomationCall& call = *event.mutable_data();
  if (const TaskRecord* task = AwaitingTask(run, entry.entry); task != nullptr) {
    *call.mutable_task() = TaskMessages(run, entry.entry.record_time)
                               .Make({task->step, task->round, task->state, task});
    call.set_call_id(task->call->id);
    call.set_instructions(run.plan->plan.node(task->step).step.instructions);
  }
  call.set_call(entry.entry.call);
  if (entry.entry.answer_by) *call.mutable_answer_by_time() = ToTimestamp(*entry.entry.answer_by);
  call.set_display_name(run.spec.display_name);
  call.set_day_one(absl::FormatCivilTime(run.spec.day_one));
  call.set_time_zone(run.spec.time_zone);
  call.mutable_labels()->insert(run.spec.labels.begin(), run.spec.labels.end());
  const flow::AttributeValues values = flow::WithDefaults(AttributesOf(*run.plan), run.attributes);
  call.mutable_attributes()->insert(values.begin(), values.end());
  call.set_answer_method(kAnswerMethod);
  return event;
}

absl::StatusOr<std::optional<std::string>> ProgramCalls::BodyOf(const base::CallContext& context,
                                                                const FeedEntry& entry) {
  ASSIGN_OR_RETURN(const Run run, runs_.Load(context, entry.workspace, entry.onboarding));
  if (AwaitingTask(run, entry.entry) == nullptr) return std::nullopt;
  return ToJson(EventOf(entry, run));
}

absl::StatusOr<webhooks::Need> ProgramCalls::NeedOf(const base::CallContext& context,
                                                    const std::string& workspace,
                                                    const StoredDelivery& delivery) {
  ASSIGN_OR_RETURN(const CallName call, NameOf(delivery));
  ASSIGN_OR_RETURN(const Run run, runs_.Load(context, workspace, call.onboarding));
  if (AwaitingTask(run, call.id) == nullptr) return webhooks::Need::kOver;
  return run.pause_time.has_value() ? webhooks::Need::kRests : webhooks::Need::kAwaited;
}

absl::StatusOr<Outcome> ProgramCalls::Take(const base::CallContext& context,
                                           const std::string& workspace,
                                           const StoredDelivery& delivery,
                                           const http::Answer& answer, absl::Time now) {
  ASSIGN_OR_RETURN(const CallName call, NameOf(delivery));
  const Heard heard = HearAnswer(call.webhook, answer);
  if (heard.kind == Heard::Kind::kNothing) return Outcome::kByStatus;
  const auto change = [&](Run& run) -> absl::StatusOr<Changed> {
    const Occurrence when{std::max(InMicros(now), run.last_time), now, ProgramActor(call.webhook)};
    ASSIGN_OR_RETURN(Entries entries, Apply(run, call, heard.reply, when));
    return Changed{std::move(entries), ""};
  };
  const absl::Status taken =
      runs_.Update(context, {.workspace = workspace}, now, call.onboarding, change).status();
  const bool refused =
      heard.kind == Heard::Kind::kRefusal && answer.status != 410;  // which disables the webhook
  const Reason reason = base::ReasonOf(taken);
  if (taken.ok() || IsTooLate(reason)) return refused ? Outcome::kRefused : Outcome::kByStatus;
  if (IsTooEarly(reason)) return Outcome::kLater;
  return taken;
}

}  // namespace plumbline::onboarding::automation
