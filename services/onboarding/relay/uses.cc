// SPDX-License-Identifier: Apache-2.0
#include "services/onboarding/relay/uses.h"

#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/base/ids.h"
#include "common/base/status_macros.h"
#include "plumbline/catalog/v1/catalog_service.pb.h"
#include "services/onboarding/upstream.h"

namespace plumbline::onboarding {
namespace {

constexpr char kReport[] = "/plumbline.catalog.v1.CatalogService/ReportProcessUse";
constexpr char kSystem[] = "onboarding";
constexpr int kExamples = 5;

using catalog::v1::ProcessUse;
using catalog::v1::ReportProcessUseRequest;

// By the name of the revision.
using Uses = std::map<std::string, ProcessUse>;

// A run of a plan runs every revision in it.
void Add(const PlanUse& plan, Uses* uses) {
  for (const std::string& revision : plan.revisions) {
    ProcessUse& use = (*uses)[revision];
    use.set_process(revision);
    use.set_count(use.count() + plan.count);
    for (const std::string& example : plan.examples) {
      if (use.examples_size() == kExamples) break;
      use.add_examples(absl::StrCat("onboardings/", example));
    }
  }
}

// Of every workspace in which something is run, or was when it was reported last.
std::map<std::string, Uses> UsesOf(const std::vector<PlanUse>& plans,
                                   const std::map<std::string, UseReport>& reported) {
  std::map<std::string, Uses> uses;
  for (const auto& [workspace, report] : reported) uses[workspace];
  for (const PlanUse& plan : plans) Add(plan, &uses[plan.workspace]);
  return uses;
}

ReportProcessUseRequest ToRequest(const std::string& workspace, const Uses& uses,
                                  absl::Duration ttl) {
  ReportProcessUseRequest request;
  request.set_parent(absl::StrCat("workspaces/", workspace));
  request.set_system(kSystem);
  for (const auto& [name, use] : uses) *request.add_uses() = use;
  request.mutable_ttl()->set_seconds(absl::ToInt64Seconds(ttl));
  return request;
}

}  // namespace

UseRelay::UseRelay(UseStore& store, rpc::Channel& catalog, const base::Clock& clock,
                   const base::Logger& logger, const UseRelayOptions& options)
    : store_(store),
      catalog_(catalog),
      options_(options),
      holder_(base::NewUuid()),
      loop_(clock, logger,
            {.gather = options.gather,
             .interval = options.interval,
             .subject = kSystem,
             .failure = "the catalog could not be told what is run"},
            [this](const base::CallContext& context, absl::Time now) -> absl::StatusOr<bool> {
              RETURN_IF_ERROR(RunOnce(context, now).status());
              return false;
            }) {}

absl::StatusOr<int64_t> UseRelay::RunOnce(const base::CallContext& context, absl::Time now) {
  ASSIGN_OR_RETURN(const auto reported, store_.LoadUseReports(context));
  ASSIGN_OR_RETURN(const std::vector<PlanUse> plans, store_.CountRuns(context, kExamples));
  std::vector<Outgoing> due;
  for (const auto& [workspace, uses] : UsesOf(plans, reported)) {
    ReportProcessUseRequest request = ToRequest(workspace, uses, options_.ttl);
    std::string digest = base::Sha256Hex(request.SerializeAsString());
    const auto before = reported.find(workspace);
    const bool known = before != reported.end() && before->second.digest == digest &&
                       now - before->second.time < options_.renew;
    if (!known) due.push_back({workspace, std::move(request), std::move(digest)});
  }
  // Whoever has nothing to say writes nothing, not even a lease.
  if (due.empty()) return 0;
  ASSIGN_OR_RETURN(const bool mine,
                   store_.TakeUseLease(context, holder_, now, options_.lease_term));
  if (!mine) return 0;
  for (const Outgoing& one : due) RETURN_IF_ERROR(Send(context, now, one));
  return static_cast<int64_t>(due.size());
}

absl::Status UseRelay::Send(const base::CallContext& context, absl::Time now,
                            const Outgoing& outgoing) {
  catalog::v1::ReportProcessUseResponse response;
  const absl::Status status = catalog_.Call(context, kReport, outgoing.request, &response);
  if (!status.ok()) return UpstreamError("catalog", status);
  std::optional<UseReport> report;
  if (!outgoing.request.uses().empty()) report = UseReport{outgoing.digest, now};
  return store_.SaveUseReport(context, outgoing.workspace, report);
}

}  // namespace plumbline::onboarding
