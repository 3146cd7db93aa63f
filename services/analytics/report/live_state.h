// SPDX-License-Identifier: Apache-2.0
//
// What LiveFigures holds. Activities are the builder's numbers. Not for use outside this folder.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_REPORT_LIVE_STATE_H_
#define PLUMBLINE_SERVICES_ANALYTICS_REPORT_LIVE_STATE_H_

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/numeric/int128.h"
#include "services/analytics/mining/time_multiset.h"
#include "services/analytics/report/case_facts.h"
#include "services/analytics/report/live_figures.h"
#include "services/analytics/report/live_variants.h"

namespace plumbline::analytics {

struct LiveNode {
  int64_t count = 0, case_count = 0, rework_case_count = 0, starts = 0, ends = 0;
  TimeMultiset service;
};

struct LiveEdge {
  int64_t case_count = 0;
  TimeMultiset wait;
};

// Waiting of occurrences that have one thing in common for every answer.
struct WaitKey {
  uint32_t previous, activity;
  bool first, embedded, scheduled;
  bool operator==(const WaitKey&) const = default;
  template <class H>
  friend H AbslHashValue(H h, const WaitKey& k) {
    return H::combine(std::move(h), k.previous, k.activity, k.first, k.embedded, k.scheduled);
  }
};

struct LiveStep {
  int64_t count = 0, case_count = 0, rework_case_count = 0, repeats = 0, late = 0, due = 0;
  absl::int128 planned = 0;
  TimeMultiset first_working, more_working, blocked;
};

// Impediments that are over took `lost`; those that go on began at times that add up to `begins`.
struct LiveLoss {
  int64_t count = 0, open = 0;
  absl::int128 lost = 0, begins = 0;
  absl::int128 Lost(int64_t last_time) const {
    return lost + absl::int128(open) * last_time - begins;
  }
};
struct LiveCause {
  LiveLoss all;
  int64_t case_count = 0;
  std::map<uint32_t, LiveLoss> by_activity;
};

// Targets of cases; see attainment.h.
struct LivePlans {
  TimeMultiset spans;        // begin to end, of cases that ended
  TimeMultiset open_begins;  // of cases that did not
  TimeMultiset own_lengths;  // begin to the case's own due time
  TimeMultiset open_dues;    // of cases that did not end and have a due time of their own
  int64_t own_inside = 0, own_ended = 0, day_ones = 0;
  std::map<std::string, int64_t> words;
};

struct LiveFigures::State {
  // Puts the facts of a case in (`sign` 1) or takes them out (-1).
  void Apply(const RowFact& row, int sign);
  void Apply(const OccurrenceFact& occurrence, int sign);
  void Apply(const ImpedimentFact& impediment, int sign);
  void Apply(const CaseFacts::Whole& whole, int sign);
  void ApplyVariant(const CaseFacts& facts, int sign);
  // The first `rows` and `occurrences` are the same before and after.
  void Apply(const CaseFacts& facts, size_t rows, size_t occurrences, int sign);
  void Replace(const CaseFacts& before, const CaseFacts& after);
  void Settle();

  bool Ended(const CaseFacts::Whole& whole) const { return !marked || whole.marked_end != kNoTime; }
  void Change(TimeMultiset& set, int64_t value, int sign) const;
  LiveEdge& EdgeOf(uint32_t from, uint32_t to);
  TargetAttainment Attainment(std::optional<int64_t> target_micros);
  FindingFigures Findings();
  std::optional<Bottleneck> Worst();

  // Takes new names in, and orders them all.
  void Name(const std::vector<std::string>& more);
  uint32_t RankOf(uint32_t activity) const {
    return activity == kNoText ? kNoText : rank[activity];
  }

  std::vector<std::string> map_transitions;
  std::vector<std::string> texts;  // names of activities by number
  std::vector<uint32_t> rank;      // by number, in the order of the names
  std::vector<uint32_t> number;    // by rank
  std::shared_ptr<const LogSnapshot> names;
  bool marked = false;   // the log marks the ends of its cases
  bool filling = false;  // values are sorted later

  int64_t rows = 0, events = 0, cases = 0, open_cases = 0;
  int64_t last_time = kNoTime;
  std::vector<LiveNode> nodes;
  absl::flat_hash_map<std::pair<uint32_t, uint32_t>, std::unique_ptr<LiveEdge>> edges;
  absl::flat_hash_map<WaitKey, std::unique_ptr<TimeMultiset>> waits;
  absl::flat_hash_map<std::pair<uint32_t, uint32_t>, int64_t> pair_cases;
  std::vector<LiveStep> steps;
  std::map<ImpedimentCause, LiveCause> causes;
  TimeMultiset durations;  // of cases that ended
  LiveVariants variants;
  LivePlans plans;
  std::vector<uint32_t> sequence;  // of one case
};

}  // namespace plumbline::analytics

#endif  // PLUMBLINE_SERVICES_ANALYTICS_REPORT_LIVE_STATE_H_
