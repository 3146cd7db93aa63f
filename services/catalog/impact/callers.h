// SPDX-License-Identifier: Apache-2.0
//
// Where a process or a utility is used (see CatalogService.ListCallers).
#ifndef PLUMBLINE_SERVICES_CATALOG_IMPACT_CALLERS_H_
#define PLUMBLINE_SERVICES_CATALOG_IMPACT_CALLERS_H_

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <tuple>
#include <vector>

#include "absl/strings/string_view.h"
#include "plumbline/catalog/v1/catalog_service.pb.h"
#include "services/catalog/impact/graph.h"

namespace plumbline::catalog::impact {

// A use that the graph does not hold: of a step of the library, or by way of one.
struct DirectUse {
  std::string process;
  int64_t revision = 0;            // of the process; 0 = its draft
  std::vector<std::string> nodes;  // ids of those that use it, in the order of the tree
};

// What is used.
struct Used {
  enum class Kind { kProcess, kUtility, kTemplate };
  Kind kind = Kind::kProcess;
  std::string id;                    // not of a step of the library
  int64_t revision = 0;              // of the process; 0 = any
  std::vector<DirectUse> uses = {};  // not of a process; each part once or several times
};

// Where something is used: found once, read row by row. Rows are numbered in the order of depth,
// name and revision, drafts first. Chains are the shortest, and of those the first in that order.
// The graph must stay as it is meanwhile.
class Callers {
 public:
  // Calls that go round are followed once. O(n log n) for the parts that use it and their calls.
  Callers(const Graph& graph, const Used& used, bool direct_only);

  size_t size() const { return found_.size(); }
  const Part& part(size_t row) const { return graph_.part(found_[row]); }
  const std::string& ProcessOf(size_t row) const { return graph_.ProcessOf(part(row)); }
  bool IsLatest(size_t row) const { return graph_.IsLatest(found_[row]); }
  int32_t depth(size_t row) const { return depth_[found_[row]]; }
  // Everything of a row. `workspace` and `name`, of what is used, are for the names within. O(depth
  // + calls of it).
  v1::Caller Describe(size_t row, absl::string_view workspace, absl::string_view name) const;

 private:
  // By depth, name and revision.
  using SortKey = std::tuple<int32_t, absl::string_view, int64_t>;
  SortKey Key(PartIndex part) const;
  void Search(bool direct_only);
  void Reach(PartIndex part, PartIndex next, int32_t depth, std::vector<PartIndex>* level);
  // Whether a call names what is used.
  bool IsMeant(const Call& call) const;
  std::vector<PartIndex> DirectUsers() const;
  std::vector<PartIndex> CallersOf(PartIndex index) const;
  // Its nodes that name the next of its chain; those of Used::uses last.
  std::vector<std::string> NodesOf(PartIndex index) const;

  const Graph& graph_;
  const Used used_;
  const Id process_, utility_;                               // of what is used
  std::map<PartIndex, std::vector<const DirectUse*>> uses_;  // by the part that has them
  std::vector<int32_t> depth_;                               // by PartIndex; 0 = not reached
  std::vector<PartIndex> next_;   // what it calls on its way; kNoPart: what is used itself
  std::vector<PartIndex> found_;  // by Key
};

}  // namespace plumbline::catalog::impact

#endif  // PLUMBLINE_SERVICES_CATALOG_IMPACT_CALLERS_H_
