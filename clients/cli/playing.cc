// SPDX-License-Identifier: Apache-2.0
#include "clients/cli/playing.h"

#include <algorithm>
#include <map>
#include <ostream>

#include "absl/strings/str_cat.h"
#include "clients/cli/progress_line.h"
#include "clients/cli/units.h"
#include "clients/simulation/behaviour.h"
#include "common/base/status_macros.h"
#include "common/flow/plan.h"
#include "common/flow/proto/convert.h"
#include "plumbline/catalog/v1/catalog_service.pb.h"
#include "plumbline/onboarding/v1/onboarding_service.pb.h"

namespace plumbline::cli {
namespace {

absl::StatusOr<catalog::v1::Process> GetProcess(Session& session, const std::string& name) {
  catalog::v1::GetProcessRequest request;
  request.set_name(session.FullName("processes", name));
  catalog::v1::GetProcessResponse response;
  RETURN_IF_ERROR(session.Call(kCatalog, "GetProcess", request, &response));
  return response.process();
}

}  // namespace

absl::StatusOr<simulation::CohortSummary> RunCohort(Session& session,
                                                    const simulation::CohortOptions& options) {
  ASSIGN_OR_RETURN(rpc::Channel * channel, session.channel());
  ProgressLine line(session.err());
  auto summary = simulation::RunCohort(
      *channel, options, simulation::DemonstrationBehaviour(options.year), [&](int completed) {
        line.Show(absl::StrCat("  ", Count(completed), " of ", Count(options.count),
                               " on-boardings complete"));
      });
  line.Clear();
  return summary;
}

void PrintCohort(Session& session, const simulation::CohortSummary& summary) {
  session.out() << Count(summary.completed)
                << " on-boardings run from start to end: " << Count(summary.calls) << " calls, "
                << Count(summary.impediments) << " impediments, " << Count(summary.repeated_rounds)
                << " certifications retaken\n";
}

absl::Status PlayProcess(Session& session, const std::string& process,
                         const simulation::PlayoutOptions& options,
                         const simulation::TextSink& sink) {
  ASSIGN_OR_RETURN(const catalog::v1::Process revision,
                   GetProcess(session, absl::StrCat(process, "@latest")));
  ASSIGN_OR_RETURN(const flow::Node root, flow::FromProto(revision.root(), "process.root"));
  const auto resolve = [&](absl::string_view called) -> absl::StatusOr<flow::Node> {
    ASSIGN_OR_RETURN(const catalog::v1::Process part, GetProcess(session, std::string(called)));
    return flow::FromProto(part.root(), "process.root");
  };
  ASSIGN_OR_RETURN(const flow::Plan plan, flow::Plan::Build(root, revision.owner(), resolve));
  return simulation::Playout(
      plan, options, simulation::DemonstrationBehaviour(static_cast<int>(options.first_day.year())),
      sink);
}

absl::StatusOr<int64_t> CountHistory(Session& session) {
  int64_t entries = 0;
  onboarding::v1::ListOnboardingsRequest list;
  list.set_parent(session.parent());
  list.set_page_size(1000);
  onboarding::v1::ListOnboardingsResponse page;
  do {
    RETURN_IF_ERROR(session.Call(kOnboarding, "ListOnboardings", list, &page));
    for (const auto& one : page.onboardings()) {
      onboarding::v1::ListHistoryRequest request;
      request.set_parent(one.name());
      request.set_page_size(1000);
      onboarding::v1::ListHistoryResponse response;
      do {
        RETURN_IF_ERROR(session.Call(kOnboarding, "ListHistory", request, &response));
        entries += response.entries_size();
        request.set_page_token(response.next_page_token());
      } while (!response.next_page_token().empty());
    }
    list.set_page_token(page.next_page_token());
  } while (!page.next_page_token().empty());
  return entries;
}

}  // namespace plumbline::cli
