// SPDX-License-Identifier: Apache-2.0
//
// Numbers for pairs of activities.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_MINING_EDGE_NUMBERS_H_
#define PLUMBLINE_SERVICES_ANALYTICS_MINING_EDGE_NUMBERS_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "absl/container/flat_hash_map.h"

namespace plumbline::analytics {

class EdgeNumbers {
 public:
  static constexpr uint32_t kNone = 0xFFFFFFFF;

  explicit EdgeNumbers(size_t activities)
      : activities_(activities),
        dense_(activities <= kDenseActivities ? activities * activities : 0, kNone) {}

  // kNone makes the caller add the edge: *slot is where its number goes. Valid until the next call.
  uint32_t* Slot(uint32_t from, uint32_t to) {
    if (!dense_.empty()) return &dense_[from * activities_ + to];
    return &sparse_.try_emplace(static_cast<uint64_t>(from) << 32 | to, kNone).first->second;
  }

 private:
  // Up to here a table of all pairs of activities (4 MiB) is looked up faster than a hash map.
  static constexpr size_t kDenseActivities = 1024;

  const size_t activities_;
  std::vector<uint32_t> dense_;
  absl::flat_hash_map<uint64_t, uint32_t> sparse_;
};

}  // namespace plumbline::analytics

#endif  // PLUMBLINE_SERVICES_ANALYTICS_MINING_EDGE_NUMBERS_H_
