// SPDX-License-Identifier: Apache-2.0
//
// What one case adds to the figures of a log: the map, the variants, the durations and the report
// are sums of these over all cases, so that a case that changes takes its old part out and puts its
// new part in. No fact depends on another case, or on how far the log goes.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_REPORT_CASE_FACTS_H_
#define PLUMBLINE_SERVICES_ANALYTICS_REPORT_CASE_FACTS_H_

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "services/analytics/log/event_log.h"
#include "services/analytics/mining/case_pieces.h"
#include "services/analytics/report/pareto.h"

namespace plumbline::analytics {

// An event that counts for map and variants.
struct RowFact {
  uint32_t activity = 0;
  uint32_t previous = kNoText;  // of the row before; kNoText for the first
  int64_t wait = 0;             // from the row before
  int64_t service = kNoTime;    // kNoTime where it has no start
  uint8_t nth = 1;              // of its activity in its case; 3 = third or later
  bool first_of_edge = false;
  bool operator==(const RowFact&) const = default;
};

// A completed occurrence; see occurrences.h. Microseconds.
struct OccurrenceFact {
  uint32_t activity = 0;
  uint32_t previous = kNoText;
  int64_t waiting = 0, working = 0, blocked = 0, planned = 0;
  uint8_t nth = 1;  // of its activity in its case; 3 = third or later
  bool has_waiting = false, has_working = false, has_due = false, late = false;
  bool embedded = false, scheduled = false;
  bool first_of_pair = false;  // of those that count for the bottleneck
  bool operator==(const OccurrenceFact&) const = default;
};

struct ImpedimentFact {
  ImpedimentCause cause;
  uint32_t activity = 0;
  int64_t begin = 0;
  int64_t end = kNoTime;  // kNoTime: goes on
  bool first_of_cause = false;
  bool operator==(const ImpedimentFact&) const = default;
};

struct CaseFacts {
  std::vector<RowFact> rows;
  std::vector<OccurrenceFact> occurrences;
  std::vector<ImpedimentFact> impediments;
  // Of all its events, whether they count or not; see attainment.h and case_ends.h.
  struct Whole {
    bool there = false;  // it has an event
    bool says_end = false;
    int64_t duration = 0;
    int64_t marked_end = kNoTime, last_time = kNoTime;
    int64_t begin = kNoTime, due = kNoTime;
    bool has_day_one = false;
    std::string words;
    bool operator==(const Whole&) const = default;
  } whole;
};

// Gives the facts of each case of `log` in their order. Numbers of activities are looked up in
// `activities` where that is not empty. An error of `keep_on`, which is asked before it begins and
// now and then, ends it. O(rows) expected.
absl::Status ReadFacts(const std::shared_ptr<const LogSnapshot>& log,
                       const std::vector<std::string>& map_transitions,
                       std::span<const uint32_t> activities,
                       absl::FunctionRef<void(uint32_t case_number, const CaseFacts&)> take,
                       KeepOn keep_on);

}  // namespace plumbline::analytics

#endif  // PLUMBLINE_SERVICES_ANALYTICS_REPORT_CASE_FACTS_H_
