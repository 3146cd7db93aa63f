// SPDX-License-Identifier: Apache-2.0
#include "services/catalog/steps/library.h"

#include <utility>

#include "common/base/error.h"
#include "common/base/status_macros.h"
#include "plumbline/catalog/v1/step_service.pb.h"
#include "services/catalog/processes/convert.h"

namespace plumbline::catalog {
namespace {

// What is remembered under a request_id. All mutations answer a step and a freshness token; one
// form serves them all.
std::string Serialize(const WrittenStep& written) {
  v1::UpdateStepResponse answer;
  *answer.mutable_step() = written.step;
  answer.set_freshness_token(ToFreshnessToken(written.position));
  return answer.SerializeAsString();
}

absl::StatusOr<WrittenStep> Parse(const std::string& bytes) {
  v1::UpdateStepResponse answer;
  if (!answer.ParseFromString(bytes))
    return base::Internal("a remembered answer is not a message of its type");
  ASSIGN_OR_RETURN(const int64_t position, ToPosition(answer.freshness_token()));
  return WrittenStep{std::move(*answer.mutable_step()), position};
}

absl::Status CarryOut(StepChanges& changes, const StepKey& key, const StepChange& change) {
  switch (change.kind) {
    case StepChange::Kind::kNothing:
      return absl::OkStatus();
    case StepChange::Kind::kPut:
      return changes.PutStep(key, change.step, change.entry);
    case StepChange::Kind::kRemove:
      return changes.RemoveStep(key, change.entry);
  }
  return base::Internal("a change of no kind");
}

}  // namespace

absl::StatusOr<WrittenStep> StepLibrary::Write(const base::CallContext& context, const StepKey& key,
                                               const std::optional<WriteRequest>& request,
                                               Plan plan) {
  const Author author{context.identity.subject, clock_.Now()};
  WrittenStep written;
  const auto look = [&](StepReads& reads) -> absl::StatusOr<StepChange> {
    ASSIGN_OR_RETURN(written.position, reads.StepPosition());
    ASSIGN_OR_RETURN(StepChange change, plan(reads, author));
    written.step = change.step;
    return change;
  };
  if (!request.has_value()) {
    RETURN_IF_ERROR(store_.Read(context, [&](StepReads& reads) { return look(reads).status(); }));
    return written;
  }
  ASSIGN_OR_RETURN(const Answer answer,
                   store_.Write(context, *request, author.time,
                                [&](StepChanges& changes) -> absl::StatusOr<std::string> {
                                  ASSIGN_OR_RETURN(const StepChange change, look(changes));
                                  RETURN_IF_ERROR(CarryOut(changes, key, change));
                                  return Serialize(written);
                                }));
  if (!answer.replayed) on_change_();
  return Parse(answer.bytes);
}

absl::StatusOr<v1::StepTemplate> StepLibrary::Get(const base::CallContext& context,
                                                  const StepKey& key, int64_t revision) {
  v1::StepTemplate step;
  RETURN_IF_ERROR(store_.Read(context, [&](StepReads& reads) -> absl::Status {
    ASSIGN_OR_RETURN(step, RequireStep(reads, key, revision));
    return absl::OkStatus();
  }));
  return step;
}

absl::StatusOr<StepLibrary::Page> StepLibrary::List(const base::CallContext& context,
                                                    absl::string_view workspace,
                                                    const listing::Query& query) {
  Page page;
  RETURN_IF_ERROR(store_.Read(context, [&](StepReads& reads) -> absl::Status {
    ASSIGN_OR_RETURN(page, reads.ListSteps(workspace, query));
    return absl::OkStatus();
  }));
  return page;
}

absl::StatusOr<StepLibrary::Page> StepLibrary::ListRevisions(const base::CallContext& context,
                                                             const StepKey& key,
                                                             const listing::Query& query) {
  Page page;
  RETURN_IF_ERROR(store_.Read(context, [&](StepReads& reads) -> absl::Status {
    ASSIGN_OR_RETURN(page, reads.ListStepRevisions(key, query));
    if (!page.rows.empty()) return absl::OkStatus();
    ASSIGN_OR_RETURN(const auto first, reads.FindStepRevision(key, 1));
    return first.has_value() ? absl::OkStatus() : base::NotFound("StepTemplate", StepNameOf(key));
  }));
  for (v1::StepTemplate& step : page.rows)
    step.set_name(absl::StrCat(StepNameOf(key), "@", step.revision()));
  return page;
}

}  // namespace plumbline::catalog
