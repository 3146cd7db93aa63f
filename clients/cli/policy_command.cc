// SPDX-License-Identifier: Apache-2.0
//
// policy get, set and history: what the workspace demands before a process may be published.
#include <memory>
#include <ostream>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "clients/cli/commands.h"
#include "clients/cli/help.h"
#include "clients/cli/policy.h"
#include "clients/cli/units.h"
#include "common/base/error.h"
#include "common/base/ids.h"
#include "common/base/status_macros.h"
#include "plumbline/catalog/v1/policy_service.pb.h"

namespace plumbline::cli {
namespace {

namespace ct = catalog::v1;

struct Options {
  std::string approval, self_approval, reason, etag;
  bool dry_run = false;
};

void Print(Session& session, const ct::CatalogPolicy& policy) {
  if (session.json()) return session.PrintJson(policy);
  session.out() << "approval:       " << (policy.approval_required() ? "required" : "optional")
                << "\nself-approval:  " << (policy.self_approval_refused() ? "refused" : "allowed")
                << '\n';
  if (policy.has_update_time()) {
    session.out() << "changed:        " << When(policy.update_time()) << " by " << policy.actor()
                  << '\n';
  }
}

absl::Status Get(Session& session) {
  ASSIGN_OR_RETURN(const ct::CatalogPolicy policy, GetPolicy(session, PolicyName(session)));
  Print(session, policy);
  return absl::OkStatus();
}

absl::Status Set(Session& session, const Options& options) {
  ct::UpdateCatalogPolicyRequest request;
  ct::CatalogPolicy& policy = *request.mutable_policy();
  policy.set_name(PolicyName(session));
  policy.set_etag(options.etag);
  if (!options.approval.empty()) {
    policy.set_approval_required(options.approval == "required");
    request.mutable_update_mask()->add_paths("approval_required");
  }
  if (!options.self_approval.empty()) {
    policy.set_self_approval_refused(options.self_approval == "refused");
    request.mutable_update_mask()->add_paths("self_approval_refused");
  }
  // Without a path the mask would mean every field.
  if (request.update_mask().paths().empty()) {
    return base::FieldError("--approval",
                            "is missing, and so is --self-approval: say what to change; plumbline "
                            "policy get shows the policy");
  }
  session.wording().Call({{"reason", "--reason"}, {"policy.etag", "--etag"}});
  request.set_reason(options.reason);
  request.set_request_id(base::NewUuid());
  request.set_validate_only(options.dry_run);
  ct::UpdateCatalogPolicyResponse response;
  RETURN_IF_ERROR(session.Call(kPolicies, "UpdateCatalogPolicy", request, &response));
  Print(session, response.policy());
  return absl::OkStatus();
}

}  // namespace

std::string PolicyName(const Session& session) {
  return absl::StrCat(session.parent(), "/catalogPolicy");
}

absl::StatusOr<ct::CatalogPolicy> GetPolicy(Session& session, const std::string& name) {
  ct::GetCatalogPolicyRequest request;
  request.set_name(name);
  ct::GetCatalogPolicyResponse response;
  RETURN_IF_ERROR(session.Call(kPolicies, "GetCatalogPolicy", request, &response));
  return std::move(*response.mutable_policy());
}

void AddPolicyCommand(args::Command& app, Action* action) {
  auto options = std::make_shared<Options>();
  args::Command* policy =
      app.add_subcommand("policy", "What the workspace demands before a process is published");
  policy->group("Govern");
  policy->require_subcommand(1);
  policy->add_subcommand("get", "Show it")->callback([=] { *action = Get; });
  args::Command* set = policy->add_subcommand("set", "Change it");
  Takes(set->add_option("--approval", options->approval, "required or optional"), "RULE")
      ->check(args::IsMember({"required", "optional"}));
  Takes(set->add_option("--self-approval", options->self_approval,
                        "refused or allowed: whether who edited a draft may approve it"),
        "RULE")
      ->check(args::IsMember({"refused", "allowed"}));
  Takes(set->add_option("--reason", options->reason, "Why, kept in its history"), "TEXT");
  Takes(set->add_option("--etag", options->etag, "Refuse if it has changed since it had this etag"),
        "ETAG");
  AddExamples(*set, {{"plumbline policy set --approval required --self-approval refused",
                      "nobody publishes what nobody else approved"}});
  set->add_flag("--dry-run", options->dry_run, "Check everything, write nothing");
  set->callback([=] { *action = [=](Session& s) { return Set(s, *options); }; });
  AddPolicyHistory(*policy, action);
}

}  // namespace plumbline::cli
