// SPDX-License-Identifier: Apache-2.0
//
// Footprints: how activities stand to each other, and where two logs differ in that (van der Aalst
// 2016, sections 6.2.1 and 8.5).
#ifndef PLUMBLINE_SERVICES_ANALYTICS_DISCOVERY_FOOTPRINTS_H_
#define PLUMBLINE_SERVICES_ANALYTICS_DISCOVERY_FOOTPRINTS_H_

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "services/analytics/discovery/trace_bag.h"

namespace plumbline::analytics {

// Names, sorted by code unit, so that footprints of different logs can be compared.
struct Footprints {
  using Pair = std::pair<std::string, std::string>;
  std::vector<std::string> activities;  // that occur
  std::vector<Pair> sequence;  // the second directly follows the first, never the other way
  std::vector<Pair> parallel;  // each directly follows the other; both orders are listed
  std::vector<std::string> starts, ends;
  int64_t min_trace_length = 0;  // of all traces, the empty too; 0 where there is none
};

// O(events + edges log edges) expected.
Footprints FootprintsOf(const TraceBag& bag);

enum class Relation { kNone, kSequence, kReversed, kParallel };

// A pair of activities that stands otherwise in the second than in the first.
struct FootprintDifference {
  std::string from, to;  // from <= to; each pair is listed once
  Relation first = Relation::kNone, second = Relation::kNone;
};

struct FootprintComparison {
  std::vector<FootprintDifference> differences;  // ascending by from, then to
  // 1 - cells that differ / cells of the matrix over the activities of either; 1 where there is
  // none.
  double similarity = 1;
};

// O(pairs log pairs).
FootprintComparison CompareFootprints(const Footprints& first, const Footprints& second);

}  // namespace plumbline::analytics

#endif  // PLUMBLINE_SERVICES_ANALYTICS_DISCOVERY_FOOTPRINTS_H_
