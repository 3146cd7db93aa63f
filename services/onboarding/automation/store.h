// SPDX-License-Identifier: Apache-2.0
//
// Which tasks something is to be done about because a program does them, and when. The rows follow
// from the runs: whoever changes a run writes them in the same transaction (store_sql.h).
// Implemented once, in SQL, for both engines.
#ifndef PLUMBLINE_SERVICES_ONBOARDING_AUTOMATION_STORE_H_
#define PLUMBLINE_SERVICES_ONBOARDING_AUTOMATION_STORE_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "common/base/call_context.h"

namespace plumbline::onboarding::automation {

struct DueTask {
  std::string workspace;
  std::string onboarding;
  std::string task;     // its id
  std::string webhook;  // the id of what it calls
  absl::Time due;
  int64_t version = 0;  // of the row
};

// Thread-safe; may block until context.deadline. Fails with DEPENDENCY_UNAVAILABLE,
// DEADLINE_EXCEEDED, SHUTTING_DOWN and INTERNAL.
class DueStore {
 public:
  virtual ~DueStore() = default;
  // Those whose time has come, of all workspaces, the oldest first. O(answer).
  virtual absl::StatusOr<std::vector<DueTask>> FindDue(const base::CallContext& context,
                                                       absl::Time now, int limit) = 0;
  // Looks at it again at `next`, or (nullopt) not before the run changes; unless the run has
  // changed since it was found.
  virtual absl::Status Postpone(const base::CallContext& context, const DueTask& task,
                                std::optional<absl::Time> next) = 0;
  // True if `holder` may call until now + term.
  virtual absl::StatusOr<bool> TakeLease(const base::CallContext& context, absl::string_view holder,
                                         absl::Time now, absl::Duration term) = 0;
};

}  // namespace plumbline::onboarding::automation

#endif  // PLUMBLINE_SERVICES_ONBOARDING_AUTOMATION_STORE_H_
