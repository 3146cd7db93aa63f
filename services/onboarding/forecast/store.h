// SPDX-License-Identifier: Apache-2.0
//
// Where durations of steps are kept.
#ifndef PLUMBLINE_SERVICES_ONBOARDING_FORECAST_STORE_H_
#define PLUMBLINE_SERVICES_ONBOARDING_FORECAST_STORE_H_

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "common/base/call_context.h"
#include "services/onboarding/forecast/durations.h"
#include "services/onboarding/runs/store.h"

namespace plumbline::onboarding {

// Whose durations of which step; owner "" = everybody's.
struct DurationKey {
  std::string workspace;
  std::string process;  // id
  std::string step;     // path
  std::string owner;
  auto operator<=>(const DurationKey&) const = default;
};

// Durations of the steps of one process, by (step, owner).
using ProcessDurations = std::map<std::pair<std::string, std::string>, Durations>;

// Thread-safe; errors as of all stores (runs/store.h).
class DurationStore {
 public:
  virtual ~DurationStore() = default;
  // Of everybody (owner ""), and of those of `owners`. O(steps * owners).
  virtual absl::StatusOr<ProcessDurations> Load(const base::CallContext& context,
                                                absl::string_view workspace,
                                                absl::string_view process,
                                                const std::vector<std::string>& owners) = 0;
  // Up to which place of the feed they are counted.
  virtual absl::StatusOr<FeedCursor> Place(const base::CallContext& context) = 0;
  // Adds `seconds` by key, oldest first, and goes on to `to`, together; ETAG_MISMATCH (ABORTED) and
  // nothing is done unless the place is still `from`.
  virtual absl::Status Add(const base::CallContext& context, const FeedCursor& from,
                           const FeedCursor& to,
                           const std::map<DurationKey, Durations>& seconds) = 0;
  // True if `holder` may count until now + term.
  virtual absl::StatusOr<bool> TakeLease(const base::CallContext& context, absl::string_view holder,
                                         absl::Time now, absl::Duration term) = 0;
};

}  // namespace plumbline::onboarding

#endif  // PLUMBLINE_SERVICES_ONBOARDING_FORECAST_STORE_H_
