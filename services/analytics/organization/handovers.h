// SPDX-License-Identifier: Apache-2.0
//
// Handover of work between performers, and who works together (van der Aalst, Reijers and Song
// 2005, "Discovering social networks from event logs", sections 4.1 and 4.2).
#ifndef PLUMBLINE_SERVICES_ANALYTICS_ORGANIZATION_HANDOVERS_H_
#define PLUMBLINE_SERVICES_ANALYTICS_ORGANIZATION_HANDOVERS_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "absl/status/statusor.h"
#include "services/analytics/mining/distribution.h"
#include "services/analytics/mining/process_map.h"
#include "services/analytics/organization/work_items.h"

namespace plumbline::analytics {

// Different pairs of performers, so many bytes each while they are counted.
inline constexpr size_t kMostPerformerPairs = 2'000'000;
inline constexpr size_t kBytesOfPerformerPair = 240;

// Work that went from one performer to another: the one did an item of a case, the other the next
// item of the same case. Performers are numbers in Work::performers.
struct Handover {
  uint32_t from = 0, to = 0;
  int64_t count = 0;
  int64_t case_count = 0;
  Distribution wait;  // from the end of the one item to the begin of the next; negative on overlap
};

// Handovers of one performer with all others; items of its own that follow each other are kept.
struct HandoverPart {
  uint32_t performer = 0;
  int64_t given = 0, received = 0, kept = 0;
};

struct Handovers {
  std::vector<Handover> pairs;      // most frequent first, then by names
  std::vector<HandoverPart> parts;  // most given and received first, then by name
  // All steps from one item to the next: between different performers, within one, and those with
  // an item whose performer is not known. Their sum is items - cases with an item.
  int64_t handover_count = 0, kept_count = 0, unknown_count = 0;
  int64_t case_count = 0;  // cases with a handover between different performers
  Distribution wait;       // of handovers between different performers
};

struct HandoverOptions {
  bool include_kept = false;  // pairs of a performer with itself too
  TimeBetween between;        // empty = wall clock
  size_t most_pairs = kMostPerformerPairs;
};

// FIELD_INVALID (field "group_by") where more than `most_pairs` pairs come up; errors of `check`.
// O(items + pairs log pairs) expected; holds 32 bytes an item.
absl::StatusOr<Handovers> MineHandovers(const Work& work, const HandoverOptions& options,
                                        Check check);

// Two performers of items of the same case, whatever the order ("joint cases").
struct Together {
  uint32_t first = 0, second = 0;  // first < second
  int64_t case_count = 0;
  int64_t first_case_count = 0, second_case_count = 0;  // all cases of the one, and of the other
};

// Most cases first, then by names. Errors as of MineHandovers. O(items + sum over cases of squared
// performers).
absl::StatusOr<std::vector<Together>> MineTogether(const Work& work, size_t most_pairs,
                                                   Check check);

}  // namespace plumbline::analytics

#endif  // PLUMBLINE_SERVICES_ANALYTICS_ORGANIZATION_HANDOVERS_H_
