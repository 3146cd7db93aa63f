// SPDX-License-Identifier: Apache-2.0
#include "services/onboarding/webhooks/event.h"

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "common/base/ids.h"
#include "services/onboarding/engine/codec.h"

namespace plumbline::onboarding::webhooks {
namespace {

constexpr absl::string_view kPackage = "plumbline.onboarding.v1.";
constexpr size_t kIdDigits = 32;

// What kinds speak of by themselves; all others are of the on-boarding.
constexpr absl::string_view kSubjects[] = {"task", "impediment", "milestone", "automation"};

v1::WebhookEvent Envelope(absl::string_view workspace, absl::string_view id, absl::string_view type,
                          absl::string_view subject, absl::Time time) {
  v1::WebhookEvent event;
  webhook::SetAttributes({workspace, id, kPackage, type, subject, "HistoryEntry", time}, &event);
  return event;
}

std::string ShortType(v1::HistoryEntry::Kind kind) {
  const std::string name = absl::AsciiStrToLower(v1::HistoryEntry::Kind_Name(kind));
  const absl::string_view word = absl::StripPrefix(name, "kind_");
  switch (kind) {
    case v1::HistoryEntry::KIND_BLOCKED:
    case v1::HistoryEntry::KIND_UNBLOCKED:
    case v1::HistoryEntry::KIND_ESCALATED:
    case v1::HistoryEntry::KIND_ESCALATION_ACKNOWLEDGED:
      return absl::StrCat("task.", word);
    default:
      break;
  }
  for (const absl::string_view subject : kSubjects) {
    if (absl::StartsWith(word, absl::StrCat(subject, "_")))
      return absl::StrCat(subject, ".", word.substr(subject.size() + 1));
  }
  return absl::StrCat("onboarding.", word);
}

}  // namespace

std::string EventType(v1::HistoryEntry::Kind kind) {
  return absl::StrCat(kPackage, ShortType(kind));
}

v1::WebhookEvent EventOf(const FeedEntry& entry) {
  const v1::HistoryEntry data = ToProto(entry.entry, entry.workspace, entry.onboarding);
  // Not the name alone: an on-boarding may be made again under the same id.
  const std::string id =
      base::Sha256Hex(absl::StrCat(data.name(), "\n", absl::ToUnixMicros(entry.entry.record_time)));
  std::string subject = absl::StrCat("onboardings/", entry.onboarding);
  if (!data.task().empty()) absl::StrAppend(&subject, "/tasks/", data.task());
  v1::WebhookEvent event = Envelope(entry.workspace, absl::StrCat("evt_", id.substr(0, kIdDigits)),
                                    ShortType(data.kind()), subject, entry.entry.occur_time);
  event.set_process(entry.plan->process);
  if (entry.subject != nullptr) event.set_person(entry.subject->person);
  *event.mutable_data() = data;
  return event;
}

v1::WebhookEvent PingOf(absl::string_view workspace, absl::string_view webhook,
                        absl::string_view id, absl::Time now) {
  return Envelope(workspace, id, "webhook.ping", absl::StrCat("webhooks/", webhook), now);
}

}  // namespace plumbline::onboarding::webhooks
