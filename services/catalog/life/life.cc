// SPDX-License-Identifier: Apache-2.0
#include "services/catalog/life/life.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "common/base/ids.h"
#include "services/catalog/processes/command.h"
#include "services/catalog/resource/timestamp.h"

namespace plumbline::catalog {
namespace {

using v1::Process;

Process::State StateFor(const v1::Retirement& retirement, Process::State in_use) {
  switch (retirement.kind()) {
    case v1::Retirement::KIND_DEPRECATED:
      return Process::STATE_DEPRECATED;
    case v1::Retirement::KIND_ARCHIVED:
      return Process::STATE_ARCHIVED;
    default:
      return in_use;
  }
}

// What holds for a revision with this life (nullptr = none) of this process.
const v1::Retirement& RetirementOf(const Process& head, const v1::RevisionLife* life) {
  const bool own = life != nullptr && life->retirement().kind() >= head.retirement().kind();
  return own ? life->retirement() : head.retirement();
}

bool EffectiveAt(const v1::RevisionLife& life, absl::Time at) {
  return (!life.has_effective_from() || FromTimestamp(life.effective_from()) <= at) &&
         (!life.has_effective_until() || at < FromTimestamp(life.effective_until()));
}

std::string TimeText(absl::Time time) {
  return absl::FormatTime("%Y-%m-%dT%H:%M:%E*SZ", time, absl::UTCTimeZone());
}

// For sentences, in which people read no nanoseconds.
std::string SecondText(absl::Time time) {
  return absl::FormatTime("%Y-%m-%dT%H:%M:%SZ", time, absl::UTCTimeZone());
}

// When the next revision that is not archived becomes effective.
std::optional<absl::Time> NextEffective(const Process& head, absl::Time at) {
  std::optional<absl::Time> next;
  for (const v1::RevisionLife& life : head.revision_lives()) {
    if (!life.has_effective_from() ||
        StateFor(RetirementOf(head, &life), Process::STATE_PUBLISHED) == Process::STATE_ARCHIVED) {
      continue;
    }
    const absl::Time from = FromTimestamp(life.effective_from());
    if (from > at && (!next.has_value() || from < *next)) next = from;
  }
  return next;
}

bool AllArchived(const Process& head) {
  for (int64_t revision = head.latest_revision(); revision > 0; --revision) {
    if (StateOf(head, revision) != Process::STATE_ARCHIVED) return false;
  }
  return true;
}

}  // namespace

Process::State StateOf(const Process& head) {
  return StateFor(head.retirement(), Process::STATE_DRAFT);
}

Process::State StateOf(const Process& head, int64_t revision) {
  return StateFor(RetirementOf(head, FindLife(head, revision)), Process::STATE_PUBLISHED);
}

v1::Approval::State ApprovalOf(const Process& head) {
  return head.approval().etag() == head.etag() ? head.approval().state()
                                               : v1::Approval::STATE_UNSPECIFIED;
}

bool HasUnpublishedChanges(const Process& head) {
  return head.unpublished_changes() || head.latest_revision() == 0;
}

const v1::RevisionLife* FindLife(const Process& head, int64_t revision) {
  const auto& lives = head.revision_lives();
  auto it = std::lower_bound(
      lives.begin(), lives.end(), revision,
      [](const v1::RevisionLife& life, int64_t number) { return life.revision() < number; });
  return it == lives.end() || it->revision() != revision ? nullptr : &*it;
}

v1::RevisionLife& ChangeLife(Process& head, int64_t revision) {
  auto& lives = *head.mutable_revision_lives();
  int at = 0;
  while (at < lives.size() && lives[at].revision() < revision) ++at;
  if (at == lives.size() || lives[at].revision() != revision) {
    lives.Add()->set_revision(revision);
    std::rotate(lives.pointer_begin() + at, lives.pointer_end() - 1, lives.pointer_end());
  }
  v1::RevisionLife& life = lives[at];
  life.set_version(life.version() + 1);
  return life;
}

const v1::Tag* FindTag(const Process& head, absl::string_view tag) {
  const auto& tags = head.tags();
  auto it = std::lower_bound(tags.begin(), tags.end(), tag,
                             [](const v1::Tag& a, absl::string_view b) { return a.tag() < b; });
  return it == tags.end() || it->tag() != tag ? nullptr : &*it;
}

Choice ChooseRevision(const Process& head, absl::Time at) {
  Choice choice;
  if (StateOf(head) == Process::STATE_ARCHIVED) return choice;
  int last = head.revision_lives_size() - 1;
  for (int64_t revision = head.latest_revision(); revision > 0; --revision) {
    while (last >= 0 && head.revision_lives(last).revision() > revision) --last;
    const bool lived = last >= 0 && head.revision_lives(last).revision() == revision;
    const v1::RevisionLife* life = lived ? &head.revision_lives(last) : nullptr;
    if (life != nullptr && !EffectiveAt(*life, at)) continue;
    const Process::State state = StateFor(RetirementOf(head, life), Process::STATE_PUBLISHED);
    if (state == Process::STATE_PUBLISHED) return {revision, state};
    if (state == Process::STATE_DEPRECATED && choice.revision == 0) choice = {revision, state};
    // Of a process that is deprecated no revision is better than that.
    if (choice.revision != 0 && StateOf(head) == Process::STATE_DEPRECATED) return choice;
  }
  return choice;
}

absl::Status NothingToChoose(const Process& head, absl::Time at) {
  const std::string& name = head.name();
  if (head.latest_revision() == 0) {
    return base::Error(base::Reason::ERROR_REASON_RESOURCE_NOT_FOUND,
                       absl::StrCat("'", name,
                                    "' has no published revision yet: publish it, or read its "
                                    "draft"))
        .Resource("Process", absl::StrCat(name, "@latest"));
  }
  if (StateOf(head) == Process::STATE_ARCHIVED || AllArchived(head)) {
    const bool whole = head.has_retirement();
    const v1::RevisionLife* last = FindLife(head, head.latest_revision());
    return Retired(name, Process::STATE_ARCHIVED,
                   whole || last == nullptr ? head.retirement() : last->retirement());
  }
  const std::optional<absl::Time> next = NextEffective(head, at);
  base::Error error(
      base::Reason::ERROR_REASON_REVISION_NOT_EFFECTIVE,
      absl::StrCat(
          "no revision of '", name, "' is effective at ", SecondText(at),
          next.has_value() ? absl::StrCat("; the next one is from ", SecondText(*next)) : "",
          ": name a revision or a tag, or set another effective period"));
  error.With("time", TimeText(at)).Resource("Process", name);
  if (next.has_value()) error.With("effective_from", TimeText(*next));
  return error.Precondition("REVISION_NOT_EFFECTIVE", name, "has no revision that is effective");
}

absl::Status Retired(absl::string_view name, Process::State state,
                     const v1::Retirement& retirement) {
  const bool archived = state == Process::STATE_ARCHIVED;
  std::string message = absl::StrCat("'", name, "' is ", archived ? "archived" : "deprecated");
  if (!retirement.reason().empty()) absl::StrAppend(&message, " (", retirement.reason(), ")");
  if (!retirement.replacement().empty()) {
    absl::StrAppend(&message, ": use '", retirement.replacement(), "'");
  } else {
    absl::StrAppend(&message, ": use another");
  }
  absl::StrAppend(&message, archived ? ", or reinstate it"
                                     : ", name a revision or a tag to use it all the same, or "
                                       "reinstate it");
  return base::Error(base::Reason::ERROR_REASON_PROCESS_RETIRED, message)
      .With("state", archived ? "ARCHIVED" : "DEPRECATED")
      .With("reason", retirement.reason())
      .With("replacement", retirement.replacement())
      .Resource("Process", name)
      .Precondition("PROCESS_RETIRED", name, archived ? "is archived" : "is deprecated");
}

absl::StatusOr<int64_t> RevisionNamed(const v1::Process& head, const ProcessRef& ref,
                                      absl::Time now) {
  switch (ref.form) {
    case ProcessRef::Form::kHead:
      return 0;
    case ProcessRef::Form::kRevision:
      return ref.revision;
    case ProcessRef::Form::kTag: {
      const v1::Tag* tag = FindTag(head, ref.tag);
      if (tag == nullptr) return base::NotFound("Process", NameOf(ref.key, ref.tag));
      return tag->revision();
    }
    case ProcessRef::Form::kLatest:
      break;
  }
  const Choice choice = ChooseRevision(head, ref.at.value_or(now));
  if (choice.revision == 0) return NothingToChoose(head, ref.at.value_or(now));
  return choice.revision;
}

absl::Status CheckNotArchived(const Process& head, int64_t revision, absl::string_view name) {
  if (StateOf(head, revision) != Process::STATE_ARCHIVED) return absl::OkStatus();
  return Retired(name, Process::STATE_ARCHIVED, RetirementOf(head, FindLife(head, revision)));
}

std::optional<Process> LifeOf(const Process& head, int64_t revision) {
  const v1::RevisionLife* life = FindLife(head, revision);
  const v1::Retirement& retirement = RetirementOf(head, life);
  Process added;
  for (const v1::Tag& tag : head.tags()) {
    if (tag.revision() == revision) *added.add_tags() = tag;
  }
  if (retirement.kind() != v1::Retirement::KIND_UNSPECIFIED) {
    *added.mutable_retirement() = retirement;
    added.set_state(StateFor(retirement, Process::STATE_PUBLISHED));
  }
  if (life != nullptr) {
    if (life->has_effective_from()) *added.mutable_effective_from() = life->effective_from();
    if (life->has_effective_until()) *added.mutable_effective_until() = life->effective_until();
    added.set_etag(
        base::Sha256Hex(absl::StrCat(head.name(), "@", revision, "\nlife ", life->version()))
            .substr(0, 16));
  }
  if (life == nullptr && !added.has_retirement() && added.tags().empty()) return std::nullopt;
  return added;
}

void AddLife(const Process& head, Process* revision) {
  if (std::optional<Process> life = LifeOf(head, revision->revision())) revision->MergeFrom(*life);
}

void ClearLife(Process* revision) {
  revision->clear_latest_revision();
  revision->clear_retirement();
  revision->clear_tags();
  revision->clear_approval();
  revision->clear_draft_authors();
  revision->clear_revision_lives();
  revision->clear_unpublished_changes();
}

std::optional<Process> LifeOf(const Process& head) {
  if (!head.has_retirement() && head.tags().empty() && head.revision_lives().empty())
    return std::nullopt;
  Process life;
  life.set_name(head.name());
  life.set_latest_revision(head.latest_revision());
  if (head.has_retirement()) *life.mutable_retirement() = head.retirement();
  *life.mutable_tags() = head.tags();
  *life.mutable_revision_lives() = head.revision_lives();
  return life;
}

}  // namespace plumbline::catalog
