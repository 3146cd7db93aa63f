// SPDX-License-Identifier: Apache-2.0
#include <utility>

#include "clients/cli/policy.h"
#include "clients/cli/resource_kinds.h"
#include "common/base/ids.h"
#include "common/base/status_macros.h"
#include "plumbline/catalog/v1/policy_service.pb.h"

namespace plumbline::cli {
namespace {

namespace pb = catalog::v1;

class Policies final : public ResourceKind {
 public:
  const char* pattern() const override { return "catalogPolicy"; }
  const char* collection() const override { return "catalogPolicy"; }
  const char* field() const override { return "policy"; }
  const char* type() const override { return "CatalogPolicy"; }
  MessagePtr New() const override { return std::make_unique<pb::CatalogPolicy>(); }

  // None while nobody has said anything: then there is nothing to keep.
  absl::StatusOr<std::vector<std::string>> List(Session& session) const override {
    ASSIGN_OR_RETURN(const pb::CatalogPolicy policy, GetPolicy(session, PolicyName(session)));
    std::vector<std::string> names;
    if (policy.has_update_time()) names.push_back(policy.name());
    return names;
  }

  absl::StatusOr<MessagePtr> Get(Session& session, const std::string& name) const override {
    ASSIGN_OR_RETURN(pb::CatalogPolicy policy, GetPolicy(session, name));
    return std::make_unique<pb::CatalogPolicy>(std::move(policy));
  }

  absl::StatusOr<Saved> Save(Session& session, const Message& resource,
                             const SaveOptions& options) const override {
    pb::UpdateCatalogPolicyRequest request;
    *request.mutable_policy() = static_cast<const pb::CatalogPolicy&>(resource);
    request.set_validate_only(options.validate_only);
    request.set_reason(options.reason);
    request.set_request_id(base::NewUuid());
    pb::UpdateCatalogPolicyResponse response;
    RETURN_IF_ERROR(session.Call(kPolicies, "UpdateCatalogPolicy", request, &response));
    return Saved{std::make_unique<pb::CatalogPolicy>(std::move(*response.mutable_policy())), {}};
  }
};

}  // namespace

const ResourceKind* PolicyKind() {
  static const auto* const kKind = new Policies();
  return kKind;
}

}  // namespace plumbline::cli
