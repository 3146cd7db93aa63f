// SPDX-License-Identifier: Apache-2.0
//
// Which steps, roles and utilities hold cases, by their delay on critical paths.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_BOTTLENECKS_BOTTLENECKS_H_
#define PLUMBLINE_SERVICES_ANALYTICS_BOTTLENECKS_BOTTLENECKS_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/statistics/series.h"
#include "services/analytics/bottlenecks/critical_path.h"
#include "services/analytics/bottlenecks/queue.h"
#include "services/analytics/flow/step_delay.h"
#include "services/analytics/mining/distribution.h"
#include "services/analytics/mining/periods.h"

namespace plumbline::analytics::bottlenecks {

using KeepOn = absl::FunctionRef<absl::Status()>;

enum class Part { kStep, kRole, kUtility };
inline constexpr size_t kPartCount = 3;

struct BottleneckOptions {
  std::vector<Part> parts;             // empty = all that the log knows of
  // Attributes. Absent: RoleAttributeOf, and the resource of what has no "role";
  // UtilityAttributeOf, and "utility" of what has no "utilities".
  std::optional<std::string> role, utility;
  PeriodLength period = PeriodLength::kMonth;
  absl::TimeZone zone = absl::UTCTimeZone();
  TimeBetween between;  // empty = wall clock; queues always are

  bool Has(Part part) const;
};

// In seconds.
struct PathTime {
  double waiting = 0, blocked = 0, planned = 0, working = 0;
  double delay() const { return waiting + blocked; }
};

struct Utilisation {
  int64_t performers = 0;
  double busy_seconds = 0, available_seconds = 0;
};

struct TrendPeriod {
  int64_t begin = 0, count = 0;
  double mean_seconds = 0;
};
struct Trend {
  std::vector<TrendPeriod> periods;  // whole ones in which an occurrence on a path ended
  statistics::TrendTest test;
  double adjusted = 1;  // p with the trends of all parts in mind (Benjamini and Hochberg 1995)
};

// A step, a role or a utility. What "delay" is, is said in bottleneck.proto.
struct Delayed {
  std::string name;
  PathTime path;                   // of cases that ended
  double share = 0;                // of the delay of all parts of its kind
  int64_t cases = 0;               // that it delayed
  double mean = 0, deviation = 0;  // of the delay of these; seconds
  int64_t count = 0;               // completed occurrences
  Distribution waiting;            // theirs, on the path or not
  double off_path_seconds = 0;     // their delay beside the paths
  std::optional<Queue> queue;
  std::optional<Utilisation> utilisation;
  std::optional<Trend> trend;
  int64_t open_count = 0;
  double open_seconds = 0;
  int64_t impediments = 0;  // kUtility: that named it
};

struct Bottlenecks {
  int64_t case_count = 0, open_count = 0;  // cases that ended, and that have not
  double lead_seconds = 0;
  PathTime path;
  double outside_seconds = 0;
  UnknownWaits unknown;                 // in no part, and in no queue
  std::vector<Delayed> of[kPartCount];  // most delay first, then by name
  std::string role;                     // attribute that was taken; empty = the resource
  bool has_roles = false, has_utilities = false;
  bool many_trends = false;  // too many parts and periods for trends of them all
};

// The first of "role", "org:role", "org:group", "group" that the log has; else "".
std::string RoleAttributeOf(const LogSnapshot& log);
// "utilities", which steps of on-boardings need, if the log has it; else "utility".
std::string UtilityAttributeOf(const LogSnapshot& log);

// Bytes that Rank takes of a log at most, beside it.
int64_t BytesOfRanking(const LogSnapshot& log);

// FIELD_INVALID: fields role_attribute, utility_attribute for keys that are given and that no event
// has; period for too many. Errors of `keep_on`. O(rows log rows of a case) expected, and as
// MeasureQueue.
absl::StatusOr<Bottlenecks> Rank(const LogSnapshot& log,
                                 const std::vector<std::string>& map_transitions,
                                 const BottleneckOptions& options, KeepOn keep_on);

}  // namespace plumbline::analytics::bottlenecks

#endif  // PLUMBLINE_SERVICES_ANALYTICS_BOTTLENECKS_BOTTLENECKS_H_
