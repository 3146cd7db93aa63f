// SPDX-License-Identifier: Apache-2.0
//
// Random catalogs, and the runs of a process: what the tests of this folder compare with.
#ifndef PLUMBLINE_SERVICES_CATALOG_IMPACT_TESTING_H_
#define PLUMBLINE_SERVICES_CATALOG_IMPACT_TESTING_H_

#include <cstddef>
#include <cstdint>
#include <map>
#include <random>
#include <string>
#include <tuple>
#include <vector>

#include "common/flow/plan.h"
#include "common/flow/progress.h"
#include "plumbline/catalog/v1/process.pb.h"
#include "services/catalog/impact/graph.h"

namespace plumbline::catalog::impact {

inline constexpr size_t kAnyBytes = ~size_t{0};  // of a page

// Builders of trees.
v1::Node Step(absl::string_view id, const std::vector<std::string>& utilities = {},
              absl::string_view role = "seller");
v1::Node Call(absl::string_view id, absl::string_view called);  // "credit-check@2"
v1::Node Sequence(absl::string_view id, const std::vector<v1::Node>& nodes);
v1::Node Parallel(absl::string_view id, const std::vector<v1::Node>& nodes);
v1::Node Choice(absl::string_view id, const std::vector<v1::Node>& nodes);
v1::Node Loop(absl::string_view id, const v1::Node& body);
v1::Node Loop(absl::string_view id, const v1::Node& body, const v1::Node& redo);
v1::Node Optional(v1::Node node);

// A whole number below `n`.
int Below(std::mt19937& random, int n);

// Random trees.
struct TreeShape {
  int leaves = 5;
  std::vector<std::string> utilities = {"crm", "mail", "sso"};
  std::vector<std::string> roles = {"seller", "legal", "it"};
  std::vector<std::string> callable;  // "deal-desk@2"; leaves call one of these now and then
};
v1::Node RandomTree(std::mt19937& random, const TreeShape& shape);

// The processes of a workspace, as the store would hold them.
struct Catalog {
  struct Entry {
    int64_t version = 0;
    v1::Process draft;
    std::vector<v1::Process> revisions;  // 1, 2, ...
    Standing standing;
  };
  std::map<std::string, Entry> processes;

  const v1::Process& Revision(const RevisionKey& key) const {
    return processes.at(key.process).revisions[key.revision - 1];
  }
};

// What a process stands for of which only the latest revision is in use; 0 = it has none.
Standing LatestOnly(int64_t latest);

// Writes one process of up to `ids` ("p0", "p1", ...), or publishes it: then all of its calls are
// pinned, and go to processes with lower numbers. Now and then other revisions than the latest are
// chosen, or a tag "stable" names one, or it is archived. Returns which it was.
std::string RandomWrite(std::mt19937& random, int ids, Catalog* catalog);

// Tells a graph what a process is now, and gives it what it misses.
void Tell(const Catalog& catalog, const std::string& process, Graph* graph);

// The revisions that are live: those in use by themselves, and what they call.
std::vector<RevisionKey> LiveRevisions(const Catalog& catalog);

// All runs of a plan in which no loop is repeated more than twice. A decision is told by the node,
// how often it and its first child had their turn, and what it asks.
class Runs {
 public:
  using Decision = std::tuple<flow::NodeIndex, int, int, std::string>;
  using Decisions = std::map<Decision, std::string>;

  // Too many runs to look at: `all` is empty.
  Runs(const flow::Plan& plan, size_t most);

  const std::vector<Decisions>& all() const { return all_; }

  // How often the turn of each node came when the steps in `out` (by NodeIndex) never end, and
  // whether the run ended.
  struct Outcome {
    std::vector<int> turns;
    bool ended = false;
  };
  Outcome Follow(const Decisions& decisions, const std::vector<bool>& out) const;

 private:
  void Explore(const flow::Progress& progress, const Decisions& decisions);

  const flow::Plan& plan_;
  const size_t most_;
  bool too_many_ = false;
  std::vector<Decisions> all_;
};

}  // namespace plumbline::catalog::impact

#endif  // PLUMBLINE_SERVICES_CATALOG_IMPACT_TESTING_H_
