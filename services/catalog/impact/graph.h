// SPDX-License-Identifier: Apache-2.0
//
// The processes of one workspace as a graph: which call which, and which use which utilities and
// roles. Invariants:
//  1. A part is one version of a process: its draft (revision 0) or a revision. There is a part for
//     every draft, for every latest revision, and for every revision that one of these calls,
//     directly or through others, as far as it was added.
//  2. A part is live if it is a latest revision or a live part calls it. It is held if it is a
//  draft
//     or latest revision, or a held part calls it. What is not held is gone.
//  3. A call with a revision is joined to its part as soon as both are there, in whatever order
//  they
//     came; a call of a draft without a revision is not joined: what it means changes.
// Updating costs what the process itself holds and what calls it; nothing is copied.
#ifndef PLUMBLINE_SERVICES_CATALOG_IMPACT_GRAPH_H_
#define PLUMBLINE_SERVICES_CATALOG_IMPACT_GRAPH_H_

#include <array>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"
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

// What is known of a process, by its Id.
struct ProcessEntry {
  Stamp stamp;
  PartIndex draft = kNoPart;
  PartIndex latest = kNoPart;            // kNoPart: not published
  std::vector<PartIndex> draft_callers;  // drafts that call it, at whatever revision, once a call
};

// Not thread-safe; const methods may run side by side.
class Graph {
 public:
  // Says what a process is now: its draft, and its latest revision (nullptr: there is none). Both
  // must keep the rules of the model. O(nodes + callers).
  void Put(absl::string_view process, Stamp stamp, const v1::Process& draft,
           const v1::Process* latest);
  // Adds a revision that Missing named.
  void AddRevision(const RevisionKey& key, const v1::Process& revision);
  // Revisions that held parts call and that are not there though they are published.
  std::vector<RevisionKey> Missing() const;
  // What Put was told last; the default if it was not.
  Stamp StampOf(absl::string_view process) const;
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
  bool IsLatest(PartIndex index) const { return processes_[parts_[index].process].latest == index; }
  // The part of a revision; kNoPart if it is not there.
  PartIndex Find(Id process, int64_t revision) const;
  // All parts of a process that are there, the draft too. O(parts of it).
  const std::vector<PartIndex>& PartsOf(Id process) const { return parts_of_[process]; }
  // Parts that use a utility, each once, in no order.
  const std::vector<PartIndex>& UsersOf(Id utility) const;
  // What a call means: its part. A draft's call without a revision means the latest one, or the
  // draft where there is none. kNoPart if it is not there.
  PartIndex TargetOf(const Call& call) const;

 private:
  enum Kind { kLive, kHeld };

  PartIndex Add(absl::string_view process, int64_t revision, const v1::Process& content);
  void Remove(PartIndex index);
  void SetDraft(Id process, const v1::Process& draft);
  void SetLatest(Id process, const v1::Process& latest);
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
  // Parts that call a revision that is not there, once a call.
  absl::flat_hash_map<std::pair<Id, int64_t>, std::vector<PartIndex>> waiting_;
  int64_t part_bytes_ = 0;
};

}  // namespace plumbline::catalog::impact

#endif  // PLUMBLINE_SERVICES_CATALOG_IMPACT_GRAPH_H_
