// SPDX-License-Identifier: Apache-2.0
#include "services/catalog/composition.h"

#include <algorithm>
#include <map>
#include <optional>
#include <tuple>
#include <utility>
#include <vector>

#include "absl/strings/strip.h"
#include "common/base/error.h"
#include "common/base/status_macros.h"
#include "services/catalog/change.h"
#include "services/catalog/impact/callers.h"

namespace plumbline::catalog {
namespace {

impact::Subject ToSubject(const PartRef& part, int64_t revision) {
  switch (part.kind) {
    case PartRef::Kind::kUtility:
      return {impact::Subject::Kind::kUtility, part.utility.utility};
    case PartRef::Kind::kProcess:
      return {impact::Subject::Kind::kProcess, part.process.key.process, revision};
    case PartRef::Kind::kStep:
      break;
  }
  return {impact::Subject::Kind::kStep, part.process.key.process, revision, part.step};
}

// What the graph does not hold, though the process exists.
absl::Status NotLive(const PartRef& part, int64_t revision) {
  const char* type = part.kind == PartRef::Kind::kStep ? "Step" : "Process";
  std::string message = absl::StrCat("'", part.name, "' is not in use: ");
  if (part.kind == PartRef::Kind::kStep) {
    absl::StrAppend(&message, "no live revision of '", NameOf(part.process.key),
                    "' has a step with this id");
  } else {
    absl::StrAppend(&message, "revision ", revision, " of '", NameOf(part.process.key),
                    "' is neither the latest nor called by one that is in use");
  }
  return base::Error(base::Reason::ERROR_REASON_RESOURCE_NOT_FOUND, message)
      .Resource(type, part.name);
}

bool IsAfter(const v1::Dependency& dependency, const DependencyPosition& position) {
  return std::make_tuple(int{dependency.kind()}, dependency.depth(),
                         absl::string_view(dependency.name())) >
         std::make_tuple(position.kind, position.depth, absl::string_view(position.name));
}

}  // namespace

absl::StatusOr<int64_t> Composition::RevisionOf(const base::CallContext& context,
                                                const ProcessRef& ref) {
  int64_t latest = 0;
  RETURN_IF_ERROR(store_.Read(context, [&](Snapshot& snapshot) -> absl::Status {
    ASSIGN_OR_RETURN(const Head head, RequireHead(snapshot, ref.key));
    latest = head.process.latest_revision();
    return absl::OkStatus();
  }));
  if (ref.form == ProcessRef::Form::kHead) return 0;
  const int64_t revision = ref.form == ProcessRef::Form::kLatest ? latest : ref.revision;
  if (revision == 0 || revision > latest)
    return base::NotFound("Process", NameOf(ref.key, revision));
  return revision;
}

absl::StatusOr<Composition::Page<v1::AnalyzeImpactResponse>> Composition::AnalyzeImpact(
    const base::CallContext& context, const ImpactCommand& command) {
  const PartRef& part = command.subject;
  std::optional<v1::Utility> utility;
  int64_t revision = 0;
  if (part.kind == PartRef::Kind::kUtility) {
    ASSIGN_OR_RETURN(utility, utilities_.Find(context, part.utility));
  } else {
    ASSIGN_OR_RETURN(revision, RevisionOf(context, part.process));
  }
  Page<v1::AnalyzeImpactResponse> page;
  RETURN_IF_ERROR(
      graphs_.Use(context, part.workspace(), [&](const GraphView& view) -> absl::Status {
        const impact::Subject subject = ToSubject(part, revision);
        if (!utility.has_value() && !impact::Holds(view.graph, subject)) {
          return part.kind == PartRef::Kind::kUtility ? base::NotFound("Utility", part.name)
                                                      : NotLive(part, revision);
        }
        page.more = impact::Analyze(view.graph, subject, part.workspace(), part.name, command.after,
                                    command.page_size, &page.response);
        return absl::OkStatus();
      }));
  if (utility.has_value()) page.response.set_title(utility->title());
  return page;
}

absl::StatusOr<Composition::Page<v1::ListCallersResponse>> Composition::ListCallers(
    const base::CallContext& context, const ListCallersCommand& command) {
  const PartRef& part = command.used;
  impact::Used used{impact::Used::Kind::kUtility, part.utility.utility};
  std::optional<v1::Utility> utility;
  if (part.kind == PartRef::Kind::kUtility) {
    ASSIGN_OR_RETURN(utility, utilities_.Find(context, part.utility));
  } else {
    used = {impact::Used::Kind::kProcess, part.process.key.process};
    ASSIGN_OR_RETURN(used.revision, RevisionOf(context, part.process));
  }
  Page<v1::ListCallersResponse> page;
  RETURN_IF_ERROR(
      graphs_.Use(context, part.workspace(), [&](const GraphView& view) -> absl::Status {
        page.more =
            impact::ListCallers(view.graph, used, command.direct_only, part.workspace(), part.name,
                                command.after, command.page_size, &page.response);
        const bool known = part.kind == PartRef::Kind::kProcess || utility.has_value() ||
                           page.response.total_count() > 0;
        return known ? absl::OkStatus() : base::NotFound("Utility", part.name);
      }));
  return page;
}

absl::Status Composition::DescribeUtilities(const base::CallContext& context,
                                            absl::string_view workspace,
                                            v1::ListDependenciesResponse* response) {
  const std::string prefix = absl::StrCat("workspaces/", workspace, "/utilities/");
  for (v1::Dependency& dependency : *response->mutable_dependencies()) {
    if (dependency.kind() != v1::Dependency::KIND_UTILITY) continue;
    const std::string id(absl::StripPrefix(dependency.name(), prefix));
    ASSIGN_OR_RETURN(const std::optional<v1::Utility> utility,
                     utilities_.Find(context, {std::string(workspace), id}));
    dependency.set_missing(!utility.has_value());
    if (utility.has_value()) dependency.set_title(utility->title());
  }
  return absl::OkStatus();
}

absl::StatusOr<Composition::Page<v1::ListDependenciesResponse>> Composition::ListDependencies(
    const base::CallContext& context, const ListDependenciesCommand& command) {
  std::vector<v1::Dependency> all;
  RETURN_IF_ERROR(store_.Read(context, [&](Snapshot& snapshot) -> absl::Status {
    ASSIGN_OR_RETURN(all, FindDependencies(snapshot, command.process));
    return absl::OkStatus();
  }));
  Page<v1::ListDependenciesResponse> page;
  page.response.set_total_count(static_cast<int32_t>(all.size()));
  for (v1::Dependency& dependency : all) {
    if (!IsAfter(dependency, command.after)) continue;
    page.more = page.response.dependencies_size() == command.page_size;
    if (page.more) break;
    *page.response.add_dependencies() = std::move(dependency);
  }
  RETURN_IF_ERROR(DescribeUtilities(context, command.process.key.workspace, &page.response));
  return page;
}

}  // namespace plumbline::catalog
