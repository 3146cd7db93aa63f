// SPDX-License-Identifier: Apache-2.0
//
// The cases of one side of a comparison, and which of them may be counted so that both sides are
// treated alike: cases after a change had less time than those before it. Pure functions.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_IMPROVEMENT_SAMPLE_H_
#define PLUMBLINE_SERVICES_ANALYTICS_IMPROVEMENT_SAMPLE_H_

#include <cstdint>
#include <vector>

#include "common/statistics/survival.h"

namespace plumbline::analytics::improvement {

// What is measured of a case.
enum class ValueType {
  kTime,      // how long it took, seconds
  kStepTime,  // how long it spent at a step, seconds
  kShare,     // whether it has something, 0 or 1
  kCount,     // how often it has something
};

struct CaseValue {
  enum class Known {
    kValue,
    kOpen,     // not yet; of kTime `value` is how long it has been observed
    kNothing,  // it has none, nor will it
  };
  double value = 0;
  Known known = Known::kValue;
  int64_t known_after = 0;  // kValue: from its begin until then, seconds of the wall clock
  int64_t age = 0;          // from its begin to the last event of the log, seconds
};

struct Side {
  std::vector<CaseValue> cases;
  // The log marks the ends of its cases, or only those that ended are there; else any may go on.
  bool marked = false;
};

// By when 19 of 20 cases of a side had their value, seconds of the wall clock: the quantile of
// Kaplan and Meier's curve, else the longest time after which one had. O(n log n).
int64_t OutcomeTime(const Side& side);

// What is counted of a side.
struct Sample {
  std::vector<statistics::Observation> times;  // kTime, kStepTime; ascending
  int64_t count = 0;                           // cases that are counted
  double sum = 0, squares = 0;                 // kShare, kCount: of their values
  int64_t censored = 0;                        // of `count`: open
  int64_t ripe = 0;      // of `count`: those that had `outcome_time`, or need none
  int64_t left_out = 0;  // without a value, or not within `outcome_time`
  int64_t young = 0;     // had less than `outcome_time`
};

// Which cases of both sides count.
struct Counting {
  bool survival = false;  // all of them, open ones as censored
  bool ripe_only = false;
  bool in_time_only = false;
  int64_t outcome_time = 0;
};

struct Samples {
  Sample before, after;
  bool survival = false;  // times of which some are censored
};

// Times of cases some of which are open: all of them count, open ones as censored. Everything else:
// where no case is open and ends are marked, all that have a value. Else only cases as old as
// `outcome_time`, and where cases are open, of those only values that were known by then: what took
// longer counts on neither side, for on the later one it cannot be seen. O(n log n).
Counting CountingOf(ValueType type, const Side& before, const Side& after, int64_t outcome_time);
Sample MakeSample(const Side& side, ValueType type, const Counting& counting);
Samples MakeSamples(ValueType type, const Side& before, const Side& after, int64_t outcome_time);

}  // namespace plumbline::analytics::improvement

#endif  // PLUMBLINE_SERVICES_ANALYTICS_IMPROVEMENT_SAMPLE_H_
