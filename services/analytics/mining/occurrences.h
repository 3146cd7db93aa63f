// SPDX-License-Identifier: Apache-2.0
//
// From events with life-cycle transitions to occurrences of steps: an occurrence is one doing of
// one activity in one case.
//
// Events are paired per case, activity and attribute "task" (first in, first out where several are
// open):
//   schedule            makes an occurrence ready, with "earliest_time"
//   start               begins the oldest one that is ready, or a new one
//   suspend, resume     block it; a pair has the same attribute "impediment", else first in, first
//   out complete            ends the oldest one that is begun, else the oldest ready, else one that
//   only has this event manualskip, autoskip, withdraw, ate_abort    end it without doing it
//   assign, reassign, decide, pi_*, update, reschedule, comment, submit, verify, waive   are about
//   people, branches, the case and what is said: ignored
// An occurrence has the "due_time" of its schedule, else of its start, else of what ends it, unless
// that is the case's (case_due.h).
// An event without transition, or with one not listed here, is a complete, unless transitions were
// chosen for the map and it is not among them. The start time of a completing event begins an
// occurrence that has no start yet.
//
// An occurrence is ready at its schedule or its "earliest_time", whichever is later: what passes
// before that is planned. Without a schedule it is ready at the last end of the events before it
// in its case; without any it is not known when. A ready that would come after the begin is the
// begin, so that nobody waits less than not at all. (XES standard, IEEE 1849-2016, life-cycle
// extension.)
//
// Events are taken in the canonical order of the log. A case with a schedule, start, suspend or
// resume is taken by (time, arrival) instead: there the start time of a completing event would put
// it before what happened to its occurrence meanwhile.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_MINING_OCCURRENCES_H_
#define PLUMBLINE_SERVICES_ANALYTICS_MINING_OCCURRENCES_H_

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "services/analytics/log/event_log.h"

namespace plumbline::analytics {

// Times in microseconds since 1970 UTC.
struct Occurrence {
  uint32_t case_number = 0;
  uint32_t activity = 0;
  // Activity that ended last before it was scheduled, else of the event before the one that made
  // it.
  uint32_t previous = kNoText;
  int64_t scheduled = kNoTime;
  int64_t earliest = kNoTime;  // "earliest_time" of its schedule
  int64_t ready = kNoTime;
  int64_t start = kNoTime;
  int64_t end = kNoTime;
  int64_t due = kNoTime;
  // Rows of the log that say so; kNoText where none does.
  uint32_t start_row = kNoText, end_row = kNoText;
  bool completed = false;  // false: skipped, or still open (end is kNoTime)
  bool embedded =
      false;  // not scheduled, and another step of the case was being worked on when it came up
  // Time in it, microseconds; 0 where the ends of the stretch are not known.
  int64_t waiting = 0;  // ready but not begun (not ended, if it has no start), and not blocked
  int64_t working = 0;  // begun and not blocked
  // Overlaps once, from its schedule (else from when it was ready) to its end; so it also holds
  // what was blocked in planned time.
  int64_t blocked = 0;

  bool has_waiting() const { return completed && ready != kNoTime; }
  bool has_working() const { return completed && start != kNoTime; }
};

// A stretch from "suspend" to "resume". One that is not resumed ends with its occurrence, or else
// at the log's last time.
struct Impediment {
  uint32_t case_number = 0;
  uint32_t activity = 0;
  std::string category, utility;  // attributes of the "suspend"; empty where missing
  int64_t begin = 0;
  int64_t end = 0;
  bool open = false;  // it is not resumed and its occurrence goes on: `end` is the log's last time
};

// [begin, end) in microseconds.
using Stretch = std::pair<int64_t, int64_t>;

struct OccurrenceSink {
  // Each occurrence once, cases in order, within a case in the order of their ends; those still
  // open last.
  std::function<void(const Occurrence&)> occurrence;
  // Each impediment once; may be empty.
  std::function<void(const Impediment&)> impediment;
  // Just before an occurrence that was blocked: the stretches in which it was, [begin, end), by
  // their begins; they may overlap, and reach beyond it. May be empty.
  std::function<void(std::span<const Stretch>)> blocked = {};
};

// Reads the whole log. `map_transitions` as in EventLog.map_transitions. O(rows) expected.
void ReadOccurrences(const LogSnapshot& log, const std::vector<std::string>& map_transitions,
                     const OccurrenceSink& sink);
// The same; an error of `keep_on`, which is asked now and then, ends it.
absl::Status ReadOccurrences(const LogSnapshot& log,
                             const std::vector<std::string>& map_transitions,
                             const OccurrenceSink& sink, absl::FunctionRef<absl::Status()> keep_on);

// Cases from `first` until just before `end`.
struct CaseRange {
  uint32_t first = 0, end = 0;
};
// The log in up to `pieces` stretches of about as many rows, in their order. O(pieces log cases).
std::vector<CaseRange> CutCases(const LogSnapshot& log, size_t pieces);
// The same of some of the cases, as the whole log gives it of these. O(their rows + attributes).
absl::Status ReadOccurrences(const LogSnapshot& log,
                             const std::vector<std::string>& map_transitions, CaseRange cases,
                             const OccurrenceSink& sink, absl::FunctionRef<absl::Status()> keep_on);

}  // namespace plumbline::analytics

#endif  // PLUMBLINE_SERVICES_ANALYTICS_MINING_OCCURRENCES_H_
