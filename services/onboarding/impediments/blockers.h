// SPDX-License-Identifier: Apache-2.0
//
// What blocks some on-boardings: their open impediments, by record. Knows no gRPC and no SQL.
#ifndef PLUMBLINE_SERVICES_ONBOARDING_IMPEDIMENTS_BLOCKERS_H_
#define PLUMBLINE_SERVICES_ONBOARDING_IMPEDIMENTS_BLOCKERS_H_

#include <map>
#include <set>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "plumbline/onboarding/v1/impediment.pb.h"
#include "services/onboarding/engine/run.h"

namespace plumbline::onboarding {

inline constexpr int kMaxBlockedTasks = 100;  // that a blocker names

class Blockers {
 public:
  explicit Blockers(absl::Time now) : now_(now) {}

  // Adds the open impediments of a run; with `utility` not "" those of tasks that depend on it.
  absl::Status Add(const Run& run, const std::string& utility);

  // By record, what has cost the most business time first; `impediment` says what the on-boardings
  // know of it.
  struct Found {
    std::string record;
    v1::Blocker blocker;
  };
  std::vector<Found> InOrder() const;

  int task_count() const { return static_cast<int>(tasks_.size()); }
  int onboarding_count() const { return static_cast<int>(onboardings_.size()); }

 private:
  struct Sum {
    v1::ImpedimentRecord told;
    std::vector<v1::BlockedTask> tasks;
    std::set<std::string> onboardings;
    absl::Duration business = absl::ZeroDuration();
  };

  const absl::Time now_;
  std::map<std::string, Sum> sums_;    // by record
  std::set<std::string> tasks_;        // resource names
  std::set<std::string> onboardings_;  // ids
};

}  // namespace plumbline::onboarding

#endif  // PLUMBLINE_SERVICES_ONBOARDING_IMPEDIMENTS_BLOCKERS_H_
