// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/improvement/service/improvements.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "common/base/ids.h"
#include "common/base/status_macros.h"
#include "services/analytics/serving/log_names.h"

namespace plumbline::analytics {
namespace {

using base::CallContext;

// Fields of a project as those of "improvement".
absl::Status InImprovement(const absl::Status& status) {
  if (base::ReasonOf(status) != base::Reason::ERROR_REASON_FIELD_INVALID) return status;
  std::vector<base::FieldViolation> violations = base::FieldViolationsOf(status);
  for (base::FieldViolation& violation : violations)
    violation.field = absl::StrCat("improvement.", violation.field);
  return base::FieldErrors(violations);
}

}  // namespace

absl::StatusOr<StoredImprovement> Improvements::Get(const CallContext& context,
                                                    const ImprovementKey& key) const {
  std::optional<StoredImprovement> found;
  RETURN_IF_ERROR(store_->Read(context, [&](ImprovementReads& reads) -> absl::Status {
    ASSIGN_OR_RETURN(found, reads.Find(key));
    return absl::OkStatus();
  }));
  return RequireImprovement(key, found, "");
}

absl::StatusOr<listing::Page<v1::Improvement>> Improvements::List(
    const CallContext& context, const std::string& workspace, const listing::Query& query) const {
  listing::Page<v1::Improvement> page;
  RETURN_IF_ERROR(store_->Read(context, [&](ImprovementReads& reads) -> absl::Status {
    ASSIGN_OR_RETURN(page, reads.List(workspace, query));
    return absl::OkStatus();
  }));
  return page;
}

absl::StatusOr<std::vector<v1::ImprovementHistoryEntry>> Improvements::History(
    const CallContext& context, const ImprovementKey& key, int64_t before, int limit) const {
  std::vector<v1::ImprovementHistoryEntry> entries;
  RETURN_IF_ERROR(store_->Read(context, [&](ImprovementReads& reads) -> absl::Status {
    ASSIGN_OR_RETURN(entries, reads.History(key, before, limit));
    return absl::OkStatus();
  }));
  if (entries.empty() && before == INT64_MAX) return base::NotFound("Improvement", NameOf(key));
  return entries;
}

absl::StatusOr<v1::ImprovementComparison> Improvements::Measure(const CallContext& context,
                                                                const ImprovementKey& key) const {
  ASSIGN_OR_RETURN(const StoredImprovement stored, Get(context, key));
  return measurer_.Compare(context, stored);
}

void Improvements::AddWarnings(const CallContext& context, v1::Improvement* improvement) const {
  if (improvement->state() != v1::Improvement::STATE_DEFINE) return;
  for (std::string& warning : measurer_.WarningsOf(context, *improvement))
    improvement->mutable_baseline()->add_warnings(std::move(warning));
}

ImprovementAuthor Improvements::AuthorOf(const CallContext& context, const Target& target) const {
  return {context.identity.subject, clock_.Now(), target.reason};
}

absl::StatusOr<v1::Improvement> Improvements::Write(const CallContext& context,
                                                    const Target& target, Plan plan) const {
  if (!target.request.has_value()) {
    v1::Improvement answer;
    RETURN_IF_ERROR(store_->Read(context, [&](ImprovementReads& reads) -> absl::Status {
      ASSIGN_OR_RETURN(const std::optional<StoredImprovement> present, reads.Find(target.key));
      ASSIGN_OR_RETURN(ImprovementChange change, plan(reads, present));
      answer = std::move(change.after.improvement);
      return absl::OkStatus();
    }));
    return answer;
  }
  ASSIGN_OR_RETURN(
      const std::string bytes,
      store_->Write(context, *target.request, clock_.Now(),
                    [&](ImprovementChanges& changes) -> absl::StatusOr<std::string> {
                      ASSIGN_OR_RETURN(const std::optional<StoredImprovement> present,
                                       changes.Find(target.key));
                      ASSIGN_OR_RETURN(const ImprovementChange change, plan(changes, present));
                      const bool deletes =
                          change.entry.kind() == v1::ImprovementHistoryEntry::KIND_DELETED;
                      if (change.writes && deletes)
                        RETURN_IF_ERROR(changes.Remove(target.key, change.entry));
                      if (change.writes && !deletes)
                        RETURN_IF_ERROR(changes.Put(target.key, change.after, change.entry));
                      return change.after.improvement.SerializeAsString();
                    }));
  v1::Improvement answer;
  if (!answer.ParseFromString(bytes))
    return base::Internal("a kept answer is not a message of its type");
  return answer;
}

absl::StatusOr<v1::Improvement> Improvements::WriteMeasured(
    const CallContext& context, const Target& target, MeasuredPlan plan,
    absl::FunctionRef<absl::Status(const StoredImprovement&)> measure) const {
  constexpr int kTries = 4;
  for (int i = 0; i < kTries; ++i) {
    std::optional<StoredImprovement> unmeasured;
    absl::StatusOr<v1::Improvement> written = Write(
        context, target,
        [&](ImprovementReads&,
            const std::optional<StoredImprovement>& present) -> absl::StatusOr<ImprovementChange> {
          unmeasured.reset();
          ASSIGN_OR_RETURN(const StoredImprovement stored,
                           RequireImprovement(target.key, present, target.etag));
          return plan(stored, &unmeasured);
        });
    if (written.ok() || !unmeasured.has_value()) return written;
    RETURN_IF_ERROR(measure(*unmeasured));
  }
  return base::Error(base::Reason::ERROR_REASON_ETAG_MISMATCH,
                     absl::StrCat("'", NameOf(target.key),
                                  "' changes again and again while it is measured: try it again"))
      .Resource("Improvement", NameOf(target.key));
}

absl::StatusOr<v1::Improvement> Improvements::WriteChecked(const CallContext& context,
                                                           const Target& target,
                                                           const v1::Improvement& content,
                                                           Plan plan) const {
  // A request that was answered before is answered so again without a plan, whatever became of the
  // log since.
  std::optional<std::string> unchecked;  // the log of what is there
  for (bool checked : {false, true}) {
    absl::StatusOr<v1::Improvement> written = Write(
        context, target,
        [&](ImprovementReads& reads,
            const std::optional<StoredImprovement>& present) -> absl::StatusOr<ImprovementChange> {
          unchecked = present.has_value() ? present->improvement.event_log() : "";
          if (!checked) return absl::FailedPreconditionError("the log is to be looked for first");
          return plan(reads, present);
        });
    if (written.ok() || !unchecked.has_value() || checked) return written;
    RETURN_IF_ERROR(CheckLog(context, target.key, content, *unchecked));
  }
  return base::Internal("a loop of two turns has three");
}

absl::Status Improvements::CheckLog(const CallContext& context, const ImprovementKey& key,
                                    const v1::Improvement& content,
                                    absl::string_view present) const {
  if (content.event_log() == present) return absl::OkStatus();
  const auto parts = base::ParseName("", content.event_log(), "workspaces/*/eventLogs/*");
  // What is no name of this workspace is told with all else that is wrong.
  if (!parts.ok() || (*parts)[0] != key.workspace) return absl::OkStatus();
  return RequireLog(context, logs_, "improvement.event_log", {(*parts)[0], (*parts)[1]});
}

absl::StatusOr<v1::Improvement> Improvements::Create(const CallContext& context,
                                                     const Target& target,
                                                     const v1::Improvement& content) const {
  const std::string uid = base::NewUuid();
  return WriteChecked(
      context, target, content,
      [&](ImprovementReads& reads,
          const std::optional<StoredImprovement>& present) -> absl::StatusOr<ImprovementChange> {
        ASSIGN_OR_RETURN(const int64_t count, reads.Count(target.key.workspace));
        if (!present.has_value() && count >= kMostImprovements) {
          return base::FieldError("parent",
                                  absl::StrCat("has ", count, " improvement projects; at most ",
                                               kMostImprovements, ": delete one first"));
        }
        return CreateImprovement(target.key, present, content, uid, AuthorOf(context, target));
      });
}

absl::StatusOr<v1::Improvement> Improvements::Update(const CallContext& context,
                                                     const Target& target,
                                                     const v1::Improvement& content,
                                                     const std::vector<std::string>& fields) const {
  const auto plan =
      [&](ImprovementReads&,
          const std::optional<StoredImprovement>& present) -> absl::StatusOr<ImprovementChange> {
    ASSIGN_OR_RETURN(const StoredImprovement stored,
                     RequireImprovement(target.key, present, target.etag));
    return UpdateImprovement(target.key, stored, content, fields, AuthorOf(context, target));
  };
  if (std::find(fields.begin(), fields.end(), "event_log") == fields.end())
    return Write(context, target, plan);
  return WriteChecked(context, target, content, plan);
}

absl::StatusOr<v1::Improvement> Improvements::Delete(const CallContext& context,
                                                     const Target& target) const {
  return Write(
      context, target,
      [&](ImprovementReads&,
          const std::optional<StoredImprovement>& present) -> absl::StatusOr<ImprovementChange> {
        ASSIGN_OR_RETURN(const StoredImprovement stored,
                         RequireImprovement(target.key, present, target.etag));
        return DeleteImprovement(stored, AuthorOf(context, target));
      });
}

absl::StatusOr<v1::Improvement> Improvements::Advance(const CallContext& context,
                                                      const Target& target,
                                                      v1::Improvement::State asked) const {
  FrozenBaseline baseline;
  std::string measured;  // etag of the project whose baseline it is
  return WriteMeasured(
      context, target,
      [&](const StoredImprovement& present,
          std::optional<StoredImprovement>* unmeasured) -> absl::StatusOr<ImprovementChange> {
        ASSIGN_OR_RETURN(const v1::Improvement::State to, NextState(present, asked, target.reason));
        const bool freezes = to == v1::Improvement::STATE_MEASURE &&
                             present.improvement.state() == v1::Improvement::STATE_DEFINE;
        if (freezes && measured != present.improvement.etag()) {
          *unmeasured = present;
          return absl::FailedPreconditionError("to be measured first");
        }
        return AdvanceImprovement(present, to, baseline, AuthorOf(context, target));
      },
      [&](const StoredImprovement& present) -> absl::Status {
        absl::StatusOr<FrozenBaseline> frozen = measurer_.Freeze(context, present.improvement);
        if (!frozen.ok()) return InImprovement(frozen.status());
        baseline = *std::move(frozen);
        measured = present.improvement.etag();
        return absl::OkStatus();
      });
}

absl::StatusOr<v1::Improvement> Improvements::Close(const CallContext& context,
                                                    const Target& target,
                                                    bool allow_too_early) const {
  v1::ImprovementComparison result;
  std::string measured;  // etag of the project whose result it is
  return WriteMeasured(
      context, target,
      [&](const StoredImprovement& present,
          std::optional<StoredImprovement>* unmeasured) -> absl::StatusOr<ImprovementChange> {
        RETURN_IF_ERROR(CheckClosing(present));
        if (measured != present.improvement.etag()) {
          *unmeasured = present;
          return absl::FailedPreconditionError("to be measured first");
        }
        return CloseImprovement(present, result, allow_too_early, AuthorOf(context, target));
      },
      [&](const StoredImprovement& present) -> absl::Status {
        absl::StatusOr<v1::ImprovementComparison> compared = measurer_.Compare(context, present);
        if (!compared.ok()) return InImprovement(compared.status());
        result = *std::move(compared);
        measured = present.improvement.etag();
        return absl::OkStatus();
      });
}

}  // namespace plumbline::analytics
