// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/cohorts/service/rpc.h"

#include <utility>
#include <vector>

#include "common/base/status_macros.h"
#include "plumbline/analytics/v1/cohort_service.pb.h"
#include "services/analytics/cohorts/service/convert.h"
#include "services/analytics/cohorts/service/ramp_convert.h"
#include "services/analytics/serving/asking.h"
#include "services/analytics/serving/request_checks.h"
#include "services/analytics/serving/selected_view.h"

namespace plumbline::analytics {
namespace {

using base::CallContext;

// Observations, twice, their curve and what they are compared in; groups of one case.
constexpr int64_t kBytesOfACase = 420;

int64_t CasesOf(const LogSnapshot& log) { return static_cast<int64_t>(log.case_count()); }

absl::Status CompareCohorts(Reader& reader, const base::Clock& clock, const CallContext& context,
                            const v1::CompareCohortsRequest& request,
                            v1::CompareCohortsResponse* response) {
  ASSIGN_OR_RETURN(CohortsCommand command, ToCommand(request));
  return AskKept(
      reader, clock, context, command.key, "CompareCohorts", request, command.selection, response,
      [&](const SelectedView& part, const auto& keep_on) -> absl::Status {
        const LogSnapshot& log = *part.view->log();
        // A part has the activities of the whole log, whether it has such events or not.
        ASSIGN_OR_RETURN(command.question.from,
                         FindActivity("from_activity", log, command.from_activity));
        ASSIGN_OR_RETURN(command.question.until,
                         FindActivity("until_activity", log, command.until_activity));
        ASSIGN_OR_RETURN(const auto room, reader.TakeRoom(kBytesOfACase * CasesOf(log), part));
        Tell(part, response);
        ASSIGN_OR_RETURN(std::vector<cohorts::Group> groups,
                         cohorts::Observe(part.view->traces(), command.question, keep_on));
        RETURN_IF_ERROR(keep_on());
        ASSIGN_OR_RETURN(const cohorts::Comparison comparison,
                         cohorts::Compare(std::move(groups), command.options, keep_on));
        ToProto(comparison, response);
        return absl::OkStatus();
      });
}

// Of what is known of each case: observations with their curve, or its number in each interval,
// twice while they are summed up.
int64_t BytesOf(const RampCommand& command, const LogSnapshot& log) {
  const bool reached = command.question.measure.kind == cohorts::RampMeasure::Kind::kReached;
  const auto intervals = static_cast<int64_t>(command.question.intervals);
  return CasesOf(log) * (reached ? kBytesOfACase : 16 * intervals + 16);
}

absl::Status GetRampCurves(Reader& reader, const base::Clock& clock, const CallContext& context,
                           const v1::GetRampCurvesRequest& request,
                           v1::GetRampCurvesResponse* response) {
  ASSIGN_OR_RETURN(RampCommand command, ToCommand(request));
  return AskKept(reader, clock, context, command.key, "GetRampCurves", request, command.selection,
                 response, [&](const SelectedView& part, const auto& keep_on) -> absl::Status {
                   const LogSnapshot& log = *part.view->log();
                   ASSIGN_OR_RETURN(command.question.from,
                                    FindActivity("from_activity", log, command.from_activity));
                   ASSIGN_OR_RETURN(command.question.measure.activity,
                                    FindActivity("measure.activity", log, command.activity));
                   ASSIGN_OR_RETURN(const auto room, reader.TakeRoom(BytesOf(command, log), part));
                   Tell(part, response);
                   ASSIGN_OR_RETURN(
                       const cohorts::RampCurves curves,
                       cohorts::DrawRamp(part.view->traces(), command.question, keep_on));
                   ToProto(command, curves, response);
                   return absl::OkStatus();
                 });
}

}  // namespace

void RegisterCohortService(Reader& reader, const base::Clock& clock, rpc::MethodTable* table) {
  table->Unary<v1::CompareCohortsRequest, v1::CompareCohortsResponse>(
      "plumbline.analytics.v1.CohortService", "CompareCohorts", "analytics.read",
      rpc::WorkClass::kRead,
      [&reader, &clock](const CallContext& context, const v1::CompareCohortsRequest& request,
                        v1::CompareCohortsResponse* response) {
        return CompareCohorts(reader, clock, context, request, response);
      });
  table->Unary<v1::GetRampCurvesRequest, v1::GetRampCurvesResponse>(
      "plumbline.analytics.v1.CohortService", "GetRampCurves", "analytics.read",
      rpc::WorkClass::kRead,
      [&reader, &clock](const CallContext& context, const v1::GetRampCurvesRequest& request,
                        v1::GetRampCurvesResponse* response) {
        return GetRampCurves(reader, clock, context, request, response);
      });
}

}  // namespace plumbline::analytics
