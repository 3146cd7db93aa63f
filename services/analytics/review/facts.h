// SPDX-License-Identifier: Apache-2.0
//
// What a log tells of its windows, read in two passes over its events.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_REVIEW_FACTS_H_
#define PLUMBLINE_SERVICES_ANALYTICS_REVIEW_FACTS_H_

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "services/analytics/flow/case_time.h"
#include "services/analytics/review/counterfactual.h"
#include "services/analytics/review/judge.h"
#include "services/analytics/review/windows.h"

namespace plumbline::analytics::review {

using KeepOn = absl::FunctionRef<absl::Status()>;

// Cases and steps of which gains are computed; of more, cases evenly thinned stand for all.
inline constexpr int64_t kMostGraphCases = 20'000;
inline constexpr int64_t kMostGraphSteps = 400'000;
// Cases of more events are left out of gains.
inline constexpr int64_t kMostStepsOfCase = 2'000;

struct FactOptions {
  std::optional<int64_t> target;  // of a case from its begin, microseconds of the wall clock
  TimeBetween between;            // empty = wall clock
  bool told = false;              // which cases have ended was told, be it that all have
};

struct CaseFact {
  int64_t begin = 0;
  int64_t end = kNoTime;   // its last event; kNoTime: open
  int64_t done = kNoTime;  // what says that it ended, which may come before
  int64_t due = kNoTime;
  // Of those that ended.
  int32_t defects = 0;
  bool has_steps = false;  // came to a step, so that it could have had one
};

// By window.
using Samples = std::array<Sample, kMostWindows>;

struct Facts {
  bool marked = false;  // which cases ended is known
  int64_t first_time = 0, last_time = 0;
  std::vector<CaseFact> cases;  // by number
  bool tells_defects = false;
  // Waits in seconds by `between`, by activity; only of the steps with most waiting in the period
  // and the one before.
  absl::flat_hash_map<uint32_t, Samples> waits;
  int64_t ended = 0;                // cases that ended in the period
  int64_t too_long = 0;             // of these
  CaseGraphs graphs;                // of the rest, or of an even part of them
  std::vector<std::string> causes;  // names by number
  bool has_starts = false;

  // How many cases of the period each graph stands for.
  double weight() const {
    const auto count = static_cast<double>(graphs.cases.size());
    return count == 0 ? 1 : static_cast<double>(ended - too_long) / count;
  }
};

// Waits of so many steps are compared.
inline constexpr size_t kMostWaits = 8;

// Bytes that ReadFacts takes of a log at most, beside it.
int64_t BytesOfFacts(const LogSnapshot& log);

// Errors of `keep_on`. `log` has events. O(rows log rows of a case) expected.
absl::StatusOr<Facts> ReadFacts(const LogSnapshot& log,
                                const std::vector<std::string>& map_transitions,
                                const Windows& windows, const FactOptions& options, KeepOn keep_on);

}  // namespace plumbline::analytics::review

#endif  // PLUMBLINE_SERVICES_ANALYTICS_REVIEW_FACTS_H_
