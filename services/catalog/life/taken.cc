// SPDX-License-Identifier: Apache-2.0
#include "services/catalog/life/taken.h"

#include <map>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"
#include "common/flow/proto/nodes.h"
#include "services/catalog/processes/calls.h"
#include "services/catalog/processes/content.h"
#include "services/catalog/steps/step.h"

namespace plumbline::catalog {
namespace {

// What a node names of what others keep; "" = nothing.
const std::string& NameIn(const v1::Node& node) {
  return node.has_call() ? node.call().process() : node.step().uses();
}

// The same of all, in the order of the tree.
std::vector<std::string> NamesIn(const v1::Node& root) {
  std::vector<std::string> names;
  flow::ForEachNode(root, [&](const v1::Node& node) { names.push_back(NameIn(node)); });
  return names;
}

}  // namespace

absl::StatusOr<ResolvedDraft> ResolveDraft(Snapshot& snapshot, const ProcessKey& key,
                                           const v1::Process& draft, absl::Time at) {
  ResolvedDraft resolved{.content = draft};
  bool takes = false, uses = false;
  flow::ForEachNode(draft.root(), [&](const v1::Node& node) {
    takes = takes || !NameIn(node).empty();
    uses = uses || !node.step().uses().empty();
  });
  if (!takes) return resolved;
  v1::Node& root = *resolved.content.mutable_root();
  if (uses) {
    RETURN_IF_ERROR(ResolveSteps(snapshot.steps(), key.workspace, Missing::kRefuse, &root));
    RETURN_IF_ERROR(CheckContent(resolved.content, "process"));
  }
  RETURN_IF_ERROR(PinCalls(snapshot, key, at, &root));
  // Neither adds a node or moves one.
  const std::vector<std::string> named = NamesIn(draft.root());
  const std::vector<std::string> meant = NamesIn(root);
  std::map<std::string, std::string> taken;
  for (size_t i = 0; i < named.size(); ++i) {
    if (named[i] != meant[i]) taken.emplace(named[i], meant[i]);
  }
  for (auto& [name, meaning] : taken) {
    v1::TakenPart& part = *resolved.taken.Add();
    part.set_named(name);
    part.set_meant(std::move(meaning));
  }
  return resolved;
}

std::string TakenDifference(const TakenParts& then, const TakenParts& now) {
  std::map<std::string, std::string> before;
  for (const v1::TakenPart& part : then) before[part.named()] = part.meant();
  std::string difference;
  int more = 0;
  for (const v1::TakenPart& part : now) {
    const std::string& was = before[part.named()];
    if (was == part.meant()) continue;
    if (!difference.empty()) {
      ++more;
      continue;
    }
    // An approval of a release that did not look at it knows nothing of it.
    difference = absl::StrCat("'", part.named(), "' was ",
                              was.empty() ? "not looked at" : absl::StrCat("'", was, "'"),
                              " and is '", part.meant(), "'");
  }
  if (more > 0) absl::StrAppend(&difference, ", and ", more, " more");
  return difference;
}

}  // namespace plumbline::catalog
