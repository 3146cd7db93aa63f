// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/temporal_rpc.h"

#include <memory>
#include <optional>
#include <utility>

#include "common/base/status_macros.h"
#include "services/analytics/selected_view.h"
#include "services/analytics/temporal_convert.h"

namespace plumbline::analytics {
namespace {

using base::CallContext;

constexpr char kService[] = "plumbline.analytics.v1.TemporalService";
constexpr char kRead[] = "analytics.read";

absl::Status GetTemporalProfile(Reader& reader, const base::Clock& clock,
                                const CallContext& context,
                                const v1::GetTemporalProfileRequest& request,
                                v1::GetTemporalProfileResponse* response) {
  ASSIGN_OR_RETURN(const ProfileCommand command, ToCommand(request));
  ASSIGN_OR_RETURN(const std::shared_ptr<const LogView> whole, reader.Load(context, command.key));
  const auto check = [&] { return context.Check(clock.Now()); };
  std::optional<TemporalProfile> profile;
  if (command.has_reference) {
    // Before the other: their copies of the log are not in memory together.
    ASSIGN_OR_RETURN(const SelectedView part, reader.Select(context, whole, command.reference));
    if (part.summary.has_value()) *response->mutable_reference() = *part.summary;
    ASSIGN_OR_RETURN(profile, MineTemporalProfile(part.view->traces(), check));
  }
  ASSIGN_OR_RETURN(const SelectedView part, reader.Select(context, whole, command.selection));
  Tell(part, response);
  const Traces& traces = part.view->traces();
  if (!profile.has_value()) {
    ASSIGN_OR_RETURN(profile, MineTemporalProfile(traces, check));
  }
  ASSIGN_OR_RETURN(Deviations deviations, FindDeviations(traces, *profile, command.options, check));
  ToProto(*part.view->log(), *profile, std::move(deviations), command, response);
  return check();
}

absl::Status FindDriftOf(Reader& reader, const base::Clock& clock, const CallContext& context,
                         const v1::FindDriftRequest& request, v1::FindDriftResponse* response) {
  ASSIGN_OR_RETURN(const DriftCommand command, ToCommand(request));
  ASSIGN_OR_RETURN(const std::shared_ptr<const LogView> whole, reader.Load(context, command.key));
  ASSIGN_OR_RETURN(const SelectedView part, reader.Select(context, whole, command.selection));
  Tell(part, response);
  const auto check = [&] { return context.Check(clock.Now()); };
  ASSIGN_OR_RETURN(const NextSteps steps,
                   CountNextSteps(part.view->traces(), command.steps, check));
  ASSIGN_OR_RETURN(const Drift drift, FindDrift(steps, command.drift, check));
  ToProto(*part.view->log(), steps, drift, command, response);
  return check();
}

}  // namespace

void RegisterTemporalService(Reader& reader, const base::Clock& clock, rpc::MethodTable* table) {
  table->Unary<v1::GetTemporalProfileRequest, v1::GetTemporalProfileResponse>(
      kService, "GetTemporalProfile", kRead, rpc::WorkClass::kRead,
      [&reader, &clock](const CallContext& context, const v1::GetTemporalProfileRequest& request,
                        v1::GetTemporalProfileResponse* response) {
        return GetTemporalProfile(reader, clock, context, request, response);
      });
  table->Unary<v1::FindDriftRequest, v1::FindDriftResponse>(
      kService, "FindDrift", kRead, rpc::WorkClass::kRead,
      [&reader, &clock](const CallContext& context, const v1::FindDriftRequest& request,
                        v1::FindDriftResponse* response) {
        return FindDriftOf(reader, clock, context, request, response);
      });
}

}  // namespace plumbline::analytics
