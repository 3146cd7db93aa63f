// SPDX-License-Identifier: Apache-2.0
#include "services/catalog/steps/step.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_join.h"
#include "common/base/error.h"
#include "common/base/ids.h"
#include "common/base/status_macros.h"
#include "common/flow/proto/step_template.h"
#include "common/flow/validate.h"
#include "services/catalog/history/resource_history.h"
#include "services/catalog/resource/message_fields.h"
#include "services/catalog/resource/timestamp.h"

namespace plumbline::catalog {
namespace {

using v1::ResourceHistoryEntry;

constexpr char kType[] = "StepTemplate";
// Users that an error names.
constexpr size_t kMostNamed = 50;
constexpr std::array<absl::string_view, 5> kStepFields = {"title", "purpose", "owner", "labels",
                                                          "step"};

// Breaches of the step's own rules are those of the model, as in a process.
absl::Status CheckContent(const v1::StepTemplate& step) {
  const std::vector<base::FieldViolation> violations = flow::ValidateStepTemplate(step, "step");
  const bool only_model =
      step.has_step() && std::all_of(violations.begin(), violations.end(), [](const auto& v) {
        return absl::StartsWith(v.field, "step.step.");
      });
  return only_model ? flow::ProcessInvalid(violations) : base::FieldErrors(violations);
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
                                   const v1::StepTemplate& content, const Author& author,
                                   const std::string& reason) {
  RETURN_IF_ERROR(CheckContent(content));
  StepChange change;
  CopyFields(content, StepFields(), &change.step);
  *change.step.mutable_create_time() = ToTimestamp(author.time);
  RETURN_IF_ERROR(Stamp(reads, key, author, &change.step));
  change.entry =
      HistoryEntry(ResourceHistoryEntry::KIND_CREATED, author, reason, change.step.etag());
  return change;
}

// OK, or STEP_IN_USE: the drafts that could not be published without the template, whose revision
// is `present`.
absl::Status CheckUnused(StepReads& reads, const StepKey& key, int64_t present) {
  ASSIGN_OR_RETURN(std::vector<StepUse> uses, reads.ListStepUses(key.workspace, {key.step}));
  std::erase_if(uses, [](const StepUse& use) {
    return use.revision != 0 || use.step_revision != 0 || use.archived;
  });
  if (uses.empty()) return absl::OkStatus();
  const auto name_of = [&](const StepUse& use) {
    return NameOf(ProcessKey{key.workspace, use.process});
  };
  const std::string name = StepNameOf(key);
  base::Error error(
      base::Reason::ERROR_REASON_STEP_IN_USE,
      absl::StrCat("'", name, "' is used by ", uses.size(), uses.size() == 1 ? " draft" : " drafts",
                   ", the first of them '", name_of(uses[0]),
                   "': write the step out there, or name a revision of it (steps/", key.step, "@",
                   present, "), or delete it with force"));
  error.With("user_count", absl::StrCat(uses.size())).Resource("StepTemplate", name);
  for (size_t i = 0; i < std::min(uses.size(), kMostNamed); ++i) {
    error.Precondition("STEP_IN_USE", name_of(uses[i]),
                       absl::StrCat("is used by '", absl::StrJoin(uses[i].nodes, "' '"), "'"));
  }
  return error;
}

}  // namespace

absl::Span<const absl::string_view> StepFields() { return kStepFields; }

absl::StatusOr<StepChange> Create(StepReads& reads, const CreateStepCommand& command,
                                  const Author& author) {
  ASSIGN_OR_RETURN(const std::optional<v1::StepTemplate> present, reads.FindStep(command.key));
  if (present.has_value()) return base::AlreadyExists("StepTemplate", StepNameOf(command.key));
  return NewStep(reads, command.key, command.content, author, command.reason);
}

absl::StatusOr<StepChange> Update(StepReads& reads, const UpdateStepCommand& command,
                                  const Author& author) {
  ASSIGN_OR_RETURN(const std::optional<v1::StepTemplate> present, reads.FindStep(command.key));
  if (!present.has_value()) {
    // An etag says that it was there: then it is not for us to make it anew.
    if (!command.allow_missing || !command.etag.empty())
      return base::NotFound("StepTemplate", StepNameOf(command.key));
    return NewStep(reads, command.key, command.content, author, command.reason);
  }
  RETURN_IF_ERROR(CheckEtag(kType, present->name(), present->etag(), command.etag));
  StepChange change{StepChange::Kind::kPut, *present};
  CopyFields(command.content, command.fields, &change.step);
  RETURN_IF_ERROR(CheckContent(change.step));
  const std::vector<std::string> changed = ChangedFields(change.step, *present, StepFields());
  if (changed.empty()) return StepChange{StepChange::Kind::kNothing, *present};
  RETURN_IF_ERROR(Stamp(reads, command.key, author, &change.step));
  change.entry = HistoryEntry(ResourceHistoryEntry::KIND_UPDATED, author, command.reason,
                              change.step.etag(), changed);
  return change;
}

absl::StatusOr<StepChange> Delete(StepReads& reads, const DeleteStepCommand& command,
                                  const Author& author) {
  ASSIGN_OR_RETURN(v1::StepTemplate present, RequireStep(reads, command.key));
  RETURN_IF_ERROR(CheckEtag(kType, present.name(), present.etag(), command.etag));
  if (!command.force) RETURN_IF_ERROR(CheckUnused(reads, command.key, present.revision()));
  const auto entry =
      HistoryEntry(ResourceHistoryEntry::KIND_DELETED, author, command.reason, present.etag());
  return StepChange{StepChange::Kind::kRemove, std::move(present), entry};
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

}  // namespace plumbline::catalog
