// SPDX-License-Identifier: Apache-2.0
#include "services/onboarding/engine/frozen_plan.h"

#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "common/base/ids.h"
#include "common/base/status_macros.h"
#include "common/flow/proto/convert.h"
#include "google/protobuf/io/coded_stream.h"
#include "google/protobuf/io/zero_copy_stream_impl_lite.h"
#include "plumbline/onboarding/stored/v1/stored.pb.h"
#include "services/onboarding/engine/milestones.h"
#include "services/onboarding/engine/plan_rules.h"

namespace plumbline::onboarding {
namespace {

using catalog::v1::Process;
using stored::v1::FrozenProcess;

// The same revisions always give the same bytes, so that they get the same id.
std::string Serialize(const FrozenProcess& frozen) {
  std::string bytes;
  google::protobuf::io::StringOutputStream stream(&bytes);
  google::protobuf::io::CodedOutputStream output(&stream);
  output.SetSerializationDeterministic(true);
  frozen.SerializeToCodedStream(&output);
  output.Trim();
  return bytes;
}

// "processes/x@3" of "workspaces/w/processes/x@3". A workspace may be called "processes" too.
std::string WithinWorkspace(const std::string& name) {
  size_t at = name.rfind("processes/");
  return at == std::string::npos ? name : name.substr(at);
}

absl::StatusOr<flow::Plan> BuildPlan(const FrozenProcess& frozen) {
  absl::flat_hash_map<std::string, const Process*> called;
  for (const Process& revision : frozen.revisions()) {
    called[WithinWorkspace(revision.name())] = &revision;
  }
  auto resolve = [&](absl::string_view name) -> absl::StatusOr<flow::PlanSource> {
    auto it = called.find(name);
    if (it == called.end()) return base::Internal(absl::StrCat("not frozen: ", name));
    return flow::SourceFromProto(*it->second);
  };
  const Process& process = frozen.revisions(0);
  ASSIGN_OR_RETURN(flow::PlanSource source, flow::SourceFromProto(process));
  return flow::Plan::Build(source, process.owner(), resolve);
}

// Where each process stands in the plan.
std::vector<PlanPart> PartsOf(const FrozenProcess& frozen, const flow::Plan& plan) {
  absl::flat_hash_map<std::string, const Process*> called;
  for (const Process& revision : frozen.revisions())
    called[WithinWorkspace(revision.name())] = &revision;
  std::vector<PlanPart> parts = {{&frozen.revisions(0), 0}};
  for (size_t i = 1; i < plan.scopes().size(); ++i)
    parts.push_back({called[plan.scopes()[i].called], static_cast<flow::ScopeIndex>(i)});
  return parts;
}

std::vector<const Process*> ProcessesOf(const std::vector<PlanPart>& parts) {
  std::vector<const Process*> processes;
  for (const PlanPart& part : parts) processes.push_back(part.process);
  return processes;
}

absl::StatusOr<PlanPointer> Make(const FrozenProcess& frozen, std::string content) {
  if (frozen.revisions().empty()) return base::Internal("a frozen plan without a process");
  auto made = std::make_shared<FrozenPlan>();
  ASSIGN_OR_RETURN(made->plan, BuildPlan(frozen));
  ASSIGN_OR_RETURN(made->conditions, flow::Conditions::Compile(made->plan));
  const Process& process = frozen.revisions(0);
  made->id = base::Sha256Hex(content);
  made->process = process.name();
  for (const Process& revision : frozen.revisions()) made->revisions.push_back(revision.name());
  made->title = process.title();
  if (process.has_target()) {
    made->target = flow::BusinessDuration{process.target().days(), process.target().minutes()};
  }
  made->escalations = RulesOf(made->plan, ProcessesOf(PartsOf(frozen, made->plan)));
  made->milestones = MilestonesOf(made->plan, PartsOf(frozen, made->plan));
  for (flow::NodeIndex i = 0; i < made->plan.size(); ++i)
    made->automated |= made->plan.node(i).step.automation.has_value();
  made->content = std::move(content);
  return made;
}

}  // namespace

absl::StatusOr<PlanPointer> Freeze(const std::vector<Process>& revisions) {
  FrozenProcess frozen;
  for (const Process& revision : revisions) *frozen.add_revisions() = revision;
  return Make(frozen, Serialize(frozen));
}

absl::StatusOr<std::vector<std::string>> RevisionsIn(absl::string_view content) {
  FrozenProcess frozen;
  if (!frozen.ParseFromArray(content.data(), static_cast<int>(content.size())))
    return base::Internal("a stored plan cannot be read");
  std::vector<std::string> names;
  for (const Process& revision : frozen.revisions()) names.push_back(revision.name());
  return names;
}

absl::StatusOr<PlanPointer> Thaw(absl::string_view content) {
  FrozenProcess frozen;
  if (!frozen.ParseFromArray(content.data(), static_cast<int>(content.size()))) {
    return base::Internal("a stored plan cannot be read");
  }
  return Make(frozen, std::string(content));
}

}  // namespace plumbline::onboarding
