// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/conformance/deviations.h"

namespace plumbline::analytics::conformance {
namespace {

// Notes once for each variant that something happened in it.
void Note(uint32_t variant, int64_t cases, std::vector<uint32_t>& variants, int64_t& sum) {
  if (!variants.empty() && variants.back() == variant) return;
  variants.push_back(variant);
  sum += cases;
}

}  // namespace

double AlignedFitness(int64_t deviations, int64_t events, int64_t shortest) {
  if (events + shortest == 0) return 1;
  return 1 - static_cast<double>(deviations) / static_cast<double>(events + shortest);
}

AlignedLog SumUp(const LabelledLog& log, const std::vector<Alignment>& alignments,
                 uint32_t shortest) {
  AlignedLog sum;
  sum.shortest = shortest;
  int64_t least = 0, most = 0, events = 0, runs = 0;
  double fitness = 0;
  for (size_t i = 0; i < alignments.size(); ++i) {
    const Alignment& alignment = alignments[i];
    const int64_t cases = log.variants[i].cases;
    const int64_t length = static_cast<int64_t>(log.variants[i].activities.size());
    const int64_t deviations = DeviationsOf(alignment.cost);
    const bool begun = log.variants[i].beginning;
    const int64_t run = begun ? 0 : int64_t{shortest};
    sum.cases += cases;
    sum.begun_cases += begun ? cases : 0;
    events += cases * length;
    runs += cases * run;
    least += cases * alignment.least_deviations;
    most += cases * deviations;
    if (!alignment.optimal) continue;
    sum.aligned_cases += cases;
    sum.aligned_begun_cases += begun ? cases : 0;
    sum.fitting_cases += deviations == 0 ? cases : 0;
    sum.fitting_begun_cases += begun && deviations == 0 ? cases : 0;
    fitness += static_cast<double>(cases) * AlignedFitness(deviations, length, run);
  }
  sum.least_fitness = AlignedFitness(most, events, runs);
  sum.most_fitness = AlignedFitness(least, events, runs);
  if (sum.aligned_cases > 0) {
    sum.average_fitness = fitness / static_cast<double>(sum.aligned_cases);
  }
  return sum;
}

std::vector<StepDeviations> DeviationsByStep(const LabelledLog& log,
                                             const std::vector<Alignment>& alignments) {
  std::vector<StepDeviations> steps(log.names.size());
  for (uint32_t label = 0; label < steps.size(); ++label) steps[label].label = label;
  std::vector<uint32_t> last(steps.size(), kNoLabel);  // variant in which each was seen last
  for (uint32_t v = 0; v < alignments.size(); ++v) {
    if (!alignments[v].optimal) continue;
    const int64_t cases = log.variants[v].cases;
    for (const Move& move : alignments[v].moves) {
      StepDeviations& step = steps[move.label];
      if (move.kind == MoveKind::kModel) {
        step.skipped += cases;
        Note(v, cases, step.skipped_variants, step.skipped_cases);
        continue;
      }
      step.events += cases;
      if (last[move.label] != v) step.cases += cases;
      last[move.label] = v;
      if (move.kind == MoveKind::kBoth) {
        step.matched += cases;
      } else {
        Note(v, cases, step.extra_variants, step.extra_cases);
      }
    }
  }
  return steps;
}

std::vector<LogVariant> ModelRuns(const LabelledLog& log,
                                  const std::vector<Alignment>& alignments) {
  std::vector<LogVariant> runs(alignments.size());
  for (size_t i = 0; i < alignments.size(); ++i) {
    if (!alignments[i].optimal) continue;
    runs[i].cases = log.variants[i].cases;
    for (const Move& move : alignments[i].moves) {
      if (move.kind != MoveKind::kLog) runs[i].activities.push_back(move.label);
    }
  }
  return runs;
}

}  // namespace plumbline::analytics::conformance
