// SPDX-License-Identifier: Apache-2.0
//
// What the graph of a workspace (impact/graph.h) is made from, and how it is kept current: every
// write of a head leaves its position in the row of the head. A snapshot with the position p holds
// all writes with smaller ones; so who holds such a snapshot misses only heads that were written at
// p or later, and finds them by that. Writes of one workspace run one after the other, so the
// position of a head only grows. A release that knows no positions leaves the old one: such heads
// are found by their version, which is not the one that was written with the position. A head that
// is deleted leaves its position elsewhere, until there is one of that name again.
#ifndef PLUMBLINE_SERVICES_CATALOG_COMPOSITION_GRAPH_STORE_H_
#define PLUMBLINE_SERVICES_CATALOG_COMPOSITION_GRAPH_STORE_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "common/base/call_context.h"
#include "plumbline/catalog/v1/process.pb.h"
#include "services/catalog/impact/graph.h"
#include "services/catalog/processes/store.h"

namespace plumbline::catalog {

struct HeadStamp {
  std::string process;
  impact::Stamp stamp;  // of version 0: it was deleted
};

struct HeadAndLatest {
  std::string process;
  impact::Stamp stamp;
  v1::Process head;
  std::optional<v1::Process> latest;  // the latest revision
};

// What can be read within one transaction. Used by one thread, within the body that got it. Errors
// of all methods: DEPENDENCY_UNAVAILABLE, DEADLINE_EXCEEDED, INTERNAL.
class GraphReads {
 public:
  virtual ~GraphReads() = default;
  // As Snapshot::Position.
  virtual absl::StatusOr<int64_t> Position() = 0;
  // Heads that were written or deleted at `position` or later, and those that an earlier release
  // wrote, in the order of their ids, after the id `after` ("" = all); at most `limit`. Costs what
  // it returns.
  virtual absl::StatusOr<std::vector<HeadStamp>> ChangedSince(absl::string_view workspace,
                                                              int64_t position,
                                                              absl::string_view after,
                                                              int limit) = 0;
  // Heads with ids from `first` to `last` in the order of ChangedSince, both included.
  virtual absl::StatusOr<std::vector<HeadAndLatest>> ReadHeads(absl::string_view workspace,
                                                               absl::string_view first,
                                                               absl::string_view last) = 0;
  // nullopt if there is none.
  virtual absl::StatusOr<std::optional<v1::Process>> ReadRevision(const ProcessKey& key,
                                                                  int64_t revision) = 0;
};

// Thread-safe.
class GraphStore {
 public:
  virtual ~GraphStore() = default;
  // Runs `body` over one snapshot, which holds every write that was answered before. It may run
  // several times.
  virtual absl::Status Read(const base::CallContext& context,
                            absl::FunctionRef<absl::Status(GraphReads&)> body) = 0;
};

}  // namespace plumbline::catalog

#endif  // PLUMBLINE_SERVICES_CATALOG_COMPOSITION_GRAPH_STORE_H_
