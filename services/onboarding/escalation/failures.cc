// SPDX-License-Identifier: Apache-2.0
#include "services/onboarding/escalation/failures.h"

namespace plumbline::onboarding::escalation {

void Failures::Put(const DueRun& run, absl::Time next, const absl::Status& status) {
  absl::MutexLock lock(&mutex_);
  if (failures_.size() >= kMost) failures_.clear();
  failures_.insert_or_assign({run.workspace, run.onboarding}, Failure{next, status});
}

void Failures::Remove(const DueRun& run) {
  absl::MutexLock lock(&mutex_);
  failures_.erase({run.workspace, run.onboarding});
}

absl::Status Failures::Find(const DueRun& run) const {
  absl::MutexLock lock(&mutex_);
  const auto found = failures_.find({run.workspace, run.onboarding});
  // The store keeps whole microseconds.
  if (found == failures_.end() ||
      absl::ToUnixMicros(found->second.next) != absl::ToUnixMicros(run.next))
    return absl::OkStatus();
  return found->second.status;
}

}  // namespace plumbline::onboarding::escalation
