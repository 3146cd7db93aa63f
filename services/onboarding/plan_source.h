// SPDX-License-Identifier: Apache-2.0
//
// Plans of published processes, read from the catalog and kept in memory: a revision never changes.
#ifndef PLUMBLINE_SERVICES_ONBOARDING_PLAN_SOURCE_H_
#define PLUMBLINE_SERVICES_ONBOARDING_PLAN_SOURCE_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "common/base/call_context.h"
#include "common/rpc/channel.h"
#include "plumbline/catalog/v1/process.pb.h"
#include "services/onboarding/frozen_plan.h"
#include "services/onboarding/plan_cache.h"

namespace plumbline::onboarding {

// Thread-safe. The channel and the cache must outlive it.
class PlanSource {
 public:
  PlanSource(rpc::Channel& catalog, PlanCache& plans) : catalog_(catalog), plans_(plans) {}

  // The plan of "workspaces/{w}/processes/{p}@{revision}", or of the latest revision of
  // "workspaces/{w}/processes/{p}". The latter asks the catalog each time: who has just published a
  // revision gets it. A revision that is in memory costs no call. Errors: RESOURCE_NOT_FOUND,
  // PROCESS_NOT_PUBLISHED, PROCESS_INVALID, DEPENDENCY_UNAVAILABLE, DEADLINE_EXCEEDED, CANCELLED.
  absl::StatusOr<PlanPointer> Get(const base::CallContext& context, const std::string& process);

 private:
  absl::StatusOr<catalog::v1::Process> Fetch(const base::CallContext& context,
                                             const std::string& name,
                                             absl::string_view min_freshness);
  absl::StatusOr<catalog::v1::Process> FetchLatest(const base::CallContext& context,
                                                   const std::string& process);
  absl::StatusOr<PlanPointer> FreezeWithCalls(const base::CallContext& context,
                                              const catalog::v1::Process& process);

  rpc::Channel& catalog_;
  PlanCache& plans_;
};

}  // namespace plumbline::onboarding

#endif  // PLUMBLINE_SERVICES_ONBOARDING_PLAN_SOURCE_H_
