// SPDX-License-Identifier: Apache-2.0
//
// ListOnboardings and ListImpediments.
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "common/base/status_macros.h"
#include "common/listing/memory.h"
#include "common/listing/request.h"
#include "plumbline/onboarding/v1/onboarding_service.pb.h"
#include "services/onboarding/engine/codec.h"
#include "services/onboarding/runs/convert.h"
#include "services/onboarding/runs/fields.h"
#include "services/onboarding/runs/rpc.h"

namespace plumbline::onboarding {
namespace {

using rpc::CallContext;

std::string ScopeOf(const v1::ListOnboardingsRequest& request) {
  return absl::StrCat(request.parent(), "\n", request.state());
}

std::string ScopeOf(const v1::ListImpedimentsRequest& request) {
  return absl::StrCat(request.parent(), request.open_only() ? "\nopen" : "");
}

absl::Status ListImpedimentsOfOne(const Dependencies& on, const CallContext& context,
                                  const v1::ListImpedimentsRequest& request, const Target& target,
                                  const listing::Query& query,
                                  v1::ListImpedimentsResponse* response) {
  static const auto& list =
      *new listing::MemoryList(ImpedimentSchema(), {"open_time", "impediment"});
  ASSIGN_OR_RETURN(const Run run, on.runs.Load(context, target.workspace, target.onboarding));
  std::vector<const Impediment*> found;
  for (const Impediment& impediment : run.impediments)
    if (!request.open_only() || !impediment.resolve_time.has_value()) found.push_back(&impediment);
  ASSIGN_OR_RETURN(
      const std::string next,
      list.Read(
          found.size(),
          [&](size_t row, int field) { return ImpedimentValue(run, *found[row], field); },
          [&](size_t row) {
            *response->add_impediments() = ToProto(*found[row], run.spec);
            return response->impediments().rbegin()->ByteSizeLong();
          },
          query));
  response->set_next_page_token(
      listing::NextPageToken("ListImpediments", ScopeOf(request), request, next));
  return absl::OkStatus();
}

}  // namespace

absl::Status ListOnboardings(const Dependencies& on, const CallContext& context,
                             const v1::ListOnboardingsRequest& request,
                             v1::ListOnboardingsResponse* response) {
  ASSIGN_OR_RETURN(Target target, ParseWorkspace("parent", request.parent()));
  if (!v1::Onboarding::State_IsValid(request.state()))
    return base::FieldError("state", "is unknown; choose one of Onboarding.State");
  OnboardingQuery query{.workspace = target.workspace, .now = on.clock.Now()};
  if (request.state() != v1::Onboarding::STATE_UNSPECIFIED)
    query.state = v1::Onboarding::State_Name(request.state());
  ASSIGN_OR_RETURN(query.list, listing::ToQuery("ListOnboardings", ScopeOf(request), request,
                                                OnboardingSchema()));
  ASSIGN_OR_RETURN(listing::Page<v1::Onboarding> page, on.runs.ListOnboardings(context, query));
  for (v1::Onboarding& onboarding : page.rows) *response->add_onboardings() = std::move(onboarding);
  response->set_next_page_token(
      listing::NextPageToken("ListOnboardings", ScopeOf(request), request, page.next));
  return absl::OkStatus();
}

absl::Status ListImpediments(const Dependencies& on, const CallContext& context,
                             const v1::ListImpedimentsRequest& request,
                             v1::ListImpedimentsResponse* response) {
  ASSIGN_OR_RETURN(Target target, ParseOneOrAll("parent", request.parent()));
  ImpedimentQuery query{.workspace = target.workspace, .open_only = request.open_only()};
  ASSIGN_OR_RETURN(query.list, listing::ToQuery("ListImpediments", ScopeOf(request), request,
                                                ImpedimentSchema()));
  if (target.onboarding != "-")
    return ListImpedimentsOfOne(on, context, request, target, query.list, response);
  ASSIGN_OR_RETURN(listing::Page<v1::Impediment> page, on.runs.ListImpediments(context, query));
  for (v1::Impediment& impediment : page.rows) *response->add_impediments() = std::move(impediment);
  response->set_next_page_token(
      listing::NextPageToken("ListImpediments", ScopeOf(request), request, page.next));
  return absl::OkStatus();
}

}  // namespace plumbline::onboarding
