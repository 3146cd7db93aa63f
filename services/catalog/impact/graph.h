// SPDX-License-Identifier: Apache-2.0
//
// The processes of one workspace as a graph: which call which, and which use which utilities and
// roles. Invariants:
//  1. A part is one version of a process: its draft (revision 0) or a revision. There is a part for
//     every draft, for every revision that is in use by itself (Standing), and for every revision
//     that one of these calls, directly or through others, as far as it was added.
//  2. A part is live if it is in use by itself or a live part calls it. It is held if it is a draft
//     or live, or a held part calls it. What is not held is gone.
//  3. A call with a revision is joined to its part as soon as both are there, in whatever order
//     they came; a call of a draft without a revision is not joined: what it means changes.
// What a process stands for depends on the time; the graph knows until when, and is told again.
// Updating costs what the process itself holds and what calls it; nothing is copied.
#ifndef PLUMBLINE_SERVICES_CATALOG_IMPACT_GRAPH_H_
#define PLUMBLINE_SERVICES_CATALOG_IMPACT_GRAPH_H_

#include <array>
#include <cstdint>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "plumbline/catalog/v1/process.pb.h"
#include "services/catalog/impact/tree.h"

namespace plumbline::catalog::impact {

// Index of a part. Stays for as long as the part is there.
using PartIndex = uint32_t;
inline constexpr PartIndex kNoPart = ~PartIndex{0};

struct RevisionKey {
  std::string process;
  int64_t revision = 0;
};

// What analyses look at comes first.
struct Part {
  std::array<int32_t, 2> references = {0, 0};  // see Graph::Hold
  Id process = kNoId;                          // kNoId: the part is gone
  int64_t revision = 0;                        // 0 = the draft
  std::vector<PartIndex> callers;  // revisions and drafts that call this very part, once a call
  Tree tree;                       // of a draft: an outline
  std::string title;
  std::string owner;

  bool is_there() const { return process != kNoId; }
  bool is_draft() const { return revision == 0; }
  bool is_live() const { return references[0] > 0; }
};

// Tells the states of a process apart.
struct Stamp {
  int64_t position = -1;  // of the write; -1 = nothing is known
  int64_t version = 0;    // of the head
  bool operator==(const Stamp&) const = default;
};

// What a process stands for at a time. The default is that of one that was never published.
struct Standing {
  int64_t latest = 0;           // the number of its latest revision; 0 = there is none
  int64_t chosen = 0;           // the revision that a call without one means; 0 = there is none
  std::vector<int64_t> in_use;  // revisions in use by themselves; sorted
  std::vector<std::pair<std::string, int64_t>> tags;  // what calls by tag mean; sorted
  bool archived = false;                              // its draft calls and uses nothing
  absl::Time until = absl::InfiniteFuture();  // from then on it may stand for something else
};

// What is known of a process, by its Id.
struct ProcessEntry {
  Stamp stamp;
  PartIndex draft = kNoPart;
  PartIndex latest = kNoPart;            // the last published; kNoPart: not there
  std::vector<PartIndex> draft_callers;  // drafts that call it, at whatever revision, once a call
  Standing standing;
};

// Not thread-safe; const methods may run side by side.
class Graph {
 public:
  // Says what a process is now: its draft, what it stands for, and its latest revision, so that
  // this one need not be added if it is in use (nullptr: there is none, or it is not at hand). Both
  // must keep the rules of the model. O(nodes + callers + parts of it * revisions in use).
  void Put(absl::string_view process, Stamp stamp, const v1::Process& draft,
           const v1::Process* latest, Standing standing);
  // Says that a process that was never published is no more.
  void Delete(absl::string_view process);
  // Adds a revision that Missing named.
  void AddRevision(const RevisionKey& key, const v1::Process& revision);
  // Revisions that are in use or called by held parts, and that are not there though they are
  // published.
  std::vector<RevisionKey> Missing() const;
  // Until when all of it stands. O(1).
  absl::Time StandsUntil() const;
  // Processes that may stand for something else at `now`: they are to be Put again.
  std::vector<std::string> Outdated(absl::Time now) const;
  // What Put was told last; the default if it was not.
  Stamp StampOf(absl::string_view process) const;
  // Whether it was told this, and it still stands at `now`. A stamp of version 0: that the process
  // is no more.
  bool Knows(absl::string_view process, const Stamp& stamp, absl::Time now) const;
  // Memory, about.
  int64_t bytes() const;

  // For analyses. All indices of parts, also of those that are gone, are below size().
  PartIndex size() const { return static_cast<PartIndex>(parts_.size()); }
  const Part& part(PartIndex index) const { return parts_[index]; }
  const Vocabulary& vocabulary() const { return vocabulary_; }
  const std::string& ProcessOf(const Part& part) const {
    return vocabulary_.processes.Text(part.process);
  }
  const ProcessEntry& entry(Id process) const { return processes_[process]; }
  // Whether it is the revision that "@latest" chooses now, which need not be the last published.
  // O(1).
  bool IsLatest(PartIndex index) const {
    const Part& part = parts_[index];
    return !part.is_draft() && processes_[part.process].standing.chosen == part.revision;
  }
  // The part of a revision; kNoPart if it is not there.
  PartIndex Find(Id process, int64_t revision) const;
  // All parts of a process that are there, the draft too. O(parts of it).
  const std::vector<PartIndex>& PartsOf(Id process) const { return parts_of_[process]; }
  // Parts that use a utility, each once, in no order.
  const std::vector<PartIndex>& UsersOf(Id utility) const;
  // What a call means: its part. A draft's call by tag means the revision that the tag names; one
  // without a revision the one that is chosen, or the draft where there is none. kNoPart if it is
  // not there. O(parts of the process + log tags of it).
  PartIndex TargetOf(const Call& call) const;

 private:
  enum Kind { kLive, kHeld };

  PartIndex Add(absl::string_view process, int64_t revision, const v1::Process& content);
  void Remove(PartIndex index);
  void SetDraft(Id process, const v1::Process& draft);
  void SetStanding(Id process, Standing standing);
  // A revision is in use by itself, or no longer; it need not be there.
  void BeginUse(Id process, int64_t revision);
  void EndUse(Id process, int64_t revision);
  // Joins a call to its part, or lets it wait for it.
  void Join(PartIndex caller, Call* call);
  // Joins the calls that waited for this part.
  void JoinWaiting(PartIndex index);
  void Unjoin(PartIndex caller, const Call& call);
  // One more, or one less, reason for a part to be live or held. The first makes what it calls live
  // or held as well; the last takes that back.
  void Hold(PartIndex index, Kind kind);
  void LetGo(PartIndex index, Kind kind);
  void EnsureEntries();

  Vocabulary vocabulary_;
  std::vector<Part> parts_;
  std::vector<PartIndex> free_;
  // By Id.
  std::vector<ProcessEntry> processes_;
  std::vector<std::vector<PartIndex>> parts_of_;
  std::vector<std::vector<PartIndex>> users_of_;
  // Parts that call a revision that is not there, once a call; kNoPart: it is in use by itself.
  absl::flat_hash_map<std::pair<Id, int64_t>, std::vector<PartIndex>> waiting_;
  // When processes come to stand for something else, but for those that never do.
  std::set<std::pair<absl::Time, Id>> until_;
  int64_t part_bytes_ = 0;
  int64_t standing_bytes_ = 0;
};

}  // namespace plumbline::catalog::impact

#endif  // PLUMBLINE_SERVICES_CATALOG_IMPACT_GRAPH_H_
