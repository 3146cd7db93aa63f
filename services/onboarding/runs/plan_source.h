// SPDX-License-Identifier: Apache-2.0
//
// Plans of published processes, read from the catalog and kept in memory: a revision never changes.
// Whether it may still be started does, and is asked anew.
#ifndef PLUMBLINE_SERVICES_ONBOARDING_RUNS_PLAN_SOURCE_H_
#define PLUMBLINE_SERVICES_ONBOARDING_RUNS_PLAN_SOURCE_H_

#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "common/base/call_context.h"
#include "common/base/clock.h"
#include "common/rpc/channel.h"
#include "plumbline/catalog/v1/catalog_service.pb.h"
#include "plumbline/catalog/v1/process.pb.h"
#include "services/onboarding/engine/frozen_plan.h"
#include "services/onboarding/runs/plan_cache.h"

namespace plumbline::onboarding {

// Thread-safe. What it is given must outlive it.
class PlanSource {
 public:
  PlanSource(rpc::Channel& catalog, PlanCache& plans, const base::Clock& clock)
      : catalog_(catalog), plans_(plans), clock_(clock) {}

  // The plan of "workspaces/{w}/processes/{p}@{revision}", of the revision that "...@{tag}" names,
  // or of the one that is chosen `at` a time where "workspaces/{w}/processes/{p}" or "...@latest"
  // names none. The latter two ask the catalog each time: who has just published or tagged a
  // revision gets it. A revision whose plan is in memory costs at most one call a second, and is
  // started also while the catalog does not answer. Errors: RESOURCE_NOT_FOUND,
  // PROCESS_NOT_PUBLISHED, PROCESS_RETIRED (archived; deprecated, where no revision was named),
  // REVISION_NOT_EFFECTIVE, PROCESS_INVALID, DEPENDENCY_UNAVAILABLE, DEADLINE_EXCEEDED, CANCELLED.
  absl::StatusOr<PlanPointer> Get(const base::CallContext& context, const std::string& process,
                                  absl::Time at);

 private:
  absl::StatusOr<catalog::v1::Process> Call(const base::CallContext& context,
                                            const catalog::v1::GetProcessRequest& request);
  absl::StatusOr<catalog::v1::Process> Fetch(const base::CallContext& context,
                                             const std::string& name,
                                             absl::string_view min_freshness);
  absl::StatusOr<catalog::v1::Process> FetchLatest(const base::CallContext& context,
                                                   const std::string& process, absl::Time at);
  absl::StatusOr<PlanPointer> GetRevision(const base::CallContext& context,
                                          const std::string& name);
  absl::StatusOr<PlanPointer> FreezeWithCalls(const base::CallContext& context,
                                              const catalog::v1::Process& process);
  // When the catalog said last that a revision may be started.
  bool SeenLately(const std::string& name) const;
  void See(const std::string& name);

  rpc::Channel& catalog_;
  PlanCache& plans_;
  const base::Clock& clock_;
  mutable absl::Mutex mutex_;
  absl::flat_hash_map<std::string, absl::Time> seen_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace plumbline::onboarding

#endif  // PLUMBLINE_SERVICES_ONBOARDING_RUNS_PLAN_SOURCE_H_
