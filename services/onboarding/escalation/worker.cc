// SPDX-License-Identifier: Apache-2.0
#include "services/onboarding/escalation/worker.h"

#include <algorithm>

#include "common/base/error.h"
#include "common/base/status_macros.h"

namespace plumbline::onboarding::escalation {
namespace {

constexpr char kService[] = "onboarding-escalations";
constexpr absl::Duration kRoundDeadline = absl::Seconds(60);
// Batches of one call: what is left over comes next.
constexpr int kMostBatches = 50;

// Rounds until nothing is due. An error after some of them is that of the next call.
template <typename Rounds>
absl::StatusOr<Round> All(Rounds& rounds, const base::CallContext& context, absl::Time now) {
  Round all;
  for (int i = 0; i < kMostBatches; ++i) {
    const absl::StatusOr<Round> round = rounds.RunOnce(context, now);
    if (!round.ok() && i == 0) return round.status();
    if (!round.ok()) return all;
    all.changed += round->changed;
    all.done += round->done;
    all.busy |= round->busy;
    if (round->done == 0) return all;
  }
  return all;
}

}  // namespace

Worker::Worker(RunStore& runs, People& people, EscalationStore& escalations,
               StandInStore& stand_ins, const base::Clock& clock, const base::Logger& logger,
               const WorkerOptions& options)
    : escalator_(runs, people, escalations, logger, options.rounds),
      stand_ins_(runs, people, stand_ins, logger, options.rounds),
      clock_(clock),
      logger_(logger),
      options_(options) {}

Worker::~Worker() { Stop(); }

void Worker::Start() {
  thread_ = std::thread([this] { Loop(); });
}

void Worker::Stop() {
  wakeup_.Stop();
  cancelled_->store(true);
  if (thread_.joinable()) thread_.join();
}

absl::StatusOr<Rounds> Worker::RunOnce(const base::CallContext& context, absl::Time now) {
  RETURN_IF_ERROR(Begin(context, now));
  const absl::StatusOr<Round> stand_ins = All(stand_ins_, context, now);
  const absl::StatusOr<Round> escalations = All(escalator_, context, now);
  End();
  RETURN_IF_ERROR(stand_ins.status());
  RETURN_IF_ERROR(escalations.status());
  return Rounds{*escalations, *stand_ins};
}

absl::Status Worker::Begin(const base::CallContext& context, absl::Time now) {
  const auto is_free = [](bool* busy) { return !*busy; };
  absl::MutexLock lock(&mutex_);
  if (!mutex_.AwaitWithTimeout(absl::Condition(+is_free, &busy_), context.deadline - now)) {
    return base::Error(base::Reason::ERROR_REASON_DEADLINE_EXCEEDED,
                       "the deadline passed while the round before was going on; it does what is "
                       "due, or repeat the call with a later deadline");
  }
  busy_ = true;
  return absl::OkStatus();
}

void Worker::End() {
  absl::MutexLock lock(&mutex_);
  busy_ = false;
}

void Worker::Tell(const absl::Status& status) {
  std::string message(status.message());
  if (message == told_) return;
  told_ = std::move(message);
  if (status.ok()) return;
  logger_.Warning("escalations could not be looked after; it will be tried again",
                  {{"error", told_}});
}

void Worker::Loop() {
  do {
    base::CallContext context;
    context.identity = base::Identity::Everything(kService);
    const absl::Time now = clock_.Now();
    context.deadline = now + kRoundDeadline;
    context.cancelled = cancelled_;
    Tell(RunOnce(context, now).status());
    if (!wakeup_.Pause(options_.gather)) return;
  } while (wakeup_.Wait(options_.interval));
}

}  // namespace plumbline::onboarding::escalation
