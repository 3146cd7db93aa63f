// SPDX-License-Identifier: Apache-2.0
#include "services/onboarding/people/people.h"

#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "common/base/status_macros.h"

namespace plumbline::onboarding {
namespace {

// What is remembered under a request_id. All mutations of one record answer it and a freshness
// token; one form serves them all.
std::string Serialize(const WrittenPerson& written) {
  v1::UpdatePersonResponse answer;
  *answer.mutable_person() = written.person;
  answer.set_freshness_token(absl::StrCat(written.position));
  *answer.mutable_warnings() = {written.warnings.begin(), written.warnings.end()};
  return answer.SerializeAsString();
}

absl::StatusOr<WrittenPerson> Parse(const std::string& bytes) {
  v1::UpdatePersonResponse answer;
  WrittenPerson written;
  if (!answer.ParseFromString(bytes) ||
      !absl::SimpleAtoi(answer.freshness_token(), &written.position))
    return base::Internal("a remembered answer is not a message of its type");
  written.person = std::move(*answer.mutable_person());
  written.warnings = {answer.warnings().begin(), answer.warnings().end()};
  return written;
}

absl::Status CarryOut(PeopleChanges& changes, const PersonChange& change) {
  if (change.kind == PersonChange::Kind::kNothing) return absl::OkStatus();
  if (change.kind == PersonChange::Kind::kRemove)
    return changes.RemovePerson(change.key, change.entry);
  return changes.PutPerson(change.key, change.person, change.entry);
}

}  // namespace

absl::StatusOr<WrittenPerson> People::Write(const base::CallContext& context,
                                            const std::optional<PeopleRequest>& request,
                                            Plan plan) {
  const Author author{context.identity.subject, clock_.Now()};
  WrittenPerson written;
  const auto look = [&](PeopleReads& reads) -> absl::StatusOr<PersonChange> {
    ASSIGN_OR_RETURN(written.position, reads.Position());
    ASSIGN_OR_RETURN(PersonChange change, plan(reads, author));
    written.person = change.person.person;
    written.warnings.clear();
    if (change.kind != PersonChange::Kind::kRemove) {
      StoredDirectory people(reads, change.key.workspace);
      ASSIGN_OR_RETURN(written.warnings, FindWarnings(people, change.key, written.person));
    }
    return change;
  };
  if (!request.has_value()) {
    RETURN_IF_ERROR(store_.Read(context, [&](PeopleReads& reads) { return look(reads).status(); }));
    return written;
  }
  ASSIGN_OR_RETURN(const std::string answer,
                   store_.Write(context, *request, author.time,
                                [&](PeopleChanges& changes) -> absl::StatusOr<std::string> {
                                  ASSIGN_OR_RETURN(const PersonChange change, look(changes));
                                  RETURN_IF_ERROR(CarryOut(changes, change));
                                  return Serialize(written);
                                }));
  return Parse(answer);
}

absl::StatusOr<v1::ImportPeopleResponse> People::Import(const base::CallContext& context,
                                                        const std::optional<PeopleRequest>& request,
                                                        const ImportCommand& command) {
  const Author author{context.identity.subject, clock_.Now()};
  ImportPlan plan;
  const auto look = [&](PeopleReads& reads) -> absl::Status {
    ASSIGN_OR_RETURN(plan, PlanImport(reads, command, author));
    ASSIGN_OR_RETURN(const int64_t position, reads.Position());
    plan.report.set_freshness_token(absl::StrCat(position));
    return absl::OkStatus();
  };
  if (!request.has_value()) {
    RETURN_IF_ERROR(store_.Read(context, look));
    return std::move(plan.report);
  }
  ASSIGN_OR_RETURN(const std::string answer,
                   store_.Write(context, *request, author.time,
                                [&](PeopleChanges& changes) -> absl::StatusOr<std::string> {
                                  RETURN_IF_ERROR(look(changes));
                                  for (const PersonChange& change : plan.changes)
                                    RETURN_IF_ERROR(CarryOut(changes, change));
                                  return plan.report.SerializeAsString();
                                }));
  v1::ImportPeopleResponse report;
  if (!report.ParseFromString(answer))
    return base::Internal("a remembered answer is not a message of its type");
  return report;
}

absl::StatusOr<v1::Person> People::Get(const base::CallContext& context, const PersonKey& key) {
  StoredPerson stored;
  RETURN_IF_ERROR(store_.Read(context, [&](PeopleReads& reads) -> absl::Status {
    ASSIGN_OR_RETURN(stored, RequirePerson(reads, key));
    return absl::OkStatus();
  }));
  return std::move(stored.person);
}

absl::StatusOr<listing::Page<v1::Person>> People::List(const base::CallContext& context,
                                                       absl::string_view workspace,
                                                       const listing::Query& query) {
  listing::Page<v1::Person> page;
  RETURN_IF_ERROR(store_.Read(context, [&](PeopleReads& reads) -> absl::Status {
    ASSIGN_OR_RETURN(page, reads.ListPeople(workspace, query));
    return absl::OkStatus();
  }));
  return page;
}

absl::StatusOr<listing::Page<v1::PersonHistoryEntry>> People::ListHistory(
    const base::CallContext& context, const PersonKey& key, const listing::Query& query) {
  listing::Page<v1::PersonHistoryEntry> page;
  RETURN_IF_ERROR(store_.Read(context, [&](PeopleReads& reads) -> absl::Status {
    ASSIGN_OR_RETURN(page, reads.ListHistory(key, query));
    if (!page.rows.empty()) return absl::OkStatus();
    // A filter may leave nothing of a history that there is.
    listing::Query any;
    any.limit = 1;
    ASSIGN_OR_RETURN(const listing::Page<v1::PersonHistoryEntry> first,
                     reads.ListHistory(key, any));
    return first.rows.empty() ? base::NotFound("Person", NameOf(key)) : absl::OkStatus();
  }));
  return page;
}

absl::Status People::Use(const base::CallContext& context, absl::string_view workspace,
                         absl::FunctionRef<absl::Status(Directory&)> body) {
  return store_.Read(context, [&](PeopleReads& reads) {
    StoredDirectory people(reads, workspace);
    return body(people);
  });
}

}  // namespace plumbline::onboarding
