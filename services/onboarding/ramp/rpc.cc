// SPDX-License-Identifier: Apache-2.0
#include "services/onboarding/ramp/rpc.h"

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "common/base/status_macros.h"
#include "common/listing/request.h"
#include "common/rpc/authenticator.h"
#include "plumbline/onboarding/v1/ramp_service.pb.h"
#include "services/onboarding/forecast/basis.h"
#include "services/onboarding/ramp/cohorts.h"
#include "services/onboarding/ramp/convert.h"
#include "services/onboarding/ramp/readiness.h"
#include "services/onboarding/runs/fields.h"
#include "services/onboarding/runs/rpc_change.h"

namespace plumbline::onboarding {
namespace {

using rpc::CallContext;

constexpr char kService[] = "plumbline.onboarding.v1.RampService";
constexpr char kRead[] = "onboarding.read";
constexpr char kReadPeople[] = "people.read";
// On-boardings that are loaded at once.
constexpr int kPage = 500;

// What a change of a milestone answers.
template <typename Response>
auto Fill(const std::string& milestone, absl::Time now) {
  return [milestone, now](const After& after, Response* answer) {
    *answer->mutable_onboarding() = ToProto(after.run);
    const auto calendar = CalendarOf(after.run.spec);
    if (!calendar.ok()) return;  // by it the change was carried out just now
    for (const MilestoneView& view : Milestones(after.run, now, *calendar)) {
      v1::MilestoneStatus status = ToProto(after.run, view, *calendar);
      if (status.milestone() == milestone) *answer->mutable_milestone() = std::move(status);
    }
  };
}

absl::Status Report(const Dependencies& on, const CallContext& context,
                    const v1::ReportMilestoneRequest& request,
                    v1::ReportMilestoneResponse* response) {
  ASSIGN_OR_RETURN(const ReportCommand command, Parse(request));
  const auto rule = [&](Run& run, const Occurrence& when) {
    return ReportMilestone(run, command.report, when);
  };
  return CarryOut(on, context, "ReportMilestone", request, command.change, rule,
                  Fill<v1::ReportMilestoneResponse>(request.milestone(), on.clock.Now()), response);
}

absl::Status Withdraw(const Dependencies& on, const CallContext& context,
                      const v1::WithdrawMilestoneRequest& request,
                      v1::WithdrawMilestoneResponse* response) {
  ASSIGN_OR_RETURN(const ChangeCommand command, Parse(request));
  const auto rule = [&](Run& run, const Occurrence& when) {
    return WithdrawMilestone(run, request.milestone(), command.text, when);
  };
  return CarryOut(on, context, "WithdrawMilestone", request, command, rule,
                  Fill<v1::WithdrawMilestoneResponse>(request.milestone(), on.clock.Now()),
                  response);
}

absl::Status ListOf(const Dependencies& on, const CallContext& context,
                    const v1::ListMilestonesRequest& request,
                    v1::ListMilestonesResponse* response) {
  ASSIGN_OR_RETURN(const Target target, ParseOnboarding("parent", request.parent()));
  ASSIGN_OR_RETURN(const Run run, on.runs.Load(context, target.workspace, target.onboarding));
  ASSIGN_OR_RETURN(const calendar::Calendar calendar, CalendarOf(run.spec));
  for (const MilestoneView& view : Milestones(run, on.clock.Now(), calendar))
    *response->add_milestones() = ToProto(run, view, calendar);
  *response->mutable_day_one_time() = ToTimestamp(calendar.OpeningOfDay(run.spec.day_one, 0));
  return absl::OkStatus();
}

absl::Status Readiness(const Dependencies& on, DurationStore& durations, const CallContext& context,
                       const v1::GetReadinessRequest& request, v1::GetReadinessResponse* response) {
  ASSIGN_OR_RETURN(const Target target, ParseOnboarding("name", request.name()));
  ASSIGN_OR_RETURN(const Run run, on.runs.Load(context, target.workspace, target.onboarding));
  ASSIGN_OR_RETURN(const calendar::Calendar calendar, CalendarOf(run.spec));
  ASSIGN_OR_RETURN(const ProcessDurations known,
                   durations.Load(context, target.workspace, ProcessId(*run.plan), OwnersOf(run)));
  *response->mutable_readiness() =
      ReadinessOf(run, calendar, on.clock.Now(), LengthsOf(run, known));
  return absl::OkStatus();
}

absl::Status CountPage(const Dependencies& on, const CallContext& context,
                       const CohortsCommand& command, const std::vector<Run>& runs,
                       CohortTable* table) {
  PeopleOfRuns records;
  if (command.grouping.needs_people()) {
    RETURN_IF_ERROR(on.people.Use(context, command.workspace, [&](Directory& people) {
      records.clear();
      return ReadPeople(people, command.grouping, runs, &records);
    }));
  }
  for (const Run& run : runs) {
    ASSIGN_OR_RETURN(const calendar::Calendar calendar, CalendarOf(run.spec));
    RETURN_IF_ERROR(table->Add(run, calendar, CohortsOf(run, command.grouping, records)));
  }
  return absl::OkStatus();
}

absl::Status Summarize(const Dependencies& on, RampStore& store, const CallContext& context,
                       const v1::SummarizeCohortsRequest& request,
                       v1::SummarizeCohortsResponse* response) {
  ASSIGN_OR_RETURN(const CohortsCommand command, Parse(request));
  if (command.grouping.needs_people())
    RETURN_IF_ERROR(rpc::Authorize(context, kReadPeople, command.workspace));
  OnboardingQuery query{.workspace = command.workspace, .now = on.clock.Now()};
  ASSIGN_OR_RETURN(query.list, listing::ToQuery({.method = "SummarizeCohorts",
                                                 .parent = request.parent(),
                                                 .filter = request.filter()},
                                                OnboardingSchema()));
  query.list.limit = kPage;
  CohortTable table(command.milestones, query.now);
  do {
    RETURN_IF_ERROR(context.Check(on.clock.Now()));
    ASSIGN_OR_RETURN(const listing::Page<Run> page, store.ListRuns(context, query));
    RETURN_IF_ERROR(CountPage(on, context, command, page.rows, &table));
    query.list.after = page.next;
  } while (!query.list.after.empty());
  table.Fill(response);
  return absl::OkStatus();
}

}  // namespace

void RegisterRampService(const Dependencies& on, RampStore& store, DurationStore& durations,
                         rpc::MethodTable* table) {
  const auto add = [&]<typename Request, typename Response>(
                       const char* method, const char* permission, rpc::WorkClass work,
                       absl::Status (*handle)(const Dependencies&, const CallContext&,
                                              const Request&, Response*)) {
    table->Unary<Request, Response>(
        kService, method, permission, work,
        [on, handle](const CallContext& context, const Request& request, Response* response) {
          return handle(on, context, request, response);
        });
  };
  add("ReportMilestone", kWrite, rpc::WorkClass::kWrite, Report);
  add("WithdrawMilestone", kWrite, rpc::WorkClass::kWrite, Withdraw);
  add("ListMilestones", kRead, rpc::WorkClass::kRead, ListOf);
  table->Unary<v1::GetReadinessRequest, v1::GetReadinessResponse>(
      kService, "GetReadiness", kRead, rpc::WorkClass::kRead,
      [on, &durations](const CallContext& context, const v1::GetReadinessRequest& request,
                       v1::GetReadinessResponse* response) {
        return Readiness(on, durations, context, request, response);
      });
  table->Unary<v1::SummarizeCohortsRequest, v1::SummarizeCohortsResponse>(
      kService, "SummarizeCohorts", kRead, rpc::WorkClass::kBulk,
      [on, &store](const CallContext& context, const v1::SummarizeCohortsRequest& request,
                   v1::SummarizeCohortsResponse* response) {
        return Summarize(on, store, context, request, response);
      });
}

}  // namespace plumbline::onboarding
