// SPDX-License-Identifier: Apache-2.0
#include "services/catalog/life/policy.h"

#include <array>
#include <optional>
#include <utility>

#include "common/base/ids.h"
#include "common/base/status_macros.h"
#include "services/catalog/resource/timestamp.h"

namespace plumbline::catalog {
namespace {

constexpr std::array<absl::string_view, 2> kFields = {"approval_required", "self_approval_refused"};

void Stamp(absl::string_view workspace, StoredPolicy* stored) {
  v1::CatalogPolicy& policy = stored->policy;
  policy.set_name(PolicyName(workspace));
  policy.set_etag(
      base::Sha256Hex(absl::StrCat(policy.name(), "\n", stored->version, "\n",
                                   policy.approval_required(), policy.self_approval_refused()))
          .substr(0, 16));
}

}  // namespace

absl::Span<const absl::string_view> PolicyFields() { return kFields; }

absl::StatusOr<StoredPolicy> ReadPolicy(Snapshot& snapshot, absl::string_view workspace) {
  ASSIGN_OR_RETURN(std::optional<StoredPolicy> found, snapshot.life().FindPolicy(workspace));
  if (found.has_value()) return *std::move(found);
  StoredPolicy never_changed;
  Stamp(workspace, &never_changed);
  return never_changed;
}

absl::StatusOr<PolicyChange> UpdatePolicy(Snapshot& snapshot, const PolicyCommand& command,
                                          const Author& author) {
  ASSIGN_OR_RETURN(const StoredPolicy present, ReadPolicy(snapshot, command.workspace));
  RETURN_IF_ERROR(CheckEtag(present.policy.name(), present.policy.etag(), command.etag));
  PolicyChange change;
  change.stored = present;
  change.entry = Entry(v1::CatalogHistoryEntry::KIND_POLICY_UPDATED, author, command.reason);
  v1::CatalogPolicy& policy = change.stored.policy;
  const auto* reflection = v1::CatalogPolicy::GetReflection();
  for (const std::string& field : command.fields) {
    const auto* descriptor = v1::CatalogPolicy::descriptor()->FindFieldByName(field);
    const bool wanted = reflection->GetBool(command.policy, descriptor);
    if (wanted == reflection->GetBool(policy, descriptor)) continue;
    reflection->SetBool(&policy, descriptor, wanted);
    change.entry.add_fields(field);
  }
  change.writes = !change.entry.fields().empty();
  if (!change.writes) return change;
  ++change.stored.version;
  *policy.mutable_update_time() = ToTimestamp(author.time);
  policy.set_actor(author.subject);
  Stamp(command.workspace, &change.stored);
  *change.entry.mutable_policy() = policy;
  return change;
}

}  // namespace plumbline::catalog
