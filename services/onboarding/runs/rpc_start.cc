// SPDX-License-Identifier: Apache-2.0
//
// StartOnboarding and BatchStartOnboardings.
#include <algorithm>
#include <atomic>
#include <map>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "common/base/status_macros.h"
#include "common/rpc/call_status.h"
#include "common/rpc/dispatcher.h"
#include "services/onboarding/engine/frozen_calendar.h"
#include "services/onboarding/engine/roles.h"
#include "services/onboarding/plan/business_time.h"
#include "services/onboarding/plan/risks.h"
#include "services/onboarding/ramp/readiness.h"
#include "services/onboarding/runs/checker.h"
#include "services/onboarding/runs/rpc_change.h"
#include "services/onboarding/runs/taken.h"

namespace plumbline::onboarding {
namespace {

using rpc::CallContext;

constexpr int kMaxBatch = 1000;
// So many of a batch are under way at once: their transactions are committed together.
constexpr int kAtOnce = 16;

void FillStarted(const Run& run, absl::Time now, v1::StartOnboardingResponse* response) {
  *response->mutable_onboarding() = ToProto(run);
  SetStanding(run, now, response->mutable_onboarding());
  TaskMessages messages(run, now);
  for (const TaskView& view : Tasks(run)) *response->add_tasks() = messages.Make(view);
}

// What is at risk of one that is new, as of `now`. Most have nothing, which what was filled tells:
// some step should have begun, or the whole does not stand well by its plan.
void FillRisk(const Run& run, absl::Time now, v1::StartOnboardingResponse* response) {
  const auto should_have_begun = [&](const v1::Task& task) {
    return task.has_planned_start_time() && FromTimestamp(task.planned_start_time()) < now;
  };
  const v1::Onboarding& standing = response->onboarding();
  if (!standing.at_risk() && standing.readiness() == v1::Readiness::LEVEL_GREEN &&
      std::none_of(response->tasks().begin(), response->tasks().end(), should_have_begun))
    return;
  const absl::StatusOr<calendar::Calendar> calendar = CalendarOf(run.spec);
  if (!calendar.ok()) return;  // the machine has lost the zone since
  if (auto risk = RiskOf(run, *calendar, now)) *response->mutable_risk() = *std::move(risk);
}

// The answer to a start that was answered before: starting is a pure function of what is stored, so
// the same again. The row of the request need not hold the whole plan.
absl::StatusOr<Started> StartAgain(const Dependencies& on, const CallContext& context,
                                   const Spec& spec) {
  ASSIGN_OR_RETURN(Run run, on.runs.Load(context, spec.workspace, spec.id));
  // Day one may have moved since.
  run.spec.day_one = spec.day_one;
  PlanPointer plan = run.plan;
  if (run.plan_sequence > 0) {  // and so may its plan
    ASSIGN_OR_RETURN(
        const std::vector<FeedEntry> first,
        on.feed.ReadFeed(context,
                         {.workspace = spec.workspace, .onboarding = spec.id, .limit = 1}));
    if (!first.empty()) plan = first[0].plan;
  }
  ASSIGN_OR_RETURN(const Entries first,
                   on.feed.ReadHistory(context, spec.workspace, spec.id, 0, 1));
  if (first.empty()) return base::Internal("an on-boarding without a history");
  return Start(run.spec, std::move(plan), {run.start_time, first[0].record_time, ""});
}

absl::Status CheckAbsent(const Dependencies& on, const CallContext& context, const Spec& spec) {
  absl::Status status = on.runs.Load(context, spec.workspace, spec.id).status();
  if (absl::IsNotFound(status)) return absl::OkStatus();
  RETURN_IF_ERROR(status);
  return OnboardingIsTaken(spec);
}

bool IsTaken(const absl::Status& status) {
  return base::ReasonOf(status) == base::Reason::ERROR_REASON_RESOURCE_ALREADY_EXISTS;
}

absl::StatusOr<Started> StartNow(const Dependencies& on, const CallContext& context,
                                 const StartCommand& command, absl::StatusOr<PlanPointer> plan,
                                 absl::Time now) {
  RETURN_IF_ERROR(plan.status());
  RETURN_IF_ERROR(CheckAssignees((*plan)->plan, command.spec.assignees));
  ASSIGN_OR_RETURN(CompleteSpec complete,
                   Complete(context, on.people, on.calendars, (*plan)->plan, command));
  const bool may_backdate = context.identity.May(kBackdate, command.spec.workspace);
  ASSIGN_OR_RETURN(absl::Time occur_time,
                   OccurTime(command.occur_time, now, std::nullopt, may_backdate));
  return Start(std::move(complete.spec), *std::move(plan),
               {occur_time, now, context.identity.subject});
}

// A new run; or that its id is taken, where that is enough to know.
absl::StatusOr<Started> Begin(const Dependencies& on, const CallContext& context,
                              const StartCommand& command, absl::Time now) {
  if (command.return_existing) {
    const absl::Status absent = CheckAbsent(on, context, command.spec);
    if (!absent.ok()) return absent;
  }
  // If there is no plan, that is the answer to a new request alone: what was started under this
  // request_id before is answered without the catalog.
  absl::StatusOr<PlanPointer> plan =
      on.plans.Get(context, command.process, command.occur_time.value_or(now));
  return StartNow(on, context, command, std::move(plan), now);
}

absl::Status FillExisting(const Dependencies& on, const CallContext& context, const Spec& spec,
                          v1::StartOnboardingResponse* response) {
  ASSIGN_OR_RETURN(const Run run, on.runs.Load(context, spec.workspace, spec.id));
  FillStarted(run, on.clock.Now(), response);
  return absl::OkStatus();
}

absl::Status CheckZone(const std::string& zone) {
  if (calendar::Calendar::Create(zone).ok()) return absl::OkStatus();
  return base::FieldError("onboarding.time_zone",
                          absl::StrCat("'", zone,
                                       "' is no zone of the tz database; "
                                       "give one like 'Europe/Berlin', or leave it out for UTC"));
}

absl::Status StartOnboarding(const Dependencies& on, const CallContext& context,
                             const v1::StartOnboardingRequest& request,
                             v1::StartOnboardingResponse* response) {
  ASSIGN_OR_RETURN(const StartCommand command, Parse(request));
  const Spec& spec = command.spec;
  RETURN_IF_ERROR(CheckZone(spec.time_zone));
  const absl::Time now = on.clock.Now();
  absl::StatusOr<Started> started = Begin(on, context, command, now);
  Receipt receipt;
  absl::Status status = started.status();
  if (!request.validate_only()) {
    const auto stored =
        on.runs.Create(context, KeyOf("StartOnboarding", spec.workspace, request), now, started);
    status = stored.status();
    if (stored.ok()) receipt = *stored;
  } else if (status.ok()) {
    status = CheckAbsent(on, context, spec);
  }
  if (command.return_existing && IsTaken(status)) return FillExisting(on, context, spec, response);
  RETURN_IF_ERROR(status);
  if (receipt.replayed) {
    started = StartAgain(on, context, spec);
    RETURN_IF_ERROR(started.status());
  }
  // As of then: what is told of the passing of time is told again as it was.
  const absl::Time then = started->entries.front().record_time;
  FillStarted(started->run, then, response);
  FillRisk(started->run, then, response);
  response->set_created(true);
  if (!request.validate_only()) response->set_freshness_token(absl::StrCat(receipt.position));
  return absl::OkStatus();
}

absl::Status CheckBatch(const v1::BatchStartOnboardingsRequest& request) {
  Checker check;
  check.Add(ParseWorkspace("parent", request.parent()).status());
  check.Length("request_id", request.request_id(), 0, 64);
  const int count = request.requests_size();
  if (count == 0 || count > kMaxBatch)
    check.Wrong("requests", absl::StrCat("has ", count, " entries; it takes 1 to ", kMaxBatch));
  std::map<std::string, int> ids;
  for (int i = 0; i < count && count <= kMaxBatch; ++i) {
    const v1::StartOnboardingRequest& one = request.requests(i);
    const std::string field = absl::StrCat("requests[", i, "]");
    if (!one.parent().empty() && one.parent() != request.parent())
      check.Wrong(field + ".parent", "is not that of the batch; leave it out");
    if (!one.request_id().empty())
      check.Wrong(field + ".request_id", "is given; give one to the batch");
    if (one.validate_only()) check.Wrong(field + ".validate_only", "is set; set it for the batch");
    const auto [same, added] = ids.emplace(one.onboarding_id(), i);
    if (!added && !one.onboarding_id().empty()) {
      check.Wrong(field + ".onboarding_id",
                  absl::StrCat("'", one.onboarding_id(), "' is that of requests[", same->second,
                               "] too; give each on-boarding its own"));
    }
  }
  return check.status();
}

// One of a batch, as a request of its own.
v1::StartOnboardingRequest Single(const v1::BatchStartOnboardingsRequest& batch, int index) {
  v1::StartOnboardingRequest one = batch.requests(index);
  one.set_parent(batch.parent());
  one.set_validate_only(batch.validate_only());
  if (!batch.request_id().empty())
    one.set_request_id(absl::StrCat(batch.request_id(), "/", one.onboarding_id()));
  return one;
}

// The newest place of all that was written; `token` is a number, or "".
void Later(const std::string& token, int64_t* newest) {
  int64_t position = 0;
  if (absl::SimpleAtoi(token, &position)) *newest = std::max(*newest, position);
}

// As much of it as an answer about many holds.
v1::PlanRisk Few(v1::PlanRisk risk) {
  const auto cut = [](auto* repeated) {
    if (repeated->size() > kMostRisksOfMany)
      repeated->DeleteSubrange(kMostRisksOfMany, repeated->size() - kMostRisksOfMany);
  };
  cut(risk.mutable_tasks());
  cut(risk.mutable_milestones());
  return risk;
}

v1::StartedOnboarding ResultOf(const CallContext& context, const v1::StartOnboardingRequest& one,
                               const absl::Status& status, v1::StartOnboardingResponse* answer) {
  v1::StartedOnboarding result;
  result.set_name(absl::StrCat(one.parent(), "/onboardings/", one.onboarding_id()));
  result.set_created(answer->created());
  if (status.ok()) {
    *result.mutable_onboarding() = std::move(*answer->mutable_onboarding());
    result.mutable_onboarding()->clear_decisions();
    if (answer->has_risk()) *result.mutable_risk() = Few(std::move(*answer->mutable_risk()));
  } else {
    const absl::Status told = rpc::ForCaller(status, context.trace_id);
    result.mutable_error()->ParseFromString(rpc::SerializeStatusDetails(told));
  }
  return result;
}

absl::Status BatchStartOnboardings(const Dependencies& on, const CallContext& context,
                                   const v1::BatchStartOnboardingsRequest& request,
                                   v1::BatchStartOnboardingsResponse* response) {
  RETURN_IF_ERROR(CheckBatch(request));
  const int count = request.requests_size();
  std::vector<v1::StartedOnboarding> results(static_cast<size_t>(count));
  std::vector<std::string> tokens(static_cast<size_t>(count));
  std::atomic<int> next = 0;
  const auto work = [&] {
    for (int i = next++; i < count; i = next++) {
      const v1::StartOnboardingRequest one = Single(request, i);
      v1::StartOnboardingResponse answer;
      const absl::Status status = StartOnboarding(on, context, one, &answer);
      tokens[static_cast<size_t>(i)] = answer.freshness_token();
      results[static_cast<size_t>(i)] = ResultOf(context, one, status, &answer);
    }
  };
  std::vector<std::thread> threads;
  for (int i = 1; i < std::min(kAtOnce, count); ++i) threads.emplace_back(work);
  work();
  for (std::thread& thread : threads) thread.join();
  int64_t newest = 0;
  for (size_t i = 0; i < results.size(); ++i) {
    Later(tokens[i], &newest);
    response->set_created_count(response->created_count() + results[i].created());
    response->set_failed_count(response->failed_count() + results[i].has_error());
    *response->add_results() = std::move(results[i]);
  }
  if (newest > 0) response->set_freshness_token(absl::StrCat(newest));
  return absl::OkStatus();
}

}  // namespace

void RegisterStarts(const Dependencies& on, rpc::MethodTable* table) {
  table->Unary<v1::StartOnboardingRequest, v1::StartOnboardingResponse>(
      kServiceName, "StartOnboarding", kWrite, rpc::WorkClass::kWrite,
      [on](const CallContext& context, const v1::StartOnboardingRequest& request,
           v1::StartOnboardingResponse* response) {
        return StartOnboarding(on, context, request, response);
      });
  table->Unary<v1::BatchStartOnboardingsRequest, v1::BatchStartOnboardingsResponse>(
      kServiceName, "BatchStartOnboardings", kWrite, rpc::WorkClass::kBulk,
      [on](const CallContext& context, const v1::BatchStartOnboardingsRequest& request,
           v1::BatchStartOnboardingsResponse* response) {
        return BatchStartOnboardings(on, context, request, response);
      });
}

}  // namespace plumbline::onboarding
