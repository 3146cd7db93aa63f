// SPDX-License-Identifier: Apache-2.0
#include "services/onboarding/automation/caller.h"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "common/base/ids.h"
#include "common/base/status_macros.h"
#include "services/onboarding/engine/automation.h"

namespace plumbline::onboarding::automation {
namespace {

constexpr absl::Duration kRoundDeadline = absl::Seconds(60);
constexpr size_t kCallIdBytes = 20;

// What is next about a task; nullopt: nothing before its run changes.
std::optional<AutomationStep> NextOf(const Run& run, const std::string& task) {
  const auto view = FindTask(run, task);
  if (!view.ok() || view->record == nullptr) return std::nullopt;
  return NextAutomationStep(run, *view->record);
}

// Does what is next about the program of a task, if its time has come.
absl::StatusOr<Entries> Advance(Run& run, const std::string& task, const std::string& fault,
                                const std::string& call, const Occurrence& when) {
  const std::optional<AutomationStep> step = NextOf(run, task);
  if (!step.has_value() || step->due > when.occur_time) return Entries();
  switch (step->kind) {
    case AutomationStep::Kind::kCall:
      return fault.empty() ? CallAutomation(run, task, call, when)
                           : AwaitWebhook(run, task, fault, when);
    case AutomationStep::Kind::kExpire:
      return ExpireAutomation(run, task, when);
    case AutomationStep::Kind::kLook:
      return fault.empty() ? FindWebhook(run, task, when) : Entries();
  }
  return Entries();
}

// When to look at a task again about which nothing was to be done now.
std::optional<absl::Time> LookAgain(const Run& run, const std::string& task, absl::Time now,
                                    absl::Duration pause) {
  const std::optional<AutomationStep> step = NextOf(run, task);
  if (!step.has_value()) return std::nullopt;
  return step->due > now ? step->due : now + pause;
}

}  // namespace

Caller::Caller(DueStore& due, RunStore& runs, webhooks::WebhookStore& webhooks,
               const base::Clock& clock, base::Chance chance, const base::Logger& logger,
               const CallerOptions& options)
    : due_(due),
      runs_(runs),
      webhooks_(webhooks),
      clock_(clock),
      chance_(std::move(chance)),
      logger_(logger),
      options_(options),
      holder_(base::NewUuid()) {}

Caller::~Caller() { Stop(); }

void Caller::Start() {
  thread_ = std::thread([this] { Loop(); });
}

void Caller::Stop() {
  wakeup_.Stop();
  cancelled_->store(true);
  if (thread_.joinable()) thread_.join();
}

absl::StatusOr<bool> Caller::HoldLease(const base::CallContext& context, absl::Time now) {
  // Without a term nobody else can take it.
  if (options_.lease_term <= absl::ZeroDuration()) return true;
  if (now >= leased_ && now < leased_ + options_.lease_term / 3) return true;
  ASSIGN_OR_RETURN(const bool held, due_.TakeLease(context, holder_, now, options_.lease_term));
  leased_ = held ? now : absl::InfinitePast();
  return held;
}

absl::StatusOr<std::string> Caller::FaultOf(const base::CallContext& context,
                                            const webhooks::WebhookKey& key) {
  std::optional<webhooks::StoredWebhook> webhook;
  RETURN_IF_ERROR(webhooks_.Read(context, [&](webhooks::View& view) -> absl::Status {
    ASSIGN_OR_RETURN(webhook, view.webhooks().Find(key));
    return absl::OkStatus();
  }));
  if (!webhook.has_value()) {
    return absl::StrCat("there is no webhook '", key.webhook,
                        "' to call; once it is created, the task goes on");
  }
  if (webhook->webhook.state() == v1::Webhook::STATE_ENABLED) return "";
  return absl::StrCat("webhook '", key.webhook, "' is disabled (",
                      webhook->webhook.disable_reason(), "); once it is enabled, the task goes on");
}

absl::Status Caller::Serve(const base::CallContext& context, const DueTask& task, absl::Time now) {
  ASSIGN_OR_RETURN(const std::string fault, FaultOf(context, {task.workspace, task.webhook}));
  if (!fault.empty()) {
    // Who waits for a webhook that is still not there need not be written.
    ASSIGN_OR_RETURN(const Run run, runs_.Load(context, task.workspace, task.onboarding));
    const std::optional<AutomationStep> step = NextOf(run, task.task);
    if (step.has_value() && step->kind == AutomationStep::Kind::kLook)
      return due_.Postpone(context, task, now + options_.look_again);
  }
  // The body may run several times: chance is chosen once.
  const std::string call = absl::BytesToHexString(chance_.bytes(kCallIdBytes));
  bool changed = false;
  std::optional<absl::Time> next;
  const auto change = [&](Run& run) -> absl::StatusOr<Changed> {
    const Occurrence when{std::max(InMicros(now), run.last_time), now, ProgramActor(task.webhook)};
    ASSIGN_OR_RETURN(Entries entries, Advance(run, task.task, fault, call, when));
    changed = !entries.empty();
    next = LookAgain(run, task.task, now, options_.look_again);
    return Changed{std::move(entries), ""};
  };
  RETURN_IF_ERROR(
      runs_.Update(context, {.workspace = task.workspace}, now, task.onboarding, change).status());
  return changed ? absl::OkStatus() : due_.Postpone(context, task, next);
}

absl::StatusOr<int64_t> Caller::RunOnce(const base::CallContext& context, absl::Time now) {
  ASSIGN_OR_RETURN(const std::vector<DueTask> due, due_.FindDue(context, now, options_.batch));
  // Whoever has nothing to do writes nothing, not even a lease.
  if (due.empty()) return 0;
  ASSIGN_OR_RETURN(const bool held, HoldLease(context, now));
  if (!held) return 0;
  for (const DueTask& task : due) {
    const absl::Status served = Serve(context, task, now);
    if (served.ok()) continue;
    // One task that cannot be served does not hold up the others.
    logger_.Warning(
        "the program of a task could not be called; it will be tried again",
        {{"onboarding", task.onboarding}, {"task", task.task}, {"error", served.message()}});
    RETURN_IF_ERROR(due_.Postpone(context, task, now + options_.look_again));
  }
  return static_cast<int64_t>(due.size());
}

void Caller::Loop() {
  absl::Duration pause = absl::ZeroDuration();
  while (wakeup_.Wait(pause) && wakeup_.Pause(options_.gather)) {
    base::CallContext context;
    context.identity = base::Identity::Everything(kService);
    const absl::Time now = clock_.Now();
    context.deadline = now + kRoundDeadline;
    context.cancelled = cancelled_;
    const absl::StatusOr<int64_t> done = RunOnce(context, now);
    if (!done.ok()) {
      logger_.Warning("automated steps could not be looked after; it will be tried again",
                      {{"error", done.status().message()}});
    }
    pause = done.ok() && *done > 0 ? absl::ZeroDuration() : options_.interval;
  }
}

}  // namespace plumbline::onboarding::automation
