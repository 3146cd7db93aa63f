// SPDX-License-Identifier: Apache-2.0
//
// What this process could not tell, and why, until it is looked at again.
#ifndef PLUMBLINE_SERVICES_ONBOARDING_ESCALATION_FAILURES_H_
#define PLUMBLINE_SERVICES_ONBOARDING_ESCALATION_FAILURES_H_

#include <cstddef>
#include <map>
#include <string>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "services/onboarding/escalation/store.h"

namespace plumbline::onboarding::escalation {

// Thread-safe. Of an on-boarding the last one is kept; beyond kMost all are forgotten, which the
// log of the service has.
class Failures {
 public:
  static constexpr size_t kMost = 10'000;

  // It is looked at again at `next`.
  void Put(const DueRun& run, absl::Time next, const absl::Status& status);
  void Remove(const DueRun& run);
  // OK where nothing is known of what put it off until run.next: it was another replica.
  absl::Status Find(const DueRun& run) const;

 private:
  struct Failure {
    absl::Time next;
    absl::Status status;
  };
  mutable absl::Mutex mutex_;
  std::map<std::pair<std::string, std::string>, Failure> failures_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace plumbline::onboarding::escalation

#endif  // PLUMBLINE_SERVICES_ONBOARDING_ESCALATION_FAILURES_H_
