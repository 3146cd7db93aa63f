// SPDX-License-Identifier: Apache-2.0
//
// What a mutation would change, as a function of a snapshot: nothing here writes, so that
// validate_only runs the same rules.
#ifndef PLUMBLINE_SERVICES_CATALOG_RESOURCE_CHANGE_H_
#define PLUMBLINE_SERVICES_CATALOG_RESOURCE_CHANGE_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "plumbline/catalog/v1/history.pb.h"
#include "services/catalog/life/command.h"
#include "services/catalog/life/taken.h"
#include "services/catalog/processes/command.h"
#include "services/catalog/processes/store.h"

namespace plumbline::catalog {

// Who changes something, and when.
struct Author {
  std::string subject;
  absl::Time time;
};

struct Change {
  bool writes = true;                                 // false: it is already so
  bool deletes = false;                               // the head is to be removed
  Head head;                                          // as it is after the change
  std::optional<v1::Process> revision;                // to be added
  std::optional<v1::Process> answer;                  // what is answered; nullopt = the head
  std::vector<v1::CatalogHistoryEntry> history = {};  // to be appended
};

// What can be told of a content without looking at what is kept: FIELD_INVALID, PROCESS_INVALID or
// PROCESS_CYCLE, and what follows from it. To be done before a transaction, which others wait for,
// takes the command; of an update that names some of the fields only, the transaction has to look
// itself.
absl::Status CheckAhead(CreateCommand* command);
absl::Status CheckAhead(UpdateCommand* command);

// CheckAhead came before. Errors: RESOURCE_ALREADY_EXISTS; if it publishes, those of Publish.
absl::StatusOr<Change> Create(Snapshot& snapshot, const CreateCommand& command,
                              const Author& author);

// CheckAhead came before. Errors: FIELD_INVALID, PROCESS_INVALID, PROCESS_CYCLE,
// RESOURCE_NOT_FOUND, RESOURCE_ALREADY_EXISTS, ETAG_MISMATCH, PROCESS_STATE; if it publishes, those
// of Publish but NOTHING_TO_PUBLISH: then nothing is published.
absl::StatusOr<Change> Update(Snapshot& snapshot, const UpdateCommand& command,
                              const Author& author);

// The new revision has its calls pinned to exact revisions. Errors: FIELD_INVALID,
// RESOURCE_NOT_FOUND (it, or what it calls), ETAG_MISMATCH, PROCESS_STATE, APPROVAL_REQUIRED,
// PROCESS_CYCLE, PROCESS_NOT_PUBLISHED, PROCESS_RETIRED, REVISION_NOT_EFFECTIVE, PROCESS_INVALID,
// NOTHING_TO_PUBLISH.
absl::StatusOr<Change> Publish(Snapshot& snapshot, const PublishCommand& command,
                               const Author& author);

// The methods of CatalogService with these names, which list their errors.
absl::StatusOr<Change> Delete(Snapshot& snapshot, const DeleteCommand& command,
                              const Author& author);
absl::StatusOr<Change> Restore(Snapshot& snapshot, const RestoreCommand& command,
                               const Author& author);
absl::StatusOr<Change> SetPeriod(Snapshot& snapshot, const PeriodCommand& command,
                                 const Author& author);
absl::StatusOr<Change> Deprecate(Snapshot& snapshot, const RetireCommand& command,
                                 const Author& author);
absl::StatusOr<Change> Archive(Snapshot& snapshot, const RetireCommand& command,
                               const Author& author);
absl::StatusOr<Change> Reinstate(Snapshot& snapshot, const ReinstateCommand& command,
                                 const Author& author);
absl::StatusOr<Change> Submit(Snapshot& snapshot, const ApprovalCommand& command,
                              const Author& author);
absl::StatusOr<Change> Approve(Snapshot& snapshot, const ApprovalCommand& command,
                               const Author& author);
absl::StatusOr<Change> Reject(Snapshot& snapshot, const ApprovalCommand& command,
                              const Author& author);
absl::StatusOr<Change> SetTag(Snapshot& snapshot, const TagCommand& command, const Author& author);
absl::StatusOr<Change> DeleteTag(Snapshot& snapshot, const TagCommand& command,
                                 const Author& author);
absl::StatusOr<Change> LockTag(Snapshot& snapshot, const TagCommand& command, const Author& author);

// The rules of a draft that is to be kept: OK, FIELD_INVALID, PROCESS_INVALID or PROCESS_CYCLE.
absl::Status CheckDraft(const ProcessKey& key, const v1::Process& content);

// The head of `key`, or RESOURCE_NOT_FOUND.
absl::StatusOr<Head> RequireHead(Snapshot& snapshot, const ProcessKey& key);

// OK if `etag` is empty or the head's, else ETAG_MISMATCH with the present one.
absl::Status CheckEtag(const Head& head, absl::string_view etag);
// The same of anything that has one: `name` is its own.
absl::Status CheckEtag(absl::string_view name, absl::string_view present, absl::string_view etag);
// The same of what errors call `type`: "Utility".
absl::Status CheckEtag(absl::string_view type, absl::string_view name, absl::string_view present,
                       absl::string_view etag);

// The revision as it was published, or RESOURCE_NOT_FOUND.
absl::StatusOr<v1::Process> RequireRevision(Snapshot& snapshot, const ProcessKey& key,
                                            int64_t revision);
// The same as it is answered: with what its head says of it.
v1::Process Answered(const v1::Process& head, v1::Process revision);

// OK, or PROCESS_STATE: an archived process is neither edited nor published.
absl::Status CheckEditable(const Head& head);

// OK, or APPROVAL_REQUIRED: the workspace's policy demands an approved draft, and this one is not,
// or not with what it is about to take.
absl::Status CheckApproved(Snapshot& snapshot, const ProcessKey& key, const Head& head,
                           const TakenParts& taken);

// Adds to a change of a draft, whose content was checked for it, that the draft is published.
// Errors: those of Publish but NOTHING_TO_PUBLISH, which leaves the change as it is.
absl::StatusOr<Change> PublishToo(Snapshot& snapshot, const PublishCommand& command, Change change,
                                  const Author& author);
// NOTHING_TO_PUBLISH: the draft equals the `latest` revision.
absl::Status NothingToPublish(const ProcessKey& key, int64_t latest);

// ContentHash of the draft.
std::string DraftHash(const Head& head);

// New content of a draft: fills in what the catalog says about it, as the next version, and voids
// its approval.
void StampDraft(const Author& author, Head* head);

// The next version of a head whose draft is what it was. A state that changes the etag takes the
// approval of the draft along.
void StampHead(Head* head);
void StampState(Head* head);

// An entry for the history.
v1::CatalogHistoryEntry Entry(v1::CatalogHistoryEntry::Kind kind, const Author& author,
                              absl::string_view reason);

}  // namespace plumbline::catalog

#endif  // PLUMBLINE_SERVICES_CATALOG_RESOURCE_CHANGE_H_
