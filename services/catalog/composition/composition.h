// SPDX-License-Identifier: Apache-2.0
//
// Questions about how processes are composed: who uses what, what needs what, what stops if
// something stops.
#ifndef PLUMBLINE_SERVICES_CATALOG_COMPOSITION_COMPOSITION_H_
#define PLUMBLINE_SERVICES_CATALOG_COMPOSITION_COMPOSITION_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "common/base/call_context.h"
#include "common/base/clock.h"
#include "common/listing/query.h"
#include "plumbline/catalog/v1/catalog_service.pb.h"
#include "plumbline/catalog/v1/utility_service.pb.h"
#include "services/catalog/composition/graph_memory.h"
#include "services/catalog/impact/callers.h"
#include "services/catalog/impact/impact.h"
#include "services/catalog/processes/command.h"
#include "services/catalog/processes/store.h"
#include "services/catalog/steps/step.h"
#include "services/catalog/utilities/utilities.h"

namespace plumbline::catalog {

// Something that stops or is used: a utility, a process, a step of one, or a step of the library.
struct PartRef {
  enum class Kind { kUtility, kProcess, kStep, kTemplate };
  Kind kind = Kind::kUtility;
  std::string name;    // as it was given
  UtilityKey utility;  // kUtility
  ProcessRef process;  // kProcess, kStep; kHead = any revision
  std::string step;    // kStep
  StepRef used_step;   // kTemplate; revision 0 = any
  const std::string& workspace() const {
    return kind == Kind::kUtility    ? utility.workspace
           : kind == Kind::kTemplate ? used_step.key.workspace
                                     : process.key.workspace;
  }
};

struct ImpactCommand {
  PartRef subject;
  impact::PageRequest page;
};

struct ListCallersCommand {
  PartRef used;  // no step of a process
  bool direct_only = false;
  listing::Query query;  // of CallerSchema()
};

struct ListDependenciesCommand {
  ProcessRef process;
  listing::Query query;  // of DependencySchema()
};

// Where the page of AnalyzeImpact after this row begins, as a page token holds it; and back.
// PAGE_TOKEN_INVALID if it is none.
std::string ToPosition(const v1::AffectedProcess& last);
absl::StatusOr<impact::PagePosition> FromPosition(const std::string& position);

// Thread-safe. Everything given must outlive it.
class Composition {
 public:
  Composition(Store& store, GraphMemory& graphs, Utilities& utilities, const base::Clock& clock)
      : store_(store), graphs_(graphs), utilities_(utilities), clock_(clock) {}

  // A page of an answer without its token, and the position behind it; "" on the last page.
  template <typename Response>
  struct Page {
    Response response;
    std::string next;
  };

  // Errors: RESOURCE_NOT_FOUND, PAGE_TOKEN_INVALID, WORKSPACE_TOO_LARGE.
  absl::StatusOr<Page<v1::AnalyzeImpactResponse>> AnalyzeImpact(const base::CallContext& context,
                                                                const ImpactCommand& command);
  absl::StatusOr<Page<v1::ListCallersResponse>> ListCallers(const base::CallContext& context,
                                                            const ListCallersCommand& command);
  // Errors: RESOURCE_NOT_FOUND, PAGE_TOKEN_INVALID, PROCESS_INVALID (a draft that needs more than
  // flow::kMaxNodes processes).
  absl::StatusOr<Page<v1::ListDependenciesResponse>> ListDependencies(
      const base::CallContext& context, const ListDependenciesCommand& command);

 private:
  // What ListCallers looks for; RESOURCE_NOT_FOUND if it neither is nor was. *known: whether it is
  // there, though nobody uses it.
  absl::StatusOr<impact::Used> UsedBy(const base::CallContext& context, const PartRef& part,
                                      bool* known);
  // The same of a step of the library.
  absl::StatusOr<impact::Used> UsedStep(const base::CallContext& context, const StepRef& step,
                                        bool* known);
  // The revision that is meant; 0 = any. RESOURCE_NOT_FOUND if there is none.
  absl::StatusOr<int64_t> RevisionOf(const base::CallContext& context, const ProcessRef& ref);
  // Says of utilities what they are called, and whether they are kept.
  absl::Status DescribeUtilities(const base::CallContext& context, absl::string_view workspace,
                                 std::vector<v1::Dependency>* dependencies);

  Store& store_;
  GraphMemory& graphs_;
  Utilities& utilities_;
  const base::Clock& clock_;
};

}  // namespace plumbline::catalog

#endif  // PLUMBLINE_SERVICES_CATALOG_COMPOSITION_COMPOSITION_H_
