// SPDX-License-Identifier: Apache-2.0
//
// Graphs of workspaces in memory: made from the store when they are first asked for, kept current
// by what was written since.
//
// Invariants, for every graph and its watermark, whoever else writes to the database:
//  1. The graph holds every write with a position below the watermark, as it is to be understood at
//     the time that was given last.
//  2. Use shows a graph that holds every write that was answered before Use was called. For it asks
//     the store, in a snapshot that holds them all, for the heads that were written at the
//     watermark or later; those that the graph knows with another stamp it reads, in one snapshot
//     that is newer than what the graph holds, before it shows anything. Then the watermark is the
//     position of that snapshot. Heads whose periods began or ended meanwhile it reads as well.
//  3. A graph is changed by one call at a time, and not while it is shown.
#ifndef PLUMBLINE_SERVICES_CATALOG_COMPOSITION_GRAPH_MEMORY_H_
#define PLUMBLINE_SERVICES_CATALOG_COMPOSITION_GRAPH_MEMORY_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "common/base/call_context.h"
#include "services/catalog/composition/graph_store.h"
#include "services/catalog/impact/graph.h"

namespace plumbline::catalog {

// What is shown of a graph, for as long as it is shown.
struct GraphView {
  const impact::Graph& graph;
  int64_t watermark;  // see invariant 1
};

// Thread-safe.
class GraphMemory {
 public:
  // Holds about `capacity_bytes` of graphs; those not used for longest leave first. `store` must
  // outlive it.
  GraphMemory(GraphStore& store, int64_t capacity_bytes)
      : store_(store), capacity_bytes_(capacity_bytes) {}

  // Shows `body` the graph of a workspace as it is `now`. Costs one small read, what was written
  // since the last call, and a read of each head whose choice changed by itself since then; the
  // first call reads the whole workspace: all heads with their latest revisions in few reads, and
  // every other revision that is in use, or called by one, in one of its own. Calls run side by
  // side, but for those that bring the graph up to date. `now` goes on: what ended by an earlier
  // call stays so. WORKSPACE_TOO_LARGE for a graph that alone takes more than the capacity; errors
  // of the store and of `body`.
  absl::Status Use(const base::CallContext& context, absl::string_view workspace, absl::Time now,
                   absl::FunctionRef<absl::Status(const GraphView&)> body);

  int64_t memory_bytes() const;

 private:
  struct Entry {
    absl::Mutex mutex;
    impact::Graph graph ABSL_GUARDED_BY(mutex);
    int64_t watermark ABSL_GUARDED_BY(mutex) = 0;
    bool too_large ABSL_GUARDED_BY(mutex) = false;
    // Of GraphMemory::mutex_.
    int64_t bytes = 0;
    int64_t last_use = 0;
  };

  std::shared_ptr<Entry> EntryOf(const std::string& workspace);
  // Whether the graph holds everything that was answered by `now`.
  absl::StatusOr<bool> IsCurrent(const base::CallContext& context, absl::string_view workspace,
                                 absl::Time now, Entry& entry);
  absl::Status CatchUp(const base::CallContext& context, absl::string_view workspace,
                       absl::Time now, Entry& entry) ABSL_EXCLUSIVE_LOCKS_REQUIRED(entry.mutex);
  absl::Status ReadNews(GraphReads& reads, absl::string_view workspace, absl::Time now,
                        Entry& entry) ABSL_EXCLUSIVE_LOCKS_REQUIRED(entry.mutex);
  // Reads the heads with ids from `first` to `last` that the graph does not know as they are.
  absl::Status ReadHeads(GraphReads& reads, absl::string_view workspace, absl::string_view first,
                         absl::string_view last, absl::Time now, Entry& entry)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(entry.mutex);
  absl::Status ReadMissing(GraphReads& reads, absl::string_view workspace, Entry& entry)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(entry.mutex);
  absl::Status CheckSize(Entry& entry) ABSL_EXCLUSIVE_LOCKS_REQUIRED(entry.mutex);
  absl::Status Refuse(absl::string_view workspace, Entry& entry)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(entry.mutex);
  // Notes the size of an entry, and lets others go until all fit.
  void Account(const std::string& workspace, int64_t bytes);

  GraphStore& store_;
  const int64_t capacity_bytes_;
  mutable absl::Mutex mutex_;
  absl::flat_hash_map<std::string, std::shared_ptr<Entry>> entries_ ABSL_GUARDED_BY(mutex_);
  int64_t uses_ ABSL_GUARDED_BY(mutex_) = 0;
  int64_t bytes_ ABSL_GUARDED_BY(mutex_) = 0;
};

}  // namespace plumbline::catalog

#endif  // PLUMBLINE_SERVICES_CATALOG_COMPOSITION_GRAPH_MEMORY_H_
