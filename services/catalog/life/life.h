// SPDX-License-Identifier: Apache-2.0
//
// What has become of a process and of its revisions, as its head says it (retirement, tags,
// revision_lives). Revisions never change: what is answered of one is the revision, and what its
// head says of it. Pure functions.
#ifndef PLUMBLINE_SERVICES_CATALOG_LIFE_LIFE_H_
#define PLUMBLINE_SERVICES_CATALOG_LIFE_LIFE_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "plumbline/catalog/v1/process.pb.h"
#include "services/catalog/processes/command.h"

namespace plumbline::catalog {

// DRAFT, DEPRECATED or ARCHIVED.
v1::Process::State StateOf(const v1::Process& head);
// PUBLISHED, DEPRECATED or ARCHIVED: of the revision itself or of the process, what goes further.
// O(log lives).
v1::Process::State StateOf(const v1::Process& head, int64_t revision);

// What was said about the draft as it is; nothing is said of one that was edited since.
v1::Approval::State ApprovalOf(const v1::Process& head);
// See Process.unpublished_changes.
bool HasUnpublishedChanges(const v1::Process& head);

// nullptr if nothing happened to the revision since it was published. O(log lives).
const v1::RevisionLife* FindLife(const v1::Process& head, int64_t revision);
// The life to change; counts the change. O(lives).
v1::RevisionLife& ChangeLife(v1::Process& head, int64_t revision);

// nullptr if there is none. O(log tags).
const v1::Tag* FindTag(const v1::Process& head, absl::string_view tag);

// The revision that is chosen where none is named, and its state: PUBLISHED or DEPRECATED.
struct Choice {
  int64_t revision = 0;  // 0 = there is none
  v1::Process::State state = v1::Process::STATE_UNSPECIFIED;
  bool operator==(const Choice&) const = default;
};

// Of the revisions that are effective `at` a time, the one with the greatest number that is
// PUBLISHED, or else the one with the greatest number that is DEPRECATED. O(lives).
Choice ChooseRevision(const v1::Process& head, absl::Time at);

// What is chosen from a time on, until the next one of these.
struct ChoiceFrom {
  absl::Time from;
  Choice choice;
};

// What ChooseRevision gives `from` a time on, for ever: the first begins then, each later one where
// the choice changes. O(lives * log lives).
std::vector<ChoiceFrom> ChoicesFrom(const v1::Process& head, absl::Time from);

// The revisions that are in use by themselves, not only because others call them: those that
// ChooseRevision gives at `from` or later, and those that a tag names and that are not archived.
// Sorted, each once; as `from` goes on they only become fewer. Costs as ChoicesFrom.
std::vector<int64_t> RevisionsInUse(const v1::Process& head, absl::Time from);

// Whether the change of a head from `before` to `after` leaves those who name no revision without a
// PUBLISHED one, at some time that is not before `from` and at which they got `revision`. Costs as
// ChoicesFrom.
bool LeavesNone(const v1::Process& before, const v1::Process& after, int64_t revision,
                absl::Time from);

// Why ChooseRevision finds none: RESOURCE_NOT_FOUND (never published), REVISION_NOT_EFFECTIVE,
// PROCESS_RETIRED.
absl::Status NothingToChoose(const v1::Process& head, absl::Time at);

// The revision that `ref`, which names `head`, means now; 0 for the head itself. A number is not
// looked for. Errors: RESOURCE_NOT_FOUND (no such tag), those of NothingToChoose.
absl::StatusOr<int64_t> RevisionNamed(const v1::Process& head, const ProcessRef& ref,
                                      absl::Time now);

// OK, or PROCESS_RETIRED if the process or the revision is archived. `name` is what was named.
absl::Status CheckNotArchived(const v1::Process& head, int64_t revision, absl::string_view name);

// The error for what is retired: PROCESS_RETIRED with state, reason and replacement.
absl::Status Retired(absl::string_view name, v1::Process::State state,
                     const v1::Retirement& retirement);

// What `head` adds to the answer about one of its revisions: state, retirement, effective period,
// tags, etag. nullopt if nothing: the answer is the revision as it was published. To be merged into
// it.
std::optional<v1::Process> LifeOf(const v1::Process& head, int64_t revision);
void AddLife(const v1::Process& head, v1::Process* revision);

// Takes away what stands on heads alone: tags, approval, authors of the draft, lives.
void ClearLife(v1::Process* revision);

// The part of a head that these functions look at; nullopt if the head says nothing of that kind,
// so that all revisions are as they were published and the latest is the one to choose.
std::optional<v1::Process> LifeOf(const v1::Process& head);

}  // namespace plumbline::catalog

#endif  // PLUMBLINE_SERVICES_CATALOG_LIFE_LIFE_H_
