// SPDX-License-Identifier: Apache-2.0
//
// What steps of processes take from templates.
#include <map>
#include <optional>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "common/base/status_macros.h"
#include "common/flow/proto/nodes.h"
#include "common/flow/proto/step_template.h"
#include "common/flow/validate.h"
#include "services/catalog/steps/step.h"

namespace plumbline::catalog {
namespace {

// Fills the steps of one tree, reading every template once.
class Resolver {
 public:
  Resolver(StepReads& reads, absl::string_view workspace, Missing missing)
      : reads_(reads), workspace_(workspace), missing_(missing) {}

  absl::Status FillAll(v1::Node* root) {
    return flow::ForEachNode(root, [&](v1::Node& node) {
      return node.step().uses().empty() ? absl::OkStatus() : Fill(&node);
    });
  }

 private:
  absl::Status Fill(v1::Node* node) {
    const std::string& uses = node->step().uses();
    auto it = templates_.find(uses);
    if (it == templates_.end()) {
      ASSIGN_OR_RETURN(std::optional<v1::StepTemplate> found, Find(uses));
      it = templates_.emplace(uses, std::move(found)).first;
    }
    if (it->second.has_value()) {
      flow::LayUnder(*it->second, node);
      node->mutable_step()->set_uses(it->second->name().substr(it->second->name().rfind("steps/")));
      return absl::OkStatus();
    }
    if (missing_ == Missing::kLeave) return absl::OkStatus();
    const std::string name = absl::StrCat("workspaces/", workspace_, "/", uses);
    return base::Error(base::Reason::ERROR_REASON_RESOURCE_NOT_FOUND,
                       absl::StrCat("node '", node->id(), "' uses '", name,
                                    "', which does not exist; create it, or write the step out"))
        .Resource("StepTemplate", name);
  }

  // The template with its number in its name.
  absl::StatusOr<std::optional<v1::StepTemplate>> Find(const std::string& uses) {
    const std::optional<flow::UsedStep> used = flow::ParseUses(uses);
    if (!used) return base::Internal(absl::StrCat("unchecked use '", uses, "'"));
    const StepKey key{workspace_, used->step};
    std::optional<v1::StepTemplate> found;
    if (used->revision == 0) {
      ASSIGN_OR_RETURN(found, reads_.FindStep(key));
    } else {
      ASSIGN_OR_RETURN(found, reads_.FindStepRevision(key, used->revision));
    }
    if (found.has_value()) found->set_name(absl::StrCat(StepNameOf(key), "@", found->revision()));
    return found;
  }

  StepReads& reads_;
  const std::string workspace_;
  const Missing missing_;
  std::map<std::string, std::optional<v1::StepTemplate>> templates_;  // by the text of `uses`
};

}  // namespace

absl::Status ResolveSteps(StepReads& reads, absl::string_view workspace, Missing missing,
                          v1::Node* root) {
  return Resolver(reads, workspace, missing).FillAll(root);
}

}  // namespace plumbline::catalog
