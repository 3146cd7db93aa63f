// SPDX-License-Identifier: Apache-2.0
//
// How cases flow through a process: what comes and goes, how much is there at once, where their
// time goes (Little 1961; Reinertsen 2009).
//
// A case is there from its first begin to its last event. One that is open (CaseEnds) is there
// until the end of what is looked at: it counts as work in progress and is told by its age, and its
// lead time, of which only a part is known, is censored.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_FLOW_FLOW_H_
#define PLUMBLINE_SERVICES_ANALYTICS_FLOW_FLOW_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "services/analytics/flow/step_delay.h"
#include "services/analytics/flow/work_in_progress.h"
#include "services/analytics/mining/distribution.h"
#include "services/analytics/mining/periods.h"
#include "services/analytics/mining/process_map.h"

namespace plumbline::analytics {

struct FlowOptions {
  TimeBetween between;  // empty = wall clock
  // Absent: weeks, or months where weeks are too many, or no series where even these are.
  std::optional<PeriodLength> period;
  absl::TimeZone zone = absl::UTCTimeZone();
  // What is looked at, microseconds; absent: from the first begin of a case to the last end of one,
  // or where one is open to the last time of the log.
  std::optional<int64_t> begin, end;
  std::vector<uint32_t> stages;  // activities of the cumulative flow diagram
  size_t oldest = 10;            // open cases to name
};

struct OpenCase {
  uint32_t case_number = 0;
  double age_seconds = 0;
};

// Of the cases that are open at the end.
struct OpenCases {
  Distribution age;
  std::vector<OpenCase> oldest;  // then by number
  // How many are older than so many of the ended cases became; absent where none ended.
  std::optional<int64_t> above_median, above_p85, above_p95;
};

// Time of the cases that ended in the horizon. All but `lead` are absent (count 0) where no event
// of theirs has a start.
struct LeadTimes {
  Distribution lead, touch, wait, blocked, planned;
  std::optional<double> efficiency;         // all touch / all lead
  std::optional<double> median_efficiency;  // of those that took time
  int64_t without_starts = 0;               // cases of which no step says when it began
  // With what is known of the open ones (Kaplan and Meier 1958); absent where the curve does not
  // fall so low.
  std::optional<double> median_with_open, p85_with_open;
};

// Little's law: on average there are rate * lead time cases there. It holds exactly where every
// case that is looked at began and ended within the horizon.
struct LittlesLaw {
  std::optional<double> arrivals_times_lead;
  std::optional<double> difference;  // of that from the average that was measured
};

struct Stage {
  uint32_t activity = 0;
  std::vector<int64_t> reached;  // cases that had done it by the end of each period
};

struct Flow {
  Horizon horizon;
  double measured_seconds = 0;             // of the horizon, by `between`
  int64_t case_count = 0;                  // that were there at some time of it
  int64_t open_count = 0;                  // of these, at its end
  std::optional<double> mean_gap_seconds;  // between arrivals, wall clock; from two on
  WorkInProgress progress;
  LeadTimes times;
  OpenCases open;
  LittlesLaw little;
  std::vector<Stage> stages;
  std::vector<StepDelay> steps;
  UnknownWaits unknown;
  std::vector<std::string> notes;  // of a horizon that is asked for
};

// FIELD_INVALID: fields start_time, period; errors of `keep_on`, which is asked now and then. A log
// without cases gives zeros, as does a time without events, with a note. O(rows + cases log cases)
// expected.
absl::StatusOr<Flow> MeasureFlow(const LogSnapshot& log,
                                 const std::vector<std::string>& map_transitions,
                                 const FlowOptions& options,
                                 absl::FunctionRef<absl::Status()> keep_on);

}  // namespace plumbline::analytics

#endif  // PLUMBLINE_SERVICES_ANALYTICS_FLOW_FLOW_H_
