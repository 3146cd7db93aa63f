// SPDX-License-Identifier: Apache-2.0
//
// What changed between two versions of a process, and whether an instance that runs under the
// version before can go on under the version after.
//
// What an instance's state needs. Its state is a Progress (progress.h): for every node of the plan
// whether it waits, is active, done or not needed, what it asks, and its round; its tasks, ticked
// items and history name steps by id. The state carries over to another version like this, from
// the root down:
//   a. A node that has a partner before keeps its state and round. Where it asks whether it is to
//   be
//      done and is not optional any more, it begins; where it has begun and is optional now, it
//      counts as wanted.
//   b. A node that is new waits if the part that it stands in is still to come: its parent waits or
//      asks, or stands in a sequence or loop before it. If its parent is a parallel that is under
//      way, its turn has come. Else it is not needed: this instance is past it.
// That is sound (the result keeps the invariants of progress.h, and no answer, no finished and no
// begun work is lost or invented) unless one of the following changed; these need a migration, a
// decision of people for each instance:
//   - a node is gone, or is now of another kind: somebody may be at work on it;
//   - a node moved to another parent, or between body and redo of a loop: where an instance stands
//     says nothing about the new place;
//   - children of a sequence changed their order: an instance between two of them has done what
//     would come later and would skip or repeat the rest;
//   - a node has another id: tasks, history and statistics know it by the former one;
//   - a call means another process, or another revision of it that itself needs a migration;
//   - an attribute may from now on not have, or not be without, the value that an instance has: it
//     is of another type or currency, allows less, or must have a value and has no default, while
//     instances were allowed to be given none. (A default is not kept with an instance: it has that
//     of the revision under which it runs. So another default is compatible, and told.)
// All other changes are COMPATIBLE (the instance notices them from now on: who does the rest, by
// when, with what; what is past stays as it was) or COSMETIC (nothing that a run does depends on
// them: texts for people, labels, orders that mean nothing).
#ifndef PLUMBLINE_COMMON_FLOW_DIFF_H_
#define PLUMBLINE_COMMON_FLOW_DIFF_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/strings/string_view.h"
#include "common/flow/process.h"

namespace plumbline::flow {

// Ordered: the verdict on several changes is the greatest of theirs.
enum class Verdict : uint8_t { kIdentical, kCosmetic, kCompatible, kNeedsMigration };

// What kind of change it is. Within a node, changes are listed in this order.
enum class DifferenceKind : uint8_t {
  kAdded,         // a node with all that is new below it; it was nowhere before
  kRemoved,       // a node with all that is gone below it
  kMoved,         // a node, with what is below it, to another parent or part of a loop
  kReordered,     // a node among the children of the same parent
  kReidentified,  // the same node under another id
  kNodeKind,      // sequence, parallel, ...: what is particular to the kinds is not listed
  kTitle,
  kPurpose,  // this and the next two: of the process only
  kOwner,
  kLabel,      // one label; item: its key
  kAttribute,  // one attribute; item: its id
  kOptional,
  kCondition,
  kDecider,
  kLeaveWhen,
  kCall,      // the process that is called, or its revision
  kArgument,  // one argument; item: the attribute that gets it
  kRole,
  kTarget,  // of a step or of the process
  kEarliestDay,
  kUtility,     // one utility; item: its id
  kChecklist,   // one line; item: its id
  kDefectKind,  // one kind; item: its id
  kInstructions,
  kOutput,  // one output; item: the attribute
  kVerifier,
  kWaiverApprover,
  kTemplate,    // the template that a step uses, or its revision
  kAutomation,  // which program does a step, or how long its answer may take
  kMilestone,   // one milestone; item: its id. This and the next: of the process only
  kEscalation,  // one rule; item: its id
};

// One change. Texts are for people; a value that is absent is "".
struct Difference {
  DifferenceKind kind = DifferenceKind::kAdded;
  Verdict verdict = Verdict::kIdentical;  // of this change alone, never kIdentical
  std::string node;                       // id after (kRemoved: before); "" = the process itself
  std::string title;                      // of that node; where it has none, its kind: "sequence"
  std::string path;  // of the field after (kRemoved: before), in proto names: "root.choice.decider"
  std::string item;  // which entry of a list; "" = none in particular, or their order
  std::string before;  // places: "reviews", "settle.redo"; positions: "1"; spans: "2 d 30 min"
  std::string after;
  int nodes = 0;    // kAdded, kRemoved: how many nodes
  std::string why;  // why the verdict
};

struct ProcessDiff {
  Verdict verdict = Verdict::kIdentical;
  std::vector<Difference> differences;
};

// How a called process changed from one revision to another ("processes/x@1", "processes/x@2").
using CalledVerdict = absl::FunctionRef<Verdict(absl::string_view, absl::string_view)>;

// Both processes are valid. The verdict is kIdentical iff they are equal, and then there is no
// difference. Nodes are matched as MatchTrees says; the order of differences is that of the fields
// of the process, then of the nodes after (preorder), then of what was removed (preorder). `called`
// is asked about calls of two revisions of one process; without it those need a migration.
// O(nodes log nodes + size of texts).
ProcessDiff Diff(const ProcessContent& before, const ProcessContent& after, CalledVerdict called);
ProcessDiff Diff(const ProcessContent& before, const ProcessContent& after);

}  // namespace plumbline::flow

#endif  // PLUMBLINE_COMMON_FLOW_DIFF_H_
