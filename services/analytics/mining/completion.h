// SPDX-License-Identifier: Apache-2.0
//
// Which cases of a log have ended, where it does not mark ends or others are meant.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_MINING_COMPLETION_H_
#define PLUMBLINE_SERVICES_ANALYTICS_MINING_COMPLETION_H_

#include <cstdint>
#include <memory>
#include <vector>

#include "absl/status/statusor.h"
#include "services/analytics/log/event_log.h"
#include "services/analytics/mining/case_pieces.h"
#include "services/analytics/mining/traces.h"

namespace plumbline::analytics {

// CaseCompletion in selection.proto says what the rules mean.
enum class EndRule { kDefault, kMarks, kActivity, kLastActivity, kIdle, kAll };

struct Completion {
  EndRule rule = EndRule::kDefault;
  std::vector<uint32_t> activities;  // of kActivity and kLastActivity: numbers of the log
  int64_t idle = 0;                  // of kIdle, microseconds
};

// The log of `traces` whose cases have ended as `completion` says: CaseEnds of it, and of every
// part of it, tell so. A case ended, for MarkedTime, at its first event of the activities
// (kActivity), else at its last event. Shares the columns of the log; the log itself for kDefault
// and kMarks. Errors of `keep_on`. O(rows of `traces` + cases).
absl::StatusOr<std::shared_ptr<const LogSnapshot>> WithEnds(
    const std::shared_ptr<const LogSnapshot>& log, const Traces& traces,
    const Completion& completion, KeepOn keep_on);

// What the log that WithEnds makes takes beside what it shares, in bytes.
int64_t BytesOfEnds(const LogSnapshot& log);

}  // namespace plumbline::analytics

#endif  // PLUMBLINE_SERVICES_ANALYTICS_MINING_COMPLETION_H_
