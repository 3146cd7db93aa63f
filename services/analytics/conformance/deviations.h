// SPDX-License-Identifier: Apache-2.0
//
// What alignments say of a log as a whole.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_CONFORMANCE_DEVIATIONS_H_
#define PLUMBLINE_SERVICES_ANALYTICS_CONFORMANCE_DEVIATIONS_H_

#include <cstdint>
#include <vector>

#include "services/analytics/conformance/align.h"

namespace plumbline::analytics::conformance {

// Fitness = 1 - deviations / (events + activities of the model's shortest run): 0 where nothing
// agrees. 1 where both are 0. Of a beginning, to which the rest of the run may still come,
// `shortest` is 0.
double AlignedFitness(int64_t deviations, int64_t events, int64_t shortest);

struct AlignedLog {
  int64_t cases = 0;
  int64_t aligned_cases = 0;  // with an optimal alignment
  int64_t fitting_cases = 0;  // of these, without a deviation
  // Of the three counts, beginnings.
  int64_t begun_cases = 0, aligned_begun_cases = 0, fitting_begun_cases = 0;
  uint32_t shortest = 0;  // activities of the model's shortest run
  // Over all cases: of the sums of deviations and lengths. Where all are aligned the two are equal,
  // else the truth lies between. 1 where there is no case.
  double least_fitness = 1, most_fitness = 1;
  double average_fitness = 1;  // mean over the aligned cases; 1 where there are none
};
AlignedLog SumUp(const LabelledLog& log, const std::vector<Alignment>& alignments,
                 uint32_t shortest);

// One activity, in the cases that are aligned.
struct StepDeviations {
  uint32_t label = 0;
  int64_t events = 0;         // in the log
  int64_t matched = 0;        // of these, where the model allows them
  int64_t skipped = 0;        // demanded by the model, did not happen
  int64_t cases = 0;          // with the activity
  int64_t skipped_cases = 0;  // in which it was skipped at least once
  int64_t extra_cases = 0;    // with at least one event that the model does not allow
  std::vector<uint32_t> skipped_variants, extra_variants;  // their numbers, ascending
};
// One for each name of the log, in that order. O(moves).
std::vector<StepDeviations> DeviationsByStep(const LabelledLog& log,
                                             const std::vector<Alignment>& alignments);

// What the cases did in the model: the activities of their alignments that the model took part in.
// Variants that are not aligned have no cases.
std::vector<LogVariant> ModelRuns(const LabelledLog& log, const std::vector<Alignment>& alignments);

}  // namespace plumbline::analytics::conformance

#endif  // PLUMBLINE_SERVICES_ANALYTICS_CONFORMANCE_DEVIATIONS_H_
