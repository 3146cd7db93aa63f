// SPDX-License-Identifier: Apache-2.0
#include "services/catalog/step.h"

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <utility>

#include "absl/strings/match.h"
#include "common/base/error.h"
#include "common/base/ids.h"
#include "common/base/status_macros.h"
#include "common/flow/proto/nodes.h"
#include "common/flow/proto/step_template.h"
#include "common/flow/validate.h"
#include "google/protobuf/util/message_differencer.h"
#include "services/catalog/timestamp.h"

namespace plumbline::catalog {
namespace {

constexpr std::array<absl::string_view, 5> kStepFields = {"title", "purpose", "owner", "labels",
                                                          "step"};

void CopyFields(const v1::StepTemplate& from, absl::Span<const std::string> fields,
                v1::StepTemplate* to) {
  v1::StepTemplate copy = from;
  std::vector<const google::protobuf::FieldDescriptor*> swapped;
  for (const std::string& field : fields)
    swapped.push_back(v1::StepTemplate::descriptor()->FindFieldByName(field));
  v1::StepTemplate::GetReflection()->SwapFields(&copy, to, swapped);
}

std::vector<std::string> AllFields() { return {kStepFields.begin(), kStepFields.end()}; }

bool SameContent(const v1::StepTemplate& a, const v1::StepTemplate& b) {
  v1::StepTemplate content_a, content_b;
  CopyFields(a, AllFields(), &content_a);
  CopyFields(b, AllFields(), &content_b);
  return google::protobuf::util::MessageDifferencer::Equals(content_a, content_b);
}

// Breaches of the step's own rules are those of the model, as in a process.
absl::Status CheckContent(const v1::StepTemplate& step) {
  const std::vector<base::FieldViolation> violations = flow::ValidateStepTemplate(step, "step");
  const bool only_model =
      step.has_step() && std::all_of(violations.begin(), violations.end(), [](const auto& v) {
        return absl::StartsWith(v.field, "step.step.");
      });
  return only_model ? flow::ProcessInvalid(violations) : base::FieldErrors(violations);
}

absl::Status CheckEtag(const v1::StepTemplate& step, absl::string_view etag) {
  if (etag.empty() || etag == step.etag()) return absl::OkStatus();
  return base::Error(
             base::Reason::ERROR_REASON_ETAG_MISMATCH,
             absl::StrCat("'", step.name(), "' was changed since its etag '", etag,
                          "' was read: read it again and repeat the change on what it is now"))
      .With("etag", step.etag())
      .Resource("StepTemplate", step.name());
}

// Makes `step` the next revision.
absl::Status Stamp(StepReads& reads, const StepKey& key, const Author& author,
                   v1::StepTemplate* step) {
  ASSIGN_OR_RETURN(const auto last, reads.ListStepRevisions(key, {.limit = 1}));
  step->set_name(StepNameOf(key));
  step->set_revision(last.rows.empty() ? 1 : last.rows[0].revision() + 1);
  step->set_author(author.subject);
  *step->mutable_update_time() = ToTimestamp(author.time);
  // Numbers are never used again, so the name and the number are a tag of the content.
  step->set_etag(base::Sha256Hex(absl::StrCat(step->name(), "@", step->revision())).substr(0, 16));
  return absl::OkStatus();
}

absl::StatusOr<StepChange> NewStep(StepReads& reads, const StepKey& key,
                                   const v1::StepTemplate& content, const Author& author) {
  RETURN_IF_ERROR(CheckContent(content));
  StepChange change;
  CopyFields(content, AllFields(), &change.step);
  *change.step.mutable_create_time() = ToTimestamp(author.time);
  RETURN_IF_ERROR(Stamp(reads, key, author, &change.step));
  return change;
}

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
      node->mutable_step()->set_uses(it->second->name().substr(it->second->name().find("steps/")));
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

absl::Span<const absl::string_view> StepFields() { return kStepFields; }

absl::StatusOr<StepChange> Create(StepReads& reads, const CreateStepCommand& command,
                                  const Author& author) {
  ASSIGN_OR_RETURN(const std::optional<v1::StepTemplate> present, reads.FindStep(command.key));
  if (present.has_value()) return base::AlreadyExists("StepTemplate", StepNameOf(command.key));
  return NewStep(reads, command.key, command.content, author);
}

absl::StatusOr<StepChange> Update(StepReads& reads, const UpdateStepCommand& command,
                                  const Author& author) {
  ASSIGN_OR_RETURN(const std::optional<v1::StepTemplate> present, reads.FindStep(command.key));
  if (!present.has_value()) {
    // An etag says that it was there: then it is not for us to make it anew.
    if (!command.allow_missing || !command.etag.empty())
      return base::NotFound("StepTemplate", StepNameOf(command.key));
    return NewStep(reads, command.key, command.content, author);
  }
  RETURN_IF_ERROR(CheckEtag(*present, command.etag));
  StepChange change{StepChange::Kind::kPut, *present};
  CopyFields(command.content, command.fields, &change.step);
  RETURN_IF_ERROR(CheckContent(change.step));
  if (SameContent(change.step, *present)) return StepChange{StepChange::Kind::kNothing, *present};
  RETURN_IF_ERROR(Stamp(reads, command.key, author, &change.step));
  return change;
}

absl::StatusOr<StepChange> Delete(StepReads& reads, const DeleteStepCommand& command,
                                  const Author&) {
  ASSIGN_OR_RETURN(v1::StepTemplate present, RequireStep(reads, command.key));
  RETURN_IF_ERROR(CheckEtag(present, command.etag));
  return StepChange{StepChange::Kind::kRemove, std::move(present)};
}

absl::StatusOr<v1::StepTemplate> RequireStep(StepReads& reads, const StepKey& key,
                                             int64_t revision) {
  std::optional<v1::StepTemplate> step;
  if (revision == 0) {
    ASSIGN_OR_RETURN(step, reads.FindStep(key));
    if (!step.has_value()) return base::NotFound("StepTemplate", StepNameOf(key));
    return *std::move(step);
  }
  const std::string name = absl::StrCat(StepNameOf(key), "@", revision);
  ASSIGN_OR_RETURN(step, reads.FindStepRevision(key, revision));
  if (!step.has_value()) return base::NotFound("StepTemplate", name);
  step->set_name(name);
  return *std::move(step);
}

absl::Status ResolveSteps(StepReads& reads, absl::string_view workspace, Missing missing,
                          v1::Node* root) {
  return Resolver(reads, workspace, missing).FillAll(root);
}

}  // namespace plumbline::catalog
