// SPDX-License-Identifier: Apache-2.0
//
// Outcomes in the order of time, made ready to be counted over any window.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_OBJECTIVES_SERIES_H_
#define PLUMBLINE_SERVICES_ANALYTICS_OBJECTIVES_SERIES_H_

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "services/analytics/log/event_log.h"

namespace plumbline::analytics::objectives {

// What became of some at the same time, microseconds.
struct Outcome {
  int64_t time = 0;
  int64_t count = 1;
  int64_t bad = 0;  // of them
};

struct Tally {
  int64_t count = 0;
  int64_t bad = 0;
  bool operator==(const Tally&) const = default;
};

// What happened, and what will have happened by when if nothing comes before: an open case is a bad
// outcome at the moment its time is over. So what counts at an instant is what lies before it, and
// one series answers for every instant.
struct Raw {
  std::vector<Outcome> outcomes;     // any order
  std::vector<int64_t> begins;       // of each that counts, not after its outcome; any order
  std::vector<int64_t> bad_is_over;  // when bad ones ended, not before their outcomes; any order
  std::vector<std::pair<int64_t, int64_t>> over;  // of these, their outcomes and ends; any order
  // Of these, ended without what was to come: their outcomes and ends; any order.
  std::vector<std::pair<int64_t, int64_t>> failed;
  int64_t since = kNoTime;  // from when on there are figures; kNoTime: the first outcome
};

// Immutable.
class Series {
 public:
  Series() = default;
  // O(n log n).
  explicit Series(Raw raw);

  // Outcomes after `after` and up to `until`. O(log n), as all that follow.
  Tally Count(int64_t after, int64_t until) const;
  // Begun by then, without an outcome.
  int64_t Pending(int64_t at) const;
  // Bad by then, and not over.
  int64_t Overdue(int64_t at) const;
  // Of these, whose outcomes are after `after`. O(log n + bad ones since).
  int64_t OverdueSince(int64_t after, int64_t at) const;
  // Of the bad ones after `after` and up to `until`: ended by then without what was to come.
  // O(log n + bad ones between them).
  int64_t Failed(int64_t after, int64_t until) const;

  bool empty() const { return times_.empty(); }
  // kNoTime where there is nothing.
  int64_t since() const { return since_; }
  size_t memory_bytes() const;

 private:
  Tally UpTo(int64_t time) const;

  std::vector<int64_t> times_;                       // ascending, each once
  std::vector<Tally> up_to_;                         // with those of times_
  std::vector<int64_t> begins_;                      // ascending
  std::vector<int64_t> is_over_;                     // ascending
  std::vector<std::pair<int64_t, int64_t>> over_;    // ascending
  std::vector<std::pair<int64_t, int64_t>> failed_;  // ascending
  int64_t since_ = kNoTime;
};

}  // namespace plumbline::analytics::objectives

#endif  // PLUMBLINE_SERVICES_ANALYTICS_OBJECTIVES_SERIES_H_
