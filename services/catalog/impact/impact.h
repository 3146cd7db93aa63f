// SPDX-License-Identifier: Apache-2.0
//
// What stops and what waits if a utility, a step or a process stops (see UtilityService and
// effects.h).
#ifndef PLUMBLINE_SERVICES_CATALOG_IMPACT_IMPACT_H_
#define PLUMBLINE_SERVICES_CATALOG_IMPACT_IMPACT_H_

#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"
#include "plumbline/catalog/v1/utility_service.pb.h"
#include "services/catalog/impact/graph.h"

namespace plumbline::catalog::impact {

// What stops.
struct Subject {
  enum class Kind { kUtility, kProcess, kStep };
  Kind kind = Kind::kUtility;
  std::string id;        // of the utility or process
  int64_t revision = 0;  // of the process; 0 = all live ones
  std::string step;      // kStep: its id
};

// Where a page begins: after this revision. The default is before all.
struct PagePosition {
  int32_t depth = 0;
  std::string process;
  int64_t revision = 0;
};

// Whether the graph holds what stops: a utility that something names, drafts included; a process
// that has a draft, or that revision of it is live; a live revision with that step.
bool Holds(const Graph& graph, const Subject& subject);

// What of an answer is asked for.
struct PageRequest {
  PagePosition after;
  int limit = 0;         // processes, at least 1
  size_t max_bytes = 0;  // the process that comes to these ends the page
};

// Fills in everything but `title` of a utility and the page token: a page of processes, and the
// counts and roles of all. `workspace` and `name` are for the names within. Returns whether there
// are more processes. O(nodes of what is affected + processes log limit).
bool Analyze(const Graph& graph, const Subject& subject, absl::string_view workspace,
             absl::string_view name, const PageRequest& page, v1::AnalyzeImpactResponse* response);

}  // namespace plumbline::catalog::impact

#endif  // PLUMBLINE_SERVICES_CATALOG_IMPACT_IMPACT_H_
