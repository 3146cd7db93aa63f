// SPDX-License-Identifier: Apache-2.0
//
// The calls of a process: which revisions they mean, and what those call in turn.
#ifndef PLUMBLINE_SERVICES_CATALOG_PROCESSES_CALLS_H_
#define PLUMBLINE_SERVICES_CATALOG_PROCESSES_CALLS_H_

#include <map>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "services/catalog/processes/store.h"

namespace plumbline::catalog {

// OK, or PROCESS_CYCLE if a call below `root`, the tree of `caller`, names `caller` itself,
// whatever the revision. Cycles through other processes show when it is published. The rules of the
// tree have been checked. O(nodes).
absl::Status CheckNoSelfCall(const ProcessKey& caller, const v1::Node& root);

// The texts of all calls of a tree whose depth has been checked, each once, in order. O(nodes).
std::vector<std::string> CallsOf(const v1::Node& root);

// Writes the exact revision into every call below `root`, the tree of `caller`: the one that the
// tag names, or the one that is chosen `at` a time where the call names none. Errors: PROCESS_CYCLE
// (it calls itself), RESOURCE_NOT_FOUND and PROCESS_NOT_PUBLISHED (with the chain from `caller` to
// what is missing), REVISION_NOT_EFFECTIVE, PROCESS_RETIRED (archived; deprecated, where the call
// names no revision). O(nodes), one read per process called.
absl::Status PinCalls(Snapshot& snapshot, const ProcessKey& caller, absl::Time at, v1::Node* root);

// The same for a comparison: a call that cannot be pinned stays as it is.
absl::Status PinCallsWherePossible(Snapshot& snapshot, const ProcessKey& caller, absl::Time at,
                                   v1::Node* root);

// All revisions that a tree with pinned calls needs, transitively.
class Closure {
 public:
  // Errors, all with the chain of processes from `caller` on: PROCESS_CYCLE (back to it),
  // RESOURCE_NOT_FOUND (to what is missing), PROCESS_INVALID (more than flow::kMaxNodes nodes in
  // all that is called: to where they become too many). Reads every revision once.
  static absl::StatusOr<Closure> Read(Snapshot& snapshot, const ProcessKey& caller,
                                      const v1::Node& root);

  // The revision that the call "processes/{p}@{revision}" means; INTERNAL if it is not part of
  // this. Lives as long as this.
  absl::StatusOr<const v1::Process*> Find(absl::string_view called) const;

  bool empty() const { return revisions_.empty(); }

  // "workspaces/{w}/processes/{p}@{revision}" of all, sorted.
  std::vector<std::string> Names() const;

 private:
  std::map<std::string, v1::Process, std::less<>> revisions_;  // by the text of the call
};

}  // namespace plumbline::catalog

#endif  // PLUMBLINE_SERVICES_CATALOG_PROCESSES_CALLS_H_
