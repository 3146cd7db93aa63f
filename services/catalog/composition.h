// SPDX-License-Identifier: Apache-2.0
//
// Questions about how processes are composed: who uses what, what needs what, what stops if
// something stops.
#ifndef PLUMBLINE_SERVICES_CATALOG_COMPOSITION_H_
#define PLUMBLINE_SERVICES_CATALOG_COMPOSITION_H_

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "common/base/call_context.h"
#include "plumbline/catalog/v1/catalog_service.pb.h"
#include "plumbline/catalog/v1/utility_service.pb.h"
#include "services/catalog/command.h"
#include "services/catalog/dependencies.h"
#include "services/catalog/graph_memory.h"
#include "services/catalog/impact/impact.h"
#include "services/catalog/store.h"
#include "services/catalog/utilities.h"

namespace plumbline::catalog {

// Something that stops or is used: a utility, a process, or a step of one.
struct PartRef {
  enum class Kind { kUtility, kProcess, kStep };
  Kind kind = Kind::kUtility;
  std::string name;    // as it was given
  UtilityKey utility;  // kUtility
  ProcessRef process;  // else; kHead = any revision
  std::string step;    // kStep
  const std::string& workspace() const {
    return kind == Kind::kUtility ? utility.workspace : process.key.workspace;
  }
};

struct ImpactCommand {
  PartRef subject;
  impact::PagePosition after;
  int page_size = 0;
};

struct ListCallersCommand {
  PartRef used;  // no step
  bool direct_only = false;
  impact::PagePosition after;
  int page_size = 0;
};

struct ListDependenciesCommand {
  ProcessRef process;
  std::string name;  // as it was given
  DependencyPosition after;
  int page_size = 0;
};

// Thread-safe. Everything given must outlive it.
class Composition {
 public:
  Composition(Store& store, GraphMemory& graphs, Utilities& utilities)
      : store_(store), graphs_(graphs), utilities_(utilities) {}

  // A page of an answer without its token, and whether there is another.
  template <typename Response>
  struct Page {
    Response response;
    bool more = false;
  };

  // Errors: RESOURCE_NOT_FOUND, WORKSPACE_TOO_LARGE.
  absl::StatusOr<Page<v1::AnalyzeImpactResponse>> AnalyzeImpact(const base::CallContext& context,
                                                                const ImpactCommand& command);
  absl::StatusOr<Page<v1::ListCallersResponse>> ListCallers(const base::CallContext& context,
                                                            const ListCallersCommand& command);
  // Errors: RESOURCE_NOT_FOUND, PROCESS_INVALID (a draft that needs more than flow::kMaxNodes
  // processes).
  absl::StatusOr<Page<v1::ListDependenciesResponse>> ListDependencies(
      const base::CallContext& context, const ListDependenciesCommand& command);

 private:
  // The revision that is meant; 0 = any. RESOURCE_NOT_FOUND if there is none.
  absl::StatusOr<int64_t> RevisionOf(const base::CallContext& context, const ProcessRef& ref);
  // The title of a utility and whether it is kept.
  absl::Status DescribeUtilities(const base::CallContext& context, absl::string_view workspace,
                                 v1::ListDependenciesResponse* response);

  Store& store_;
  GraphMemory& graphs_;
  Utilities& utilities_;
};

}  // namespace plumbline::catalog

#endif  // PLUMBLINE_SERVICES_CATALOG_COMPOSITION_H_
