// SPDX-License-Identifier: Apache-2.0
#include "services/catalog/impact/graph.h"

#include <algorithm>
#include <utility>

namespace plumbline::catalog::impact {
namespace {

// What a part costs beside what its tree and texts take: itself, its slots in the tables.
constexpr int64_t kPartOverhead = sizeof(Part) + 64;
constexpr int64_t kProcessOverhead = sizeof(ProcessEntry) + sizeof(std::vector<PartIndex>);
constexpr int64_t kReferenceBytes = sizeof(PartIndex);
constexpr int64_t kUntilBytes = sizeof(std::pair<absl::Time, Id>) + 32;

int64_t SizeOf(const Part& part) {
  const auto references = static_cast<int64_t>(part.tree.calls.size() + part.tree.uses.size());
  return kPartOverhead + part.tree.bytes() + static_cast<int64_t>(part.title.capacity()) +
         static_cast<int64_t>(part.owner.capacity()) + references * kReferenceBytes;
}

// What a standing takes beside itself.
int64_t SizeOf(const Standing& standing) {
  constexpr int64_t kTagBytes = sizeof(std::pair<std::string, int64_t>) + 32;
  return static_cast<int64_t>(standing.in_use.capacity() * sizeof(int64_t)) +
         static_cast<int64_t>(standing.tags.capacity()) * kTagBytes;
}

// Takes one `value` out; the order of the others may change.
void EraseOne(std::vector<PartIndex>& values, PartIndex value) {
  auto found = std::find(values.begin(), values.end(), value);
  if (found == values.end()) return;
  *found = values.back();
  values.pop_back();
}

}  // namespace

void Graph::EnsureEntries() {
  processes_.resize(vocabulary_.processes.size());
  parts_of_.resize(vocabulary_.processes.size());
  users_of_.resize(vocabulary_.utilities.size());
}

PartIndex Graph::Add(absl::string_view process, int64_t revision, const v1::Process& content) {
  Part part;
  part.process = vocabulary_.processes.Acquire(process);
  part.revision = revision;
  part.title = content.title();
  part.owner = content.owner();
  part.tree = Pack(content.root(), part.is_draft(), &vocabulary_);
  EnsureEntries();
  part_bytes_ += SizeOf(part);

  PartIndex index = size();
  if (free_.empty()) {
    parts_.emplace_back();
  } else {
    index = free_.back();
    free_.pop_back();
  }
  Part& added = parts_[index] = std::move(part);
  parts_of_[added.process].push_back(index);
  Id last = kNoId;
  for (const Use& use : added.tree.uses) {
    if (use.utility != last) users_of_[use.utility].push_back(index);
    last = use.utility;
  }
  for (Call& call : added.tree.calls) {
    if (added.is_draft()) processes_[call.process].draft_callers.push_back(index);
    Join(index, &call);
  }
  if (added.is_draft()) return index;
  ProcessEntry& entry = processes_[added.process];
  if (added.revision == entry.standing.latest) entry.latest = index;
  JoinWaiting(index);
  return index;
}

void Graph::JoinWaiting(PartIndex index) {
  const Part& part = parts_[index];
  auto found = waiting_.find({part.process, part.revision});
  if (found == waiting_.end()) return;
  const std::vector<PartIndex> callers = std::move(found->second);
  waiting_.erase(found);
  for (PartIndex caller : callers) {
    if (caller == kNoPart) {
      for (Kind kind : {kLive, kHeld}) Hold(index, kind);
      continue;
    }
    for (Call& call : parts_[caller].tree.calls) {
      const bool waits =
          call.target == kNoPart && call.process == part.process && call.revision == part.revision;
      if (!waits) continue;
      Join(caller, &call);
      break;
    }
  }
}

void Graph::Join(PartIndex caller, Call* call) {
  call->target = call->revision == 0 ? kNoPart : Find(call->process, call->revision);
  if (call->revision == 0) return;
  if (call->target == kNoPart) {
    waiting_[{call->process, call->revision}].push_back(caller);
    return;
  }
  parts_[call->target].callers.push_back(caller);
  for (Kind kind : {kLive, kHeld}) {
    if (parts_[caller].references[kind] > 0) Hold(call->target, kind);
  }
}

void Graph::Unjoin(PartIndex caller, const Call& call) {
  if (call.target != kNoPart) {
    EraseOne(parts_[call.target].callers, caller);
  } else if (auto found = waiting_.find({call.process, call.revision}); found != waiting_.end()) {
    EraseOne(found->second, caller);
    if (found->second.empty()) waiting_.erase(found);
  }
}

void Graph::Hold(PartIndex index, Kind kind) {
  if (parts_[index].references[kind]++ > 0) return;
  for (const Call& call : parts_[index].tree.calls) {
    if (call.target != kNoPart) Hold(call.target, kind);
  }
}

void Graph::LetGo(PartIndex index, Kind kind) {
  if (--parts_[index].references[kind] > 0) return;
  for (const Call& call : parts_[index].tree.calls) {
    if (call.target != kNoPart) LetGo(call.target, kind);
  }
  if (kind == kHeld) Remove(index);
}

void Graph::Remove(PartIndex index) {
  Part& part = parts_[index];
  for (const Call& call : part.tree.calls) {
    if (part.is_draft()) EraseOne(processes_[call.process].draft_callers, index);
    Unjoin(index, call);
  }
  // Parts that call it are not held either, or it would be; they are about to go as well.
  for (PartIndex caller : part.callers) {
    for (Call& call : parts_[caller].tree.calls) {
      if (call.target == index) call.target = kNoPart;
    }
  }
  for (const Use& use : part.tree.uses) EraseOne(users_of_[use.utility], index);
  EraseOne(parts_of_[part.process], index);
  if (processes_[part.process].latest == index) processes_[part.process].latest = kNoPart;
  part_bytes_ -= SizeOf(part);
  Unpack(part.tree, part.is_draft(), &vocabulary_);
  vocabulary_.processes.Release(part.process);
  part = Part();
  free_.push_back(index);
}

void Graph::SetDraft(Id process, const v1::Process& draft) {
  const PartIndex before = processes_[process].draft;
  const PartIndex now = Add(vocabulary_.processes.Text(process), 0, draft);
  Hold(now, kHeld);
  processes_[process].draft = now;
  if (before != kNoPart) LetGo(before, kHeld);
}

void Graph::BeginUse(Id process, int64_t revision) {
  const PartIndex part = Find(process, revision);
  if (part == kNoPart) {
    waiting_[{process, revision}].push_back(kNoPart);
    return;
  }
  for (Kind kind : {kLive, kHeld}) Hold(part, kind);
}

void Graph::EndUse(Id process, int64_t revision) {
  if (const PartIndex part = Find(process, revision); part != kNoPart) {
    for (Kind kind : {kLive, kHeld}) LetGo(part, kind);
  } else if (auto found = waiting_.find({process, revision}); found != waiting_.end()) {
    EraseOne(found->second, kNoPart);
    if (found->second.empty()) waiting_.erase(found);
  }
}

void Graph::SetStanding(Id process, Standing standing) {
  Standing& now = processes_[process].standing;
  const Standing before = std::exchange(now, std::move(standing));
  standing_bytes_ += SizeOf(now) - SizeOf(before);
  until_.erase({before.until, process});
  if (now.until != absl::InfiniteFuture()) until_.insert({now.until, process});
  const auto is_among = [](int64_t revision, const std::vector<int64_t>& revisions) {
    return std::binary_search(revisions.begin(), revisions.end(), revision);
  };
  // What comes is held before what goes is let go, so that what both call stays.
  for (const int64_t revision : now.in_use) {
    if (!is_among(revision, before.in_use)) BeginUse(process, revision);
  }
  for (const int64_t revision : before.in_use) {
    if (!is_among(revision, now.in_use)) EndUse(process, revision);
  }
  processes_[process].latest = now.latest == 0 ? kNoPart : Find(process, now.latest);
}

void Graph::Put(absl::string_view process, Stamp stamp, const v1::Process& draft,
                const v1::Process* latest, Standing standing) {
  const Id id = vocabulary_.processes.Acquire(process);
  EnsureEntries();
  if (standing.archived) {
    v1::Process title;
    title.set_title(draft.title());
    title.set_owner(draft.owner());
    SetDraft(id, title);
  } else {
    SetDraft(id, draft);
  }
  SetStanding(id, std::move(standing));
  if (latest != nullptr) AddRevision({std::string(process), latest->revision()}, *latest);
  processes_[id].stamp = stamp;
  vocabulary_.processes.Release(id);  // its draft holds it
}

void Graph::Delete(absl::string_view process) {
  const Id id = vocabulary_.processes.Find(process);
  if (id == kNoId || processes_[id].draft == kNoPart) return;
  vocabulary_.processes.Acquire(process);  // its draft may have held it alone
  LetGo(std::exchange(processes_[id].draft, kNoPart), kHeld);
  SetStanding(id, Standing());
  processes_[id].stamp = Stamp();
  vocabulary_.processes.Release(id);
}

void Graph::AddRevision(const RevisionKey& key, const v1::Process& revision) {
  const Id process = vocabulary_.processes.Find(key.process);
  if (process == kNoId || !waiting_.contains({process, key.revision})) return;
  Add(key.process, key.revision, revision);
}

std::vector<RevisionKey> Graph::Missing() const {
  std::vector<RevisionKey> missing;
  for (const auto& [key, callers] : waiting_) {
    // Drafts may call revisions that are yet to come.
    if (key.second > processes_[key.first].standing.latest) continue;
    missing.push_back({vocabulary_.processes.Text(key.first), key.second});
  }
  return missing;
}

absl::Time Graph::StandsUntil() const {
  return until_.empty() ? absl::InfiniteFuture() : until_.begin()->first;
}

std::vector<std::string> Graph::Outdated(absl::Time now) const {
  std::vector<std::string> outdated;
  for (auto it = until_.begin(); it != until_.end() && it->first <= now; ++it)
    outdated.push_back(vocabulary_.processes.Text(it->second));
  return outdated;
}

Stamp Graph::StampOf(absl::string_view process) const {
  const Id id = vocabulary_.processes.Find(process);
  return id == kNoId ? Stamp() : processes_[id].stamp;
}

bool Graph::Knows(absl::string_view process, const Stamp& stamp, absl::Time now) const {
  const Id id = vocabulary_.processes.Find(process);
  if (stamp.version == 0) return id == kNoId || processes_[id].draft == kNoPart;
  return id != kNoId && processes_[id].stamp == stamp && now < processes_[id].standing.until;
}

PartIndex Graph::Find(Id process, int64_t revision) const {
  for (PartIndex index : parts_of_[process]) {
    if (parts_[index].revision == revision) return index;
  }
  return kNoPart;
}

const std::vector<PartIndex>& Graph::UsersOf(Id utility) const { return users_of_[utility]; }

PartIndex Graph::TargetOf(const Call& call) const {
  if (call.revision != 0) return call.target;
  const ProcessEntry& process = processes_[call.process];
  const Standing& standing = process.standing;
  if (call.tag == kNoId)
    return standing.chosen == 0 ? process.draft : Find(call.process, standing.chosen);
  const std::string& tag = vocabulary_.tags.Text(call.tag);
  auto found = std::lower_bound(standing.tags.begin(), standing.tags.end(), tag,
                                [](const auto& a, const std::string& b) { return a.first < b; });
  const bool named = found != standing.tags.end() && found->first == tag;
  return named ? Find(call.process, found->second) : kNoPart;
}

int64_t Graph::bytes() const {
  return part_bytes_ + vocabulary_.processes.bytes() + vocabulary_.utilities.bytes() +
         vocabulary_.roles.bytes() + vocabulary_.tags.bytes() + standing_bytes_ +
         static_cast<int64_t>(until_.size()) * kUntilBytes +
         static_cast<int64_t>(processes_.size()) * kProcessOverhead;
}

}  // namespace plumbline::catalog::impact
