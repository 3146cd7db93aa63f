// SPDX-License-Identifier: Apache-2.0
//
// What the process map, variants and durations are made of: the events of a log that count, case by
// case, in order.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_MINING_TRACES_H_
#define PLUMBLINE_SERVICES_ANALYTICS_MINING_TRACES_H_

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "services/analytics/log/event_log.h"
#include "services/analytics/mining/milestones.h"

namespace plumbline::analytics {

struct TraceOptions {
  // Only events with one of these life-cycle transitions, compared without case; empty = every
  // event.
  std::vector<std::string> transitions;
  // Order events by (start, time, arrival) and end waits at the start, where the log has starts.
  // false = by (time, arrival), as if it had none.
  bool use_start_times = true;
};

// A view of a snapshot; costs nothing where every event counts in the canonical order, else a copy
// of the columns that it shows. Immutable, cheap to move. Keeps the snapshot alive.
class Traces {
 public:
  // O(1), or O(rows) as said; O(rows log rows) where starts are to be ignored.
  Traces(std::shared_ptr<const LogSnapshot> log, const TraceOptions& options);

  const LogSnapshot& log() const { return *log_; }
  // Case c (numbered as in the log) has the rows case_begin()[c] .. case_begin()[c+1]; none where
  // no event of it counts.
  std::span<const uint32_t> case_begin() const { return case_begin_; }
  const NarrowColumn& activity() const { return *activity_; }
  std::span<const int64_t> time() const { return time_; }
  // Empty where there are none or they are not used; kNoTime where one is missing.
  std::span<const int64_t> start() const { return start_; }
  // When row began: its start, or its time where it has none.
  int64_t BeginOf(size_t row) const {
    return start_.empty() || start_[row] == kNoTime ? time_[row] : start_[row];
  }

  int64_t event_count() const { return static_cast<int64_t>(time_.size()); }
  // Milestones that hold and are no rows.
  const Milestones& milestones() const { return milestones_; }
  // Cases that have a row.
  int64_t case_count() const { return case_count_; }
  // TraceOptions::use_start_times.
  bool use_start_times() const { return use_start_times_; }

 private:
  struct Owned {
    std::vector<uint32_t> case_begin;
    NarrowColumn activity;
    std::vector<int64_t> time, start;
  };
  void Take(const std::vector<uint32_t>& rows, std::vector<uint32_t> case_begin, bool use_starts);

  std::shared_ptr<const LogSnapshot> log_;
  std::unique_ptr<const Owned> owned_;  // null where the log's own columns are shown
  std::span<const uint32_t> case_begin_;
  const NarrowColumn* activity_;
  std::span<const int64_t> time_, start_;
  Milestones milestones_;
  int64_t case_count_ = 0;
  bool use_start_times_;
};

// Calls take(time) for each event of a case of the activities for which of(activity) holds, among
// what an activity that a question names is found among: the events that count, in their order,
// then the milestones, in theirs. O(rows of the case).
template <class Of, class Take>
void VisitNamed(const Traces& traces, size_t case_number, const Of& of, const Take& take) {
  const uint32_t end = traces.case_begin()[case_number + 1];
  for (uint32_t row = traces.case_begin()[case_number]; row < end; ++row) {
    if (of(traces.activity()[row])) take(traces.time()[row]);
  }
  for (const auto& [time, activity] : traces.milestones().Of(case_number)) {
    if (of(activity)) take(time);
  }
}
// When a case first came to an activity, not before `earliest`; kNoTime for never.
int64_t FirstNamed(const Traces& traces, size_t case_number, uint32_t activity, int64_t earliest);
// Whether any case came to it. O(rows).
bool AnyNamed(const Traces& traces, uint32_t activity);
// Of an activity to which none came: "no event of 'Sign' counts (3 start): ...", with what counts;
// "" where it has no event. O(rows).
std::string WhyNoneNamed(const Traces& traces, uint32_t activity);

// Last time minus first begin of all events of a case, whether they count or not, in microseconds.
// O(1) where the log has no starts, else O(rows of the case).
int64_t CaseDuration(const Traces& traces, size_t case_number);
// Of all cases of the log, in their order.
std::vector<int64_t> CaseDurations(const Traces& traces);

}  // namespace plumbline::analytics

#endif  // PLUMBLINE_SERVICES_ANALYTICS_MINING_TRACES_H_
