// SPDX-License-Identifier: Apache-2.0
//
// Optimal alignments of a log with a model (Adriansyah 2014, chapter 4): for every variant, the
// cheapest way to explain it by a run of the model. Cost: first the deviations (an event that the
// model does not allow, an activity of the model that did not happen; each counts 1), then the
// silent moves of the model's workflow net. A variant that is a beginning (LogVariant::beginning)
// is explained by the beginning of a run: with the fewest deviations over all of them, that is over
// all states that the model may be in after the last event. Its silent moves are some that suffice.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_CONFORMANCE_ALIGN_H_
#define PLUMBLINE_SERVICES_ANALYTICS_CONFORMANCE_ALIGN_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "services/analytics/conformance/alignment.h"
#include "services/analytics/conformance/automaton.h"
#include "services/analytics/conformance/kept_alignments.h"
#include "services/analytics/conformance/labelled_log.h"
#include "services/analytics/conformance/search_memory.h"

namespace plumbline::analytics::conformance {

struct AlignOptions {
  int threads = 1;
  AutomatonLimits automaton;
  // Work that is done at most, in relaxed edges (some 10 to 50 million a second and thread); what
  // is not aligned by then has a lower bound and an upper one. With one thread the same work always
  // gives the same answers.
  uint64_t most_steps = ~uint64_t{0};
  // Asked every few milliseconds; true ends the work as above. Called from several threads.
  std::function<bool()> expired = [] { return false; };
  // Of the rows and states that each thread holds; a variant that needs more is not aligned.
  size_t thread_bytes = size_t{256} << 20;
  // Where all of that, and the listed states, are taken from as they come; never null. Whoever may
  // be refused tells it by `expired` too.
  std::shared_ptr<SearchMemory> memory = std::make_shared<SearchMemory>();
  // Where optimal ones are looked up first and left for later checks, under the fingerprint of the
  // model; never null.
  std::shared_ptr<KeptAlignments> kept = std::make_shared<KeptAlignments>();
  std::string model;
};

// One for each variant, in their order; the same whatever their order and the number of threads,
// where all are optimal. Where the model has few states, common beginnings are aligned once
// (row_search.h); else what fits is found first, and the others are aligned one by one
// (wide_search.h), all with little work before any with much. What is not aligned in the end has
// the alignment in which nothing agrees.
std::vector<Alignment> Align(const Tree& tree, const Net& net, const Machine& machine,
                             const LabelledLog& log, const AlignOptions& options);

}  // namespace plumbline::analytics::conformance

#endif  // PLUMBLINE_SERVICES_ANALYTICS_CONFORMANCE_ALIGN_H_
