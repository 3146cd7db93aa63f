// SPDX-License-Identifier: Apache-2.0
//
// When a case would have ended if some of its steps had taken less. Pure functions.
//
// A step of a case (an occurrence that ended) could begin once everything had ended that had ended
// when it became possible (bottlenecks/critical_path.h); from the last of these ends to its own is
// its stretch: waiting, blocked, planned and working. What is taken away shortens the stretch, and
// the step ends so much earlier after whatever comes last before it then. So a step beside the
// critical path saves nothing, and one on it saves no more than until another branch takes longer:
// a step is taken to need all that had ended before it, so that a gain is rather told too small. A
// step that waited for its day by plan ends no earlier because something before it did.
//
// With a calendar all of it is in open time: a moment is the open time since the begin of its case,
// and what is taken away is open time, so that no night or weekend is saved, and none has to be.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_REVIEW_COUNTERFACTUAL_H_
#define PLUMBLINE_SERVICES_ANALYTICS_REVIEW_COUNTERFACTUAL_H_

#include <cstdint>
#include <optional>
#include <vector>

#include "absl/types/span.h"
#include "services/analytics/report/pareto.h"

namespace plumbline::analytics::review {

// Blocked by a cause within the stretch of a step.
struct BlockedBy {
  uint32_t cause = 0;
  int64_t micros = 0;
};

// Microseconds, by the clock or of open time. In the order of the ends of a case.
struct GraphStep {
  uint32_t activity = 0;
  uint32_t before = 0;  // so many of the case had ended when it became possible: those before it
  int64_t end = 0;
  int64_t stretch = 0;  // from the last of these ends to its own; of a first one from when it could
  // Of the stretch; the rest is planned, or came before the step was ready. It waits as charts and
  // projects say it: from when it was ready.
  int64_t waiting = 0, blocked = 0, working = 0;
  // All of its waiting, also while something else of the case went on, as charts and improvement
  // projects measure it; -1: it has none.
  int64_t wait = -1;
  bool planned = false;                       // some of it is
  bool completed = false;                     // not skipped
  bool repeat = false;                        // the case had completed this step before
  uint32_t first_cause = 0, cause_count = 0;  // in CaseGraphs::causes
};

struct CaseGraph {
  uint32_t case_number = 0;       // in Facts::log
  uint32_t first = 0, count = 0;  // in CaseGraphs::steps
  // Of the case; with a calendar its begin is 0.
  int64_t begin = 0, end = 0;
  int64_t done = 0;  // see CaseFact
  // Before `done` just where it was late.
  std::optional<int64_t> due;
};

// All impediments of a cause, each from its begin to its end, whatever else went on meanwhile.
struct CauseTotal {
  ImpedimentCause cause;
  int64_t count = 0, micros = 0;
};

struct CaseGraphs {
  std::vector<CaseGraph> cases;
  std::vector<GraphStep> steps;
  std::vector<BlockedBy> causes;

  absl::Span<const GraphStep> StepsOf(const CaseGraph& one) const {
    return absl::MakeConstSpan(steps).subspan(one.first, one.count);
  }
  absl::Span<const BlockedBy> CausesOf(const GraphStep& step) const {
    return absl::MakeConstSpan(causes).subspan(step.first_cause, step.cause_count);
  }
};

// What is left of a step.
struct Left {
  int64_t waiting = 0, blocked = 0, working = 0;
  int64_t all() const { return waiting + blocked + working; }
  bool operator==(const Left&) const = default;
};
inline Left WholeOf(const GraphStep& step) { return {step.waiting, step.blocked, step.working}; }

// Something that is mended.
struct Remedy {
  enum class Kind {
    kCapWait,    // no wait at a step is longer than `cap`
    kScaleWait,  // waits at a step are `scale` of what they were, in some cases
    kNoRepeat,   // a step is done once in a case
    kNoCause,    // nothing is blocked by a cause
  };
  Kind kind = Kind::kCapWait;
  uint32_t activity = 0;    // but for kNoCause
  uint32_t cause = 0;       // kNoCause
  int64_t cap = 0;          // kCapWait, microseconds
  double scale = 1;         // kScaleWait, 0 to 1
  std::vector<bool> cases;  // kScaleWait: by place in CaseGraphs::cases

  bool InCase(size_t place) const { return kind != Kind::kScaleWait || cases[place]; }
};

// What a remedy leaves of a step of a case that it holds for, of which others have left `left`: the
// order in which several are applied does not matter.
Left Apply(const Remedy& remedy, const GraphStep& step, absl::Span<const BlockedBy> causes,
           const Left& left);

// By how much earlier the last of those that ended by `time` does: what comes after the end of a
// case makes it no earlier. `ends`: of each step, the latest up to it as it would have been. O(log
// steps).
int64_t SavedUntil(absl::Span<const GraphStep> steps, absl::Span<const int64_t> ends, int64_t time);

}  // namespace plumbline::analytics::review

#endif  // PLUMBLINE_SERVICES_ANALYTICS_REVIEW_COUNTERFACTUAL_H_
