// SPDX-License-Identifier: Apache-2.0
//
// What a report tells of steps, from one pass over occurrences: the table of times, what findings
// are made of, and between which two steps cases wait most.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_REPORT_STEP_TABLES_H_
#define PLUMBLINE_SERVICES_ANALYTICS_REPORT_STEP_TABLES_H_

#include <cstdint>
#include <optional>
#include <vector>

#include "absl/container/node_hash_map.h"
#include "absl/numeric/int128.h"
#include "absl/status/statusor.h"
#include "services/analytics/log/growing_column.h"
#include "services/analytics/mining/case_pieces.h"
#include "services/analytics/mining/occurrences.h"
#include "services/analytics/mining/process_map.h"
#include "services/analytics/mining/step_times.h"
#include "services/analytics/report/finding_steps.h"

namespace plumbline::analytics {

// An occurrence that was completed. Microseconds; kNoTime where not known.
struct StepRow {
  int64_t waiting, working;
  uint32_t previous;  // as in Occurrence
  bool first;         // of its step in its case
  bool embedded, scheduled;

  // Whether it has a waiting that counts: unless it came up while another step of its case was
  // being worked on. So that holds no planned, blocked or working time.
  bool waits() const { return waiting != kNoTime && !embedded; }
  // What it waited behind; a step that is scheduled waits for nothing but itself.
  uint32_t behind() const { return scheduled ? kNoText : previous; }
};

// Waits that count between two steps.
struct PairWaits {
  absl::int128 total = 0;  // microseconds
  int64_t count = 0, case_count = 0;
  int64_t last_case = -1;
};

// What is kept of one step.
struct StepRecord {
  GrowingColumn<StepRow> rows;
  std::vector<int64_t> blocked;  // where it was
  int64_t case_count = 0, rework_case_count = 0, late = 0, due = 0;
  absl::int128 planned = 0;                        // microseconds
  int64_t last_case = -1, rework_case = -1;        // the case that was counted last
  absl::node_hash_map<uint32_t, PairWaits> pairs;  // by the activity before
  uint32_t last_previous = kNoText;                // most have the one that the last one had
  PairWaits* last_pair = nullptr;
};

// What is kept of the occurrences of a stretch of cases: 24 bytes of each, and 8 of each that was
// blocked.
class StepRecords {
 public:
  explicit StepRecords(size_t activities) : steps_(activities) {}
  // Takes occurrences in the order of ReadOccurrences; those that were not completed are ignored.
  // O(1) expected.
  void Add(const Occurrence& occurrence);
  const StepRecord& operator[](size_t activity) const { return steps_[activity]; }

 private:
  std::vector<StepRecord> steps_;
};

// The two steps with the largest total wait between them (the first of equals); edge.from is
// kNoText where nothing came before the second.
struct Bottleneck {
  Edge edge;
  double share = 0;  // of all waiting
};

struct StepTables {
  std::vector<StepTime> steps;  // as StepTimeBuilder gives them
  FindingFigures figures;
  std::optional<Bottleneck> bottleneck;  // absent where nobody waits
};

// `parts`: of all cases of a log, each case in one of them. On up to `threads` threads; an error of
// `keep_on`, which is asked now and then, ends it. O(occurrences) expected; holds 16 bytes for each
// occurrence of the steps that it is at.
absl::StatusOr<StepTables> MakeStepTables(const std::vector<StepRecords>& parts, size_t activities,
                                          int threads, KeepOn keep_on);

}  // namespace plumbline::analytics

#endif  // PLUMBLINE_SERVICES_ANALYTICS_REPORT_STEP_TABLES_H_
