// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/objectives/service/worker.h"

#include <algorithm>
#include <map>
#include <optional>

#include "absl/strings/str_cat.h"
#include "common/base/ids.h"
#include "common/base/status_macros.h"
#include "common/webhook/backoff.h"
#include "common/webhook/envelope.h"
#include "services/analytics/objectives/service/convert.h"
#include "services/analytics/objectives/service/terms.h"
#include "services/analytics/serving/answers.h"

namespace plumbline::analytics {
namespace {

using objectives::AlertChange;
using objectives::AlertKeys;
using objectives::AlertSource;
using objectives::Budget;
using objectives::RuleState;
using objectives::Terms;

constexpr int kPage = 100;
constexpr int kForgetAtOnce = 1'000;
constexpr int kGone = 410;  // receivers answer it to be left alone
constexpr size_t kMostKept = 1'024;
constexpr char kPackage[] = "plumbline.analytics.v1.";

google::protobuf::Timestamp Stamp(absl::Time time) { return ToTimestamp(absl::ToUnixMicros(time)); }

const WriteRequest& NotRemembered() {
  static const auto& request = *new WriteRequest{"", "ObjectiveWorker", "", ""};
  return request;
}

void GiveUp(StoredAlert* alert) {
  alert->delivery->set_state(v1::AlertDelivery::STATE_FAILED);
  alert->delivery->clear_next_attempt_time();
}

}  // namespace

void Conclude(const http::Answer& answer, absl::Time time, absl::Time now, double fraction,
              absl::Duration give_up_after, StoredAlert* alert) {
  v1::AlertDelivery& delivery = *alert->delivery;
  delivery.set_attempt_count(delivery.attempt_count() + 1);
  *delivery.mutable_last_attempt_time() = Stamp(time);
  delivery.set_response_status(answer.status);
  delivery.set_response_body(webhook::TextOf(absl::string_view(answer.body).substr(0, kMostKept)));
  delivery.set_error(webhook::TextOf(answer.error));
  if (answer.status >= 200 && answer.status < 300) {
    delivery.set_state(v1::AlertDelivery::STATE_SUCCEEDED);
    delivery.clear_next_attempt_time();
    return;
  }
  const absl::Time next =
      now + webhook::RetryDelay(delivery.attempt_count(), fraction, answer.retry_after);
  if (answer.status == kGone || next - alert->since > give_up_after) return GiveUp(alert);
  *delivery.mutable_next_attempt_time() = Stamp(next);
}

std::string EventBody(const StoredAlert& alert) {
  StoredAlert told = alert;
  told.delivery.reset();
  v1::ObjectiveAlertEvent event;
  const bool fired = alert.alert.state() == v1::ObjectiveAlert::STATE_FIRED;
  webhook::SetAttributes({.workspace = alert.key.workspace,
                          .id = alert.delivery->event_id(),
                          .package = kPackage,
                          .type = fired ? "objective.alert_fired" : "objective.alert_resolved",
                          .subject = absl::StrCat("objectives/", alert.key.objective),
                          .data_type = "ObjectiveAlert",
                          .time = absl::FromUnixMicros(alert.alert.time().seconds() * 1'000'000 +
                                                       alert.alert.time().nanos() / 1000)},
                         &event);
  *event.mutable_data() = Shown(told);
  return webhook::ToJson(event);
}

ObjectiveWorker::ObjectiveWorker(ObjectiveStore& store, OutcomeReader& outcomes,
                                 const base::Clock& clock, const base::Logger& logger,
                                 const ObjectiveOptions& options)
    : store_(store),
      outcomes_(outcomes),
      clock_(clock),
      logger_(logger),
      options_(options),
      holder_(base::NewUuid()),
      client_(http::NewCurlClient(options.sending.client)) {}

absl::StatusOr<bool> ObjectiveWorker::HoldLease(const base::CallContext& context, absl::Time now) {
  return store_.TakeLease(context, holder_, now, options_.lease_term);
}

StoredAlert ObjectiveWorker::AlertOf(const StoredObjective& stored, const AlertChange& change,
                                     const Budget& budget, const Terms& terms,
                                     absl::Time now) const {
  StoredAlert alert{stored.key, stored.uid, {}, {}, std::nullopt, now};
  v1::ObjectiveAlert& proto = alert.alert;
  const bool of_rule = change.key.source == AlertSource::kBurnRate;
  proto.set_source(of_rule ? v1::ObjectiveAlert::SOURCE_BURN_RATE
                           : v1::ObjectiveAlert::SOURCE_BUDGET_POLICY);
  proto.set_rule(change.key.id);
  proto.set_state(change.begins ? v1::ObjectiveAlert::STATE_FIRED
                                : v1::ObjectiveAlert::STATE_RESOLVED);
  proto.mutable_time()->CopyFrom(ToTimestamp(budget.time));
  *proto.mutable_record_time() = Stamp(now);
  const std::string& title = stored.objective.title();
  proto.set_message(
      objectives::AlertText(change, budget, terms, title.empty() ? stored.key.objective : title));
  ToProto(budget, terms, /*whole=*/false, proto.mutable_budget());
  for (const RuleState& state : budget.rules) {
    if (!of_rule || state.rule.id != change.key.id) continue;
    *proto.mutable_rule_state() = ToProto(state, terms);
    proto.set_severity(proto.rule_state().rule().severity());
  }
  if (stored.objective.alert_webhook_url().empty()) return alert;
  alert.delivery.emplace();
  alert.delivery->set_state(v1::AlertDelivery::STATE_PENDING);
  alert.delivery->set_event_id(absl::StrCat("alert_", base::NewUuid()));
  *alert.delivery->mutable_next_attempt_time() = Stamp(now);
  return alert;
}

absl::StatusOr<int64_t> ObjectiveWorker::Record(const base::CallContext& context,
                                                const StoredObjective& stored, const Budget& budget,
                                                const Terms& terms, absl::Time now) {
  const AlertKeys alerting = objectives::Alerting(budget, terms);
  AlertKeys before;
  RETURN_IF_ERROR(store_.Read(context, [&](ObjectiveView& view) -> absl::Status {
    ASSIGN_OR_RETURN(before, view.alerts().Alerting(stored.uid));
    return absl::OkStatus();
  }));
  if (before == alerting) return 0;
  int64_t changes = 0;
  RETURN_IF_ERROR(
      store_
          .Write(context, NotRemembered(), now,
                 [&](ObjectiveView& view) -> absl::StatusOr<std::string> {
                   changes = 0;
                   RETURN_IF_ERROR(view.Lock(stored.key));
                   ASSIGN_OR_RETURN(const auto present, view.objectives().Find(stored.key));
                   // Changed meanwhile: it is looked at again.
                   if (!present.has_value() || present->uid != stored.uid ||
                       present->version != stored.version) {
                     return "";
                   }
                   ASSIGN_OR_RETURN(const AlertKeys noted, view.alerts().Alerting(stored.uid));
                   for (const AlertChange& change : objectives::ChangesOf(noted, alerting)) {
                     RETURN_IF_ERROR(
                         view.alerts().Append(AlertOf(stored, change, budget, terms, now)));
                     ++changes;
                   }
                   return "";
                 })
          .status());
  return changes;
}

absl::StatusOr<int64_t> ObjectiveWorker::LookAt(const base::CallContext& context,
                                                const StoredObjective& stored, absl::Time now) {
  ASSIGN_OR_RETURN(const CompiledObjective compiled,
                   Compile(stored.objective, stored.key.workspace, "objective"));
  ASSIGN_OR_RETURN(const auto known, outcomes_.Read(context, compiled));
  const Budget budget =
      objectives::Evaluate(known->outcomes.series, compiled.terms, DefaultTime(*known, now));
  return Record(context, stored, budget, compiled.terms, now);
}

void ObjectiveWorker::Tell(const StoredObjective& stored, const absl::Status& status) {
  std::string& told = told_[stored.uid];
  if (told == status.message()) return;
  told = std::string(status.message());
  if (status.ok()) return;
  logger_.Warning("an objective cannot be counted; it is tried again",
                  {{"objective", NameOf(stored.key)}, {"error", told}});
}

absl::StatusOr<int64_t> ObjectiveWorker::Look(const base::CallContext& context, absl::Time now) {
  ASSIGN_OR_RETURN(const bool held, HoldLease(context, now));
  if (!held) return 0;
  int64_t changes = 0;
  std::string after;
  while (true) {
    std::vector<StoredObjective> page;
    RETURN_IF_ERROR(store_.Read(context, [&](ObjectiveView& view) -> absl::Status {
      ASSIGN_OR_RETURN(page, view.objectives().ListAll(after, kPage));
      return absl::OkStatus();
    }));
    for (const StoredObjective& stored : page) {
      RETURN_IF_ERROR(context.Check(clock_.Now()));
      const absl::StatusOr<int64_t> changed = LookAt(context, stored, now);
      Tell(stored, changed.status());
      changes += changed.value_or(0);
      after = stored.uid;
    }
    if (page.size() < kPage) break;
  }
  RETURN_IF_ERROR(
      store_
          .Write(context, NotRemembered(), now,
                 [&](ObjectiveView& view) -> absl::StatusOr<std::string> {
                   RETURN_IF_ERROR(
                       view.alerts().Forget(now - options_.keep, kForgetAtOnce).status());
                   return "";
                 })
          .status());
  return changes;
}

absl::StatusOr<ObjectiveWorker::Receivers> ObjectiveWorker::FindDue(
    const base::CallContext& context, absl::Time now) {
  Receivers receivers;
  RETURN_IF_ERROR(store_.Read(context, [&](ObjectiveView& view) -> absl::Status {
    receivers.clear();
    ASSIGN_OR_RETURN(std::vector<StoredAlert> due, view.alerts().FindDue(now, options_.at_once));
    for (StoredAlert& alert : due) {
      ASSIGN_OR_RETURN(std::optional<StoredObjective> stored, view.objectives().Find(alert.key));
      if (!stored.has_value() || stored->uid != alert.uid) stored.emplace();
      receivers.emplace_back(std::move(alert), *std::move(stored));
    }
    return absl::OkStatus();
  }));
  return receivers;
}

absl::Status ObjectiveWorker::Note(const base::CallContext& context, const std::vector<Sent>& sent,
                                   absl::Time now) {
  return store_
      .Write(context, NotRemembered(), now,
             [&](ObjectiveView& view) -> absl::StatusOr<std::string> {
               for (const Sent& one : sent)
                 RETURN_IF_ERROR(view.alerts().PutDelivery(one.alert, one.attempts).status());
               return "";
             })
      .status();
}

absl::Status ObjectiveWorker::Wait(const base::CallContext& context, absl::Time now, uint64_t first,
                                   size_t under_way, std::vector<Sent>* sent) {
  while (under_way > 0) {
    // Given up, they are sent again.
    RETURN_IF_ERROR(context.Check(clock_.Now()));
    for (const http::Finished& finished : client_->Wait(options_.sending.client.timeout)) {
      if (finished.id < first) continue;  // of a round that was given up
      Conclude(finished.answer, now, now, options_.chance.fraction(),
               options_.sending.give_up_after, &(*sent)[finished.id - first].alert);
      --under_way;
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<int64_t> ObjectiveWorker::Send(const base::CallContext& context, absl::Time now) {
  ASSIGN_OR_RETURN(Receivers receivers, FindDue(context, now));
  if (receivers.empty()) return 0;
  ASSIGN_OR_RETURN(const bool held, HoldLease(context, now));
  if (!held) return 0;
  std::vector<Sent> sent;
  const uint64_t first = next_id_;
  next_id_ += receivers.size();
  size_t under_way = 0;
  for (auto& [alert, objective] : receivers) {
    const int attempts = alert.delivery->attempt_count();
    sent.push_back({std::move(alert), attempts, now});
    StoredAlert& one = sent.back().alert;
    const std::string& url = objective.objective.alert_webhook_url();
    if (url.empty() || objective.secret.empty()) {
      one.delivery->set_error("the objective has no URL for alerts any more");
      GiveUp(&one);
      continue;
    }
    client_->Start(first + sent.size() - 1,
                   webhook::SignedRequest(url, {objective.secret}, one.delivery->event_id(),
                                          EventBody(one), now));
    ++under_way;
  }
  RETURN_IF_ERROR(Wait(context, now, first, under_way, &sent));
  RETURN_IF_ERROR(Note(context, sent, now));
  return static_cast<int64_t>(sent.size());
}

absl::StatusOr<int64_t> ObjectiveWorker::RunOnce(const base::CallContext& context, absl::Time now) {
  ASSIGN_OR_RETURN(const int64_t changes, Look(context, now));
  ASSIGN_OR_RETURN(const int64_t attempts, Send(context, now));
  return changes + attempts;
}

}  // namespace plumbline::analytics
