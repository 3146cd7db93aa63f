// SPDX-License-Identifier: Apache-2.0
//
// Footprints: how activities stand to each other, and where two logs differ in that (van der Aalst
// 2016, sections 6.2.1 and 8.4).
#ifndef PLUMBLINE_SERVICES_ANALYTICS_DISCOVERY_FOOTPRINTS_H_
#define PLUMBLINE_SERVICES_ANALYTICS_DISCOVERY_FOOTPRINTS_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "services/analytics/discovery/directly_follows.h"
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

// Which activities directly follow which: all that footprints say, of a log or of a model. Names
// are by number, so that the pairs of many activities are a bit each.
struct Succession {
  std::vector<std::string> names;  // of the activities that occur, ascending
  std::vector<bool> follows;       // [from * names.size() + to]: `to` directly follows `from`
  std::vector<bool> starts, ends;  // by name
  // How often, of a log: ascending by from, then to, in numbers of `names`. Empty of a model.
  std::vector<FollowsEdge> edges;
  bool Follows(size_t from, size_t to) const { return follows[from * names.size() + to]; }
};

// O(events + edges log edges + the square of the activities) expected.
Succession SuccessionOf(const TraceBag& bag);

enum class Relation { kNone, kSequence, kReversed, kParallel };

// A pair of activities that stands otherwise in the second than in the first.
struct FootprintDifference {
  std::string from, to;  // from <= to; each pair is listed once
  Relation first = Relation::kNone, second = Relation::kNone;
  // How often `to` directly follows `from`, and the other way round, in each; 0 of a model.
  int64_t first_count = 0, first_reversed_count = 0;
  int64_t second_count = 0, second_reversed_count = 0;
};

struct FootprintComparison {
  // Those that follow each other most often in the first, then in the second, come first, then by
  // from and to.
  std::vector<FootprintDifference> differences;
  int64_t omitted = 0;  // those that are not in it
  // Of the matrix over the activities of either: a pair has two, an activity with itself one.
  int64_t cells = 0, differing_cells = 0;
  // 1 - differing_cells / cells (van der Aalst 2016, section 8.4); nullopt where there is none.
  std::optional<double> similarity() const {
    if (cells == 0) return std::nullopt;
    return 1 - static_cast<double>(differing_cells) / static_cast<double>(cells);
  }
};

// The activities of both together may be so many.
inline constexpr size_t kMostFootprintActivities = 10'000;

// The `most` foremost differences. FIELD_INVALID (field "selection") for more than
// kMostFootprintActivities; errors of `keep_on`. O(the square of the activities + edges); holds the
// edges of both once more.
absl::StatusOr<FootprintComparison> CompareFootprints(const Succession& first,
                                                      const Succession& second, size_t most,
                                                      absl::FunctionRef<absl::Status()> keep_on);

}  // namespace plumbline::analytics

#endif  // PLUMBLINE_SERVICES_ANALYTICS_DISCOVERY_FOOTPRINTS_H_
