// SPDX-License-Identifier: Apache-2.0
#include "services/catalog/composition/composition.h"

#include <optional>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "common/base/error.h"
#include "common/base/status_macros.h"
#include "common/listing/request.h"
#include "services/catalog/composition/dependencies.h"
#include "services/catalog/composition/fields.h"
#include "services/catalog/life/life.h"
#include "services/catalog/resource/change.h"

namespace plumbline::catalog {
namespace {

impact::Subject ToSubject(const PartRef& part, int64_t revision) {
  switch (part.kind) {
    case PartRef::Kind::kUtility:
      return {impact::Subject::Kind::kUtility, part.utility.utility};
    case PartRef::Kind::kProcess:
      return {impact::Subject::Kind::kProcess, part.process.key.process, revision};
    case PartRef::Kind::kStep:
    case PartRef::Kind::kTemplate:  // nothing stops with it
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
                    "' is neither chosen now or later where none is named, nor named by a tag, nor "
                    "called by a revision that is in use, or it is archived");
  }
  return base::Error(base::Reason::ERROR_REASON_RESOURCE_NOT_FOUND, message)
      .Resource(type, part.name);
}

}  // namespace

std::string ToPosition(const v1::AffectedProcess& last) {
  return absl::StrCat(last.depth(), "/", last.name().substr(last.name().rfind('/') + 1));
}

absl::StatusOr<impact::PagePosition> FromPosition(const std::string& position) {
  impact::PagePosition after;
  if (position.empty()) return after;
  const std::vector<std::string> parts = absl::StrSplit(position, absl::ByAnyChar("/@"));
  if (parts.size() != 3 || !absl::SimpleAtoi(parts[0], &after.depth) ||
      !absl::SimpleAtoi(parts[2], &after.revision)) {
    return listing::PositionError();
  }
  after.process = parts[1];
  return after;
}

absl::StatusOr<int64_t> Composition::RevisionOf(const base::CallContext& context,
                                                const ProcessRef& ref) {
  int64_t revision = 0;
  RETURN_IF_ERROR(store_.Read(context, [&](Snapshot& snapshot) -> absl::Status {
    ASSIGN_OR_RETURN(const Head head, RequireHead(snapshot, ref.key));
    ASSIGN_OR_RETURN(revision, RevisionNamed(head.process, ref, clock_.Now()));
    return revision > head.process.latest_revision()
               ? base::NotFound("Process", NameOf(ref.key, revision))
               : absl::OkStatus();
  }));
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
  RETURN_IF_ERROR(graphs_.Use(
      context, part.workspace(), clock_.Now(), [&](const GraphView& view) -> absl::Status {
        const impact::Subject subject = ToSubject(part, revision);
        if (!utility.has_value() && !impact::Holds(view.graph, subject)) {
          return part.kind == PartRef::Kind::kUtility ? base::NotFound("Utility", part.name)
                                                      : NotLive(part, revision);
        }
        v1::AnalyzeImpactResponse& response = page.response;
        const bool more = impact::Analyze(view.graph, subject, part.workspace(), part.name,
                                          command.page, &response);
        if (more) page.next = ToPosition(response.processes(response.processes_size() - 1));
        return absl::OkStatus();
      }));
  if (utility.has_value()) page.response.set_title(utility->title());
  return page;
}

absl::StatusOr<impact::Used> Composition::UsedStep(const base::CallContext& context,
                                                   const StepRef& step, bool* known) {
  impact::Used used{.kind = impact::Used::Kind::kTemplate};
  RETURN_IF_ERROR(store_.Read(context, [&](Snapshot& snapshot) -> absl::Status {
    used.uses.clear();
    ASSIGN_OR_RETURN(const auto present, snapshot.steps().FindStep(step.key));
    *known = present.has_value();
    if (step.revision != 0) {
      ASSIGN_OR_RETURN(const auto revision,
                       snapshot.steps().FindStepRevision(step.key, step.revision));
      *known = revision.has_value();
    }
    ASSIGN_OR_RETURN(std::vector<StepUse> uses,
                     snapshot.steps().ListStepUses(step.key.workspace, {step.key.step}));
    for (StepUse& use : uses) {
      if (use.archived) continue;
      int64_t meant = use.step_revision;
      if (meant == 0 && present.has_value()) meant = present->revision();
      if (step.revision != 0 && meant != step.revision) continue;
      used.uses.push_back({std::move(use.process), use.revision, std::move(use.nodes)});
    }
    return absl::OkStatus();
  }));
  return used;
}

absl::StatusOr<impact::Used> Composition::UsedBy(const base::CallContext& context,
                                                 const PartRef& part, bool* known) {
  if (part.kind == PartRef::Kind::kTemplate) return UsedStep(context, part.used_step, known);
  impact::Used used;
  if (part.kind == PartRef::Kind::kUtility) {
    used = {.kind = impact::Used::Kind::kUtility, .id = part.utility.utility};
    ASSIGN_OR_RETURN(const auto utility, utilities_.Find(context, part.utility));
    *known = utility.has_value();
    ASSIGN_OR_RETURN(LibraryUses library, utilities_.FindLibraryUses(context, part.utility));
    used.uses = std::move(library.drafts);
    return used;
  }
  used = {.kind = impact::Used::Kind::kProcess, .id = part.process.key.process};
  ASSIGN_OR_RETURN(used.revision, RevisionOf(context, part.process));
  *known = true;
  return used;
}

absl::StatusOr<Composition::Page<v1::ListCallersResponse>> Composition::ListCallers(
    const base::CallContext& context, const ListCallersCommand& command) {
  const PartRef& part = command.used;
  bool known = false;
  ASSIGN_OR_RETURN(const impact::Used used, UsedBy(context, part, &known));
  Page<v1::ListCallersResponse> page;
  RETURN_IF_ERROR(graphs_.Use(
      context, part.workspace(), clock_.Now(), [&](const GraphView& view) -> absl::Status {
        const impact::Callers callers(view.graph, used, command.direct_only);
        if (!known && callers.size() == 0) {
          return base::NotFound(part.kind == PartRef::Kind::kTemplate ? "StepTemplate" : "Utility",
                                part.name);
        }
        page.response.set_total_count(static_cast<int32_t>(callers.size()));
        const auto value_of = [&](size_t row, int field) {
          return CallerValue(callers, row, part.workspace(), field);
        };
        const auto take = [&](size_t row) {
          v1::Caller* caller = page.response.add_callers();
          *caller = callers.Describe(row, part.workspace(), part.name);
          return caller->ByteSizeLong();
        };
        ASSIGN_OR_RETURN(page.next,
                         CallerList().Read(callers.size(), value_of, take, command.query));
        return absl::OkStatus();
      }));
  return page;
}

absl::Status Composition::DescribeUtilities(const base::CallContext& context,
                                            absl::string_view workspace,
                                            std::vector<v1::Dependency>* dependencies) {
  const std::string prefix = absl::StrCat("workspaces/", workspace, "/utilities/");
  std::vector<v1::Dependency*> named;
  std::vector<std::string> ids;
  for (v1::Dependency& dependency : *dependencies) {
    if (dependency.kind() != v1::Dependency::KIND_UTILITY) continue;
    named.push_back(&dependency);
    ids.emplace_back(absl::StripPrefix(dependency.name(), prefix));
  }
  if (named.empty()) return absl::OkStatus();
  ASSIGN_OR_RETURN(const auto kept, utilities_.FindAll(context, workspace, ids));
  for (size_t i = 0; i < named.size(); ++i) {
    named[i]->set_missing(!kept[i].has_value());
    if (kept[i].has_value()) named[i]->set_title(kept[i]->title());
  }
  return absl::OkStatus();
}

absl::StatusOr<Composition::Page<v1::ListDependenciesResponse>> Composition::ListDependencies(
    const base::CallContext& context, const ListDependenciesCommand& command) {
  std::vector<v1::Dependency> all;
  RETURN_IF_ERROR(store_.Read(context, [&](Snapshot& snapshot) -> absl::Status {
    ASSIGN_OR_RETURN(all, FindDependencies(snapshot, command.process, clock_.Now()));
    return absl::OkStatus();
  }));
  RETURN_IF_ERROR(DescribeUtilities(context, command.process.key.workspace, &all));
  Page<v1::ListDependenciesResponse> page;
  page.response.set_total_count(static_cast<int32_t>(all.size()));
  const auto value_of = [&](size_t row, int field) { return DependencyValue(all[row], field); };
  const auto take = [&](size_t row) {
    v1::Dependency* dependency = page.response.add_dependencies();
    *dependency = std::move(all[row]);
    return dependency->ByteSizeLong();
  };
  ASSIGN_OR_RETURN(page.next, DependencyList().Read(all.size(), value_of, take, command.query));
  return page;
}

}  // namespace plumbline::catalog
