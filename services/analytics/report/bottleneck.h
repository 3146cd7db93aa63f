// SPDX-License-Identifier: Apache-2.0
//
// Between which two steps cases wait most.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_REPORT_BOTTLENECK_H_
#define PLUMBLINE_SERVICES_ANALYTICS_REPORT_BOTTLENECK_H_

#include <cstdint>
#include <optional>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/numeric/int128.h"
#include "services/analytics/mining/occurrences.h"
#include "services/analytics/mining/process_map.h"

namespace plumbline::analytics {

// The two steps with the largest total wait between them (the first of equals); edge.from is
// kNoText where nothing came before the second.
struct Bottleneck {
  Edge edge;
  double share = 0;  // of all waiting
};

// Waiting that counts: of an occurrence that was completed, unless it came up while another step of
// its case was being worked on. So it holds no planned, blocked or working time.
inline int64_t WaitingOf(const Occurrence& o) { return o.completed && !o.embedded ? o.waiting : 0; }

// Takes occurrences one by one, in the order of ReadOccurrences. Holds 8 bytes for each wait.
class BottleneckBuilder {
 public:
  // O(1) expected.
  void Add(const Occurrence& occurrence);
  // Nothing where nobody waits. O(n) expected. Once.
  std::optional<Bottleneck> Finish();

 private:
  struct Waits {
    std::vector<int64_t> waits;
    absl::int128 total = 0;  // microseconds
    int64_t case_count = 0, last_case = -1;
  };
  absl::flat_hash_map<uint64_t, Waits> pairs_;  // by from << 32 | to
};

}  // namespace plumbline::analytics

#endif  // PLUMBLINE_SERVICES_ANALYTICS_REPORT_BOTTLENECK_H_
