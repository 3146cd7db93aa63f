// SPDX-License-Identifier: Apache-2.0
//
// Pairs of events of a case of which the first had ended when the second began, activity by
// activity instead of event by event. Not for use outside this folder.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_TEMPORAL_CASE_WALK_H_
#define PLUMBLINE_SERVICES_ANALYTICS_TEMPORAL_CASE_WALK_H_

#include <algorithm>
#include <cstdint>
#include <functional>
#include <queue>
#include <span>
#include <utility>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "common/base/status_macros.h"
#include "services/analytics/mining/traces.h"

namespace plumbline::analytics {

// Walks over cases in their order. For each event, in the order of Traces: `ended` is told of each
// event that ended when it began or before and was not told yet, the earliest end first; then
// `begun` is given the event and the activities of which some event has ended. Times are
// microseconds from the earliest time of the case.
struct CaseVisitor {
  absl::FunctionRef<void(uint32_t activity, uint64_t end)> ended;
  absl::FunctionRef<absl::Status(uint32_t activity, uint64_t begin, std::span<const uint32_t> seen)>
      begun;
  absl::FunctionRef<void(uint32_t case_number, std::span<const uint32_t> seen)> case_done;
};

class CaseWalk {
 public:
  explicit CaseWalk(const Traces& traces)
      : traces_(traces), told_(traces.log().activities.size(), 0) {}

  // O(rows log rows of a case) and the calls. `keep_on` is asked once in some 50,000 pairs: a
  // millisecond.
  absl::Status Run(const CaseVisitor& visitor, absl::FunctionRef<absl::Status()> keep_on) {
    for (uint32_t c = 0; c + 1 < traces_.case_begin().size(); ++c) {
      RETURN_IF_ERROR(Walk(c, visitor, keep_on));
    }
    return absl::OkStatus();
  }
  // The time of a case that its times are counted from.
  int64_t OriginOf(uint32_t c) const {
    int64_t origin = INT64_MAX;
    for (uint32_t row = traces_.case_begin()[c]; row < traces_.case_begin()[c + 1]; ++row) {
      origin = std::min({origin, traces_.BeginOf(row), traces_.time()[row]});
    }
    return origin;
  }

 private:
  static constexpr size_t kPairsBetweenChecks = 50'000;
  using End = std::pair<int64_t, uint32_t>;  // when, and the activity

  absl::Status Walk(uint32_t c, const CaseVisitor& visitor,
                    absl::FunctionRef<absl::Status()> keep_on) {
    const int64_t origin = OriginOf(c);
    // Events that have begun, by when they end. Without starts each ended before the next began.
    std::priority_queue<End, std::vector<End>, std::greater<>> running;
    absl::Status status;
    for (uint32_t row = traces_.case_begin()[c]; row < traces_.case_begin()[c + 1] && status.ok();
         ++row) {
      const int64_t begin = traces_.BeginOf(row);
      for (; !running.empty() && running.top().first <= begin; running.pop()) {
        const uint32_t activity = running.top().second;
        if (told_[activity]++ == 0) seen_.push_back(activity);
        visitor.ended(activity, static_cast<uint64_t>(running.top().first - origin));
      }
      const uint32_t activity = traces_.activity()[row];
      status = visitor.begun(activity, static_cast<uint64_t>(begin - origin), seen_);
      running.push({traces_.time()[row], activity});
      pairs_ += seen_.size() + 1;
      if (status.ok() && pairs_ >= kPairsBetweenChecks) {
        pairs_ = 0;
        status = keep_on();
      }
    }
    visitor.case_done(c, seen_);
    for (const uint32_t activity : seen_) told_[activity] = 0;
    seen_.clear();
    return status;
  }

  const Traces& traces_;
  std::vector<uint32_t> told_, seen_;
  size_t pairs_ = 0;
};

}  // namespace plumbline::analytics

#endif  // PLUMBLINE_SERVICES_ANALYTICS_TEMPORAL_CASE_WALK_H_
